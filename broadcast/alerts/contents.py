"""The seven contents that a Chinese warning must have (DB45/T 2427-2021), and the times that must make sense.

预警类型 kind, 级别 level, 起始时间 start, 可能影响范围 area, 警示事项 what to watch for, 应采取的措施 what to do,
发布机关 issuer. An ending need not say when it starts or what to do: its own templates say what it means.
"""

from collections.abc import Iterator, Mapping

from broadcast.alerts.codes import Codes
from broadcast.alerts.model import AlertDraft, Content
from broadcast.errors import ExpiryBeforeStart, ExpiryPast, IncompleteWarning, UnknownEventCode
from ground.clock import BEIJING, moment

EVENT, LEVEL, WORDS = "the type of event", "the level", "any words"


def require_complete(draft: AlertDraft, codes: Codes, now: int) -> None:
    """Refuse a warning that lacks a mandatory content or whose times contradict each other, naming what is wrong."""
    missing = list(_missing(draft))
    if missing:
        raise IncompleteWarning(missing=", ".join(missing))
    if draft.event_code not in codes.events:
        raise UnknownEventCode(code=draft.event_code)
    if draft.ending is None:
        require_unexpired(draft, now)
    if draft.ending is None and draft.onset is not None and draft.onset >= draft.expires:
        raise ExpiryBeforeStart(onset=written(draft.onset), expires=written(draft.expires))


def require_sayable(draft: AlertDraft) -> None:
    """Refuse to put into words what has no event or no level yet."""
    missing = [name for name in _missing(draft) if name in {EVENT, LEVEL, WORDS}]
    if missing:
        raise IncompleteWarning(missing=", ".join(missing))


def require_unexpired(draft: AlertDraft, now: int) -> None:
    """Refuse what has run out: nothing is sent after expiry. (An ending is not bound by it: do not ask.)"""
    if draft.expires <= now:
        raise ExpiryPast(expires=written(draft.expires), now=written(now))


def written(at: int) -> str:
    """Write an instant as an officer reads it."""
    return f"{moment(at, BEIJING):%Y-%m-%d %H:%M:%S}"


def _missing(draft: AlertDraft) -> Iterator[str]:
    if not draft.event_code:
        yield EVENT
    if draft.level is None:
        yield LEVEL
    if draft.onset is None and draft.ending is None:
        yield "the start"
    if not draft.contents:
        yield WORDS
    for language, content in sorted(draft.contents.items()):
        for name, text in _texts(draft, content).items():
            if not text.strip():
                yield f"{name} ({language})"
    if not draft.target and draft.ending is None:
        yield "the target"


def _texts(draft: AlertDraft, content: Content) -> Mapping[str, str]:
    always = {"the area": content.area_desc, "the issuer": content.sender_name}
    if draft.ending is not None:
        return always
    return always | {"what to watch for": content.description, "what to do": content.instruction.do}
