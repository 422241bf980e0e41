"""Identity numbers: checked as people type them, masked, sealed at rest, sealed anew with a new key, erased."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cases.identity import check_sign, masked_number, numbers_in, read_number, without_numbers
from bot.cases.relief_errors import IdentityNumberWrong, UnknownIdentityNumber
from bot.relief.desk import RELIEF
from bot.stores.relief import identity, steps
from bot.stores.relief.tables import relief_identity_numbers
from ground.actor import Role, RoleMissing
from ground.sealing import KeyGone, NoKey, Seals, new_key
from tests.bot.relief.conftest import Fujia, Office
from tests.bot.relief.test_handling import reported

TODAY = date(2021, 6, 28)
NUMBER = "360981190001010016"  # of nobody: the check sign is counted from made-up digits
born = st.dates(date(1900, 1, 1), TODAY)
NOON = 1_624_852_800_000


def made_up(day: date, order: int) -> str:
    body = f"360981{day:%Y%m%d}{order:03}"
    return body + check_sign(body)


@given(born, st.integers(0, 999))
def test_a_number_is_read_however_it_is_typed(day: date, order: int) -> None:
    number = made_up(day, order)
    typed = f" {number[:6]} {number[6:14]}-{number[14:].lower()} "
    assert read_number(typed, TODAY) == number
    assert read_number(number.translate(str.maketrans("0123456789", "０１２３４５６７８９")), TODAY) == number


@given(born, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(day: date, order: int, place: int, more: int) -> None:
    number = made_up(day, order)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(IdentityNumberWrong) as refused:
        read_number(wrong, TODAY)
    assert wrong not in str(refused.value)


@given(born, st.integers(0, 999), st.integers(0, 15))
def test_two_digits_that_changed_places_are_found(day: date, order: int, place: int) -> None:
    number = made_up(day, order)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(IdentityNumberWrong):
            read_number(swapped, TODAY)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("", "0 signs"),
        ("36098119000101001", "17 signs"),
        ("990981190001010016", "no province"),
        ("360981190013010016", "day of birth"),
        (made_up(date(2021, 6, 29), 1), "day of birth"),
        ("X60981190001010016", "signs that cannot"),
    ],
)
def test_what_is_wrong_is_said(wrong: str, why: str) -> None:
    with pytest.raises(IdentityNumberWrong, match=why):
        read_number(wrong, TODAY)


def test_a_masked_number_shows_its_ends() -> None:
    assert masked_number(NUMBER) == "3609**********0016"


def test_a_number_within_words_is_masked_and_other_digits_stay() -> None:
    text = f"我是傅建国，身份证{NUMBER}，电话13800000000，单号123456789012345678"
    assert numbers_in(text, TODAY) == [NUMBER]
    assert "3609**********0016" in without_numbers(text, TODAY)
    assert NUMBER not in without_numbers(text, TODAY)
    assert "单号123456789012345678" in without_numbers(text, TODAY)


async def test_a_number_lies_sealed_and_is_shown_masked(office: Office, fujia: Fujia) -> None:
    request, seals = await reported(office), Seals.of([new_key()])
    clerk = await office.world.operator(fujia.township)
    async with office.stage.database.writing() as tx:
        assert await identity.enter(tx, clerk, seals, request.id, NUMBER, NOON) == "3609**********0016"
        row = await tx.row(select(relief_identity_numbers))
        assert row is not None
        assert NUMBER not in str(row)
        assert await identity.masked_of(tx, clerk, seals, [request.id]) == {request.id: "3609**********0016"}
        assert await identity.whole_of(tx, clerk, seals, [request.id], NOON) == {request.id: NUMBER}
        assert await identity.masked_of(tx, clerk, Seals(), [request.id]) == {request.id: "*" * 18}
        with pytest.raises(KeyGone):
            await identity.whole_of(tx, clerk, Seals.of([new_key()]), [request.id], NOON)


async def test_without_a_key_nothing_is_kept(office: Office, fujia: Fujia) -> None:
    request, clerk = await reported(office), await office.world.operator(fujia.township)
    async with office.stage.database.writing() as tx:
        with pytest.raises(NoKey):
            await identity.enter(tx, clerk, Seals(), request.id, NUMBER, NOON)
        assert await tx.rows(select(relief_identity_numbers)) == []


async def test_only_an_administrator_reads_it_whole(office: Office, fujia: Fujia) -> None:
    request, seals = await reported(office), Seals.of([new_key()])
    officer = await office.world.operator(fujia.township, Role.DUTY, Role.OFFICER, Role.AUDITOR)
    async with office.stage.database.writing() as tx:
        await identity.enter(tx, officer, seals, request.id, NUMBER, NOON)
        with pytest.raises(RoleMissing):
            await identity.whole_of(tx, officer, seals, [request.id], NOON)


async def test_a_new_key_seals_anew_what_the_old_one_sealed(office: Office, fujia: Fujia) -> None:
    request, old, new = await reported(office), new_key(), new_key()
    before, both, after = Seals.of([old]), Seals.of([new, old]), Seals.of([new])
    async with office.stage.database.writing() as tx:
        await identity.enter(tx, RELIEF, before, request.id, NUMBER, NOON)
        assert await identity.reseal(tx, RELIEF, both) == 1
        assert await identity.reseal(tx, RELIEF, both) == 0
        assert await identity.masked_of(tx, RELIEF, after, [request.id]) == {request.id: "3609**********0016"}


async def test_a_number_goes_with_the_words_or_alone(office: Office, fujia: Fujia) -> None:
    request, seals = await reported(office), Seals.of([new_key()])
    clerk = await office.world.operator(fujia.township)
    async with office.stage.database.writing() as tx:
        await identity.enter(tx, clerk, seals, request.id, NUMBER, NOON)
        await identity.erase(tx, clerk, request.id, NOON)
        assert await identity.masked_of(tx, clerk, seals, [request.id]) == {}
        with pytest.raises(UnknownIdentityNumber):
            await identity.erase(tx, clerk, request.id, NOON)
        await identity.enter(tx, clerk, seals, request.id, NUMBER, NOON)
        await steps.erase(tx, clerk, request.id)
        assert await identity.masked_of(tx, clerk, seals, [request.id]) == {}
