"""叫应 with real telephones: ladders that call through the sandbox, people who pick up, are busy, or ring back."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import exists, select

from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import SendError
from broadcast.deliveries import Key
from broadcast.ladders.model import CALL, StepKind
from broadcast.stores.tables import attempts, notices, voice_lines
from ground.transaction import Database
from tests.bot.telephones import Telephones
from tests.ladders import Calling


class LadderTelephones(Telephones, Calling):
    """`phone` says how a number takes calls, `issue` begins, `pass_by` lets time go by, `ring` rings the hub."""

    def dialled(self, number: str) -> int:
        """How often the hub dialled a number, whether or not anybody picked up."""
        return sum(call.to == number for call in self.peer.exchange.calls.values())

    async def text_was_void(self, number: str, error: SendError) -> None:
        """Let the carrier say that a text reached nobody, and see what follows."""
        await self.carrier_says_void(number, error)
        await self.go_round()

    async def carrier_says_void(self, number: str, error: SendError) -> None:
        """Let the carrier say of the ladder's newest text to a number that it reached nobody."""
        told = (
            select(attempts).join(notices, notices.c.id == attempts.c.notice_id).order_by(attempts.c.notice_id.desc())
        )
        calls = told.where(notices.c.origin.startswith(f"{CALL}:"))
        texts = [each for each in self.channels["sms"].sent if each.address == number]
        async with self.database.reading() as tx:
            rows = {Key(row.notice_id, row.seq): row for row in await tx.rows(calls)}
        row = next(rows[each.key] for each in reversed(texts) if each.key in rows)
        receipt = Receipt(row.account, row.provider_id, Word.FAILED, "undelivered", error=error)
        await self.channels["sms"].say(receipt)

    async def something_due(self, after: int) -> bool:
        """A line that a call holds is free when the call ends, at whatever moment that is."""
        async with self.database.reading() as tx:
            held = await tx.value(select(exists().where(voice_lines.c.holder != "")))
        return held or await super().something_due(after)

    async def count(self, person: int, kind: StepKind) -> int:
        return (await self.steps_of(person)).count(kind)


@asynccontextmanager
async def telephones(database: Database, folder: Path) -> AsyncIterator[LadderTelephones]:
    async with AsyncExitStack() as stack:
        stage = LadderTelephones(database, folder)
        await stage.start(stack)
        yield stage
