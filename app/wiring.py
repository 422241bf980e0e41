"""Who is connected with whom: the one place where channels, queue, sweeps and readers of news are put together."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from app.broker.embedded import Broker
from app.errors import WrongSetting
from app.house import House
from app.process.checking import database_answers, tables_are_new
from app.settings import Settings
from bot import calls, erasing, unconfirmed
from bot.assistance.desk import AssistanceDesk, desk_with
from bot.calling import stuck
from bot.dialogue import Dialogue, Tools
from bot.doors import hearing as door_news
from bot.doors import laddering, unseen
from bot.evacuation import contacting, following
from bot.flows import FLOWS
from bot.platforms import PLATFORMS
from bot.platforms.base import Platform
from bot.relief.desk import ReliefDesk
from bot.telling import Teller
from bot.video import laddering as video_ladders
from bot.video.desk import VideoDesk
from broadcast.alerts.office import Office
from broadcast.channels import CHANNELS
from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.speaker_mqtt import SpeakerSettings
from broadcast.dispatch import approvals, escalation, growth
from broadcast.dispatch.hub import Hub, Pace
from broadcast.dispatch.recalling import Recaller
from broadcast.queues.base import Queue
from broadcast.queues.memory import MemoryQueue
from ground.clock import SECOND
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import open_database


def furnish(settings: Settings, stack: AsyncExitStack, public_url: str) -> House:
    """Return the house as it is before it opens: a database, a clock, an office; nothing is sent or answered."""
    database = open_database(settings.database_url, pool_size=settings.database_pool)
    stack.push_async_callback(database.close)
    clock, channels = settings.story_clock(), dict[str, Channel]()
    kinds = [kind for kind in CHANNELS if settings.channel(kind.name) is not None]
    # Readers of news plan rows and publish nothing, so that theirs is a queue nobody takes from.
    reading = Hub(database, clock, NewsDesk(), MemoryQueue(), channels)
    desk = NewsDesk(
        [
            growth.subscription(reading),
            escalation.subscription(clock),
            approvals.subscription(clock),
            *following.subscriptions(clock),
            *contacting.subscriptions(clock),
            *door_news.subscriptions(clock),
            unseen.subscription(clock),
            Recaller(reading).subscription,
            calls.subscription(Teller(kinds), clock),
            stuck.subscription(Teller(kinds), clock),
            *unconfirmed.subscriptions(Teller(kinds), clock, public_url),
            erasing.subscription(),
        ]
    )
    desk.listen(*laddering.subscriptions(clock, desk))
    desk.listen(video_ladders.subscription(VideoDesk(Teller(kinds), desk, public_url), clock))
    return House(
        settings=settings,
        public_url=public_url,
        clock=clock,
        database=database,
        desk=desk,
        media=MediaFolder(settings.data / "media", settings.limits.media),
        office=Office(settings.office, desk, kinds, public_url=public_url),
        kinds=kinds,
        channels=channels,
        checks={"database": lambda: database_answers(database), "tables": lambda: tables_are_new(database)},
        seals=settings.seals(),
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
    tools = Tools(house.database, house.clock, house.desk, house.kinds, FLOWS, house.public_url, house.seals)
    dialogue = Dialogue(tools)
    around = _surroundings(house)
    spoken = [kind for kind in PLATFORMS if kind.channel in house.channels]
    return [kind.build(house.channels[kind.channel], around, dialogue.hear) for kind in spoken]


def connect(house: House, queue: Queue) -> Hub:
    """Return what planner, engine and sweeper lean on."""
    pace = Pace(lease=round(house.settings.sending.lease * SECOND))
    return Hub(house.database, house.clock, house.desk, queue, house.channels, pace)


def relief_desk(house: House) -> ReliefDesk:
    """Return what reports, their offices and the sweep of their deadlines lean on."""
    return ReliefDesk(Teller(house.kinds), house.desk)


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
