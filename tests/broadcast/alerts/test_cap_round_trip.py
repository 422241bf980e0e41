"""CAP out: what we write, the schema accepts and we read back equal."""

import re
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from broadcast.alerts.cap import vocabulary
from broadcast.alerts.cap.document import Area, CapAlert, Info, Named, Reference, Resource, Stamp
from broadcast.alerts.cap.reading import read_cap
from broadcast.alerts.cap.taking import draft_from_cap
from broadcast.alerts.cap.telling import cap_of
from broadcast.alerts.cap.writing import write_cap
from broadcast.alerts.codes import read_codes
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import (
    Alert,
    AlertDraft,
    Content,
    Ending,
    Identity,
    Instruction,
    Level,
    MsgType,
    Nature,
    Place,
    Status,
)
from broadcast.errors import WrongState
from ground.clock import BEIJING, HOUR, SECOND, moment
from tests.broadcast.alerts.warnings import SAMPLES, rain
from tests.builders import NOON

CODES = read_codes()
FILES = sorted([*SAMPLES.glob("*.cap"), *SAMPLES.glob("*.xml")])


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SAMPLES / "cap12.xsd"))


def require_valid(document: bytes) -> None:
    schema().assertValid(etree.fromstring(document))


# What XML can say, as a reader sees it who trims the space around it.
said = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=20
).map(str.strip)
words = said.filter(bool)
name = st.from_regex(re.compile(r"[A-Za-z0-9._:@-]{1,40}"), fullmatch=True)
offsets = st.sampled_from(["+08:00", "-00:00", "+00:00", "-07:00", "+14:00", "-03:30"])
moments = st.datetimes(
    min_value=moment(0).replace(tzinfo=None), max_value=moment(4_000_000_000_000).replace(tzinfo=None)
)
stamps = st.builds(lambda at, offset: Stamp.read(f"{at:%Y-%m-%dT%H:%M:%S}{offset}"), moments, offsets)
maybe_stamps = st.none() | stamps
coordinates = st.integers(-80, 80)


def some(strategy: st.SearchStrategy[object], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, min_size=least, max_size=most, unique=True).map(tuple)


named = st.builds(Named, words, said)
rings = st.builds(
    lambda y, x, side: f"{y},{x} {y},{x + side} {y + side},{x + side} {y},{x}", coordinates, coordinates, st.just(1)
)
circles = st.builds("{},{} {}".format, coordinates, coordinates, st.integers(0, 99))
areas = st.builds(Area, words, some(rings), some(circles), some(named), st.just(""), st.just(""))
sizes = st.none() | st.integers(0, 10**9)
digests = st.sampled_from(["", "0123456789abcdef" * 2 + "01234567"])
resources = st.builds(
    Resource, words, st.just("image/png"), sizes, st.sampled_from(["", "http://x.example/a"]), said, digests
)
infos = st.builds(
    Info,
    language=st.sampled_from(["zh-CN", "en-US", "fr-CA"]),
    categories=some(st.sampled_from(vocabulary.CATEGORIES), least=1),
    event=words,
    responses=some(st.sampled_from(vocabulary.RESPONSES)),
    urgency=st.sampled_from(vocabulary.URGENCIES),
    severity=st.sampled_from(vocabulary.SEVERITIES),
    certainty=st.sampled_from(vocabulary.CERTAINTIES),
    audience=said,
    event_codes=some(named),
    effective=maybe_stamps,
    onset=maybe_stamps,
    expires=maybe_stamps,
    sender_name=said,
    headline=said,
    description=said,
    instruction=said,
    web=st.sampled_from(["", "http://x.example/"]),
    contact=said,
    parameters=some(named),
    resources=some(resources),
    areas=some(areas),
)
messages = st.builds(
    CapAlert,
    identifier=name,
    sender=name,
    sent=stamps,
    status=st.sampled_from(vocabulary.STATUSES),
    msg_type=st.sampled_from(vocabulary.MSG_TYPES),
    scope=st.sampled_from(vocabulary.SCOPES),
    source=said,
    restriction=said,
    addresses=some(name),
    codes=some(words),
    note=said,
    references=some(st.builds(Reference, name, name, stamps)),
    incidents=some(name),
    infos=some(infos),
)


@given(messages)
@settings(max_examples=80, deadline=None)
def test_any_message_that_is_written_is_valid_and_reads_back_equal(message: CapAlert) -> None:
    document = write_cap(message)
    require_valid(document)
    assert read_cap(document).alert == message


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_is_told_again_without_loss(path: Path) -> None:
    message = read_cap(path.read_bytes()).alert
    document = write_cap(message)
    require_valid(document)
    assert read_cap(document).alert == replace(message, signed=False)


instructions = st.builds(Instruction, said, said, said)
contents = st.builds(
    Content,
    headline=said,
    description=said,
    instruction=instructions,
    area_desc=words,
    sender_name=words,
    event=st.just(""),
    rules=st.dictionaries(st.integers(0, 19), instructions, max_size=3),
)
places = st.builds(Place, some(st.tuples(words, said)), some(rings), some(circles))
whole_seconds = st.integers(0, 4_000_000_000).map(lambda second: second * SECOND)
drafts = st.builds(
    AlertDraft,
    area=st.just(1),
    level=st.none() | st.sampled_from(Level),
    event_code=st.sampled_from(sorted(CODES.events)),
    contents=st.dictionaries(st.sampled_from(["zh_CN", "en", "fr_CA"]), contents, min_size=1),
    expires=whole_seconds,
    onset=whole_seconds,
    status=st.sampled_from(Status),
    asks_answer=st.booleans(),
    place=places,
    nature=st.builds(
        Nature,
        st.sampled_from(vocabulary.URGENCIES),
        st.sampled_from(vocabulary.CERTAINTIES),
        st.just(()),
        some(st.sampled_from(vocabulary.RESPONSES)),
    ),
    note=said,
)


def kept(draft: AlertDraft, sent: int = NOON) -> Alert:
    """Return the draft as it stands once issued."""
    text = moment(sent, BEIJING).isoformat(timespec="seconds")
    fields: dict[str, Any] = {each.name: getattr(draft, each.name) for each in dataclass_fields(draft)}
    fields["identity"] = Identity("36098141600000_20210628120000_0", "36098141600000", sent, text)
    fields |= {"state": State.ISSUED, "author": "operator:1", "approver": None, "confirmer": None, "audience": None}
    return Alert(**fields, id="an-id", made_at=sent, version=1)


@given(drafts)
@settings(max_examples=80, deadline=None)
def test_a_warning_of_ours_told_as_cap_is_the_same_draft_when_it_is_taken(draft: AlertDraft) -> None:
    alert = kept(draft)
    document = write_cap(cap_of(alert, (), CODES))
    require_valid(document)
    reading = read_cap(document)
    taken = draft_from_cap(reading, CODES, area=1)
    ending = Ending.LIFTED if draft.msg_type is MsgType.CANCEL else draft.ending
    expected = replace(draft, ending=ending, identity=alert.identity, cap_digest=reading.digest, source="cap")
    if draft.level is None and taken.level is not None:  # a colour in the words is believed
        expected = replace(expected, level=taken.level)
    assert taken == expected


def test_cap_out_has_offset_times_in_whole_seconds_and_never_z() -> None:
    draft = rain(1, onset=NOON + 123, expires=NOON + HOUR + 999)
    document = write_cap(cap_of(kept(draft), (), CODES)).decode()
    assert re.findall(r"<(?:sent|onset|expires)>(.*?)<", document) == [
        "2021-06-28T12:00:00+08:00",
        "2021-06-28T12:00:00+08:00",
        "2021-06-28T13:00:00+08:00",
    ]


def test_the_level_travels_as_the_severity_of_the_table_and_the_instruction_as_one_text() -> None:
    info = cap_of(kept(rain(1)), (), CODES).infos[0]
    assert info.severity == "Severe"
    assert info.categories == ("Met",)
    assert info.event == "暴雨"
    assert info.instruction == "住在坡下的人马上离开\n去村委会\n打村主任电话"


def test_an_update_refers_to_all_earlier_messages_that_had_not_run_out() -> None:
    first = replace(kept(rain(1, expires=NOON + 1), NOON - 2 * HOUR), id="first")
    second = replace(kept(rain(1), NOON - HOUR), id="second")
    direct = replace(kept(rain(1, expires=NOON - 1), NOON - 1_000), id="direct")
    over = replace(kept(rain(1, expires=NOON - 1), NOON - 3 * HOUR), id="over")
    update = kept(rain(1, msg_type=MsgType.UPDATE, references=("other@example,o1,2021-06-28T02:00:00-00:00",)))
    told = cap_of(update, (direct, second, first, over), CODES).references
    assert [str(each).split(",")[2] for each in told] == [
        "2021-06-28T11:59:59+08:00",
        "2021-06-28T11:00:00+08:00",
        "2021-06-28T10:00:00+08:00",
        "2021-06-28T02:00:00-00:00",
    ]


def test_a_warning_without_an_identity_is_not_told() -> None:
    draft = replace(kept(rain(1)), identity=Identity("an-id", "", NOON, ""))
    with pytest.raises(WrongState):
        cap_of(draft, (), CODES)


def test_what_xml_cannot_carry_is_left_out() -> None:
    message = read_cap((SAMPLES / "rain.xml").read_bytes()).alert
    info = replace(message.infos[0], description="a\x00b\x1b\ud800c\ufffe")
    document = write_cap(replace(message, infos=(info,)))
    assert read_cap(document).alert.infos[0].description == "abc"
