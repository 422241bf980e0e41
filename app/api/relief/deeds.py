"""What an office does to a request: accepts, asks back, assigns, settles, declines, opens again, corrects, merges."""

from fastapi import APIRouter
from pydantic import Field

from app.api.relief.requests import shown_requests
from app.api.relief.shapes import Digest, Number, RequestShown, Strict, desk_of
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.house import House
from bot.cases.relief import Act, Count
from bot.cases.relief_values import Deed, Request, Told, Words
from bot.relief.handling import handle
from bot.stores.relief import requests
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/relief/requests/{request}", tags=["relief"], route_class=Unit)


class Asked(Strict):
    question: str = Field(min_length=1, max_length=300)


class Assigned(Strict):
    person: int = Field(description="a member of an office that answers for the place")


class Settled(Strict):
    note: str = Field(default="", max_length=400, description="the outcome; its reporter is told")
    photos: list[Digest] = Field(default=[], max_length=20)


class Reasoned(Strict):
    reason: str = Field(min_length=1, max_length=400, description="its reporter is told")


class Counted(Strict):
    """What was found on the spot; what is left out stays as it is."""

    counts: dict[Count, Number] = Field(default={})
    photos: list[Digest] = Field(default=[], max_length=20, description="before any repair")
    note: str = Field(default="", max_length=400)


class Merged(Strict):
    into: str = Field(description="id or tracking number of the request that goes on")


@router.post("/accept")
async def accept_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str) -> RequestShown:
    """Accept a request; its reporter is told."""
    return await _do(tx, who, house, request, Deed(Act.ACCEPT, now, now))


@router.post("/ask")
async def ask_back(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Asked) -> RequestShown:
    """Ask its reporter something; the answer comes to the office and into the steps."""
    return await _do(tx, who, house, request, Deed(Act.ASK, now, now, Told(words={Words.QUESTION: given.question})))


@router.post("/assign")
async def assign_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Assigned) -> RequestShown:
    """Give a request to a member of an office that answers for the place; they are told."""
    return await _do(tx, who, house, request, Deed(Act.ASSIGN, now, now, assign_to=given.person))


@router.post("/settle")
async def settle_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Settled) -> RequestShown:
    """Settle a request, with photos of how."""
    told = Told(words={Words.NOTE: given.note}, photos=tuple(given.photos))
    return await _do(tx, who, house, request, Deed(Act.SETTLE, now, now, told))


@router.post("/decline")
async def decline_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Reasoned) -> RequestShown:
    """Decline a request with the reason; where a village does, its township sees it and may open it again."""
    return await _do(tx, who, house, request, Deed(Act.DECLINE, now, now, Told(words={Words.REASON: given.reason})))


@router.post("/reopen")
async def reopen_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Reasoned) -> RequestShown:
    """Open a request again that was settled, declined or withdrawn."""
    return await _do(tx, who, house, request, Deed(Act.REOPEN, now, now, Told(words={Words.REASON: given.reason})))


@router.post("/facts")
async def correct_facts(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Counted) -> RequestShown:
    """Write what was found: people, rooms by grade, photos before repair. What was told before stays in the steps."""
    told = Told(counts=given.counts, words={Words.NOTE: given.note}, photos=tuple(given.photos))
    return await _do(tx, who, house, request, Deed(Act.CORRECT, now, now, told))


@router.post("/merge")
async def merge_request(tx: Tx, who: Who, now: Now, house: TheHouse, request: str, given: Merged) -> RequestShown:
    """Merge a request into another of the same household, and return that one."""
    into = await requests.named(tx, who, given.into)
    return await _do(tx, who, house, request, Deed(Act.MERGE, now, now, into=into.id))


async def _do(tx: Transaction, who: Actor, house: House, request: str, deed: Deed) -> RequestShown:
    found: Request = await requests.named(tx, who, request)
    after = await handle(desk_of(house), tx, who, found, deed)
    return (await shown_requests(tx, who, [after]))[0]
