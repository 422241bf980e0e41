"""A calling table as it is written down: policies in their order, each with its own rungs, times in whole seconds."""

from collections.abc import Mapping, Sequence
from typing import Any

from broadcast.ladders.policy import Does, Occasion, Policy, Rung, Whom
from ground.clock import SECOND


def packed(occasions: Sequence[Occasion]) -> list[dict[str, Any]]:
    """Return a table as it is kept and shown: what calling.toml says, with the rungs in place."""
    return [_packed(each) for each in occasions]


def unpacked(kept: Sequence[Mapping[str, Any]]) -> tuple[Occasion, ...]:
    return tuple(_unpacked(each) for each in kept)


def _packed(occasion: Occasion) -> dict[str, Any]:
    policy = occasion.policy
    return {
        "name": policy.name,
        "levels": sorted(occasion.levels),
        "events": list(occasion.events),
        "hours": list(occasion.hours) if occasion.hours else None,
        "each": list(policy.each),
        "any": list(policy.any),
        "code": policy.code,
        "rungs": _written(policy.rungs),
        "feedback": _written(policy.feedback),
    }


def _written(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    return [{"after": each.after // SECOND, "does": each.does.value, "whom": each.whom.value} for each in rungs]


def _read(kept: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    return tuple(Rung(each["after"] * SECOND, Does(each["does"]), Whom(each["whom"])) for each in kept)


def _unpacked(kept: Mapping[str, Any]) -> Occasion:
    rungs, feedback = _read(kept["rungs"]), _read(kept.get("feedback") or ())
    policy = Policy(kept["name"], tuple(kept["each"]), tuple(kept["any"]), kept["code"], rungs, feedback)
    hours = kept.get("hours")
    window = (hours[0], hours[1]) if hours else None
    return Occasion(policy, frozenset(kept["levels"]), tuple(kept.get("events") or ()), window)
