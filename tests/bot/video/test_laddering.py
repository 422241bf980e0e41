"""叫应 of a check that nobody answers: calls, the next who watches, whoever leads, a knock; seen, it is over."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.cases.video_check import ANSWER_WITHIN, State
from bot.doors import laddering as doors
from bot.doors import unseen
from bot.doors.opening import DOORS
from bot.stores.doors import tasks
from bot.stores.video import checks
from bot.stores.video.checks import Check
from bot.telling import Teller
from bot.video import asking, laddering, watching
from bot.video.asking import Asking
from bot.video.desk import CHECKER, VideoDesk
from bot.video.watching import Watch
from broadcast.ladders.model import Ladder, Outcome, StepKind
from broadcast.ladders.model import State as LadderState
from ground.clock import HOUR
from ground.transaction import Database
from tests.bot.video.conftest import HUB, WATCHER, Water
from tests.builders import World
from tests.ladders import Calling

SECOND, CHIEF = "+99900000105", "+99900000106"


class Shore(Calling):
    """Video checks and the ladders that they climb."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        desk = self.hub.desk
        self.desk = VideoDesk(Teller(self.tools.kinds), desk, HUB)
        self.round = Watch(self.desk, database, self.clock)
        desk.listen(laddering.subscription(self.desk, self.clock), unseen.subscription(self.clock))
        desk.listen(*doors.subscriptions(self.clock, desk))

    async def go_round(self) -> None:
        while await watching.watch(self.round):
            await self.play()
        await super().go_round()

    async def ask(self, water: Water, site: int | None = None, *, drill: bool = False) -> Check:
        """Ask for a site, and let the time run out in which it was to be shown."""
        async with self.database.writing() as tx:
            asked = Asking(sites=[site or water.site], drill=drill)
            [check] = await asking.ask(self.desk, tx, water.officer, asked, self.clock.now())
        await self.go_round()
        self.clock.pass_by(ANSWER_WITHIN)
        await self.go_round()
        return check

    async def check(self, check: Check) -> Check:
        async with self.database.reading() as tx:
            return await checks.by_key(tx, CHECKER, check.key)

    async def ladder_of(self, check: Check) -> Ladder:
        [ladder] = [each for each in await self.all() if each.chain == check.id]
        return ladder

    def rung_up(self, number: str) -> int:
        """How often a number was rung up about the water; a link that nobody opens is read out, too."""
        return sum("到时间没人让我们看水情" in text for text in self.said_to("voice", number))


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Shore]:
    async with AsyncExitStack() as stack:
        shore = Shore(database)
        await shore.start(stack)
        yield shore


@pytest.fixture
async def second(world: World, water: Water) -> int:
    """Another who watches the same water."""
    person = await world.person(water.village, "谢军", sms=SECOND)
    await world.post(water.village, "patrol", person, site=water.site)
    return person


@pytest.fixture
async def chief(world: World, water: Water) -> int:
    person = await world.person(water.village, "付强", sms=CHIEF)
    await world.post(water.village, "administrative", person)
    return person


async def test_whoever_shows_nothing_is_rung_up_then_the_next_who_watches_then_who_leads_then_somebody_knocks(
    stage: Shore, water: Water, second: int, chief: int
) -> None:
    check = await stage.ask(water)
    assert "到时间没人让我们看水情" in stage.said_to("voice", WATCHER)[-1]
    assert (stage.rung_up(WATCHER), stage.rung_up(SECOND), stage.rung_up(CHIEF)) == (1, 0, 0)
    await stage.pass_by(160)
    assert (stage.rung_up(WATCHER), stage.rung_up(SECOND), stage.rung_up(CHIEF)) == (2, 1, 0)
    await stage.pass_by(90)
    assert stage.rung_up(CHIEF) == 1
    await stage.pass_by(60)
    ladder = await stage.ladder_of(check)
    async with stage.database.reading() as tx:
        [task] = await tasks.of_origin(tx, DOORS, f"ladder:{ladder.public_id}")
    assert (task.person, task.alert) == (water.watcher, None)


async def test_what_is_said_by_text_ends_the_calls_at_once(stage: Shore, water: Water, second: int) -> None:
    check = await stage.ask(water)
    await stage.says(WATCHER, "SK 86.32 溢0 渗0")
    assert (await stage.ladder_of(check)).outcome == Outcome.OVER
    await stage.pass_by(400)
    assert (stage.rung_up(WATCHER), stage.rung_up(SECOND)) == (1, 0)


async def test_whoever_goes_instead_gets_a_link_of_his_own_and_may_answer(
    stage: Shore, water: Water, second: int
) -> None:
    check = await stage.ask(water)
    await stage.keys(WATCHER, "2")  # he cannot
    assert stage.rung_up(SECOND) == 1
    await stage.keys(SECOND, "1")
    ladder = await stage.ladder_of(check)
    assert (ladder.state, ladder.outcome, ladder.answered_by) == (LadderState.CLOSED, Outcome.ANSWERED, second)
    assert f"{HUB}/w/" in stage.said_to("sms", SECOND)[-1]
    assert (await stage.check(check)).person == second
    await stage.says(SECOND, "SK 86.32 溢0 渗0")
    assert (await stage.check(check)).state is State.ANSWERED


async def test_whoever_says_that_he_goes_and_shows_nothing_is_called_again(stage: Shore, water: Water) -> None:
    check = await stage.ask(water)
    await stage.keys(WATCHER, "1")
    assert (await stage.ladder_of(check)).state is LadderState.CLOSED
    stage.clock.pass_by(ANSWER_WITHIN)
    await stage.go_round()
    ladder = await stage.ladder_of(check)
    assert (ladder.state, ladder.outcome) == (LadderState.OPEN, "")
    assert StepKind.RAISED in await stage.steps_of(water.watcher)
    assert stage.rung_up(WATCHER) == 2


async def test_where_nobody_watches_whoever_leads_is_called(stage: Shore, water: Water, chief: int) -> None:
    check = await stage.ask(water, water.bare)
    assert (await stage.ladder_of(check)).person == chief
    await stage.keys(CHIEF, "1")
    assert (await stage.check(check)).person == chief


async def test_nobody_is_called_for_ever(stage: Shore, water: Water) -> None:
    check = await stage.ask(water)
    stage.clock.pass_by(2 * HOUR)
    await stage.go_round()
    assert (await stage.ladder_of(check)).outcome == Outcome.OVER


async def test_a_drill_calls_as_a_drill(stage: Shore, water: Water) -> None:
    check = await stage.ask(water, drill=True)
    assert (await stage.ladder_of(check)).drill
    assert "演练" in stage.said_to("voice", WATCHER)[-1]
