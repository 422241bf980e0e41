"""The harness of each platform: Telegram read by polling and by webhook, texts by Twilio."""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from bot.platforms.sms import SmsPlatform
from bot.platforms.telegram.reading import TelegramPlatform
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.account import TelegramAccount
from broadcast.channels.telegram.settings import Reading, TelegramSettings
from ground.clock import WallClock
from ground.transaction import Database
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.signing import signature
from tests.contracts.channels.peer_harness import sink_into
from tests.contracts.platforms.harness import Bench, Harness, Thing
from tests.contracts.platforms.outside import PHONE, Outside
from tests.contracts.platforms.voice_harness import voice
from tests.contracts.platforms.webchat_harness import webchat
from tests.pictures import jpeg, photo_with_place

CHAT: Final = 4711
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PICTURE, NO_PICTURE, LARGE_PICTURE = photo_with_place(), b"<html>no picture</html>" * 9, jpeg(5 * 1024 * 1024)


class TelegramHarness:
    def __init__(self, outside: Outside, peer: TelegramPeer, account: TelegramAccount) -> None:
        self._outside, self._peer, self._account = outside, peer, account
        self.ear = outside.ear

    async def send(self, thing: Thing, words: str = "") -> None:
        direct = self._outside.direct
        match thing:
            case Thing.TEXT:
                await direct("telegram/message", chat=CHAT, text=words)
            case Thing.LINK:
                await direct("telegram/message", chat=CHAT, text=f"/start {words}")
            case Thing.CHOICE:
                self._peer.chats.receive(CHAT, "?", {})
                await direct("telegram/press", chat=CHAT, data=f"a:7.3:{words}")
            case Thing.LOST_PHOTO:
                await direct("telegram/lose_files", lost=True)
                await direct("telegram/thing", chat=CHAT, kind="photo", content=_base64(PICTURE))
            case _:
                await direct("telegram/thing", chat=CHAT, **_telegram_thing(thing, words))

    async def repeat(self) -> None:
        [*_, update] = self._peer.updates.told
        await self._outside.direct("telegram/again", **update)

    async def post(self, body: bytes, headers: Mapping[str, str], *, signed: bool) -> int | None:
        if self._account.reading is Reading.POLLING:
            return None
        secret = {SECRET_HEADER: self._account.secret} if signed else {}
        return await self._outside.call("telegram/update", body, {**headers, **secret})


def _telegram_thing(thing: Thing, words: str) -> dict[str, Any]:
    things: dict[Thing, dict[str, Any]] = {
        Thing.PLACE: {"kind": "location", "latitude": 28.25, "longitude": 115.75},
        Thing.PHOTO: {"kind": "photo", "content": _base64(PICTURE), "huge": True},
        Thing.PHOTO_WITH_WORDS: {"kind": "photo", "content": _base64(PICTURE), "caption": words},
        Thing.NO_PHOTO: {"kind": "photo", "content": _base64(NO_PICTURE)},
        Thing.LARGE_PHOTO: {"kind": "photo", "content": _base64(LARGE_PICTURE)},
        Thing.OWN_NUMBER: {"kind": "contact", "phone": PHONE.lstrip("+")},
        Thing.ANOTHERS_NUMBER: {"kind": "contact", "phone": PHONE, "user_id": 5},
    }
    return things.get(thing, {"kind": thing.value})


class SmsHarness:
    def __init__(self, outside: Outside, peer: TwilioPeer) -> None:
        self._outside, self._peer = outside, peer
        self._last: dict[str, Any] = {}
        self.ear = outside.ear

    async def send(self, thing: Thing, words: str = "") -> None:
        if thing is Thing.LOST_PHOTO:
            await self._outside.direct("twilio/lose_media", lost=True)
        media = _MEDIA.get(thing)
        self._last = {"from": PHONE, "body": words} | ({"media": [media()]} if media else {})
        brought = await self._outside.direct("twilio/sms", **self._last)
        self._last["sid"] = brought["sid"]
        if brought["answer"] != 200:  # Twilio's own repetition
            await self.repeat()

    async def repeat(self) -> None:
        await self._outside.direct("twilio/sms", **self._last)

    async def post(self, body: bytes, headers: Mapping[str, str], *, signed: bool) -> int | None:
        mark = {}
        if signed:
            form = dict(httpx.QueryParams(body.decode(errors="replace")))
            url = f"{self._outside.hooks.url}/hooks/twilio/inbound"
            mark = {"X-Twilio-Signature": signature(self._peer.token, url, form)}
        return await self._outside.call("twilio/inbound", body, {**headers, **mark})


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _medium(content: bytes, kind: str) -> dict[str, str]:
    return {"content": _base64(content), "type": kind}


_MEDIA: Final = {
    Thing.PHOTO: partial(_medium, PICTURE, "image/jpeg"),
    Thing.PHOTO_WITH_WORDS: partial(_medium, PICTURE, "image/jpeg"),
    Thing.LOST_PHOTO: partial(_medium, PICTURE, "image/jpeg"),
    Thing.NO_PHOTO: partial(_medium, NO_PICTURE, "image/jpeg"),
    Thing.LARGE_PHOTO: partial(_medium, LARGE_PICTURE, "image/jpeg"),
    Thing.VOICE: partial(_medium, b"#!AMR", "audio/amr"),
    Thing.VIDEO: partial(_medium, b"ftyp", "video/3gpp"),
    Thing.DOCUMENT: partial(_medium, b"BEGIN:VCARD", "text/vcard"),
}


@asynccontextmanager
async def telegram(reading: Reading, folder: Path, database: Database) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        outside = Outside(stack, folder, database)
        peer = TelegramPeer(outside.world)
        told = await outside.start(peer)
        account = TelegramAccount(TelegramSettings(peer.token, base_url=told["url"], reading=reading))
        await account.open(stack)
        await outside.listen(TelegramPlatform(account, outside.around, outside.ear.hear))
        yield TelegramHarness(outside, peer, account)


@asynccontextmanager
async def sms(folder: Path, database: Database) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        outside = Outside(stack, folder, database)
        peer = TwilioPeer(outside.world)
        told = await outside.start(peer)
        settings = TwilioSettings(peer.account, peer.token, SENDER, base_url=told["url"])
        channel = TwilioChannel(settings, outside.hooks.url, WallClock())
        await channel.start(stack, sink_into([]))
        await outside.listen(SmsPlatform(channel, outside.around, outside.ear.hear))
        await outside.direct("twilio/sms_url", url=f"{outside.hooks.url}/hooks/twilio/inbound")
        yield SmsHarness(outside, peer)


_CALLS = frozenset({Thing.CHOICE})  # a telephone has keys, and nothing else that is heard
_CHATS = frozenset(Thing)
_PAGES = frozenset({Thing.TEXT, Thing.CHOICE, Thing.PLACE, Thing.LINK})  # its photos are tried at the page's doors
_TEXTS = frozenset({Thing.TEXT, *_MEDIA})
_NO_UPDATES = (b"", b"{", b"[]", b"null", b'{"update_id": "x"}', b"\xff\xfe\0", b"x" * 70_000)
_NO_KEYS = (b"", b"&&==", b"CallSid=CA1", b"CallSid=CA1&To=%2B999", b"To=%2B999&Digits=1", b"\xff\xfe\0")
_NO_FORMS = (b"", b"&&==", b"From=%2B999", b"MessageSid=SM1", b"\xff\xfe\0", b"NumMedia=9999999999999999999999")

HARNESSES: Final[Mapping[str, Bench]] = {
    "sms": Bench(sms, _TEXTS, _NO_FORMS),
    "telegram": Bench(partial(telegram, Reading.WEBHOOK), _CHATS, _NO_UPDATES),
    "voice": Bench(voice, _CALLS, _NO_KEYS),
    "webchat": Bench(webchat, _PAGES, (), has_door=False),  # its doors are the page's: tests/app/test_chat_doors.py
    "telegram by polling": Bench(partial(telegram, Reading.POLLING), _CHATS, (), has_door=False),
}
