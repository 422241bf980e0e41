"""CAP becomes a draft: once per message, in the right area, in place of what it refers to, never from drill to real."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from broadcast.alerts.cap.reading import read_cap
from broadcast.alerts.cap.taking import Taken
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Ending, Instruction, Level, MsgType, Nature, Status
from broadcast.alerts.receiving import take_cap
from broadcast.errors import CapRefused, KnownAlready
from broadcast.stores import notices
from broadcast.stores.tables import alerts
from ground.actor import Actor, Role
from ground.clock import DAY, HOUR, MINUTE
from ground.transaction import Database
from tests.broadcast.alerts.warnings import OFFICE, SAMPLES, Town, town
from tests.builders import NOON, World

TEN = NOON - 2 * HOUR
RAIN, UPDATE, CANCEL = (
    (SAMPLES / name).read_text(encoding="utf-8") for name in ("rain.xml", "rain_update.xml", "rain_cancel.xml")
)


@pytest.fixture
async def hehu(database: Database) -> Town:
    return await town(database)


async def take(
    town: Town, document: str | bytes, actor: Actor | None = None, area: int | None = None, now: int = TEN
) -> Taken:
    reading = read_cap(document.encode() if isinstance(document, str) else document)
    async with town.database.writing() as tx:
        return await take_cap(tx, actor or town.officer, OFFICE, reading, now, area=area)


def codes_of(taken: Taken) -> Sequence[str]:
    return [note.code for note in taken.notes]


async def test_a_rain_warning_becomes_a_draft_that_can_be_issued_as_it_is(hehu: Town) -> None:
    taken = await take(hehu, RAIN)
    alert = taken.alert
    assert codes_of(taken) == []
    assert (alert.state, alert.level, alert.event_code, alert.area) == (State.DRAFT, Level.ORANGE, "11B03", hehu.area)
    assert (alert.identity.sent, alert.identity.sent_text) == (TEN, "2021-06-28T10:00:00+08:00")
    assert alert.contents["zh_CN"].instruction == Instruction(do="住在坡下的人马上离开。")
    assert alert.contents["zh_CN"].sender_name == "丰城市气象台"
    assert (alert.onset, alert.expires) == (TEN + 30 * MINUTE, TEN + 12 * HOUR)
    assert list(alert.target) == [{"name": "荷湖乡", "expression": "area(360981205000)"}]
    assert alert.cap_digest == read_cap(RAIN.encode()).digest
    issued = await hehu.issue(await hehu.approve(alert, TEN), TEN)
    assert issued.identity == alert.identity


async def test_the_same_file_twice_is_the_same_draft(hehu: Town) -> None:
    first = await take(hehu, RAIN)
    spaced = await take(hehu, RAIN.replace("2021-06-28T10:00:00+08:00", "2021-06-28T02:00:00-00:00").replace("  ", ""))
    assert not first.again
    assert spaced.again
    assert spaced.alert == first.alert
    async with hehu.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(alerts)) == 1


async def test_another_sender_with_the_same_identifier_is_another_message(sqlite: Database) -> None:
    hehu = await town(sqlite)
    first = await take(hehu, RAIN)
    other = await take(hehu, RAIN.replace("<sender>36098141600000", "<sender>somebody.else"))
    assert not other.again
    assert other.alert.id != first.alert.id


async def test_two_who_take_the_same_file_at_once_get_the_same_draft(postgresql: Database) -> None:
    hehu = await town(postgresql)
    taken = await asyncio.gather(*(take(hehu, RAIN) for _ in range(4)))
    assert len({each.alert.id for each in taken}) == 1
    assert sorted(each.again for each in taken) == [False, True, True, True]


async def test_a_file_that_others_took_is_not_shown_to_strangers(hehu: Town) -> None:
    await take(hehu, RAIN)
    with pytest.raises(KnownAlready):
        await take(hehu, RAIN, hehu.stranger)


async def test_an_update_of_ours_becomes_a_draft_that_replaces_it(hehu: Town) -> None:
    issued = await hehu.issue(await hehu.approve((await take(hehu, RAIN)).alert, TEN), TEN)
    update = (await take(hehu, UPDATE, now=TEN + HOUR)).alert
    assert (update.msg_type, update.replaces, update.level) == (MsgType.UPDATE, issued.id, Level.RED)
    cancel = (await take(hehu, CANCEL, now=TEN + 8 * HOUR)).alert
    assert (cancel.ending, cancel.replaces, cancel.target) == (Ending.LIFTED, issued.id, [])
    assert cancel.contents["zh_CN"].area_desc == "荷湖乡"
    lifted = await hehu.issue(await hehu.approve(cancel, TEN + 8 * HOUR), TEN + 8 * HOUR)
    async with hehu.database.reading() as tx:
        (told,) = await notices.of_origin(tx, hehu.officer, f"alert:{lifted.id}")
    assert len(told.tells_heard_of) == 1


async def test_an_update_of_what_was_updated_replaces_what_stands_now(hehu: Town) -> None:
    issued = await hehu.issue(await hehu.approve((await take(hehu, RAIN)).alert, TEN), TEN)
    ours = await hehu.updated(issued, TEN + MINUTE, onset=TEN)
    assert (await take(hehu, UPDATE)).alert.replaces == ours.id


async def test_an_update_of_a_draft_that_never_went_out_drops_that(sqlite: Database) -> None:
    hehu = await town(sqlite)
    draft = (await take(hehu, RAIN)).alert
    update = await hehu.issue(await hehu.approve((await take(hehu, UPDATE)).alert, TEN), TEN)
    async with hehu.database.reading() as tx:
        first, _ = await notices.of_origin(tx, hehu.officer, f"alert:{update.id}")
        state = await tx.value(select(alerts.c.state).where(alerts.c.id == draft.id))
    assert state == State.WITHDRAWN
    assert first.tells_heard_of == ()


async def test_a_drill_never_replaces_a_real_warning_nor_the_other_way_round(sqlite: Database) -> None:
    hehu = await town(sqlite)
    await take(hehu, RAIN)
    taken = await take(hehu, UPDATE.replace("<status>Actual", "<status>Exercise"))
    assert taken.alert.replaces is None
    assert taken.alert.status is Status.EXERCISE
    assert "reference.unknown" in codes_of(taken)


async def test_a_cancel_of_what_is_not_known_here_has_nobody_to_tell(sqlite: Database) -> None:
    hehu = await town(sqlite)
    with pytest.raises(CapRefused, match="no <info>"):
        await take(hehu, CANCEL)


@pytest.mark.parametrize("msg_type", ["Ack", "Error"])
async def test_an_answer_between_machines_warns_nobody(sqlite: Database, msg_type: str) -> None:
    with pytest.raises(CapRefused, match=f"an {msg_type}, which warns nobody"):
        await take(await town(sqlite), RAIN.replace("<msgType>Alert", f"<msgType>{msg_type}"))


async def test_real_alerts_of_others_leave_open_what_an_officer_must_choose(sqlite: Database) -> None:
    hehu = await town(sqlite)
    quake = await take(hehu, (SAMPLES / "v1dot2_appendix_adot3.xml").read_bytes())
    assert (quake.alert.area, quake.alert.event_code) == (hehu.area, "11C02")
    assert quake.alert.expires == quake.alert.identity.sent + DAY
    assert {"expires.assumed", "reference.unknown"} <= set(codes_of(quake))
    lost_child = await take(hehu, (SAMPLES / "v1dot2_appendix_adot4.xml").read_bytes())
    assert set(lost_child.alert.contents) == {"en", "es_US"}
    assert {"event.open"} <= set(codes_of(lost_child))


async def test_two_areas_belong_to_the_smallest_one_around_both(hehu: Town) -> None:
    world = World(hehu.database)
    second = await world.area("360981205206", "another", parent=hehu.area)
    one = "<geocode>\n        <valueName>GB/T 2260</valueName>\n        <value>360981205</value>\n      </geocode>"
    assert one in RAIN
    both = "".join(one.replace("360981205<", f"{code}<") for code in ("360981205205", "360981205206"))
    town_wide = (await take(hehu, RAIN.replace(one, both))).alert
    assert town_wide.area == hehu.area
    village = await take(hehu, RAIN.replace(one, one.replace("205<", "205206<")).replace("_0</", "_1</"))
    assert village.alert.area == second
    assert next(iter(town_wide.target))["expression"] == "area(360981205205) | area(360981205206)"


async def test_a_place_unknown_here_belongs_to_whoever_takes_it(sqlite: Database) -> None:
    hehu = await town(sqlite)
    taken = await take(hehu, RAIN.replace("<value>360981205", "<value>999"))
    assert taken.alert.area == hehu.area
    assert taken.alert.target == []


async def test_nobody_in_particular_must_say_where_an_unknown_place_is(sqlite: Database) -> None:
    hehu = await town(sqlite)
    anywhere = await World(hehu.database).operator(None, Role.OFFICER)
    unknown = RAIN.replace("<value>360981205", "<value>999")
    with pytest.raises(CapRefused, match="say to which area"):
        await take(hehu, unknown, anywhere)
    assert (await take(hehu, unknown, anywhere, area=hehu.village)).alert.area == hehu.village


async def test_an_all_clear_keeps_its_nature(sqlite: Database) -> None:
    hehu = await town(sqlite)
    past = RAIN.replace("<urgency>Immediate", "<responseType>AllClear</responseType><urgency>Past")
    assert (await take(hehu, past)).alert.nature == Nature("Past", "Likely", (), ("AllClear",))
