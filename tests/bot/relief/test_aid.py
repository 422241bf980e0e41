"""Aid in the ledger: entered, corrected, added up, and doubted where it was given twice or on nothing."""

from typing import Any

import pytest

from bot.cases.aid import AidForm, FamilyType, Given
from bot.cases.relief import Act, State
from bot.cases.relief_errors import AidNotNow, CorrectedAlready, GivenLater, NothingGiven, UnknownAid
from bot.cases.relief_values import Deed, Request, Told, Words
from bot.relief.desk import RELIEF
from bot.relief.ledger import (
    COLUMNS,
    DECLINED_RULE,
    GOODS,
    HOUSEHOLD_RULE,
    HOUSEHOLD_TWICE_RULE,
    IN_NEED,
    MONEY,
    NEED_RULE,
    TWICE_RULE,
    Doubt,
    doubts,
    doubts_of_aid,
    row_of,
    row_of_sums,
)
from bot.stores.relief import aid, doubtful, ledger, steps
from bot.stores.relief.aid import Judged
from bot.stores.relief.ledger import Wanted
from ground.clock import DAY
from tests.bot.relief.conftest import Fujia, Office
from tests.bot.relief.test_handling import reported

CASH = AidForm.CASH


class Desk:
    """What a test enters as the office."""

    def __init__(self, office: Office, fujia: Fujia) -> None:
        self.office, self.village = office, fujia.village

    @property
    def now(self) -> int:
        return self.office.stage.clock.now()

    async def accepted(self) -> Request:
        request = await reported(self.office)
        await self.step(request, Act.ACCEPT)
        return request

    async def step(self, request: Request, act: Act, **words: str) -> None:
        told = Told(words={Words(kind): text for kind, text in words.items()})
        async with self.office.stage.database.writing() as tx:
            await steps.take(tx, RELIEF, request.id, Deed(act, self.now, self.now, told))

    async def give(self, request: Request, money: int = 0, goods: int = 0, **more: Any) -> str:
        given = Given(money, goods, more.get("form", CASH), more.get("at", self.now))
        async with self.office.stage.database.writing() as tx:
            return (await aid.give(tx, RELIEF, request.id, given, self.now, more.get("corrects"))).id

    async def judge(self, request: Request, family: FamilyType, in_need: int) -> None:
        async with self.office.stage.database.writing() as tx:
            await aid.judge(tx, RELIEF, request.id, Judged(family, in_need), self.now)

    async def rows(self) -> list[dict[str, Any]]:
        """Return the ledger, its last row being the sums."""
        async with self.office.stage.database.reading() as tx:
            lines = await ledger.lines(tx, RELIEF, Wanted(self.village))
            sums = await ledger.sums(tx, RELIEF, self.village)
        return [dict(zip(COLUMNS, row, strict=True)) for row in [*map(row_of, lines), row_of_sums(sums)]]

    async def doubts(self) -> list[Doubt]:
        """Return what is doubted, but that three people live where the register knows one."""
        async with self.office.stage.database.reading() as tx:
            found = doubts(await ledger.lines(tx, RELIEF, Wanted(self.village)))
            nothing = await doubtful.on_nothing(tx, RELIEF, self.village)
            found += doubts_of_aid(nothing, await doubtful.to_one_household(tx, RELIEF, self.village))
        return [each for each in found if each.rule != HOUSEHOLD_RULE]


@pytest.fixture
def desk(office: Office, fujia: Fujia) -> Desk:
    return Desk(office, fujia)


async def test_what_was_given_stands_in_the_ledger_and_is_added_up(desk: Desk) -> None:
    request = await desk.accepted()
    await desk.give(request, 50_000)
    await desk.give(request, 0, 12_050, form=AidForm.GOODS)
    await desk.judge(request, FamilyType.MINIMUM_LIVING, 1)
    line, sums = await desk.rows()
    assert (line[MONEY], line[GOODS], line["发放形式"]) == (500, 120.5, "现金、实物")
    assert (line["家庭类型"], line[IN_NEED]) == ("低保户", 1)
    assert (sums[MONEY], sums[GOODS], sums[IN_NEED]) == (500, 120.5, 1)


async def test_where_nothing_was_entered_the_cells_are_empty(desk: Desk) -> None:
    await desk.accepted()
    line, sums = await desk.rows()
    assert [line[name] for name in (MONEY, GOODS, "发放形式", "家庭类型", "身份证号")] == [None] * 5
    assert (sums[MONEY], sums[GOODS]) == (None, None)


async def test_a_correction_counts_in_its_place_and_nothing_is_changed(desk: Desk) -> None:
    request = await desk.accepted()
    first = await desk.give(request, 50_000)
    second = await desk.give(request, 40_000, corrects=first)
    assert (await desk.rows())[0][MONEY] == 400
    with pytest.raises(CorrectedAlready):
        await desk.give(request, 1, corrects=first)
    await desk.give(request, corrects=second)  # it was never given
    assert (await desk.rows())[0][MONEY] is None
    async with desk.office.stage.database.reading() as tx:
        kept = await aid.of_request(tx, RELIEF, request.id)
    assert [each.given.money for each in kept] == [50_000, 40_000, 0]
    assert [each.counts for each in kept] == [False, False, True]
    assert kept[1].corrects == first


async def test_what_cannot_have_been_given_is_refused(desk: Desk) -> None:
    request = await reported(desk.office)
    with pytest.raises(AidNotNow, match="submitted"):
        await desk.give(request, 1)
    await desk.step(request, Act.ACCEPT)
    with pytest.raises(NothingGiven):
        await desk.give(request)
    with pytest.raises(GivenLater):
        await desk.give(request, 1, at=desk.now + 1)
    with pytest.raises(UnknownAid):
        await desk.give(request, 1, corrects="nothing")


async def test_the_same_twice_on_one_day_is_doubted_and_on_two_days_is_not(desk: Desk) -> None:
    request = await desk.accepted()
    await desk.give(request, 50_000)
    desk.office.stage.clock.pass_by(DAY)
    await desk.give(request, 50_000)
    assert await desk.doubts() == []
    await desk.give(request, 50_000)
    assert await desk.doubts() == [Doubt(request.code, TWICE_RULE, 50_000, 50_000)]


async def test_money_on_a_declined_request_is_doubted(desk: Desk) -> None:
    request = await desk.accepted()
    await desk.give(request, 50_000)
    await desk.step(request, Act.DECLINE, reason="不是我们村的")
    assert (await desk.office.only()).state is State.DECLINED
    assert await desk.doubts() == [Doubt(request.code, DECLINED_RULE, 50_000, 0)]


async def test_a_household_paid_on_two_requests_is_doubted(desk: Desk) -> None:
    first = await desk.accepted()
    await desk.give(first, 50_000)
    desk.office.stage.clock.pass_by(8 * DAY)
    second = await desk.accepted()
    await desk.give(second, 30_000)
    assert await desk.doubts() == [Doubt(second.code, HOUSEHOLD_TWICE_RULE, 30_000, 50_000)]


async def test_more_in_need_than_live_there_is_doubted(desk: Desk) -> None:
    request = await desk.accepted()
    await desk.judge(request, FamilyType.ORDINARY, 3)
    assert Doubt(request.code, NEED_RULE, 3, 1) in await desk.doubts()
