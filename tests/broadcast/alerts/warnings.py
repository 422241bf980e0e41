"""A rain warning for made-up villages, and the office that issues it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from broadcast.alerts import approving, drafting, issuing
from broadcast.alerts.model import Alert, AlertDraft, Content, Ending, Instruction, Level
from broadcast.alerts.office import Office
from broadcast.channels import CHANNELS
from broadcast.content.compose import Words
from broadcast.notices import Notice
from broadcast.stores import alerts as store
from broadcast.stores import notices
from ground.actor import Actor, Role
from ground.clock import HOUR
from ground.events import NewsDesk
from ground.transaction import Database
from tests.builders import NOON, World

SAMPLES = Path(__file__).parents[2] / "samples" / "cap"
OFFICE = Office("36098141600000", NewsDesk(), CHANNELS)


def rain(area: int, **changes: Any) -> AlertDraft:
    """Return a complete draft: an orange rainstorm over `area` from noon to six."""
    chinese = Content(
        headline="暴雨橙色预警",
        description="未来3小时有100毫米以上强降雨，山体可能滑坡。",
        instruction=Instruction("住在坡下的人马上离开", "去村委会", "打村主任电话"),
        area_desc="荷湖乡",
        sender_name="丰城市气象台",
    )
    draft = AlertDraft(
        area=area,
        level=Level.ORANGE,
        event_code="11B03",
        contents={"zh_CN": chinese},
        onset=NOON,
        expires=NOON + 6 * HOUR,
        target=({"name": "everybody", "expression": "residents(360981205000)"},),
    )
    return replace(draft, **changes)


@dataclass(frozen=True, slots=True)
class Town:
    """A township with the two persons that a warning needs, and a neighbour who has no business here."""

    database: Database
    area: int
    village: int
    officer: Actor
    approver: Actor
    stranger: Actor

    async def drafted(self, given: AlertDraft | None = None, now: int = NOON) -> Alert:
        async with self.database.writing() as tx:
            return await drafting.draft(tx, self.officer, OFFICE, given or rain(self.area), now)

    async def approved(self, given: AlertDraft | None = None, now: int = NOON) -> Alert:
        return await self.approve(await self.drafted(given, now), now)

    async def approve(self, alert: Alert, now: int = NOON) -> Alert:
        async with self.database.writing() as tx:
            await approving.submit(tx, self.officer, OFFICE, alert.id, alert.version, now)
            return await approving.approve(tx, self.approver, OFFICE, alert.id, alert.version, now)

    async def issued(self, given: AlertDraft | None = None, now: int = NOON) -> Alert:
        return await self.issue(await self.approved(given, now), now)

    async def issue(self, alert: Alert, now: int = NOON) -> Alert:
        async with self.database.writing() as tx:
            return await issuing.issue(tx, self.approver, OFFICE, alert.id, now)

    async def updated(self, earlier: Alert, now: int, **changes: Any) -> Alert:
        async with self.database.writing() as tx:
            given = rain(self.area, **changes)
            draft = await drafting.draft_update(tx, self.officer, OFFICE, earlier.id, given, now)
        return await self.issue(await self.approve(draft, now), now)


async def town(database: Database) -> Town:
    world = World(database)
    city = await world.area("360981000000", "丰城市", level="county")
    area = await world.area("360981205000", "荷湖乡", parent=city, level="township")
    village = await world.area("360981205205", "车草村委会", parent=area)
    elsewhere = await world.area("360981115000", "董家镇", parent=city, level="township")
    return Town(
        database,
        area,
        village,
        await world.operator(area, Role.OFFICER),
        await world.operator(area, Role.APPROVER),
        await world.operator(elsewhere),
    )


async def said(town: Town, alert: Alert) -> Sequence[Notice]:
    async with town.database.reading() as tx:
        return await notices.of_origin(tx, town.officer, f"alert:{alert.id}")


async def words(town: Town, notice: Notice) -> Sequence[Words]:
    async with town.database.reading() as tx:
        return await notices.words_of(tx, town.officer, notice.id)


async def load(town: Town, alert: Alert) -> Alert:
    async with town.database.reading() as tx:
        return await store.load(tx, town.officer, alert.id)


async def end(town: Town, alert: Alert, ending: Ending, now: int, level: Level | None = None) -> Alert:
    async with town.database.writing() as tx:
        draft = await drafting.draft_ending(tx, town.officer, OFFICE, alert.id, ending, now, level=level)
    return await town.issue(await town.approve(draft, now), now)


async def correct(town: Town, alert: Alert, now: int, actor: Actor | None = None) -> Alert:
    async with town.database.writing() as tx:
        return await issuing.correct(tx, actor or town.officer, OFFICE, alert.id, "wrong button", now)


async def submit(town: Town, alert: Alert, now: int = NOON) -> Alert:
    async with town.database.writing() as tx:
        return await approving.submit(tx, town.officer, OFFICE, alert.id, alert.version, now)


async def edit(town: Town, alert: Alert, given: AlertDraft, actor: Actor | None = None) -> Alert:
    async with town.database.writing() as tx:
        return await drafting.edit(tx, actor or town.officer, OFFICE, alert.id, alert.version, given, NOON)


async def approve(town: Town, alert: Alert, actor: Actor | None = None, now: int = NOON) -> Alert:
    async with town.database.writing() as tx:
        return await approving.approve(tx, actor or town.approver, OFFICE, alert.id, alert.version, now)
