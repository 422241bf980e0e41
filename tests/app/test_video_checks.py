"""Video checks by the API: ask, read, bring, judge; sites by light; spot checks; and nobody else's evidence."""

import hashlib
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from app.house import House
from app.rounds import video_rounds
from audiences.stores.tables import site_limits
from bot.cases.freshness import EvidenceKind, Source
from bot.cases.video_check import Answers, Seepage, Via
from bot.stores.video import checks
from bot.stores.video.answers import Said
from bot.stores.video.evidence import Brought
from bot.telling import Teller
from bot.video import answering, keeping
from bot.video.desk import CHECKER, VideoDesk
from ground.actor import Role
from ground.clock import HOUR, MINUTE, HandClock
from tests.app.conftest import bearer
from tests.bot.video.conftest import photo
from tests.bot.video.test_evidence import WEBM
from tests.builders import World


@dataclass(frozen=True)
class Reservoir:
    site: int
    watcher: int
    officer: dict[str, str]
    county: int


@pytest.fixture
async def reservoir(world: World) -> Reservoir:
    county = await world.area("1", "County", level="county")
    village = await world.area("11", "Checao", parent=county)
    site = await world.site(village, "reservoir", "Shangtang")
    watcher = await world.person(village, "Zhang Ming", sms="+99900000001")
    await world.post(village, "patrol", watcher, site=site)
    async with world.database.writing() as tx:
        await tx.execute(insert(site_limits).values(site_id=site, flood_limit=8700))
    return Reservoir(site, watcher, await bearer(world, county, Role.OFFICER, Role.DUTY), county)


async def asked(http: httpx.AsyncClient, there: Reservoir, **body: Any) -> dict[str, Any]:
    given = {"sites": [there.site]} | body
    answer = await http.post("/video-checks", headers=there.officer, json=given)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()[0]
    return found


async def got(http: httpx.AsyncClient, there: Reservoir, path: str, **query: Any) -> Any:
    answer = await http.get(path, headers=there.officer, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_check_is_asked_answered_and_judged(
    http: httpx.AsyncClient, reservoir: Reservoir, house: House
) -> None:
    check = await asked(http, reservoir)
    assert (check["state"], check["site_name"], check["person_name"]) == ("asked", "Shangtang", "Zhang Ming")
    async with house.database.writing() as tx:
        kept = await checks.load(tx, CHECKER, check["id"])
        said = Said(
            answers=Answers(level_cm=8732, seepage=Seepage.CLEAR),
            via=Via.SMS,
            by="person:1",
            happened_at=house.clock.now(),
            dedupe="1",
        )
        desk = VideoDesk(Teller(house.kinds), house.desk)
        await answering.answer(desk, tx, kept, said, house.clock.now())
    whole = await got(http, reservoir, f"/video-checks/{check['id']}")
    assert (whole["state"], whole["water"]["level"], whole["water"]["over_limit"]) == ("answered", 87.32, 0.32)
    judged = await http.post(
        f"/video-checks/{check['id']}/judge",
        headers=reservoir.officer,
        json={"result": "not_passed", "reason": "seepage at the toe", "draft": True},
    )
    assert judged.status_code == 200, judged.text
    draft = await got(http, reservoir, f"/alerts/{judged.json()['alert']}")
    assert draft["state"] == "draft"
    listed = await got(http, reservoir, "/video-checks/sites", area="1")
    assert [(each["name"], each["light"]) for each in listed["items"]] == [("Shangtang", "yellow")]


async def test_a_site_is_red_once_the_deadline_is_past_and_the_alarm_is_listed(
    http: httpx.AsyncClient, reservoir: Reservoir, house: House
) -> None:
    check = await asked(http, reservoir, answer_within=60)
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(MINUTE)
    for each in video_rounds(house):
        await each.work()
    assert await got(http, reservoir, "/video-checks/lights", area="1") == {
        "green": 0,
        "yellow": 0,
        "red": 1,
        "none": 0,
    }
    whole = await got(http, reservoir, f"/video-checks/{check['id']}")
    assert [each["kind"] for each in whole["alarms"]] == ["overdue"]
    assert whole["overdue_at"] == house.clock.now()


async def test_a_photo_is_handed_out_as_it_came_and_smaller(http: httpx.AsyncClient, reservoir: Reservoir) -> None:
    check, content = await asked(http, reservoir), photo(2, (2000, 1500), "PNG")
    path = f"/video-checks/{check['id']}"
    headers = reservoir.officer | {"Content-Type": "image/png"}
    made = await http.post(f"{path}/stills?shot=crest", headers=headers, content=content)
    assert made.status_code == 201, made.text
    assert made.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert made.json()["findings"] == ["not_in_page", "no_time", "no_place"]
    [listed] = await got(http, reservoir, f"{path}/evidence")
    item = f"{path}/evidence/{listed['id']}"
    original = await http.get(f"{item}/original", headers=reservoir.officer)
    shown = await http.get(f"{item}/shown", headers=reservoir.officer)
    assert (original.content, original.headers["Content-Type"]) == (content, "image/png")
    assert (shown.headers["Content-Type"], shown.content != content) == ("image/jpeg", True)
    open_door = await http.get(f"http://hub.test/media/{listed['sha256']}")
    assert open_door.status_code == 404


async def test_a_photo_that_is_none_is_refused(http: httpx.AsyncClient, reservoir: Reservoir) -> None:
    check = await asked(http, reservoir)
    answer = await http.post(f"/video-checks/{check['id']}/stills", headers=reservoir.officer, content=b"GIF89a")
    assert (answer.status_code, "JPEG or PNG" in answer.json()["detail"]) == (422, True)


async def test_a_film_is_joined_on_reading(http: httpx.AsyncClient, reservoir: Reservoir, house: House) -> None:
    check = await asked(http, reservoir)
    async with house.database.writing() as tx:
        kept = await checks.load(tx, CHECKER, check["id"])
        for number, content in enumerate((WEBM, b"more", b"and more")):
            stored = await keeping.store_piece(house.media, content, first=number == 0)
            brought = Brought(
                kind=EvidenceKind.CLIP_CHUNK,
                digest=stored.digest,
                mime_type=stored.mime_type,
                bytes=stored.bytes,
                source=Source.PAGE,
                received_at=house.clock.now(),
                clip="a-film",
                number=number,
            )
            await keeping.keep(VideoDesk(Teller(house.kinds), house.desk), tx, kept, brought)
    film = await http.get(f"/video-checks/{check['id']}/clips/a-film", headers=reservoir.officer)
    assert (film.content, film.headers["Content-Type"]) == (WEBM + b"moreand more", "video/webm")
    none = await http.get(f"/video-checks/{check['id']}/clips/another", headers=reservoir.officer)
    assert none.status_code == 404


async def test_a_fresh_link_is_sent_and_checks_are_listed_newest_first(
    http: httpx.AsyncClient, reservoir: Reservoir
) -> None:
    first, second = await asked(http, reservoir), await asked(http, reservoir, sites=[], people=[reservoir.watcher])
    again = await http.post(f"/video-checks/{first['id']}/ask-again", headers=reservoir.officer)
    assert again.status_code == 204
    page = await got(http, reservoir, "/video-checks", limit=1, area="1", site=reservoir.site, open_only=True)
    assert [each["id"] for each in page["items"]] == [second["id"]]
    rest = await got(http, reservoir, "/video-checks", cursor=page["next"], limit=1)
    assert [each["id"] for each in rest["items"]] == [first["id"]]


async def test_another_county_finds_no_check_no_evidence_and_asks_for_no_site(
    http: httpx.AsyncClient, reservoir: Reservoir, world: World
) -> None:
    check = await asked(http, reservoir)
    stranger = await bearer(world, await world.area("2", "Elsewhere", level="county"), Role.OFFICER, Role.DUTY)
    for path in ("", "/evidence", "/clips/film"):
        answer = await http.get(f"/video-checks/{check['id']}{path}", headers=stranger)
        assert answer.status_code == 404
    judged = await http.post(f"/video-checks/{check['id']}/judge", headers=stranger, json={"result": "normal"})
    asked_for = await http.post("/video-checks", headers=stranger, json={"sites": [reservoir.site]})
    assert (judged.status_code, asked_for.status_code) == (404, 404)


async def test_who_may_only_read_asks_for_nothing(http: httpx.AsyncClient, reservoir: Reservoir, world: World) -> None:
    auditor = await bearer(world, reservoir.county, Role.AUDITOR)
    refused = await http.post("/video-checks", headers=auditor, json={"sites": [reservoir.site]})
    assert refused.status_code == 403
    check = await asked(http, reservoir)
    read = await http.get(f"/video-checks/{check['id']}", headers=auditor)
    assert read.json()["person_name"] == "Z○○○○○○○○○"


async def test_spot_checks_are_planned_drawn_by_a_recorded_seed_and_ended(
    http: httpx.AsyncClient, reservoir: Reservoir, house: House
) -> None:
    given = {"area": "1", "site_kind": "reservoir", "number": 1, "hour": 13}
    made = await http.post("/spot-checks", headers=reservoir.officer, json=given)
    assert made.status_code == 201, made.text
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(HOUR)
    for each in video_rounds(house):
        await each.work()
    policy = f"/spot-checks/{made.json()['id']}"
    [draw] = await got(http, reservoir, f"{policy}/draws")
    assert (draw["day"], draw["sites"], draw["asked"]) == (20210628, [reservoir.site], 1)
    assert (await got(http, reservoir, "/video-checks"))["items"][0]["spot_check"] is True
    assert (await http.post(f"{policy}/end", headers=reservoir.officer)).status_code == 204
    [listed] = await got(http, reservoir, "/spot-checks")
    assert listed["ended_at"] == house.clock.now()


async def test_too_few_spot_checks_a_day_are_refused(
    http: httpx.AsyncClient, reservoir: Reservoir, world: World
) -> None:
    village = await world.area("12", "Baisha", parent=reservoir.county)
    await world.site(village, "reservoir", "Xiatang")
    given = {"area": "1", "site_kind": "reservoir", "number": 1, "hour": 13, "within_days": 1}
    refused = await http.post("/spot-checks", headers=reservoir.officer, json=given)
    assert (refused.status_code, "at least 2 a day" in refused.json()["detail"]) == (422, True)


async def test_what_is_said_by_telephone_is_entered_once_under_its_key(
    http: httpx.AsyncClient, reservoir: Reservoir, house: House, world: World
) -> None:
    check = await asked(http, reservoir)
    place, now = f"/video-checks/{check['id']}/answers", house.clock.now()
    given = {"key": "call-1", "level": 87.32, "seepage": "muddy", "spoke": "Old Fu", "said_at": now, "words": "brown"}
    for _ in range(2):
        answer = await http.post(place, headers=reservoir.officer, json=given)
        assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert (whole["state"], whole["via"], whole["water"]["over_limit"]) == ("answered", "phone", 0.32)
    [said] = whole["said"]
    assert (said["via"], said["spoke"], said["words"], said["by"]) == ("phone", "Old Fu", "brown", said["typed_by"])
    assert [each["kind"] for each in whole["alarms"]] == ["muddy"]
    for wrong in ({"key": "2"}, {"key": "2", "level": 87, "said_at": now + 1}, {"key": "2", "level": 1, "said_at": 0}):
        assert (await http.post(place, headers=reservoir.officer, json=wrong)).status_code == 422
    auditor = await bearer(world, reservoir.county, Role.AUDITOR)
    assert (await http.post(place, headers=auditor, json=given)).status_code == 403
    read = (await http.get(f"/video-checks/{check['id']}", headers=auditor)).json()
    assert read["said"][0]["spoke"] == "O○○○○○"
    stranger = await bearer(world, await world.area("2", "Elsewhere", level="county"), Role.DUTY)
    assert (await http.post(place, headers=stranger, json=given)).status_code == 404
