"""Who is told what of an application: the household where it can be reached, an office's people."""

from collections.abc import Mapping, Sequence

from audiences.stores import offices
from bot.assistance.desk import ASSISTANCE, FLOW, AssistanceDesk
from bot.cases.assistance_values import Application
from bot.cases.relief import OFFICES, Level
from bot.lines import Line, Spoken
from bot.relief.describing import place_of
from bot.relief.telling import say_there
from bot.stores.relief import requests
from bot.telling import News, Told
from broadcast.content.message import Choice
from broadcast.notices import Lane
from ground.transaction import Transaction
from templates.labels import LABELS

APPEAL = Choice("appeal", LABELS["assistance act"]["appeal"])


async def tell_household(
    desk: AssistanceDesk,
    tx: Transaction,
    application: Application,
    block: str,
    now: int,
    *,
    choices: tuple[Choice, ...] = (),
    **more: object,
) -> bool:
    """Tell whoever applied: the person on any channel, else the address it was reported from; False if neither is."""
    values = {"code": application.code, **more}
    if application.person is not None:
        said = [Spoken(FLOW, Line(block, values, choices))]
        return await _note(desk, tx, application, [application.person], said, now)
    request = await requests.load(tx, ASSISTANCE, application.request)
    return await say_there(desk.teller, tx, request, [Spoken(FLOW, Line(block, values))], now)


async def tell_office(
    desk: AssistanceDesk, tx: Transaction, application: Application, level: Level, block: str, now: int, **more: object
) -> bool:
    """Tell the members of the office that answers for the place at this level."""
    office = await offices.nearest(tx, ASSISTANCE, application.area, OFFICES[level])
    if office is None:
        return False
    values: Mapping[str, object] = {"code": application.code, "place": await place_of(tx, application.area), **more}
    return await _note(desk, tx, application, office.members, [Spoken(FLOW, Line(block, values))], now)


async def _note(
    desk: AssistanceDesk,
    tx: Transaction,
    application: Application,
    people: Sequence[int],
    said: Sequence[Spoken],
    now: int,
) -> bool:
    told = [Told(list(people), said)]
    news = News(f"{FLOW}:{application.code}", Lane.NORMAL, told, application.area, drill=application.drill)
    return await desk.teller.tell(tx, news, now) is not None
