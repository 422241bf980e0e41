"""The second person: what is submitted is complete, and nobody approves words of their own."""

import asyncio
from dataclasses import replace

import pytest

from broadcast.alerts import approving, drafting
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Content, Instruction, Level
from broadcast.errors import (
    AuthorMayNotApprove,
    ExpiryBeforeStart,
    ExpiryPast,
    IncompleteWarning,
    StaleEdit,
    UnknownEventCode,
)
from broadcast.stores import alert_steps as steps
from broadcast.stores import alerts as store
from ground.actor import Role, RoleMissing
from ground.clock import HOUR
from ground.errors import MingluoError
from ground.transaction import Database
from tests.broadcast.alerts.warnings import (
    OFFICE,
    Town,
    approve,
    edit,
    rain,
    submit,
    town,
)
from tests.builders import NOON, World


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


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


async def test_roles_are_asked_for(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft, submitted = await hehu.drafted(), await submit(hehu, await hehu.drafted())
    with pytest.raises(RoleMissing):
        await approve(hehu, submitted, hehu.officer)
    async with hehu.database.writing() as tx:
        with pytest.raises(RoleMissing):
            await approving.submit(tx, hehu.approver, OFFICE, draft.id, 1, NOON)


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
