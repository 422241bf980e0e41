"""The engine of conversations, tried with two flows made for it: asked, steered, parked, interrupted, repeated."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

import pytest

from audiences.stores.reach import addresses
from bot.dialogue import Dialogue
from bot.flows.base import Facts, Heard, Move, Opening, Room, Talk
from bot.lines import Line, Spoken
from bot.stores import talks
from bot.telling import News, Teller, Told
from bot.turns import Choice as Press
from broadcast.answers import AnswerKind
from broadcast.channels.memory import MemoryChannel
from broadcast.content.compose import Words
from broadcast.content.message import Choice, Message
from broadcast.notices import Lane, Policy
from ground.actor import system
from ground.clock import MINUTE
from ground.transaction import Database
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening, kind_of
from tests.builders import World
from tests.dispatching import CHAT as CHATTY

HUB = system("test")
PHONE, CHAT = "+99900000001", "4711"
WAYS = {"buttons": ("telegram", CHAT), "numbers": ("sms", PHONE)}
WHAT = (Choice("rice", "大米"), Choice("water", "饮水"), Choice("quilt", "棉被"))


@dataclass
class Wanting:
    """Asks what is needed (several), how soon (one) and where; the words are borrowed from another conversation."""

    name: str = "join"
    start: str = "要东西"
    done: list[Facts] = field(default_factory=list)
    begun_about: list[tuple[str, str]] = field(default_factory=list)
    crash: int = 0

    async def wanted(self, _room: Room, heard: Heard) -> Opening | None:
        return Opening() if heard.text == self.start else None

    async def begin(self, _room: Room, opening: Opening) -> Move:
        self.begun_about.append((opening.about, opening.step))
        return Move("what", self._asked("what", {}), {})

    async def hear(self, _room: Room, talk: Talk, heard: Heard) -> Move:
        if self.crash:
            self.crash -= 1
            raise OSError("the process dies")
        facts = talk.facts
        if talk.step == "what":
            return self._next("what", "when", {**facts, "what": list(heard.picked)}, bool(heard.picked))
        if talk.step == "when":
            return self._next("when", "where", {**facts, "when": heard.word}, bool(heard.word))
        if not heard.text:
            return Move("where", (Line("bad_name"), *self._asked("where", facts)), facts)
        self.done.append({**facts, "where": heard.text})
        return Move(None, (Line("kept"),))

    async def ask(self, _room: Room, talk: Talk) -> Sequence[Line]:
        return self._asked(talk.step, talk.facts)

    def _next(self, step: str, then: str, facts: Facts, understood: bool) -> Move:  # noqa: FBT001
        if not understood:
            return Move(step, (Line("please_choose"), *self._asked(step, facts)), facts)
        return Move(then, self._asked(then, facts), facts)

    @staticmethod
    def _asked(step: str, _facts: Facts) -> tuple[Line, ...]:
        match step:
            case "what":
                return (Line("which_village", choices=WHAT, many=True),)
            case "when":
                return (Line("please_choose", choices=(Choice("now", "现在"), Choice("later", "晚点"))),)
            case _:
                return (Line("ask_name"),)


class Rescue(Wanting):
    """A second one, that a cry for help begins."""

    def __init__(self) -> None:
        super().__init__("proof", "救命")

    async def hear(self, _room: Room, _talk: Talk, _heard: Heard) -> Move:
        return Move("what", (Line("ask_code"),), {})

    @staticmethod
    def _asked(_step: str, _facts: Facts) -> tuple[Line, ...]:
        return (Line("ask_code"),)


def wide(stage: Listening) -> Listening:
    """Give its chat as many buttons as Telegram has."""
    stage.channels["telegram"] = MemoryChannel(name="telegram", abilities=replace(CHATTY, buttons=8))
    kinds = [kind_of(name, channel.abilities) for name, channel in stage.channels.items()]
    stage.tools = replace(stage.tools, kinds=kinds)
    stage.dialogue = Dialogue(stage.tools)
    return stage


@dataclass
class Play:
    stage: Listening
    wanting: Wanting
    rescue: Rescue
    person: int

    def chatter(self, way: str = "buttons", language: str = "zh") -> Chatter:
        return Chatter(self.stage, *WAYS[way], language)

    async def open(self, chatter: Chatter) -> list[str]:
        async with self.stage.database.reading() as tx:
            address = await addresses.find(tx, HUB, chatter.platform, chatter.address)
            assert address is not None
            return [f"{each.flow} {each.step}" for each in await talks.open_at(tx, HUB, address.id)]

    async def warn(self, channel: str, text: str = "暴雨红色预警") -> int:
        self.stage.clock.pass_by(MINUTE)
        answers = (Choice("received", "收到"), Choice("safe", "安全"), Choice("need_help", "求助"))
        words = [Words(each, "zh_CN", 0, Message(text, answers)) for each in ("sms", "telegram")]
        notice = await self.stage.notice("area(1)", words=words, policy=Policy((channel,), silence=None))
        await self.stage.play()
        return notice.id


@pytest.fixture
async def play(database: Database, world: World) -> AsyncIterator[Play]:
    wanting, rescue = Wanting(), Rescue()
    async with AsyncExitStack() as stack:
        stage = wide(Listening(database, (wanting, rescue)))
        await stage.start(stack)
        area = await world.area("1")
        yield Play(stage, wanting, rescue, await world.person(area, "李四", sms=PHONE, telegram=CHAT))


both_ways = pytest.mark.parametrize("way", WAYS)


@both_ways
async def test_choices_are_taken_by_button_or_by_number(play: Play, way: str) -> None:
    chatter = play.chatter(way)
    await chatter.say("要东西")
    assert bool(chatter.shown.choices) is (way == "buttons")
    await chatter.tap("rice")
    if way == "buttons":  # where one writes numbers, a message is the whole answer
        await chatter.tap("_done")
    await chatter.tap("later")
    await chatter.say("村口")
    assert play.wanting.done == [{"what": ["rice"], "when": "later", "where": "村口"}]
    assert await play.open(chatter) == []


@pytest.mark.parametrize("said", ["1 3", "13", "1，3", "3、1", "１ ３"])
async def test_several_choices_are_taken_at_once(play: Play, said: str) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    await chatter.say(said)
    await chatter.tap("now")
    await chatter.say("村口")
    assert [each["what"] for each in play.wanting.done] == [["rice", "quilt"]]


@pytest.mark.parametrize("end", ["_done", "2", "2 4", "饮水"])
async def test_several_choices_are_taken_one_by_one_and_the_last_may_be_typed(play: Play, end: str) -> None:
    chatter = play.chatter("buttons")
    await chatter.say("要东西")
    for each in ("rice", "quilt", "rice"):
        await chatter.tap(each)
    assert "大米" in chatter.shown.text
    assert "棉被" in chatter.shown.text
    await (chatter.tap(end) if end == "_done" else chatter.say(end))
    await chatter.tap("now")
    await chatter.say("村口")
    assert [each["what"] for each in play.wanting.done] == [["rice", "quilt", *([] if end == "_done" else ["water"])]]


@both_ways
async def test_steering_at_each_step(play: Play, way: str) -> None:
    chatter = play.chatter(way)
    await chatter.say("要东西")
    assert "第一个问题" in await chatter.say("返回")
    await chatter.say("大米")
    assert await play.open(chatter) == ["join when"]
    await chatter.say("返回")
    assert await play.open(chatter) == ["join what"]
    await chatter.say("English")
    assert "Which one is it" in chatter.shown.text
    await chatter.say("中文")
    await chatter.say("饮水")
    await chatter.tap("now")
    await chatter.say("back")
    assert await play.open(chatter) == ["join when"]
    await chatter.say("重来")
    assert await play.open(chatter) == ["join what"]
    assert "没有上报" in await chatter.say("算了")
    assert (await play.open(chatter), play.wanting.done) == ([], [])


@pytest.mark.parametrize(
    ("said", "kind"), [("安全", AnswerKind.SAFE), ("2", AnswerKind.SAFE), ("收到", AnswerKind.RECEIVED)]
)
async def test_a_warning_amid_a_talk_is_answered_and_the_talk_goes_on(play: Play, said: str, kind: AnswerKind) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    await chatter.say("1 2")
    notice = await play.warn("sms")
    heard = await chatter.say(said)
    assert [(each[0], each[2]) for each in await play.stage.answered()] == [(notice, kind)]
    assert "1现在" in heard  # what was being asked is asked again
    await chatter.say("1")  # and now a number is meant for that
    assert await play.open(chatter) == ["join where"]
    assert len(await play.stage.answered()) == 1


async def test_a_word_still_answers_the_warning_when_the_question_came_after_it(play: Play) -> None:
    chatter = play.chatter("numbers")
    notice = await play.warn("sms")
    await chatter.say("要东西")
    await chatter.say("安全")
    assert [(each[0], each[2]) for each in await play.stage.answered()][-1] == (notice, AnswerKind.SAFE)
    assert await play.open(chatter) == ["join what"]


async def test_two_talks_wait_for_each_other(play: Play) -> None:
    chatter = play.chatter()
    await chatter.say("要东西")
    await chatter.tap("rice")
    await chatter.tap("_done")
    assert "验证码" in await chatter.say("救命")  # a cry for help interrupts
    assert await play.open(chatter) == ["proof what", "join when"]
    assert "没填完的还在" in await chatter.say("取消")
    await chatter.tap("now")
    await chatter.say("村口")
    assert play.wanting.done == [{"what": ["rice"], "when": "now", "where": "村口"}]


async def test_a_cry_for_help_that_no_other_flow_wants_stays_with_the_talk(play: Play) -> None:
    chatter = play.chatter()
    await chatter.say("救命")
    await chatter.say("救命")
    assert await play.open(chatter) == ["proof what"]


async def test_an_old_button_changes_nothing_and_says_so(play: Play) -> None:
    chatter = play.chatter("buttons")
    await chatter.say("要东西")
    await chatter.say("大米")
    old = chatter._key
    await chatter.tap("now")
    assert old is not None
    assert "叫什么名字" in await chatter.say(choice=Press(old, "later"))  # what is open is asked again
    assert await play.open(chatter) == ["join where"]
    await chatter.say("村口")
    assert [each["when"] for each in play.wanting.done] == ["now"]


async def test_a_press_from_a_foreign_address_moves_nobodys_talk(play: Play) -> None:
    chatter = play.chatter("buttons")
    await chatter.say("要东西")
    await chatter.say("大米")
    assert chatter._key is not None
    stranger = Chatter(play.stage, "telegram", "666")
    assert await stranger.say(choice=Press(chatter._key, "now"))
    assert await play.open(chatter) == ["join when"]


async def test_a_turn_that_crashed_was_never_heard_and_is_heard_again(play: Play) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    play.wanting.crash = 1
    with pytest.raises(OSError, match="dies"):
        await chatter.hear("1 2", update="u7")
    assert await play.open(chatter) == ["join what"]
    await chatter.hear("1 2", update="u7")
    assert await play.open(chatter) == ["join when"]


async def test_a_process_that_starts_anew_goes_on_where_the_talk_was(play: Play) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    await chatter.say("1")
    anew = Listening(play.stage.database, (play.wanting, play.rescue))
    later = Chatter(anew, *WAYS["numbers"])
    await later.say("2")
    await later.say("村口")
    assert [each["when"] for each in play.wanting.done] == ["later"]


async def test_the_same_update_ten_times_at_once_is_one_turn(play: Play) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    await chatter.say("1 2")
    turn = play.stage.text(PHONE, "1", update="SM7")
    replies = await asyncio.gather(*(play.stage.dialogue.hear(turn) for _ in range(10)))
    assert sum(reply is not None for reply in replies) == 1
    assert await play.open(chatter) == ["join where"]


async def test_ten_turns_at_once_are_heard_one_after_the_other(play: Play) -> None:
    chatter = play.chatter("numbers")
    await chatter.say("要东西")
    await chatter.say("1")
    await asyncio.gather(*(play.stage.hear(PHONE, "返回") for _ in range(9)), play.stage.hear(PHONE, "选好了"))
    [step] = await play.open(chatter)
    assert step in {"join what", "join when"}


@both_ways
async def test_a_notes_choice_is_taken_by_button_or_number_and_begins_its_flow(play: Play, way: str) -> None:
    platform, _ = WAYS[way]
    kinds = [kind for kind in play.stage.tools.kinds if kind.name == platform]
    told = Told([play.person], [Spoken("join", Line("please_choose", choices=WHAT[:2]))])
    news = News("join:case-7", Lane.NORMAL, [told], area=None)
    async with play.stage.database.writing() as tx:
        await Teller(kinds).tell(tx, news, play.stage.clock.now())
    await play.stage.play()
    chatter = play.chatter(way)
    await chatter.read()
    await chatter.tap("water")
    assert play.wanting.begun_about == [("case-7", "water")]


async def test_a_number_after_a_newer_warning_is_for_the_warning(play: Play) -> None:
    kinds = [kind for kind in play.stage.tools.kinds if kind.name == "sms"]
    told = Told([play.person], [Spoken("join", Line("please_choose", choices=WHAT[:2]))])
    async with play.stage.database.writing() as tx:
        await Teller(kinds).tell(tx, News("join:case-7", Lane.NORMAL, [told], area=None), play.stage.clock.now())
    await play.stage.play()
    notice = await play.warn("sms")
    await play.chatter("numbers").say("2")
    assert [(each[0], each[2]) for each in await play.stage.answered()] == [(notice, AnswerKind.SAFE)]
    assert play.wanting.begun_about == []
