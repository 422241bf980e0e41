"""Whether providers would serve us: asked through the API and from the terminal, told without a secret."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from app.house import House
from app.lifecycle import running
from app.settings import read_settings
from broadcast.channels.base import Health
from broadcast.channels.memory import MemoryChannel
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.app.conftest import bearer, used_again
from tests.app.test_command import run
from tests.builders import World
from tests.contracts.channels.peer_harness import new_world

WRONG = "123456789:AAwrongwrongwrongwrongwrongwrongwro"


class Ill(MemoryChannel):
    async def probe(self) -> Health:
        return Health(well=False, reason="account_refused")


@pytest.fixture
def hub(tmp_path: Path, used_before: Path) -> Path:
    return used_again(used_before, tmp_path / "hub")


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """Yield the variables that switch Telegram on, with the Bot API of the sandbox."""
    async with AsyncExitStack() as stack:
        told = await TelegramPeer(new_world(tmp_path, stack)).start(stack)
        yield {"MINGLUO_CHANNELS__TELEGRAM__TOKEN": told["token"], "MINGLUO_CHANNELS__TELEGRAM__BASE_URL": told["url"]}


async def test_each_channel_is_listed_with_what_its_provider_says(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    anybody = await bearer(world, None)
    [shown] = (await http.get("/channels", headers=anybody)).json()
    assert (shown["name"], shown["started"], shown["health"]) == ("memory", False, None)
    for channel, health in ((MemoryChannel(), (True, "")), (Ill(), (False, "account_refused"))):
        house.channels["memory"] = channel
        [shown] = (await http.get("/channels", headers=anybody)).json()
        assert (shown["started"], shown["health"]) == (True, dict(zip(("well", "reason"), health, strict=True)))
    assert (await http.get("/channels")).status_code == 401


async def test_without_a_hub_the_terminal_asks_the_provider_itself(hub: Path, peer: dict[str, str]) -> None:
    code, out, _ = await run(hub, "check", **peer, MINGLUO_CHANNELS__SPEAKER="{}")
    assert code == 0
    assert "yes channel telegram\n" in out
    assert "?   channel speaker: only a hub that runs can ask\n" in out


async def test_a_token_that_is_refused_and_a_provider_that_is_away_are_told_without_the_token(
    hub: Path, peer: dict[str, str]
) -> None:
    refused = peer | {"MINGLUO_CHANNELS__TELEGRAM__TOKEN": WRONG}
    away = peer | {"MINGLUO_CHANNELS__TELEGRAM__BASE_URL": "http://127.0.0.1:1"}
    for variables, reasons in ((refused, "account_refused"), (away, "no_connection|no_answer")):
        code, out, err = await run(hub, "check", **variables)
        assert code == 1
        assert re.search(rf"^no  channel telegram: ({reasons})$", out, re.MULTILINE), out
        assert "A provider would not serve this hub now." in err
        assert WRONG not in out + err


async def test_a_hub_that_runs_asks_for_the_terminal_its_broker_too(hub: Path, peer: dict[str, str]) -> None:
    switched_on = peer | {"MINGLUO_CHANNELS__SPEAKER": "{}"}
    settings = read_settings(None, {"MINGLUO_DATA": str(hub), "MINGLUO_PORT": "0"} | switched_on)
    async with running(settings):
        code, out, err = await run(hub, "check", **switched_on)
    assert (code, err) == (0, "")
    assert {"yes queue", "yes channel speaker", "yes channel telegram"} <= set(out.splitlines())


async def test_the_telephones_provider_is_asked_without_calling_anybody(tmp_path: Path, hub: Path) -> None:
    async with AsyncExitStack() as stack:
        twilio = TwilioPeer(new_world(tmp_path, stack))
        told = await twilio.start(stack)
        settings = {
            "ACCOUNT_SID": twilio.account,
            "AUTH_TOKEN": twilio.token,
            "SENDER": SENDER,
            "BASE_URL": told["url"],
        }
        voice = {f"MINGLUO_CHANNELS__VOICE__{name}": value for name, value in settings.items()}
        code, out, _ = await run(hub, "check", **voice)
        assert code == 0
        assert "yes channel voice\n" in out
        wrong = voice | {"MINGLUO_CHANNELS__VOICE__AUTH_TOKEN": "wrong"}
        code, out, err = await run(hub, "check", **wrong)
        assert code != 0
        assert "account_refused" in out + err
        assert "wrong" not in out + err
        assert twilio.exchange.calls == {}
