"""Objections by the API: entered for somebody who came or called; who objected is read above the village alone."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.api.assistance.shapes import ObjectionShown, desk_of, show_objection
from app.api.relief.shapes import Strict
from app.api.shown import shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who, is_rehearsal, secret_answer
from app.errors import NeverRehearsed
from bot.assistance.desk import ASSISTANCE
from bot.assistance.objecting import object_to
from bot.cases.assistance_values import Objecting
from bot.stores.assistance import applications, notices, objections
from ground.actor import Role

router = APIRouter(prefix="/assistance", tags=["assistance"], route_class=Unit)


class ObjectionGiven(Strict):
    """What somebody objects; they need not say who they are, and the village does not learn it."""

    words: str = Field(min_length=1, max_length=1000)
    name: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)


class ObjectorShown(BaseModel):
    """Who objected, as far as they said. Never for the village."""

    name: str | None
    phone: str | None
    person: int | None


@router.post("/notices/{code}/objections", status_code=201)
async def enter_objection(
    tx: Tx, who: Who, now: Now, house: TheHouse, code: str, given: ObjectionGiven
) -> ObjectionShown:
    """Enter an objection to a public notice for somebody who said it to an office."""
    who.require(Role.DUTY, Role.OFFICER)
    notice = await notices.by_code(tx, ASSISTANCE, code)
    await applications.load(tx, who, notice.application)
    said = Objecting(given.words, given.name, given.phone)
    return show_objection(who, await object_to(desk_of(house), tx, code, said, now, now, by=who.name))


@router.post("/objections/{objection}/objector")
@secret_answer
async def reveal_objector(request: Request, tx: Tx, who: Who, now: Now, objection: str) -> ObjectorShown:
    """Read who objected, as the township or the county; that you did is kept."""
    if is_rehearsal(request):
        raise NeverRehearsed
    return shown(ObjectorShown, await objections.objector_of(tx, who, objection, now))
