"""A message evened out, letter for letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.writing import LONGEST_READ, SIMPLIFIED, TRADITIONAL, writing


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("屋頂壞了！３人", "屋顶坏了，3人"),
        ("ROOF Gone.", "roof gone，"),
        ("瓦 全烂", "瓦，全烂"),
        ("2、3个", "2-3个"),
    ],
)
def test_what_nobody_means_is_gone(text: str, plain: str) -> None:
    assert writing(text).plain == plain


@given(st.text(max_size=100))
def test_what_is_read_can_be_quoted_as_it_was_written(text: str) -> None:
    read = writing(text)
    assert len(read.shown) == len(read.plain)


def test_each_traditional_form_has_one_simplified() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))
    assert not set(TRADITIONAL) & set(SIMPLIFIED)


def test_only_so_much_is_read() -> None:
    assert len(writing("屋" * 9_000).plain) == LONGEST_READ
