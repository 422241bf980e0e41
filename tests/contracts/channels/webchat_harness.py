"""The web chat as it stands to be tried: a real database, a real server, and pages that read their streams."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.turns import Incoming, Reply
from broadcast.channels.base import Receipt
from broadcast.channels.webchat.session import Session
from ground.clock import WallClock
from ground.transaction import open_database
from tests import databases
from tests.contracts.channels.harness import Harness, Trouble
from tests.pages import Page, chat_channel, house_with_chat, serving


class WebchatHarness:
    """A page is opened when it is asked what it heard."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'pages.db'}"
        self.database = open_database(url)
        self.channel = chat_channel(self.database, WallClock())
        self.receipts: list[Receipt] = []
        self.secrets: Sequence[str] = [_session(number).secret for number in range(1, 9)]
        self.url = ""
        self._pages: dict[str, Page] = {}

    def address(self, number: int) -> str:
        session = _session(number)
        self._pages.setdefault(session.address, Page("", session))
        return session.address

    async def lose(self, address: str) -> None:
        await self.channel.end(address)

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        raise NotImplementedError

    async def unplug(self) -> None:
        """Do nothing: there is no provider but ourselves."""

    async def heard(self, address: str) -> Sequence[str]:
        page = await self._looked(address)
        return [each["text"] for each in page.told]

    async def settle(self) -> None:
        for address in self._pages:
            await (await self._looked(address)).acknowledge()

    async def take(self, receipts: Sequence[Receipt]) -> None:
        self.receipts.extend(receipts)

    async def _looked(self, address: str) -> Page:
        page = self._pages[address]
        page.url = self.url
        await page.look()
        return page


def _session(number: int) -> Session:
    return Session(f"{number:043}")


async def _nobody(_turn: Incoming) -> Reply | None:
    return None


@asynccontextmanager
async def webchat(folder: Path, _patience: float) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        await databases.make_tables(f"sqlite:///{folder / 'pages.db'}")
        harness = WebchatHarness(folder)
        stack.push_async_callback(harness.database.close)
        await harness.channel.start(stack, harness.take)
        house = house_with_chat(harness.database, folder, WallClock(), harness.channel, _nobody)
        harness.url = await stack.enter_async_context(serving(house))
        yield harness
