"""What every platform owes the dialogue, tried on each of them against its vendor in the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.platforms import PLATFORMS
from bot.turns import Choice, Contact, Place
from broadcast.deliveries import Key
from ground import media
from ground.media import MediaFolder
from ground.transaction import Database
from tests.contracts.platforms.harness import Harness, Thing, said
from tests.contracts.platforms.harnesses import HARNESSES, PICTURE
from tests.contracts.platforms.outside import PHONE

ALL = sorted(HARNESSES)
WITH_DOOR = [name for name in ALL if HARNESSES[name].has_door]
TEXTS = ["收到", "求助，水进屋了", "4" * 1_500, "🆘", "\u202eABC", "a\0b", " ", "'; DROP TABLE turns; --"]
NOTHING = "\0"  # no database holds it: a platform may leave it out
CHATS = {
    Thing.PLACE: {"place": Place(28.25, 115.75)},
    Thing.OWN_NUMBER: {"contact": Contact(PHONE, vouched=True)},
    Thing.ANOTHERS_NUMBER: {"contact": Contact(PHONE, vouched=False)},
    Thing.LINK: {"link": "K7MQ2X"},
    Thing.VOICE: {"unread": "voice"},
    Thing.VIDEO: {"unread": "video"},
    Thing.DOCUMENT: {"unread": "document"},
    Thing.STICKER: {"unread": "sticker"},
    Thing.LOST_PHOTO: {"unread": "photo_lost"},
    Thing.NO_PHOTO: {"unread": "photo_lost"},
    Thing.LARGE_PHOTO: {"unread": "photo_lost"},
}
CASES = [(name, thing, meant) for name in ALL for thing, meant in CHATS.items() if thing in HARNESSES[name].can]


def able_to(thing: Thing) -> list[str]:
    return [name for name in ALL if thing in HARNESSES[name].can]


def something_to_say(request: pytest.FixtureRequest) -> tuple[Thing, str]:
    """Return what everybody can say there: words, or where there are only keys, one of them."""
    name = request.node.callspec.params["harness"]
    return (Thing.TEXT, "收到") if Thing.TEXT in HARNESSES[name].can else (Thing.CHOICE, "safe")


on = partial(pytest.mark.parametrize, "harness", indirect=True)


@pytest.fixture(params=ALL)
async def harness(request: pytest.FixtureRequest, tmp_path: Path, sqlite: Database) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param].start(tmp_path, sqlite) as started:
        yield started


def test_every_registered_platform_keeps_this_contract() -> None:
    assert {kind.name for kind in PLATFORMS} <= set(HARNESSES)


@on(argvalues=able_to(Thing.TEXT))
async def test_what_people_write_is_heard_word_for_word(harness: Harness) -> None:
    wanted = [text for text in TEXTS if text.strip()]
    for number, text in enumerate(wanted, 1):
        await harness.send(Thing.TEXT, text)
        await harness.ear.wait_for(number)
    heard = [turn.text for turn in harness.ear.heard]
    assert [text.replace(NOTHING, "") for text in heard] == [text.replace(NOTHING, "") for text in wanted]
    assert len({turn.dedupe for turn in harness.ear.heard}) == len(wanted)
    assert len({(turn.platform, turn.account, turn.address) for turn in harness.ear.heard}) == 1


@pytest.mark.parametrize(("harness", "thing", "meant"), CASES, indirect=["harness"])
async def test_each_kind_of_thing_becomes_a_neutral_turn(harness: Harness, thing: Thing, meant: dict[str, Any]) -> None:
    await harness.send(thing, "K7MQ2X" if thing is Thing.LINK else "")
    [turn] = await harness.ear.wait_for(1)
    assert said(turn) == meant


@on(argvalues=able_to(Thing.PHOTO_WITH_WORDS))
async def test_a_photo_is_kept_before_its_turn_is_heard(harness: Harness, tmp_path: Path, sqlite: Database) -> None:
    await harness.send(Thing.PHOTO_WITH_WORDS, "屋后塌方")
    [turn] = await harness.ear.wait_for(1)
    [digest] = turn.photos
    assert turn.text == "屋后塌方"
    kept = MediaFolder(tmp_path / "media").path(digest).read_bytes()
    assert b"A camera of somebody" in PICTURE
    assert b"A camera of somebody" not in kept
    async with sqlite.reading() as tx:
        assert (await media.find(tx, digest)).mime_type == "image/jpeg"


@on(argvalues=able_to(Thing.CHOICE))
async def test_a_choice_names_the_delivery_that_offered_it(harness: Harness) -> None:
    await harness.send(Thing.CHOICE, "safe")
    [turn] = await harness.ear.wait_for(1)
    assert turn.choice == Choice(Key(7, 3), "safe")
    assert turn.text == ""


@on(argvalues=WITH_DOOR)  # who polls is never told again what was confirmed
async def test_what_the_vendor_brings_twice_has_the_same_name(request: pytest.FixtureRequest, harness: Harness) -> None:
    await harness.send(*something_to_say(request))
    await harness.ear.wait_for(1)
    await harness.repeat()
    first, again = await harness.ear.wait_for(2)
    assert first.dedupe == again.dedupe


async def test_what_could_not_be_kept_is_brought_again(request: pytest.FixtureRequest, harness: Harness) -> None:
    harness.ear.fail = 1
    thing, words = something_to_say(request)
    await harness.send(thing, words)
    [turn] = await harness.ear.wait_for(1)
    assert (turn.text or (turn.choice and turn.choice.word)) == words


@on(argvalues=able_to(Thing.LOST_PHOTO))
async def test_a_lost_photo_does_not_silence_what_follows(harness: Harness) -> None:
    await harness.send(Thing.LOST_PHOTO)
    await harness.ear.wait_for(1)
    await harness.send(Thing.TEXT, "水到膝盖了")
    _, turn = await harness.ear.wait_for(2)
    assert turn.text == "水到膝盖了"


@on(argvalues=WITH_DOOR)
@pytest.mark.parametrize("signed", [False, True])
async def test_rubbish_at_the_door_is_refused_and_heard_by_nobody(
    request: pytest.FixtureRequest, harness: Harness, *, signed: bool
) -> None:
    name = request.node.callspec.params["harness"]
    for body in HARNESSES[name].rubbish:
        status = await harness.post(body, {"Content-Type": "application/octet-stream"}, signed=signed)
        assert status is not None
        assert (status == 403) if not signed else (400 <= status < 500)
    await asyncio.sleep(0)
    assert harness.ear.heard == []


@on(argvalues=able_to(Thing.TEXT))
async def test_turns_of_one_address_are_heard_in_the_order_in_which_they_were_said(harness: Harness) -> None:
    for number in range(6):
        await harness.send(Thing.TEXT, f"第{number}句")
    await harness.ear.wait_for(6)
    assert [turn.text for turn in harness.ear.heard] == [f"第{number}句" for number in range(6)]
