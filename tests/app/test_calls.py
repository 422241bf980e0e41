"""Calls as they go wrong: each problem has one shape, says what to do, and gives nothing away."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text

from app.api.application import make_application
from app.house import House
from broadcast.channels.base import Webhook, WebhookAnswer, WebhookCall
from ground.actor import Role
from tests.app.conftest import bearer
from tests.app.test_confirming import DRAFT
from tests.builders import World
from tests.pictures import png


async def test_a_wrong_field_is_named_with_what_is_expected(http: httpx.AsyncClient, world: World) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    answer = await http.post("/alerts", headers=officer, json={"area": "1", "contents": {}, "levle": 1})
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert {"/event_code", "/expires", "/contents", "/levle"} <= {each["pointer"] for each in problem["errors"]}


async def test_what_is_no_json_is_a_problem_too(http: httpx.AsyncClient, world: World) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    json = officer | {"Content-Type": "application/json"}
    assert (await http.post("/alerts", headers=json, content=b"{nonsense")).json()["status"] == 422


async def test_an_error_of_the_house_speaks_in_its_own_words(http: httpx.AsyncClient, world: World) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    problem = (await http.get("/alerts/nothing", headers=officer)).json()
    assert problem == {
        "type": "/problems/unknown-alert",
        "title": "Unknown alert",
        "status": 404,
        "detail": "No warning nothing is known in your area.",
    }
    explained = await http.get("http://hub.test/problems/unknown-alert")
    assert "HTTP 404" in explained.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/tokens/redeem", 405)])
async def test_an_address_that_is_none_is_a_problem(http: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await http.get(path, headers={})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


async def test_what_goes_wrong_inside_gives_nothing_away(
    http: httpx.AsyncClient, world: World, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    async with house.database.writing() as tx:
        await tx.execute(text("ALTER TABLE notices RENAME TO notices_away"))
    answer = await http.get("/notices/tell-nobody", headers=officer)
    assert answer.status_code == 503
    assert "notices_away" not in answer.text
    assert "SELECT" not in answer.text


async def test_a_body_that_is_too_large_is_refused_by_what_it_announces_and_by_what_comes(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    limit = house.settings.limits.call

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(limit // 65_536 + 2):
            yield b" " * 65_536

    announced = await http.post("/alerts", headers=officer, content=b" " * (limit + 1))
    streamed = await http.post("/alerts", headers=officer, content=endless())
    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["title"]) == (413, "Body too large")


async def test_every_answer_is_closed_to_other_sites(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/tokens")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["Request-Id"]) == 36


async def test_pages_go_on_where_they_ended_and_a_foreign_cursor_is_refused(
    http: httpx.AsyncClient, world: World
) -> None:
    admin = await bearer(world, None, Role.ADMIN)
    for _ in range(4):
        await bearer(world, None, Role.OFFICER)
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/tokens", headers=admin, params=query)).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        other = await http.get("/operators", headers=admin, params={"cursor": cursor})
        assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-cursor")
    assert len(seen) == len(set(seen)) == 5
    for nonsense in ("x", "W10", "bnVsbA", "%00"):
        assert (await http.get("/tokens", headers=admin, params={"cursor": nonsense})).status_code == 422


async def test_names_are_masked_for_all_who_do_not_call_people(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1")
    person = await world.person(village, "王小明", sms="+15550100")
    auditor, duty = await bearer(world, village, Role.AUDITOR), await bearer(world, village, Role.DUTY)
    assert (await http.get(f"/people/{person}", headers=auditor)).json()["name"] == "王○○"
    assert (await http.get(f"/people/{person}", headers=duty)).json()["name"] == "王小明"
    masked = (await http.get(f"/people/{person}/addresses", headers=auditor)).json()[0]["value"]
    assert masked != "+15550100"
    assert (await http.get(f"/people/{person}/addresses", headers=duty)).json()[0]["value"] == "+15550100"


async def test_somebody_elses_village_is_not_there(http: httpx.AsyncClient, world: World) -> None:
    here, there = await world.area("1"), await world.area("2")
    person = await world.person(there, "王小明")
    foreign = await bearer(world, here)
    assert (await http.get(f"/people/{person}", headers=foreign)).status_code == 404
    assert (await http.get("/areas/2", headers=foreign)).status_code == 404
    assert (await http.get("/posts", headers=foreign, params={"area": "2"})).status_code == 404


async def test_an_import_is_looked_at_first_and_taken_over_when_asked(http: httpx.AsyncClient, world: World) -> None:
    admin = await bearer(world, None, Role.ADMIN)
    file = "code,name,level,parent_code\n36,江西省,province,\n3609,宜春市,prefecture,36\n".encode()
    looked = await http.post("/imports/areas?source=test", headers=admin, content=file)
    assert (looked.status_code, looked.json()["new"], looked.json()["applied"]) == (200, 2, False)
    await http.post("/imports/areas?source=test&dry_run=false", headers=admin, content=file)
    found = (await http.get("/areas/find", headers=admin, params={"name": "宜春"})).json()
    assert (found["meaning"], found["areas"][0]["path"]) == ("found", ["江西省", "宜春市"])


async def test_a_recording_is_kept_and_fetched_by_its_digest_in_parts(
    http: httpx.AsyncClient, world: World, house: House
) -> None:
    officer = await bearer(world, None, Role.OFFICER)
    kept = await http.post("/media", headers=officer, content=wav())
    assert kept.status_code == 201, kept.text
    address = f"http://hub.test/media/{kept.json()['digest']}"
    assert (await http.get(address)).content == wav()
    part = await http.get(address, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, wav()[4:8])
    refused = await http.post("/media", headers=officer, content=b"MZ not a sound")
    assert refused.json()["type"] == "/problems/media-refused"
    photo = await http.post("/media", headers=officer, content=png())
    assert photo.status_code == 201, photo.text
    for strange in (photo.json()["digest"], "0" * 64, "..%2f..%2fetc%2fpasswd", "x"):
        assert (await http.get(f"http://hub.test/media/{strange}")).status_code == 404


async def test_what_no_loudspeaker_can_play_is_no_recording_of_a_warning(http: httpx.AsyncClient, world: World) -> None:
    village = await world.area("1", "车草村委会")
    officer = await bearer(world, village, Role.OFFICER)
    photo = (await http.post("/media", headers=officer, content=png())).json()["digest"]
    sound = (await http.post("/media", headers=officer, content=wav())).json()["digest"]
    refused = await http.post("/alerts", headers=officer, json=DRAFT | {"audio": photo})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/media-refused")
    assert "WAV recording" in refused.json()["detail"]
    assert (await http.post("/alerts", headers=officer, json=DRAFT | {"audio": sound})).status_code == 201
    spot = await http.post("/evacuations/recordings", headers=officer, json={"area": "1", "digest": photo})
    assert (spot.status_code, spot.json()["type"]) == (422, "/problems/media-refused")


def wav() -> bytes:
    import io  # noqa: PLC0415 - of this one example
    import wave  # noqa: PLC0415

    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * 800)
    return made.getvalue()


async def test_a_vendors_door_gets_the_address_that_it_signed(house: House) -> None:
    heard: list[WebhookCall] = []

    async def answer(call: WebhookCall) -> WebhookAnswer:
        heard.append(call)
        return WebhookAnswer(200, b"ok")

    house.webhooks = [Webhook("POST", "twilio/status", answer)]
    transport = httpx.ASGITransport(make_application(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
        assert (await client.post("/hooks/twilio/status?key=1.2", content=b"x=1")).text == "ok"
        assert (await client.get("/hooks/twilio/status?key=1.2")).status_code == 405
        too_large = await client.post("/hooks/twilio/status", content=b" " * (house.settings.limits.webhook + 1))
        assert too_large.status_code == 413
    assert [(call.url, call.body) for call in heard] == [("http://hub.test/hooks/twilio/status?key=1.2", b"x=1")]


async def test_nothing_is_read_without_a_token(http: httpx.AsyncClient) -> None:
    for path in ("/people/1", "/areas", "/alerts", "/operators", "/stops", "/gateways?area=1", "/notices/x/answers"):
        assert (await http.get(path)).status_code == 401
