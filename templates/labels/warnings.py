"""Warnings: their colours and ranks, what becomes of them, what is told of them and what people answer."""

from typing import Final

from templates.labels.marking import N_

WARNINGS: Final[dict[str, dict[str, str]]] = {
    "colour": {"1": N_("红色"), "2": N_("橙色"), "3": N_("黄色"), "4": N_("蓝色")},
    "rank": {
        "1": N_("Ⅰ级，特别严重"),
        "2": N_("Ⅱ级，严重"),
        "3": N_("Ⅲ级，较重"),
        "4": N_("Ⅳ级，一般"),
    },
    "spoken rank": {
        "1": N_("最高一级，特别严重"),
        "2": N_("第二级，严重"),
        "3": N_("第三级，较重"),
        "4": N_("第四级，一般"),
    },
    "warning state": {
        "draft": N_("草稿"),
        "submitted": N_("待复核"),
        "approved": N_("已复核"),
        "issued": N_("已发布"),
        "updated": N_("已更新"),
        "ended": N_("已结束"),
        "expired": N_("已过期"),
        "withdrawn": N_("已撤回"),
    },
    "confirmation": {
        "waiting": N_("等第二个人确认"),
        "unconfirmed": N_("没有第二个人确认"),
        "confirmed": N_("第二个人已确认"),
        "late": N_("过了半小时才确认"),
    },
    "doubt": {
        "other_colour": N_("标题里的颜色和预警级别不一样"),
        "nobody": N_("按写的地方，一个人也告诉不到"),
        "nobody_woken": N_("该叫醒的责任人，一个也没有登记"),
        "ran_out": N_("有效时间已经过了，发不出去"),
    },
    "notice kind": {
        "alarm": N_("预警"),
        "update": N_("更新"),
        "lifted": N_("解除"),
        "lowered": N_("降级"),
        "correction": N_("误发更正"),
        "reply": N_("答复"),
        "note": N_("通知"),
    },
    "call reply": {"on_post": N_("已到岗"), "away": N_("不在岗"), "not_me": N_("不是本人")},
    "matter reply": {"on_post": N_("马上办"), "away": N_("办不了"), "not_me": N_("不是本人")},
    "feedback": {"done": N_("都安顿好了，或不用转"), "moving": N_("还在转"), "stuck": N_("转不动，要帮手")},
    "answer": {"received": N_("收到"), "safe": N_("安全"), "need_help": N_("求助"), "other": N_("其他")},
    "drill": {"begins": N_("【演练】"), "ends": N_("以上是演练，不是真的。")},
}
