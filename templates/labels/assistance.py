"""Labels of assistance: how badly a house is damaged, how far an application has got, what may be done about it."""

from typing import Final

from templates.labels.marking import N_

ASSISTANCE: Final[dict[str, dict[str, str]]] = {
    "damage grade": {"collapsed": N_("倒塌"), "severe": N_("严重损坏"), "slight": N_("一般损坏")},
    "assistance stage": {
        "household_report": N_("已申请，等村里评议"),
        "village_assessment": N_("村里评过了，等公示"),
        "public_notice": N_("正在公示"),
        "objection": N_("有人提出异议，换人重新评议"),
        "township_review": N_("公示完了，等乡镇审核"),
        "county_decision": N_("乡镇审过了，等县里决定"),
        "granted": N_("县里同意了，等发钱"),
        "paid": N_("钱已发"),
        "refused": N_("没有同意，可以申诉"),
        "appeal": N_("已申诉，等上级重新看"),
        "closed": N_("没有同意，已办完"),
        "withdrawn": N_("申请已撤回"),
    },
    "objecting": {"withheld": N_("不留名字"), "named": N_("留下我的名字")},
    "assistance deed": {
        "assess": N_("填评议结果"),
        "publish": N_("公示"),
        "confirm": N_("异议看过，维持"),
        "review": N_("审核同意"),
        "grant": N_("同意救助"),
        "send_back": N_("退回重看"),
        "refuse": N_("不同意"),
    },
    "assistance act": {
        "apply": N_("申请救助"),
        "follow": N_("看救助进度"),
        "appeal": N_("申诉"),
        "withdraw": N_("撤回申请"),
    },
}
