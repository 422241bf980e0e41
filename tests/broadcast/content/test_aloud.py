"""What is said on the telephone: short enough to be listened to, and nothing in it that a voice cannot say."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcast.content.aloud import LONGEST_WARNING, in_time, seconds, speakable
from broadcast.content.compose import compose
from broadcast.content.facts import Facts
from broadcast.content.replies import ReplyKind, Said, compose_reply
from broadcast.notices import Kind
from templates.catalogues import LANGUAGES
from templates.check import channels, samples
from templates.rendering import messages, render
from tests.broadcast.content.warnings import BOTH, CHINESE, VOICE, WARNING_KINDS, warning

ALOUD = [message for message in messages() if "voice" in channels(message)]
SIGNS = "【】（）()[]“”「」●◆▲"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("水" * 45, 10), ("请转移。", 4 / 4.5), ("5 5 5", 3 / 4.5), ("leave at once", 3 * 1.8 / 4.5)],
)
def test_seconds_are_those_of_syllables_digits_pauses_and_words(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", ALOUD)
def test_whatever_a_template_says_of_its_samples_has_no_sign_that_cannot_be_said(message: str, language: str) -> None:
    for sample in samples(message, language):
        text = speakable(render(message, "voice", language, sample))
        assert not set(SIGNS) & set(text)


@pytest.mark.parametrize("facts", BOTH, ids=lambda facts: facts.language)
@pytest.mark.parametrize("kind", WARNING_KINDS)
def test_every_warning_is_said_within_thirty_seconds_and_keeps_what_to_do(facts: Facts, kind: Kind) -> None:
    for drill in (False, True):
        message = compose(warning(facts, kind, drill=drill), "voice", VOICE)
        assert seconds(message.text) <= LONGEST_WARNING
        assert (kind is Kind.CORRECTION) or facts.do in message.text
        assert "5 5 5 0 1 0 0" in message.text


long_text = st.text(alphabet="水山马上离开，。 abc1/（", max_size=400)


@given(what=long_text, do=long_text, go=long_text, area=long_text, drill=st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_a_call_is_listened_to_in_time(drill: bool, **written: Any) -> None:  # noqa: FBT001
    text = compose(replace(CHINESE, drill=drill, **written), "voice", VOICE).text
    assert in_time(text)
    assert not drill or ("演练，不是真的。" in text and text.endswith("以上是演练，不是真的。"))


def test_keys_take_the_place_of_numbers_to_send_back() -> None:
    message = compose(CHINESE, "voice", VOICE)
    assert [choice.label for choice in message.choices] == ["收到", "安全", "求助"]
    assert "回复" not in message.text


def test_addresses_are_not_spelled_and_long_numbers_are_said_digit_by_digit() -> None:
    text = speakable("【演练】清点网页：https://hub.example/r/abc?x=1\n● 电话0795-6552119，雨量100毫米，共12户")
    assert text == "演练，清点网页\n电话0 7 9 5 6 5 5 2 1 1 9，雨量100毫米，共12户"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ReplyKind)
def test_no_reply_on_the_telephone_has_signs_in_it(kind: ReplyKind, language: str) -> None:
    said = Said(kind, language, drill=True, warning="荷湖乡（暴雨）预警", call="村部 555-0100")
    text = compose_reply(said, "voice", VOICE).text
    assert not set(SIGNS) & set(text)
    assert text.startswith(("演练", "DRILL"))


def test_a_call_that_is_answered_teaches_nothing_to_send_back() -> None:
    text = compose_reply(Said(ReplyKind.ANSWER_NOTED, "zh_CN", warning="暴雨"), "voice", VOICE).text
    assert "回2" not in text
    assert "打回这个号码" in text
