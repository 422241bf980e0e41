"""What the page may bring: one thing a turn, with the key that the phone made for it."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import Field, StringConstraints, field_validator, model_validator

from app.pages.phone.brought import Age, PhoneKey, Strict
from bot.platforms.webchat.hearing import Said
from bot.turns import Choice, Place
from broadcast.deliveries import Key

LONGEST_TEXT: Final = 2_000
LARGEST_NUMBER: Final = 2**31 - 1
CODE: Final = r"^[A-Za-z0-9_-]{1,64}$"
LANGUAGE: Final = r"^[A-Za-z-]{0,20}$"

Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]


class ChoiceSaid(Strict):
    delivery: Annotated[str, Field(max_length=40)]
    word: Annotated[str, Field(min_length=1, max_length=60)]

    @field_validator("delivery")
    @classmethod
    def _of_a_delivery(cls, text: str) -> str:
        return str(_key(text))


class PlaceSaid(Strict):
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class TurnSaid(Strict):
    """One thing that was said: a text, a choice, a place or a poster's code."""

    key: PhoneKey
    age: Age = 0
    language: Language = ""
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    choice: ChoiceSaid | None = None
    place: PlaceSaid | None = None
    link: Annotated[str, StringConstraints(pattern=CODE)] | None = None

    @field_validator("text")
    @classmethod
    def _without_nothing(cls, text: str) -> str:
        return text.replace("\0", "").strip()

    @model_validator(mode="after")
    def _one_thing(self) -> "TurnSaid":
        if sum(map(bool, (self.text, self.choice, self.place, self.link))) != 1:
            raise ValueError("say one thing: text, choice, place or link")
        return self

    def said(self) -> Said:
        choice = Choice(_key(self.choice.delivery), self.choice.word) if self.choice else None
        place = Place(self.place.latitude, self.place.longitude) if self.place else None
        link = self.link or ""
        return Said(self.key, self.text, choice, place, link, age=self.age, language=self.language)


class Nothing(Strict):
    """A body that says nothing: that it is JSON is what matters."""


class Seen(Strict):
    """The numbers of the messages that the page has."""

    seqs: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]], Field(max_length=200)]


class PhotoSaid(Strict):
    """What stands in the address when the body is the photo itself."""

    key: PhoneKey
    age: Age = 0
    language: Language = ""


PhotoAsked = Annotated[PhotoSaid, Query()]


def _key(text: str) -> Key:
    key = Key.parse(text)
    if max(key) > LARGEST_NUMBER:
        raise ValueError("there is no such delivery")
    return key
