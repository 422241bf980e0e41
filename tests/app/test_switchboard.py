"""The switchboard: words go to whom they are meant for, across hubs as well, and nobody can flood or take a place."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from app.broker.embedded import EmbeddedServer
from app.errors import WrongSetting
from app.settings import read_settings
from app.settings.video import TurnSection, VideoSection
from app.switchboard import board, words
from app.switchboard.between import between
from app.switchboard.board import Closed, Line, Seat, Side, Switchboard
from app.switchboard.relays import relays_for
from app.switchboard.stills import Still

CALL = {"kind": "call", "call": "call-0001"}
SOON = 5.0  # seconds on a busy machine


def seat(side: Side, page: str = "a", room: str = "check-1") -> Seat:
    return Seat.of(room, side, "whose", page)


async def field(there: Switchboard, page: str = "phone") -> Line:
    return await there.sit_down(seat(Side.FIELD, page))


async def viewer(there: Switchboard, page: str = "desk") -> Line:
    return await there.sit_down(seat(Side.VIEWER, page))


async def heard(line: Line, kind: str) -> dict[str, Any]:
    """Return the next thing of a kind that a line hears."""
    async with asyncio.timeout(SOON):
        while (said := await line.next())["kind"] != kind:
            pass
    return said


async def repeated(step: Callable[[], Awaitable[object]]) -> None:
    for _ in range(2 * board.PER_MINUTE):
        await step()


def said_to(line: Line, kind: str, **more: Any) -> str:
    return json.dumps({"kind": kind, "to": line.seat.name} | more)


async def test_a_call_reaches_the_phone_and_its_offer_that_viewer_alone() -> None:
    there = Switchboard()
    phone, one, other = await field(there), await viewer(there, "one"), await viewer(there, "other")
    await one.say(json.dumps(CALL))
    assert (await heard(phone, "call"))["from"] == one.seat.name
    await phone.say(said_to(one, "offer", call="call-0001", sdp="v=0"))
    assert (await heard(one, "offer"))["sdp"] == "v=0"
    await phone.say(json.dumps({"kind": "hello"}))
    await heard(one, "hello")
    assert (await other.next())["kind"] == "hello"  # no offer came before it


async def test_another_room_hears_nothing() -> None:
    there = Switchboard()
    phone, stranger = await field(there), await there.sit_down(seat(Side.VIEWER, room="check-2"))
    await stranger.say(json.dumps(CALL))
    mine = await viewer(there)
    await mine.say(json.dumps(CALL))
    assert (await heard(phone, "call"))["from"] == mine.seat.name


async def test_viewers_do_not_hear_each_other() -> None:
    there = Switchboard()
    one, other, phone = await viewer(there, "one"), await viewer(there, "other"), await field(there)
    await one.say(json.dumps(CALL))
    await phone.say(json.dumps({"kind": "hello", "pc": True}))
    first = await other.next()
    assert first["kind"] == "seated"
    assert (await other.next())["kind"] == "hello"


@pytest.mark.parametrize(
    "said",
    [
        "no json",
        "[]",
        '{"kind": "seated"}',
        '{"kind": "offer", "to": "0123456789abcdef", "call": "call-0001", "sdp": "v=0"}',  # a viewer offers nothing
        '{"kind": "call", "call": "call-0001", "from": "0123456789abcdef"}',
        '{"kind": "call", "call": "x"}',
        json.dumps({"kind": "answer", "call": "call-0001", "sdp": "x" * (words.LONGEST_DESCRIPTION + 1)}),
        " " * words.LARGEST + '{"kind": "hello"}',
    ],
)
async def test_what_no_page_of_ours_says_ends_the_line(said: str) -> None:
    line = await viewer(Switchboard())
    with pytest.raises(Closed) as closed:
        await line.say(said)
    assert closed.value.code == board.MALFORMED


async def test_whoever_says_too_much_is_cut_off() -> None:
    line = await viewer(Switchboard())
    with pytest.raises(Closed) as closed:
        await repeated(lambda: line.say('{"kind": "hello"}'))
    assert closed.value.code == board.TOO_MUCH


async def test_a_page_that_does_not_read_is_cut_off_and_bounds_what_is_kept() -> None:
    there = Switchboard()
    lazy, phone = await viewer(there), await field(there)
    for _ in range(board.WAITING):
        await phone.say('{"kind": "hello"}')
    assert lazy.unread.qsize() <= board.WAITING
    with pytest.raises(Closed) as closed:
        await repeated(lazy.next)
    assert closed.value.code == board.TOO_MUCH


async def test_a_phone_that_opens_the_page_again_takes_over_from_the_older_page() -> None:
    there = Switchboard()
    older = await field(there, "older")
    newer = await field(there, "newer")
    with pytest.raises(Closed) as closed:
        await older.next()
    assert closed.value.code == board.TAKEN_OVER
    await there.stand_up(older)
    await newer.say('{"kind": "hello"}')


async def test_a_page_that_comes_back_keeps_its_seat_and_is_not_said_to_be_gone() -> None:
    there = Switchboard()
    phone, before = await field(there), await viewer(there)
    again = await viewer(there)
    await there.stand_up(before)
    assert again.seat == before.seat
    await again.say(json.dumps(CALL))
    kinds = [(await phone.next())["kind"] for _ in range(3)]
    assert kinds == ["seated", "seated", "call"]
    await there.stand_up(again)
    assert (await phone.next())["kind"] == "gone"


async def test_a_room_that_is_full_takes_nobody_more_until_somebody_leaves() -> None:
    there = Switchboard()
    lines = [await viewer(there, str(number)) for number in range(board.IN_A_ROOM)]
    with pytest.raises(Closed) as closed:
        await viewer(there, "one more")
    assert closed.value.code == board.CROWDED
    await there.stand_up(lines[0])
    await viewer(there, "one more")


async def test_a_check_that_is_over_ends_its_lines() -> None:
    there = Switchboard()
    phone = await field(there)
    there.close_room("check-1")
    with pytest.raises(Closed) as closed:
        await phone.next()
    assert closed.value.code == board.OVER


async def test_two_hubs_speak_to_each_other_and_share_the_wall(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "broker") as broker, AsyncExitStack() as stack:
        hubs = []
        for _ in range(2):
            carrier = await stack.enter_async_context(between(broker.nats_url, broker.username, broker.password))
            hub = Switchboard()
            hub.connect(carrier)
            hubs.append(hub)
        phone, desk = await field(hubs[0]), await viewer(hubs[1])
        await desk.say(json.dumps(CALL))
        assert (await heard(phone, "call"))["from"] == desk.seat.name
        await phone.say(said_to(desk, "offer", call="call-0001", sdp="v=0"))
        assert (await heard(desk, "offer"))["call"] == "call-0001"
        await hubs[0].wall.hang("check-1", Still(7, b"\xff\xd8 a picture\n\xff\xd9"))
        async with asyncio.timeout(SOON):
            while (still := hubs[1].wall.of("check-1")) is None:  # noqa: ASYNC110 - it comes over a network
                await asyncio.sleep(0.01)
        assert still == hubs[0].wall.of("check-1")


def test_a_turn_server_is_used_by_a_name_that_runs_out_and_a_word_that_follows_from_the_secret() -> None:
    video = VideoSection(stun=("stun:a:3478",), turn=TurnSection(urls=("turn:a:3478",), secret="s3", ttl=600))
    stun, turn = relays_for(video, "0123456789abcdef", 1_000_000_999)
    assert stun == {"urls": ["stun:a:3478"]}
    assert turn["username"] == "1000600:0123456789abcdef"
    expected = hmac.new(b"s3", turn["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(turn["credential"]) == expected
    assert relays_for(VideoSection(), "x", 0) == []


def test_the_turn_secret_is_in_no_repr_and_no_complaint() -> None:
    environment = {"MINGLUO_VIDEO__TURN__URLS": '["turn:a:1"]', "MINGLUO_VIDEO__TURN__SECRET": "hush-hush"}
    settings = read_settings(None, environment)
    assert settings.video.turn.secret == "hush-hush"
    assert "hush" not in repr(settings) + str(settings.video)
    with pytest.raises(WrongSetting) as wrong:
        read_settings(None, environment | {"MINGLUO_VIDEO__TURN__URLS": '["http://hush"]'})
    assert "hush" not in str(wrong.value)
    with pytest.raises(WrongSetting, match=r"video\.turn"):
        read_settings(None, {"MINGLUO_VIDEO__TURN__URLS": '["turn:a:1"]'})
