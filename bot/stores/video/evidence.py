"""Evidence of a check: stills and pieces of film by the digest of their very bytes; nothing is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from audiences.stores.scope import within
from audiences.stores.tables import sites
from bot.cases.freshness import EvidenceKind, Finding, Source, Taken, findings, metres_between
from bot.cases.video_check import Shot
from bot.cases.video_errors import ClipOutOfOrder, PieceDiffers, TooMuchEvidence, UnknownEvidence
from bot.stores.video import looks
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_evidence, video_looks, video_places
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Transaction

MOST: Final = 400  # photos and pieces of film of one check
evidence = video_evidence.c
_WITH_LOOKS: Final = select(video_evidence, video_looks.c.alike_id).select_from(
    video_evidence.outerjoin(video_looks, video_looks.c.evidence_id == evidence.id)
)


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """Where the phone says it is."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    accuracy_m: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What somebody brings: the file is stored already under `digest`, the SHA-256 of its bytes."""

    kind: EvidenceKind
    digest: str
    mime_type: str
    bytes: int
    source: Source
    received_at: int
    taken_at: int | None = None  # the phone's claim
    place: PhonePlace | None = None
    code: str = ""  # which the page showed as it was taken
    shot: Shot | None = None
    look: str | None = None  # None: somebody looks later
    shown_digest: str | None = None
    clip: str = ""
    number: int | None = None

    @property
    def dedupe(self) -> str:
        if self.kind is EvidenceKind.STILL:
            return f"still:{self.digest}"
        return f"clip:{self.clip}:{self.number}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence as it is kept; `id` outside, `key` inside."""

    id: str
    key: int
    check: int
    kind: EvidenceKind
    shot: Shot | None
    clip: str | None
    number: int | None
    digest: str
    mime_type: str
    bytes: int
    shown_digest: str | None
    source: Source
    taken_at: int | None
    received_at: int
    learned_at: int
    metres: int | None
    findings: tuple[Finding, ...]
    alike: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of bringing it. `new` False: the same came before."""

    evidence: Evidence
    new: bool


async def keep(tx: Transaction, actor: Actor, check: Check, brought: Brought) -> Kept:
    """Keep one piece; the same again is the same piece. The check must be held by this transaction."""
    actor.require_hub()
    before = await _known(tx, check, brought)
    if before is not None:
        if before.digest != brought.digest:
            raise PieceDiffers(number=brought.number)
        return Kept(_evidence(before, before.alike_id), new=False)
    await _refuse_too_much(tx, check, brought)
    metres = await _metres(tx, check, brought.place)
    code_shown = brought.code == check.code
    found = findings(Taken(brought.source, brought.taken_at, brought.received_at, metres, code_shown))
    row = await tx.row(insert(video_evidence).values(_row(check, brought, metres, found)).returning(video_evidence))
    if row is None:
        raise UnknownEvidence(evidence=brought.digest)
    if brought.place is not None:
        await insert_rows(tx, video_places, [_place_row(row.id, brought.place)])
    if brought.kind is not EvidenceKind.STILL:
        return Kept(_evidence(row), new=True)
    alike = await looks.note(tx, actor, row.id, check.site, check.key, brought.look)
    return Kept(_evidence(row, alike), new=True)


async def of_check(tx: Transaction, actor: Actor, check_id: int) -> Sequence[Evidence]:
    """Return all that was brought for a check, in the order in which it came."""
    mine = (evidence.check_id == check_id) & within(actor, evidence.area_id)
    return [_evidence(row, row.alike_id) for row in await tx.rows(_WITH_LOOKS.where(mine).order_by(evidence.id))]


async def one(tx: Transaction, actor: Actor, check_id: int, public_id: str) -> Evidence:
    mine = (evidence.check_id == check_id) & (evidence.public_id == public_id) & within(actor, evidence.area_id)
    row = await tx.row(_WITH_LOOKS.where(mine))
    if row is None:
        raise UnknownEvidence(evidence=public_id)
    return _evidence(row, row.alike_id)


async def pieces(tx: Transaction, actor: Actor, check_id: int, clip: str) -> Sequence[Evidence]:
    """Return the pieces of a film from its beginning to the first that is missing."""
    mine = (evidence.check_id == check_id) & (evidence.clip == clip) & within(actor, evidence.area_id)
    rows = await tx.rows(select(video_evidence).where(mine).order_by(evidence.number))
    whole = [_evidence(row) for place, row in enumerate(rows) if row.number == place]
    if not whole:
        raise UnknownEvidence(evidence=clip)
    return whole


async def _known(tx: Transaction, check: Check, brought: Brought) -> Row[Any] | None:
    mine = (evidence.check_id == check.key) & (evidence.dedupe == brought.dedupe)
    return await tx.row(_WITH_LOOKS.where(mine))


async def _refuse_too_much(tx: Transaction, check: Check, brought: Brought) -> None:
    """Refuse what is more than enough, and a film that has no beginning."""
    here = evidence.check_id == check.key
    if int(await tx.value(select(func.count()).where(here))) >= MOST:
        raise TooMuchEvidence(most=MOST)
    if brought.kind is EvidenceKind.CLIP_CHUNK and brought.number:
        first = select(evidence.id).where(here, evidence.clip == brought.clip, evidence.number == 0)
        if await tx.value(first) is None:
            raise ClipOutOfOrder


async def _metres(tx: Transaction, check: Check, place: PhonePlace | None) -> int | None:
    if place is None or check.site is None:
        return None
    row = await tx.row(select(sites.c.latitude, sites.c.longitude).where(sites.c.id == check.site))
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return metres_between((place.latitude, place.longitude), (row.latitude, row.longitude))


def _row(check: Check, brought: Brought, metres: int | None, found: Sequence[Finding]) -> dict[str, Any]:
    return {
        "public_id": new_id(),
        "check_id": check.key,
        "site_id": check.site,
        "area_id": check.area,
        "kind": brought.kind.value,
        "shot": brought.shot,
        "clip": brought.clip or None,
        "number": brought.number,
        "digest": brought.digest,
        "mime_type": brought.mime_type,
        "bytes": brought.bytes,
        "shown_digest": brought.shown_digest,
        "source": brought.source.value,
        "taken_at": brought.taken_at,
        "received_at": brought.received_at,
        "learned_at": machine_now(),
        "metres": metres,
        "findings": [each.value for each in found],
        "dedupe": brought.dedupe,
    }


def _place_row(evidence_id: int, place: PhonePlace) -> dict[str, Any]:
    return {
        "evidence_id": evidence_id,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "accuracy_m": place.accuracy_m,
    }


def _evidence(row: Row[Any], alike: int | None = None) -> Evidence:
    found = tuple(Finding(each) for each in row.findings)
    return Evidence(
        id=row.public_id,
        key=row.id,
        check=row.check_id,
        kind=EvidenceKind(row.kind),
        shot=Shot(row.shot) if row.shot else None,
        clip=row.clip,
        number=row.number,
        digest=row.digest,
        mime_type=row.mime_type,
        bytes=row.bytes,
        shown_digest=row.shown_digest,
        source=Source(row.source),
        taken_at=row.taken_at,
        received_at=row.received_at,
        learned_at=row.learned_at,
        metres=row.metres,
        findings=found if alike is None else (*found, Finding.SEEN_BEFORE),
        alike=alike,
    )
