"""Forgetting a person: `person.erased` begins it, a sweep goes on slice by slice, wherever it was left.

What has to be looked for (the name, the numbers) is kept beside until nothing is left of it, and then goes, too.
"""

from dataclasses import dataclass
from typing import Final

from audiences.people import Erasure
from audiences.stores import erasures
from bot.stores.erasing import photos, traces
from bot.stores.erasing.mentions import MENTIONS
from bot.stores.erasing.own import ERASER, OWN
from bot.stores.erasing.subject import subject_of
from bot.stores.erasing.told import TOLD
from bot.stores.erasing.traces import Trace
from bot.stores.erasing.visits import VISITS
from ground import media
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.media import MediaFolder
from ground.transaction import Database, Transaction

TRACES: Final = (*TOLD, *OWN, *VISITS, *MENTIONS)
FILES: Final = 100  # photos that are looked at in one sweep


@dataclass(frozen=True, slots=True)
class Eraser:
    database: Database
    clock: Clock
    media: MediaFolder


def subscription() -> Subscription:
    """Return what listens for people who are to be forgotten."""
    return Subscription("erasures", frozenset({"person.erased"}), _begin)


async def _begin(tx: Transaction, event: Event) -> None:
    await erasures.begin(tx, ERASER, int(event.subject), TRACES[0].name)


async def sweep(eraser: Eraser) -> int:
    """Go on with every erasure that is under way, then delete the photos that nobody holds any more."""
    async with eraser.database.reading() as tx:
        found = await erasures.under_way(tx, ERASER)
    for erasure in found:
        await _forget(eraser, erasure)
    await delete_released(eraser)
    return len(found)


async def _forget(eraser: Eraser, erasure: Erasure) -> None:
    names = [trace.name for trace in TRACES]
    left = names.index(erasure.stage) if erasure.stage in names else 0  # a step of an earlier release: from the start
    through = erasure.through if erasure.stage in names else 0
    for trace in TRACES[left:]:
        await _follow(eraser, erasure, trace, through)
        through = 0
    async with eraser.database.writing() as tx:
        await erasures.finish(tx, ERASER, erasure.person, eraser.clock.now())


async def _follow(eraser: Eraser, erasure: Erasure, trace: Trace, through: int) -> None:
    """Wipe one trace, each slice in a transaction of its own: it is looked for in one that keeps nobody waiting."""
    while True:
        async with eraser.database.reading() as tx:
            subject = await subject_of(tx, ERASER, erasure)
            keys = await traces.find(tx, ERASER, trace, subject, through)
        if not keys:
            return
        through = keys[-1]
        async with eraser.database.writing() as tx:
            await traces.wipe(tx, ERASER, trace, subject, keys)
            await erasures.keep_place(tx, ERASER, erasure.person, trace.name, through)


async def delete_released(eraser: Eraser) -> int:
    """Delete photos that an erasure let go of and nobody else holds; return how many files went."""
    async with eraser.database.reading() as tx:
        let_go = await media.released(tx, FILES)
    if not let_go:
        return 0
    async with eraser.database.writing() as tx:
        held = await photos.held(tx, ERASER, let_go)
        gone = [each for each in let_go if each not in held]
        await media.forget(tx, gone)
    await eraser.media.delete(gone)
    async with eraser.database.writing() as tx:
        await media.settle_released(tx, let_go)
    return len(gone)
