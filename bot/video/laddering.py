"""叫应 of a check that nobody answers: whoever was asked is rung up, then who may go instead; seen, it is over."""

from dataclasses import dataclass
from typing import Final

from audiences.duties import Duty
from bot.cases.video_check import ANSWER_WITHIN, WAITING
from bot.stores.evacuation import offices
from bot.stores.video import called, checks
from bot.stores.video.checks import Check
from bot.video import asking
from bot.video.desk import CHECKER, FLOW, VideoDesk
from broadcast.alerts.model import Level
from broadcast.ladders import calling_about
from broadcast.ladders.matter import Matter, Sentences
from broadcast.ladders.model import Outcome
from broadcast.stores.ladders import posts
from broadcast.stores.ladders.posts import Held
from ground.clock import HOUR, Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction
from templates.catalogues import LANGUAGES
from templates.rendering import speak

LASTS: Final = 2 * HOUR
AT_ONCE: Final = 20


async def call_about(tx: Transaction, check: Check, place: str, now: int) -> bool:
    """Call whoever is to show the site; False if there is nobody at all who could be called."""
    leads = (await posts.superiors(tx, CHECKER, [check.area], now)).get(check.area, ())
    line = [each for each in (check.person, *await called.others_of(tx, CHECKER, check, now)) if each is not None]
    holder = next(iter(line or leads), None)
    if holder is None:
        return False
    deputy = next((each for each in line if each != holder), None)
    held = Held(None, Duty.MONITOR.value, check.area, check.site, None, holder, deputy)
    await calling_about.call_about(tx, CHECKER, await _matter(tx, check, place, now), held, leads, now)
    return True


async def end_what_was_seen(tx: Transaction, now: int) -> int:
    """Call nobody any more about checks that were answered, or where something is shown."""
    over = await called.seen(tx, CHECKER, AT_ONCE)
    await calling_about.end(tx, CHECKER, over, now)
    return len(over)


def subscription(desk: VideoDesk, clock: Clock) -> Subscription:
    """Return what listens for whoever says that he sees to it: he gets a link of his own, and time."""
    return Subscription("video.ladders", frozenset({"ladder.closed"}), _Ear(desk, clock).hear)


@dataclass(frozen=True, slots=True)
class _Ear:
    desk: VideoDesk
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        facts, now = event.facts, self.clock.now()
        if not facts["matter"] or facts["outcome"] != Outcome.ANSWERED:
            return
        check, person = await checks.load(tx, CHECKER, str(facts["chain"])), facts["answered_by"]
        if person is None or check.state not in WAITING:
            return
        await called.hand_over(tx, CHECKER, check, int(person), now + ANSWER_WITHIN)
        handed = {"check": check.key, "before": check.person, "person": int(person), "drill": check.drill}
        await self.desk.news.tell(tx, "video_check.handed_over", f"video_check:{check.id}", now, **handed)
        await asking.send_link(self.desk, tx, await checks.by_key(tx, CHECKER, check.key), now)


async def _matter(tx: Transaction, check: Check, place: str, now: int) -> Matter:
    issuer = await offices.name_of(tx, CHECKER, check.area)
    said = {
        language: Sentences(
            issuer, place, speak(FLOW, "called_what", language, {}), speak(FLOW, "called_do", language, {})
        )
        for language in LANGUAGES
    }
    return Matter(check.id, check.area, Level.ORANGE, check.drill, now, now + LASTS, said)
