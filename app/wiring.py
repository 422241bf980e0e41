"""Who is connected with whom: the one place where channels, queue, sweeps and readers of news are put together."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from app.api.idempotency import forget_old_answers
from app.broker.embedded import Broker
from app.errors import WrongSetting
from app.house import House
from app.process.checking import database_answers, tables_are_new
from app.scheduler import Round
from app.security.codes import forget_old_codes
from app.security.sessions import forget_old_sessions
from app.settings import Settings
from audiences.pinyin import readings_of
from audiences.stores import readings
from audiences.stores.reach import proofs
from bot import calls
from bot.assistance import sweeping
from bot.assistance.desk import AssistanceDesk, desk_with
from bot.dialogue import Dialogue, Tools
from bot.evacuation import following
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.silencing import silence
from bot.evacuation.watching import listen_for_villages, watch
from bot.flows import FLOWS
from bot.platforms import PLATFORMS
from bot.platforms.base import Platform
from bot.relief import escalating
from bot.relief.desk import ReliefDesk
from bot.stores import talks, turns
from bot.stores.evacuation import links
from bot.stores.video import links as video_links
from bot.telling import Teller
from bot.video import drawing, keeping, watching
from bot.video.desk import VideoDesk
from bot.video.watching import Watch
from broadcast.alerts.office import Office
from broadcast.channels import CHANNELS
from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.speaker_mqtt import SpeakerSettings
from broadcast.channels.webchat import WEBCHAT
from broadcast.dispatch import growth, sweep
from broadcast.dispatch.hub import Hub, Pace
from broadcast.queues.base import Queue
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import webchat
from broadcast.stores.alert_steps import expire_due
from ground.actor import system
from ground.clock import DAY, HOUR, SECOND, machine_now
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import Database, open_database

CLERK = system("clerk")
REPEATED_AT_MOST = 14 * DAY
SLICE = 500  # rows that are dropped in one transaction
LINKS_STAY = 14 * DAY  # story time after an order's end for which a phone may still bring what waited on it
SILENT_AT_MOST = 2 * DAY  # story time after which an open talk is given up


def furnish(settings: Settings, stack: AsyncExitStack, public_url: str) -> House:
    """Return the house as it is before it opens: a database, a clock, an office; nothing is sent or answered."""
    database = open_database(settings.database_url, pool_size=settings.database_pool)
    stack.push_async_callback(database.close)
    clock, channels = settings.story_clock(), dict[str, Channel]()
    kinds = [kind for kind in CHANNELS if settings.channel(kind.name) is not None]
    # Readers of news plan rows and publish nothing, so that theirs is a queue nobody takes from.
    reading = Hub(database, clock, NewsDesk(), MemoryQueue(), channels)
    desk = NewsDesk(
        [growth.subscription(reading), *following.subscriptions(clock), calls.subscription(Teller(kinds), clock)]
    )
    return House(
        settings=settings,
        public_url=public_url,
        clock=clock,
        database=database,
        desk=desk,
        media=MediaFolder(settings.data / "media", settings.limits.media),
        office=Office(settings.office, desk, kinds),
        kinds=kinds,
        channels=channels,
        checks={"database": lambda: database_answers(database), "tables": lambda: tables_are_new(database)},
    )


def build_channels(house: House) -> None:
    """Build every channel that is switched on; none connects before it is started."""
    for kind in house.kinds:
        house.channels[kind.name] = build_channel(house, kind)


def build_channel(house: House, kind: ChannelKind) -> Channel:
    """Build one channel as the settings have it."""
    section = house.settings.channel(kind.name)
    if isinstance(section, SpeakerSettings) and not section.host:
        section = _at_embedded(section, house.broker)
    return kind.build(section, _surroundings(house))


def build_platforms(house: House) -> Sequence[Platform]:
    """Build a platform for every channel that people can speak on; what they hear is kept before it is answered."""
    dialogue = Dialogue(Tools(house.database, house.clock, house.desk, house.kinds, FLOWS, house.public_url))
    around = _surroundings(house)
    spoken = [kind for kind in PLATFORMS if kind.channel in house.channels]
    return [kind.build(house.channels[kind.channel], around, dialogue.hear) for kind in spoken]


def connect(house: House, queue: Queue) -> Hub:
    """Return what planner, engine and sweeper lean on."""
    pace = Pace(lease=round(house.settings.sending.lease * SECOND))
    return Hub(house.database, house.clock, house.desk, queue, house.channels, pace)


def rounds_of(house: House, hub: Hub) -> list[Round]:
    """Return every sweep with how often it is woken; what is due, each finds in the database."""
    return [
        Round("sweep", 0.5, lambda: sweep.once(hub)),
        Round("expiry", 1.0, lambda: _expire(house)),
        Round("relief", 5.0, lambda: escalating.sweep(relief_desk(house), house.database, house.clock)),
        *evacuation_rounds(house),
        *video_rounds(house),
        Round("assistance", 60.0, lambda: sweeping.sweep(assistance_desk(house), house.database, house.clock)),
        Round("talks", 60.0, lambda: _end_silent_talks(house)),
        Round("readings", 60.0, lambda: _read_names(house.database)),
        Round("forgetting", HOUR / SECOND, lambda: _forget(house)),
        Round("pages told", 60.0, lambda: _forget_told(house)),
    ]


def relief_desk(house: House) -> ReliefDesk:
    """Return what reports, their offices and the sweep of their deadlines lean on."""
    return ReliefDesk(Teller(house.kinds), house.desk)


def evacuation_rounds(house: House) -> list[Round]:
    """Return what wakes evacuations: rolls and telling, alarms, villages that fell silent, sirens that were stopped."""
    marshal = Marshal(house.database, house.clock, Teller(house.kinds))
    return [
        Round("evacuation", 0.5, lambda: advance(marshal)),
        Round("evacuation alarms", 1.0, lambda: watch(marshal)),
        Round("evacuation contact", 15.0, lambda: listen_for_villages(marshal)),
        Round("evacuation silence", 0.5, lambda: silence(marshal, house.channels)),
    ]


def video_rounds(house: House) -> list[Round]:
    """Return what wakes video checks: nobody answered in time, photos nobody looked at, the day's spot checks."""
    round_ = Watch(VideoDesk(Teller(house.kinds), house.desk, house.public_url), house.database, house.clock)
    return [
        Round("video checks", 1.0, lambda: watching.watch(round_)),
        Round("video photos", 5.0, lambda: keeping.look_at_photos(round_, house.media)),
        Round("spot checks", 20.0, lambda: drawing.draw_and_ask(round_)),
    ]


def assistance_desk(house: House) -> AssistanceDesk:
    """Return what applications for assistance, their notices and the sweep of their deadlines lean on."""
    return desk_with(Teller(house.kinds), house.desk, house.public_url)


def _surroundings(house: House) -> Surroundings:
    return Surroundings(house.clock, house.database, house.public_url, house.settings.data)


def _at_embedded(section: SpeakerSettings, broker: Broker | None) -> SpeakerSettings:
    if broker is None:
        why = "with a NATS server of your own, say where the speakers' MQTT broker is"
        raise WrongSetting(setting="channels.speaker.host (MINGLUO_CHANNELS__SPEAKER__HOST)", why=why)
    return replace(section, host=broker.host, port=broker.mqtt_port, username=broker.username, password=broker.password)


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
