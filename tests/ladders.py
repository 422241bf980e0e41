"""A hub in miniature that calls: an issued warning, whoever is responsible for it, telephones that ring."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.dialogue import Dialogue
from broadcast.alerts.model import Alert, Ending, Level, Status
from broadcast.channels.base import Abilities
from broadcast.channels.memory import MemoryChannel
from broadcast.dispatch import approvals, escalation, growth
from broadcast.dispatch.escalation import Escalation
from broadcast.dispatch.hub import Hub
from broadcast.ladders.model import Ladder, State, StepKind
from broadcast.stores.ladders import rows, steps
from broadcast.stores.tables import ladders
from ground.actor import system
from ground.clock import SECOND
from ground.events import NewsDesk
from ground.transaction import Database
from tests import deadlines
from tests.bot.conftest import Listening, kind_of
from tests.broadcast.alerts import warnings
from tests.broadcast.alerts.warnings import OFFICE, Town, rain
from tests.builders import World

TESTER = system("test")
VOICE = Abilities(receipts=True, buttons=9, aloud=True, answers_in_turn=True, batch=50)
HOLDER, DEPUTY, CHIEF, LEADER, DUTY = "+99900000021", "+99900000022", "+99900000023", "+99900000024", "+99900000025"


class Calling(Listening):
    """The stage, with a telephone and ladders; time passes only when it is told to."""

    def __init__(self, database: Database, *, voice: bool = True) -> None:
        super().__init__(database)
        if voice:
            self.channels["voice"] = MemoryChannel(name="voice", abilities=VOICE)
        heard = (escalation.subscription(self.clock), approvals.subscription(self.clock))
        news = [growth.subscription(self.hub), *heard]
        self.hub: Hub = replace(self.hub, desk=NewsDesk(news), channels=self.channels)
        self.engine = type(self.engine)(self.hub)
        kinds = [kind_of(name, channel.abilities) for name, channel in self.channels.items()]
        self.tools = replace(self.tools, desk=self.hub.desk, kinds=kinds)
        self.dialogue = Dialogue(self.tools)
        self.escalation = Escalation(self.hub, replace(OFFICE, channels=kinds, public_url="https://hub.example"))

    async def issue(self, town: Town, **changes: Any) -> Alert:
        """Issue a warning, red unless told otherwise, and let whatever is due at once happen."""
        given = {"level": Level.RED} | changes
        alert = await town.issued(rain(town.area, **given), self.clock.now())
        await self.told("alert.issued", alert)
        return alert

    async def update(self, town: Town, earlier: Alert, **changes: Any) -> Alert:
        alert = await town.updated(earlier, self.clock.now(), **changes)
        await self.told("alert.issued", alert)
        return alert

    async def end(self, town: Town, alert: Alert) -> None:
        await warnings.end(town, alert, Ending.LIFTED, self.clock.now())
        await self.told("alert.ended", alert)

    async def told(self, kind: str, alert: Alert) -> None:
        async with self.database.writing() as tx:
            await self.hub.desk.tell(tx, kind, alert.id, self.clock.now(), area=alert.area)
        await self.go_round()

    async def go_round(self) -> None:
        await self.play()
        while await escalation.once(self.escalation) + await approvals.once(self.escalation):
            await self.play()

    async def pass_by(self, seconds: int) -> None:
        """Let time go by in steps that are shorter than any rung's, and go round after each that brings something."""
        steps = range(0, seconds, 10)
        for step in steps:
            before = self.clock.now()
            self.clock.pass_by(10 * SECOND)
            if step in (steps[0], steps[-1]) or await self.something_due(before):
                await self.go_round()

    async def something_due(self, after: int) -> bool:
        return await deadlines.something_due(self.database, after, self.clock.now())

    async def says(self, address: str, text: str, platform: str = "sms") -> str:
        reply = await self.hear(address, text, platform)
        await self.go_round()
        return reply.text if reply else ""

    async def keys(self, number: str, key: str) -> None:
        """Let whoever picked up press a key in the newest call."""
        calls = [each for each in self.channels["voice"].sent if each.address == number]
        outgoing = next(each for each in reversed(calls) if each.message.offered or each.message.choices)
        word = (outgoing.message.offered or outgoing.message.choices)[int(key) - 1].key
        await self.press_at("voice", number, outgoing.key, word)
        await self.go_round()

    async def ladder(self, person: int) -> Ladder:
        return next(each for each in await self.all() if each.person == person)

    async def all(self) -> list[Ladder]:
        async with self.database.reading() as tx:
            return list(await rows.listed(tx, TESTER, states=tuple(State), limit=20_000))

    async def codes(self) -> dict[int, str]:
        async with self.database.reading() as tx:
            return {row.person_id: row.code for row in await tx.rows(select(ladders.c.person_id, ladders.c.code))}

    async def steps_of(self, person: int) -> list[StepKind]:
        ladder = await self.ladder(person)
        async with self.database.reading() as tx:
            return [StepKind(row.kind) for row in await steps.of_ladders(tx, TESTER, [ladder.id])]

    def calls_to(self, number: str) -> int:
        return sum("叫应" in text for text in self.said_to("voice", number))

    async def open_ones(self) -> set[int]:
        return {each.person for each in await self.all() if each.state is State.OPEN}


@dataclass(frozen=True, slots=True)
class Line:
    """A monitor at a slope, with a deputy, the village's head above, and a township's duty room of two."""

    town: Town
    world: World
    monitor: int
    deputy: int
    chief: int
    leader: int
    officer: int


async def line_of_duty(database: Database) -> Line:
    town = await warnings.town(database)
    world = World(database)
    group = await world.area("360981205205-G01", "北下组", parent=town.village, level="group")
    slope = await world.site(group)
    monitor = await world.person(group, "章明", sms=HOLDER, telegram="7001")
    deputy = await world.person(group, "谢军", sms=DEPUTY)
    chief = await world.person(town.village, "付强", sms=CHIEF)
    leader = await world.person(town.area, "黄雷", sms=LEADER)
    officer = await world.person(town.area, "刘萍", sms=DUTY)
    room = await world.organisation(town.area, "township_office")
    await world.post(group, "monitor", monitor, deputy=deputy, site=slope)
    await world.post(town.village, "administrative", chief)
    await world.post(town.area, "leader_on_duty", leader, organisation=room)
    await world.post(town.area, "duty_officer", officer, organisation=room)
    return Line(town, world, monitor, deputy, chief, leader, officer)


DRILL = {"status": Status.EXERCISE}
