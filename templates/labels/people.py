"""People: what their offices have them do, and how they join."""

from typing import Final

from templates.labels.marking import N_

PEOPLE: Final[dict[str, dict[str, str]]] = {
    "duty": {
        "administrative": N_("行政责任人"),
        "technical": N_("技术责任人"),
        "patrol": N_("巡查责任人"),
        "monitor": N_("监测员"),
        "duty_officer": N_("值班员"),
        "leader_on_duty": N_("带班领导"),
        "information_officer_a": N_("信息员A"),
        "information_officer_b": N_("信息员B"),
        "shelter_keeper": N_("安置点管理员"),
    },
    "join": {
        "agree": N_("对，同意"),
        "change": N_("不对，重填"),
        "keep": N_("不改"),
        "change_village": N_("换村"),
        "change_phone": N_("换电话"),
        "none_of_these": N_("都不是"),
    },
}
