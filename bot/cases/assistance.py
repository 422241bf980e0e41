"""Assistance for a damaged house (户报 → 村评 → 公示 → 乡审 → 县定): stages, and who may do what at each; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.cases.assistance_errors import AmountImpossible, NotAtThisStage, NotThisOffice, RoomsImpossible
from bot.cases.relief import Grade, Level, above

MOST_ROOMS: Final = 99
MOST_FEN: Final = 100_000_000  # a million yuan


class Stage(StrEnum):
    """How far an application has come; named for what is being done, or was done last."""

    HOUSEHOLD_REPORT = "household_report"  # 户报: the village must assess it
    VILLAGE_ASSESSMENT = "village_assessment"  # 村评: assessed, to be published
    PUBLIC_NOTICE = "public_notice"  # 公示
    OBJECTION = "objection"  # the notice is over and somebody objected: others must decide again
    TOWNSHIP_REVIEW = "township_review"  # 乡审
    COUNTY_DECISION = "county_decision"  # 县定
    GRANTED = "granted"  # to be paid
    PAID = "paid"  # the household may still appeal in time
    REFUSED = "refused"  # the household may appeal
    APPEAL = "appeal"  # others must decide again
    CLOSED = "closed"  # refused for good
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    FILE = "file"
    ASSESS = "assess"
    PUBLISH = "publish"
    OBJECT = "object"
    OPEN_REVIEW = "open_review"  # the notice is over, nobody objected
    OPEN_HEARING = "open_hearing"  # the notice is over, somebody objected
    CONFIRM = "confirm"  # others heard the objection: the assessment stands
    REASSESS = "reassess"  # others heard the objection and assessed anew: it is published again
    REVIEW = "review"
    SEND_BACK = "send_back"
    GRANT = "grant"
    REFUSE = "refuse"
    APPEAL = "appeal"
    ALLOW = "allow"  # the appeal is right: it is assessed anew, by others
    REJECT = "reject"  # the appeal is not: the decision stands
    LAPSE = "lapse"  # nobody appealed in time
    PAY = "pay"
    WITHDRAW = "withdraw"


class Part(StrEnum):
    """As what somebody acts."""

    APPLICANT = "applicant"
    ANYONE = "anyone"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    HUB = "hub"


LEVELS: Final[Mapping[Part, Level]] = {
    Part.VILLAGE: Level.VILLAGE,
    Part.TOWNSHIP: Level.TOWNSHIP,
    Part.COUNTY: Level.COUNTY,
}
PARTS: Final[Mapping[Level, Part]] = {level: part for part, level in LEVELS.items()}
BEFORE_GRANT: Final = (
    Stage.HOUSEHOLD_REPORT,
    Stage.VILLAGE_ASSESSMENT,
    Stage.PUBLIC_NOTICE,
    Stage.OBJECTION,
    Stage.TOWNSHIP_REVIEW,
    Stage.COUNTY_DECISION,
)
ENDED: Final = frozenset({Stage.CLOSED, Stage.WITHDRAWN})
APPEALABLE: Final = (Stage.REFUSED, Stage.GRANTED, Stage.PAID)

LEADS: Final[Mapping[Act, Mapping[Stage, Stage]]] = {
    Act.ASSESS: {Stage.HOUSEHOLD_REPORT: Stage.VILLAGE_ASSESSMENT},
    Act.PUBLISH: {Stage.VILLAGE_ASSESSMENT: Stage.PUBLIC_NOTICE},
    Act.OBJECT: {Stage.PUBLIC_NOTICE: Stage.PUBLIC_NOTICE},
    Act.OPEN_REVIEW: {Stage.PUBLIC_NOTICE: Stage.TOWNSHIP_REVIEW},
    Act.OPEN_HEARING: {Stage.PUBLIC_NOTICE: Stage.OBJECTION},
    Act.CONFIRM: {Stage.OBJECTION: Stage.TOWNSHIP_REVIEW},
    Act.REASSESS: {Stage.OBJECTION: Stage.VILLAGE_ASSESSMENT},
    Act.REVIEW: {Stage.TOWNSHIP_REVIEW: Stage.COUNTY_DECISION},
    Act.SEND_BACK: {
        Stage.TOWNSHIP_REVIEW: Stage.HOUSEHOLD_REPORT,
        Stage.COUNTY_DECISION: Stage.TOWNSHIP_REVIEW,
    },
    Act.GRANT: {Stage.COUNTY_DECISION: Stage.GRANTED},
    Act.REFUSE: {
        Stage.HOUSEHOLD_REPORT: Stage.REFUSED,
        Stage.TOWNSHIP_REVIEW: Stage.REFUSED,
        Stage.COUNTY_DECISION: Stage.REFUSED,
    },
    Act.APPEAL: dict.fromkeys(APPEALABLE, Stage.APPEAL),
    Act.ALLOW: {Stage.APPEAL: Stage.HOUSEHOLD_REPORT},
    Act.REJECT: {Stage.APPEAL: Stage.CLOSED},  # where something had been granted, that stands: see `after`
    Act.LAPSE: {Stage.REFUSED: Stage.CLOSED},
    Act.PAY: {Stage.GRANTED: Stage.PAID},
    Act.WITHDRAW: dict.fromkeys(BEFORE_GRANT, Stage.WITHDRAWN),
}
"""Where each step leads from which stage; whatever is not here is refused."""

APPLICANTS: Final = frozenset({Act.FILE, Act.APPEAL, Act.WITHDRAW})
HUBS: Final = frozenset({Act.OPEN_REVIEW, Act.OPEN_HEARING, Act.LAPSE})
ASSESSING: Final = frozenset({Act.ASSESS, Act.CONFIRM, Act.REASSESS})
REVIEWING: Final = frozenset({Act.REVIEW, Act.SEND_BACK})
DECIDING: Final = frozenset({Act.GRANT, Act.REFUSE, Act.ALLOW, Act.REJECT})
JUDGING: Final = ASSESSING | REVIEWING | DECIDING  # needs the names of those who judged
CONTESTING: Final = frozenset({Act.OBJECT, Act.APPEAL})
REASONED: Final = frozenset({Act.SEND_BACK, Act.REFUSE, Act.CONFIRM, Act.REJECT, Act.OBJECT, Act.APPEAL})
FIGURED: Final = frozenset({Act.ASSESS, Act.REASSESS})  # gives grade, rooms and the proposed amount

LOCAL: Final = frozenset({Part.VILLAGE, Part.TOWNSHIP})
OFFICE_AT: Final[Mapping[Stage, frozenset[Part]]] = {
    Stage.HOUSEHOLD_REPORT: frozenset({Part.VILLAGE}),
    Stage.VILLAGE_ASSESSMENT: LOCAL,
    Stage.OBJECTION: LOCAL,  # others of the committee; where it has no others, the township
    Stage.TOWNSHIP_REVIEW: frozenset({Part.TOWNSHIP}),
    Stage.COUNTY_DECISION: frozenset({Part.COUNTY}),
    Stage.GRANTED: frozenset({Part.COUNTY}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands, as far as the rules ask."""

    stage: Stage
    level: Level  # whose turn it is
    round: int = 1  # counts up when it is assessed anew after an objection or an appeal
    granted: bool = False
    settled: bool = False  # all that was granted is paid


@dataclass(frozen=True, slots=True)
class Figures:
    """What is assessed: the grade, the dwelling rooms, and the amount that is proposed or granted."""

    grade: Grade
    rooms: int
    amount: int  # fen
    auxiliary: int = 0  # kitchens, sheds, privies: seen and noted, never counted

    def require_possible(self) -> None:
        if not 1 <= self.rooms <= MOST_ROOMS:
            raise RoomsImpossible(rooms=self.rooms, most=MOST_ROOMS)
        require_amount(self.amount)


@dataclass(frozen=True, slots=True)
class Judged:
    """A step that was taken: what, and by whom ("person:7", "operator:…")."""

    act: Act
    part: Part
    who: frozenset[str]
    assessors: frozenset[str] = frozenset()


def require_amount(amount: int) -> None:
    if not 1 <= amount <= MOST_FEN:
        raise AmountImpossible(amount=amount, most=MOST_FEN)


def after(standing: Standing, act: Act, part: Part) -> Standing:
    """Return where a step leads; NotAtThisStage or NotThisOffice if it is not possible, or not for this part."""
    to = LEADS.get(act, {}).get(standing.stage)
    if to is None:
        raise NotAtThisStage(act=act.value, stage=standing.stage.value)
    may = parts(standing, act)
    if part not in may:
        offices = ", ".join(sorted(may))
        raise NotThisOffice(act=act.value, stage=standing.stage.value, offices=offices, part=part.value)
    if act is Act.REJECT and standing.granted:
        to = Stage.PAID if standing.settled else Stage.GRANTED
    again = act in {Act.REASSESS, Act.ALLOW}
    granted = act is Act.GRANT or (standing.granted and act is not Act.ALLOW)
    settled = act is Act.PAY or (standing.settled and act not in {Act.GRANT, Act.ALLOW})
    return Standing(to, _turn(standing, act, to), standing.round + again, granted, settled)


def parts(standing: Standing, act: Act) -> frozenset[Part]:
    """Return who may take a step at a stage."""
    if act in APPLICANTS:
        return frozenset({Part.APPLICANT})
    if act in HUBS:
        return frozenset({Part.HUB})
    if act is Act.OBJECT:
        return frozenset({Part.ANYONE})
    if standing.stage is Stage.APPEAL:
        return frozenset({PARTS[standing.level]})
    if act is Act.ASSESS and standing.round > 1:
        return LOCAL
    return OFFICE_AT.get(standing.stage, frozenset())


def barred(story: Iterable[Judged], act: Act, part: Part) -> frozenset[str]:
    """Return who may not take a step, because of what they did before.

    Whoever assessed never reviews or decides. After an objection or an appeal, whoever assessed before it assesses no
    more, and whoever decided before it decides no more.
    """
    mine = _sort_of(act, part)
    alike: set[str] = set()
    contested: set[str] = set()
    assessors: set[str] = set()
    for step in story:
        sort = _sort_of(step.act, step.part)
        if step.act in CONTESTING:
            contested = set(alike)
        if sort is mine:
            alike |= step.who
        if sort is ASSESSING:
            assessors |= step.assessors
    if mine is None:
        return frozenset()
    if mine is ASSESSING:
        return frozenset(contested)
    return frozenset(assessors | contested) if mine is DECIDING else frozenset(assessors)


def _sort_of(act: Act, part: Part) -> frozenset[Act] | None:
    """Return which sort of judging a step is; where a village refuses, that is its assessment."""
    if act is Act.REFUSE and part is Part.VILLAGE:
        return ASSESSING
    return next((sort for sort in (ASSESSING, REVIEWING, DECIDING) if act in sort), None)


def _turn(standing: Standing, act: Act, to: Stage) -> Level:
    """Return whose turn it is then; an appeal goes to the office above the one that decided."""
    if act is Act.APPEAL:
        return above(standing.level) or Level.COUNTY
    if to in {Stage.TOWNSHIP_REVIEW, Stage.OBJECTION}:
        return Level.TOWNSHIP
    if to in {Stage.COUNTY_DECISION, Stage.GRANTED, Stage.PAID}:
        return Level.COUNTY
    if to in {Stage.HOUSEHOLD_REPORT, Stage.VILLAGE_ASSESSMENT, Stage.PUBLIC_NOTICE}:
        return Level.VILLAGE
    return standing.level
