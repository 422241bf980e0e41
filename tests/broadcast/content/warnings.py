"""Made-up warnings and the abilities of the sorts of channels they are said through."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from broadcast.channels.base import Abilities
from broadcast.content.facts import Facts
from broadcast.notices import Kind
from ground.clock import BEIJING, instant


def hour(of_day: int, minute: int = 0) -> int:
    return instant(datetime(2021, 6, 28, of_day, minute, tzinfo=BEIJING))


CHINESE: Final = Facts(
    language="zh_CN",
    kind=Kind.ALARM,
    drill=False,
    level=1,
    event="暴雨事件",
    issuer="丰城市气象台",
    area="荷湖乡",
    headline="今天下午有特大暴雨",
    what="未来3小时将有100毫米以上的强降雨。山边可能滑坡。沟里可能涨水。",
    do="住在山边、沟边的人马上离开",
    go="荷湖中学（走村道）",
    call="村委会值班电话，555-0100",
    sent=hour(13, 40),
    onset=hour(14),
    expires=hour(20),
)
ENGLISH: Final = replace(
    CHINESE,
    language="en",
    event="Rainstorm",
    issuer="Fengcheng Met Office",
    area="Hehu township",
    headline="Extremely heavy rain this afternoon",
    what="More than 100 mm of rain within 3 hours. Slopes may slide. Streams may flood.",
    do="Leave slopes and stream banks now",
    go="Hehu school (by the village road)",
    call="village office, 555-0100",
)
BOTH: Final = (CHINESE, ENGLISH)

CHAT: Final = Abilities(receipts=False, buttons=8, text_limit=4096)
SMS: Final = Abilities(receipts=True, segments=True)
SPEAKER: Final = Abilities(receipts=True, audio=True, public=True)
PLAIN: Final = Abilities(receipts=True)
VOICE: Final = Abilities(receipts=True, buttons=9, text_limit=1000, aloud=True, answers_in_turn=True)
CHANNELS: Final = {"telegram": CHAT, "sms": SMS, "speaker": SPEAKER, "webchat": PLAIN, "voice": VOICE}
WARNING_KINDS: Final = (Kind.ALARM, Kind.UPDATE, Kind.LIFTED, Kind.LOWERED, Kind.CORRECTION)


def warning(of: Facts = CHINESE, kind: Kind = Kind.ALARM, **changes: Any) -> Facts:
    lowered = {"new_level": 3} if kind is Kind.LOWERED else {}
    return replace(of, kind=kind, **(lowered | changes))
