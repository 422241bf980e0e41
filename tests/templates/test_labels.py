"""Labels: every subject has its own file, and none speaks over another."""

from templates.labels import LABELS, SUBJECTS


def test_no_two_subjects_have_words_of_one_kind() -> None:
    assert sum(len(subject) for subject in SUBJECTS) == len(LABELS)
