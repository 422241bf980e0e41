"""Labels: the one table of words for levels, answers and states, whoever shows them."""

from typing import Final

from templates.catalogues import nearest_language, translations
from templates.errors import UnknownLabel


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    return text


LABELS: Final[dict[str, dict[str, str]]] = {
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
    "answer": {"received": N_("收到"), "safe": N_("安全"), "need_help": N_("求助"), "other": N_("其他")},
    "channel": {
        "telegram": N_("Telegram"),
        "sms": N_("短信"),
        "speaker": N_("大喇叭"),
        "webchat": N_("网页"),
        "voice": N_("电话"),
        "entered": N_("代录"),
        "memory": N_("内存（试验）"),
    },
    "delivery": {
        "planned": N_("▪ 未发"),
        "claimed": N_("▪ 正在发"),
        "accepted": N_("○ 已发"),
        "delivered": N_("● 送达"),
        "failed": N_("◆ 失败"),
        "suppressed": N_("◆ 不发"),
        "superseded": N_("▲ 被新的取代"),
        "expired": N_("◆ 过期未发"),
        "uncertain": N_("○ 不确定"),
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
    "notice kind": {
        "alarm": N_("预警"),
        "update": N_("更新"),
        "lifted": N_("解除"),
        "lowered": N_("降级"),
        "correction": N_("误发更正"),
        "reply": N_("答复"),
        "note": N_("通知"),
    },
    "duty": {
        "administrative": N_("行政责任人"),
        "technical": N_("技术责任人"),
        "patrol": N_("巡查责任人"),
        "monitor": N_("监测员"),
        "duty_officer": N_("值班员"),
        "leader_on_duty": N_("带班领导"),
        "information_officer_a": N_("信息员A"),
        "information_officer_b": N_("信息员B"),
    },
    "talk": {"done": N_("选好了"), "yes": N_("是"), "no": N_("否"), "skip": N_("不清楚，跳过")},
    "join": {
        "agree": N_("对，同意"),
        "change": N_("不对，重填"),
        "keep": N_("不改"),
        "change_village": N_("换村"),
        "change_phone": N_("换电话"),
        "none_of_these": N_("都不是"),
    },
    "wants": {"place": N_("发我的位置"), "contact": N_("发我的电话号码")},
    "drill": {"begins": N_("【演练】"), "ends": N_("以上是演练，不是真的。")},
}


def label(kind: str, key: object, language: str) -> str:
    """Return the word for `key` (a level 1-4, an answer …) in a language."""
    words = LABELS.get(kind, {})
    if str(key) not in words:
        raise UnknownLabel(kind=kind, key=key, known=", ".join(words))
    return translations(nearest_language(language)).gettext(words[str(key)])
