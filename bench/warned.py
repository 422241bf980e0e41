"""A town that was warned: everybody's chat has a red warning, sent by the engine; the telephone would be next."""

from sqlalchemy import text

from audiences.stores.targets import freezing
from audiences.targeting.target import Target
from bench.town import CODE, COUNTY
from broadcast.alerts.model import Alert, AlertDraft, Content, Level
from broadcast.channels.base import Abilities
from broadcast.channels.memory import MemoryChannel, MemorySettings
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.dispatch import plan
from broadcast.dispatch.engine import Engine
from broadcast.dispatch.hub import Hub
from broadcast.notices import Guarantee, Kind, Lane, NoticeDraft, Policy, Purpose
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import alerts, notices
from broadcast.stores.sending.ranges import unpublished
from ground.actor import system
from ground.clock import DAY, WallClock
from ground.events import NewsDesk
from ground.transaction import Database, Transaction

BENCH = system("bench")
CHAT = 800_000  # and the person's own number
CHANNELS = ("telegram", "sms")
BATCH = 1_000

CHATS = (
    f"INSERT INTO addresses (channel, value) SELECT 'telegram', CAST({CHAT} + id AS VARCHAR) FROM people ORDER BY id",
    (
        "INSERT INTO address_owners (address_id, person_id, rank, source, from_at) "
        f"SELECT id, CAST(value AS INTEGER) - {CHAT}, 0, 'bench', 0 FROM addresses WHERE channel = 'telegram'"
    ),
    "ANALYZE addresses",
    "ANALYZE address_owners",
)


async def everybody(database: Database) -> None:
    """Give everybody a chat, and send the warning there."""
    for statement in CHATS:
        async with database.writing() as tx:
            await tx.execute(text(statement))
    hub = Hub(database, WallClock(), NewsDesk(), MemoryQueue(), {name: _channel(name) for name in CHANNELS})
    now = hub.clock.now()
    async with database.writing() as tx:
        await _warn(tx, now)
    while await plan.plan_all(hub):
        pass
    async with database.reading() as tx:
        tickets = await unpublished(tx, BENCH, 0, BATCH)
    for ticket in tickets:
        await Engine(hub).process(ticket)


def _channel(name: str) -> MemoryChannel:
    return MemoryChannel(MemorySettings(remember=0), name=name, abilities=Abilities(receipts=True, batch=BATCH))


async def _warn(tx: Transaction, now: int) -> None:
    contents = {"zh_CN": Content("暴雨红色预警", "有大雨", area_desc="全县", sender_name="气象台")}
    warning = AlertDraft(area=COUNTY, level=Level.RED, event_code="11B03", contents=contents, expires=now + DAY)
    alert = await alerts.keep(tx, BENCH, warning, now)
    audience = await freezing.ask(tx, BENCH, Target.of(f"residents({CODE})"), now)
    words = [Words(name, "zh_CN", 0, Message("暴雨红色预警")) for name in CHANNELS]
    await notices.create(tx, BENCH, _notice(alert, audience, now), words, now)


def _notice(alert: Alert, audience: int, now: int) -> NoticeDraft:
    return NoticeDraft(
        origin=f"alert:{alert.id}",
        kind=Kind.ALARM,
        purpose=Purpose.WARNINGS,
        lane=Lane.IMMEDIATE,
        guarantee=Guarantee.AT_LEAST_ONCE,
        drill=False,
        asks_answer=True,
        policy=Policy(CHANNELS),
        audience=audience,
        area=COUNTY,
        expires=now + DAY,
        valid_from=now,
    )
