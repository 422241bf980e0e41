"""The fleet: all gateways of the world in one process, put up, switched off and read by the director."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.serving import World
from sandbox.speaker.gateway import Fitting, Gateway
from sandbox.speaker.memory import Flash

FETCHING = aiohttp.ClientTimeout(total=10)  # seconds


class SpeakerPeer:
    """Gateways that were put up once are there again when the sandbox starts on the same folder."""

    name = "speaker"

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder = world.state / "speaker"
        self.gateways: dict[str, Gateway] = {}
        self._session: aiohttp.ClientSession
        self._flash: Flash

    async def start(self, stack: AsyncExitStack) -> Mapping[str, Any]:
        self._session = await stack.enter_async_context(aiohttp.ClientSession(timeout=FETCHING))
        self._flash = stack.enter_context(Flash(self._folder / "flash.db"))
        stack.push_async_callback(self._switch_off)
        for fitting in _kept(self._folder / "fittings.json"):
            await self.put_up(fitting)
        return {"gateways": len(self.gateways)}

    async def put_up(self, fitting: Fitting) -> None:
        """Mount a gateway and switch it on; one of the same code is replaced, but remembers."""
        old = self.gateways.pop(fitting.code, None)
        if old is not None:
            await old.switch_off()
        memory = self._flash.of(fitting.code)
        self.gateways[fitting.code] = Gateway(fitting, memory, self._world.time, self._world.ledger, self._session)
        self.gateways[fitting.code].go_online()

    @property
    def controls(self) -> Sequence[web.RouteDef]:
        return [
            web.get("/gateways", self._list),
            web.post("/gateways", self._fit),
            web.post("/gateways/{code}/online", self._online),
            web.post("/gateways/{code}/offline", self._offline),
        ]

    async def _fit(self, request: web.Request) -> web.Response:
        """Put up gateways: {"host", "port", "keys", "heartbeat"?, "gateways": [{"code", "username", …}, …]}."""
        asked = await request.json()
        alike = {name: asked[name] for name in ("host", "port", "keys", "heartbeat") if name in asked}
        for each in asked["gateways"]:
            await self.put_up(_fitting(each | alike))
        _keep(self._folder / "fittings.json", [gateway.fitting for gateway in self.gateways.values()])
        return web.Response(status=204)

    async def _list(self, _request: web.Request) -> web.Response:
        told = {
            code: {"online": each.online, "volume": each.volume, "refused": dict(each.refused)}
            for code, each in self.gateways.items()
        }
        return web.json_response(told)

    async def _online(self, request: web.Request) -> web.Response:
        self._named(request).go_online()
        return web.Response(status=204)

    async def _offline(self, request: web.Request) -> web.Response:
        """Lose the line; ?farewell=1 says good-bye first."""
        await self._named(request).go_offline(abruptly="farewell" not in request.query)
        return web.Response(status=204)

    def _named(self, request: web.Request) -> Gateway:
        gateway = self.gateways.get(request.match_info["code"])
        if gateway is None:
            raise web.HTTPNotFound(text="no such gateway was put up")
        return gateway

    async def _switch_off(self) -> None:
        await asyncio.gather(*(each.switch_off() for each in self.gateways.values()))


def _fitting(told: Mapping[str, Any]) -> Fitting:
    return Fitting(**{**told, "reads": tuple(told["reads"]), "keys": tuple(told["keys"])})


def _kept(path: Path) -> list[Fitting]:
    return [_fitting(each) for each in json.loads(path.read_text())] if path.exists() else []


def _keep(path: Path, fittings: Sequence[Fitting]) -> None:
    draft = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(draft, "w") as file:
        json.dump([asdict(each) for each in fittings], file)
    path.with_suffix(".new").replace(path)
