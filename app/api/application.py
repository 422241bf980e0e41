"""The whole HTTP face of the hub: API, doors of vendors, media, pages, and what watches it."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app import webhooks
from app.api import health, media
from app.api.limits import BodyLimit, SafetyHeaders
from app.api.problem import Problem, answer_problems
from app.api.routes import ROUTERS
from app.api.watching import Watching
from app.house import House
from app.pages import calls, confirming, description, evacuations, notices, poster, rosters, sheet_links
from app.pages import doors as door_list
from app.pages import routes as pages
from app.pages.calling import doors as calling
from app.pages.chat import doors, page
from app.pages.deciding import doors as deciding
from app.pages.roll import doors as roll
from app.pages.shelter import doors as shelter
from app.pages.video import asking, desk_doors, opening, sockets, telephone
from app.pages.video import doors as water
from app.settings import Settings
from bot.video.keeping import LARGEST_STILL
from broadcast.channels.webchat import WEBCHAT
from ground.media import MEBIBYTE

API = "/api/v1"
NAME, VERSION, PURPOSE = "Mingluo", "0.1.0", "Warnings from draft to every answer."
STILL = 16 * MEBIBYTE  # a photo at the camera's full resolution
ROLL_PHOTO = 4 * MEBIBYTE  # the phone makes its photos smaller than this


def make_application(house: House) -> FastAPI:
    """Return the application that answers for this hub."""
    application = FastAPI(
        title=NAME, version=VERSION, description=PURPOSE, docs_url=None, redoc_url=None, routes=[*standing_routes()]
    )
    application.state.house = house
    webhooks.mount(application, house)
    answer_problems(application)
    application.add_middleware(BodyLimit, limits=_limits(house.settings))
    application.add_middleware(SafetyHeaders)
    application.add_middleware(Watching)
    application.openapi = described  # type: ignore[method-assign]
    return application


@cache
def standing_routes() -> tuple[BaseRoute, ...]:
    """Return the doors that every hub has; the framework works each out once, when it is first reached."""
    shelf = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, generate_unique_id_function=_name_of)
    for router in ROUTERS:
        shelf.include_router(router, prefix=API)
    shelf.include_router(health.router)
    shelf.include_router(media.open_router)
    shelf.include_router(pages.router)
    shelf.include_router(evacuations.router)
    shelf.include_router(calls.router)
    shelf.include_router(confirming.router)
    shelf.include_router(deciding.router)
    shelf.include_router(calling.router)
    shelf.include_router(door_list.router)
    shelf.include_router(poster.router)
    shelf.include_router(rosters.router)
    shelf.include_router(sheet_links.router)
    shelf.include_router(notices.router)
    shelf.include_router(description.router)
    shelf.include_router(doors.router)
    shelf.include_router(page.router)
    shelf.include_router(roll.router)
    shelf.include_router(shelter.router)
    shelf.include_router(water.router)
    shelf.include_router(opening.router)
    shelf.include_router(sockets.router)
    shelf.include_router(asking.router)
    shelf.include_router(telephone.router)
    shelf.include_router(desk_doors.router)
    return tuple(shelf.routes)


@cache
def described() -> dict[str, Any]:
    """Return the API's description, with problems as they really look."""
    schema = get_openapi(title=NAME, version=VERSION, description=PURPOSE, routes=standing_routes())
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(whole.pop("$defs", {}))
    schemas["Problem"] = whole
    return schema


def _name_of(route: APIRoute) -> str:
    return route.name


def _limits(settings: Settings) -> list[tuple[str, int]]:
    limits, webchat = settings.limits, settings.channel(WEBCHAT.name)
    photo = webchat.largest_photo if webchat else 0
    return [
        (f"{API}/imports", limits.import_file),
        (f"{API}/media", limits.media),
        (f"{API}/video-checks/", STILL),
        ("/hooks/", limits.webhook),
        ("/c/-/photo", photo),
        ("/c/-/form", photo + limits.webhook),
        ("/c/", limits.webhook),
        ("/v/", ROLL_PHOTO),
        ("/w/", LARGEST_STILL),
        ("", limits.call),
    ]
