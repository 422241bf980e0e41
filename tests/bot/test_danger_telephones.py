"""Old telephones in danger zones: a short call with two keys, 1 safe and 2 help, a text with the same two numbers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot import calls
from bot.telling import Teller
from broadcast.alerts.model import Alert, Level
from broadcast.answers import AnswerKind
from broadcast.content.aloud import seconds
from broadcast.stores.tables import counters, notice_words, notices
from ground.clock import MINUTE
from ground.transaction import Database
from tests.bot.ladder_telephones import LadderTelephones, telephones
from tests.ladders import Line, line_of_duty

OLD, LANDLINE, HELPER = "+99900000071", "+99900000072", "+99900000074"
TWO_KEYS = "请按一个键：安全按1，求助按2。"


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[LadderTelephones]:
    async with telephones(database, tmp_path) as stage:
        watch = calls.subscription(Teller(stage.tools.kinds), stage.clock)
        stage.hub.desk.listen(watch)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def exposed(line: Line, number: str, kind: str, channel: str = "sms", hazard: str | None = "landslide") -> int:
    """Somebody of the village; with a hazard, in a danger zone."""
    world, village = line.world, line.town.village
    home = await world.household(village, hazard=hazard)
    person = await world.person(village, "李梅", household=home, phone_kind=kind)
    await world.address(channel, number, person)
    return person


async def answers_of(stage: LadderTelephones, person: int) -> list[AnswerKind]:
    return [kind for _, who, kind, _ in await stage.answered() if who == person]


async def answered_of(stage: LadderTelephones, alert: Alert) -> int:
    """How many have answered a warning, as the console counts."""
    mine = select(counters.c.n).join(notices, notices.c.id == counters.c.notice_id)
    async with stage.database.reading() as tx:
        named = mine.where(notices.c.origin == f"alert:{alert.id}", counters.c.state == "answered")
        return sum(await tx.values(named))


async def test_an_old_telephone_hears_two_keys_within_half_a_minute(stage: LadderTelephones, line: Line) -> None:
    person = await exposed(line, OLD, "feature")
    stage.phone(OLD, keys="1")
    alert = await stage.issue(line.town)
    [message, question, *_] = stage.heard_by(OLD)
    assert TWO_KEYS in question.text
    assert "收到" not in question.text
    assert seconds(message.facts["said"][1]) + seconds(TWO_KEYS) <= 30
    assert await answers_of(stage, person) == [AnswerKind.SAFE]
    assert await answered_of(stage, alert) == 1, "counted with all others who answered the warning"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", AnswerKind.SAFE),
        ("2", AnswerKind.NEED_HELP),
        ("2求助", AnswerKind.NEED_HELP),
        ("3", AnswerKind.NEED_HELP),
        ("1收到", AnswerKind.RECEIVED),
        ("收到", AnswerKind.RECEIVED),
    ],
)
async def test_a_text_asks_for_the_two_numbers_that_the_call_has_for_keys(
    stage: LadderTelephones, line: Line, said: str, meant: AnswerKind
) -> None:
    person = await exposed(line, OLD, "feature")
    stage.phone(OLD, busy=True)
    await stage.issue(line.town)
    [text] = stage.said_to("sms", OLD)
    assert "回复1安全 2求助。" in text
    await stage.hear(OLD, said)
    assert await answers_of(stage, person) == [meant]


async def test_what_is_not_understood_is_asked_again_with_the_same_two_numbers(
    stage: LadderTelephones, line: Line
) -> None:
    await exposed(line, OLD, "feature")
    stage.phone(OLD, busy=True)
    await stage.issue(line.town)
    for words in ("我在想想", "你好"):
        reply = await stage.hear(OLD, words)
        assert reply is not None
        assert "1安全 2求助" in reply.text
        assert "3" not in reply.text.replace("110", "").replace("119", "")


async def test_numbers_mean_what_was_said_where_words_for_danger_were_missing(
    stage: LadderTelephones, line: Line
) -> None:
    """A warning that was composed before there were such texts, and placed after."""
    person = await exposed(line, OLD, "feature")
    stage.phone(OLD, busy=True)
    await stage.issue(line.town)
    async with stage.database.writing() as tx:
        await tx.execute(delete(notice_words).where(notice_words.c.channel == "sms", notice_words.c.rule < 0))
    await stage.hear(OLD, "2")
    assert await answers_of(stage, person) == [AnswerKind.SAFE]


async def test_key_two_is_a_call_for_help_and_the_village_hears_of_it(stage: LadderTelephones, line: Line) -> None:
    person = await exposed(line, OLD, "feature")
    helper = await line.world.person(line.town.village, "付小", sms=HELPER)
    await line.world.organisation(line.town.village, "village_committee", [helper])
    stage.phone(OLD, keys="2")
    await stage.issue(line.town)
    assert await answers_of(stage, person) == [AnswerKind.NEED_HELP]
    [told] = [text for text in stage.said_to("sms", HELPER) if "要人帮" in text]
    assert "李梅" in told
    assert OLD in told


async def test_there_are_no_other_keys(stage: LadderTelephones, line: Line) -> None:
    person = await exposed(line, OLD, "feature")
    stage.phone(OLD, keys="32")
    await stage.issue(line.town)
    assert "没有这个键" in stage.said_in_calls(OLD)
    assert await answers_of(stage, person) == [AnswerKind.NEED_HELP]


async def test_a_landline_that_is_called_first_has_the_two_keys_too(stage: LadderTelephones, line: Line) -> None:
    person = await exposed(line, LANDLINE, "landline", "voice")
    stage.phone(LANDLINE, keys="2")
    await stage.issue(line.town)
    assert stage.dialled(LANDLINE) == 1
    assert TWO_KEYS in stage.said_in_calls(LANDLINE)
    assert await answers_of(stage, person) == [AnswerKind.NEED_HELP]


async def test_whoever_rings_back_hears_the_same_message_with_the_same_keys(
    stage: LadderTelephones, line: Line
) -> None:
    person = await exposed(line, OLD, "feature")
    stage.phone(OLD, busy=True)
    await stage.issue(line.town)
    assert TWO_KEYS in "\n".join(await stage.ring(OLD, keys="2"))
    assert await answers_of(stage, person) == [AnswerKind.NEED_HELP]


@pytest.mark.parametrize(("kind", "hazard"), [("landline", None), ("smart", "landslide")])
async def test_whoever_is_not_in_danger_or_has_a_good_telephone_has_three_keys(
    stage: LadderTelephones, line: Line, kind: str, hazard: str | None
) -> None:
    person = await exposed(line, LANDLINE, kind, "voice", hazard)
    stage.phone(LANDLINE, keys="2")
    await stage.issue(line.town)
    assert "收到按1，安全按2，求助按3" in stage.said_in_calls(LANDLINE)
    assert await answers_of(stage, person) == [AnswerKind.SAFE]


async def test_a_lesser_warning_that_falls_back_to_the_telephone_has_two_keys(
    stage: LadderTelephones, line: Line
) -> None:
    """Nobody is called beside the text then; but who is silent is called after it."""
    person = await exposed(line, OLD, "feature")
    await line.world.address("voice", OLD, person)
    await stage.issue(line.town, level=Level.YELLOW)
    assert stage.dialled(OLD) == 0
    stage.phone(OLD, keys="2")
    stage.clock.pass_by(11 * MINUTE)
    await stage.go_round()
    assert TWO_KEYS in stage.said_in_calls(OLD)
    assert await answers_of(stage, person) == [AnswerKind.NEED_HELP]


async def test_an_update_is_called_with_two_keys_as_well(stage: LadderTelephones, line: Line) -> None:
    await exposed(line, OLD, "feature")
    alert = await stage.issue(line.town)
    stage.phone(OLD, keys="1")
    updated = await stage.update(line.town, alert)
    assert "情况有变" in stage.said_in_calls(OLD)
    assert await answered_of(stage, updated) == 1


async def test_an_ending_is_told_to_whoever_was_called(stage: LadderTelephones, line: Line) -> None:
    await exposed(line, LANDLINE, "landline", "voice")
    alert = await stage.issue(line.town)
    await stage.end(line.town, alert)
    assert "解除" in stage.said_in_calls(LANDLINE)
