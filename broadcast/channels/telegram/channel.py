"""The Telegram channel: one message per delivery, with buttons for the answer; no receipts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from aiogram.methods import GetMe, SendMessage
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyKeyboardMarkup

from broadcast.channels.base import Accepted, Health, Outcome, Outgoing, ReceiptSink, Webhook
from broadcast.channels.batch import one_by_one
from broadcast.channels.errors import Rejected, SendError
from broadcast.channels.probing import answered
from broadcast.channels.telegram.account import TelegramAccount
from broadcast.channels.telegram.buttons import asking, keyboard
from broadcast.channels.telegram.settings import ABILITIES, TelegramSettings

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    name = "telegram"
    abilities = ABILITIES

    def __init__(self, settings: TelegramSettings) -> None:
        self.account = TelegramAccount(settings)

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:  # noqa: ARG002 - Telegram has no receipts
        await self.account.open(stack)

    def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        return one_by_one(batch, self._send_one)

    async def probe(self) -> Health:
        """Ask who the bot is: a wrong or revoked token is told."""
        asking = self.account.ask(GetMe())
        return await answered(asking)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        """None: what people say to the bot comes in through bot/platforms/telegram.py."""
        return ()

    async def _send_one(self, outgoing: Outgoing) -> Accepted | SendError:
        try:
            buttons = keyboard(outgoing.key, outgoing.message.choices) or asking(outgoing.message, outgoing.address)
        except ValueError:
            return Rejected("button_too_long")
        answer = await self.account.say(_method(outgoing, buttons), outgoing.lane, outgoing.address)
        if isinstance(answer, Message):
            return Accepted(self.account.name, self.account.message_id(outgoing.address, answer.message_id))
        return answer


def _method(outgoing: Outgoing, buttons: InlineKeyboardMarkup | ReplyKeyboardMarkup | None) -> SendMessage:
    return SendMessage(
        chat_id=outgoing.address,
        text=outgoing.message.text,
        reply_markup=buttons,
        link_preview_options=NO_PREVIEW,
    )
