"""Asking people to show sites: a check each, a link each, one message a person."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audiences.errors import UnknownPerson, UnknownSite
from bot.cases.video_check import ANSWER_WITHIN
from bot.cases.video_errors import NothingToCheck
from bot.lines import Spoken
from bot.stores.evacuation import offices
from bot.stores.video import checks, holders, links, standing
from bot.stores.video.checks import Check, CheckDraft
from bot.stores.video.holders import Place
from bot.telling import News, Told
from bot.video.desk import CHECKER, FLOW, VideoDesk
from bot.video.wording import ask_line
from broadcast.notices import Lane, Purpose
from ground.actor import Actor
from ground.clock import HOUR, MINUTE
from ground.transaction import Transaction

MOST: Final = 10  # at once: each is told in words of the own, and nobody else writes meanwhile
SHORTEST, LONGEST = MINUTE, 24 * HOUR
CODES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an officer asks to see: sites, by whoever watches them, or people. `deadline_ms`: how long they have."""

    sites: Sequence[int] = ()
    people: Sequence[int] = ()
    drill: bool = False
    deadline_ms: int = ANSWER_WITHIN
    draw: int | None = None  # the drawing that chose the sites


async def ask(desk: VideoDesk, tx: Transaction, actor: Actor, asking: Asking, now: int) -> Sequence[Check]:
    """Make the checks and tell each person, in the caller's transaction.

    Where nobody holds the duty, or nothing reaches them, it is overdue at once: those above hear of it and see it red.
    """
    actor.require(*checks.ASKERS)
    places = await _places(desk, tx, actor, asking, now)
    made = await checks.keep_all(tx, actor, [_draft(each, asking, now) for each in places], now)
    await standing.asked(tx, CHECKER, made, now)
    secrets_of = await links.make(tx, CHECKER, [each for each in made if each.person is not None], now)
    await _tell(desk, tx, made, secrets_of, now)
    news = [(f"video_check:{each.id}", _facts(each)) for each in made]
    await desk.news.tell_many(tx, "video_check.asked", news, now)
    return made


async def ask_again(desk: VideoDesk, tx: Transaction, actor: Actor, check: Check, now: int) -> None:
    """Send whoever was asked a fresh link; the old one, and what it opened, ends."""
    actor.require(*checks.ASKERS)
    await send_link(desk, tx, await checks.by_key(tx, actor, check.key), now)


async def send_link(desk: VideoDesk, tx: Transaction, check: Check, now: int) -> None:
    """Send a fresh link to whoever is to show it; CheckOver if it was judged."""
    held = await checks.hold(tx, CHECKER, check.key)
    made = await links.make(tx, CHECKER, [held], now)
    await _tell(desk, tx, [held], made, now)


async def _places(desk: VideoDesk, tx: Transaction, actor: Actor, asking: Asking, now: int) -> Sequence[Place]:
    site_ids, person_ids = list(dict.fromkeys(asking.sites)), list(dict.fromkeys(asking.people))
    if not 0 < len(site_ids) + len(person_ids) <= MOST:
        raise NothingToCheck(most=MOST)
    channels = [kind.name for kind in desk.teller.kinds if not kind.abilities.public]
    by_site = await holders.of_sites(tx, actor, site_ids, now, channels=channels) if site_ids else []
    foreign = set(site_ids) - {each.site for each in by_site}
    if foreign:
        raise UnknownSite(site=min(foreign))
    by_person = await holders.of_people(tx, actor, person_ids, now, channels=channels) if person_ids else []
    strangers = set(person_ids) - {each.person for each in by_person}
    if strangers:
        raise UnknownPerson(person=min(strangers))
    return [*by_site, *by_person]


def _draft(place: Place, asking: Asking, now: int) -> CheckDraft:
    waits = min(max(asking.deadline_ms, SHORTEST), LONGEST) if place.reachable else 0
    code = f"{secrets.randbelow(CODES):04}"
    return CheckDraft(place.site, place.area, place.person, code, now + waits, asking.drill, asking.draw)


async def _tell(
    desk: VideoDesk, tx: Transaction, made: Sequence[Check], secrets_of: Mapping[int, str], now: int
) -> None:
    """Tell each person once, with a line for each check that is theirs."""
    names = await holders.names_of_sites(tx, CHECKER, [each.site for each in made if each.site is not None])
    homes = await offices.names_of(tx, CHECKER, [each.area for each in made if each.site is None])
    said: dict[int, list[Spoken]] = {}
    for each in made:
        if each.person is None:
            continue
        name = names.get(each.site or 0) or homes.get(each.area, "")
        line = ask_line(each, name, desk.link(secrets_of[each.key]))
        said.setdefault(each.person, []).append(Spoken(FLOW, line))
    told = [Told([person], lines) for person, lines in said.items()]
    news = News(
        f"{FLOW}:{made[0].id if len(made) == 1 else ''}",
        Lane.IMMEDIATE,
        told,
        await holders.lowest_around(tx, CHECKER, [each.area for each in made]),
        drill=made[0].drill,
        purpose=Purpose.WARNINGS,
        expires=max(each.due_at for each in made) + HOUR,
    )
    await desk.teller.tell(tx, news, now)


def _facts(check: Check) -> Mapping[str, object]:
    return {"check": check.key, "site": check.site, "area": check.area, "person": check.person, "drill": check.drill}
