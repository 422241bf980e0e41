"""What the form of the calling table says, read over the table that it was filled in from."""

from collections.abc import Mapping, Sequence
from typing import Final

from broadcast.ladders.changing import WHOLE_DAY, Added, Change, Climbed, Kept, first_calls, ladders_of
from broadcast.ladders.checking import LONGEST_NAME
from broadcast.ladders.errors import NotANumber, PolicyUnnamed
from broadcast.ladders.policy import Occasion
from ground.clock import SECOND

Typed = Mapping[str, str]
LONGEST_NUMBER: Final = 5
TICKED: Final = "yes"
EMPTY: Final[Typed] = {
    "reason": "",
    "add-level": "",
    "add-name": "",
    "add-like": "0",
    "add-from": str(WHOLE_DAY[0]),
    "add-to": str(WHOLE_DAY[1]),
}


def read(typed: Typed, occasions: Sequence[Occasion]) -> Change:
    """Return the change that was asked for; a box that is not ticked is not sent."""
    policies = [
        Kept(f"on-{at}" in typed, (number(typed, f"from-{at}"), number(typed, f"to-{at}")), f"code-{at}" in typed)
        for at in range(len(occasions))
    ]
    ladders = [
        Climbed(tuple(number(typed, f"after-{at}-{step}") for step in range(len(rungs))), number(typed, f"calls-{at}"))
        for at, rungs in enumerate(ladders_of(occasions))
    ]
    return Change(policies, ladders, _added(typed, occasions))


def number(typed: Typed, name: str) -> int:
    """Return a whole number that was typed."""
    given = typed.get(name, "").strip()
    if not given.isascii() or not given.isdigit() or len(given) > LONGEST_NUMBER:
        raise NotANumber(given=given[:20] or "—")
    return int(given)


def _added(typed: Typed, occasions: Sequence[Occasion]) -> Added | None:
    """Return the further policy, if a level was chosen for one."""
    if not typed.get("add-level"):
        return None
    name = typed.get("add-name", "").strip()
    if not name:
        raise PolicyUnnamed(number=len(occasions) + 1, most=LONGEST_NAME)
    since, until = number(typed, "add-from"), number(typed, "add-to")
    like = min(number(typed, "add-like"), len(occasions) - 1)
    return Added(name, number(typed, "add-level"), (since, until), like)


def filled(occasions: Sequence[Occasion]) -> Typed:
    """Return the form as it is filled in before anybody has typed: sent as it is, it changes nothing."""
    fields = dict(EMPTY)
    for at, each in enumerate(occasions):
        since, until = each.hours or WHOLE_DAY
        fields |= {f"on-{at}": TICKED, f"from-{at}": str(since), f"to-{at}": str(until)}
        fields |= {f"code-{at}": TICKED} if each.policy.code else {}
    for at, rungs in enumerate(ladders_of(occasions)):
        since, until = first_calls(rungs)
        fields |= {f"after-{at}-{step}": str(rung.after // SECOND) for step, rung in enumerate(rungs)}
        fields[f"calls-{at}"] = str(until - since)
    return fields
