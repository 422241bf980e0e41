"""叫应: the policies of the house by their names, what a step does, and what is doubtful in a table."""

from typing import Final

from templates.labels.marking import N_

CALLING: Final[dict[str, dict[str, str]]] = {
    "calling policy": {
        "red": N_("红色预警"),
        "orange: landslide, debris flow, flash flood": N_("橙色滑坡、泥石流、山洪"),
        "orange at night": N_("橙色夜间"),
    },
    "rung": {
        "message holder": N_("给本人发消息和短信"),
        "call holder": N_("给本人打电话"),
        "message deputy": N_("给替岗的人发消息和短信"),
        "call deputy": N_("给替岗的人打电话"),
        "message superior": N_("给上级责任人发消息和短信"),
        "call superior": N_("给上级责任人打电话"),
        "door": N_("派人上门敲门"),
    },
    "calling doubt": {
        "no_code": N_("红色预警没有要四位数字：冒充的短信也会停掉叫应。"),
        "late_call": N_("红色预警发布三分钟以后才打第一个电话。"),
        "nobody_above": N_("一直没人回话，也不会找上级，不会派人上门。"),
    },
}
