"""Who is told what of a request: its office in the lane that fits, the reporter where they reported from."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiences.stores.reach import addresses
from bot.cases.relief import Act, Side, open_to
from bot.cases.relief_values import Request
from bot.conversing import Talk
from bot.lines import Line, Spoken
from bot.relief.describing import described
from bot.relief.desk import CASE, RELIEF, STATUS, ReliefDesk
from bot.saying import compose
from bot.stores import newcomers, talks
from bot.telling import News, Teller, Told
from broadcast.content.message import Choice
from broadcast.notices import Lane
from broadcast.stores.sending import replies
from ground.transaction import Transaction
from templates.labels import LABELS

SHOWN_TO_OFFICE = (Act.ACCEPT, Act.ASK, Act.ASSIGN, Act.SETTLE, Act.DECLINE, Act.REOPEN)


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody is told: the line of the template, and what it says besides the request itself."""

    block: str
    more: dict[str, object]

    def along(self, **more: object) -> "Why":
        return Why(self.block, {**self.more, **more})


def why(block: str, **more: object) -> Why:
    return Why(block, more)


def choices_for_office(request: Request) -> tuple[Choice, ...]:
    """Return what an office may do next; labels are source sentences, so that each reader gets their own language."""
    may = open_to(request.state, Side.OFFICE)
    labels = LABELS["relief act"]
    return tuple(Choice(act.value, labels[act.value]) for act in SHOWN_TO_OFFICE if act in may)


async def tell_office(
    desk: ReliefDesk, tx: Transaction, request: Request, people: Sequence[int], because: Why, now: int
) -> None:
    """Tell an office's people: why they are told, what the request says, and what they may do."""
    case = await described(tx, request)
    choices = choices_for_office(request)
    said = [Spoken(CASE, Line(because.block, {**case, **because.more})), Spoken(CASE, Line("case", case))]
    if choices:
        said.append(Spoken(CASE, Line("what_now", {"code": request.code}, choices)))
    await _note(desk, tx, request, CASE, people, said, now)


async def tell_reporter(desk: ReliefDesk, tx: Transaction, request: Request, because: Why, now: int) -> bool:
    """Tell whoever reported it: the person on any channel, else the address; False if there is neither."""
    said = [Spoken(STATUS, Line(because.block, {"code": request.code, **because.more}))]
    if request.person is not None:
        return await _note(desk, tx, request, STATUS, [request.person], said, now)
    return await say_there(desk.teller, tx, request, said, now)


async def ask_reporter(desk: ReliefDesk, tx: Transaction, request: Request, question: str, now: int) -> bool:
    """Put the office's question to the reporter: a talk is opened there, so that the next words are the answer."""
    values = {"code": request.code, "question": question}
    if request.address is None:
        answer = (Choice(Act.ANSWER.value, LABELS["relief act"][Act.ANSWER.value]),)
        theirs = [] if request.person is None else [request.person]
        return await _note(desk, tx, request, STATUS, theirs, [Spoken(STATUS, Line("question", values, answer))], now)
    address = await addresses.load(tx, RELIEF, request.address)
    await talks.lock(tx, RELIEF, address.id, address.owners)
    opened = await talks.begin(tx, RELIEF, address.id, STATUS, now)
    talk = Talk(opened.id, STATUS, Act.ANSWER.value, {"question": question}, request.code)
    await talks.keep(tx, RELIEF, talk, now)
    return await say_there(desk.teller, tx, request, [Spoken(STATUS, Line("question", values))], now, talk)


async def _note(
    desk: ReliefDesk,
    tx: Transaction,
    request: Request,
    flow: str,
    people: Sequence[int],
    said: Sequence[Spoken],
    now: int,
) -> bool:
    """Tell people on whatever channel reaches them; a press leads to the flow with this request."""
    lane = Lane.IMMEDIATE if request.urgent else Lane.NORMAL
    news = News(f"{flow}:{request.code}", lane, [Told(list(people), said)], request.area, drill=request.drill)
    return await desk.teller.tell(tx, news, now) is not None


async def say_there(
    teller: Teller, tx: Transaction, request: Request, said: Sequence[Spoken], now: int, talk: Talk | None = None
) -> bool:
    """Say it at the very address; a channel that is switched off since says nothing."""
    if request.address is None:
        return False
    address = await addresses.load(tx, RELIEF, request.address)
    abilities = next((kind.abilities for kind in teller.kinds if kind.name == address.channel), None)
    if abilities is None or address.value is None:
        return False
    language = (await newcomers.told(tx, RELIEF, address.id)).reads("")
    message = compose(said, language, abilities, drill=request.drill)
    origin = "" if talk is None else f"talk:{talk.id}"
    notice = await replies.reply(
        tx, RELIEF, address.id, address.channel, message, now, drill=request.drill, origin=origin
    )
    if talk is not None:
        await talks.asked(tx, RELIEF, talk.id, notice)
    return True
