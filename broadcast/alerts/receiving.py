"""CAP comes in: the same file twice is the same draft, and an update of ours becomes a draft that replaces it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from broadcast.alerts.cap.document import CapAlert, Reading
from broadcast.alerts.cap.taking import Taken, assumptions, draft_from_cap, identity_of
from broadcast.alerts.drafting import draft
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, AlertDraft, Identity, MsgType, Status
from broadcast.alerts.office import Office
from broadcast.errors import CapRefused, KnownAlready
from broadcast.stores import alert_places as places
from broadcast.stores import alerts as store
from ground.actor import Actor
from ground.transaction import Transaction


async def take_cap(
    tx: Transaction, actor: Actor, office: Office, reading: Reading, now: int, *, area: int | None = None
) -> Taken:
    """Make a draft of a CAP message; without `area`, its geocodes say to which area it belongs, else the actor's."""
    identity = identity_of(reading.alert)
    known = await store.with_identity(tx, actor, identity)
    if known is not None:
        return Taken(known, reading.notes, again=True)
    earlier = await _replaced(tx, actor, reading.alert)
    codes = _geocodes(reading.alert)
    belongs = area or (earlier.area if earlier else None) or await places.smallest_around(tx, actor, codes)
    if belongs is None:
        raise CapRefused(why="no geocode of it is an area known here; say to which area it belongs")
    given = draft_from_cap(reading, office.codes, belongs, earlier)
    given = replace(given, target=await _target(tx, actor, given, codes))
    notes = (*reading.notes, *assumptions(reading.alert, given))
    try:
        return Taken(await draft(tx, actor, office, given, now), notes, again=False)
    except KnownAlready:  # somebody else took the same file while we read it
        known = await store.with_identity(tx, actor, identity)
        if known is None:
            raise
        return Taken(known, notes, again=True)


async def _replaced(tx: Transaction, actor: Actor, cap: CapAlert) -> Alert | None:
    """Return the warning of ours that stands where the file's references point; a drill never touches a real one."""
    if cap.msg_type not in {MsgType.UPDATE, MsgType.CANCEL}:
        return None
    named = [Identity(each.identifier, each.sender, each.sent.at, each.sent.text) for each in cap.references]
    drill = cap.status != Status.ACTUAL
    for each in await store.referred_to(tx, actor, named):
        if each.drill == drill and each.state is not State.WITHDRAWN:
            return await store.standing_for(tx, actor, each.id)
    return None


async def _target(tx: Transaction, actor: Actor, given: AlertDraft, codes: Sequence[str]) -> Sequence[dict[str, Any]]:
    """Aim an alarm at the areas that its geocodes name, for the officer to change."""
    if given.ending is not None:
        return ()
    known = await places.known_codes(tx, actor, codes)
    if not known:
        return ()
    name = next((content.area_desc for content in given.contents.values() if content.area_desc), known[0])[:80]
    return ({"name": " ".join(name.split()), "expression": " | ".join(f"area({code})" for code in known)},)


def _geocodes(cap: CapAlert) -> Sequence[str]:
    """Return the codes it names, each also as the twelve digits of the statistical code that it abbreviates."""
    given = {code.value for info in cap.infos for area in info.areas for code in area.geocodes}
    whole = {code.ljust(12, "0") for code in given if code.isascii() and code.isdigit() and len(code) <= 12}  # noqa: PLR2004
    return sorted(given | whole)[: places.CODES_AT_MOST]
