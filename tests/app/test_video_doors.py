"""The doors of a video check: a link for one phone and one check, each thing taken once, nobody in from elsewhere."""

import gzip
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.house import House
from app.pages.video import conversing, doors
from app.pages.video.files import FIELD
from app.pages.video.looks import SCRIPTS
from app.settings.video import TurnSection, VideoSection
from app.switchboard import board
from app.switchboard.stills import LARGEST
from bot.cases.video_check import LINK_LASTS, Result
from bot.stores.video import checks
from bot.stores.video.tables import video_answers, video_evidence, video_links, video_places, video_sessions
from broadcast.channels.webchat.allowance import Allowance
from ground.actor import Role
from ground.clock import HOUR, MINUTE, HandClock
from ground.transaction import Database
from tests.app.test_chat_doors import picture
from tests.app.water import Phone, Shore, application_of, shore, signed_in, socket
from tests.builders import NOON, World

BUDGET = 25_000  # bytes, packed, of the page with everything that it fetches
WEBM = b"\x1a\x45\xdf\xa3 made up: webm" + bytes(200)


@pytest.fixture
def application(house: House) -> FastAPI:
    return application_of(house)


@pytest.fixture
async def there(world: World, database: Database) -> Shore:
    return await shore(world, database)


@pytest.fixture
async def phone(application: FastAPI, there: Shore) -> AsyncIterator[Phone]:
    phone = Phone(application)
    assert (await phone.open(there.secret)).status_code == 303
    yield phone
    await phone.http.aclose()


def later(house: House, by: int) -> None:
    assert isinstance(house.clock, HandClock)
    house.clock.pass_by(by)


async def judge(database: Database, there: Shore) -> None:
    async with database.writing() as tx:
        await checks.judge(tx, there.officer, there.check.key, Result.NORMAL, "", NOON)


async def test_looking_at_a_link_uses_up_nothing(application: FastAPI, database: Database, there: Shore) -> None:
    preview = Phone(application)
    for _ in range(3):
        assert (await preview.http.get(f"/w/{there.secret}")).status_code == 200
    async with database.reading() as tx:
        assert not await tx.rows(select(video_sessions))
    assert (await Phone(application).open(there.secret)).status_code == 303


async def test_a_link_is_exchanged_once_for_a_cookie_of_this_check_alone(
    application: FastAPI, database: Database, there: Shore
) -> None:
    answer = await Phone(application).open(there.secret)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Path=/w/{there.check.id}" in cookie
    assert there.secret not in answer.headers["Location"] + cookie
    async with database.reading() as tx:
        kept = [*await tx.rows(select(video_links)), *await tx.rows(select(video_sessions))]
    assert all(there.secret not in str(value) for row in kept for value in row)
    again = await Phone(application).open(there.secret)
    assert again.status_code == 403
    assert "Set-Cookie" not in again.headers
    assert "另一部手机" in again.text


async def test_a_link_that_ran_out_or_is_unknown_opens_nothing(
    application: FastAPI, house: House, there: Shore
) -> None:
    later(house, LINK_LASTS + HOUR)
    stale = await Phone(application).open(there.secret)
    assert (stale.status_code, "过期" in stale.text) == (403, True)
    assert (await Phone(application).open("x" * 22)).status_code == 403
    assert (await Phone(application).http.get("/w/" + "x" * 22)).status_code == 403


async def test_another_sites_page_opens_no_link(application: FastAPI, there: Shore) -> None:
    assert (await Phone(application, "https://elsewhere.example").open(there.secret)).status_code == 403
    assert (await Phone(application).open(there.secret)).status_code == 303


async def test_a_session_serves_its_own_check_and_no_other(
    phone: Phone, there: Shore, world: World, database: Database
) -> None:
    other = await shore(world, database, 2)
    secret = next(each for each in phone.http.cookies.jar if each.name == "video").value or ""
    thief = Phone(phone.application)
    thief.http.cookies.set("video", secret, domain="hub.test", path=f"/w/{other.check.id}")
    for path in ("", "/check"):
        assert (await thief.http.get(f"/w/{other.check.id}{path}")).status_code == 403
    refused = [
        await thief.photo(other.check, picture()),
        await thief.piece(other.check, WEBM, str(uuid4()), 0),
        await thief.answer(other.check, seepage="none"),
        await thief.hang(other.check, picture()),
    ]
    assert {each.status_code for each in refused} == {403}
    async with socket(thief, f"/w/{other.check.id}/live") as line:
        assert await line.next() == {"closed": board.OVER}
    async with database.reading() as tx:
        assert not await tx.rows(select(video_evidence))


async def test_the_page_itself_names_nothing_and_is_small(phone: Phone, there: Shore) -> None:
    page = await phone.http.get(f"/w/{there.check.id}")
    assert page.status_code == 200
    assert there.check.code not in page.text
    assert "上塘水库" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    files = [FIELD.files[name].packed for name in (*SCRIPTS, "video.css")]
    assert len(gzip.compress(page.content)) + sum(map(len, files)) < BUDGET
    shown = (await phone.http.get(f"/w/{there.check.id}/check")).json()
    assert (shown["site"], shown["code"], shown["open"], shown["drill"]) == ("上塘水库1", there.check.code, True, False)


async def test_a_photo_is_kept_as_it_came_with_place_time_and_digest(
    phone: Phone, there: Shore, house: House, database: Database
) -> None:
    content = picture()
    first = await phone.photo(there.check, content, lat=28.2, lon=115.8, accuracy=12)
    again = await phone.photo(there.check, content)
    assert first.json() == again.json()
    async with database.reading() as tx:
        [kept] = await tx.rows(select(video_evidence))
        [place] = await tx.rows(select(video_places))
    assert house.media.path(kept.digest).read_bytes() == content
    assert (kept.shot, kept.source, kept.taken_at) == ("gauge", "page", NOON)
    assert (place.latitude, place.longitude) == (28.2, 115.8)
    assert (await phone.http.get(f"/w/{there.check.id}/check")).json()["taken"] == {"gauge": 1}


async def test_a_phone_whose_clock_was_never_set_is_mended_by_what_it_says_as_it_sends(
    phone: Phone, there: Shore, database: Database
) -> None:
    await phone.photo(there.check, picture(), at=1_000_000, sent=1_000_000 + MINUTE)
    async with database.reading() as tx:
        [kept] = await tx.rows(select(video_evidence))
    assert kept.taken_at == NOON - MINUTE


async def test_what_is_no_photo_and_no_film_is_refused_with_a_word(phone: Phone, there: Shore) -> None:
    assert (await phone.photo(there.check, b"\xff\xd8\xff no picture")).status_code == 422
    assert (await phone.photo(there.check, picture(), source="sms")).status_code == 422
    assert (await phone.photo(there.check, picture(), lat=28.2)).status_code == 422
    assert (await phone.piece(there.check, b"no film", str(uuid4()), 0)).status_code == 422
    assert (await phone.piece(there.check, WEBM, str(uuid4()), 1)).status_code == 409
    assert (await phone.answer(there.check)).status_code == 422
    assert (await phone.answer(there.check, level="about 87")).status_code == 422
    assert (await phone.answer(there.check, seepage="none", level="8" * 5_000)).status_code == 413
    wrong = await phone.answer(there.check, seepage="brown")
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/seepage"]


async def test_a_films_pieces_are_one_film_to_the_officer(
    phone: Phone, there: Shore, application: FastAPI, database: Database
) -> None:
    clip, desk = str(uuid4()), await signed_in(application, database, there.officer)
    for number, content in enumerate((WEBM, b"second", b"third")):
        assert (await phone.piece(there.check, content, clip, number)).status_code == 200
    film = await desk.http.get(f"/video/{there.check.id}/films/{clip}")
    assert film.content == WEBM + b"secondthird"
    assert film.headers["Content-Type"] == "video/webm"


async def test_an_answer_brought_twice_counts_once(phone: Phone, there: Shore, database: Database) -> None:
    key = str(uuid4())
    for _ in range(2):
        said = await phone.answer(there.check, key=key, level="87.32", seepage="none", cracks=False)
        assert said.status_code == 200
    async with database.reading() as tx:
        [kept] = await tx.rows(select(video_answers))
    assert (kept.level_cm, kept.seepage, kept.cracks, kept.happened_at) == (8732, "none", False, NOON)


async def test_the_wall_shows_the_newest_small_picture_and_how_old_it_is(
    phone: Phone, there: Shore, application: FastAPI, database: Database
) -> None:
    desk = await signed_in(application, database, there.officer)
    assert (await desk.http.get(f"/video/{there.check.id}/still")).status_code == 404
    small = picture()
    assert (await phone.hang(there.check, small)).status_code == 204
    [news] = (await desk.http.get("/video/wall")).json()
    assert (news["id"], news["state"], news["age"] < 60) == (there.check.id, "showing", True)
    still = await desk.http.get(f"/video/{there.check.id}/still")
    assert (still.content, still.headers["Content-Type"]) == (small, "image/jpeg")
    assert (await phone.hang(there.check, b"\xff\xd8" + bytes(LARGEST))).status_code == 413
    assert (await phone.hang(there.check, b"GIF89a")).status_code == 403


async def test_whoever_brings_too_much_at_once_is_asked_to_wait(
    phone: Phone, there: Shore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "allowance", Allowance(2))
    answers = [(await phone.hang(there.check, picture())).status_code for _ in range(3)]
    assert answers == [204, 204, 429]


async def test_a_check_that_was_judged_takes_and_shows_nothing_more(
    phone: Phone, there: Shore, database: Database
) -> None:
    await judge(database, there)
    assert (await phone.http.get(f"/w/{there.check.id}/check")).json() == {"open": False}
    refused = [await phone.photo(there.check, picture()), await phone.answer(there.check, seepage="none")]
    assert {each.status_code for each in refused} == {409}
    assert (await phone.http.get(f"/w/{there.check.id}")).status_code == 403
    async with socket(phone, f"/w/{there.check.id}/live") as line:
        assert await line.next() == {"closed": board.OVER}


async def test_an_officer_of_another_county_sees_and_hears_nothing(
    phone: Phone, there: Shore, application: FastAPI, world: World, database: Database
) -> None:
    other = await shore(world, database, 2)
    await phone.photo(there.check, picture())
    await phone.hang(there.check, picture())
    stranger = await signed_in(application, database, other.officer)
    async with database.reading() as tx:
        [kept] = await tx.rows(select(video_evidence))
    for path in ("", "/still", f"/evidence/{kept.public_id}", f"/films/{uuid4()}"):
        assert (await stranger.http.get(f"/video/{there.check.id}{path}")).status_code == 404
    assert (await stranger.http.post(f"/video/{there.check.id}/judge", data={"result": "normal"})).status_code == 404
    assert [each["id"] for each in (await stranger.http.get("/video/wall")).json()] == [other.check.id]
    async with socket(stranger, f"/video/{there.check.id}/live") as line:
        assert await line.next() == {"closed": board.OVER}


async def test_whoever_is_not_signed_in_or_has_no_business_there_is_sent_away(
    application: FastAPI, there: Shore, world: World, database: Database
) -> None:
    nobody = Phone(application)
    answer = await nobody.http.get(f"/video/{there.check.id}")
    assert answer.headers["Location"] == f"/login?then=/video/{there.check.id}"
    assert (await nobody.http.get("/video/wall")).status_code == 401
    async with socket(nobody, f"/video/{there.check.id}/live") as line:
        assert await line.next() == {"closed": board.OVER}
    assert 'href="/video"' in (await (await signed_in(application, database, there.officer)).http.get("/")).text
    publicity = await signed_in(application, database, await world.operator(there.county, Role.PUBLICITY))
    assert (await publicity.http.get("/video")).status_code == 403
    assert 'href="/video"' not in (await publicity.http.get("/")).text
    auditor = await signed_in(application, database, await world.operator(there.county, Role.AUDITOR))
    assert (await auditor.http.get(f"/video/{there.check.id}")).status_code == 200
    async with socket(auditor, f"/video/{there.check.id}/live") as line:
        assert await line.next() == {"closed": board.OVER}  # reads what is kept; speaks to nobody at the water
    assert (await auditor.http.post(f"/video/{there.check.id}/judge", data={"result": "normal"})).status_code == 403


@pytest.mark.parametrize("origin", ["https://elsewhere.example", None])
async def test_another_sites_page_gets_no_line(phone: Phone, there: Shore, origin: str | None) -> None:
    async with socket(phone, f"/w/{there.check.id}/live", origin=origin) as line:
        closed = await line.next()
    assert closed["closed"] != board.OVER
    assert "kind" not in closed


async def test_both_pages_are_let_in_get_relays_that_run_out_and_hear_each_other(
    phone: Phone, there: Shore, application: FastAPI, house: House, database: Database
) -> None:
    turn = TurnSection(urls=("turn:relay.example:3478",), secret="hush-hush", only=True)
    house.settings = house.settings.model_copy(update={"video": VideoSection(turn=turn)})
    desk = await signed_in(application, database, there.officer)
    async with socket(phone, f"/w/{there.check.id}/live") as field:
        welcome = await field.hear("welcome")
        [server] = welcome["servers"]["iceServers"]
        assert welcome["servers"]["iceTransportPolicy"] == "relay"
        assert server["username"].endswith(f":{welcome['me']}")
        assert "hush" not in str(welcome)
        async with socket(desk, f"/video/{there.check.id}/live") as viewer:
            me = (await viewer.hear("welcome"))["me"]
            await viewer.say(kind="call", call="call-0001")
            assert (await field.hear("call"))["from"] == me
            await field.say(kind="offer", to=me, call="call-0001", sdp="v=0")
            assert (await viewer.hear("offer"))["sdp"] == "v=0"
        assert (await field.hear("gone"))["from"] == me


async def test_a_judgement_ends_the_lines_at_once(
    phone: Phone, there: Shore, application: FastAPI, database: Database
) -> None:
    desk = await signed_in(application, database, there.officer)
    async with socket(phone, f"/w/{there.check.id}/live") as field:
        await field.hear("welcome")
        without = await desk.http.post(f"/video/{there.check.id}/judge", data={"result": "not_passed"})
        assert without.status_code == 200
        assert 'role="alert"' in without.text
        answer = await desk.http.post(f"/video/{there.check.id}/judge", data={"result": "normal"})
        assert answer.status_code == 303
        assert await field.next() == {"closed": board.OVER}


async def test_a_line_ends_when_its_page_may_no_longer_sit_there(
    phone: Phone, there: Shore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversing, "BEAT", 0.05)
    async with socket(phone, f"/w/{there.check.id}/live") as field:
        await field.hear("beat")
        await judge(database, there)  # elsewhere: by the API, or on another hub
        while "kind" in (said := await field.next()):
            pass
        assert said == {"closed": board.OVER}


async def test_an_officer_ticks_sites_and_whoever_watches_them_is_asked(
    there: Shore, application: FastAPI, world: World, database: Database
) -> None:
    desk, foreign = await signed_in(application, database, there.officer), await shore(world, database, 2)
    page = await desk.http.get("/video/sites")
    assert "上塘水库1" in page.text
    assert "上塘水库2" not in page.text
    answer = await desk.http.post("/video/sites", data={"site": [str(there.site)]})
    assert answer.headers["Location"] == "/video"
    assert len((await desk.http.get("/video/wall")).json()) == 2
    for wrong in ({}, {"site": [str(foreign.site)]}):
        refused = await desk.http.post("/video/sites", data=wrong)
        assert 'role="alert"' in refused.text
    assert len((await desk.http.get("/video/wall")).json()) == 2


async def test_a_fresh_link_ends_what_the_older_one_opened(
    phone: Phone, there: Shore, application: FastAPI, database: Database
) -> None:
    desk = await signed_in(application, database, there.officer)
    assert (await desk.http.post(f"/video/{there.check.id}/again")).status_code == 303
    assert (await phone.http.get(f"/w/{there.check.id}/check")).status_code == 403
    assert (await Phone(application).open(there.secret)).status_code == 403


async def test_a_judgement_from_another_sites_page_is_none(
    there: Shore, application: FastAPI, database: Database
) -> None:
    desk = await signed_in(application, database, there.officer)
    for origin in ("https://elsewhere.example", "null"):
        headers = {"Origin": origin}
        answer = await desk.http.post(f"/video/{there.check.id}/judge", data={"result": "normal"}, headers=headers)
        assert answer.status_code == 403


async def test_the_roll_and_the_link_of_a_check_do_not_stand_in_each_others_way(
    application: FastAPI, there: Shore
) -> None:
    assert (await Phone(application).http.get(f"/v/{there.secret}")).status_code == 403
