"""Evidence: kept as it came, once, with what speaks against its freshness; and what a judgement leads to."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.cases.freshness import EvidenceKind, Finding, Source, Taken, findings, metres_between
from bot.cases.video_check import Light, Result, Shot, State
from bot.cases.video_errors import AlreadyJudged, CheckOver, ClipOutOfOrder, PieceDiffers, ReasonMissing
from bot.stores.video import evidence, standing
from bot.stores.video.checks import Check
from bot.stores.video.evidence import Brought, Kept, PhonePlace
from bot.video import judging, keeping
from bot.video.desk import CHECKER
from bot.video.judging import Judgement
from broadcast.alerts.lifecycle import State as AlertState
from broadcast.alerts.model import Status
from broadcast.alerts.office import Office
from broadcast.stores import alerts
from ground import pictures
from ground.clock import MINUTE
from ground.errors import MediaRefused
from ground.media import MediaFolder
from tests.bot.video.conftest import POINT, WATCHER, Shore, Water, photo

WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm" + b"\0" * 40
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
HERE = PhonePlace(*POINT, 12)


async def bring(stage: Shore, check: Check, folder: Path, content: bytes, **more: Any) -> Kept:
    stored = await keeping.store_still(MediaFolder(folder), content)
    now = stage.clock.now()
    given: dict[str, Any] = {"source": Source.PAGE, "taken_at": now, "place": HERE, "code": check.code} | more
    brought = Brought(
        kind=EvidenceKind.STILL,
        digest=stored.digest,
        mime_type=stored.mime_type,
        bytes=stored.bytes,
        look=stored.look,
        shown_digest=stored.shown_digest,
        received_at=now,
        **given,
    )
    async with stage.database.writing() as tx:
        return await keeping.keep(stage.desk, tx, check, brought)


async def piece(stage: Shore, check: Check, folder: Path, number: int, content: bytes) -> Kept:
    stored = await keeping.store_piece(MediaFolder(folder), content, first=number == 0)
    brought = Brought(
        kind=EvidenceKind.CLIP_CHUNK,
        digest=stored.digest,
        mime_type=stored.mime_type,
        bytes=stored.bytes,
        source=Source.PAGE,
        received_at=stage.clock.now(),
        clip="film-1",
        number=number,
    )
    async with stage.database.writing() as tx:
        return await keeping.keep(stage.desk, tx, check, brought)


async def test_a_photo_taken_in_the_page_here_and_now_has_nothing_against_it(
    stage: Shore, water: Water, tmp_path: Path
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    kept = await bring(stage, check, tmp_path, photo(), shot=Shot.GAUGE)
    assert (kept.new, kept.evidence.findings, kept.evidence.metres) == (True, (), 0)
    assert (await stage.check(check)).state is State.SHOWING
    assert "video_check.shown" in await stage.told()


async def test_the_very_bytes_are_kept_and_a_copy_without_the_cameras_marks(tmp_path: Path) -> None:
    written, marks = io.BytesIO(), Image.Exif()
    marks[0x010F] = "a made-up camera"
    Image.new("RGB", (2400, 1800), "green").save(written, "JPEG", exif=marks)
    original = written.getvalue()
    stored = await keeping.store_still(MediaFolder(tmp_path), original)
    with MediaFolder(tmp_path).open(stored.digest) as file:
        assert file.read() == original
    assert stored.digest == hashlib.sha256(original).hexdigest()
    assert stored.shown_digest
    copy = MediaFolder(tmp_path).path(stored.shown_digest).read_bytes()
    assert b"made-up camera" in original
    assert b"made-up camera" not in copy
    with Image.open(io.BytesIO(copy)) as shown:
        assert max(shown.size) <= 1_600


@pytest.mark.parametrize("content", [b"", b"GIF89a" + b"\0" * 40, WEBM, photo()[:900], b"\xff\xd8\xff\xd9"])
async def test_what_is_no_photo_is_refused_by_what_it_holds(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaRefused):
        await keeping.store_still(MediaFolder(tmp_path), content)


async def test_a_photo_over_fifteen_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="15 MB"):
        await keeping.store_still(MediaFolder(tmp_path), photo() + b"\0" * keeping.LARGEST_STILL)


async def test_the_same_photo_twice_is_kept_once(stage: Shore, water: Water, tmp_path: Path) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    first = await bring(stage, check, tmp_path, photo())
    again = await bring(stage, check, tmp_path, photo())
    assert (again.new, again.evidence.id) == (False, first.evidence.id)


async def test_an_older_photo_of_the_site_is_flagged_and_never_refused(
    stage: Shore, water: Water, tmp_path: Path
) -> None:
    first = await stage.ask(water.officer, sites=[water.site])
    old = await bring(stage, first, tmp_path, photo(4))
    second = await stage.ask(water.officer, sites=[water.site])
    again = await bring(stage, second, tmp_path, photo(4, (320, 240), "PNG"), source=Source.UPLOAD)
    assert again.evidence.alike == old.evidence.key
    assert again.evidence.findings == (Finding.NOT_IN_PAGE, Finding.SEEN_BEFORE)
    other = await bring(stage, second, tmp_path, photo(9))
    assert other.evidence.findings == ()


async def test_a_film_comes_in_pieces_each_once_and_is_joined_up_to_the_first_that_is_missing(
    stage: Shore, water: Water, tmp_path: Path
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    with pytest.raises(ClipOutOfOrder):
        await piece(stage, check, tmp_path, 1, b"more")
    await piece(stage, check, tmp_path, 0, WEBM)
    for number in (1, 1, 2, 4):
        await piece(stage, check, tmp_path, number, b"more%d" % number)
    with pytest.raises(PieceDiffers):
        await piece(stage, check, tmp_path, 1, b"another")
    async with stage.database.reading() as tx:
        whole = await evidence.pieces(tx, water.officer, check.key, "film-1")
    assert [each.number for each in whole] == [0, 1, 2]
    assert whole[0].mime_type == "video/webm"


@pytest.mark.parametrize(("content", "kind"), [(WEBM, "video/webm"), (MP4, "video/mp4")])
async def test_a_film_is_known_by_how_it_begins(tmp_path: Path, content: bytes, kind: str) -> None:
    assert (await keeping.store_piece(MediaFolder(tmp_path), content, first=True)).mime_type == kind


@pytest.mark.parametrize("content", [b"", photo(), b"\0" * (keeping.LARGEST_PIECE + 1)])
async def test_what_is_no_piece_of_a_film_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaRefused):
        await keeping.store_piece(MediaFolder(tmp_path), content, first=True)


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        (Taken(Source.PAGE, 0, 11 * MINUTE, 3, code_shown=True), (Finding.OLD,)),
        (Taken(Source.PAGE, 0, 10 * MINUTE, 500, code_shown=True), ()),
        (Taken(Source.PAGE, 0, 0, 501, code_shown=False), (Finding.WRONG_CODE, Finding.FAR)),
        (Taken(Source.SMS, None, 0, None, code_shown=True), (Finding.NOT_IN_PAGE, Finding.NO_TIME, Finding.NO_PLACE)),
    ],
)
def test_what_speaks_against_a_picture(taken: Taken, found: tuple[Finding, ...]) -> None:
    assert findings(taken) == found


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179))
def test_a_way_is_as_long_there_as_back_and_none_is_longer_than_half_around(
    north: float, east: float, other_north: float, other_east: float
) -> None:
    there = metres_between((north, east), (other_north, other_east))
    assert there == metres_between((other_north, other_east), (north, east))
    assert 0 <= there <= 20_015_087


async def test_a_picture_looks_the_same_smaller_and_saved_worse() -> None:
    _, look = await pictures.seen(photo(5, (1280, 960)))
    _, smaller = await pictures.seen(photo(5, (200, 150), "PNG"))
    _, other = await pictures.seen(photo(6))
    assert (int(look, 16) ^ int(smaller, 16)).bit_count() <= 6
    assert (int(look, 16) ^ int(other, 16)).bit_count() > 6


async def test_a_judgement_is_said_once_turns_the_light_and_tells_whoever_was_asked(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    now = stage.clock.now()
    async with stage.database.writing() as tx:
        await judging.judge(stage.desk, tx, water.officer, check, Judgement(Result.NORMAL), now)
        with pytest.raises(AlreadyJudged):
            await judging.judge(stage.desk, tx, water.officer, check, Judgement(Result.NORMAL), now)
        lights = await standing.counted(tx, water.officer, water.county)
    await stage.play()
    assert lights == {Light.GREEN: 1, Light.NONE: 1}
    assert "正常" in stage.said_to("sms", WATCHER)[-1]
    assert (await stage.told())[-1] == "video_check.judged"


async def test_what_does_not_pass_needs_a_reason_and_opens_a_draft_that_nobody_is_told_of(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site], drill=True)
    await stage.says(WATCHER, "SK 87.32 渗1")
    office = Office("36098141600001", stage.tools.desk, stage.tools.kinds)
    now = stage.clock.now()
    async with stage.database.writing() as tx:
        with pytest.raises(ReasonMissing):
            await judging.judge(stage.desk, tx, water.officer, check, Judgement(Result.NOT_PASSED, " "), now)
        judgement = Judgement(Result.NOT_PASSED, "坝脚渗水", office)
        judged = await judging.judge(stage.desk, tx, water.officer, check, judgement, now)
        alert = await alerts.load(tx, water.officer, judged.alert or "")
    assert (alert.state, alert.status, alert.event_code) == (AlertState.DRAFT, Status.EXERCISE, "11A03")
    assert "坝脚渗水" in alert.contents["zh_CN"].description
    assert "87.32" in alert.contents["en"].description
    assert "video_check.not_passed" in await stage.told()


async def test_an_earlier_check_that_is_judged_late_does_not_overturn_a_later_one(stage: Shore, water: Water) -> None:
    first = await stage.ask(water.officer, sites=[water.site])
    second = await stage.ask(water.officer, sites=[water.site])
    now = stage.clock.now()
    async with stage.database.writing() as tx:
        later = Judgement(Result.NOT_PASSED, "看到裂缝")
        await judging.judge(stage.desk, tx, water.officer, second, later, now)
        await judging.judge(stage.desk, tx, water.officer, first, Judgement(Result.NORMAL), now)
        lights = await standing.lights(tx, water.officer, water.county, kind="reservoir")
    assert [each.light for each in lights] == [Light.YELLOW]


async def test_nothing_is_brought_to_a_check_that_was_judged(stage: Shore, water: Water, tmp_path: Path) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    async with stage.database.writing() as tx:
        seen = Judgement(Result.NO_VIEW, "太黑")
        await judging.judge(stage.desk, tx, water.officer, check, seen, stage.clock.now())
    with pytest.raises(CheckOver):
        await bring(stage, check, tmp_path, photo())
    async with stage.database.reading() as tx:
        assert await evidence.of_check(tx, CHECKER, check.key) == []
