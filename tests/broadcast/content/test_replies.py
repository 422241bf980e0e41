"""What is said back."""

import pytest

from broadcast.answers import AnswerKind
from broadcast.content.fit import measure
from broadcast.content.replies import ReplyKind, Said, compose_reply
from broadcast.ladders.words import REQUEST, Asks
from templates.rendering import messages
from tests.broadcast.content.warnings import CHANNELS, CHAT, SMS, WARNING_KINDS

LANGUAGES = ("zh_CN", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["telegram", "sms", "webchat"])
@pytest.mark.parametrize("kind", ReplyKind)
def test_a_reply_about_a_drill_says_so_first_and_last(kind: ReplyKind, channel: str, language: str) -> None:
    text = compose_reply(Said(kind, language, drill=True, warning="暴雨红色预警"), channel, CHANNELS[channel]).text
    assert text.startswith(("【演练】", "[DRILL]"))
    assert text.endswith(("以上是演练，不是真的。", "This was a drill, not real."))


def test_a_reply_says_which_warning_it_takes_the_answer_for() -> None:
    text = compose_reply(Said(ReplyKind.ANSWER_NOTED, "zh_CN", warning="荷湖乡暴雨红色预警"), "sms", SMS).text
    assert (
        text
        == "记下了：您收到了。谢谢您回话。\n这是回“荷湖乡暴雨红色预警”的。\n到了安全的地方，请再回2；要帮忙，请回3。"
    )


def test_whoever_is_safe_is_not_asked_again() -> None:
    said = Said(ReplyKind.ANSWER_NOTED, "en", warning="Rainstorm", answer=AnswerKind.SAFE)
    text = compose_reply(said, "telegram", CHAT).text
    assert "you are safe" in text
    assert "answer 2" not in text


def test_whoever_needs_help_is_told_whom_to_call() -> None:
    with_number = Said(ReplyKind.ANSWER_NOTED_HELP, "zh_CN", warning="暴雨", call="村委会 555-0100")
    assert "555-0100" in compose_reply(with_number, "sms", SMS).text
    without = Said(ReplyKind.ANSWER_NOTED_HELP, "zh_CN", warning="暴雨")
    assert "110" in compose_reply(without, "sms", SMS).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opt_out_says_that_warnings_still_come(language: str) -> None:
    text = compose_reply(Said(ReplyKind.OPTED_OUT, language), "sms", SMS).text
    assert ("预警还会" if language == "zh_CN" else "still reach you") in text


def test_no_english_reply_teaches_a_word_that_a_carrier_takes_as_stop() -> None:
    """Whoever sends one of these by SMS would be cut off from warnings, too."""
    for kind in ReplyKind:
        words = compose_reply(Said(kind, "en", warning="Rainstorm"), "sms", SMS).text.casefold()
        for stop in ("unsubscribe", '"stop"', "answer stop", '"cancel"', "answer end", "quit"):
            assert stop not in words


def test_a_reply_by_sms_stays_short_whatever_the_headline() -> None:
    said = Said(ReplyKind.UNKNOWN_WORDS, "zh_CN", drill=True, warning="暴雨" * 500, call="村部" * 5)
    text = compose_reply(said, "sms", SMS).text
    assert measure(text).segments <= 3
    assert text.endswith("以上是演练，不是真的。")


def test_every_message_is_a_warning_a_reply_or_a_call() -> None:
    assert {*ReplyKind, *WARNING_KINDS, *Asks, REQUEST} == set(messages())
