"""Video checks: what is shown, what is said of the water, how a site stands."""

from typing import Final

from templates.labels.marking import N_

VIDEO: Final[dict[str, dict[str, str]]] = {
    "video": {
        "start": N_("在这里回答"),
        "skip": N_("看不到，跳过"),
        "no_photo": N_("拍不了，就到这里"),
        "done": N_("拍好了"),
    },
    "via": {"page": N_("网页"), "chat": N_("聊天"), "sms": N_("短信"), "phone": N_("电话")},
    "water": {"level": N_("水位"), "between": N_("、")},
    "trend": {"rising": N_("在涨"), "steady": N_("平稳"), "falling": N_("在退")},
    "spillway": {"no": N_("没过水"), "yes": N_("在过水"), "blocked": N_("堵住了")},
    "seepage": {"none": N_("没有渗水"), "clear": N_("渗清水"), "muddy": N_("渗浑水")},
    "cracks": {"no": N_("没有裂缝"), "yes": N_("有裂缝")},
    "shot": {
        "gauge": N_("水尺"),
        "crest": N_("坝面"),
        "spillway": N_("溢洪道"),
        "outlet": N_("放水洞和坝脚"),
        "surface": N_("库面"),
    },
    "video state": {
        "asked": N_("已发出"),
        "opened": N_("已打开"),
        "showing": N_("有画面"),
        "answered": N_("已回答"),
        "normal": N_("正常"),
        "not_passed": N_("不通过"),
        "no_view": N_("看不清"),
    },
    "light": {"green": N_("通过"), "yellow": N_("不通过"), "red": N_("超时没人答"), "none": N_("还没查过")},
    "finding": {
        "not_in_page": N_("不是页面里现拍的"),
        "wrong_code": N_("没有本次的查看码"),
        "old": N_("不是十分钟内拍的"),
        "no_time": N_("不知道什么时候拍的"),
        "far": N_("离现场超过500米"),
        "no_place": N_("不知道在哪里拍的"),
        "seen_before": N_("和以前的照片很像"),
    },
}
