"""Feedback after 叫应: an answer stops the calling, and only what became of the people closes the ladder."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.calling import stuck
from bot.telling import Teller
from broadcast.alerts.model import Level
from broadcast.ladders.model import Outcome, State, StepKind
from broadcast.stores.ladders import chains, steps
from broadcast.stores.tables import call_chains
from ground.transaction import Database
from tests.ladders import CHIEF, DRILL, HOLDER, LEADER, TESTER, Calling, Line, line_of_duty


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Calling]:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def answered(stage: Calling, line: Line) -> None:
    """The monitor says in his chat that he is at his post."""
    await stage.issue(line.town)
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.go_round()


async def reports(stage: Calling, person: int) -> list[tuple[str, int | None]]:
    ladder = await stage.ladder(person)
    async with stage.database.reading() as tx:
        written = await steps.of_ladders(tx, TESTER, [ladder.id])
    return [(row.result, row.moved) for row in written if row.kind == StepKind.FED_BACK]


async def test_whoever_answers_is_asked_in_the_same_breath_and_a_number_and_a_word_close_it(
    stage: Calling, line: Line
) -> None:
    await answered(stage, line)
    assert "安顿好了吗" in stage.said_to("telegram", "7001")[-1]
    assert (await stage.ladder(line.monitor)).state is State.AWAKE
    assert "转了38人" in await stage.says("7001", "转了38人", "telegram")
    assert "都安顿好了" in await stage.says("7001", "1", "telegram")
    ladder = await stage.ladder(line.monitor)
    assert (ladder.state, ladder.outcome, ladder.due_at) == (State.CLOSED, Outcome.ANSWERED, None)
    assert await reports(stage, line.monitor) == [("", 38), ("done", None)]


async def test_who_reports_nothing_is_asked_again_then_called_then_whoever_is_above_hears_of_it(
    stage: Calling, line: Line
) -> None:
    await answered(stage, line)
    before = len(stage.said_to("telegram", "7001"))
    await stage.pass_by(890)
    assert len(stage.said_to("telegram", "7001")) == before, "who has only just answered is left in peace"
    await stage.pass_by(20)
    assert len(stage.said_to("telegram", "7001")) == before + 1
    rung = [text for text in stage.said_to("voice", HOLDER) if "安顿好了吗" in text]
    assert rung == []
    await stage.pass_by(610)
    rung = [text for text in stage.said_to("voice", HOLDER) if "安顿好了吗" in text]
    assert len(rung) == 1
    await stage.pass_by(310)
    assert any("安顿好了吗" in text for text in stage.said_to("sms", CHIEF))
    await stage.keys(HOLDER, "1")
    assert (await stage.ladder(line.monitor)).state is State.CLOSED


async def test_whoever_goes_on_moving_people_is_asked_later_and_not_at_once(stage: Calling, line: Line) -> None:
    await answered(stage, line)
    await stage.pass_by(890)
    assert "接着转" in await stage.says("7001", "2", "telegram")
    told = len(stage.said_to("telegram", "7001"))
    await stage.pass_by(890)
    assert len(stage.said_to("telegram", "7001")) == told
    await stage.pass_by(20)
    assert len(stage.said_to("telegram", "7001")) == told + 1


async def test_a_report_by_text_is_worth_nothing_without_the_code_of_a_red_warning(stage: Calling, line: Line) -> None:
    await answered(stage, line)
    await stage.pass_by(910)
    code = (await stage.codes())[line.monitor]
    assert "4位数字" in await stage.says(HOLDER, "1")
    assert (await stage.ladder(line.monitor)).state is State.AWAKE
    assert "都安顿好了" in await stage.says(HOLDER, f"1 {code}")
    assert (await stage.ladder(line.monitor)).state is State.CLOSED


async def test_a_key_answers_and_the_next_key_of_the_same_call_reports(stage: Calling, line: Line) -> None:
    await stage.issue(line.town, level=Level.ORANGE, event_code="11A51")
    await stage.pass_by(50)
    await stage.keys(HOLDER, "1")
    reply = await stage.hear(HOLDER, "1", "voice", follows=True)
    assert reply is not None
    assert "都安顿好了" in reply.text
    assert (await stage.ladder(line.monitor)).state is State.CLOSED


async def test_the_end_of_the_warning_ends_the_asking_and_the_answer_stands(stage: Calling, line: Line) -> None:
    alert = await stage.issue(line.town)
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.go_round()
    await stage.end(line.town, alert)
    monitor, chief = await stage.ladder(line.monitor), await stage.ladder(line.chief)
    assert (monitor.state, monitor.outcome) == (State.CLOSED, Outcome.ANSWERED)
    assert (chief.state, chief.outcome) == (State.CLOSED, Outcome.OVER)


async def test_a_graver_warning_calls_whoever_was_only_to_report(stage: Calling, line: Line) -> None:
    alert = await stage.issue(line.town, level=Level.ORANGE, event_code="11A51")
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.go_round()
    assert (await stage.ladder(line.monitor)).state is State.AWAKE
    await stage.update(line.town, alert, level=Level.RED)
    ladder = await stage.ladder(line.monitor)
    assert (ladder.state, ladder.outcome) == (State.OPEN, "")


async def test_a_drill_is_fed_back_as_a_drill(stage: Calling, line: Line) -> None:
    await stage.issue(line.town, **DRILL)
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.go_round()
    assert "演练" in stage.said_to("telegram", "7001")[-1]


async def test_who_cannot_get_them_out_is_heard_above_at_once_with_the_place_and_the_number(
    stage: Calling, line: Line
) -> None:
    stage.hub.desk.listen(stuck.subscription(Teller(stage.tools.kinds), stage.clock))
    await answered(stage, line)
    await stage.says("7001", "12人", "telegram")
    assert "派人来帮" in await stage.says("7001", "3", "telegram")
    [told] = [text for text in stage.said_to("sms", CHIEF) if "要帮手" in text]
    for part in ("北下组", "章明", HOLDER):
        assert part in told
    assert any("要帮手" in text for text in stage.said_to("sms", LEADER)), "whoever leads in the township, too"
    assert (await stage.ladder(line.monitor)).state is State.AWAKE, "it is asked again"


@pytest.mark.parametrize("words", ["困了3人", "打119", "119", "缺2人", "死了1人", "还有5人没转", "来3个人"])
async def test_a_number_that_is_no_count_of_the_moved_is_never_taken_for_one(
    stage: Calling, line: Line, words: str
) -> None:
    await answered(stage, line)
    await stage.says("7001", words, "telegram")
    assert await reports(stage, line.monitor) == []


@pytest.mark.parametrize(
    "words", ["38", "38人", "38个人", "转了38人", "已转移38人。", "一共转了38名", "moved 38 people"]
)
async def test_a_count_is_read_as_people_write_it(stage: Calling, line: Line, words: str) -> None:
    await answered(stage, line)
    await stage.says("7001", words, "telegram")
    assert await reports(stage, line.monitor) == [("", 38)]


async def test_whoever_answered_is_asked_on_where_a_graver_policy_asks_for_no_feedback(
    stage: Calling, line: Line, database: Database
) -> None:
    await answered(stage, line)
    ladder = await stage.ladder(line.monitor)
    async with database.writing() as tx:
        chain = await chains.find(tx, TESTER, ladder.chain)
        assert chain is not None
        without = replace(chain.policy, feedback=()).packed()
        await tx.execute(call_chains.update().values(policy=without))
    assert "接着转" in await stage.says("7001", "2", "telegram")
    calls = stage.calls_to(HOLDER)
    await stage.pass_by(1_810)
    assert "安顿好了吗" in stage.said_to("telegram", "7001")[-1]
    assert stage.calls_to(HOLDER) == calls, "the steps of the calling are over"
