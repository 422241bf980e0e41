"""The door for the machine's own terminal: HTTP over a local socket that only the hub's own user may open.

Whoever opens it owns the data folder, so it asks for no token. The same application answers in the command's own
process when no hub runs on the folder.
"""

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from app.api.problem import answer_problems
from app.api.unit import Now, Tx, Unit, open_to_all
from app.house import House
from app.security import codes, tokens
from ground.actor import system

router = APIRouter(route_class=Unit)
TERMINAL = system("terminal")


class Code(BaseModel):
    code: str


class Secret(BaseModel):
    operator: str
    secret: str


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


def make_application(house: House) -> FastAPI:
    """Return the application behind the local socket."""
    application = FastAPI(title="Mingluo's terminal", docs_url=None, redoc_url=None, openapi_url=None)
    application.state.house = house
    application.include_router(router)
    answer_problems(application)
    return application
