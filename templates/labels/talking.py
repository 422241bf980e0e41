"""Talking: the choices that every conversation offers, and what a telephone can share."""

from typing import Final

from templates.labels.marking import N_

TALKING: Final[dict[str, dict[str, str]]] = {
    "talk": {"done": N_("选好了"), "yes": N_("是"), "no": N_("否"), "skip": N_("不清楚，跳过")},
    "unclear": {"report": N_("报灾、求助"), "answer": N_("回复预警"), "other": N_("别的事")},
    "wants": {"place": N_("发我的位置"), "contact": N_("发我的电话号码")},
}
