"""The roll's doors: a link for one person and one roll, reports taken once, nobody else's rows, nothing hostile."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.house import House
from app.pages.roll.files import SHELF
from audiences.stores.tables import addresses
from audiences.stores.tables import households as homes
from bot.cases.evacuation import AlarmKind, PersonState, Way
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import links, orders
from bot.stores.evacuation.reports import Said, keep
from bot.stores.evacuation.tables import alarms, households, report_photos, reports
from bot.stores.evacuation.tables import links as link_rows
from ground.clock import DAY, HOUR, MINUTE, HandClock
from ground.transaction import Database
from tests.app.roll import WRONG, Phone, Slope, key, link_to, slope, tapped
from tests.app.test_chat_doors import picture
from tests.builders import NOON, World

BUDGET = 20_000  # bytes, packed, of the page with everything that it fetches


@pytest.fixture
async def there(world: World, house: House, database: Database) -> Slope:
    """The order was given at noon; it is ten minutes later."""
    made = await slope(world, database, house.clock)
    later(house, 10 * MINUTE)
    return made


@pytest.fixture
async def phone(house: House, database: Database, there: Slope) -> AsyncIterator[Phone]:
    phone = Phone(house)
    assert (await phone.open(await link_to(database, there))).status_code == 303
    yield phone
    await phone.http.aclose()


def later(house: House, by: int) -> None:
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(by)


async def kept(database: Database) -> list[Any]:
    async with database.reading() as tx:
        return list(await tx.rows(select(reports).order_by(reports.c.id)))


async def lift(database: Database, there: Slope, at: int) -> None:
    async with database.writing() as tx:
        await orders.lift(tx, MARSHAL, there.order.key, "over", at)


async def test_a_link_is_exchanged_for_a_cookie_that_no_script_reads_and_only_this_roll_gets(
    house: House, database: Database, there: Slope
) -> None:
    secret, phone = await link_to(database, there), Phone(house)
    answer = await phone.open(secret)
    cookie = next(each for each in answer.headers.get_list("Set-Cookie") if each.startswith("roll="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Path=/v/{phone.roll}" in cookie
    assert secret not in answer.headers["Location"] + cookie
    page = await phone.http.get(f"/v/{phone.roll}")
    assert page.status_code == 200
    assert "涂" not in page.text
    async with database.reading() as tx:
        kept_links = await tx.rows(select(link_rows))
    assert all(secret not in str(value) for row in kept_links for value in row)


async def test_the_roll_says_who_lives_there_whither_they_go_and_what_they_need(phone: Phone, there: Slope) -> None:
    roll = (await phone.look()).json()
    assert (roll["place"], roll["proven"], roll["closed"], roll["drill"]) == ("北下组", True, False, False)
    assert [[row["name"] for row in home["rows"]] for home in roll["homes"]] == [
        ["涂老太", "涂国平"],
        ["李梅", "李小宝"],
    ]
    assert roll["homes"][0]["rows"][0]["needs"] == ["cannot_walk"]
    assert roll["homes"][0]["shelter"] == there.shelter
    assert roll["shelters"][0]["name"] == "车草小学"


async def test_what_was_tapped_counts_at_its_own_time_by_the_person_from_the_page(
    phone: Phone, there: Slope, database: Database
) -> None:
    row = (await phone.rows())[1]
    answer = await phone.report(tapped(row["line"], age=4 * MINUTE))
    [taken] = answer.json()["reports"]
    assert (taken["result"], taken["state"], taken["missing"]) == ("kept", "moved", False)
    [report] = await kept(database)
    assert (report.happened_at, report.learned_at) == (NOON + 6 * MINUTE, NOON + 10 * MINUTE)
    assert (report.by, report.means, report.verified) == (f"person:{there.caller}", "page", True)
    assert report.shelter_id == there.shelter


async def test_another_shelter_of_the_place_may_be_named(
    phone: Phone, there: Slope, database: Database, world: World
) -> None:
    other = await world.area("2", "别的县", level="county")
    far = await world.site(other, "shelter", "很远的学校")
    shelters = {each["name"]: each["id"] for each in (await phone.look()).json()["shelters"]}
    assert list(shelters) == ["车草小学", "村委会"]
    lines = await phone.rows()
    hall = tapped(lines[1]["line"], shelter=shelters["村委会"])
    away = tapped(lines[2]["line"], shelter=far)
    answer = await phone.report(hall, away)
    assert [each["result"] for each in answer.json()["reports"]] == ["kept", "refused"]
    [report] = await kept(database)
    assert report.shelter_id == shelters["村委会"]


async def test_who_went_back_is_missing_again_and_raises_the_alarm(phone: Phone, database: Database) -> None:
    row = (await phone.rows())[1]
    await phone.report(tapped(row["line"], age=MINUTE))
    await phone.report(tapped(row["line"], "went_back"))
    back = (await phone.rows())[1]
    assert (back["state"], back["missing"]) == ("went_back", True)
    async with database.reading() as tx:
        assert AlarmKind.WENT_BACK in await tx.values(select(alarms.c.kind))


@pytest.mark.parametrize(("age", "at"), [(0, NOON + 10 * MINUTE), (30 * DAY, NOON), (WRONG, NOON)])
async def test_nothing_is_said_before_the_order_was_given_nor_in_the_future(
    phone: Phone, database: Database, age: int, at: int
) -> None:
    await phone.report(tapped((await phone.rows())[1]["line"], age=age))
    assert [each.happened_at for each in await kept(database)] == [at]


async def test_a_clock_that_is_right_is_believed_though_the_way_here_took_long(
    phone: Phone, database: Database
) -> None:
    said = tapped((await phone.rows())[1]["line"], at=NOON + 5 * MINUTE)
    await phone.report(said, sent=NOON + 9 * MINUTE)
    assert [each.happened_at for each in await kept(database)] == [NOON + 5 * MINUTE]


async def test_a_replayed_key_is_the_same_report_and_the_same_guest(phone: Phone, database: Database) -> None:
    rows, guest = await phone.rows(), key()
    said = tapped(rows[1]["line"]), {"key": key(), "added": guest, "state": "moved", "at": WRONG}
    added = [{"key": guest, "name": "王师傅", "kind": "worker"}]
    first = (await phone.report(*said, added=added)).json()
    later_on = (await phone.report(*said, added=added)).json()
    alone = (await phone.report(said[1])).json()
    assert [each["result"] for each in first["reports"]] == ["kept", "kept"]
    assert [each["result"] for each in [*later_on["reports"], *alone["reports"]]] == ["known"] * 3
    assert first["added"] == later_on["added"] == alone["added"]
    assert len(await kept(database)) == 2
    assert [row["name"] for row in (await phone.rows()).values()].count("王师傅") == 1


async def test_what_somebody_else_said_is_shown_and_ends_only_when_somebody_looked(
    phone: Phone, there: Slope, database: Database
) -> None:
    line = (await phone.rows())[3]["line"]
    said = Said(
        line=line,
        state=PersonState.REFUSED,
        happened_at=NOON + 8 * MINUTE,
        by="person:0",
        means=Way.CHAT,
        dedupe="other",
    )
    async with database.writing() as tx:
        await keep(tx, MARSHAL, [said], NOON + 9 * MINUTE)
    [taken] = (await phone.report(tapped(line, age=5 * MINUTE))).json()["reports"]
    assert (taken["state"], taken["missing"], taken["conflict"]) == ("refused", True, True)
    row = (await phone.rows())[3]
    assert [(each["state"], each["mine"]) for each in row["said"]] == [("moved", True), ("refused", False)]
    [checked] = (await phone.report(tapped(line, checks=True))).json()["reports"]
    assert (checked["state"], checked["conflict"]) == ("moved", False)


async def test_whose_number_is_not_proven_is_noted_for_checking_and_sees_no_numbers(
    house: House, database: Database, there: Slope
) -> None:
    async with database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.id == there.address).values(verified_at=None))
    phone = Phone(house)
    await phone.open(await link_to(database, there))
    rows = await phone.rows()
    assert all(not row["phones"] for row in rows.values())
    [taken] = (await phone.report(tapped(rows[1]["line"]))).json()["reports"]
    assert taken["missing"] is True
    assert [each.verified for each in await kept(database)] == [False]


async def test_nobody_reaches_another_roll(
    phone: Phone, house: House, world: World, database: Database, there: Slope
) -> None:
    elsewhere = await slope(world, database, house.clock, code="2")
    other = Phone(house)
    await other.open(await link_to(database, elsewhere))
    foreign = (await other.rows())[1]["line"]
    answer = await phone.report(tapped(foreign), tapped((await phone.rows())[1]["line"]))
    assert [each["result"] for each in answer.json()["reports"]] == ["refused", "kept"]
    phone.http.cookies.set("roll", dict(phone.http.cookies)["roll"], path=f"/v/{other.roll}")
    for each in (await phone.http.get(f"/v/{other.roll}/roll"), await phone.http.get(f"/v/{other.roll}")):
        assert each.status_code == 403
        assert "涂" not in each.text


async def test_who_answers_for_some_households_reports_on_no_others(
    phone: Phone, house: House, world: World, database: Database, there: Slope
) -> None:
    foreign = (await phone.rows())[3]["line"]
    async with database.writing() as tx:
        second = await tx.value(select(func.max(homes.c.id)))
        mine = households.c.household_id == second
        await tx.execute(update(households).where(mine).values(responsible_a_id=None))
    assert sorted(await phone.rows()) == [1, 2]
    [taken] = (await phone.report(tapped(foreign))).json()["reports"]
    assert taken == {"key": taken["key"], "result": "refused", "why": "no_row"}


async def test_who_answers_for_nobody_any_more_has_no_roll(phone: Phone, database: Database) -> None:
    async with database.writing() as tx:
        await tx.execute(update(households).values(responsible_a_id=None))
    assert (await phone.look()).status_code == 403


async def test_a_revoked_link_opens_nothing_and_what_it_opened_is_shut(
    phone: Phone, house: House, database: Database, there: Slope
) -> None:
    row, secret = (await phone.rows())[1]["line"], await link_to(database, there)
    async with database.writing() as tx:
        assert await links.revoke(tx, there.officer, there.order.key, there.caller, NOON) == 1
    assert (await phone.look()).status_code == 403
    assert (await phone.report(tapped(row))).status_code == 403
    assert (await phone.photo(picture())).status_code == 403
    assert (await Phone(house).open(secret)).status_code == 403
    assert await kept(database) == []


async def test_a_newer_link_takes_the_place_of_the_older_and_what_is_open_stays_open(
    phone: Phone, house: House, database: Database, there: Slope
) -> None:
    older = await link_to(database, there)
    newer = await link_to(database, there)
    assert (await Phone(house).open(older)).status_code == 403
    assert (await Phone(house).open(newer)).status_code == 303
    assert (await phone.look()).status_code == 200


async def test_a_link_ends_with_the_order_and_what_was_tapped_before_still_comes(
    phone: Phone, house: House, database: Database, there: Slope
) -> None:
    row, secret = (await phone.rows())[1]["line"], await link_to(database, there)
    await lift(database, there, NOON + 10 * MINUTE)
    later(house, HOUR)
    assert (await Phone(house).open(secret)).status_code == 403
    shown = (await phone.look()).json()
    assert (shown["closed"], "homes" in shown) == (True, False)
    before, after = tapped(row, age=HOUR + MINUTE), tapped(row, "refused", age=MINUTE)
    guest = {"key": key(), "name": "王师傅", "kind": "worker"}
    answer = (await phone.report(before, after, added=[guest])).json()
    assert [each.get("why") for each in answer["reports"]] == [None, "closed"]
    assert answer["added"] == {}
    async with database.writing() as tx:
        await links.forget_before(tx, MARSHAL, NOON + 11 * MINUTE)
    assert (await phone.look()).status_code == 403


@pytest.mark.parametrize("word", ["x", "a" * 22, "../x", "0" * 8 + "-0000-7000-8000-" + "0" * 12, "%00", "a" * 5_000])
async def test_what_is_no_link_opens_nothing(phone: Phone, house: House, word: str) -> None:
    answer = await Phone(house).open(word)
    assert answer.status_code in {403, 404}
    assert "Set-Cookie" not in answer.headers


ROW = 1
HOSTILE: list[Any] = [
    [],
    "x",
    {},
    {"sent": "now", "reports": []},
    {"reports": [{}]},
    {"reports": [{"key": "1", "line": ROW, "state": "moved", "at": 1}]},
    {"reports": [{"key": key(), "state": "moved", "at": 1}]},
    {"reports": [{"key": key(), "line": ROW, "added": key(), "state": "moved", "at": 1}]},
    {"reports": [{"key": key(), "line": ROW, "state": "unknown", "at": 1}]},
    {"reports": [{"key": key(), "line": ROW, "state": "safe", "at": 1}]},
    {"reports": [{"key": key(), "line": -1, "state": "moved", "at": 1}]},
    {"reports": [{"key": key(), "line": 2**63, "state": "moved", "at": 1}]},
    {"reports": [{"key": key(), "line": ROW, "state": "moved", "at": -1}]},
    {"reports": [{"key": key(), "line": ROW, "state": "moved", "at": 1, "by": "person:2"}]},
    {"reports": [{"key": key(), "line": ROW, "state": "moved", "at": 1, "happened_at": 1}]},
    {"reports": [{"key": key(), "line": ROW, "state": "moved", "at": 1, "photos": ["../x"]}]},
    {"reports": [{"key": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "line": ROW, "state": "moved", "at": 1}] * 2},
    {"reports": [{"key": key(), "line": ROW, "state": "moved", "at": 1} for _ in range(101)]},
    {"added": [{"key": key(), "name": " ", "kind": "worker"}]},
    {"added": [{"key": key(), "name": "a\u0000b", "kind": "worker"}]},
    {"added": [{"key": key(), "name": "长" * 41, "kind": "worker"}]},
    {"added": [{"key": key(), "name": "a", "kind": "king"}]},
    {"added": [{"key": key(), "name": "\ud800", "kind": "worker"}]},
]


@pytest.mark.parametrize("body", HOSTILE)
async def test_a_hostile_body_is_refused_for_good(phone: Phone, database: Database, body: Any) -> None:
    headers = {"Content-Type": "application/json"}
    whole = {"sent": NOON} | body if isinstance(body, dict) and body else body
    answer = await phone.http.post(f"/v/{phone.roll}/reports", content=json.dumps(whole), headers=headers)
    assert answer.status_code == 422
    assert await kept(database) == []


async def test_a_shelter_or_a_photo_that_nobody_knows_is_refused_and_the_others_are_taken(phone: Phone) -> None:
    row = (await phone.rows())[1]["line"]
    said = tapped(row, shelter=999_999), tapped(row, photos=["a" * 64]), tapped(row)
    answer = (await phone.report(*said)).json()["reports"]
    assert [each.get("why", "") for each in answer] == ["no_shelter", "no_photo", ""]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_sites_page_reports_for_nobody(phone: Phone, database: Database, headers: dict[str, str]) -> None:
    row = (await phone.rows())[1]["line"]
    phone.http.headers.update(headers)
    assert (await phone.report(tapped(row))).status_code == 403
    assert (await phone.photo(picture())).status_code == 403
    assert (await phone.look()).status_code == 403
    assert await kept(database) == []


async def test_a_mere_form_reports_nothing(phone: Phone, database: Database) -> None:
    body = json.dumps({"sent": NOON, "reports": [tapped((await phone.rows())[1]["line"])]})
    answer = await phone.http.post(f"/v/{phone.roll}/reports", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code in {403, 422}
    assert await kept(database) == []


async def test_a_photo_is_made_ours_and_belongs_to_the_report(phone: Phone, database: Database) -> None:
    digest = (await phone.photo(picture())).json()["digest"]
    await phone.report(tapped((await phone.rows())[1]["line"], "refused", photos=[digest]))
    async with database.reading() as tx:
        assert await tx.values(select(report_photos.c.digest)) == [digest]
    assert (await phone.photo(b"no picture")).status_code == 422


async def test_the_page_with_all_it_fetches_is_small(phone: Phone) -> None:
    fetched = [f"/v/{phone.roll}", *(SHELF.address_of(name) for name in SHELF.files), "/v/-/worker.js"]
    sizes = {}
    for path in fetched:
        answer = await phone.http.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        sizes[path] = int(answer.headers["Content-Length"])
    assert sum(sizes.values()) <= BUDGET, sizes


@pytest.mark.parametrize(("language", "word"), [("en", "Need help"), ("zh_CN", "要帮助")])
async def test_the_page_speaks_both_languages_and_runs_no_script_but_its_own(
    phone: Phone, language: str, word: str
) -> None:
    answer = await phone.http.get(f"/v/{phone.roll}?lang={language}")
    assert word in json.loads('"' + answer.text.split('"b_need_help": "')[1].split('"')[0] + '"')
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text
