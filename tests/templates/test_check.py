"""The build's check of words: it passes on the house's own, and each way to break them makes it fail."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from templates import catalogues, check, rendering
from templates.catalogues import LANGUAGES, ROOT


def test_the_words_of_the_house_are_whole() -> None:
    assert list(check.wrong()) == []


def edited(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def added(path: str, text: str) -> Callable[[Path], None]:
    def add(root: Path) -> None:
        (root / path).write_text(text, encoding="utf-8")

    return add


def removed(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


ENGLISH = "locales/en/LC_MESSAGES/mingluo.po"
CHINESE = "locales/zh_CN/LC_MESSAGES/mingluo.po"
BREAKAGES = {
    "a variable that no sample has": (
        edited("messages/alarm/sms.txt.j2", "{% block lead %}", "{% block lead %}{{ weather }}"),
        "messages/alarm/sms.txt.j2: zh_CN: the sample lacks weather",
    ),
    "a variable in a branch that no sample takes": (
        edited(
            "messages/help/default.txt.j2", "{% block said %}", "{% block said %}{% if false %}{{ moon }}{% endif %}"
        ),
        "lacks moon",
    ),
    "a sentence without translation": (
        edited("messages/help/default.txt.j2", "我是鸣锣", "我叫鸣锣"),
        "en: missing: '我叫鸣锣，有险情时给您报信。'",
    ),
    "an empty translation": (edited(ENGLISH, 'msgstr "RED"', 'msgstr ""'), "en: untranslated: '红色'"),
    "an empty sentence of the source": (edited(CHINESE, 'msgstr "红色"', 'msgstr ""'), "zh_CN: untranslated: '红色'"),
    "a translation that says it twice": (
        edited(ENGLISH, "Send somebody at once.", "Send somebody at once.Send somebody at once."),
        "en: says it twice: '请马上派人去。'",
    ),
    "a doubtful translation": (
        edited(ENGLISH, '#: labels/warnings.py\nmsgid "红色"', '#: labels/warnings.py\n#, fuzzy\nmsgid "红色"'),
        "en: fuzzy: '红色'",
    ),
    "a translation that nothing says": (
        edited(
            ENGLISH,
            '#: labels/warnings.py\nmsgid "红色"',
            'msgid "白色"\nmsgstr "WHITE"\n\n#: labels/warnings.py\nmsgid "红色"',
        ),
        "en: said by no template: '白色'",
    ),
    "an obsolete translation": (
        edited(
            ENGLISH,
            '#: labels/warnings.py\nmsgid "红色"',
            '#~ msgid "白色"\n#~ msgstr "WHITE"\n\n#: labels/warnings.py\nmsgid "红色"',
        ),
        "en: obsolete: '白色'",
    ),
    "a placeholder that the sentence does not have": (edited(ENGLISH, "Go here: %(go)s", "Go here: %(place)s"), "en: "),
    "a template that nothing uses": (added("layouts/fax.txt.j2", "fax"), "layouts/fax.txt.j2: no message says this"),
    "samples of no message": (added("samples/storm.json", "{}"), "samples/storm.json: no message says this"),
    "a message without samples": (removed("samples/lifted.json"), "lifted: no samples in en"),
    "a message without generic words": (removed("messages/lifted/default.txt.j2"), "lifted: no default.txt.j2"),
    "a value of the wrong kind": (
        edited("samples/alarm.json", '"level": 1', '"level": 7'),
        "There is no colour called 7",
    ),
}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The words of the house, to be broken; the check looks there for as long as the test runs."""
    root = tmp_path / "templates"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("__pycache__"))
    for module in (catalogues, rendering, check):
        monkeypatch.setattr(module, "ROOT", root)
    catalogues.translations.cache_clear()
    rendering.environment.cache_clear()
    yield root
    catalogues.translations.cache_clear()
    rendering.environment.cache_clear()


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_the_check_complains_of(breakage: str, copy: Path) -> None:
    breaks, complaint = BREAKAGES[breakage]
    breaks(copy)
    complaints = list(check.wrong())
    assert any(complaint in line for line in complaints), complaints


def test_the_build_fails_with_one_line_for_each_fault(copy: Path) -> None:
    removed("samples/lifted.json")(copy)
    run = subprocess.run(  # from the copy's folder, so that `templates` is the broken one; `ground` is the house's own
        [sys.executable, "-m", "templates.check"],
        cwd=copy.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == "lifted: no samples in zh_CN\nlifted: no samples in en\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_renewing_a_whole_catalogue_changes_nothing(language: str, copy: Path) -> None:
    before = catalogues.path_of(language).read_text(encoding="utf-8")
    catalogues.renew(language)
    assert catalogues.path_of(language).read_text(encoding="utf-8") == before


def test_renewing_takes_up_a_new_sentence_and_drops_an_unused_one(copy: Path) -> None:
    edited("messages/help/default.txt.j2", "我是鸣锣", "我叫鸣锣")(copy)
    for language in LANGUAGES:
        catalogues.renew(language)
    assert list(catalogues.faults("zh_CN")) == []  # the source says itself
    assert list(catalogues.faults("en")) == ["en: untranslated: '我叫鸣锣，有险情时给您报信。'"]
