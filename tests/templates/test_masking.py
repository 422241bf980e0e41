"""Masking: what a public notice shows of a name, whatever the name looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.masking import WITHHELD, masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王建国", "王某某"),
        ("王建", "王某"),
        ("王", "王某"),
        ("欧阳建国", "欧阳某某"),
        ("欧阳修", "欧阳某"),
        ("欧阳", "欧某"),
        ("司马相如", "司马某某"),
        ("歐陽修", "歐陽某"),
        ("古丽娜尔", "古某某"),
        ("买买提·吐尔逊", "买某某"),
        ("阿卜杜热合曼·买买提明", "阿某某"),
        ("扎西 多吉", "扎某某"),
        ("Lobsang Tenzin", "L***"),
        ("o'Brien", "O***"),
        ("", "某某"),
        ("   ", "某某"),
        (None, "某某"),
        ("  王建国 ", "王某某"),
    ],
)
def test_only_the_family_name_is_left(name: str | None, shown: str) -> None:
    assert masked(name) == shown


@given(st.text(min_size=1, max_size=20))
def test_whoever_is_called_what_no_more_than_two_of_their_signs_are_shown(name: str) -> None:
    shown = masked(name).replace(WITHHELD, "").replace("*", "")
    assert len(shown) <= 2 or len(name.split(maxsplit=1)[0][0].upper()) > 1  # ß becomes SS
