"""Numbers as people write them."""

import pytest

from bot.reading.numerals import Count, count, exactly


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("3", "3"),
        ("三", "3"),
        ("两", "2"),
        ("俩", "2"),
        ("仨", "3"),
        ("十一", "11"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("二百五十", "250"),
        ("一千三百", "1300"),
        ("twelve", "12"),
        ("a", "1"),
    ],
)
def test_an_exact_number_is_read(words: str, read: str) -> None:
    assert str(count(words)) == read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("二十几", "~20"),
        ("十来", "~10"),
        ("四十多", "~40"),
        ("200多", "~200"),
        ("百十来", "~100"),
        ("大约三十", "~30"),
        ("about twenty", "~20"),
        ("a dozen", "~12"),
        ("两三", "2-3"),
        ("十七八", "17-18"),
        ("二三十", "20-30"),
        ("5-6", "5-6"),
        ("5到6", "5-6"),
        ("几十", "20-90"),
    ],
)
def test_a_fuzzy_number_stays_fuzzy(words: str, read: str) -> None:
    number = count(words)
    assert str(number) == read
    assert number is not None
    assert number.about


@pytest.mark.parametrize("words", ["", "0", "零", "几", "十万", "999999999999"])
def test_what_cannot_be_counted_with_is_no_number(words: str) -> None:
    assert count(words) is None


def test_counts_add_up_and_stay_fuzzy() -> None:
    assert exactly(2) + Count(2, 3, about=True) == Count(4, 5, about=True)
