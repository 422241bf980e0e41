"""What bare replies mean, as people really type them; and what must never be read into others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.bare import WORDS, Meaning, Word, fold, read
from broadcast.answers import AnswerKind

RECEIVED, SAFE, NEED_HELP, OTHER = AnswerKind


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1", RECEIVED),
        ("１", RECEIVED),
        (" ①。 ", RECEIVED),
        ("回复1", RECEIVED),
        ("1收到", RECEIVED),
        ("收到", RECEIVED),
        ("收到，谢谢！", RECEIVED),
        ("我收到了", RECEIVED),
        ("Ok", RECEIVED),
        ("Y", RECEIVED),
        ("👍🏽", RECEIVED),
        ("2", SAFE),
        ("2安全了", SAFE),
        ("我们都平安", SAFE),
        ("家里人都平安", SAFE),
        ("已經轉移", SAFE),
        ("沒事", SAFE),
        ("I'm safe", SAFE),
        ("3", NEED_HELP),
        ("三", NEED_HELP),
        ("3 求助", NEED_HELP),
        ("救命！！！", NEED_HELP),
        ("幫助", NEED_HELP),
        ("不安全", NEED_HELP),
        ("help me", NEED_HELP),
        ("HELP", NEED_HELP),
        ("🆘", NEED_HELP),
        ("退订", Word.STOP),
        ("退訂", Word.STOP),
        ("TD", Word.STOP),
        ("T", Word.STOP),
        ("r", Word.STOP),
        (" Stop. ", Word.STOP),
        ("开通", Word.START),
        ("START", Word.START),
        ("/start 8f3a", Word.HELP),
        ("/start@mingluo_bot", Word.HELP),
        ("你好", Word.HELP),
        ("？", Word.HELP),
    ],
)
def test_a_bare_word_is_understood(text: str, meaning: Meaning) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没收到",
        "还没转移",
        "不是",
        "1 2",
        "1求助",
        "4",
        "0",
        "stop the rain",
        "stop please",
        "水进屋了，安全吗",
        "收到但是车坏了走不了",
        "我妈在家，腿不方便",
        "13",
    ],
)
def test_more_than_a_bare_word_is_kept_for_a_person_to_read(text: str) -> None:
    assert read(text) is OTHER


@given(st.sampled_from(["不", "没", "沒", "未", "还没", "not ", "no "]), st.sampled_from(sorted(WORDS)), st.data())
def test_a_word_that_is_denied_is_never_received_nor_safe(denial: str, meaning: Meaning, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(WORDS[meaning].split()))
    said = read(denial + word)
    assert said not in {RECEIVED, SAFE} or denial + word in WORDS[said].split()


@given(st.text(max_size=200))
def test_nothing_that_people_can_type_breaks_it(text: str) -> None:
    assert read(text) in {*AnswerKind, *Word}
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(sorted(WORDS)), st.data(), st.text(alphabet=" \t，。！!.,~…、", max_size=4))
def test_spaces_and_punctuation_change_nothing(meaning: Meaning, data: st.DataObject, around: str) -> None:
    word = data.draw(st.sampled_from([each for each in WORDS[meaning].split() if each[0] not in "/?"]))
    assert read(around + word + around) == read(word) == meaning
