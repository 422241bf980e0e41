"""One call is one transaction: read for GET, written for the rest, with key, rehearsal and operator decided here.

The body is read before the transaction opens and the answer is sent after it closed, so that no slow caller holds it.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Annotated, Any, NoReturn, TypeVar

import structlog
from fastapi import Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import TypeAdapter, ValidationError
from starlette.requests import HTTPConnection

from app.api import idempotency
from app.api.problem import documented
from app.errors import Unauthenticated
from app.house import House
from app.security.tokens import Holder, holder_of
from ground.actor import Actor
from ground.transaction import Database, Transaction

Answer = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Prepare = Callable[[Request], Awaitable[object]]
OPEN, SECRET, PREPARED = "open_to_all", "secret_answer", "prepared_by"
bearer = HTTPBearer(auto_error=False, description="an operator's token: `mlt_…`")
REHEARSED = "Dry-Run"
Key = Annotated[
    str | None,
    Header(
        alias=idempotency.HEADER,
        max_length=idempotency.LONGEST_KEY,
        description="the same key and call again: the same answer again",
    ),
]
YES_OR_NO: TypeAdapter[bool] = TypeAdapter(bool)


class Unit(APIRoute):
    """A route whose call runs in one transaction, as one operator."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        methods = set(given.get("methods") or {"GET"})
        self.reads = methods <= {"GET", "HEAD"}
        self.open_to_all = OPEN in endpoint.__dict__
        self.secret_answer = SECRET in endpoint.__dict__
        self.prepare: Prepare | None = endpoint.__dict__.get(PREPARED)
        asked: list[Any] = [] if self.open_to_all else [Depends(bearer)]
        if not self.reads:
            asked.append(Depends(_unsafe_marks))
        given["dependencies"] = [*(given.get("dependencies") or ()), *asked]
        given["responses"] = documented(*self._problems()) | (given.get("responses") or {})
        super().__init__(path, endpoint, **given)

    def _problems(self) -> Sequence[int]:
        common = [400, 403, 404, 422, 503]
        return [*common, *([] if self.open_to_all else [401]), *([] if self.reads else [409, 413])]

    def get_route_handler(self) -> Answer:
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if self.reads:
                async with database_of(request).reading() as tx:
                    await self._admit(request, tx)
                    return await inner(request)
            await request.body()
            if self.prepare is not None:
                await self._prepare(request, self.prepare)
            return await self._write(request, inner)

        return answer

    async def _prepare(self, request: Request, prepare: Prepare) -> None:
        """Do what would hold the transaction too long, for a caller who may call at all."""
        async with database_of(request).reading() as tx:
            await self._admit(request, tx)
        request.state.prepared = await prepare(request)

    async def _write(self, request: Request, inner: Answer) -> Response:
        """Carry an unsafe call out; a rehearsed one is rolled back after its answer is known."""
        try:
            async with database_of(request).writing() as tx:
                holder = await self._admit(request, tx)
                if is_rehearsal(request):
                    _roll_back(await inner(request))
                call = await idempotency.keep_place(tx, request, holder)
                if call.answer is not None:
                    return call.answer
                response = await inner(request)
                await idempotency.keep_answer(tx, call, response, secret=self.secret_answer)
                return response
        except _RolledBack as rehearsed:
            rehearsed.response.headers[REHEARSED] = "true"
            return rehearsed.response

    async def _admit(self, request: Request, tx: Transaction) -> Holder | None:
        request.state.tx = tx
        if self.open_to_all:
            return None
        holder = await admit(request, tx)
        request.state.holder = holder
        return holder


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """Mark a call that needs no token, because what it carries is its own proof."""
    endpoint.__dict__[OPEN] = True
    return endpoint


def secret_answer(endpoint: Endpoint) -> Endpoint:
    """Mark a call whose answer holds what is shown once: it is not kept for a repeated key."""
    endpoint.__dict__[SECRET] = True
    return endpoint


def prepared_by(prepare: Prepare) -> Callable[[Endpoint], Endpoint]:
    """Have `prepare` (parsing, disks) done before the transaction opens; the call finds it in `request.state`."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__[PREPARED] = prepare
        return endpoint

    return mark


class Admitted(APIRoute):
    """A call too long for one transaction: who calls is known first, then it opens its own."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        given["dependencies"] = [*(given.get("dependencies") or ()), Depends(bearer)]
        given["responses"] = documented(400, 401, 403, 404, 409, 413, 422, 503) | (given.get("responses") or {})
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Answer:
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            async with database_of(request).reading() as tx:
                request.state.holder = await admit(request, tx)
            return await inner(request)

        return answer


class _RolledBack(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _roll_back(response: Response) -> NoReturn:
    raise _RolledBack(response)


async def admit(request: Request, tx: Transaction) -> Holder:
    """Return who calls, by the bearer token; raises Unauthenticated."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise Unauthenticated(why="The call came without a token")
    holder = await holder_of(tx, secret.strip())
    if holder is None:
        raise Unauthenticated(why="The token is unknown, revoked or past its time")
    structlog.contextvars.bind_contextvars(actor=holder.actor.name)
    return holder


def house_of(request: HTTPConnection) -> House:
    """Return the house that a call, or a line that stays open, has reached."""
    house: House = request.scope["app"].state.house
    return house


def database_of(request: Request) -> Database:
    return house_of(request).database


def is_rehearsal(request: Request) -> bool:
    """Say whether the call asks to be undone; a word that is no yes or no is refused when the call is read."""
    try:
        return YES_OR_NO.validate_python(request.query_params.get("dry_run", "no"))
    except ValidationError:
        return True


async def _unsafe_marks(
    dry_run: Annotated[bool, Query(description="carry it out, answer, and undo it all")] = False,  # noqa: FBT002
    idempotency_key: Key = None,
) -> None:
    """Declare what every unsafe call takes; `Unit` itself reads them."""


def _transaction(request: Request) -> Transaction:
    tx: Transaction = request.state.tx
    return tx


def _holder(request: Request) -> Holder:
    holder: Holder = request.state.holder
    return holder


def _actor(request: Request) -> Actor:
    return _holder(request).actor


def _now(request: Request) -> int:
    return house_of(request).clock.now()


Tx = Annotated[Transaction, Depends(_transaction)]
Who = Annotated[Actor, Depends(_actor)]
Caller = Annotated[Holder, Depends(_holder)]
Now = Annotated[int, Depends(_now)]
TheHouse = Annotated[House, Depends(house_of)]
