"""The stage of a rehearsal: the hub and the sandbox as two processes on loopback, one folder, one story clock."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from app.demo.children import Child
from app.demo.desk import Desk
from app.demo.director import Director
from app.process import folder as hub_folder
from ground.clock import BEIJING, StoryClock, instant, machine_now, moment
from ground.transaction import Database, open_database

HUB = ("-c", "from app.cli import main; main()")
HOST = "127.0.0.1"
OFFICE = "36098100000000"
OFFICE_PHONE = "+99900001234"
WHEN = datetime(2021, 6, 28, 8, 0, tzinfo=BEIJING)
TIMEOUT = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast the story runs, and the real seconds that the hub waits for machines."""

    rate: float = 12.0  # a minute of silence is 5 seconds
    lease: float = 60.0
    speaker_patience: float = 2.0
    sms_per_second: float = 50.0


class Stage:
    """`async with Stage(folder) as stage: …`; both processes are up inside, and gone after."""

    def __init__(self, folder: Path, tempo: Tempo | None = None) -> None:
        self.folder = folder
        self.tempo = tempo or Tempo()
        self.clock = StoryClock(instant(WHEN), machine_now(), self.tempo.rate)
        self.director: Director
        self.database: Database
        self.peers: Mapping[str, Any] = {}
        self.url = ""
        self._stack = AsyncExitStack()
        self._sandbox = Child("sandbox", folder, self._sandbox_arguments())
        self._hub = Child("hub", folder, (*HUB, "--config", str(self._config), "serve"))
        self._place = _taken()

    async def __aenter__(self) -> Self:
        try:
            await self._rise()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def start_hub(self) -> None:
        """Start the hub, or start it again on its old folder, and tell the carrier where to bring texts."""
        hub_folder.forget_word(self._home)
        word = await self._hub.start(self._word_of_hub)
        self.url = str(word["http"])
        await self.director.sms_url(f"{self.url}/hooks/twilio/inbound")

    async def kill_hub(self) -> None:
        """Take the hub's power away."""
        await self._hub.kill()

    async def first_token(self) -> str:
        """Become the first administrator: a one-time code from the terminal's door, exchanged at the API."""
        door = httpx.AsyncHTTPTransport(uds=str(hub_folder.read_word(self._home)["socket"]))
        async with httpx.AsyncClient(transport=door, base_url="http://hub", timeout=TIMEOUT) as terminal:
            code = (await terminal.post("/codes/first")).json()["code"]
        desk = await self.desk("")
        return str((await desk.post("/tokens/redeem", {"code": code, "label": "demo"}))["secret"])

    async def desk(self, token: str) -> Desk:
        """Return the API as whoever holds the token sees it."""
        client = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1",
            timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        return Desk(await self._stack.enter_async_context(client))

    @property
    def log(self) -> Path:
        return self._hub.log

    @property
    def broker_store(self) -> Path:
        """Where the embedded queue keeps what it was given."""
        return self._home / "broker" / "jetstream"

    async def _rise(self) -> None:
        self._stack.enter_context(self._place)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stack.push_async_callback(self._sandbox.end)
        (self.folder / "sandbox" / "peers.json").unlink(missing_ok=True)  # of an earlier run on this folder
        self.peers = await self._sandbox.start(self._word_of_sandbox)
        client = httpx.AsyncClient(base_url=f"{self.peers['control']['url']}/_sandbox", timeout=TIMEOUT)
        self.director = Director(await self._stack.enter_async_context(client))
        self._write_settings()
        self._stack.push_async_callback(self._hub.end)
        await self.start_hub()
        self.database = open_database(f"sqlite:///{self._home / 'mingluo.db'}", pool_size=2)
        self._stack.push_async_callback(self.database.close)

    @property
    def _home(self) -> Path:
        return self.folder / "hub"

    @property
    def _config(self) -> Path:
        return self.folder / "hub.toml"

    def _sandbox_arguments(self) -> tuple[str, ...]:
        clock = (str(self.clock.start), str(self.clock.origin), str(self.clock.rate))
        options = zip(("--clock-start", "--clock-origin", "--clock-rate"), clock, strict=True)
        spelled = [word for option in options for word in option]
        return ("-m", "sandbox", "--state", str(self.folder / "sandbox"), *spelled)

    def _word_of_sandbox(self) -> Mapping[str, Any] | None:
        try:
            word: Mapping[str, Any] = json.loads((self.folder / "sandbox" / "peers.json").read_text(encoding="utf-8"))
        except OSError:
            return None  # not there yet
        return word

    def _word_of_hub(self) -> Mapping[str, Any] | None:
        return hub_folder.read_word(self._home) or None

    def _write_settings(self) -> None:
        telegram, twilio = self.peers["telegram"], self.peers["twilio"]
        sections: dict[str, dict[str, Any]] = {
            "clock": {
                "start": WHEN.isoformat(),
                "origin": moment(self.clock.origin).isoformat(),
                "rate": self.tempo.rate,
            },
            "log": {"format": "json"},
            "sending": {"lease": self.tempo.lease},
            "channels.telegram": {"token": telegram["token"], "base_url": telegram["url"]},
            "channels.sms": {
                "account_sid": twilio["account_sid"],
                "auth_token": twilio["auth_token"],
                "sender": twilio["sender"],
                "base_url": twilio["url"],
                "per_second": self.tempo.sms_per_second,
            },
            "channels.voice": {
                "account_sid": twilio["account_sid"],
                "auth_token": twilio["auth_token"],
                "sender": twilio["sender"],
                "base_url": twilio["url"],
                "caller": "丰城市应急指挥中心",
                "office_phone": OFFICE_PHONE,
                "calls_per_second": 10.0,
            },
            "channels.speaker": {"patience": self.tempo.speaker_patience},
            "channels.webchat": {},
        }
        lines = [_line("data", str(self._home)), _line("port", self._place.getsockname()[1]), _line("office", OFFICE)]
        for name, section in sections.items():
            lines += [f"[{name}]", *(_line(key, value) for key, value in section.items())]
        with os.fdopen(os.open(self._config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")


def _line(key: str, value: object) -> str:
    return f"{key} = {json.dumps(value)}"  # strings and numbers of JSON are those of TOML


def _taken() -> socket.socket:
    """Take a port that is nobody's, so that a hub that is killed and started again is found at the same address.

    As long as it is bound here, the system gives it to nobody; the hub, which asks for it by number, may listen there.
    """
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind((HOST, 0))
    return place
