"""Seals: the newest key seals, every known key opens, and nothing opens where it was not sealed."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.sealing import KeyGone, NoKey, SealBroken, Sealed, Seals, key_of, new_key

OLD, NEW = new_key(), new_key()


@given(st.text(), st.text())
def test_what_is_sealed_opens_at_its_own_place_alone(words: str, place: str) -> None:
    seals = Seals.of([NEW])
    sealed = seals.seal(words, place)
    assert seals.open(sealed, place) == words
    with pytest.raises(SealBroken):
        seals.open(sealed, place + "!")


def test_the_newest_key_seals_and_the_older_ones_still_open() -> None:
    before = Seals.of([OLD]).seal("360981", "row:1")
    both = Seals.of([NEW, OLD])
    assert both.open(before, "row:1") == "360981"
    after = both.seal("360981", "row:1")
    assert (before.key, after.key) == (both.known[1], both.known[0])
    with pytest.raises(KeyGone, match=before.key):
        Seals.of([NEW]).open(before, "row:1")


def test_the_same_words_are_never_sealed_alike() -> None:
    seals = Seals.of([NEW])
    assert seals.seal("1", "row:1").words != seals.seal("1", "row:1").words


def test_what_was_changed_does_not_open() -> None:
    seals = Seals.of([NEW])
    sealed = seals.seal("360981", "row:1")
    raw = bytearray(base64.b64decode(sealed.words))
    raw[-1] ^= 1
    with pytest.raises(SealBroken):
        seals.open(Sealed(base64.b64encode(bytes(raw)).decode(), sealed.key), "row:1")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(NoKey, match="mingluo key"):
        Seals().seal("1", "row:1")


def test_no_key_and_nothing_sealed_is_ever_shown() -> None:
    seals = Seals.of([OLD, NEW])
    shown = f"{seals!r} {seals.seal('360981', 'row:1')!r}"
    assert OLD not in shown
    assert NEW not in shown
    assert str(key_of(OLD)) not in shown
    assert "360981" not in shown


@pytest.mark.parametrize("wrong", ["", "short", "****", base64.b64encode(b"1" * 31).decode()])
def test_what_is_no_key_is_refused_without_being_said(wrong: str) -> None:
    with pytest.raises(ValueError, match="mingluo key") as refused:
        key_of(wrong)
    assert not wrong or wrong not in str(refused.value)
