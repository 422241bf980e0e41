"""Buttons below a Telegram message, and what their press says: `a:<delivery's key>:<choice>`, at most 64 bytes."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key

MARK = "a"
BYTES = 64


@dataclass(frozen=True, slots=True)
class Press:
    """A button of ours that somebody pressed. It is only a claim: who may press it is the bot's to check."""

    key: Key
    choice: str


def asking(message: Message, chat: str) -> ReplyKeyboardMarkup | None:
    """Return the one button that shares a place or the own number; only a private chat can show it."""
    if not message.wanted or message.wants not in {"place", "contact"} or chat.startswith("-"):
        return None
    place = message.wants == "place"
    button = KeyboardButton(text=message.wanted, request_location=place or None, request_contact=not place or None)
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)


def keyboard(key: Key, choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """Return one button per line, so that a thumb finds it; a ValueError names a choice that is too long to carry."""
    if not choices:
        return None
    rows = [[InlineKeyboardButton(text=choice.label, callback_data=_carried(key, choice.key))] for choice in choices]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def read_press(carried: str) -> Press | None:
    """Return what a button said, or None if it is none of ours."""
    mark, _, rest = carried.partition(":")
    key, colon, choice = rest.partition(":")
    if mark != MARK or not colon or not choice:
        return None
    try:
        return Press(Key.parse(key), choice)
    except ValueError:
        return None


def _carried(key: Key, choice: str) -> str:
    carried = f"{MARK}:{key}:{choice}"
    if len(carried.encode()) > BYTES:
        raise ValueError(f"choice {choice!r} is too long for a button")
    return carried
