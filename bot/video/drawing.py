"""Drawing spot checks: once a day for each policy, whichever node is first; then what was drawn is asked for."""

import secrets
from typing import Final

from bot.cases.spot_check import day_of, days_between, drawn, hour_of_day
from bot.stores.video import spots
from bot.stores.video.spots import SpotPolicy
from bot.video.asking import Asking, ask
from bot.video.watching import Watch
from ground.actor import system
from ground.transaction import Transaction

DRAWER: Final = system("spot-checks")
AT_ONCE: Final = 5  # sites asked in one transaction: each tells somebody


async def draw_and_ask(watch: Watch) -> int:
    """Draw what is due today, and ask for what was drawn; return how many sites were asked."""
    now = watch.clock.now()
    async with watch.database.reading() as tx:
        due = await _due(tx, now)
    for policy in due:
        async with watch.database.writing() as tx:
            await _draw(tx, policy, now)
    asked = 0
    while few := await _ask_some(watch):
        asked += few
    return asked


async def _due(tx: Transaction, now: int) -> list[SpotPolicy]:
    """Return the policies whose hour has come today, that stood before it, and that have not drawn yet."""
    drew = await spots.drew(tx, DRAWER, day_of(now))
    return [
        each
        for each in await spots.in_force(tx, DRAWER)
        if each.key not in drew and each.made_at <= hour_of_day(now, each.hour) <= now
    ]


async def _draw(tx: Transaction, policy: SpotPolicy, now: int) -> None:
    seed = secrets.token_hex(16)
    since = await spots.candidates(tx, DRAWER, policy)
    ages = {site: days_between(at, now) for site, at in since.items()}
    chosen = drawn(seed, ages, policy.number, policy.within_days)
    await spots.keep_draw(tx, DRAWER, policy, day_of(now), seed, chosen, now)


async def _ask_some(watch: Watch) -> int:
    async with watch.database.writing() as tx:
        found = await spots.next_to_ask(tx, DRAWER)
        if found is None:
            return 0
        draw, policy = found
        now = watch.clock.now()
        some = draw.sites[draw.asked : draw.asked + AT_ONCE]
        here = await spots.still_there(tx, DRAWER, some)
        if here:
            asking = Asking(sites=here, deadline_ms=policy.answer_ms, draw=draw.key)
            await ask(watch.desk, tx, DRAWER, asking, now)
        await spots.note_asked(tx, DRAWER, draw, draw.asked + len(some), now)
        return len(some)
