"""An applicant: one household that asks for help in its own words, on one platform, and answers what it is asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.demo.director import Director
from app.demo.errors import StoryFailed

LOOK: Final = 0.3  # seconds between two looks at the ledger
PATIENCE: Final = 40.0  # seconds
FILED: Final = "报上去了"


@dataclass(slots=True)
class Applicant:
    """`how` is telegram, sms or browser; `address` the chat, the number, or what the browser is known by."""

    how: str
    address: str = field(repr=False)
    page: str
    words: str
    people: int
    head: str

    async def apply(self, director: Director) -> None:
        """Write the first words, and answer each question once, until the hub says that it is reported."""
        lines, since = await director.ledger()
        del lines
        await self._write(director, self.words)
        answered = 0
        for _ in range(round(PATIENCE / LOOK)):
            lines, _ = await director.ledger(since)
            told = [line["text"] for line in lines if line["address"] == self.address]
            if any(FILED in text for text in told):
                return
            for text in told[answered:]:
                await self._write(director, self._answer(text))
            answered = len(told)
            await asyncio.sleep(LOOK)
        raise StoryFailed(what=f"a report by {self.how} was not taken within {PATIENCE:.0f} seconds")

    def _answer(self, text: str) -> str:
        return next((answer for question, answer in self._answers.items() if question in text), "对，报上去")

    @property
    def _answers(self) -> Mapping[str, str]:
        """What is asked, by words of the question; whatever else is said is the summary to be confirmed."""
        return {
            "登记不等于补助": "对，报上去",
            "受伤或被困吗": "都没有",
            "几口人": str(self.people),
            "户主叫什么": self.head,
            "有照片": "没有照片",
            "哪个村": "董家镇傅家村",
            "不止一个": "董家镇傅家村",
            "坏了什么": self.words,
        }

    async def _write(self, director: Director, text: str) -> None:
        match self.how:
            case "telegram":
                await director.write(self.address, text)
            case "sms":
                await director.text(self.address, text)
            case _:
                await director.write_on_page(self.page, text)
