"""The chat's doors: one thing a turn, heard once, from our own page, in the own session, and not too much of it."""

import io
import json
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.house import House
from broadcast.channels.webchat.channel import WebchatChannel
from broadcast.deliveries import Key
from ground.clock import HOUR, HandClock
from ground.media import MediaFolder
from ground.transaction import Database
from tests.app.chat import Ear, Visitor, key
from tests.builders import NOON
from tests.pages import chat_channel, house_with_chat


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def channel(sqlite: Database) -> WebchatChannel:
    return chat_channel(sqlite, HandClock(NOON))


@pytest.fixture
def house(sqlite: Database, tmp_path: Path, channel: WebchatChannel, ear: Ear) -> House:
    return house_with_chat(sqlite, tmp_path, HandClock(NOON), channel, ear.hear)


@pytest.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    visitor = Visitor(house)
    yield visitor
    await visitor.http.aclose()


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, kind, **saved)
    return written.getvalue()


async def test_what_is_written_is_heard_in_the_own_session(visitor: Visitor, ear: Ear) -> None:
    said = key()
    answer = await visitor.say(key=said, text=" 房顶掀了 ", age=HOUR, language="zh-CN")
    assert answer.json() == {"key": said, "language": ""}
    [turn] = ear.heard
    assert (turn.platform, turn.address, turn.text) == ("webchat", visitor.session.address, "房顶掀了")
    assert (turn.happened_at, turn.language) == (NOON - HOUR, "zh-CN")


@pytest.mark.parametrize(
    "what",
    [
        {"choice": {"delivery": "7.3", "word": "safe"}},
        {"place": {"latitude": 28.1, "longitude": 115.8}},
        {"link": "qr-Beixia_3"},
    ],
)
async def test_a_choice_a_place_and_a_posters_code_are_turns_too(
    visitor: Visitor, ear: Ear, what: dict[str, Any]
) -> None:
    assert (await visitor.say(**what)).status_code == 200
    [turn] = ear.heard
    assert bool(turn.choice) + bool(turn.place) + bool(turn.link) == 1
    assert turn.choice is None or (turn.choice.key, turn.choice.word) == (Key(7, 3), "safe")


async def test_a_turn_that_is_brought_again_is_heard_once_and_answered_the_same(visitor: Visitor, ear: Ear) -> None:
    said = key()
    answers = [await visitor.say(key=said, text="English") for _ in range(3)]
    assert {answer.text for answer in answers} == {json.dumps({"key": said, "language": "en"}, separators=(",", ":"))}
    assert len(ear.heard) == 1


async def test_nobody_uses_up_the_keys_of_another_browser(visitor: Visitor, house: House, ear: Ear) -> None:
    said = key()
    stranger = Visitor(house, "b" * 43)
    await stranger.say(key=said, text="先来的")
    await visitor.say(key=said, text="后来的")
    assert [turn.text for turn in ear.heard] == ["先来的", "后来的"]
    assert len({turn.address for turn in ear.heard}) == 2


async def test_what_could_not_be_kept_is_no_success(visitor: Visitor, ear: Ear) -> None:
    ear.fail = 1
    assert (await visitor.say(text="求助")).status_code >= 500
    assert ear.heard == []


HOSTILE: list[Any] = [
    {},
    [],
    "x",
    {"key": "1", "text": "短的钥匙"},
    {"key": key()},
    {"key": key(), "text": "   "},
    {"key": key(), "text": "\0"},
    {"key": key(), "text": "长" * 2_001},
    {"key": key(), "text": "a", "link": "b"},
    {"key": key(), "text": "a", "address": "another"},
    {"key": key(), "text": {"$gt": ""}},
    {"key": key(), "text": "a", "age": -1},
    {"key": key(), "link": "../../etc/passwd"},
    {"key": key(), "link": "a" * 65},
    {"key": key(), "place": {"latitude": 91, "longitude": 0}},
    {"key": key(), "place": {"latitude": float("nan"), "longitude": 0}},
    {"key": key(), "place": {"latitude": float("inf"), "longitude": 0}},
    {"key": key(), "choice": {"delivery": "seven", "word": "safe"}},
    {"key": key(), "choice": {"delivery": f"{2**63}.1", "word": "safe"}},
    {"key": key(), "choice": {"delivery": "7.3", "word": "s" * 61}},
    {"key": key(), "text": "\ud800"},
]


@pytest.mark.parametrize("body", HOSTILE)
async def test_a_hostile_body_is_refused_for_good_and_heard_by_nobody(visitor: Visitor, ear: Ear, body: Any) -> None:
    answer = await visitor.http.post("/c/-/say", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert ear.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"key":'])
async def test_what_is_no_json_is_refused_for_good(visitor: Visitor, ear: Ear, body: bytes) -> None:
    answer = await visitor.http.post("/c/-/say", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert ear.heard == []


async def test_a_body_that_is_too_large_is_refused_for_good(visitor: Visitor) -> None:
    answer = await visitor.say(text="x" * 300_000)
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://hub.test.evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_speaks_for_nobody(visitor: Visitor, ear: Ear, headers: dict[str, str]) -> None:
    visitor.http.headers.update(headers)
    assert (await visitor.say(text="求助")).status_code == 403
    assert (await visitor.photo(picture())).status_code == 403
    assert (await visitor.form(text="求助")).status_code == 403
    assert (await visitor.http.post("/c/-/seen", json={"seqs": [1]})).status_code == 403
    assert ear.heard == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_what_a_mere_form_can_send_is_no_turn(visitor: Visitor, ear: Ear, kind: str) -> None:
    body = json.dumps({"key": key(), "text": "求助"})
    answer = await visitor.http.post("/c/-/say", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {403, 422}
    assert ear.heard == []


async def test_a_form_without_its_pages_proof_is_refused(visitor: Visitor, ear: Ear) -> None:
    assert (await visitor.form(text="求助", proof="0" * 32)).status_code == 403
    assert ear.heard == []


async def test_a_browser_that_says_too_much_waits_and_others_do_not(sqlite: Database, tmp_path: Path, ear: Ear) -> None:
    channel = chat_channel(sqlite, HandClock(NOON), per_browser=3)
    house = house_with_chat(sqlite, tmp_path, HandClock(NOON), channel, ear.hear)
    loud, quiet = Visitor(house), Visitor(house, "b" * 43)
    statuses = [(await loud.say(text="喂")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert (await quiet.say(text="喂")).status_code == 200
    assert (await loud.say(text="喂")).headers["Retry-After"] == "5"


async def test_a_network_that_says_too_much_waits(sqlite: Database, tmp_path: Path, ear: Ear) -> None:
    channel = chat_channel(sqlite, HandClock(NOON), per_network=2)
    house = house_with_chat(sqlite, tmp_path, HandClock(NOON), channel, ear.hear)
    statuses = [(await Visitor(house, letter * 43).say(text="喂")).status_code for letter in "abc"]
    assert statuses == [200, 200, 429]


async def test_a_browser_without_a_secret_is_given_one(house: House, ear: Ear) -> None:
    stranger = Visitor(house, "")
    cookie = (await stranger.say(text="喂")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    await stranger.say(text="还是我")
    assert len({turn.address for turn in ear.heard}) == 1
    assert ear.heard[0].address not in cookie


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_kept_as_a_picture_of_ours(visitor: Visitor, house: House, ear: Ear, kind: str) -> None:
    assert (await visitor.photo(picture(kind))).status_code == 200
    [digest] = ear.heard[0].photos
    with MediaFolder(house.settings.data / "media").open(digest) as kept, Image.open(kept) as seen:
        assert (seen.format, seen.size) == ("JPEG", (40, 30))


async def test_where_a_photo_was_taken_is_not_kept(visitor: Visitor, house: House, ear: Ear) -> None:
    exif = Image.Exif()
    exif[0x010F] = "maker of the phone"
    exif.get_ifd(0x8825)[2] = (28.0, 11.0, 0.0)
    sent = picture(exif=exif.tobytes())
    assert b"maker of the phone" in sent
    await visitor.photo(sent)
    kept = (house.settings.data / "media").rglob("*")
    assert all(b"Exif" not in each.read_bytes() for each in kept if each.is_file())


async def test_a_photo_that_lies_on_its_side_stands_upright(visitor: Visitor, house: House, ear: Ear) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    await visitor.photo(picture(size=(40, 30), exif=exif.tobytes()))
    with MediaFolder(house.settings.data / "media").open(ear.heard[0].photos[0]) as kept, Image.open(kept) as seen:
        assert seen.size == (30, 40)


async def test_a_huge_photo_is_made_smaller(visitor: Visitor, house: House, ear: Ear) -> None:
    await visitor.photo(picture(size=(4_000, 1_000)))
    with MediaFolder(house.settings.data / "media").open(ear.heard[0].photos[0]) as kept, Image.open(kept) as seen:
        assert seen.size == (1_600, 400)


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(40),
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><alert/>",
        picture()[:200],
        picture("PNG")[:60],
        b"\xff\xd8\xff" + bytes(500) + b"\xff\xd9",
        picture(size=(6_000, 4_000), kind="PNG"),
        bomb(),
    ],
    ids=["empty", "gif", "pdf", "svg", "xml", "half", "half_png", "rubbish", "too_many_pixels", "bomb"],
)
async def test_what_is_no_photo_is_refused_for_good(visitor: Visitor, ear: Ear, content: bytes) -> None:
    assert (await visitor.photo(content)).status_code == 422
    assert ear.heard == []


async def test_a_photo_with_too_many_bytes_is_not_read(sqlite: Database, tmp_path: Path, ear: Ear) -> None:
    house = house_with_chat(sqlite, tmp_path, HandClock(NOON), chat_channel(sqlite, HandClock(NOON)), ear.hear)
    answer = await Visitor(house).photo(picture() + bytes(9 * 1024 * 1024))
    assert answer.status_code == 413
    assert ear.heard == []


async def test_a_photo_that_is_brought_again_is_heard_once(visitor: Visitor, ear: Ear) -> None:
    turn = key()
    answers = [await visitor.photo(picture(), turn=turn) for _ in range(2)]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len(ear.heard) == 1
