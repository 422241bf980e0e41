"""The pace of an account: even, by lane, with a share for replies; all in made-up time."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcast.channels.errors import NoTurn
from broadcast.channels.pace import CATCH_UP, Pace, Pacer
from broadcast.notices import Lane
from tests.virtual_time import run

FOREVER = 10_000.0


class Queue:
    """Everybody who wants a turn, and when each had it."""

    def __init__(self, pace: Pace) -> None:
        self.pacer = Pacer(pace)
        self.granted: list[tuple[float, Lane, str]] = []
        self.turned_away: list[float] = []

    async def want(self, lane: Lane, key: str = "", *, after: float = 0.0, work: float = 0.0) -> None:
        await asyncio.sleep(after)
        try:
            async with self.pacer.turn(lane, key):
                self.granted.append((asyncio.get_running_loop().time(), lane, key))
                await asyncio.sleep(work)
        except NoTurn as none:
            self.turned_away.append(none.fields["seconds"])

    @property
    def times(self) -> list[float]:
        return [at for at, _, _ in self.granted]

    def lanes(self) -> list[Lane]:
        return [lane for _, lane, _ in self.granted]


def pace(per_second: float = 10.0, **changes: object) -> Pace:
    return Pace(per_second, **{"patience": FOREVER, "replies_share": 0.1, **changes})  # type: ignore[arg-type]


def test_turns_come_evenly_and_never_in_a_burst() -> None:
    queue = Queue(pace(30.0))

    async def play() -> None:
        await asyncio.gather(*(queue.want(Lane.NORMAL) for _ in range(90)))

    run(play())
    assert all(later - earlier >= 1 / 30 - CATCH_UP - 1e-9 for earlier, later in pairwise(queue.times))
    assert queue.times[-1] == pytest.approx(89 / 30, abs=0.1)


def test_an_account_that_was_idle_has_saved_no_turns_up() -> None:
    queue = Queue(pace(10.0))

    async def play() -> None:
        await queue.want(Lane.NORMAL)
        await asyncio.sleep(60)
        await asyncio.gather(*(queue.want(Lane.NORMAL) for _ in range(10)))

    run(play())
    assert queue.times[-1] - queue.times[1] >= 0.79


def test_one_chat_is_not_written_to_faster_than_it_may_be_and_holds_up_no_other() -> None:
    queue = Queue(pace(30.0, gap=lambda key: 3.0 if key.startswith("-") else 1.0))

    async def play() -> None:
        crowd = [queue.want(Lane.NORMAL, "-100") for _ in range(4)] + [queue.want(Lane.NORMAL, "7") for _ in range(3)]
        await asyncio.gather(*crowd, *(queue.want(Lane.NORMAL, f"{seq}") for seq in range(1000, 1020)))

    run(play())
    group = [at for at, _, key in queue.granted if key == "-100"]
    chat = [at for at, _, key in queue.granted if key == "7"]
    others = [at for at, _, key in queue.granted if int(key) >= 1000]
    assert all(later - earlier >= 2.999 for earlier, later in pairwise(group))
    assert all(later - earlier >= 0.999 for earlier, later in pairwise(chat))
    assert max(others) < 1.0


def test_a_warning_overtakes_lessons_that_wait() -> None:
    queue = Queue(pace())

    async def play() -> None:
        await asyncio.gather(
            *(queue.want(Lane.BULK) for _ in range(50)), *(queue.want(Lane.IMMEDIATE, after=1.0) for _ in range(5))
        )

    run(play())
    overtaking = [at for at, lane, _ in queue.granted if lane is Lane.IMMEDIATE]
    assert max(overtaking) < 1.7


def test_a_tenth_of_the_turns_is_kept_for_replies_while_warnings_go_out() -> None:
    queue = Queue(pace(30.0))

    async def play() -> None:
        await asyncio.gather(
            *(queue.want(Lane.IMMEDIATE) for _ in range(300)), *(queue.want(Lane.REPLIES) for _ in range(300))
        )

    run(play())
    lanes = queue.lanes()
    busy = lanes[: len(lanes) - lanes[::-1].index(Lane.IMMEDIATE)]
    assert 0.08 <= busy.count(Lane.REPLIES) / len(busy) <= 0.13


def test_a_call_for_help_amid_warnings_is_answered_within_a_second() -> None:
    queue = Queue(pace(30.0))

    async def play() -> None:
        await asyncio.gather(*(queue.want(Lane.IMMEDIATE) for _ in range(600)), queue.want(Lane.REPLIES, after=5.0))

    run(play())
    [reply] = [at for at, lane, _ in queue.granted if lane is Lane.REPLIES]
    assert reply - 5.0 < 0.2


def test_what_replies_do_not_use_is_not_lost() -> None:
    queue = Queue(pace(30.0))

    async def play() -> None:
        await asyncio.gather(*(queue.want(Lane.BULK) for _ in range(60)))

    run(play())
    assert queue.times[-1] < 2.1


def test_retry_after_stops_everybody_for_that_long() -> None:
    queue = Queue(pace())

    async def play() -> None:
        await queue.want(Lane.IMMEDIATE)
        queue.pacer.pause(30.0)
        await asyncio.gather(*(queue.want(lane) for lane in Lane))

    run(play())
    assert queue.times[1] >= 30.0


def test_nobody_waits_through_a_pause_longer_than_their_patience() -> None:
    queue = Queue(pace(patience=20.0))

    async def play() -> None:
        await queue.want(Lane.NORMAL)
        waiting = [asyncio.create_task(queue.want(Lane.NORMAL)) for _ in range(3)]
        await asyncio.sleep(0)
        queue.pacer.pause(300.0)
        await asyncio.gather(*waiting)
        await queue.want(Lane.IMMEDIATE)
        assert asyncio.get_running_loop().time() < 1.0

    run(play())
    assert queue.turned_away == [pytest.approx(300.0)] * 4


def test_whoever_has_no_turn_in_time_is_told_when_to_come_back() -> None:
    queue = Queue(pace(1.0, patience=5.0))

    async def play() -> None:
        await asyncio.gather(*(queue.want(Lane.NORMAL) for _ in range(20)))

    run(play())
    assert len(queue.granted) + len(queue.turned_away) == 20
    assert len(queue.granted) in {5, 6}
    assert min(queue.turned_away) >= 1.0


def test_no_more_requests_are_under_way_than_may_be() -> None:
    queue = Queue(pace(1000.0, at_once=3))

    async def play() -> None:
        await asyncio.gather(*(queue.want(Lane.NORMAL, work=1.0) for _ in range(9)))
        assert asyncio.get_running_loop().time() == pytest.approx(3.0, abs=0.1)

    run(play())
    assert len(queue.granted) == 9


def test_whoever_is_cancelled_leaves_the_others_their_turns() -> None:
    queue = Queue(pace())

    async def play() -> None:
        tasks = [asyncio.create_task(queue.want(Lane.NORMAL)) for _ in range(10)]
        await asyncio.sleep(0.25)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(play())
    assert 5 <= len(queue.granted) <= 8


@settings(max_examples=60, deadline=None)
@given(
    wishes=st.lists(
        st.tuples(st.sampled_from(list(Lane)), st.sampled_from(["", "1", "2", "-3"]), st.floats(0, 20)), max_size=60
    ),
    per_second=st.floats(0.5, 200),
)
def test_everybody_has_one_turn_and_no_second_has_more_than_its_share(
    wishes: list[tuple[Lane, str, float]], per_second: float
) -> None:
    queue = Queue(pace(per_second, gap=lambda key: float(key == "-3") * 3.0))

    async def play() -> None:
        await asyncio.gather(*(queue.want(lane, key, after=after) for lane, key, after in wishes))

    run(play())
    assert sorted((lane, key) for _, lane, key in queue.granted) == sorted((lane, key) for lane, key, _ in wishes)
    times = queue.times
    for start in times:
        within = sum(start <= at < start + 1 for at in times)
        assert within <= per_second * (1 + CATCH_UP) + 2
