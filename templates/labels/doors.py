"""Door tasks: why somebody must knock, what they answer, what they find."""

from typing import Final

from templates.labels.marking import N_

DOORS: Final[dict[str, dict[str, str]]] = {
    "door": {"go": N_("我去"), "cannot": N_("去不了"), "later": N_("稍后再报"), "skip": N_("没有了")},
    "door kind": {
        "unreached": N_("上门"),
        "not_answered": N_("叫不应"),
        "out_of_contact": N_("失联"),
        "by_hand": N_("指派"),
    },
    "door reason": {
        "no_proven_address": N_("电话聊天都找不到人"),
        "special_needs": N_("有人行动不便"),
        "not_answered": N_("叫了没应"),
        "out_of_contact": N_("全村没有音讯"),
        "asked": N_("值班员要求"),
    },
    "door state": {
        "open": N_("还没人去"),
        "accepted": N_("有人去了"),
        "handed_on": N_("转给上一级"),
        "done": N_("办完"),
    },
    "door rung": {
        "person_a": N_("责任人A"),
        "person_b": N_("责任人B"),
        "committee": N_("村委会"),
        "township": N_("乡镇"),
        "county": N_("县"),
    },
    "door outcome": {
        "answered_safe": N_("见到了，平安"),
        "answered_help": N_("见到了，要帮忙"),
        "answered_informed": N_("见到了，已告诉"),
        "moved_away": N_("早搬走了"),
        "nobody_home": N_("敲门没人"),
        "refused": N_("不开门或不听"),
        "wrong_door": N_("门找错了"),
        "unreachable_place": N_("路不通，到不了"),
        "answered_meanwhile": N_("已经自己答复"),
        "over": N_("预警结束"),
        "lifted": N_("转移令解除"),
        "closed": N_("值班员关闭"),
    },
    "silence outcome": {
        "answered_safe": N_("联系上了，平安"),
        "answered_help": N_("联系上了，要救援"),
        "answered_informed": N_("联系上了，已告诉"),
        "nobody_home": N_("叫不通"),
        "unreachable_place": N_("进不去"),
    },
}
