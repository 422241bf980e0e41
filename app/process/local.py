"""The door for the machine's own terminal: HTTP over a local socket that only the hub's own user may open.

Whoever opens it owns the data folder, so it asks for no token. The same application answers in the command's own
process when no hub runs on the folder.
"""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from app.api.directory.imports import ReportShown, take_file
from app.api.problem import answer_problems
from app.api.unit import Now, TheHouse, Tx, Unit, open_to_all
from app.house import House
from app.process.probing import ask_providers, channels_to_ask
from app.security import codes, tokens
from ground.actor import system

router = APIRouter(route_class=Unit)
long_router = APIRouter()
TERMINAL = system("terminal")


class Code(BaseModel):
    code: str


class Secret(BaseModel):
    operator: str
    secret: str


class Checked(BaseModel):
    """What is needed, and of each channel that is switched on "yes", what is wrong, or null: it was not asked."""

    needed: dict[str, bool]
    channels: dict[str, str | None]


@router.post("/codes/first")
@open_to_all
async def make_first_code(tx: Tx) -> Code:
    """Make the code that makes the first administrator."""
    return Code(code=await codes.make_first_code(tx, TERMINAL))


@router.post("/operators/{operator}/tokens")
@open_to_all
async def make_token(tx: Tx, now: Now, operator: str, label: str) -> Secret:
    """Make a token for an operator."""
    fresh = await tokens.make_token(tx, TERMINAL, operator, label, now)
    return Secret(operator=fresh.operator, secret=fresh.secret)


@long_router.post("/imports/{kind}")
async def import_file(
    house: TheHouse, kind: str, source: str, path: str, *, dry_run: bool = True, good_rows: bool = False
) -> ReportShown:
    """Import a file that lies on this machine: the terminal and the hub are the same user."""
    return await take_file(house, TERMINAL, kind, source, Path(path), dry_run=dry_run, good_rows=good_rows)


@long_router.get("/checks")
async def check(house: TheHouse) -> Checked:
    """Say of what is needed whether it is there, and of each channel whether its provider would serve us."""
    needed = {name: await there() for name, there in house.checks.items()}
    async with channels_to_ask(house) as channels:
        said = await ask_providers(channels)
    words = {name: "yes" if health.well else health.reason for name, health in said.items()}
    return Checked(needed=needed, channels={kind.name: words.get(kind.name) for kind in house.kinds})


def make_application(house: House) -> FastAPI:
    """Return the application behind the local socket."""
    application = FastAPI(title="Mingluo's terminal", docs_url=None, redoc_url=None, openapi_url=None)
    application.state.house = house
    application.include_router(router)
    application.include_router(long_router)
    answer_problems(application)
    return application
