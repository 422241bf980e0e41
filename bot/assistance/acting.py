"""What an office may do about an application from its chat: the steps of its stage, for whoever's turn it is."""

from collections.abc import Mapping
from typing import Final

from bot.cases.assistance import OFFICE_AT, REASONED, Act, Part, Stage
from bot.cases.assistance_values import Application
from bot.cases.relief import Level
from broadcast.content.message import Choice
from templates.labels import LABELS

IN_CHAT: Final[Mapping[Stage, tuple[Act, ...]]] = {
    Stage.HOUSEHOLD_REPORT: (Act.ASSESS, Act.REFUSE),
    Stage.VILLAGE_ASSESSMENT: (Act.PUBLISH,),
    Stage.OBJECTION: (Act.CONFIRM,),
    Stage.TOWNSHIP_REVIEW: (Act.REVIEW, Act.SEND_BACK, Act.REFUSE),
    Stage.COUNTY_DECISION: (Act.GRANT, Act.SEND_BACK, Act.REFUSE),
}
WITH_REASON: Final = REASONED & {act for acts in IN_CHAT.values() for act in acts}


def offered(application: Application, level: Level) -> tuple[Act, ...]:
    """Return what the office of a level may do in chat now; the first assessment after an appeal is anybody's local."""
    part = Part(level.value)
    if part not in OFFICE_AT.get(application.stage, frozenset()):
        return ()
    return IN_CHAT.get(application.stage, ())


def choices_for(application: Application, level: Level) -> tuple[Choice, ...]:
    """Return the same as choices; labels are source sentences, so that each reader gets their own language."""
    labels = LABELS["assistance deed"]
    return tuple(Choice(act.value, labels[act.value]) for act in offered(application, level))
