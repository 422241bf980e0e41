"""CAP in: real files and careless ones are read, and every liberty that was taken is noted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcast.alerts.cap.document import Named, Stamp
from broadcast.alerts.cap.reading import read_cap
from broadcast.alerts.cap.writing import write_cap
from broadcast.errors import CapRefused
from ground.clock import BEIJING, moment
from tests.broadcast.alerts.warnings import SAMPLES

FILES = sorted([*SAMPLES.glob("*.cap"), *SAMPLES.glob("*.xml")])
RAIN = (SAMPLES / "rain.xml").read_text(encoding="utf-8")


def codes_of(document: str | bytes) -> list[str]:
    return [note.code for note in read_cap(document.encode() if isinstance(document, str) else document).notes]


def changed(*changes: tuple[str, str]) -> str:
    text = RAIN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_is_read_and_says_who_and_when(path: Path) -> None:
    alert = read_cap(path.read_bytes()).alert
    assert alert.identifier
    assert alert.sender
    assert alert.sent.at > 0


def test_the_made_up_warning_is_read_without_a_note() -> None:
    reading = read_cap(RAIN.encode())
    assert reading.notes == ()
    info = reading.alert.infos[0]
    assert info.language == "zh-CN"
    assert info.areas[0].geocodes == (Named("GB/T 2260", "360981205"),)
    assert moment(reading.alert.sent.at, BEIJING).isoformat() == "2021-06-28T10:00:00+08:00"


def test_a_signature_is_noted_as_unverified_and_refuses_nothing() -> None:
    reading = read_cap((SAMPLES / "canada_signed.cap").read_bytes())
    assert reading.alert.signed
    assert "signature.unverified" in [note.code for note in reading.notes]
    assert [info.language for info in reading.alert.infos] == ["en-CA", "fr-CA"]


def test_what_canada_got_wrong_is_noted() -> None:
    assert "references.missing" in codes_of((SAMPLES / "canada_errors.cap").read_bytes())


def test_a_feed_is_refused_by_name() -> None:
    with pytest.raises(CapRefused, match="feed"):
        read_cap((SAMPLES / "weather_index.atom").read_bytes())


@pytest.mark.parametrize(
    ("namespace", "code"),
    [
        ("urn:oasis:names:tc:emergency:cap:1.1", "version.old"),
        ("http://www.incident.com/cap/1.0", "version.old"),
        ("http://example.org/", "namespace.foreign"),
    ],
)
def test_other_namespaces_are_read_with_a_note(namespace: str, code: str) -> None:
    reading = read_cap(RAIN.replace("urn:oasis:names:tc:emergency:cap:1.2", namespace).encode())
    assert [note.code for note in reading.notes] == [code]
    assert reading.alert == read_cap(RAIN.encode()).alert


def test_a_file_without_a_namespace_is_read() -> None:
    assert codes_of(RAIN.replace(' xmlns="urn:oasis:names:tc:emergency:cap:1.2"', "")) == ["namespace.foreign"]


@pytest.mark.parametrize(
    ("written", "strict"),
    [
        ("2021-06-28T02:00:00Z", "2021-06-28T02:00:00-00:00"),
        ("2021-06-28T10:00:00.500+08:00", "2021-06-28T02:00:00-00:00"),
        ("2021-06-28T10:00:00+0800", "2021-06-28T02:00:00-00:00"),
        ("2021-06-28 10:00:00+08:00", "2021-06-28T02:00:00-00:00"),
        ("2021-06-28T02:00:00", "2021-06-28T02:00:00-00:00"),
        ("2021-06-27T24:00:00-02:00", "2021-06-27T24:00:00-02:00"),
        ("2021-06-28T10:00:00+08:00", "2021-06-28T10:00:00+08:00"),
        ("2021-06-28T02:00:00-00:00", "2021-06-28T02:00:00-00:00"),
        ("2021-06-28T16:30:00+14:30", "2021-06-28T02:00:00-00:00"),
    ],
)
def test_a_time_is_read_however_it_is_written_and_told_as_the_schema_wants_it(written: str, strict: str) -> None:
    stamp = Stamp.read(written)
    assert stamp.strict == strict
    assert stamp.at == Stamp.read("2021-06-28T10:00:00+08:00").at
    assert stamp.is_strict == (written == strict)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2021-06-31T10:00:00+08:00", "2021-06-28", "２０２１-06-28T10:00:00Z"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"date|time|month|day"):
        Stamp.read(written)


def test_the_text_of_sent_keeps_its_offset_notation() -> None:
    document = changed(("2021-06-28T10:00:00+08:00", "2021-06-28T02:00:00Z"))
    reading = read_cap(document.encode())
    assert reading.alert.sent.text == "2021-06-28T02:00:00Z"
    assert [note.code for note in reading.notes] == ["time.lax"]
    assert b"<sent>2021-06-28T02:00:00-00:00</sent>" in write_cap(reading.alert)


@pytest.mark.parametrize("missing", ["identifier", "sender", "sent"])
def test_without_an_identity_nobody_could_refer_to_it(missing: str) -> None:
    start, end = RAIN.index(f"<{missing}>"), RAIN.index(f"</{missing}>")
    with pytest.raises(CapRefused, match=missing):
        read_cap((RAIN[:start] + RAIN[end + len(f"</{missing}>") :]).encode())


@pytest.mark.parametrize("status", ["", "actually", "Drill"])
def test_what_does_not_say_that_it_is_in_earnest_is_a_test(status: str) -> None:
    reading = read_cap(changed(("<status>Actual", f"<status>{status}")).encode())
    assert reading.alert.status == "Test"
    assert reading.notes


def test_letters_of_the_wrong_case_are_read_with_a_note() -> None:
    reading = read_cap(changed(("<severity>Severe", "<severity>severe")).encode())
    assert reading.alert.infos[0].severity == "Severe"
    assert [note.code for note in reading.notes] == ["word.unknown"]


def test_cap_1_0_words_and_pairs_are_understood() -> None:
    document = changed(
        ("<certainty>Likely", "<certainty>Very Likely"),
        (
            "<valueName>mingluo:event-code</valueName>\n      <value>11B03</value>",
            "mingluo:event-code=11B03",
        ),
    )
    info = read_cap(document.encode()).alert.infos[0]
    assert info.certainty == "Likely"
    assert info.event_codes == (Named("mingluo:event-code", "11B03"),)


def test_unknown_elements_are_noted_and_left_out() -> None:
    document = changed(("<scope>Public</scope>", '<scope>Public</scope><mood>grim</mood><x:y xmlns:x="urn:x"/>'))
    assert codes_of(document) == ["element.unknown", "element.unknown"]


def test_a_file_that_is_wrong_throughout_is_not_told_so_ten_thousand_times() -> None:
    document = changed(("<scope>Public</scope>", "<scope>Public</scope>" + "<mood/>" * 10_000))
    assert len(codes_of(document)) <= 110


def test_lists_of_words_keep_what_stands_in_quotes_together() -> None:
    document = changed(("<scope>Public</scope>", '<scope>Private</scope><addresses>a "b c" d</addresses>'))
    alert = read_cap(document.encode()).alert
    assert alert.addresses == ("a", "b c", "d")
    assert b'<addresses>a "b c" d</addresses>' in write_cap(alert)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_encodings_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    document = RAIN.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    assert read_cap(document).alert == read_cap(RAIN.encode()).alert


def wrong() -> Iterator[tuple[str, tuple[str, str]]]:
    scope, area = "<scope>Public</scope>", "<areaDesc>荷湖乡</areaDesc>"
    own = "36098141600000,36098141600000_20210628100000_0,2021-06-28T10:00:00+08:00"
    later = "36098141600000,later,2021-06-29T10:00:00+08:00"
    yield "restriction.idle", (scope, f"{scope}<restriction>staff</restriction>")
    yield "restriction.missing", (scope, "<scope>Restricted</scope>")
    yield "addresses.missing", (scope, "<scope>Private</scope>")
    yield "reference.circular", (scope, f"{scope}<references>{own}</references>")
    yield "reference.later", (scope, f"{scope}<references>{later}</references>")
    yield "reference.malformed", (scope, f"{scope}<references>who,what</references>")
    yield "name.unquotable", ("<sender>36098141600000", "<sender>the office")
    yield "references.missing", ("<msgType>Alert", "<msgType>Update")
    yield "note.missing", ("<status>Actual", "<status>Exercise")
    yield "language.malformed", ("<language>zh-CN", "<language>Chinese, mostly")
    yield "headline.long", ("<headline>", "<headline>" + "雨" * 160)
    yield "text.marked_up", ("<description>", "<description>&lt;b&gt;")
    yield "web.relative", ("<area>", "<web>warning.html</web><area>")
    yield "expires.missing", ("<expires>2021-06-28T22:00:00+08:00</expires>", "")
    yield "expires.past", ("<expires>2021-06-28T22", "<expires>2021-06-28T09")
    yield "expires.early", ("<onset>2021-06-28T10", "<onset>2021-06-29T10")
    yield "time.malformed", ("<onset>2021-06-28T10:30:00+08:00", "<onset>soon")
    resource = "<resource><resourceDesc>x</resourceDesc><mimeType>{}</mimeType>{}</resource><area>"
    yield "mime_type.malformed", ("<area>", resource.format("picture", ""))
    yield "uri.relative", ("<area>", resource.format("image/png", "<uri>a.png</uri>"))
    yield "digest.malformed", ("<area>", resource.format("image/png", "<digest>12</digest>"))
    yield "size.malformed", ("<area>", resource.format("image/png", "<size>big</size>"))
    polygon = area + "<polygon>{}</polygon>"
    yield "polygon.open", (area, polygon.format("28,115 28,116 29,116 29,115"))
    yield "polygon.open", (area, polygon.format("28,115 28,116 28,115"))
    yield "polygon.crossed", (area, polygon.format("28,115 29,116 28,116 29,115 28,115"))
    yield "polygon.malformed", (area, polygon.format("115,28 116,28 116,29 115,28"))
    yield "circle.malformed", (area, area + "<circle>28,115</circle>")
    yield "circle.malformed", (area, area + "<circle>28,115 -3</circle>")
    yield "ceiling.alone", ("</geocode>", "</geocode><ceiling>100</ceiling>")
    yield "ceiling.low", ("</geocode>", "</geocode><altitude>200</altitude><ceiling>100</ceiling>")
    yield "element.repeated", ("<urgency>", "<urgency>Past</urgency><urgency>")


@pytest.mark.parametrize(("code", "change"), list(wrong()))
def test_each_rule_that_people_get_wrong_is_noted_once(code: str, change: tuple[str, str]) -> None:
    assert codes_of(changed(change)).count(code) == 1


def test_a_sound_polygon_and_circle_are_noted_nowhere() -> None:
    square = "<polygon>28,115 28,116 29,116 29,115 28,115</polygon><circle>28.2,115.7 5.5</circle>"
    assert codes_of(changed(("</areaDesc>", "</areaDesc>" + square))) == []


def test_an_empty_polygon_is_ignored() -> None:
    reading = read_cap(changed(("</areaDesc>", "</areaDesc><polygon/>")).encode())
    assert reading.alert.infos[0].areas[0].polygons == ()
