"""How each registered flow is got going, for the suite that every flow passes.

A new flow adds one line to ROUTES, and no test. `lead` brings somebody to its questions one turn after the other:
each word is said, or the choice with that key is taken if one is offered; the last turn should end the talk.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audiences.stores.reach import proofs
from audiences.stores.tables import people, village_codes
from ground.actor import system
from tests.bot.conftest import Listening
from tests.builders import NOON, World

HUB = system("test")
VILLAGE_CODE: Final = "K7MQ2X"


@dataclass(frozen=True, slots=True)
class Stand:
    """The village in which it is played, and somebody of it who has the chat and the phone."""

    stage: Listening
    world: World
    village: int
    person: int


Prepare = Callable[[Stand], Awaitable[None]]


async def nothing(_stand: Stand) -> None:
    """Nothing has to be there beforehand."""


@dataclass(frozen=True, slots=True)
class Route:
    """A flow: what a person (or a stranger) says first, and a few typical turns."""

    start: str
    lead: Sequence[str] = ()
    stranger: bool = False  # is it for somebody nobody knows?
    prepare: Prepare = nothing


async def _with_code(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        row = {"area_id": stand.village, "code": VILLAGE_CODE, "made_at": NOON}
        await tx.execute(village_codes.insert().values(row))


async def _with_proof(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        await proofs.make(tx, HUB, stand.person, at=NOON)


async def _who_came_by_chat(stand: Stand) -> None:
    async with stand.stage.database.writing() as tx:
        await tx.execute(people.update().where(people.c.id == stand.person).values(source="chat"))


ROUTES: Final[Mapping[str, Route]] = {
    "join": Route("加入", (VILLAGE_CODE, "zh_CN", "张三", "没有", "agree"), stranger=True, prepare=_with_code),
    "proof": Route("验证码", prepare=_with_proof),
}
MORE: Final[Sequence[tuple[str, Route]]] = (
    ("join", Route("我的登记", ("change_village", "取消"), prepare=_who_came_by_chat)),
)
"""Further ways into a flow."""
