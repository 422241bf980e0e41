"""The crowd: villagers who read what reaches them, and answer by button or by SMS as people do."""

import asyncio
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from app.demo.cast import AT_THIRD_CALL, NEEDS_HELP, NUMBER_GONE_ON, ON_SHIFT, SHARES_A_PHONE, SILENT, Cast
from app.demo.director import Director, Line

LOOK: Final = 0.2  # seconds between two looks at the ledger
AT_ONCE: Final = 8  # answers under way
ASKS: Final = re.compile(r"回复\s*1|[Rr]eply\s*1|reply with 1")  # a text that offers numbers to send back
ON_POST, SETTLED = "on_post", "done"
ASKS_BACK: Final = "都安顿好了吗"  # what became of the people
CODED: Final = re.compile(r"^叫应.*后面加上(\d{4})", re.DOTALL)  # a call for an answer, and what an SMS brings back
DEAF: Final = frozenset({AT_THIRD_CALL, NUMBER_GONE_ON, *ON_SHIFT})  # to a call for an answer, but by telephone
BUTTONS: Final[Mapping[str, str]] = {"received": "收到", "safe": "安全", "need_help": "求助"}


class Crowd:
    """Answers for as long as the block runs, each message once. Who is silent the first time answers the second."""

    def __init__(self, cast: Cast, director: Director) -> None:
        self._cast = cast
        self._director = director
        self._reading: asyncio.Task[None] | None = None
        self._hands = asyncio.Semaphore(AT_ONCE)
        self._answered: set[tuple[str, str]] = set()  # who, and which text
        self._codes: dict[str, str] = {}
        self.evacuated = False  # whether people are safe by now
        self.buttons = 0
        self.texts = 0

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._read(), name="crowd")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def check(self) -> None:
        """Raise what the crowd ran into, if it did."""
        if self._reading is not None and self._reading.done():
            self._reading.result()

    async def _read(self) -> None:
        number = 0
        while True:
            lines, number = await self._director.ledger(number)
            await asyncio.gather(*(self._react(line) for line in lines))
            await asyncio.sleep(LOOK)

    async def _react(self, line: Line) -> None:
        person = self._whose(line)
        if person is not None and (_calls(line) or ASKS_BACK in line["text"]):
            await self._report(person, line, SETTLED if ASKS_BACK in line["text"] else ON_POST)
            return
        if person is None or (person, line["digest"]) in self._answered or not self._willing(person):
            return
        if not self._asks(line, self._word(person)):
            return
        self._answered.add((person, line["digest"]))
        async with self._hands:
            await self._answer(person, line)

    @staticmethod
    def _asks(line: Line, word: str) -> bool:
        """Say whether a message offers this answer: as a button, or as a number to send back."""
        if line["channel"] == "telegram":
            return any(carried.endswith(f":{word}") for carried in line["facts"].get("buttons", ()))
        return bool(ASKS.search(line["text"]))

    async def _report(self, person: str, line: Line, word: str) -> None:
        """Whoever is responsible says that he is at his post, then that all is settled; by SMS with the code."""
        if person in DEAF or (person, line["digest"]) in self._answered:
            return
        self._answered.add((person, line["digest"]))
        async with self._hands:
            if line["channel"] == "telegram":
                await self._director.press(line["address"], word)
            elif person not in self._cast.chats:
                if coded := CODED.search(line["text"]):
                    self._codes[person] = coded[1]
                await self._director.text(line["address"], f"1 {self._codes.get(person, '')}")

    async def _answer(self, person: str, line: Line) -> None:
        word = self._word(person)
        if line["channel"] == "telegram":
            await self._director.press(line["address"], word)
            self.buttons += 1
        else:
            await self._director.text(line["address"], BUTTONS[word] if person in SHARES_A_PHONE else _number(word))
            self.texts += 1

    def _whose(self, line: Line) -> str | None:
        if line["channel"] == "telegram":
            return self._cast.in_chat(line["address"])
        return self._cast.at_phone(line["address"]) if line["channel"] == "sms" else None

    def _willing(self, person: str) -> bool:
        return self.evacuated or not person.endswith(SILENT)

    def _word(self, person: str) -> str:
        if self.evacuated or person in SHARES_A_PHONE:
            return "safe"
        return "need_help" if person == NEEDS_HELP else "received"


def _number(word: str) -> str:
    """Return what an old phone sends back: the number that stands before the word in every text."""
    return str(1 + list(BUTTONS).index(word))


def _calls(line: Line) -> bool:
    """Say whether a message is a call for an answer (叫应)."""
    return any(carried.endswith(f":{ON_POST}") for carried in line["facts"].get("buttons", ())) or bool(
        CODED.search(line["text"])
    )
