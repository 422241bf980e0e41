"""What follows from the way a sending went."""

import pytest

from broadcast.channels.errors import Unreachable
from broadcast.notices import Guarantee, Policy
from broadcast.verdicts import LONGEST_WAIT, back_off, judge
from ground.clock import SECOND

POLICY = Policy(("voice",))


@pytest.mark.parametrize("attempt", [0, 1, 2, 40])
def test_a_wait_is_never_longer_than_five_minutes_nor_nothing(attempt: int) -> None:
    """A throttled try does not count, and may have arrived all the same: what fails then is number 0."""
    assert 0 < back_off(attempt) <= 1.25 * LONGEST_WAIT


def test_who_is_on_the_telephone_is_left_alone_for_as_long_as_the_channel_says() -> None:
    busy = judge(Unreachable("busy", again_in=60.0), POLICY, Guarantee.AT_LEAST_ONCE, 1)
    assert busy.again_in == 60 * SECOND
    away = judge(Unreachable("provider_down"), POLICY, Guarantee.AT_LEAST_ONCE, 1)
    assert away.again_in is not None
    assert away.again_in < 5 * SECOND
