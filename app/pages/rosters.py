"""Pages of rosters: who is on duty now and tonight with the gaps marked, and a contact test to be printed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.shown import area_named, name_for, names_of, number_for
from app.api.unit import house_of
from app.pages import laying_out
from app.pages.routes import page, to_login, visitor
from audiences.rosters.policy import Night, roster_policy
from audiences.rosters.shift import Gap, Room, Shift
from audiences.stores import areas
from audiences.stores.rosters import gaps, rooms, shifts
from audiences.stores.rosters.names import names_of_people
from bot.cases.contact_test import BROKEN
from bot.stores.rosters import contact_tests, numbers, ranking
from ground.actor import Actor
from ground.clock import BEIJING, DAY, moment
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(include_in_schema=False)
SHOWN_ROOMS: Final = 500
SHOWN_PEOPLE: Final = 1_000


@router.get("/rosters/{area}")
async def show_rosters(request: Request, area: str, lang: str | None = None) -> Response:
    """Show who is on duty now and tonight in the rooms of an area and below."""
    house, language = house_of(request), laying_out.language_of(lang)
    now = house.clock.now()
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/rosters/{area}")
        place = await areas.load(tx, holder.actor, await area_named(tx, holder.actor, area))
        values = await _rooms(tx, holder.actor, place.id, now)
    return page(render_page("rosters.html.j2", language, values | {"place": place.name} | _frame(language, now)))


@router.get("/contact-tests/{test}")
async def show_contact_test(request: Request, test: str, lang: str | None = None) -> Response:
    """Show what a contact test came to: townships ranked, and the numbers that do not work."""
    house, language = house_of(request), laying_out.language_of(lang)
    now = house.clock.now()
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/contact-tests/{test}")
        values = await _test(tx, holder.actor, test)
    return page(render_page("contact_test.html.j2", language, values | _frame(language, now)))


async def _rooms(tx: Transaction, who: Actor, area: int, now: int) -> dict[str, Any]:
    tonight = roster_policy().tonight_of(now)
    found = await rooms.needed_in(tx, who, area, now, limit=SHOWN_ROOMS)
    ids = [room.organisation for room in found]
    coming = await shifts.of_rooms(tx, who, ids, tonight.since, tonight.until)
    people = [each.person for room in found for each in room.on_shift] + [each.person for each in coming]
    names = await names_of_people(tx, who, ids, people)
    missing = await gaps.gaps(tx, who, area, tonight.since, tonight.until)
    listed = [_room(who, room, coming, names, missing) for room in found]
    later = await gaps.gaps(tx, who, area, now, now + roster_policy().period)
    return {"rooms": listed, "tonight": _night(tonight), "gaps": [_gap(each) for each in later]}


def _room(
    who: Actor, room: Room, coming: Sequence[Shift], names: Mapping[int, str], missing: Sequence[Gap]
) -> dict[str, Any]:
    def called(person: int) -> str:
        return name_for(who, names.get(person)) or f"#{person}"

    return {
        "name": room.name,
        "phone": number_for(who, room.phone) or "",
        "now": [(called(each.person), each.role.value, _clock(each.until)) for each in room.on_shift],
        "tonight": [
            (called(each.person), each.role.value, _clock(each.since), _clock(each.until))
            for each in coming
            if each.organisation == room.organisation
        ],
        "gaps": [
            (_clock(each.since), _clock(each.until)) for each in missing if each.organisation == room.organisation
        ],
        "needed": room.kind in roster_policy().kinds,
    }


async def _test(tx: Transaction, who: Actor, public_id: str) -> dict[str, Any]:
    test = await contact_tests.load(tx, who, public_id)
    listed = await numbers.of_test(tx, who, test, limit=SHOWN_PEOPLE)
    broken = [each for each in listed if each.outcome in BROKEN]
    named = await numbers.particulars_of(tx, who, test, broken)
    places = await names_of(tx, {each.area for each in broken})
    rows = [
        {
            "place": places.get(each.area, ""),
            "name": name_for(who, named.names.get(each.person)) or f"#{each.person}",
            "number": number_for(who, named.values.get(each.address)) or "",
            "outcome": each.outcome.value,
        }
        for each in broken
    ]
    return {
        "test": test,
        "started": _day(test.started_at),
        "deadline": _day(test.deadline_at),
        "ranking": await ranking.ranked(tx, who, test),
        "broken": rows,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    whole = gap.until - gap.since > DAY
    return {"name": gap.name, "kept": gap.kept, "since": _day(gap.since), "until": _day(gap.until), "whole": whole}


def _night(night: Night) -> str:
    return f"{_day(night.since)} – {_day(night.until)}"


def _frame(language: str, now: int) -> dict[str, Any]:
    return {"drill": False, "printed": _day(now), "other_language": laying_out.LANGUAGES[language]}


def _clock(at: int) -> str:
    return f"{moment(at, BEIJING):%H:%M}"


def _day(at: int) -> str:
    return f"{moment(at, BEIJING):%m-%d %H:%M}"
