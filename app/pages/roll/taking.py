"""Taking what a page brings: people who were found, then reports; one that cannot be taken stops no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.pages.roll.guard import Caller
from app.pages.roll.said import AddedSaid, BatchSaid, ReportSaid
from app.pages.roll.showing import shelters_of
from bot.cases.evacuation import Way
from bot.stores.evacuation import adding
from bot.stores.evacuation.adding import Found
from bot.stores.evacuation.reports import Kept, Said
from bot.stores.evacuation.roll import Line
from ground import media
from ground.clock import MINUTE
from ground.transaction import Transaction

NEARLY: Final = 2 * MINUTE
NO_ROW: Final = "no_row"
CLOSED: Final = "closed"
NO_SHELTER: Final = "no_shelter"
NO_PHOTO: Final = "no_photo"


@dataclass(frozen=True, slots=True)
class _Known:
    """What reports are held against. `wrong`: by how much to mend what the phone's clock said."""

    wrong: int
    lines: Mapping[int, Line]
    added: Mapping[str, int]  # the phone's key → line
    shelters: Mapping[int, str]
    photos: frozenset[str]


async def take(tx: Transaction, caller: Caller, batch: BatchSaid) -> Mapping[str, Any]:
    """Take a batch; return what became of each part of it, by its key."""
    known = await _known(tx, caller, batch)
    refused = {each.key: why for each in batch.reports if (why := _refusal(caller, each, known))}
    said = [_said(caller, each, known) for each in batch.reports if each.key not in refused]
    kept = {each.said.dedupe: each for each in await caller.charge.report(tx, said, caller.now)}
    return {
        "added": dict(known.added),
        "reports": [
            _taken(each, kept.get(_own(caller, each.key)), refused.get(each.key, "")) for each in batch.reports
        ],
    }


async def _known(tx: Transaction, caller: Caller, batch: BatchSaid) -> _Known:
    before = {line.household for line in await caller.charge.lines(tx) if line.household}
    keys = {each.key for each in batch.added} | {each.added for each in batch.reports if each.added}
    if batch.added and caller.charge.order.open:
        await _add(tx, caller, batch.added, before)
    dedupes = {_own(caller, key): key for key in keys}
    found = await adding.known(tx, caller.charge.actor, caller.charge.order.key, list(dedupes)) if dedupes else {}
    lines = {line.id: line for line in await caller.charge.lines(tx)}
    photos = await media.known(tx, sorted({digest for each in batch.reports for digest in each.photos}))
    return _Known(
        _wrong(caller, batch),
        lines,
        {dedupes[own]: line for own, line in found.items()},
        await shelters_of(tx, caller),
        photos,
    )


async def _add(tx: Transaction, caller: Caller, added: Sequence[AddedSaid], homes: set[int]) -> None:
    found = [
        Found(each.name, each.kind, _own(caller, each.key), each.household if each.household in homes else None)
        for each in added
    ]
    await adding.add(tx, caller.charge.actor, caller.charge.order.key, caller.charge.area, found)


def _refusal(caller: Caller, each: ReportSaid, known: _Known) -> str:
    if _line_of(each, known) not in known.lines:
        return NO_ROW
    if each.shelter is not None and each.shelter not in known.shelters:
        return NO_SHELTER
    if not known.photos.issuperset(each.photos):
        return NO_PHOTO
    lifted_at = caller.charge.order.lifted_at
    return CLOSED if lifted_at is not None and _happened(caller, each, known) > lifted_at else ""


def _said(caller: Caller, each: ReportSaid, known: _Known) -> Said:
    return Said(
        line=_line_of(each, known),
        state=each.state,
        happened_at=_happened(caller, each, known),
        by=f"person:{caller.charge.person}",
        means=Way.PAGE,
        dedupe=_own(caller, each.key),
        verified=caller.charge.proven,
        checks=each.checks,
        shelter=each.shelter,
        photos=tuple(each.photos),
    )


def _taken(given: ReportSaid, kept: Kept | None, why: str) -> Mapping[str, Any]:
    if kept is None:
        return {"key": given.key, "result": "refused", "why": why}
    return {
        "key": given.key,
        "result": "kept" if kept.new else "known",
        "line": kept.said.line,
        "state": kept.standing.state.value,
        "missing": kept.standing.missing,
        "conflict": kept.standing.conflict,
    }


def _line_of(each: ReportSaid, known: _Known) -> int:
    return each.line if each.line is not None else known.added.get(each.added or "", 0)


def _wrong(caller: Caller, batch: BatchSaid) -> int:
    """A phone's clock is trusted if it is nearly right: what differs is then the way here, which may take long."""
    differs = caller.now - batch.sent
    return 0 if abs(differs) <= NEARLY else differs


def _happened(caller: Caller, each: ReportSaid, known: _Known) -> int:
    """Nothing is said before the order was given, nor before it is."""
    return min(max(each.at + known.wrong, caller.charge.order.at), caller.now)


def _own(caller: Caller, key: str) -> str:
    """Nobody uses up the keys of another."""
    return f"person:{caller.charge.person}:{key}"
