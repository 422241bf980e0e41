"""The rounds: every sweep with how often it is woken; what is due, each finds in the database."""

import asyncio
from collections.abc import Mapping

from app.api.idempotency import forget_old_answers
from app.heartbeat import audit
from app.house import House
from app.scheduler import Round
from app.security.codes import forget_old_codes
from app.security.sessions import forget_old_sessions
from app.wiring import assistance_desk, relief_desk
from audiences.pinyin import readings_of
from audiences.stores import readings
from audiences.stores.reach import proofs
from bot import erasing
from bot.assistance import sweeping
from bot.doors.escalating import hand_on
from bot.doors.looking import look
from bot.doors.opening import DoorDesk, Doorkeeper
from bot.doors.telling import tell
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.silencing import silence
from bot.evacuation.watching import listen_for_villages, watch
from bot.relief import escalating
from bot.rosters.desk import RosterDesk
from bot.rosters.nights import watch_nights
from bot.rosters.testing import advance_tests
from bot.stores import talks, turns
from bot.stores.evacuation import links, passes
from bot.stores.relief import identity
from bot.stores.video import links as video_links
from bot.telling import Teller
from bot.video import drawing, keeping, watching
from bot.video.desk import VideoDesk
from bot.video.watching import Watch
from broadcast.channels.webchat import WEBCHAT
from broadcast.dispatch import approvals, confirming, escalation, sweep
from broadcast.dispatch.escalation import Escalation
from broadcast.dispatch.hub import Hub
from broadcast.stores import webchat
from broadcast.stores.alert_steps import expire_due
from ground.actor import system
from ground.clock import DAY, HOUR, SECOND, machine_now
from ground.transaction import Database

CLERK = system("clerk")
REPEATED_AT_MOST = 14 * DAY
SLICE = 500  # rows that are dropped in one transaction
LINKS_STAY = 14 * DAY  # story time after an order's end for which a phone may still bring what waited on it
SILENT_AT_MOST = 2 * DAY  # story time after which an open talk is given up


def rounds_of(house: House, hub: Hub) -> list[Round]:
    """Return every sweep with how often it is woken; what is due, each finds in the database."""
    return [
        Round("sweep", 0.5, lambda: sweep.once(hub)),
        Round("ladders", 0.5, lambda: escalation.once(Escalation(hub, house.office))),
        Round("approvals", 1.0, lambda: approvals.once(Escalation(hub, house.office))),
        Round("confirmations", 1.0, lambda: confirming.once(hub)),
        Round("ladder audit", house.settings.heartbeat.every, lambda: audit(house)),
        Round("expiry", 1.0, lambda: _expire(house)),
        Round("relief", 5.0, lambda: escalating.sweep(relief_desk(house), house.database, house.clock)),
        *evacuation_rounds(house),
        *door_rounds(house),
        *video_rounds(house),
        Round("assistance", 60.0, lambda: sweeping.sweep(assistance_desk(house), house.database, house.clock)),
        *roster_rounds(house),
        Round("talks", 60.0, lambda: _end_silent_talks(house)),
        Round("readings", 60.0, lambda: _read_names(house.database)),
        Round("sealing", 60.0, lambda: _seal_anew(house)),
        Round("erasures", 10.0, lambda: erasing.sweep(erasing.Eraser(house.database, house.clock, house.media))),
        Round("forgetting", HOUR / SECOND, lambda: _forget(house)),
        Round("pages told", 60.0, lambda: _forget_told(house)),
    ]


def evacuation_rounds(house: House) -> list[Round]:
    """Return what wakes evacuations: rolls and telling, alarms, villages that fell silent, sirens that were stopped."""
    marshal = Marshal(house.database, house.clock, Teller(house.kinds), house.public_url)
    return [
        Round("evacuation", 0.5, lambda: advance(marshal)),
        Round("evacuation alarms", 1.0, lambda: watch(marshal)),
        Round("evacuation contact", 15.0, lambda: listen_for_villages(marshal)),
        Round("evacuation silence", 0.5, lambda: silence(marshal, house.channels)),
    ]


def roster_rounds(house: House) -> list[Round]:
    """Return what wakes rosters: nights without anybody on duty, contact tests under way."""
    desk = RosterDesk(house.database, house.clock, house.desk, Teller(house.kinds))
    return [
        Round("empty nights", 30.0, lambda: watch_nights(desk)),
        Round("contact tests", 1.0, lambda: advance_tests(desk)),
    ]


def video_rounds(house: House) -> list[Round]:
    """Return what wakes video checks: nobody answered in time, photos nobody looked at, the day's spot checks."""
    round_ = Watch(VideoDesk(Teller(house.kinds), house.desk, house.public_url), house.database, house.clock)
    return [
        Round("video checks", 1.0, lambda: watching.watch(round_)),
        Round("video photos", 5.0, lambda: keeping.look_at_photos(round_, house.media)),
        Round("spot checks", 20.0, lambda: drawing.draw_and_ask(round_)),
    ]


def door_rounds(house: House) -> list[Round]:
    """Return what wakes door tasks: the look after a warning, deadlines, telling; none holds up the others."""
    keeper = Doorkeeper(house.database, house.clock, DoorDesk(Teller(house.kinds), house.desk))
    return [
        Round("doors", 0.5, lambda: look(keeper)),
        Round("door deadlines", 1.0, lambda: hand_on(keeper)),
        Round("door telling", 0.5, lambda: tell(keeper)),
    ]


async def _read_names(database: Database) -> None:
    """Have every area found by how its name is typed in Latin letters; nobody waits while a slice of them is read."""
    while names := await _unread(database):
        read = await asyncio.to_thread(readings_of, names.values())
        async with database.writing() as tx:
            await readings.keep(tx, CLERK, names, read)


async def _unread(database: Database) -> Mapping[int, str]:
    async with database.reading() as tx:
        return await readings.unread(tx, CLERK)


async def _expire(house: House) -> None:
    async with house.database.writing() as tx:
        await expire_due(tx, CLERK, house.desk, house.clock.now())


async def _seal_anew(house: House) -> None:
    """Seal with the newest key what an older one sealed."""
    sealed = identity.SLICE
    while sealed == identity.SLICE:
        async with house.database.writing() as tx:
            sealed = await identity.reseal(tx, CLERK, house.seals)


async def _forget(house: House) -> None:
    """Drop what was kept for a while only: answers by key, sessions, one-time codes, links to rolls."""
    database, now = house.database, house.clock.now()
    for drop in (forget_old_answers, forget_old_sessions, forget_old_codes):
        async with database.writing() as tx:
            await drop(tx)
    async with database.writing() as tx:
        await turns.forget_before(tx, CLERK, machine_now() - REPEATED_AT_MOST)
        await proofs.forget_old(tx, CLERK, now)
        await links.forget_before(tx, CLERK, now - LINKS_STAY)
        await passes.forget_before(tx, CLERK, now - LINKS_STAY)
        await video_links.forget_before(tx, CLERK, now - LINKS_STAY)


async def _forget_told(house: House) -> None:
    """Erase what pages were told long ago, and what was told where the address itself was erased."""
    section = house.settings.channel(WEBCHAT.name)
    if section is None:
        return
    before, dropped = machine_now() - round(section.remember_days * DAY), SLICE
    while dropped == SLICE:
        async with house.database.writing() as tx:
            dropped = await webchat.forget_before(tx, CLERK, before, SLICE)
    async with house.database.reading() as tx:  # looking takes longer than one writer may be kept waiting
        erased = await webchat.ownerless(tx, CLERK, SLICE)
    if erased:
        async with house.database.writing() as tx:
            await webchat.erase(tx, CLERK, erased)


async def _end_silent_talks(house: House) -> None:
    now = house.clock.now()
    async with house.database.writing() as tx:
        await talks.end_silent(tx, CLERK, now - SILENT_AT_MOST, now)
