"""A check that shows something wrong sends somebody to whoever watches the site."""

from bot.cases.door_values import DoorTask
from bot.cases.video_check import Result
from bot.doors import unseen
from bot.doors.opening import DOORS
from bot.stores.doors import tasks
from bot.stores.video.checks import Check
from bot.video import judging
from bot.video.desk import CHECKER
from bot.video.judging import Judgement
from tests.bot.video.conftest import WATCHER, Shore, Water


async def doors(stage: Shore, check: Check) -> list[DoorTask]:
    await stage.tools.desk.hand_on(stage.database)
    async with stage.database.reading() as tx:
        return list(await tasks.of_origin(tx, DOORS, f"video_check:{check.id}"))


async def test_what_does_not_pass_is_gone_to_and_what_passes_is_not(stage: Shore, water: Water) -> None:
    stage.tools.desk.listen(unseen.subscription(stage.clock))
    for result, opened in ((Result.NORMAL, 0), (Result.NOT_PASSED, 1)):
        check = await stage.ask(water.officer, sites=[water.site])
        await stage.says(WATCHER, "SK 86.32 溢0 渗0")
        judgement = Judgement(result, "the spillway is blocked")
        async with stage.database.writing() as tx:
            await judging.judge(stage.desk, tx, CHECKER, await stage.check(check), judgement, stage.clock.now())
        assert len(await doors(stage, check)) == opened
