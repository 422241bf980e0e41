"""From Telegram's updates to turns; what is neither a message of a person nor a press of our button is no turn."""

import re
from typing import Final

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Chat, Document, Message, Update, User

from bot.platforms.photos import LARGEST
from bot.turns import Choice, Contact, Incoming, Place
from broadcast.channels.telegram.buttons import read_press
from ground.clock import instant

PLATFORM: Final = "telegram"
KINDS: Final = ["message", "callback_query"]  # the updates that are asked for
START: Final = re.compile(r"/start(?:@\w+)? ([A-Za-z0-9_-]{1,64})")
UNREAD: Final = frozenset({
    "animation", "audio", "checklist", "dice", "document", "game", "invoice", "live_photo", "paid_media", "poll",
    "sticker", "story", "unknown", "video", "video_note", "voice",
})  # fmt: skip


def incoming(update: Update, account: str) -> Incoming | None:
    """Return the turn that an update is, if it is one."""
    if update.message is not None:
        return _said(update.update_id, update.message, account)
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, account)
    return None


def photo_in(update: Update) -> str:
    """Return the file that holds the photo of an update, the largest that is not too large; nothing if there is none.

    A picture that was sent as a file is a photo, too.
    """
    message = update.message
    if message is None:
        return ""
    if message.photo:
        fitting = [size for size in message.photo if (size.file_size or 0) <= LARGEST]
        return max(fitting or message.photo[:1], key=lambda size: size.width * size.height).file_id
    return message.document.file_id if _is_picture(message.document) and message.document else ""


def _said(number: int, message: Message, account: str) -> Incoming | None:
    writer = message.from_user
    if writer is None or writer.is_bot:
        return None
    text = message.text or message.caption or ""
    link = _link_in(text)
    turn = Incoming(
        platform=PLATFORM,
        account=account,
        update=str(number),
        address=str(message.chat.id),
        text="" if link else text,
        happened_at=instant(message.date),
        is_group=_is_group(message.chat),
        language=writer.language_code or "",
        place=_place_in(message),
        contact=_contact_in(message, writer),
        link=link,
        unread=_unread_in(message),
    )
    silent = not (turn.text or turn.place or turn.contact or turn.link or turn.unread)
    return None if silent and not message.photo and not _is_picture(message.document) else turn


def _link_in(text: str) -> str:
    """Return the code behind /start, as a poster's link brings it."""
    found = START.fullmatch(text.strip())
    return found[1] if found else ""


def _place_in(message: Message) -> Place | None:
    shared = message.location or (message.venue.location if message.venue else None)
    return Place(shared.latitude, shared.longitude) if shared else None


def _contact_in(message: Message, writer: User) -> Contact | None:
    """Telegram vouches for a number only if the contact is the sender's own account, and was not passed on."""
    shared = message.contact
    if shared is None:
        return None
    own = shared.user_id == writer.id and message.forward_origin is None and not _is_group(message.chat)
    phone = shared.phone_number
    return Contact(f"+{phone.lstrip('+')}" if own else phone, vouched=own)


def _unread_in(message: Message) -> str:
    """Return the name of what no conversation reads; nothing if it can be read, or is no word of a person."""
    kind = ContentType(message.content_type).value
    return kind if kind in UNREAD and not _is_picture(message.document) else ""


def _is_picture(document: Document | None) -> bool:
    return document is not None and (document.mime_type or "").startswith("image/")


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
