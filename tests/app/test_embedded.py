"""The embedded broker lives exactly as long as its parent, and keeps its store and its ports."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

import aiomqtt
import nats
import pytest
from nats.js.api import StreamConfig

from app.broker import guard
from app.broker.accounts import Account, Passwords, gateway_account
from app.broker.embedded import Broker, EmbeddedServer, Ports
from app.errors import ServerFailed

PARENT = """
import asyncio, sys
from pathlib import Path
from app.broker.embedded import EmbeddedServer

async def main():
    async with EmbeddedServer(Path(sys.argv[1])):
        print("up", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


def server_id(folder: Path) -> int:
    [ports] = (folder / "run").glob("*.ports")
    return int(ports.stem.rpartition("_")[2])


def parent_id(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[1])


def lives(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_gone(process_id: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while lives(process_id) and time.monotonic() < until:  # noqa: ASYNC110 - no event tells of another's death
        await asyncio.sleep(0.02)
    return not lives(process_id)


def connection(broker: Broker, name: str, password: str) -> aiomqtt.Client:
    return aiomqtt.Client(broker.host, broker.mqtt_port, username=name, password=password, identifier=name)


async def keep(broker: Broker, word: str) -> None:
    client = await nats.connect(broker.nats_url, user=broker.username, password=broker.password, allow_reconnect=False)
    stream = client.jetstream()
    await stream.add_stream(StreamConfig(name="kept", subjects=["kept"]))
    await stream.publish("kept", word.encode())
    await client.close()


async def kept(broker: Broker) -> str:
    client = await nats.connect(broker.nats_url, user=broker.username, password=broker.password, allow_reconnect=False)
    message = await client.jetstream().get_msg("kept", 1)
    await client.close()
    return (message.data or b"").decode()


@pytest.mark.parametrize("victim", ["parent", "guard"])
async def test_the_server_is_gone_two_seconds_after_its_parent_was_killed(tmp_path: Path, victim: str) -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, str(tmp_path), stdout=PIPE)
    assert parent.stdout is not None
    await parent.stdout.readline()
    server = server_id(tmp_path)
    guard_id = parent_id(server)
    assert lives(server)
    os.kill(parent.pid if victim == "parent" else guard_id, signal.SIGKILL)
    try:
        assert await until_gone(server, 2.0)
    finally:
        if victim == "guard":
            parent.kill()
        await parent.communicate()
    assert await until_gone(guard_id, 2.0)


async def test_a_second_start_on_the_folder_resumes_the_store_on_the_same_ports(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as first:
        await keep(first, "gong")
    async with EmbeddedServer(tmp_path) as second:
        assert await kept(second) == "gong"
    assert (first.nats_port, first.mqtt_port) == (second.nats_port, second.mqtt_port)


async def test_taken_ports_are_no_failure(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as first:
        pass
    with socket.create_server((first.host, first.nats_port)), socket.create_server((first.host, first.mqtt_port)):
        async with EmbeddedServer(tmp_path) as second:
            assert {second.nats_port, second.mqtt_port}.isdisjoint({first.nats_port, first.mqtt_port})
            await keep(second, "gong")


async def test_chosen_ports_win_over_those_of_last_time(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as first:
        pass
    with socket.create_server(("127.0.0.1", 0)) as probe:
        chosen = probe.getsockname()[1]
    async with EmbeddedServer(tmp_path, ports=Ports(mqtt=chosen)) as second:
        assert (second.nats_port, second.mqtt_port) == (first.nats_port, chosen)


async def test_two_servers_never_write_into_one_store(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path):
        with pytest.raises(ServerFailed, match="another one runs on this folder"):
            async with EmbeddedServer(tmp_path):
                pass


async def test_a_server_that_crashes_is_started_again_where_it_was(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path) as broker:
        await keep(broker, "gong")
        os.kill(server_id(tmp_path), signal.SIGKILL)
        for _ in range(900):
            try:
                assert await kept(broker) == "gong"
                break
            except (OSError, nats.errors.Error):
                await asyncio.sleep(0.05)
        else:
            pytest.fail("it did not come back")


async def test_secrets_are_readable_by_the_owner_alone_and_never_shown(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path, [Account("gateway-a", "p4ssw0rd", (), ())]) as broker:
        assert broker.password not in repr(broker)
    for name in ("accounts.conf", "server.conf", "broker.secret"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert "p4ssw0rd" not in repr(Account("gateway-a", "p4ssw0rd", (), ()))
    assert broker.password not in (tmp_path / "server.log").read_text()


async def test_new_accounts_are_known_after_a_reload_and_nobody_else_is_disturbed(tmp_path: Path) -> None:
    passwords = Passwords(b"secret")
    old, new = (gateway_account(passwords, code, ["360981"]) for code in ("G1", "G2"))
    server = EmbeddedServer(tmp_path, [old])
    async with server as broker, connection(broker, old.name, old.password) as listening:
        await listening.subscribe("mingluo/area/360981")
        with pytest.raises(aiomqtt.MqttError):
            async with connection(broker, new.name, new.password):
                pass
        await server.reload([old, new])
        async with asyncio.timeout(45):
            await connected(broker, new)
            async with connection(broker, broker.username, broker.password) as hub:
                await hub.publish("mingluo/area/360981", b"gong")
            assert (await anext(aiter(listening.messages))).payload == b"gong"


async def connected(broker: Broker, account: Account) -> None:
    while True:
        try:
            async with connection(broker, account.name, account.password):
                return
        except aiomqtt.MqttError:
            await asyncio.sleep(0.05)


def test_the_guard_needs_nothing_but_the_standard_library() -> None:
    text = Path(guard.__file__).read_text()
    roots = {line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert roots <= sys.stdlib_module_names


def test_what_was_kept_of_the_ports_may_be_rubbish(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"nats": 1, "telnet": 23}))
    assert EmbeddedServer(tmp_path)._wanted == Ports()
