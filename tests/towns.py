"""A small town for tests: a hub and a sandbox as real processes, a few villagers, and three people who may decide."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from app.demo.books import read_books, read_ledger
from app.demo.checker import Finding, check
from app.demo.desk import Desk
from app.demo.director import Director, Line
from app.demo.stage import Stage, Tempo
from ground.clock import HOUR

T = TypeVar("T")
AREA, VILLAGE, OTHER_VILLAGE = "9981", "998101", "998102"
PATIENCE = 45.0  # seconds on a busy machine
CHATS, PHONES, GATEWAYS = 12, 6, 2  # of the standing town
EVERYBODY = CHATS + PHONES + GATEWAYS
PROVED = PHONES + GATEWAYS  # a chat has no receipts
NOTHING = Finding(planned=0, states={}, duplicates=0, lost=0, faults=())
TARGET = [{"name": "everybody", "expression": f"area({AREA})"}]
CONTENT = {
    "headline": "暴雨红色预警",
    "description": "山坡可能滑坡。",
    "instruction": {"do": "马上转移", "go": "学校", "call": "+99900001234"},
    "area_desc": "小镇",
    "sender_name": "气象台",
}


@dataclass(slots=True)
class Town:
    """A town may be used by several tests: each looks at what came after its own `begin`."""

    stage: Stage
    admin: Desk
    officer: Desk
    approver: Desk
    phones: Sequence[str]
    chats: Sequence[str]
    line: int = 0  # of the ledger, at which the test began
    before: Finding = NOTHING

    async def begin(self) -> None:
        self.before = await self._finding()
        _, self.line = await self.director.ledger()

    @property
    def director(self) -> Director:
        return self.stage.director

    async def warn(self) -> str:
        """Draft, submit, approve and issue a warning to everybody; return its id."""
        return await self.release(await self.officer.post("/alerts", self.warning()))

    async def release(self, draft: Any) -> str:
        alert = str(draft["id"])
        submitted = await self.officer.post(f"/alerts/{alert}/submit", {"version": draft["version"]})
        await self.approver.post(f"/alerts/{alert}/approve", {"version": submitted["version"]})
        await self.approver.post(f"/alerts/{alert}/issue")
        return alert

    def warning(self, **changed: Any) -> dict[str, Any]:
        now = self.stage.clock.now()
        given = {"area": AREA, "level": 1, "event_code": "11B03", "onset": now, "expires": now + 12 * HOUR}
        return given | {"contents": {"zh_CN": CONTENT}, "target": TARGET} | changed

    async def heard(self, at_least: int, channel: str | None = None) -> Sequence[Line]:
        """Wait until the ledger has so many lines (of a channel), and return them."""

        async def enough() -> Sequence[Line] | None:
            lines, _ = await self.director.ledger(self.line)
            mine = [line for line in lines if channel in (None, line["channel"])]
            return mine if len(mine) >= at_least else None

        return await until(enough)

    async def proved(self, delivered: int) -> None:
        """Wait until the hub knows of so many that they were delivered."""

        async def known() -> bool | None:
            return (await self.finding()).states.get("delivered", 0) >= delivered or None

        await until(known)

    async def finding(self) -> Finding:
        """Return what the checker finds now; figures count from the test's beginning, faults are everybody's."""
        now, before = await self._finding(), self.before
        states = {state: n - before.states.get(state, 0) for state, n in now.states.items()}
        return replace(
            now,
            planned=now.planned - before.planned,
            duplicates=now.duplicates - before.duplicates,
            states=states,
        )

    async def settled(self, planned: int, delivered: int = 0) -> Finding:
        """Wait until so many are planned, so many proved, and the checker holds; return its finding, good or bad."""

        async def holds() -> Finding | None:
            finding = await self.finding()
            come = finding.planned >= planned and finding.states["delivered"] >= delivered
            return finding if come and finding.holds else None

        try:
            return await until(holds)
        except TimeoutError:
            return await self.finding()

    async def _finding(self) -> Finding:
        lines, _ = await self.director.ledger()
        return check(await read_books(self.stage.database), read_ledger(lines))


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    end = time.monotonic() + PATIENCE
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.1)


@asynccontextmanager
async def town(
    folder: Path,
    *,
    tempo: Tempo | None = None,
    on: Stage | None = None,
    phones: int = 0,
    chats: int = 0,
    gateways: int = 0,
) -> AsyncIterator[Town]:
    """Put up a town in which so many people have a phone, so many others a chat, and so many villages a loudspeaker."""
    async with on or Stage(folder, tempo) as stage:
        admin = await stage.desk(await stage.first_token())
        places = [AREA + ",Town,township,", f"{VILLAGE},Upper,village,{AREA}", f"{OTHER_VILLAGE},Lower,village,{AREA}"]
        await _import(admin, "areas", "code,name,level,parent_code", places)
        numbers = [f"+9993000{n:04d}" for n in range(phones)]
        with_phones = [f"S-{n},Sms {n},{VILLAGE},{number}" for n, number in enumerate(numbers)]
        with_chats = [f"T-{n},Chat {n},{VILLAGE}," for n in range(chats)]
        await _import(admin, "people", "id,name,area_code,phone", [*with_phones, *with_chats])
        ids = [str(40_000 + n) for n in range(chats)]
        await _open_chats(admin, ids)
        if gateways:
            await _put_up(stage, admin, gateways)
        yield Town(
            stage=stage,
            admin=admin,
            officer=await _operator(stage, admin, "officer"),
            approver=await _operator(stage, admin, "approver"),
            phones=numbers,
            chats=ids,
        )


async def _import(admin: Desk, kind: str, header: str, rows: Sequence[str]) -> None:
    content = "\n".join([header, *rows, ""]).encode()
    report = await admin.upload(f"/imports/{kind}", content, "text/csv", source="test", dry_run="false")
    assert report["applied"], report


async def _open_chats(admin: Desk, chats: Sequence[str]) -> None:
    names = [f"T-{n}" for n in range(len(chats))]
    if not names:
        return
    people = (await admin.post("/people/look-up", {"source": "test", "ids": names}))["people"]
    for name, chat in zip(names, chats, strict=True):
        await admin.post("/addresses", {"person": people[name], "channel": "telegram", "value": chat})


async def _put_up(stage: Stage, admin: Desk, count: int) -> None:
    rows = [f"G-{n},Gong {n},{(VILLAGE, OTHER_VILLAGE)[n % 2]}" for n in range(count)]
    await _import(admin, "gateways", "code,name,area_code", rows)
    await stage.director.put_up({f"G-{n}": await admin.post(f"/gateways/G-{n}/account") for n in range(count)})

    async def all_online() -> bool | None:
        return await stage.director.gateways_online() == count or None

    await until(all_online)


async def _operator(stage: Stage, admin: Desk, role: str) -> Desk:
    made = await admin.post("/operators", {"title": role, "area": AREA, "roles": [role]})
    token = await admin.post("/tokens", {"operator": made["id"], "label": "test"})
    return await stage.desk(token["secret"])
