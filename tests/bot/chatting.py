"""Somebody in a chat or on an old phone: they write, press what is offered, and read what is said back."""

from itertools import count
from typing import Any

from bot.turns import Choice, Contact, Incoming, Place, Reply
from broadcast.content.message import Message
from tests.bot.conftest import Listening

_updates = count(1)


class Chatter:
    """One address. `tap` presses the button where there are buttons, and sends its number where there are none."""

    def __init__(self, stage: Listening, platform: str, address: str, language: str = "zh") -> None:
        self.stage, self.platform, self.address, self.language = stage, platform, address, language
        self.shown: Message = Message("")  # what was said last

    async def say(self, text: str = "", **things: Any) -> str:
        """Say something, and return what is said back."""
        await self.hear(text, **things)
        return self.shown.text

    async def hear(self, text: str = "", *, update: str = "", **things: Any) -> Reply | None:
        number = update or f"c{next(_updates)}"
        given = {"language": self.language, "happened_at": self.stage.clock.now(), **things}
        turn = Incoming(self.platform, "account", number, self.address, text, **given)
        reply = await self.stage.dialogue.hear(turn)
        await self.read()
        return reply

    async def read(self) -> None:
        """Let what was said arrive, and look at the newest."""
        await self.stage.send()
        mine = [each for each in self.stage.channels[self.platform].sent if each.address == self.address]
        self.shown = mine[-1].message if mine else Message("")
        self._key = mine[-1].key if mine else None

    async def tap(self, label: str) -> str:
        """Take the choice whose label has these words."""
        number, choice = next(
            (number, each) for number, each in enumerate(self.shown.offered, 1) if label in (each.label, each.key)
        )
        if not self.shown.choices:
            return await self.say(str(number))
        assert self._key is not None
        return await self.say(choice=Choice(self._key, choice.key))

    async def share_place(self, latitude: float, longitude: float) -> str:
        return await self.say(place=Place(latitude, longitude))

    async def share_number(self, phone: str, *, vouched: bool = True) -> str:
        return await self.say(contact=Contact(phone, vouched=vouched))
