"""The chat page over HTTP: its size, its languages, its form without script, and the stream behind it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from app.house import House
from app.pages.chat.files import SHELF
from app.rounds import rounds_of
from audiences.stores.tables import addresses
from broadcast.channels.base import Accepted, Outgoing, Receipt, Word
from broadcast.channels.errors import Gone
from broadcast.channels.webchat.session import Session
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key
from broadcast.stores import webchat
from broadcast.stores.tables import webchat_messages, webchat_sessions
from ground.actor import system
from ground.clock import HandClock, machine_now
from ground.transaction import Database
from tests.app.chat import Ear, Visitor, key
from tests.app.test_chat_doors import picture
from tests.builders import NOON
from tests.pages import Page, chat_channel, house_with_chat, serving

BUDGET = 20_000  # bytes, packed, of the page with everything that it fetches
CHOICES = (Choice("received", "收到"), Choice("safe", "安全"))
HUB = system("test")


@pytest.fixture
def ear() -> Ear:
    return Ear()


class Told:
    """A channel on a database, its house, and what it brought as receipts."""

    def __init__(self, database: Database, folder: Path, ear: Ear) -> None:
        self.database = database
        self.channel = chat_channel(database, HandClock(NOON))
        self.house = house_with_chat(database, folder, HandClock(NOON), self.channel, ear.hear)
        self.receipts: list[Receipt] = []
        self._seq = 0

    async def take(self, receipts: object) -> None:
        self.receipts.extend(receipts)  # type: ignore[arg-type]

    async def tell(self, session: Session, *texts: str, drill: bool = False, seq: int = 0) -> None:
        """Send texts to a browser, as the engine does."""
        batch = []
        for text in texts:
            self._seq += 1
            address = session.address
            batch.append(Outgoing(Key(7, seq or self._seq), address, Message(text, CHOICES), drill=drill))
        outcomes = [each.result async for each in self.channel.send(batch)]
        assert all(isinstance(each, Accepted) for each in outcomes)


@pytest.fixture
async def told(database: Database, tmp_path: Path, ear: Ear) -> AsyncIterator[Told]:
    async with AsyncExitStack() as stack:
        told = Told(database, tmp_path, ear)
        await told.channel.start(stack, told.take)
        yield told


@pytest.fixture
async def page(told: Told) -> AsyncIterator[Page]:
    async with serving(told.house) as url:
        yield Page(url, Session("a" * 43))


async def shown(visitor: Visitor, path: str = "/c", **headers: str) -> str:
    answer = await visitor.http.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_page_with_all_it_fetches_is_small(told: Told) -> None:
    visitor = Visitor(told.house, "")
    fetched = [
        "/c/beixia-3",
        SHELF.address_of("chat.css"),
        SHELF.address_of("chat.js"),
        SHELF.address_of("keeping.js"),
        "/c/-/worker.js",
    ]
    sizes = {}
    for path in fetched:
        answer = await visitor.http.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        sizes[path] = int(answer.headers["Content-Length"])
    assert sum(sizes.values()) <= BUDGET, sizes


async def test_the_page_fetches_nothing_from_elsewhere_and_runs_no_script_but_its_own(told: Told) -> None:
    answer = await Visitor(told.house).http.get("/c")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert all(each.startswith(("/c", "data:,", "tel:")) for each in sources)
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all("src=" in each or "application/json" in each for each in scripts)
    assert "style=" not in answer.text


async def test_no_emoji_is_needed(told: Told) -> None:
    written = await shown(Visitor(told.house)) + "".join(each.content.decode() for each in SHELF.files.values())
    assert not re.findall("[\u2600-\u27bf\U0001f000-\U0001ffff]", written)


async def test_files_are_kept_for_ever_under_the_name_of_what_they_hold(told: Told) -> None:
    visitor = Visitor(told.house)
    kept = await visitor.http.get(SHELF.address_of("chat.js"))
    assert "immutable" in kept.headers["Cache-Control"]
    assert (await visitor.http.get("/c/-/chat.000000000000.js")).status_code == 404
    worker = await visitor.http.get("/c/-/worker.js")
    assert SHELF.address_of("chat.js") in worker.text
    assert worker.headers["Service-Worker-Allowed"] == "/c"


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [
        ("/c", "zh-CN,zh;q=0.9", "zh-CN"),
        ("/c", "en-GB,en;q=0.9", "en"),
        ("/c", "fr, en;q=0.5", "en"),
        ("/c", "bo", "zh-CN"),
        ("/c?lang=en", "zh-CN", "en"),
        ("/c?lang=<script>", "zh-CN", "zh-CN"),
    ],
)
async def test_the_page_speaks_the_language_of_the_browser_or_the_one_that_was_asked_for(
    told: Told, path: str, accepts: str, language: str
) -> None:
    html = await shown(Visitor(told.house), path, **{"Accept-Language": accepts})
    assert f'<html lang="{language}">' in html


async def test_a_language_asked_for_by_a_word_is_kept_for_the_page(told: Told) -> None:
    visitor = Visitor(told.house)
    assert (await visitor.say(text="English")).json()["language"] == "en"
    assert '<html lang="en">' in await shown(visitor, **{"Accept-Language": "zh-CN"})


async def test_a_posters_code_travels_with_the_form_and_a_strange_one_does_not(told: Told) -> None:
    visitor = Visitor(told.house)
    assert 'name="link" value="beixia-3"' in await shown(visitor, "/c/beixia-3")
    assert 'name="link" value=""' in await shown(visitor, "/c/%22%3E%3Cscript%3E")


async def test_without_script_a_form_is_heard_and_the_answer_stands_on_the_page(told: Told, ear: Ear) -> None:
    visitor = Visitor(told.house)
    sent = await visitor.form(text="房顶掀了", link="beixia-3", photo=("p.jpg", picture()))
    assert (sent.status_code, sent.headers["Location"]) == (303, "/c#last")
    assert [(turn.link, bool(turn.photos), turn.text) for turn in ear.heard] == [
        ("beixia-3", False, ""),
        ("", True, ""),
        ("", False, "房顶掀了"),
    ]
    await told.tell(visitor.session, "<b>记下了</b>，马上来人。")
    html = await shown(visitor)
    assert "&lt;b&gt;记下了" in html
    assert 'value="7.1:safe"' in html


async def test_a_form_that_is_sent_again_is_heard_once(told: Told, ear: Ear) -> None:
    visitor, turn = Visitor(told.house), key()
    for _ in range(2):
        await visitor.form(key=turn, text="房顶掀了", link="beixia-3")
    assert len(ear.heard) == 2


async def test_a_button_pressed_without_script_is_an_answer_and_says_what_was_seen(told: Told, ear: Ear) -> None:
    visitor = Visitor(told.house)
    await told.tell(visitor.session, "马上转移")
    seen = re.findall(r'name="seen" value="([^"]*)"', await shown(visitor))[0]
    assert told.receipts == []
    await visitor.form(pressed="7.1:safe", seen=seen)
    [turn] = ear.heard
    assert turn.choice is not None
    assert (turn.choice.key, turn.choice.word) == (Key(7, 1), "safe")
    assert [(each.word, each.key) for each in told.receipts] == [(Word.DELIVERED, Key(7, 1))]


async def test_what_cannot_be_taken_stays_in_the_form(told: Told, ear: Ear) -> None:
    visitor = Visitor(told.house)
    answer = await visitor.form(text="房顶掀了<", photo=("p.jpg", b"not a picture"))
    assert answer.status_code == 422
    assert "请重拍一张" in answer.text
    assert "房顶掀了&lt;</textarea>" in answer.text


async def test_a_drill_is_seen_at_once_and_the_real_thing_is_not_taken_for_one(told: Told) -> None:
    visitor = Visitor(told.house)
    await told.tell(visitor.session, "【演练】马上转移", drill=True)
    assert "<title>【演练】" in await shown(visitor)
    await told.tell(visitor.session, "马上转移")
    html = await shown(visitor)
    assert "<title>【演练】" not in html
    assert 'class="drill" hidden' in html


async def test_without_the_channel_the_page_says_how_to_switch_it_on(house: House) -> None:
    answer = await Visitor(house).http.get("/c")
    assert answer.status_code == 404
    assert "channels.webchat" in answer.json()["detail"]


async def test_a_page_that_is_open_hears_at_once(told: Told, page: Page) -> None:
    async with page.client() as client, client.stream("GET", "/c/-/stream") as answer:
        batches = page.batches(answer)
        assert await anext(batches) == []
        await told.tell(page.session, "马上转移")
        async with asyncio.timeout(2):
            [line] = await anext(batches)
    assert (line["text"], line["delivery"], line["at"], line["drill"]) == ("马上转移", "7.1", NOON, False)


async def test_a_stream_goes_on_where_it_broke_off(told: Told, page: Page) -> None:
    await told.tell(page.session, "一", "二")
    assert [each["text"] for each in await page.look()] == ["一", "二"]
    await told.tell(page.session, "三")
    assert [each["text"] for each in await page.look()] == ["三"]
    by_itself = {"Last-Event-ID": page.last}  # as a browser says it: the header counts, not the address
    async with page.client() as client, client.stream("GET", "/c/-/stream?after=", headers=by_itself) as answer:
        assert await anext(page.batches(answer)) == []


@pytest.mark.parametrize("after", ["", "x", "another.99", "a.b.c", ".", "9" * 60, "tag.99999999999", "%00"])
async def test_whoever_does_not_know_where_it_broke_off_hears_all(told: Told, page: Page, after: str) -> None:
    await told.tell(page.session, "一")
    page.last = after
    assert [each["text"] for each in await page.look()] == ["一"]


async def test_a_page_hears_nothing_that_is_meant_for_another(told: Told, page: Page) -> None:
    await told.tell(Session("b" * 43), "给别人的")
    assert await page.look() == []
    page.told = [{"seq": 1}]
    await page.acknowledge()
    assert told.receipts == []


async def test_what_is_sent_again_is_shown_once(told: Told, page: Page) -> None:
    await told.tell(page.session, "马上转移", seq=5)
    await told.tell(page.session, "马上转移", seq=5)
    assert len(await page.look()) == 1


async def test_a_page_says_only_once_what_it_has(told: Told, page: Page) -> None:
    await told.tell(page.session, "一", "二")
    await page.look()
    await page.acknowledge()
    await page.acknowledge()
    assert [(each.word, each.key, each.account) for each in told.receipts] == [
        (Word.DELIVERED, Key(7, 1), "webchat"),
        (Word.DELIVERED, Key(7, 2), "webchat"),
    ]


async def test_a_browser_opens_only_so_many_pages(told: Told, page: Page) -> None:
    async with AsyncExitStack() as stack:
        client, open_ones = await stack.enter_async_context(page.client()), []
        for _ in range(8):
            answer = await stack.enter_async_context(client.stream("GET", "/c/-/stream"))
            open_ones.append(page.batches(answer))
            await anext(open_ones[-1])
        assert (await client.get("/c/-/stream")).status_code == 503
        assert len(told.channel.bell) == 8


async def test_many_that_write_to_one_browser_at_once_leave_no_gap_behind_a_reader(told: Told, page: Page) -> None:
    async def write(number: int) -> None:
        await told.tell(page.session, f"{number}")

    heard: list[str] = []
    writing = asyncio.gather(*(write(number) for number in range(20)))
    while len(heard) < 20:
        heard += [each["text"] for each in await page.look()]
    await writing
    assert sorted(heard, key=int) == [str(number) for number in range(20)]


async def test_what_another_process_writes_is_heard_too(postgresql: Database, tmp_path: Path, ear: Ear) -> None:
    async with AsyncExitStack() as stack:
        told, other = Told(postgresql, tmp_path, ear), Told(postgresql, tmp_path, ear)
        await told.channel.start(stack, told.take)
        page = Page(await stack.enter_async_context(serving(told.house)), Session("a" * 43))
        client = await stack.enter_async_context(page.client())
        answer = await stack.enter_async_context(client.stream("GET", "/c/-/stream"))
        batches = page.batches(answer)
        await anext(batches)
        await other.tell(page.session, "别处写的")
        async with asyncio.timeout(8):
            [line] = await anext(batches)
        assert line["text"] == "别处写的"


async def test_a_browser_that_is_cleared_is_told_nothing_any_more(told: Told) -> None:
    visitor = Visitor(told.house)
    await told.tell(visitor.session, "马上转移")
    assert (await visitor.http.post("/c/-/end", json={}, headers={"Origin": "https://evil.test"})).status_code == 403
    cleared = await visitor.http.post("/c/-/end", json={})
    assert (cleared.status_code, "Max-Age=0" in cleared.headers["Set-Cookie"]) == (204, True)
    assert await told.channel.lines_after(visitor.session.address, "") == []
    batch = [Outgoing(Key(7, 9), visitor.session.address, Message("又来了"))]
    assert [each.result async for each in told.channel.send(batch)] == [Gone("ended")]


async def test_old_messages_are_forgotten_and_numbers_go_on(told: Told, page: Page) -> None:
    await told.tell(page.session, "旧的")
    await page.look()
    async with told.database.writing() as tx:
        assert await webchat.forget_before(tx, HUB, machine_now() + 1, 10) == 1
    await told.tell(page.session, "新的")
    assert [each["text"] for each in await page.look()] == ["新的"]


async def test_what_an_erased_address_was_told_is_erased_and_its_browser_begins_anew(told: Told, page: Page) -> None:
    kept = Session("b" * 43)
    async with told.database.writing() as tx:
        await tx.execute(insert(addresses).values(channel="webchat", value=kept.address))
    await told.tell(page.session, "一", "二", "三")
    await told.tell(kept, "留下的")
    await page.look()
    [forgetting] = [each for each in rounds_of(told.house, None) if each.name == "pages told"]  # type: ignore[arg-type]
    await forgetting.work()
    async with told.database.reading() as tx:
        assert await tx.values(select(webchat_sessions.c.address)) == [kept.address]
        assert await tx.value(select(func.count()).select_from(webchat_messages)) == 1
    await told.tell(page.session, "又来了")
    assert [each["text"] for each in await page.look()] == ["又来了"]


async def test_a_picture_in_the_form_may_be_left_out(told: Told, ear: Ear) -> None:
    await Visitor(told.house).form(text="平安", photo=("", b""))
    assert [turn.text for turn in ear.heard] == ["平安"]
