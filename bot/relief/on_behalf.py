"""Entering in chat what somebody told an officer: it counts like their own report, is marked, and they are told."""

from dataclasses import replace

from audiences.errors import UnknownArea
from audiences.stores import areas
from bot.cases.relief import ForWhom, Level
from bot.cases.relief_values import Draft, Request, Words
from bot.conversing import Room
from bot.relief import filing
from bot.relief.desk import ReliefDesk
from bot.relief.entering import Entering
from bot.relief.gathering import Gathered


async def enter(desk: ReliefDesk, room: Room, gathered: Gathered, entering: Entering, dedupe: str | None) -> Request:
    """File a report as the officer, in their own area: a place outside of it is kept as words."""
    actor = room.speaker.actor_in(entering.seat)
    told = gathered.told(entering.said_at, words={Words.SPOKE: entering.spoke})
    area = gathered.area or entering.seat
    try:
        await areas.load(room.tx, actor, area)
    except UnknownArea:
        area = entering.seat
    draft = Draft(
        area=area,
        for_whom=ForWhom.ENTERED,
        told=replace(told, area=area),
        by=actor.name,
        filed_at=entering.said_at,
        level=Level.VILLAGE,
        office=None,
        household=entering.household,
        person=entering.person,
        dedupe=dedupe,
        entry=entering.entry(),
    )
    return await filing.file(desk, room.tx, actor, draft, room.now)
