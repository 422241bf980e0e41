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
    "person state": {
        "moved": N_("到安置点了"),
        "relatives": N_("投亲靠友"),
        "away": N_("本来就在外地"),
        "safe": N_("自报安全"),
        "on_the_way": N_("在路上"),
        "refused": N_("不肯走"),
        "nobody_home": N_("家里没人"),
        "needs_vehicle": N_("要车接"),
        "needs_medical": N_("要医生"),
        "need_help": N_("求助"),
        "went_back": N_("自己回去了"),
        "unknown": N_("还没消息"),
    },
    "roll": {
        "start": N_("开始清点"),
        "all_moved": N_("这家全到了"),
        "one_by_one": N_("一个一个说"),
        "refused": N_("不肯走"),
        "nobody_home": N_("家里没人"),
        "later": N_("下一家"),
        "add": N_("加名单外的人"),
        "rest": N_("其余都到了"),
        "stop": N_("先到这里"),
        "yes": N_("是，都到了"),
        "no": N_("不是"),
        "skip": N_("跳过"),
    },
    "added": {"visitor": N_("来走亲戚、做客的"), "worker": N_("来干活的")},
    "who": {"all": N_("全家都安全"), "me": N_("只有我")},
    "instant": {"roll": N_("开始清点"), "stop": N_("停下警报"), "cancel": N_("不拉了")},
    "need": {
        "needs_vehicle": N_("要车"),
        "cannot_walk": N_("不能走"),
        "lives_alone": N_("独居"),
        "power_dependent": N_("离不开电"),
        "away": N_("常年在外"),
    },
    "evacuation": {"prepare": N_("准备转移"), "now": N_("立即转移"), "instant": N_("立即撤离")},
    "means": {
        "chat": N_("聊天"),
        "sms": N_("短信"),
        "sheet": N_("纸单代码"),
        "page": N_("手机清点页"),
        "answer": N_("答复预警"),
        "desk": N_("安置点登记"),
        "phone": N_("电话代录"),
        "radio": N_("对讲机代录"),
        "satellite": N_("卫星电话代录"),
        "in_person": N_("当面代录"),
        "group_chat": N_("群消息代录"),
        "carried": N_("上一道命令时已报"),
    },
    "alarm": {
        "need_help": N_("求助"),
        "refused_twice": N_("两次不肯走"),
        "went_back": N_("擅自返回"),
        "out_of_contact": N_("失联"),
        "overdue": N_("清点超时"),
        "head_count": N_("安置点点人数"),
        "warning_ended": N_("预警已解除或过期"),
        "instant": N_("村里已自行撤离"),
    },
    "drill": {"begins": N_("【演练】"), "ends": N_("以上是演练，不是真的。")},
}


def label(kind: str, key: object, language: str) -> str:
    """Return the word for `key` (a level 1-4, an answer …) in a language."""
    words = LABELS.get(kind, {})
    if str(key) not in words:
        raise UnknownLabel(kind=kind, key=key, known=", ".join(words))
    return translations(nearest_language(language)).gettext(words[str(key)])
