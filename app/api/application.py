"""The whole HTTP face of the hub: API, doors of vendors, media, pages, and what watches it."""

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

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
VERSION = "0.1.0"
STILL = 16 * MEBIBYTE  # a photo at the camera's full resolution
ROLL_PHOTO = 4 * MEBIBYTE  # the phone makes its photos smaller than this


def make_application(house: House) -> FastAPI:
    """Return the application that answers for this hub."""
    application = FastAPI(
        title="Mingluo",
        version=VERSION,
        description="Warnings from draft to every answer.",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name_of,
    )
    application.state.house = house
    for router in ROUTERS:
        application.include_router(router, prefix=API)
    application.include_router(health.router)
    application.include_router(media.open_router)
    application.include_router(pages.router)
    application.include_router(evacuations.router)
    application.include_router(calls.router)
    application.include_router(confirming.router)
    application.include_router(deciding.router)
    application.include_router(calling.router)
    application.include_router(door_list.router)
    application.include_router(poster.router)
    application.include_router(rosters.router)
    application.include_router(sheet_links.router)
    application.include_router(notices.router)
    application.include_router(description.router)
    application.include_router(doors.router)
    application.include_router(page.router)
    application.include_router(roll.router)
    application.include_router(shelter.router)
    application.include_router(water.router)
    application.include_router(opening.router)
    application.include_router(sockets.router)
    application.include_router(asking.router)
    application.include_router(telephone.router)
    application.include_router(desk_doors.router)
    webhooks.mount(application, house)
    answer_problems(application)
    application.add_middleware(BodyLimit, limits=_limits(house.settings))
    application.add_middleware(SafetyHeaders)
    application.add_middleware(Watching)
    application.openapi = lambda: described(application)  # type: ignore[method-assign]
    return application


def described(application: FastAPI) -> dict[str, object]:
    """Return the API's description, with problems as they really look."""
    if not application.openapi_schema:
        schema = get_openapi(
            title=application.title,
            version=application.version,
            description=application.description,
            routes=application.routes,
        )
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(whole.pop("$defs", {}))
        schemas["Problem"] = whole
        application.openapi_schema = schema
    return application.openapi_schema


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
