"""The labelled messages themselves: enough of every kind, and no label that is not in the message."""

from collections import Counter

from tests.bot.reading.corpus import Labelled, Part, messages


def test_there_are_enough_of_every_kind_in_what_came_before_the_rules() -> None:
    for part in (Part.TWO_THIRDS, Part.HELD_BACK):
        kinds = Counter(each.kind for each in messages() if each.part is part)
        assert kinds["report"] >= 45
        assert kinds["none"] >= 15
        assert min(kinds["status_question"], kinds["help_only"]) >= 2


def test_no_message_stands_twice_and_each_has_its_number() -> None:
    assert [each.number for each in messages()] == list(range(1, len(messages()) + 1))
    assert len({each.text for each in messages()}) == len(messages())


def test_a_place_is_labelled_as_it_is_written() -> None:
    assert all(each.words["place"] in each.text and each.words["spot"] in each.text for each in messages())


def test_only_a_report_has_labels() -> None:
    assert not any(_has_labels(each) for each in messages() if each.kind != "report")


def _has_labels(labelled: Labelled) -> bool:
    return any(labelled.sets.values()) or any(labelled.words.values())
