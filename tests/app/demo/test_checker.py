"""The checker, against books and ledgers that were tampered with: each way to be wrong is found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.demo.checker import check
from app.demo.evidence import Believed, Books, Heard, Said
from broadcast.deliveries import Key, State
from broadcast.notices import Kind

ALARM, ENDING = 1, 2
WORDS = {ALARM: "digest of the alarm", ENDING: "digest of the ending"}


def books_of(deliveries: Sequence[Believed]) -> Books:
    """Return books that agree with themselves."""
    sizes = Counter(each.key.notice for each in deliveries)
    return Books(
        notices={
            ALARM: Said(ALARM, "alarm", Kind.ALARM, sizes[ALARM], frozenset(), frozenset({WORDS[ALARM]})),
            ENDING: Said(ENDING, "ending", Kind.LIFTED, sizes[ENDING], frozenset({ALARM}), frozenset({WORDS[ENDING]})),
        },
        deliveries=deliveries,
        counters=Counter(each.state.value for each in deliveries),
        provider_ids={},
    )


def believed(notice: int, seq: int, state: State = State.DELIVERED, channel: str = "sms") -> Believed:
    return Believed(Key(notice, seq), channel, f"+9990000{seq:04d}", state)


def heard(delivery: Believed) -> Heard:
    key = delivery.key
    return Heard(delivery.channel, delivery.address, f"id of {key}", WORDS[key.notice], (str(key),))


TOLD = [believed(ALARM, 1), believed(ALARM, 2), believed(ENDING, 1), believed(ENDING, 2)]
LEDGER = [heard(each) for each in TOLD]


def test_books_and_ledger_that_agree_hold() -> None:
    finding = check(books_of(TOLD), LEDGER)
    assert finding.holds
    assert (finding.planned, finding.lost, finding.duplicates) == (4, 0, 0)
    assert sum(finding.states.values()) == finding.planned


def test_a_message_that_nobody_received_is_lost() -> None:
    finding = check(books_of(TOLD), LEDGER[1:])
    assert not finding.holds
    assert finding.lost == 1


def test_a_delivery_without_an_end_is_lost() -> None:
    waiting = believed(ALARM, 3, State.PLANNED)
    assert check(books_of([*TOLD, waiting]), LEDGER).lost == 1


def test_a_message_that_the_hub_never_sent_is_a_fault() -> None:
    stranger = Heard("sms", "+99900009999", "x", "digest of something else")
    assert "no delivery of the hub" in check(books_of(TOLD), [*LEDGER, stranger]).faults[0]


def test_a_message_at_another_address_is_a_fault() -> None:
    astray = replace(LEDGER[0], address=TOLD[1].address)
    books = replace(books_of(TOLD), provider_ids={("sms", astray.provider_id): TOLD[0].key})
    assert not check(books, [*LEDGER, astray]).holds


def test_what_was_held_back_must_not_be_heard() -> None:
    for state in (State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED):
        held = believed(ALARM, 3, state)
        assert check(books_of([*TOLD, held]), LEDGER).holds
        faults = check(books_of([*TOLD, held]), [*LEDGER, heard(held)]).faults
        assert f"1.3 was {state}, but was heard" in faults


def test_what_failed_must_not_be_heard_unless_an_earlier_try_may_have_arrived() -> None:
    failed = believed(ALARM, 3, State.FAILED)
    told_after = believed(ENDING, 3)
    ledger = [*LEDGER, heard(failed), heard(told_after)]
    assert check(books_of([*TOLD, failed, told_after]), ledger).faults == ("1.3 failed, but was heard",)
    assert check(books_of([*TOLD, replace(failed, maybe_twice=1), told_after]), ledger).holds


def test_a_second_copy_is_a_duplicate_and_must_have_been_thought_possible() -> None:
    twice = [*LEDGER, replace(LEDGER[0], provider_id="another id")]
    unforeseen = check(books_of(TOLD), twice)
    assert unforeseen.duplicates == 1
    assert not unforeseen.holds
    foreseen = check(books_of([replace(TOLD[0], maybe_twice=1), *TOLD[1:]]), twice)
    assert foreseen.duplicates == 1
    assert foreseen.holds


def test_other_words_than_the_notice_has_are_a_fault() -> None:
    faults = check(books_of(TOLD), [replace(LEDGER[0], digest="digest of a rumour"), *LEDGER[1:]]).faults
    assert faults == ("1.1 was heard in words that its notice does not have",)


def test_whoever_heard_the_warning_must_be_told_of_its_end() -> None:
    faults = check(books_of(TOLD[:3]), LEDGER[:3]).faults
    assert "1 heard the warning, and the ending 2 was not for them" in faults


def test_whoever_heard_nothing_must_not_be_told_of_an_end() -> None:
    extra = believed(ENDING, 3)
    faults = check(books_of([*TOLD, extra]), [*LEDGER, heard(extra)]).faults
    assert "1 were told of the ending 2 without having heard" in faults


def test_who_may_have_heard_may_be_told_of_the_end() -> None:
    unsure, told_after = believed(ALARM, 3, State.UNCERTAIN), believed(ENDING, 3)
    assert check(books_of([*TOLD, unsure, told_after]), [*LEDGER, heard(told_after)]).holds


def test_counters_that_differ_from_the_rows_are_a_fault() -> None:
    books = books_of(TOLD)
    assert not check(replace(books, counters={"delivered": 5}), LEDGER).holds
    larger = {**books.notices, ALARM: replace(books.notices[ALARM], size=9)}
    assert not check(replace(books, notices=larger), LEDGER).holds


def test_a_message_without_any_mark_is_known_by_its_words() -> None:
    unmarked = [replace(each, marks=()) for each in LEDGER]
    assert check(books_of(TOLD), unmarked).holds


def test_a_loudspeaker_is_known_by_the_notice_it_names() -> None:
    played = [believed(notice, 9, channel="speaker") for notice in (ALARM, ENDING)]
    ledger = [replace(heard(each), marks=(("alarm", "ending")[each.key.notice - 1],)) for each in played]
    assert check(books_of([*TOLD, *played]), [*LEDGER, *ledger]).holds


@given(gone=st.sets(st.integers(0, len(LEDGER) - 1)), copies=st.lists(st.integers(0, len(LEDGER) - 1), max_size=5))
def test_every_loss_and_every_copy_is_counted(gone: set[int], copies: list[int]) -> None:
    kept = [line for number, line in enumerate(LEDGER) if number not in gone]
    again = [LEDGER[number] for number in copies if number not in gone]
    finding = check(books_of(TOLD), [*kept, *again])
    assert finding.lost == len(gone)
    assert finding.duplicates == len(again)
    assert finding.holds is (not gone and not again)
