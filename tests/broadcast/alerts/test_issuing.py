"""Issuing and updating: which notices come of it, to whom, in which lane, and who wins a race."""

import asyncio
from dataclasses import replace

import pytest

from broadcast.alerts import issuing
from broadcast.alerts.cap.telling import cap_of
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Content, Instruction, Level
from broadcast.content.rules import endangered
from broadcast.errors import (
    ExpiryPast,
    IncompleteWarning,
    TooManyAtOnce,
    UnknownAlert,
    WrongState,
)
from broadcast.notices import Guarantee, Kind, Lane, Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores import alerts as store
from ground.actor import Role
from ground.clock import HOUR, SECOND
from ground.transaction import Database
from tests.broadcast.alerts.warnings import (
    OFFICE,
    Town,
    load,
    rain,
    said,
    town,
    words,
)
from tests.builders import NOON, World


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


async def test_an_issued_warning_becomes_an_alarm_and_a_correction_kept_ready(hehu: Town) -> None:
    issued = await hehu.issued()
    alarm, correction = await said(hehu, issued)
    assert (issued.state, issued.identity.identifier) == (State.ISSUED, "36098141600000_20210628120000_0")
    assert (alarm.kind, alarm.lane, alarm.state) == (Kind.ALARM, Lane.IMMEDIATE, NoticeState.PLANNING)
    assert (alarm.purpose, alarm.guarantee) == (Purpose.WARNINGS, Guarantee.AT_LEAST_ONCE)
    assert (alarm.audience, alarm.expires, alarm.area) == (issued.audience, issued.expires, hehu.area)
    assert alarm.asks_answer
    assert not alarm.drill
    assert alarm.tells_heard_of == ()
    assert (correction.kind, correction.state, correction.lane) == (
        Kind.CORRECTION,
        NoticeState.PREPARED,
        Lane.IMMEDIATE,
    )
    assert correction.tells_heard_of == (alarm.id,)
    assert (correction.audience, correction.expires, correction.asks_answer) == (None, None, False)


@pytest.mark.parametrize(
    ("level", "lane"),
    [(Level.RED, Lane.IMMEDIATE), (Level.YELLOW, Lane.NORMAL), (Level.BLUE, Lane.NORMAL)],
)
async def test_the_level_chooses_the_lane(sqlite: Database, level: Level, lane: Lane) -> None:
    hehu = await town(sqlite)
    alarm, _ = await said(hehu, await hehu.issued(rain(hehu.area, level=level)))
    assert alarm.lane is lane


async def test_each_rule_has_its_own_words_on_every_channel_and_in_every_language(hehu: Town) -> None:
    given = rain(hehu.area)
    chinese = replace(given.contents["zh_CN"], rules={1: Instruction("巡查坡脚", "", "")})
    english = Content("Orange rain", "Rain", Instruction("Leave now"), "Hehu", "Fengcheng Met")
    rules = (*given.target, {"name": "patrols", "expression": "duty(patrol)"})
    issued = await hehu.issued(replace(given, contents={"zh_CN": chinese, "en": english}, target=rules))
    alarm, _ = await said(hehu, issued)
    told = {(each.channel, each.language, each.rule): each.message.text for each in await words(hehu, alarm)}
    assert told.keys() == {
        (kind.name, language, rule) for kind in OFFICE.channels for language in ("zh_CN", "en") for rule in (0, 1)
    } | {
        (phone, language, endangered(rule))
        for phone in ("sms", "voice")
        for language in ("zh_CN", "en")
        for rule in (0, 1)
    }
    assert "巡查坡脚" in told["voice", "zh_CN", endangered(1)]
    assert "巡查坡脚" in told["sms", "zh_CN", endangered(1)]
    assert "马上离开" in told["sms", "zh_CN", 0]
    assert "巡查坡脚" in told["sms", "zh_CN", 1]
    assert "Leave now" in told["sms", "en", 1]


async def test_whoever_speaks_a_language_nobody_wrote_in_is_told_in_the_first_one(sqlite: Database) -> None:
    hehu = await town(sqlite)
    english = Content("Orange rain", "Rain", Instruction("Leave now"), "Hehu", "Fengcheng Met")
    alarm, _ = await said(hehu, await hehu.issued(rain(hehu.area, contents={"en": english})))
    assert {each.language for each in await words(hehu, alarm)} == {"zh_CN", "en"}


async def test_a_preview_says_what_will_be_said(sqlite: Database) -> None:
    hehu = await town(sqlite)
    rules = (*rain(hehu.area).target, {"name": "everybody else", "expression": "residents()"})
    draft = await hehu.drafted(rain(hehu.area, target=rules))
    async with sqlite.reading() as tx:
        preview = await issuing.preview(tx, hehu.officer, OFFICE, draft.id)
        with pytest.raises(UnknownAlert):
            await issuing.preview(tx, hehu.stranger, OFFICE, draft.id)
    alarm, _ = await said(hehu, await hehu.issue(await hehu.approve(draft)))
    assert sorted(preview, key=str) == sorted(await words(hehu, alarm), key=str)
    empty = await hehu.drafted(rain(hehu.area, level=None, event_code=""))
    async with sqlite.reading() as tx:
        with pytest.raises(IncompleteWarning, match="the type of event, the level"):
            await issuing.preview(tx, hehu.officer, OFFICE, empty.id)


async def test_a_warning_that_ran_out_while_it_waited_is_not_issued(sqlite: Database) -> None:
    hehu = await town(sqlite)
    approved = await hehu.approved()
    with pytest.raises(ExpiryPast, match="2021-06-28 18:00:00"):
        await hehu.issue(approved, approved.expires)
    assert await said(hehu, approved) == []


async def test_what_is_not_approved_is_not_issued(sqlite: Database) -> None:
    hehu = await town(sqlite)
    with pytest.raises(WrongState, match="must be approved"):
        await hehu.issue(await hehu.drafted())


async def test_an_update_supersedes_what_it_replaces_and_tells_its_hearers_too(hehu: Town) -> None:
    first = await hehu.issued()
    alarm, prepared = await said(hehu, first)
    update = await hehu.updated(first, NOON + HOUR, level=Level.RED)
    second, correction = await said(hehu, update)
    assert (second.kind, second.tells_heard_of, second.audience) == (Kind.UPDATE, (alarm.id,), update.audience)
    assert correction.tells_heard_of == (alarm.id, second.id)
    assert [each.superseded_at for each in await said(hehu, first)] == [NOON + HOUR, NOON + HOUR]
    assert prepared.superseded_at is None
    assert (await load(hehu, first)).state is State.UPDATED
    assert update.identity.identifier == "36098141600000_20210628130000_0"


async def test_an_update_of_an_update_refers_to_and_tells_the_whole_chain(hehu: Town) -> None:
    first = await hehu.issued()
    second = await hehu.updated(first, NOON + HOUR)
    third = await hehu.updated(second, NOON + 2 * HOUR)
    async with hehu.database.reading() as tx:
        chain = await store.chain(tx, hehu.officer, third.id)
        tip = await store.standing_for(tx, hehu.officer, first.id)
        sent = await issuing.notices_of_chain(tx, hehu.officer, third.id)
    assert [each.id for each in chain] == [third.id, second.id, first.id]
    assert tip.id == third.id
    assert (await said(hehu, third))[0].tells_heard_of == tuple(notice.id for notice in sent[:-1])
    references = cap_of(chain[0], chain[1:], OFFICE.codes).references
    assert [each.identifier for each in references] == [second.identity.identifier, first.identity.identifier]


async def test_identity_never_changes_once_it_is_fixed(sqlite: Database) -> None:
    hehu = await town(sqlite)
    issued = await hehu.issued()
    await hehu.updated(issued, NOON + HOUR)
    assert (await load(hehu, issued)).identity == issued.identity


async def test_ten_warnings_within_a_second_are_told_apart_and_the_eleventh_waits(sqlite: Database) -> None:
    hehu = await town(sqlite)
    issued = [await hehu.issued() for _ in range(10)]
    assert [each.identity.identifier[-1] for each in issued] == list("0123456789")
    late = await hehu.approved()
    with pytest.raises(TooManyAtOnce):
        await hehu.issue(late, NOON + 999)
    assert (await hehu.issue(late, NOON + SECOND)).identity.identifier.endswith("120001_0")


async def test_of_two_issuers_who_race_one_wins_and_one_alarm_goes_out(postgresql: Database) -> None:
    hehu = await town(postgresql)
    approved = await hehu.approved()
    second = replace(hehu, approver=await World(postgresql).operator(hehu.area, Role.APPROVER))
    ends = await asyncio.gather(hehu.issue(approved), second.issue(approved), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ends) == ["Alert", "WrongState"]
    assert [each.kind for each in await said(hehu, approved)] == [Kind.ALARM, Kind.CORRECTION]


async def test_warnings_issued_at_the_same_moment_get_different_identifiers(postgresql: Database) -> None:
    hehu = await town(postgresql)
    approved = [await hehu.approved() for _ in range(5)]
    issued = await asyncio.gather(*(hehu.issue(each) for each in approved))
    assert sorted(each.identity.identifier[-1] for each in issued) == list("01234")
