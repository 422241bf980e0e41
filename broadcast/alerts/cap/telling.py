"""A warning of ours as a CAP message: one info per language, references to all earlier messages of its chain."""

from collections.abc import Iterator, Sequence

from broadcast.alerts.cap.document import Area, CapAlert, Info, Named, Reference, Stamp
from broadcast.alerts.cap.profile import ASKS_ANSWER, ENDING, EVENT_CODE, LEVEL, PART, PARTS, RULE_PART, tag_of
from broadcast.alerts.codes import Codes
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Content, Identity, Instruction
from broadcast.errors import WrongState
from ground.clock import BEIJING, SECOND, moment


def cap_of(alert: Alert, earlier: Sequence[Alert], codes: Codes) -> CapAlert:
    """Return the message; `earlier` is what it replaces, the newest first. Without an identity it cannot be told."""
    if not alert.identity.fixed:
        raise WrongState(state=alert.state, needed=State.ISSUED, deed="told as CAP")
    return CapAlert(
        identifier=alert.identity.identifier,
        sender=alert.identity.sender,
        sent=_sent(alert.identity),
        status=alert.status,
        msg_type=alert.msg_type,
        scope="Public",
        note=alert.note,
        references=tuple(_references(alert, earlier)),
        infos=tuple(_info(alert, language, content, codes) for language, content in alert.contents.items()),
    )


def _references(alert: Alert, earlier: Sequence[Alert]) -> Iterator[Reference]:
    """Name every earlier message that had not run out, what is replaced directly in any case, then those of others."""
    told: set[str] = set()
    for place, each in enumerate(earlier):
        lasting = place == 0 or each.expires > alert.identity.sent
        if each.identity.fixed and each.state is not State.WITHDRAWN and lasting:
            reference = Reference(each.identity.sender, each.identity.identifier, _sent(each.identity))
            told.add(str(reference))
            yield reference
    for triple in alert.references:
        if triple not in told:
            sender, identifier, sent = triple.split(",")
            yield Reference(sender, identifier, Stamp.read(sent))


def _sent(identity: Identity) -> Stamp:
    return Stamp(identity.sent, identity.sent_text)


def _info(alert: Alert, language: str, content: Content, codes: Codes) -> Info:
    known = codes.events.get(alert.event_code)
    return Info(
        language=tag_of(language),
        categories=alert.nature.categories or ((known.category,) if known else ("Other",)),
        event=content.event or (known.name(language) if known else ""),
        responses=alert.nature.responses,
        urgency=alert.nature.urgency,
        severity=codes.severity(alert.level) if alert.level else "Unknown",
        certainty=alert.nature.certainty,
        event_codes=(Named(EVENT_CODE, alert.event_code),) if alert.event_code else (),
        onset=_stamp(alert.onset),
        expires=_stamp(alert.expires),
        sender_name=content.sender_name,
        headline=content.headline,
        description=content.description,
        instruction="\n".join(part for part in _parts(content.instruction).values() if part),
        parameters=tuple(_parameters(alert, content)),
        areas=(_area(alert, content),),
    )


def _parameters(alert: Alert, content: Content) -> Iterator[Named]:
    if alert.level:
        yield Named(LEVEL, str(int(alert.level)))
    if alert.ending:
        yield Named(ENDING, alert.ending)
    if not alert.asks_answer:
        yield Named(ASKS_ANSWER, "no")
    for part, text in _parts(content.instruction).items():
        if text:
            yield Named(PART.format(part=part), text)
    for rule, instruction in sorted(content.rules.items()):
        # An override replaces the whole instruction: one that says nothing at all must travel, too.
        silent = instruction == Instruction()
        for part, text in _parts(instruction).items():
            if text or (silent and part == PARTS[0]):
                yield Named(RULE_PART.format(rule=rule, part=part), text)


def _parts(instruction: Instruction) -> dict[str, str]:
    return {part: getattr(instruction, part) for part in PARTS}


def _area(alert: Alert, content: Content) -> Area:
    geocodes = tuple(Named(name, code) for name, code in alert.place.geocodes)
    return Area(content.area_desc, alert.place.polygons, alert.place.circles, geocodes)


def _stamp(at: int | None) -> Stamp | None:
    """CAP knows whole seconds; our own are written in Beijing time."""
    if at is None:
        return None
    return Stamp(at - at % SECOND, moment(at, BEIJING).isoformat(timespec="seconds"))
