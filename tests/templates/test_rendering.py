"""Which template speaks, and that nothing missing passes."""

import pytest
from jinja2 import UndefinedError

from templates.catalogues import LANGUAGES, nearest_language
from templates.check import channels, samples
from templates.errors import UnknownLabel, UnknownMessage
from templates.labels import LABELS, label
from templates.rendering import messages, render

ALARM = dict(samples("alarm", "zh_CN")[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", messages())
def test_every_message_is_said_on_every_channel(message: str, language: str) -> None:
    for channel in channels(message):
        for sample in samples(message, language):
            text = render(message, channel, language, sample)
            assert text
            assert "{" not in text
            assert "%" not in text
            assert "None" not in text


@pytest.mark.parametrize("message", messages())
def test_no_chinese_sign_stays_in_english(message: str) -> None:
    for channel in channels(message):
        for sample in samples(message, "en"):
            text = render(message, channel, "en", sample)
            assert not [sign for sign in text if "\u2e80" <= sign <= "\uffef"], text


def test_a_channel_without_words_of_its_own_speaks_in_its_manner_or_generically() -> None:
    assert render("alarm", "smpp", "zh_CN", ALARM, manner="sms") == render("alarm", "sms", "zh_CN", ALARM)
    assert render("alarm", "wecom", "zh_CN", ALARM) == render("alarm", "default", "zh_CN", ALARM)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="area"):
        render("alarm", "sms", "zh_CN", {name: value for name, value in ALARM.items() if name != "area"})


def test_an_unknown_message_says_which_are_known() -> None:
    with pytest.raises(UnknownMessage, match="alarm, answer_in_private"):
        render("storm", "sms", "zh_CN", ALARM)


def test_what_an_officer_writes_is_never_run() -> None:
    text = render("alarm", "sms", "zh_CN", ALARM | {"what": "{{ 7 * 7 }} 100% %(area)s <b>"})
    assert "{{ 7 * 7 }} 100% %(area)s <b>" in text


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-CN", "zh_CN"), ("zh", "zh_CN"), ("zh-Hant", "zh_CN"), ("en-US", "en"), ("EN", "en"), ("bo", "zh_CN")],
)
def test_a_language_tag_finds_its_catalogue(tag: str, language: str) -> None:
    assert nearest_language(tag) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_a_word_of_its_own(language: str) -> None:
    for kind, words in LABELS.items():
        translated = [label(kind, key, language) for key in words]
        assert all(translated)
        assert len(set(translated)) == len(translated)


def test_an_unknown_label_says_which_are_known() -> None:
    with pytest.raises(UnknownLabel, match="1, 2, 3, 4"):
        label("colour", 5, "en")
