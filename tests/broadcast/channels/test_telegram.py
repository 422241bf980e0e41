"""Telegram's own ways: limits without a single 429, what its errors mean, buttons, groups that move."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiogram.exceptions
import pytest
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramAPIError
from aiogram.methods import GetMe
from hypothesis import given
from hypothesis import strategies as st

from broadcast.channels.base import Accepted, Outcome, Outgoing
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.telegram.buttons import BYTES, Press, keyboard, read_press
from broadcast.channels.telegram.channel import TelegramChannel
from broadcast.channels.telegram.meanings import meaning
from broadcast.channels.telegram.settings import TelegramSettings
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key
from broadcast.notices import Lane
from sandbox.telegram.limits import Limits
from sandbox.telegram.server import TelegramPeer
from tests.contracts.channels.peer_harness import new_world, sink_into


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def started(folder: Path, stack: AsyncExitStack, limits: Limits, **settings: Any) -> Any:
    peer = TelegramPeer(new_world(folder, stack), limits=limits)
    told = await peer.start(stack)
    channel = TelegramChannel(TelegramSettings(told["token"], base_url=told["url"], **settings))
    await channel.start(stack, sink_into([]))
    return peer, channel


def to(*chats: int) -> list[Outgoing]:
    return [
        Outgoing(Key(1, seq), str(chat), Message("暴雨红色预警"), Lane.IMMEDIATE) for seq, chat in enumerate(chats, 1)
    ]


async def send(channel: TelegramChannel, batch: list[Outgoing]) -> list[Outcome]:
    return [outcome async for outcome in channel.send(batch)]


async def test_the_limits_of_the_account_are_kept_without_a_single_429(tmp_path: Path, stack: AsyncExitStack) -> None:
    # a busy machine may bunch what was sent in time: the peer counts a few more in a second than we are to send
    peer, channel = await started(tmp_path, stack, Limits(per_second=40, per_chat=2, per_group=120), per_group=120.0)
    crowd = [*range(1, 71), 500, 500, 500, -100, -100, -100]
    outcomes = await send(channel, to(*crowd))
    assert all(isinstance(outcome.result, Accepted) for outcome in outcomes)
    assert peer.refused == 0


async def test_a_limit_that_telegram_lowered_is_obeyed_when_it_says_so(tmp_path: Path, stack: AsyncExitStack) -> None:
    peer, channel = await started(tmp_path, stack, Limits(per_second=5, per_chat=None, per_group=None), patience=0.5)
    outcomes = await send(channel, to(*range(1, 21)))
    throttled = [outcome.result for outcome in outcomes if isinstance(outcome.result, Throttled)]
    assert throttled
    assert all(result.retry_after >= 0.5 for result in throttled)
    assert peer.refused < 15  # whoever had no turn yet never asked


async def test_a_group_that_moved_is_gone_and_says_where_to(tmp_path: Path, stack: AsyncExitStack) -> None:
    peer, channel = await started(tmp_path, stack, Limits())
    peer.chats.moved[-5] = -1005
    [outcome] = await send(channel, to(-5))
    assert outcome.result == Gone("migrated", moved_to="-1005")
    assert "-1005" not in repr(outcome)


@pytest.mark.parametrize(
    ("stands", "reason"), [("blocked", "blocked"), ("deactivated", "deactivated"), ("missing", "no_chat")]
)
async def test_a_chat_that_is_lost_says_why(tmp_path: Path, stack: AsyncExitStack, stands: str, reason: str) -> None:
    peer, channel = await started(tmp_path, stack, Limits())
    getattr(peer.chats, stands).add(7)
    [outcome] = await send(channel, to(7))
    assert outcome.result == Gone(reason)


async def test_a_wrong_token_closes_nobodys_address(tmp_path: Path, stack: AsyncExitStack) -> None:
    peer, _ = await started(tmp_path, stack, Limits())
    told = await peer.start(stack)
    stranger = TelegramChannel(TelegramSettings("1:wrong", base_url=told["url"]))
    await stranger.start(stack, sink_into([]))
    [outcome] = await send(stranger, to(7))
    assert outcome.result == Unreachable("account_refused")


def test_every_error_of_the_library_has_a_meaning() -> None:
    kinds = [
        kind
        for kind in vars(aiogram.exceptions).values()
        if isinstance(kind, type) and issubclass(kind, AiogramError) and issubclass(kind, TelegramAPIError)
    ]
    assert len(kinds) > 10
    for kind in kinds:
        error = kind.__new__(kind)
        TelegramAPIError.__init__(error, method=GetMe(), message="?")
        error.retry_after, error.migrate_to_chat_id = 3, 4  # type: ignore[attr-defined]
        assert isinstance(meaning(error), SendError)
    assert meaning(ClientDecodeError("?", ValueError(), "?")) == Unreachable("rubbish", maybe_accepted=True)


async def test_a_choice_too_long_for_a_button_is_this_messages_fault(tmp_path: Path, stack: AsyncExitStack) -> None:
    _, channel = await started(tmp_path, stack, Limits())
    message = Message("一条", (Choice("x" * 64, "长"),))
    [outcome] = await send(channel, [Outgoing(Key(1, 1), "7", message)])
    assert outcome.result == Rejected("button_too_long")


@given(st.integers(0, 2**63), st.integers(0, 2**31), st.text(st.characters(codec="ascii"), min_size=1, max_size=20))
def test_a_button_says_what_it_was_made_for(notice: int, seq: int, word: str) -> None:
    markup = keyboard(Key(notice, seq), (Choice(word, "x"),))
    assert markup is not None
    carried = markup.inline_keyboard[0][0].callback_data or ""
    assert len(carried.encode()) <= BYTES
    assert read_press(carried) == Press(Key(notice, seq), word)


@given(st.text(max_size=64))
def test_a_button_that_is_none_of_ours_is_nothing(carried: str) -> None:
    press = read_press(carried)
    assert press is None or carried == f"a:{press.key}:{press.choice}"


@pytest.mark.parametrize(("wants", "asks"), [("place", "request_location"), ("contact", "request_contact")])
async def test_what_is_wanted_is_offered_as_one_button(
    tmp_path: Path, stack: AsyncExitStack, wants: str, asks: str
) -> None:
    peer, channel = await started(tmp_path, stack, Limits(per_second=None, per_chat=None))
    message = Message("您在哪个村？", wants=wants, wanted="按这里")
    for chat in ("7", "-100"):  # a group cannot show it, and is asked in words all the same
        [outcome] = await send(channel, [Outgoing(Key(1, 1), chat, message)])
        assert isinstance(outcome.result, Accepted)
    assert peer.chats.button_offered(7) == {"text": "按这里", asks: True}
    with pytest.raises(LookupError):
        peer.chats.button_offered(-100)
