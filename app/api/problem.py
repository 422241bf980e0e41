"""Problems as RFC 9457 has them: every error of the house becomes one, with its own words, and says what to do."""

import re
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from app.errors import BodyTooLarge, KeyMalformed, TooMuchAtOnce, Unauthenticated
from audiences.entering.errors import EntryRefused
from ground.errors import Conflict, Forbidden, Invalid, MingluoError, NotFound, Unavailable

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
# The first that fits counts: the particular stand before their roots.
STATUSES: tuple[tuple[type[MingluoError], int], ...] = (
    (Unauthenticated, 401),
    (BodyTooLarge, 413),
    (KeyMalformed, 400),
    (TooMuchAtOnce, 429),
    (Invalid, 422),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Unavailable, 503),
)
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "5"}, 503: {"Retry-After": "5"}}


class Mistake(BaseModel):
    """One thing that is wrong with what was sent."""

    pointer: str = Field(description="where: a JSON pointer into the body, or the parameter's name")
    detail: str = Field(description="what is wrong there, and what is expected")
    value: str | None = Field(default=None, description="what was sent there, masked where it is personal")


class Problem(BaseModel):
    """What went wrong (RFC 9457); `detail` says what to do."""

    type: str = Field(description="the kind of problem, as a stable path below this server")
    title: str
    status: int
    detail: str
    errors: list[Mistake] | None = None


def status_of(error: type[MingluoError]) -> int:
    """Return the HTTP status of a kind of error."""
    return next((status for root, status in STATUSES if issubclass(error, root)), 500)


def answer_problem(status: int, name: str, detail: str, mistakes: Sequence[Mistake] = ()) -> JSONResponse:
    """Return a problem; `name` is its kind in words: "stale edit"."""
    problem = Problem(
        type=f"/problems/{name.replace(' ', '-')}",
        title=name.capitalize(),
        status=status,
        detail=detail,
        errors=list(mistakes) or None,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, headers=HEADERS.get(status), media_type=MEDIA_TYPE
    )


def name_of(error: type[Exception]) -> str:
    """Return a class's name in words: StaleEdit → "stale edit"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", error.__name__).lower()


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI is told of the problems that a call may answer."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": DESCRIPTIONS[status], "content": content} for status in statuses}


DESCRIPTIONS = {
    400: "The call is malformed.",
    401: "No valid token came with the call.",
    403: "The operator may not do this.",
    404: "There is no such thing in the operator's area.",
    409: "It does not fit the present state.",
    413: "The body is too large.",
    422: "What was sent cannot be used; `errors` names each field.",
    503: "Something that is needed is away; nothing was changed, the call may be repeated.",
}


def answer_problems(application: FastAPI) -> None:
    """Make every error that leaves a call a problem."""
    application.add_exception_handler(MingluoError, _of_the_house)
    application.add_exception_handler(EntryRefused, _of_the_entry)
    application.add_exception_handler(RequestValidationError, _of_the_form)
    application.add_exception_handler(HTTPException, _of_the_framework)
    application.add_exception_handler(DBAPIError, _of_the_database)
    application.add_exception_handler(Exception, _unforeseen)


async def _of_the_house(_request: Request, error: Any) -> JSONResponse:
    kind = type(error)
    return answer_problem(status_of(kind), name_of(kind), str(error))


async def _of_the_entry(_request: Request, error: Any) -> JSONResponse:
    mistakes = [
        Mistake(pointer=f"/{fault.field}", detail=f"{fault.reason} {fault.advice}", value=fault.value)
        for fault in error.faults
    ]
    return answer_problem(422, name_of(type(error)), str(error), mistakes)


async def _of_the_form(_request: Request, error: Any) -> JSONResponse:
    mistakes = [Mistake(pointer=_pointer(each["loc"]), detail=_advice(each)) for each in error.errors()]
    return answer_problem(422, "invalid call", "Correct the fields that `errors` names and send it again.", mistakes)


def _pointer(location: Sequence[str | int]) -> str:
    place, *steps = location
    if place == "body":
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps) or "/"
    return f"{place}:{'.'.join(map(str, steps))}"


def _advice(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].upper() + message[1:]


async def _of_the_framework(_request: Request, error: Any) -> JSONResponse:
    words = {404: "There is nothing at this address; see /openapi.json.", 405: "This address takes another method."}
    detail = words.get(error.status_code, str(error.detail))
    answer = answer_problem(error.status_code, str(error.detail).lower(), detail)
    answer.headers.update(error.headers or {})
    return answer


async def _of_the_database(_request: Request, error: Any) -> JSONResponse:
    log.error("database.refused", exc_info=error)
    detail = "The database did not carry this out; nothing was changed. Send it again, with the same Idempotency-Key."
    return answer_problem(503, "database away", detail)


async def _unforeseen(_request: Request, error: Any) -> JSONResponse:
    log.error("call.failed", exc_info=error)
    detail = "Something went wrong inside the hub; nothing was changed, and it was written down. Tell its operators."
    return answer_problem(500, "internal error", detail)
