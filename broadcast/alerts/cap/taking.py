"""A CAP message as a draft of ours: what it says, language by language, and what an officer must still choose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from broadcast.alerts.cap.document import CapAlert, Info, LintNote, Reading
from broadcast.alerts.cap.profile import ASKS_ANSWER, ENDING, LEVEL, PART, PARTS, RULE_PART, locale_of
from broadcast.alerts.codes import Codes
from broadcast.alerts.model import (
    Alert,
    AlertDraft,
    Content,
    Ending,
    Identity,
    Instruction,
    Level,
    MsgType,
    Nature,
    Place,
    Status,
)
from broadcast.errors import CapRefused
from ground.clock import DAY

RULES_AT_MOST: Final = 20  # as many as a target may have


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a CAP file. `again`: the same message had been taken before, so nothing was made."""

    alert: Alert
    notes: Sequence[LintNote]
    again: bool


def identity_of(cap: CapAlert) -> Identity:
    return Identity(cap.identifier, cap.sender, cap.sent.at, cap.sent.text)


def draft_from_cap(reading: Reading, codes: Codes, area: int, earlier: Alert | None = None) -> AlertDraft:
    """Return the draft; `earlier` is the warning of ours that an Update or Cancel replaces."""
    cap = reading.alert
    if cap.msg_type not in set(MsgType):
        raise CapRefused(why=f"it is an {cap.msg_type}, which warns nobody")
    if cap.infos:
        given = _from_infos(cap, codes, area)
    elif earlier is not None and cap.msg_type == MsgType.CANCEL:
        given = replace(_like(earlier), area=area)
    else:
        raise CapRefused(why="it has no <info>, so there is nothing to tell anybody")
    references = tuple(str(each) for each in cap.references)
    return replace(
        given,
        status=Status(cap.status),
        msg_type=MsgType(cap.msg_type),
        ending=_ending(cap),
        note=cap.note,
        references=references,
        replaces=earlier.id if earlier else None,
        identity=identity_of(cap),
        cap_digest=reading.digest,
        source="cap",
    )


def assumptions(cap: CapAlert, draft: AlertDraft) -> Iterator[LintNote]:
    """Yield what the draft had to guess or leave open."""
    if cap.infos and not any(info.expires for info in cap.infos):
        yield LintNote("expires.assumed", "info", "taken to hold for 24 hours after it was sent")
    if draft.level is None:
        yield LintNote("level.open", "info", "neither a colour nor a severity says how grave it is: choose a level")
    if not draft.event_code:
        yield LintNote("event.open", "info", "the event is in no table of codes: choose one")
    if cap.msg_type != MsgType.ALERT and draft.replaces is None:
        yield LintNote("reference.unknown", "references", "none of the messages it refers to is known here")


def _from_infos(cap: CapAlert, codes: Codes, area: int) -> AlertDraft:
    first = cap.infos[0]
    by_language: dict[str, list[Info]] = {}
    for info in cap.infos:
        by_language.setdefault(locale_of(info.language), []).append(info)
    event_code = _event_code(cap.infos, codes)
    same_language = next(iter(by_language.values()))
    begins = [stamp.at for info in cap.infos if (stamp := info.onset or info.effective)]
    return AlertDraft(
        area=area,
        level=_level(cap.infos, codes),
        event_code=event_code,
        contents={language: _content(infos, event_code, language, codes) for language, infos in by_language.items()},
        expires=max((info.expires.at for info in cap.infos if info.expires), default=cap.sent.at + DAY),
        onset=min(begins, default=cap.sent.at),
        asks_answer=first.parameter(ASKS_ANSWER) != "no",
        place=_place(same_language),
        nature=_nature(first, event_code, codes),
    )


def _like(earlier: Alert) -> AlertDraft:
    """A Cancel that says nothing itself is about what it cancels."""
    return AlertDraft(
        area=earlier.area,
        level=earlier.level,
        event_code=earlier.event_code,
        contents={
            language: replace(content, headline="", description="", instruction=Instruction(), rules={})
            for language, content in earlier.contents.items()
        },
        expires=earlier.expires,
        onset=earlier.onset,
        asks_answer=False,
        place=earlier.place,
        nature=Nature(urgency="Past", responses=("AllClear",)),
    )


def _ending(cap: CapAlert) -> Ending | None:
    """Our own word for it if there is one; a Cancel of others lifts. (A correction is never taken from a file.)"""
    given = cap.infos[0].parameter(ENDING) if cap.infos else ""
    if given == Ending.LOWERED and cap.msg_type == MsgType.UPDATE:
        return Ending.LOWERED
    return Ending.LIFTED if cap.msg_type == MsgType.CANCEL else None


def _level(infos: Sequence[Info], codes: Codes) -> Level | None:
    """Our parameter, else the colour that a title names, else what the severity stands for."""
    given = infos[0].parameter(LEVEL)
    if given in {str(int(level)) for level in Level}:
        return Level(int(given))
    titles = (codes.level_in(text) for info in infos for text in (info.headline, info.event))
    severities = (codes.level_of_severity(info.severity) for info in infos)
    return next((level for level in (*titles, *severities) if level is not None), None)


def _event_code(infos: Sequence[Info], codes: Codes) -> str:
    given = (named.value for info in infos for named in info.event_codes)
    named = (codes.event_named(info.event) for info in infos)
    known = next((code for code in given if code in codes.events), "")
    return known or next((kind.code for kind in named if kind is not None), "")


def _content(infos: Sequence[Info], event_code: str, language: str, codes: Codes) -> Content:
    """Several infos of one language add to each other: titles of the first, the texts of all."""
    first = infos[0]
    kind = codes.events.get(event_code)
    return Content(
        headline=first.headline,
        description=_joined(info.description for info in infos),
        instruction=_instruction(infos),
        area_desc=_joined((area.description for info in infos for area in info.areas), "; "),
        sender_name=first.sender_name,
        event="" if kind and kind.name(language) == first.event else first.event,
        rules=_rules(first),
    )


def _instruction(infos: Sequence[Info]) -> Instruction:
    parts = {part: infos[0].parameter(PART.format(part=part)) for part in PARTS}
    if any(parts.values()):
        return Instruction(**parts)
    return Instruction(do=_joined(info.instruction for info in infos), call=infos[0].contact)


def _rules(info: Info) -> Mapping[int, Instruction]:
    names = {named.name for named in info.parameters}
    rules = {}
    for rule in range(RULES_AT_MOST):
        wanted = {part: RULE_PART.format(rule=rule, part=part) for part in PARTS}
        if names.intersection(wanted.values()):
            rules[rule] = Instruction(**{part: info.parameter(name) for part, name in wanted.items()})
    return rules


def _place(infos: Sequence[Info]) -> Place:
    areas = [area for info in infos for area in info.areas]
    return Place(
        tuple(dict.fromkeys((named.name, named.value) for area in areas for named in area.geocodes)),
        tuple(dict.fromkeys(polygon for area in areas for polygon in area.polygons)),
        tuple(dict.fromkeys(circle for area in areas for circle in area.circles)),
    )


def _nature(info: Info, event_code: str, codes: Codes) -> Nature:
    kind = codes.events.get(event_code)
    as_in_table = kind is not None and info.categories == (kind.category,)
    return Nature(info.urgency, info.certainty, () if as_in_table else info.categories, info.responses)


def _joined(texts: Iterator[str], between: str = "\n") -> str:
    """Join the texts that say something, each once."""
    return between.join(dict.fromkeys(text for text in texts if text))
