"""What people are told: complete, in order, short enough, and a drill is never taken for real."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcast.channels.base import Abilities, Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.content.aloud import seconds
from broadcast.content.breaks import beginning
from broadcast.content.calling import key_question
from broadcast.content.compose import SEGMENTS, compose, compose_all, compose_endangered, manner
from broadcast.content.facts import Facts
from broadcast.content.fit import measure, utf16_units, within
from broadcast.content.message import Audio
from broadcast.content.rules import endangered, likeliest, plain
from broadcast.notices import Kind
from templates.check import channels
from templates.rendering import GENERIC, messages
from tests.broadcast.content.warnings import (
    BOTH,
    CHANNELS,
    CHAT,
    CHINESE,
    ENGLISH,
    PLAIN,
    SMS,
    SPEAKER,
    VOICE,
    WARNING_KINDS,
    warning,
)

GONG = Audio("0" * 64, "audio/wav", 44, 1_000)
everywhere = pytest.mark.parametrize(
    ("facts", "kind", "channel"), list(itertools.product(BOTH, WARNING_KINDS, CHANNELS))
)


def said(facts: Facts, channel: str) -> str:
    return compose(facts, channel, CHANNELS[channel]).text


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


@everywhere
def test_a_drill_says_so_first_and_last(facts: Facts, kind: Kind, channel: str) -> None:
    drill = said(warning(facts, kind, drill=True), channel)
    real = said(warning(facts, kind), channel)

    assert drill.startswith(("【演练】", "演练", "[DRILL]", "Drill"))
    ending = drill.removesuffix(f"【{facts.issuer}】").removesuffix(f" From: {facts.issuer}")
    assert ending.endswith(("是演练，不是真的。", "a drill, not real."))
    assert "演练" not in real
    assert "drill" not in real.casefold()


@everywhere
def test_where_stands_before_everything_else(facts: Facts, kind: Kind, channel: str) -> None:
    text = said(warning(facts, kind), channel)
    assert text.index(facts.area) <= len("Attention, everybody in ")
    assert facts.event.removesuffix("事件") in text
    assert facts.issuer in text


@pytest.mark.parametrize("facts", BOTH)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", [Kind.ALARM, Kind.UPDATE])
def test_a_warning_tells_where_what_do_go_call_in_this_order(facts: Facts, channel: str, kind: Kind) -> None:
    text = said(warning(facts, kind, go="荷湖中学", call="罗书记"), channel)
    start = "6月28日14时" if facts.language == "zh_CN" else "14:00 on 28 June"
    assert in_order(text, facts.area, start, facts.headline, "100", facts.do, "荷湖中学", "罗书记", facts.issuer)


def test_a_chinese_sms_reads_as_one_would_say_it() -> None:
    assert said(CHINESE, "sms") == (
        "荷湖乡：暴雨红色预警。6月28日14时起。今天下午有特大暴雨。未来3小时将有100毫米以上的强降雨。"
        "山边可能滑坡。沟里可能涨水。住在山边、沟边的人马上离开。去哪里：荷湖中学（走村道）。"
        "找谁：村委会值班电话，555-0100。回复1收到 2安全 3求助。【丰城市气象台】"
    )


def test_an_english_sms_stays_in_the_cheap_alphabet() -> None:
    text = said(replace(ENGLISH, do="Don’t wait – leave now"), "sms")
    assert "Don't wait - leave now." in text
    assert measure(text).segments == 3


def test_buttons_take_the_place_of_numbers() -> None:
    chat, page = compose(CHINESE, "telegram", CHAT), compose(CHINESE, "webchat", PLAIN)
    assert [choice.key for choice in chat.choices] == ["received", "safe", "need_help"]
    assert [choice.label for choice in chat.choices] == ["收到", "安全", "求助"]
    assert "按钮" in chat.text
    assert "1收到" not in chat.text
    assert "1收到 2安全 3求助" in page.text


def test_too_few_buttons_are_no_buttons() -> None:
    assert "1收到 2安全 3求助" in compose(CHINESE, "telegram", replace(CHAT, buttons=2)).text


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_answer_is_asked_for_where_none_is_wanted(channel: str) -> None:
    message = compose(replace(CHINESE, asks_answer=False), channel, CHANNELS[channel])
    assert not message.choices
    assert "回复" not in message.text
    assert "按钮" not in message.text


def test_a_loudspeaker_asks_nobody_and_says_nothing_unsayable() -> None:
    heard = compose(
        replace(CHINESE, what="【特急】雨很大（100毫米）。详情见 https://example.org/a?b=1", go="“荷湖中学”"),
        "speaker",
        SPEAKER,
    )
    assert not heard.choices
    assert not set("【】（）()[]“”") & set(heard.text)
    assert "http" not in heard.text
    assert "特急，雨很大，100毫米。详情见。" in heard.text
    assert "5 5 5 0 1 0 0" in heard.text


def test_sound_goes_only_where_sound_is_carried() -> None:
    assert compose(CHINESE, "speaker", SPEAKER, GONG).audio == GONG
    assert compose(CHINESE, "sms", SMS, GONG).audio is None


def test_the_worst_is_played_most_often() -> None:
    repeats = [compose(replace(CHINESE, level=level), "speaker", SPEAKER).repeat for level in (1, 2, 3, 4)]
    assert repeats == sorted(repeats, reverse=True)
    assert repeats[0] == 3
    assert compose(CHINESE, "sms", SMS).repeat == 1


def test_a_correction_pre_empts_the_warning_it_takes_back() -> None:
    blue = warning(kind=Kind.CORRECTION, level=4)
    assert compose(blue, "speaker", SPEAKER).priority == 1
    assert compose(replace(blue, kind=Kind.ALARM), "speaker", SPEAKER).priority == 4


@pytest.mark.parametrize("facts", BOTH)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_correction_never_repeats_what_it_takes_back(facts: Facts, channel: str) -> None:
    text = said(warning(facts, Kind.CORRECTION), channel)
    for taken_back in (facts.what, facts.headline, facts.do, facts.go, "14"):
        assert taken_back not in text
    assert ("误发" if facts.language == "zh_CN" else "in error") in text


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_three_endings_are_told_apart(channel: str) -> None:
    lifted, lowered, taken_back = (
        said(warning(kind=kind, what="", do="", go=""), channel)
        for kind in (Kind.LIFTED, Kind.LOWERED, Kind.CORRECTION)
    )
    assert "解除了" in lifted
    assert "从红色降到黄色，还没有解除" in lowered
    assert "先不要回家" in lowered
    assert "解除了" not in lowered
    assert "误发" in taken_back
    assert "解除" not in taken_back


def test_a_headline_that_only_names_the_warning_is_not_said_twice() -> None:
    title = "丰城市气象台发布暴雨红色预警[Ⅰ级/特别严重]"
    assert title not in said(replace(CHINESE, headline=title), "telegram")
    assert "发布" not in said(replace(CHINESE, headline=title), "sms")


def test_minutes_are_told_where_they_matter() -> None:
    assert "6月28日13时40分" in said(CHINESE, "telegram")
    assert "13:40 on 28 June" in said(ENGLISH, "telegram")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_warning_without_times_place_to_go_or_number_leaves_no_empty_labels(channel: str) -> None:
    text = said(replace(CHINESE, onset=None, expires=None, go="", call="", headline=""), channel)
    for label in ("去哪里", "找谁", "时间", "到这里去", "有困难", "None"):
        assert label not in text


LONG = "第{}条情况：河水还在上涨，请注意。"


def test_too_long_loses_sentences_of_what_happens_first() -> None:
    facts = replace(CHINESE, what="".join(LONG.format(number) for number in range(60)))
    text = said(facts, "sms")
    assert measure(text).segments <= SEGMENTS
    assert LONG.format(0) in text
    assert LONG.format(59) not in text
    assert text.count("第") == text.count("请注意。")  # whole sentences
    for kept in (facts.headline, facts.do, facts.go, facts.call, "回复1收到", "【丰城市气象台】"):
        assert kept in text


def test_then_the_headline_and_then_what_to_do_gives_way() -> None:
    facts = replace(CHINESE, do="".join(f"第{number}步先看好老人。" for number in range(60)))
    text = said(facts, "sms")
    assert measure(text).segments <= SEGMENTS
    assert "强降雨" not in text
    assert facts.headline not in text
    assert "第0步先看好老人。" in text
    for kept in (facts.go, facts.call, "【丰城市气象台】"):
        assert kept in text


def test_a_list_of_forty_villages_does_not_push_out_what_to_do() -> None:
    facts = replace(CHINESE, area="、".join(f"第{number}号自然村" for number in range(90)))
    text = said(facts, "sms")
    assert measure(text).segments <= SEGMENTS
    assert "第0号自然村、第1号自然村" in text
    assert "…：暴雨红色预警" in text
    for kept in (facts.what, facts.do, facts.go, facts.call):
        assert kept in text


def test_a_chat_is_cut_at_its_limit() -> None:
    facts = replace(CHINESE, what=LONG * 500)
    assert 3_900 < utf16_units(said(facts, "telegram")) <= 4_096


def test_an_impossible_limit_still_leaves_a_drill_a_drill() -> None:
    tiny = Abilities(receipts=True, text_limit=40)
    text = compose(replace(CHINESE, drill=True), "pager", tiny).text
    assert utf16_units(text) <= 40
    assert text.startswith("【演练】")
    assert text.endswith("以上是演练，不是真的。")


lengthy = st.builds(lambda text, times: text * times, st.text("雨ab 1。，.😀、", max_size=30), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(
    facts=st.sampled_from(BOTH),
    kind=st.sampled_from(WARNING_KINDS),
    drill=st.booleans(),
    area=lengthy,
    what=lengthy,
    do=lengthy,
    go=lengthy,
)
def test_whatever_is_written_the_sms_fits_and_the_drill_shows(
    facts: Facts, kind: Kind, *, drill: bool, area: str, what: str, do: str, go: str
) -> None:
    text = said(warning(facts, kind, drill=drill, area=area, what=what, do=do, go=go), "sms")
    assert measure(text).segments <= SEGMENTS
    if drill:
        assert text.startswith(("【演练】", "[DRILL]"))
        assert "演练，不是真的。" in text or "a drill, not real." in text


def test_a_language_without_a_catalogue_is_put_into_chinese_words() -> None:
    text = said(replace(CHINESE, language="bo"), "sms")
    assert "红色预警" in text


def never_built(settings: object, surroundings: Surroundings) -> Channel:
    raise AssertionError("words are composed without any channel being there")


def test_words_are_composed_for_every_rule_language_and_channel() -> None:
    kinds = [ChannelKind(name, abilities, object, never_built) for name, abilities in CHANNELS.items()]
    words = compose_all([(0, CHINESE), (0, ENGLISH), (1, replace(CHINESE, do="去学校点名"))], kinds, GONG)

    assert {(each.channel, each.language, each.rule) for each in words} == {
        (channel, language, rule) for channel in CHANNELS for language, rule in (("zh_CN", 0), ("en", 0), ("zh_CN", 1))
    } | {
        (channel, language, endangered(rule))
        for channel in ("sms", "voice")
        for language, rule in (("zh_CN", 0), ("en", 0), ("zh_CN", 1))
    }
    assert all(("去学校点名" in each.message.text) == (plain(each.rule) == 1) for each in words)
    assert {each.channel for each in words if each.message.audio} == {"speaker"}


@pytest.mark.parametrize("facts", BOTH)
@pytest.mark.parametrize("changes", [{}, {"drill": True}])
def test_an_old_telephone_in_danger_hears_half_a_minute_with_its_two_keys(
    facts: Facts, changes: dict[str, Any]
) -> None:
    longer = replace(facts, what=facts.what * 5, **changes)
    message = compose_endangered(longer, "voice", VOICE)
    assert [choice.key for choice in message.choices] == ["safe", "need_help"]
    asked = key_question(message.choices, facts.language).text
    assert seconds(message.text) + seconds(asked) <= 30
    assert facts.do in message.text
    assert "555" in message.text.replace(" ", "")


def test_an_old_telephone_in_danger_is_asked_by_text_for_the_same_two_numbers() -> None:
    message = compose_endangered(CHINESE, "sms", CHANNELS["sms"])
    assert "回复1安全 2求助。" in message.text
    assert within(message.text, SEGMENTS)
    assert CHINESE.what in message.text, "a text may be longer than what one listens to"


@settings(max_examples=30)
@given(st.text("雨水路山走到村，。！", max_size=400), st.text("走到学校，。！", min_size=1, max_size=300))
def test_however_long_a_warning_is_an_old_telephone_hears_it_in_time(what: str, do: str) -> None:
    message = compose_endangered(replace(CHINESE, what=what, do=do), "voice", VOICE)
    assert seconds(message.text) + seconds(key_question(message.choices, "zh_CN").text) <= 30


@pytest.mark.parametrize("changes", [{"asks_answer": False}, {"kind": Kind.LIFTED}])
def test_what_asks_nothing_asks_nothing_of_old_telephones_either(changes: dict[str, Any]) -> None:
    kinds = [ChannelKind("voice", VOICE, object, never_built)]
    assert [each.rule for each in compose_all([(2, replace(CHINESE, **changes))], kinds)] == [2]


@given(st.integers(0, 30_000))
def test_words_for_danger_are_known_from_those_of_every_rule(rule: int) -> None:
    assert endangered(rule) < 0
    assert plain(endangered(rule)) == plain(rule) == rule
    assert endangered(endangered(rule)) == endangered(rule)
    assert likeliest(endangered(rule)) == tuple(dict.fromkeys((endangered(rule), rule, 0)))


def test_every_template_belongs_to_a_channel_or_to_a_manner_of_speaking() -> None:
    known = {*CHANNELS, *map(manner, CHANNELS.values()), GENERIC}
    assert {channel for message in messages() for channel in channels(message)} <= known


def test_a_whole_book_is_not_read_to_its_end() -> None:
    """A CAP file may carry a megabyte; composing it must not hold up the others."""
    looked_at = 0

    def fits(head: str) -> bool:
        nonlocal looked_at
        looked_at += len(head) if len(head) < len(book) else 0
        return len(head) <= 100

    book = "雨很大，请注意。" * 100_000
    assert len(beginning(book, fits)) == 96
    assert looked_at < 5_000
