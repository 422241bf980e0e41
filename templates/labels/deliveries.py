"""Deliveries: the ways out, and how far a message got."""

from typing import Final

from templates.labels.marking import N_

DELIVERIES: Final[dict[str, dict[str, str]]] = {
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
}
