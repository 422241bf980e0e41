"""Whether the process lives, whether it can work, and its figures; open to the machine's own watchers."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app import metrics
from app.api.unit import house_of

router = APIRouter(tags=["watching"])


class Alive(BaseModel):
    alive: bool = True


class Ready(BaseModel):
    """What is needed, and whether it is there."""

    ready: bool
    checks: dict[str, bool]


@router.get("/healthz", operation_id="is_alive")
async def is_alive() -> Alive:
    """Say that the process answers."""
    return Alive()


@router.get("/readyz", operation_id="is_ready", responses={503: {"model": Ready, "description": "Something is away."}})
async def is_ready(request: Request) -> Any:
    """Say whether database, tables and queue are there."""
    checks = {name: await check() for name, check in house_of(request).checks.items()}
    ready = Ready(ready=all(checks.values()), checks=checks)
    return JSONResponse(ready.model_dump(), 200 if ready.ready else 503)


@router.get("/metrics", operation_id="read_metrics", response_class=Response, include_in_schema=False)
async def read_metrics(request: Request) -> Response:
    """Return the figures for Prometheus."""
    async with house_of(request).database.reading() as tx:
        return Response(await metrics.written(tx), media_type="text/plain; version=1.0.0; charset=utf-8")
