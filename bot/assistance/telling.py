"""Who is told what of an application: the household where it can be reached, an office's people."""

from collections.abc import Mapping, Sequence

from audiences.stores import households, offices
from bot.assistance.acting import choices_for
from bot.assistance.desk import ASSISTANCE, CASE, FLOW, AssistanceDesk
from bot.cases.assistance_values import Application
from bot.cases.relief import OFFICES, ForWhom, Level
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
    """Tell whoever applied, else the people of the household, else the address that reported its own damage.

    A neighbour who reported it hears nothing: what is decided of a household is not theirs. False: nobody was told.
    """
    values = {"code": application.code, **more}
    people = await _people_of(tx, application)
    if people:
        return await _note(desk, tx, application, people, [Spoken(FLOW, Line(block, values, choices))], now, FLOW)
    request = await requests.load(tx, ASSISTANCE, application.request)
    if request.for_whom is not ForWhom.OWN:
        return False
    return await say_there(desk.teller, tx, request, [Spoken(FLOW, Line(block, values))], now)


async def _people_of(tx: Transaction, application: Application) -> Sequence[int]:
    if application.person is not None:
        return [application.person]
    if application.household is None:
        return []
    return (await households.load(tx, ASSISTANCE, application.household)).people


async def tell_office(
    desk: AssistanceDesk, tx: Transaction, application: Application, level: Level, block: str, now: int, **more: object
) -> bool:
    """Tell the members of the office that answers for the place at this level, and what they may do about it."""
    office = await offices.nearest(tx, ASSISTANCE, application.area, OFFICES[level])
    if office is None:
        return False
    values: Mapping[str, object] = {"code": application.code, "place": await place_of(tx, application.area), **more}
    line = Line(block, values, choices_for(application, level))
    return await _note(desk, tx, application, office.members, [Spoken(FLOW, line)], now, CASE)


async def _note(
    desk: AssistanceDesk,
    tx: Transaction,
    application: Application,
    people: Sequence[int],
    said: Sequence[Spoken],
    now: int,
    flow: str,
) -> bool:
    """Tell people; a press leads to their side of the application."""
    told = [Told(list(people), said)]
    news = News(f"{flow}:{application.code}", Lane.NORMAL, told, application.area, drill=application.drill)
    return await desk.teller.tell(tx, news, now) is not None
