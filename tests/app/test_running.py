"""A hub that really runs: embedded broker, queue, engine, HTTP over a socket; a warning from draft to every accept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.errors import FolderTaken
from app.house import House
from app.lifecycle import running, work
from app.process import folder, terminal
from app.settings import Settings, read_settings
from broadcast.channels.memory import MemoryChannel
from ground.actor import Role
from ground.clock import HOUR
from ground.tables import metadata
from ground.transaction import Database
from tests.app.conftest import bearer, used_again
from tests.builders import World


@pytest.fixture
def settings(tmp_path: Path, used_before: Path) -> Settings:
    return read_settings(
        None,
        {
            "MINGLUO_DATA": str(used_again(used_before, tmp_path / "hub")),
            "MINGLUO_PORT": "0",
            "MINGLUO_OFFICE": "36098141600001",
            "MINGLUO_CHANNELS__MEMORY": "{}",
        },
    )


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with running(settings) as house:
        yield house


async def call(http: httpx.AsyncClient, method: str, path: str, who: dict[str, str], **given: Any) -> Any:
    answer = await http.request(method, f"/api/v1{path}", headers=who, **given)
    assert answer.is_success, (path, answer.text)
    return answer.json() if answer.content else None


def warning(area: str, now: int) -> dict[str, Any]:
    content = {
        "headline": "荷湖乡暴雨红色预警",
        "description": "未来三小时降雨将超过100毫米。",
        "instruction": {"do": "立即转移", "go": "村小学", "call": "0795-0000"},
        "area_desc": "荷湖乡",
        "sender_name": "丰城市气象台",
    }
    return {
        "area": area,
        "level": 1,
        "event_code": "11B03",
        "contents": {"zh_CN": content},
        "onset": now,
        "expires": now + 6 * HOUR,
        "target": [{"name": "all", "expression": f"residents({area})"}],
    }


async def test_a_warning_goes_from_draft_to_every_phone(house: House) -> None:
    await tell_a_village(house)


async def test_it_does_so_on_postgresql_with_a_worker_beside_it(settings: Settings, postgresql: Database) -> None:
    address = postgresql.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with postgresql.writing() as tx:
        await tx.connection.run_sync(metadata.drop_all)  # the hub makes its tables itself
    settings = settings.model_copy(update={"database": address})
    async with running(settings) as house:
        shown: asyncio.Queue[str] = asyncio.Queue()
        worker = asyncio.create_task(work(settings, shown.put_nowait))
        assert "sends" in await asyncio.wait_for(shown.get(), 60)
        await tell_a_village(house, exactly=False)  # some of it the worker has sent
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def tell_a_village(house: House, *, exactly: bool = True) -> None:
    world = World(house.database)
    top = await world.area("360981", "丰城市", level="county")
    village = await world.area("360981205", "车草村委会", parent=top)
    for count in range(5):
        await world.address("memory", f"phone {count}", await world.person(village))
    officer, approver = await bearer(world, top, Role.OFFICER), await bearer(world, top, Role.APPROVER)
    async with httpx.AsyncClient(base_url=house.public_url) as http:
        drafted = await call(http, "POST", "/alerts", officer, json=warning("360981205", house.clock.now()))
        alert = drafted["id"]
        words = await call(http, "GET", f"/alerts/{alert}/words", officer)
        assert "立即转移" in words[0]["text"]
        await call(http, "POST", f"/alerts/{alert}/submit", officer, json={"version": drafted["version"]})
        own = await http.post(f"/api/v1/alerts/{alert}/approve", headers=officer, json={"version": drafted["version"]})
        assert own.status_code == 403
        submitted = await call(http, "GET", f"/alerts/{alert}", approver)
        await call(http, "POST", f"/alerts/{alert}/approve", approver, json={"version": submitted["version"]})
        await call(http, "POST", f"/alerts/{alert}/issue", approver)
        notice = (await call(http, "GET", f"/alerts/{alert}/notices", officer))[0]["id"]
        progress = await until_accepted(http, notice, officer, 5)
    assert progress["channels"] == {"memory": {"accepted": 5}}
    assert (progress["people"], progress["unreachable"], progress["missing"]) == (5, 0, 5)
    channel = house.channels["memory"]
    assert isinstance(channel, MemoryChannel)
    heard = sorted(sent.address for sent in channel.sent)
    assert set(heard) <= {f"phone {count}" for count in range(5)}
    assert len(heard) == 5 or not exactly


async def until_accepted(http: httpx.AsyncClient, notice: str, who: dict[str, str], count: int) -> Any:
    for _ in range(600):
        progress = await call(http, "GET", f"/notices/{notice}", who)
        if progress["channels"].get("memory", {}).get("accepted") == count:
            return progress
        await asyncio.sleep(0.1)
    raise AssertionError(progress)


async def test_it_says_that_it_is_ready_and_shows_its_figures(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.public_url) as http:
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (200, {"database": True, "tables": True, "queue": True})
        assert (await http.get("/healthz")).json() == {"alive": True}
        figures = (await http.get("/metrics")).text
    assert "mingluo_waiting" in figures
    assert "mingluo_http_calls_total" in figures


async def test_a_second_hub_on_the_folder_is_refused_and_the_first_goes_on(house: House, settings: Settings) -> None:
    with pytest.raises(FolderTaken):
        async with running(settings):
            raise AssertionError("two hubs run on one folder")
    async with httpx.AsyncClient(base_url=house.public_url) as http:
        assert (await http.get("/healthz")).status_code == 200


async def test_the_terminal_speaks_to_the_hub_that_runs(house: House, settings: Settings) -> None:
    async with terminal.opened(settings) as hub:
        code = (await terminal.post(hub, "/codes/first"))["code"]
    async with httpx.AsyncClient(base_url=house.public_url) as http:
        assert (await http.post("/api/v1/tokens/redeem", json={"code": code})).status_code == 201


async def test_without_a_hub_the_terminal_works_on_the_folder_itself(settings: Settings) -> None:
    async with terminal.opened(settings) as hub:
        assert (await terminal.post(hub, "/codes/first"))["code"].startswith("mlc_")
    assert folder.owner(settings.data) is None


async def test_stopped_it_leaves_the_folder_free_and_no_word(settings: Settings) -> None:
    async with running(settings) as house:
        word = folder.read_word(settings.data)
        assert word["http"] == house.public_url
        assert (settings.data / folder.WORD).stat().st_mode & 0o077 == 0
    assert folder.owner(settings.data) is None
    assert folder.read_word(settings.data) == {}
