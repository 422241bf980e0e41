"""Rosters: roles of a shift, and what a contact test finds of a number."""

from typing import Final

from templates.labels.marking import N_

ROSTERS: Final[dict[str, dict[str, str]]] = {
    "shift role": {"duty_officer": N_("值班员"), "leader_on_duty": N_("带班领导")},
    "contact outcome": {
        "answered": N_("按时回复了"),
        "reached": N_("收到了，还没回复"),
        "waiting": N_("正在发"),
        "no_answer": N_("没有按时回复"),
        "untried": N_("没有试"),
        "failed": N_("发不到"),
        "closed": N_("号码停用了"),
        "no_address": N_("没有号码"),
    },
}
