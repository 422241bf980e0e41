"""A warning by loudspeaker: one publish for a township, receipts from every gateway, and each state as it was."""

import asyncio
from collections.abc import Sequence
from typing import Any

from broadcast.channels.base import Accepted, Word
from broadcast.channels.errors import Gone, Rejected
from broadcast.content.message import Audio, Message
from broadcast.deliveries import Key
from broadcast.notices import Kind
from ground.clock import HOUR
from ground.media import MediaFolder
from tests.broadcast.channels.speaker.villages import ABOVE, VILLAGE, township
from tests.builders import NOON
from tests.ground.test_media import wav
from tests.speakers import Speakers, until


def ends(speakers: Speakers) -> Sequence[tuple[str, str]]:
    over = (Word.DELIVERED, Word.FAILED)
    return sorted({(str(each.key), each.detail) for each in speakers.receipts if each.word in over})


async def test_one_publish_reaches_every_gateway_of_a_township(speakers: Speakers) -> None:
    codes = [f"G{number}" for number in range(20)]
    await township(speakers, *codes)
    notice = await speakers.notice("到祠堂集合", *codes)
    outcomes = await speakers.send(notice, "到祠堂集合", *codes)
    assert all(isinstance(outcome.result, Accepted) for outcome in outcomes)
    await until(lambda: len(speakers.played()) == 20, "all have played")
    assert [topic for _, topic in await speakers.commands()] == [f"mingluo/area/{VILLAGE}"]
    assert {entry.text for entry in speakers.played()} == {"到祠堂集合"}


async def test_a_gateway_says_how_far_it_got(speakers: Speakers) -> None:
    await township(speakers, "G1")
    notice = await speakers.notice("走", "G1")
    await speakers.send(notice, "走", "G1")
    await until(lambda: "played" in speakers.words(1), "played")
    assert speakers.words(1) == ["received", "downloading", "playing", "played"]
    last = speakers.receipts[-1]
    assert (last.account, last.provider_id, last.word) == ("speaker", f"{notice.id}.1", Word.DELIVERED)
    assert last.happened_at is not None
    assert NOON < last.happened_at <= speakers.clock.now()


async def test_the_sound_is_fetched_checked_and_played_after_the_gong(speakers: Speakers) -> None:
    await township(speakers, "G1")
    medium = await MediaFolder(speakers.folder / "media").keep(wav(6_000))
    audio = Audio(medium.digest, medium.mime_type, medium.bytes, medium.duration_ms or 0)
    message = Message("走", audio=audio, repeat=2, priority=1)
    notice = await speakers.notice("走", "G1", words=message)
    await speakers.send(notice, message, "G1")
    await until(speakers.played, "played")
    assert speakers.played()[0].facts["played_ms"] == 2 * (6_000 + 2_900)


async def test_a_sound_that_is_not_what_was_signed_is_not_played(speakers: Speakers) -> None:
    await township(speakers, "G1")
    folder = MediaFolder(speakers.folder / "media")
    medium = await folder.keep(wav(1_000))
    audio = Audio(medium.digest, medium.mime_type, medium.bytes, medium.duration_ms or 0)
    folder.path(medium.digest).write_bytes(wav(999) + b"\0" * 16)
    message = Message("走", audio=audio)
    await speakers.send(await speakers.notice("走", "G1", words=message), message, "G1")
    await until(lambda: "failed" in speakers.words(1), "refused")
    assert [(each.code, each.error) for each in speakers.receipts][-1] == ("checksum", Rejected("checksum"))
    assert not speakers.played()


async def test_a_sound_that_is_not_there_is_a_failure_that_is_told(speakers: Speakers) -> None:
    await township(speakers, "G1")
    message = Message("走", audio=Audio("0" * 64, "audio/wav", 10, 10))
    await speakers.send(await speakers.notice("走", "G1", words=message), message, "G1")
    await until(lambda: "failed" in speakers.words(1), "given up")
    assert speakers.receipts[-1].code == "download"


async def test_the_more_urgent_pre_empts_and_the_less_urgent_waits(speakers: Speakers) -> None:
    await township(speakers, "G1")
    long = Message("蓝色", priority=4, repeat=200)
    blue = await speakers.notice("蓝色", "G1", words=long)
    await speakers.send(blue, long, "G1")
    await until(lambda: "playing" in speakers.words(1), "blue plays")
    red, yellow = Message("红色", priority=1), Message("黄色", priority=3)
    await speakers.send(await speakers.notice("红色", "G1", words=red), red, "G1")
    await speakers.send(await speakers.notice("黄色", "G1", words=yellow), yellow, "G1")
    await until(lambda: len(speakers.played()) == 2, "red, then yellow")
    assert [entry.text for entry in speakers.played()] == ["红色", "黄色"]
    await until(lambda: len(ends(speakers)) == 3, "every last word")
    failed = {(each.key, each.error) for each in speakers.receipts if each.word is Word.FAILED}
    assert failed == {(Key(blue.id, 1), Rejected("preempted"))}


async def test_an_audience_that_is_not_whole_is_cut_into_subtrees_and_singles(patient_speakers: Speakers) -> None:
    speakers = patient_speakers
    village = await township(speakers, "G1", "G2")
    town = await speakers.world.area("360981211", parent=None, level="township")
    await speakers.gateways(["360981211"], town, "H1", "H2", "H3")
    assert village
    codes = ["G1", "G2", "H1"]
    await speakers.send(await speakers.notice("走", *codes), "走", *codes)
    await until(lambda: len(speakers.played()) == 3, "all three")
    topics = sorted(topic for _, topic in await speakers.commands())
    assert topics == [f"mingluo/area/{VILLAGE}", "mingluo/gateway/H1/down"]
    assert {entry.address for entry in speakers.played()} == set(codes)


async def test_a_gateway_that_was_taken_down_is_gone(speakers: Speakers) -> None:
    await township(speakers, "G1")
    notice = await speakers.notice("走", "G1")
    outcomes = await speakers.send(notice, "走", "G1", "never-put-up")
    assert [type(outcome.result) for outcome in outcomes] == [Accepted, Gone]


async def test_a_correction_stops_what_it_corrects_before_it_is_played(speakers: Speakers) -> None:
    await township(speakers, "G1", "G2")
    long = Message("误发", repeat=200, priority=1)
    alarm = await speakers.notice("误发", "G1", "G2", words=long)
    await speakers.send(alarm, long, "G1", "G2")
    await until(lambda: {"playing"} <= set(speakers.words(1)) & set(speakers.words(2)), "the false alarm plays")
    changes: dict[str, Any] = {
        "kind": Kind.CORRECTION,
        "expires": None,
        "tells_heard_of": [alarm.id],
        "supersedes": [alarm.id],
    }
    correction = await speakers.notice("更正", "G1", "G2", **changes)
    await speakers.send(correction, "更正", "G1", "G2")
    await until(lambda: len(speakers.played()) == 2, "the correction was heard")
    assert {entry.text for entry in speakers.played()} == {"更正"}
    stops, plays = await speakers.commands("stop"), await speakers.commands("play")
    assert plays[-1][0] > stops[-1][0] > plays[0][0]
    await until(lambda: len(ends(speakers)) == 4, "every last word")
    assert ends(speakers)[:2] == [(f"{alarm.id}.1", "stopped"), (f"{alarm.id}.2", "stopped")]


async def test_what_an_officer_stops_is_stopped_at_the_gateways(speakers: Speakers) -> None:
    await township(speakers, "G1")
    long = Message("走", repeat=200)
    notice = await speakers.notice("走", "G1", words=long)
    await speakers.send(notice, long, "G1")
    await until(lambda: "playing" in speakers.words(1), "it plays")
    await speakers.channel.stop(notice.id)
    await until(lambda: "stopped" in speakers.words(1), "it stopped")
    assert not speakers.played()


async def test_the_counter_rises_with_every_send_and_over_restarts(speakers: Speakers) -> None:
    await township(speakers, "G1")
    for text in ("一", "二", "三"):
        await speakers.send(await speakers.notice(text, "G1"), text, "G1")
    counters = [counter for counter, _ in await speakers.commands()]
    assert counters == sorted(set(counters))
    started = [counter for counter, _ in await speakers.commands("start")]
    assert started[0] < counters[0]


async def test_an_expired_warning_is_not_played_and_an_ending_without_expiry_is(speakers: Speakers) -> None:
    await township(speakers, "G1")
    late = await speakers.notice("过期", "G1", expires=speakers.clock.now() + 1)
    await asyncio.sleep(0.05)
    await speakers.send(late, "过期", "G1")
    ending = await speakers.notice("解除", "G1", kind=Kind.LIFTED, expires=None)
    await speakers.send(ending, "解除", "G1")
    await until(speakers.played, "the ending")
    assert [entry.text for entry in speakers.played()] == ["解除"]
    assert speakers.fleet.gateways["G1"].refused["expired"] >= 1


async def test_the_volume_is_set_and_a_query_is_answered(speakers: Speakers) -> None:
    village = await township(speakers)
    [gateway] = await speakers.gateways(ABOVE, village, "G1")
    await speakers.channel.set_volume([gateway], 35)
    await until(lambda: speakers.fleet.gateways["G1"].volume == 35, "quieter")
    notice = await speakers.notice("走", "G1")
    await speakers.send(notice, "走", "G1")
    await until(lambda: "played" in speakers.words(1), "played")
    for asked in ([gateway], None):
        speakers.receipts.clear()
        await speakers.channel.query(asked)
        await until(lambda: speakers.words(1) == ["played"], "it says where it stands")


async def test_many_gateways_cost_few_statements(patient_speakers: Speakers) -> None:
    speakers = patient_speakers
    codes = [f"G{number}" for number in range(60)]
    await township(speakers, *codes)
    notice = await speakers.notice("走", *codes, expires=NOON + 24 * HOUR)
    await speakers.send(notice, "走", *codes)
    await until(lambda: len(ends(speakers)) == 60, "every gateway's last word")
    assert len(await speakers.commands()) == 1
