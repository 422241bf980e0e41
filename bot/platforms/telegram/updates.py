"""From Telegram's updates to turns; what is neither a message of a person nor a press of our button is no turn."""

from typing import Final

from aiogram.types import CallbackQuery, Chat, Message, Update

from bot.turns import Choice, Incoming
from broadcast.channels.telegram.buttons import read_press
from ground.clock import instant

PLATFORM: Final = "telegram"
KINDS: Final = ["message", "callback_query"]  # the updates that are asked for


def incoming(update: Update, account: str) -> Incoming | None:
    """Return the turn that an update is, if it is one."""
    if update.message is not None:
        return _said(update.update_id, update.message, account)
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, account)
    return None


def _said(number: int, message: Message, account: str) -> Incoming | None:
    writer = message.from_user
    if writer is None or writer.is_bot:
        return None
    return Incoming(
        platform=PLATFORM,
        account=account,
        update=str(number),
        address=str(message.chat.id),
        text=message.text or message.caption or "",
        happened_at=instant(message.date),
        is_group=_is_group(message.chat),
        language=writer.language_code or "",
    )


def _pressed(number: int, query: CallbackQuery, account: str) -> Incoming | None:
    press = read_press(query.data or "")
    if query.message is None or press is None:
        return None
    return Incoming(
        platform=PLATFORM,
        account=account,
        update=str(number),
        address=str(query.message.chat.id),
        choice=Choice(press.key, press.choice),
        is_group=_is_group(query.message.chat),
        language=query.from_user.language_code or "",
    )


def _is_group(chat: Chat) -> bool:
    return chat.type != "private"
