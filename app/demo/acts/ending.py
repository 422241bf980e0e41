"""Act five: the rain is over. The ending is told to exactly those who heard; then the two witnesses are compared."""

from collections.abc import Mapping
from typing import Any, Final

from app.demo.acts.warning import release
from app.demo.books import read_books, read_ledger
from app.demo.checker import Finding, check
from app.demo.errors import StoryFailed
from app.demo.scene import Scene, states_of
from broadcast.deliveries import ENDS

PATIENCE = 40.0  # seconds until the last receipt


async def play(scene: Scene) -> None:
    scene.screen.act("六、解除", "all clear")
    drafted = await scene.officer.post(f"/alerts/{scene.red}/end", {"ending": "lifted"})
    await release(scene, drafted)
    notice = await scene.notice(drafted["id"])

    async def told() -> Any:
        progress = await scene.progress(notice)
        states = states_of(progress)
        done = progress["notice"]["state"] == "planned" and states and not states.get("planned")
        return progress if done else None

    progress = await scene.until("the ending at everybody who heard", told)
    counted = {name: n for name, n in sorted(states_of(progress).items()) if n}
    scene.screen.count("解除只告诉听到过的人", "told to exactly those who heard", counted)


async def compare(scene: Scene) -> Finding:
    """Wait for the last receipts, then compare what the hub believes with what was heard."""
    scene.screen.act("八、对账", "the hub's books against the sandbox's ledger")

    async def settled() -> Finding | None:
        finding = await find(scene)
        return finding if finding.holds else None

    try:
        return await scene.until("books and ledger that agree", settled, PATIENCE)
    except StoryFailed:
        return await find(scene)  # as it is: the caller says what is wrong


async def find(scene: Scene) -> Finding:
    lines, _ = await scene.stage.director.ledger()
    return check(await read_books(scene.stage.database), read_ledger(lines))


async def totals(scene: Scene, finding: Finding) -> dict[str, int]:
    """Return the figures of the last line: `planned` is the sum of the ends, people count by the red warning."""
    progress = await scene.progress(await _red_notice(scene))
    people, missed = int(progress["people"]), int(progress["missing"])
    ends = {state.value: finding.states[state.value] for state in sorted(ENDS)}
    return {
        "planned": finding.planned,
        **ends,
        "answered": people - missed,
        "missed": missed,
        "duplicates": finding.duplicates,
        "lost": finding.lost,
        "evacuated_people": scene.evacuated,
        "missing": scene.still_missing,
        **scene.called,
        "video_checks_passed": scene.passed,
        **scene.relief,
    }


EXPECTED: Final = {
    "evacuated_people": 6,
    "missing": 0,
    "ladders_open": 0,
    "video_checks_passed": 1,
    "relief_requests": 12,
    "relief_people": 20,
    "relief_settled": 12,
}


def as_it_should(told: Mapping[str, int]) -> bool:
    """Say whether all who are responsible answered, everybody was moved, every household of the hail was helped."""
    return all(told[name] == n for name, n in EXPECTED.items())


async def _red_notice(scene: Scene) -> str:
    listed = await scene.duty.get(f"/alerts/{scene.red}/notices")
    return next(str(each["id"]) for each in listed if each["kind"] == "update")
