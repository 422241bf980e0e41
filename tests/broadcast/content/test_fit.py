"""Segments as the network counts them, and cuts where a reader would stop."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadcast.content.fit import GSM_BASIC, GSM_EXTENDED, Encoding, cut, limit, measure, plain, utf16_units

GSM_TEXTS = st.text(st.sampled_from(sorted(GSM_BASIC | GSM_EXTENDED)), max_size=700)
MIXED_TEXTS = st.text(st.sampled_from("雨水ab1。，, .😀👨\u200d👩🏽🇨🇳e\u0301€["), max_size=400)
ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def parts_encoded(text: str) -> list[bytes]:
    """The parts a gateway would put on the air, by encoding them one by one: what the counting must agree with."""
    gsm = all(character in GSM_BASIC | GSM_EXTENDED for character in text)
    # septets as one byte each, an extension character with its escape; UTF-16 as two bytes a unit
    encoded = [
        (b"\x1b?" if character in GSM_EXTENDED else b"?") if gsm else character.encode("utf-16-be")
        for character in text
    ]
    alone, part = (160, 153) if gsm else (140, 134)
    if sum(map(len, encoded)) <= alone:
        return [b"".join(encoded)]
    parts = [b""]
    for character in encoded:
        if len(parts[-1] + character) > part:
            parts.append(b"")
        parts[-1] += character
    return parts


@given(GSM_TEXTS | MIXED_TEXTS | ANY_TEXTS)
def test_segments_are_those_of_encoding_part_by_part(text: str) -> None:
    measured, parts = measure(text), parts_encoded(text)
    width = 1 if measured.encoding is Encoding.GSM_7 else 2

    assert measured.segments == len(parts)
    assert measured.units == sum(map(len, parts)) // width
    full = (160 if width == 1 else 70) if len(parts) == 1 else (153 if width == 1 else 67)
    assert measured.room_left == full - len(parts[-1]) // width


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escape pair does not fit into the first part and moves on whole
        ("雨" * 70, 1),
        ("雨" * 71, 2),
        ("雨" * 134, 2),
        ("雨" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("雨" * 66 + "😀" + "雨" * 66, 3),  # so does a surrogate pair
        ("a" * 69 + "雨", 1),
        ("a" * 70 + "雨", 2),
    ],
)
def test_the_borders_of_segments_are_exact(text: str, segments: int) -> None:
    assert measure(text).segments == segments


def test_a_signature_is_counted() -> None:
    assert measure("雨" * 62 + "【丰城市气象台】").segments == 1 + 0
    assert measure("雨" * 63 + "【丰城市气象台】").segments == 2


@given(MIXED_TEXTS | ANY_TEXTS | GSM_TEXTS, st.integers(1, 4), st.sampled_from(["", "【丰城】", "- Met"]))
def test_a_cut_text_is_a_beginning_that_fits_with_its_signature(text: str, segments: int, signature: str) -> None:
    short = cut(text, segments, signature)

    assert measure(short).segments <= segments
    assert short.endswith(signature)
    assert text.startswith(short.removesuffix(signature) if signature else short)


@given(MIXED_TEXTS, st.integers(0, 300))
@example("11111111🇨。\u0301", 11)  # an accent on the full stop itself
def test_a_cut_never_splits_what_a_reader_sees_as_one_character(text: str, units: int) -> None:
    short = limit(text, units)
    assert utf16_units(short) <= units
    if short == text or not short:
        return
    after = text[len(short) :]
    assert after[0] not in "\u200d\u0301🏽"
    assert not short.endswith("\u200d")
    short.encode("utf-16-be")  # no half of a surrogate pair
    flags = len(short) - len(short.rstrip("🇨🇳"))
    assert flags % 2 == 0 or not after.startswith(("🇨", "🇳"))


def test_a_cut_is_at_a_sentence_if_one_fits() -> None:
    assert cut("山洪要来了！马上往高处走，" + "不要等。" * 30, 1) == "山洪要来了！马上往高处走，" + "不要等。" * 14
    assert limit("Leave now. Go to the school on the hill.", 30) == "Leave now."


def test_a_cut_is_at_a_clause_if_no_sentence_fits() -> None:
    assert limit("马上往高处走，不要回头拿东西，不要等。", 10) == "马上往高处走"


def test_a_number_is_never_cut_in_two() -> None:
    assert limit("雨量已经有100毫米", 7) == "雨量已经有"
    assert limit("河水涨到89.5米", 7) == "河水涨到"
    assert limit("rain of 1,200 mm", 11) == "rain of"


def test_a_point_within_a_number_ends_no_sentence() -> None:
    assert limit("Water is at 89.5 metres and rising", 20) == "Water is at 89.5"


def test_a_closing_quote_stays_with_its_sentence() -> None:
    assert limit("他喊：“快走！”大家都走了。", 9) == "他喊：“快走！”"


def test_words_without_ends_are_cut_between_characters() -> None:
    assert limit("雨" * 20, 5) == "雨" * 5
    assert limit("x" * 20, 5) == "x" * 5


def test_typographic_signs_do_not_double_the_price_of_an_english_text() -> None:
    typeset = "Don’t go back – “leave” now…"
    assert measure(typeset).encoding is Encoding.UCS_2
    assert plain(typeset) == 'Don\'t go back - "leave" now...'
    assert measure(plain(typeset)).encoding is Encoding.GSM_7


def test_a_chinese_text_keeps_its_signs() -> None:
    assert plain("“快走”——马上…") == "“快走”——马上…"
