"""What fails keeps no other waiting, and is told from what nobody could have done."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from ground import apart
from ground.apart import Worked


class Faulty:
    """Does everything but what it cannot, and none of a batch in which there is such a thing."""

    def __init__(self, cannot: set[int]) -> None:
        self.cannot, self.done = cannot, list[int]()

    async def all_of(self, things: Sequence[int]) -> int:
        if self.cannot.intersection(things):
            raise ValueError
        self.done += things
        return len(things)

    async def one(self, thing: int) -> int:
        return await self.all_of([thing])


@settings(max_examples=20)
@given(st.lists(st.integers(0, 20), unique=True), st.sets(st.integers(0, 20)))
async def test_all_is_done_but_what_fails_and_each_once(things: list[int], cannot: set[int]) -> None:
    failed = [each for each in things if each in cannot]
    for at_once in (True, False):
        hands = Faulty(cannot)
        worked = await (apart.together(things, hands.all_of) if at_once else apart.each(things, hands.one))
        assert hands.done == [each for each in things if each not in cannot]
        assert (worked.done, list(worked.failed)) == (len(hands.done), failed)


async def test_what_goes_well_is_done_at_once() -> None:
    asked = list[Sequence[int]]()

    async def work(things: Sequence[int]) -> int:
        asked.append(things)
        return len(things)

    assert await apart.together([1, 2, 3], work) == Worked(3)
    assert asked == [[1, 2, 3]]


async def test_the_first_for_which_there_is_something_to_do_is_worked_on() -> None:
    looked = list[int]()

    async def work(thing: int) -> int:
        looked.append(thing)
        if thing == 1:
            raise ValueError
        return 0 if thing == 2 else 7

    assert await apart.first([1, 2, 3, 4], work) == 7
    assert looked == [1, 2, 3]


@pytest.mark.parametrize("outage", [OSError(28, "disk full"), OperationalError("", {}, Exception("gone"))])
async def test_when_database_or_disk_are_away_nothing_else_is_tried(outage: Exception) -> None:
    tried = list[int]()

    async def work(thing: int) -> int:
        tried.append(thing)
        raise outage

    for due in (apart.each([1, 2], work), apart.first([1, 2], work)):
        with pytest.raises(type(outage)):
            await due
    assert tried == [1, 1]
