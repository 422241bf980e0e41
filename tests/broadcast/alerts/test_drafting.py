"""Drafting and editing: kept as given, no stale edit, no drill made real, nobody from elsewhere."""

import asyncio

import pytest
from sqlalchemy import select

from broadcast.alerts import approving, drafting, issuing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Content, Ending, Instruction, Level, Status
from broadcast.content.message import Audio
from broadcast.errors import (
    CorrectionIsIssued,
    LevelNotLower,
    NeverReal,
    OutsideYourArea,
    StaleEdit,
    UnknownAlert,
    WrongState,
)
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import system
from ground.tables import audit, events
from ground.transaction import Database
from tests.broadcast.alerts.warnings import (
    OFFICE,
    Town,
    edit,
    rain,
    submit,
    town,
)
from tests.builders import NOON


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


async def test_a_draft_is_kept_as_it_was_given(hehu: Town) -> None:
    given = rain(
        hehu.area,
        contents={"zh_CN": Content("雨", rules={2: Instruction(go="去学校")}), "en": Content(event="downpour")},
        audio=Audio("ab" * 32, "audio/wav", 1_000, 2_000),
        status=Status.EXERCISE,
        note="演练一",
    )
    kept = await hehu.drafted(given)
    async with hehu.database.reading() as tx:
        assert await store.load(tx, hehu.officer, kept.id) == kept
    assert {name: getattr(kept, name) for name in ("contents", "audio", "status", "note", "target", "level")} == {
        name: getattr(given, name) for name in ("contents", "audio", "status", "note", "target", "level")
    } | {"target": list(given.target)}
    assert (kept.state, kept.version, kept.identity.fixed, kept.drill) == (State.DRAFT, 1, False, True)
    assert kept.author == hehu.officer.name


async def test_a_stale_edit_is_refused(hehu: Town) -> None:
    draft = await hehu.drafted()
    await edit(hehu, draft, rain(hehu.area))
    with pytest.raises(StaleEdit, match="you have version 1, it is 2"):
        await edit(hehu, draft, rain(hehu.area))


async def test_what_is_submitted_is_not_edited(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft = await submit(hehu, await hehu.drafted())
    with pytest.raises(WrongState, match="must be draft"):
        await edit(hehu, draft, rain(hehu.area))


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.DRAFT])
async def test_a_drill_never_becomes_real(sqlite: Database, status: Status) -> None:
    hehu = await town(sqlite)
    drill = await hehu.drafted(rain(hehu.area, status=status))
    with pytest.raises(NeverReal):
        await edit(hehu, drill, rain(hehu.area))
    issued = await hehu.issue(await hehu.approve(drill))
    update = await hehu.updated(issued, NOON + 1_000, status=Status.ACTUAL)
    assert update.status is status


async def test_a_real_warning_never_becomes_a_drill(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft = await hehu.drafted()
    with pytest.raises(NeverReal):
        await edit(hehu, draft, rain(hehu.area, status=Status.TEST))


async def test_a_stranger_sees_and_does_nothing(hehu: Town) -> None:
    issued = await hehu.issued()
    draft = await hehu.drafted()
    async with hehu.database.writing() as tx:
        for foreign in (
            store.load(tx, hehu.stranger, draft.id),
            drafting.edit(tx, hehu.stranger, OFFICE, draft.id, 1, rain(hehu.area), NOON),
            approving.submit(tx, hehu.stranger, OFFICE, draft.id, 1, NOON),
            approving.withdraw(tx, hehu.stranger, OFFICE, draft.id, "", NOON),
            issuing.correct(tx, hehu.stranger, OFFICE, issued.id, "", NOON),
            drafting.draft_ending(tx, hehu.stranger, OFFICE, issued.id, Ending.LIFTED, NOON),
        ):
            with pytest.raises(UnknownAlert):
                await foreign
        with pytest.raises(OutsideYourArea):
            await drafting.draft(tx, hehu.stranger, OFFICE, rain(hehu.area), NOON)
        assert await store.listed(tx, hehu.stranger) == []
        assert await store.chain(tx, hehu.stranger, issued.id) == []
        assert await steps.steps_of(tx, hehu.stranger, issued.id) == []


async def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(hehu: Town) -> None:
    made = [await hehu.drafted() for _ in range(5)]
    await submit(hehu, made[0])
    async with hehu.database.reading() as tx:
        first = await store.listed(tx, hehu.officer, limit=3)
        second = await store.listed(tx, hehu.officer, limit=3, before=first[-1].id)
        drafts = await store.listed(tx, hehu.officer, states={State.DRAFT})
    assert [each.id for each in (*first, *second)] == [each.id for each in reversed(made)]
    assert len(drafts) == 4


async def test_every_step_leaves_evidence_and_news_in_its_own_transaction(hehu: Town) -> None:
    issued = await hehu.issued()
    async with hehu.database.reading() as tx:
        deeds = await tx.values(select(audit.c.deed).where(audit.c.subject == issued.id).order_by(audit.c.id))
        told = await tx.values(select(events.c.kind).where(events.c.subject == issued.id).order_by(events.c.id))
    expected = ["alert.drafted", "alert.submitted", "alert.approved", "alert.issued"]
    assert [deed for deed in deeds if deed in expected] == expected
    assert told == expected


async def test_of_two_editors_who_race_one_wins(postgresql: Database) -> None:
    hehu = await town(postgresql)
    draft = await hehu.drafted()
    ends = await asyncio.gather(
        *(edit(hehu, draft, rain(hehu.area, level=level)) for level in Level), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["Alert", "StaleEdit", "StaleEdit", "StaleEdit"]


async def test_an_ending_starts_from_what_people_were_told(sqlite: Database) -> None:
    hehu = await town(sqlite)
    issued = await hehu.issued()
    async with hehu.database.writing() as tx:
        lifted = await drafting.draft_ending(tx, hehu.officer, OFFICE, issued.id, Ending.LIFTED, NOON)
        with pytest.raises(LevelNotLower):
            await drafting.draft_ending(tx, hehu.officer, OFFICE, issued.id, Ending.LOWERED, NOON, level=Level.RED)
        with pytest.raises(CorrectionIsIssued):
            await drafting.draft_ending(tx, hehu.officer, OFFICE, issued.id, Ending.CORRECTION, NOON)
    assert lifted.replaces == issued.id
    assert lifted.contents["zh_CN"].area_desc == "荷湖乡"
    assert lifted.contents["zh_CN"].instruction == Instruction()
    assert not lifted.asks_answer


async def test_what_nobody_was_told_is_not_updated_or_ended(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft = await hehu.drafted()
    async with hehu.database.writing() as tx:
        with pytest.raises(WrongState):
            await drafting.draft_update(tx, hehu.officer, OFFICE, draft.id, rain(hehu.area), NOON)
        with pytest.raises(WrongState):
            await drafting.draft_ending(tx, hehu.officer, OFFICE, draft.id, Ending.LIFTED, NOON)


async def test_a_warning_expires_when_its_time_has_come_and_not_before(hehu: Town) -> None:
    issued, draft = await hehu.issued(), await hehu.drafted()
    for now, how_many in ((issued.expires - 1, 0), (issued.expires, 1), (issued.expires + 1, 0)):
        async with hehu.database.writing() as tx:
            assert await steps.expire_due(tx, system("sweeper"), OFFICE.desk, now) == how_many
    async with hehu.database.reading() as tx:
        assert (await store.load(tx, hehu.officer, issued.id)).state is State.EXPIRED
        assert (await store.load(tx, hehu.officer, draft.id)).state is State.DRAFT
        last = (await steps.steps_of(tx, hehu.officer, issued.id))[-1]
    assert (last.to_state, last.at, last.actor) == (State.EXPIRED, issued.expires, "system:sweeper")
