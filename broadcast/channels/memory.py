"""The memory channel: sends to a list. What it answers can be written down beforehand, for tests and measuring."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from broadcast.channels.base import Abilities, Accepted, Health, Outcome, Outgoing, Receipt, ReceiptSink, Webhook
from broadcast.channels.errors import SendError
from broadcast.channels.kind import ChannelKind, Surroundings

ABILITIES = Abilities(receipts=True, buttons=3, text_limit=4096)


@dataclass(frozen=True, slots=True)
class MemorySettings:
    account: str = "memory"
    remember: int | None = None  # how many sendings are kept; None: all


class MemoryChannel:
    """Takes everything, unless `answer` said otherwise for an address."""

    def __init__(
        self, settings: MemorySettings | None = None, *, name: str = "memory", abilities: Abilities = ABILITIES
    ) -> None:
        settings = settings or MemorySettings()
        self.name = name
        self.abilities = abilities
        self.account = settings.account
        self.sent: deque[Outgoing] = deque(maxlen=settings.remember)
        self._answers: defaultdict[str, deque[SendError]] = defaultdict(deque)
        self._always: dict[str, SendError] = {}
        self._sink: ReceiptSink | None = None
        self._count = 0

    def answer(self, address: str, *errors: SendError) -> None:
        """Let the next sendings to `address` end in `errors`, one each; those after them are taken."""
        self._answers[address].extend(errors)

    def always(self, address: str, error: SendError) -> None:
        """Let every sending to `address` end in `error`."""
        self._always[address] = error

    async def say(self, *receipts: Receipt) -> None:
        """Bring receipts as a provider would."""
        if self._sink is None:
            raise RuntimeError("the channel was not started")
        await self._sink(receipts)

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:  # noqa: ARG002 - nothing is to be closed
        self._sink = sink

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        for outgoing in batch:
            yield Outcome(outgoing.key, self._result(outgoing))

    async def probe(self) -> Health:
        return Health(well=True)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        return ()

    def _result(self, outgoing: Outgoing) -> Accepted | SendError:
        scripted = self._answers.get(outgoing.address)
        if scripted:
            return scripted.popleft()
        if outgoing.address in self._always:
            return self._always[outgoing.address]
        self.sent.append(outgoing)
        self._count += 1
        return Accepted(self.account, f"{outgoing.key}:{self._count}")


def _build(settings: MemorySettings, _surroundings: Surroundings) -> MemoryChannel:
    return MemoryChannel(settings)


MEMORY = ChannelKind("memory", ABILITIES, MemorySettings, _build)
