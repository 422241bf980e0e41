"""Relief: what becomes of a report, who is asked, and how one came in."""

from typing import Final

from templates.labels.marking import N_

RELIEF: Final[dict[str, dict[str, str]]] = {
    "relief state": {
        "submitted": N_("已登记，等待受理"),
        "accepted": N_("已受理"),
        "under_way": N_("正在处理"),
        "settled": N_("已办结"),
        "declined": N_("未受理"),
        "withdrawn": N_("已撤回"),
        "merged": N_("已并入同一户的另一件"),
    },
    "relief level": {"village": N_("村委会"), "township": N_("乡镇"), "county": N_("县指挥中心")},
    "relief act": {
        "file": N_("登记"),
        "accept": N_("受理"),
        "ask": N_("问一句"),
        "answer": N_("回答"),
        "assign": N_("派人"),
        "settle": N_("办结"),
        "decline": N_("不受理"),
        "add": N_("补充"),
        "correct": N_("更正"),
        "withdraw": N_("撤回"),
        "reopen": N_("重新受理"),
        "merge": N_("合并"),
        "escalate": N_("上报一级"),
    },
    "relief answer": {
        "same": N_("补充那一次"),
        "other": N_("是另一件事"),
        "unhurt": N_("都没有"),
        "hurt": N_("有人受伤"),
        "trapped": N_("有人被困"),
        "skip": N_("跳过"),
        "no_photos": N_("没有照片"),
        "no_photo": N_("拍不了照片"),
        "yes": N_("对，报上去"),
        "change": N_("要改"),
        "danger": N_("伤困情况"),
        "what": N_("出了什么事"),
        "where": N_("地点"),
        "people": N_("人数"),
        "head": N_("户主姓名"),
        "whose": N_("自家还是别家"),
        "done": N_("知道了"),
    },
    "for whom": {"own": N_("本人报"), "neighbour": N_("替邻居报"), "entered": N_("代录")},
}
