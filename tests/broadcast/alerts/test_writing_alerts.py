"""Drafting, editing, approving: complete words, two persons, no stale edit, nobody from elsewhere."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from broadcast.alerts import approving, drafting, issuing
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, AlertDraft, Content, Ending, Instruction, Level, Status
from broadcast.content.message import Audio
from broadcast.errors import (
    AuthorMayNotApprove,
    CorrectionIsIssued,
    ExpiryBeforeStart,
    ExpiryPast,
    IncompleteWarning,
    LevelNotLower,
    NeverReal,
    OutsideYourArea,
    StaleEdit,
    UnknownAlert,
    UnknownEventCode,
    WrongState,
)
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import Actor, Role, RoleMissing, system
from ground.clock import HOUR
from ground.errors import MingluoError
from ground.tables import audit, events
from ground.transaction import Database
from tests.broadcast.alerts.warnings import OFFICE, Town, rain, town
from tests.builders import NOON, World


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


async def submit(town: Town, alert: Alert, now: int = NOON) -> Alert:
    async with town.database.writing() as tx:
        return await approving.submit(tx, town.officer, OFFICE, alert.id, alert.version, now)


async def edit(town: Town, alert: Alert, given: AlertDraft, actor: Actor | None = None) -> Alert:
    async with town.database.writing() as tx:
        return await drafting.edit(tx, actor or town.officer, OFFICE, alert.id, alert.version, given, NOON)


async def approve(town: Town, alert: Alert, actor: Actor | None = None, now: int = NOON) -> Alert:
    async with town.database.writing() as tx:
        return await approving.approve(tx, actor or town.approver, OFFICE, alert.id, alert.version, now)


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


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"event_code": ""}, "the type of event"),
        ({"level": None}, "the level"),
        ({"onset": None}, "the start"),
        ({"target": ()}, "the target"),
        ({"contents": {}}, "any words"),
        ({"area_desc": " "}, "the area (zh_CN)"),
        ({"description": ""}, "what to watch for (zh_CN)"),
        ({"instruction": Instruction(go="somewhere")}, "what to do (zh_CN)"),
        ({"sender_name": ""}, "the issuer (zh_CN)"),
    ],
)
async def test_a_warning_that_lacks_a_mandatory_content_is_not_submitted(
    sqlite: Database, changes: dict[str, object], missing: str
) -> None:
    hehu = await town(sqlite)
    given = rain(hehu.area)
    words = {key: value for key, value in changes.items() if key in Content.__dataclass_fields__}
    if words:
        changes = {"contents": {"zh_CN": replace(given.contents["zh_CN"], **words)}}  # type: ignore[arg-type]
    draft = await hehu.drafted(replace(given, **changes))  # type: ignore[arg-type]
    with pytest.raises(IncompleteWarning) as refusal:
        await submit(hehu, draft)
    assert refusal.value.fields["missing"] == missing


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"event_code": "99Z99"}, UnknownEventCode),
        ({"expires": NOON}, ExpiryPast),
        ({"onset": NOON + 7 * HOUR}, ExpiryBeforeStart),
        ({"target": ({"name": "x", "expression": "residents("},)}, MingluoError),
    ],
)
async def test_a_warning_that_makes_no_sense_is_not_submitted(
    sqlite: Database, changes: dict[str, object], error: type[MingluoError]
) -> None:
    hehu = await town(sqlite)
    draft = await hehu.drafted(rain(hehu.area, **changes))
    with pytest.raises(error):
        await submit(hehu, draft)


async def test_the_author_may_not_approve(sqlite: Database) -> None:
    hehu = await town(sqlite)
    both = await World(hehu.database).operator(hehu.area, Role.OFFICER, Role.APPROVER)
    async with hehu.database.writing() as tx:
        draft = await drafting.draft(tx, both, OFFICE, rain(hehu.area), NOON)
    submitted = await submit(hehu, draft)
    with pytest.raises(AuthorMayNotApprove):
        await approve(hehu, submitted, both)


async def test_whoever_edited_it_on_the_way_may_not_approve_either(sqlite: Database) -> None:
    hehu = await town(sqlite)
    both = await World(hehu.database).operator(hehu.area, Role.OFFICER, Role.APPROVER)
    edited = await edit(hehu, await hehu.drafted(), rain(hehu.area, level=Level.RED), both)
    last = await edit(hehu, edited, rain(hehu.area))
    with pytest.raises(AuthorMayNotApprove):
        await approve(hehu, await submit(hehu, last), both)


async def test_whoever_sent_it_back_may_approve_the_next_version(hehu: Town) -> None:
    submitted = await submit(hehu, await hehu.drafted())
    async with hehu.database.writing() as tx:
        back = await approving.send_back(tx, hehu.approver, OFFICE, submitted.id, "where to go?", NOON)
    assert back.state is State.DRAFT
    again = await submit(hehu, await edit(hehu, back, rain(hehu.area)))
    approved = await approve(hehu, again)
    assert (approved.state, approved.approver) == (State.APPROVED, hehu.approver.name)
    async with hehu.database.reading() as tx:
        taken = await steps.steps_of(tx, hehu.officer, approved.id)
    assert [(each.from_state, each.to_state.value) for each in taken] == [
        ("", "draft"),
        ("draft", "submitted"),
        ("submitted", "draft"),
        ("draft", "draft"),
        ("draft", "submitted"),
        ("submitted", "approved"),
    ]
    assert taken[2].reason == "where to go?"


async def test_an_approver_approves_what_was_read_and_nothing_newer(sqlite: Database) -> None:
    hehu = await town(sqlite)
    read = await submit(hehu, await hehu.drafted())
    async with hehu.database.writing() as tx:
        back = await approving.send_back(tx, hehu.approver, OFFICE, read.id, "no", NOON)
    await submit(hehu, await edit(hehu, back, rain(hehu.area, level=Level.RED)))
    with pytest.raises(StaleEdit):
        await approve(hehu, read)


async def test_an_approved_warning_has_its_audience_asked_for(hehu: Town) -> None:
    assert (await hehu.approved()).audience is not None


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


async def test_roles_are_asked_for(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft, submitted = await hehu.drafted(), await submit(hehu, await hehu.drafted())
    with pytest.raises(RoleMissing):
        await approve(hehu, submitted, hehu.officer)
    async with hehu.database.writing() as tx:
        with pytest.raises(RoleMissing):
            await approving.submit(tx, hehu.approver, OFFICE, draft.id, 1, NOON)


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


async def test_a_target_outside_the_officers_area_is_refused_at_once(hehu: Town) -> None:
    draft = await hehu.drafted(rain(hehu.area, target=({"name": "x", "expression": "residents(360981115000)"},)))
    with pytest.raises(MingluoError, match="360981115000"):
        await submit(hehu, draft)
    async with hehu.database.reading() as tx:
        assert (await store.load(tx, hehu.officer, draft.id)).state is State.DRAFT


async def test_of_two_approvers_who_race_one_wins(postgresql: Database) -> None:
    hehu = await town(postgresql)
    submitted = await submit(hehu, await hehu.drafted())
    second = await World(postgresql).operator(hehu.area, Role.APPROVER)
    ends = await asyncio.gather(approve(hehu, submitted), approve(hehu, submitted, second), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Alert", "WrongState"]


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
