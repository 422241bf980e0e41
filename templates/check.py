"""The build's check of words: every message in every language with its samples, both catalogues whole, no file idle.

`python -m templates.check` says what is wrong, one line each, and fails if anything is.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import TemplateError, meta

from ground.errors import MingluoError
from templates.catalogues import LANGUAGES, ROOT, faults
from templates.rendering import GENERIC, conversations, environment, messages, render, speak

Sample = Mapping[str, Any]


def samples(message: str, language: str) -> list[Sample]:
    """Return the made-up values that `message` is tried with; `drill` is tried both ways besides."""
    path = ROOT / "samples" / f"{message}.json"
    if not path.is_file():
        return []
    return [sample | {"drill": drill} for sample in json.loads(path.read_bytes())[language] for drill in (False, True)]


def channels(message: str) -> list[str]:
    """Return the channels and manners that `message` has words of its own for, and the generic one."""
    return sorted(path.name.removesuffix(".txt.j2") for path in (ROOT / "messages" / message).glob("*.txt.j2"))


def wrong() -> Iterator[str]:
    """Yield everything that is wrong with the words."""
    for language in LANGUAGES:
        yield from faults(language)
    for message in messages():
        yield from _wrong_with(message)
    for conversation in conversations():
        yield from _wrong_with_conversation(conversation)
    yield from (f"{name}: no message says this and no template uses it" for name in sorted(_idle()))


def _wrong_with(message: str) -> Iterator[str]:
    tried = {language: samples(message, language) for language in LANGUAGES}
    yield from (f"{message}: no samples in {language}" for language in LANGUAGES if not tried[language])
    if GENERIC not in channels(message):
        yield f"{message}: no {GENERIC}.txt.j2 for channels without words of their own"
    for channel in channels(message):
        wanted = _variables(f"messages/{message}/{channel}.txt.j2")
        for language, values in tried.items():
            for sample in values:
                fault = _missing(wanted, sample) or _unsayable(message, channel, language, sample)
                if fault:
                    yield f"messages/{message}/{channel}.txt.j2: {language}: {fault}"


def _wrong_with_conversation(conversation: str) -> Iterator[str]:
    """Try every line with every sample: `samples/conversations/<name>.json`, {language: {line: [values, …]}}."""
    name = f"conversations/{conversation}.txt.j2"
    tried = conversation_samples(conversation)
    for language in LANGUAGES:
        lines = environment(language).get_template(name).blocks
        yield from (f"{name}: {language}: no sample for {line}" for line in lines if not tried[language].get(line))
        yield from (f"{name}: {language}: no such line as {line}" for line in tried[language] if line not in lines)
        for line in lines:
            for sample in tried[language].get(line, ()):
                fault = _unspeakable(conversation, line, language, sample)
                if fault:
                    yield f"{name}: {language}: {line}: {fault}"


def conversation_samples(conversation: str) -> Mapping[str, Mapping[str, list[Sample]]]:
    """Return the made-up values that the lines of a conversation are tried with, by language."""
    path = ROOT / "samples" / "conversations" / f"{conversation}.json"
    known: dict[str, dict[str, list[Sample]]] = json.loads(path.read_bytes()) if path.is_file() else {}
    return {language: known.get(language, {}) for language in LANGUAGES}


def _unspeakable(conversation: str, line: str, language: str, sample: Sample) -> str:
    try:
        return "" if speak(conversation, line, language, sample) else "it says nothing"
    except (TemplateError, MingluoError, LookupError, TypeError, ValueError) as error:
        return str(error)


def _missing(wanted: set[str], sample: Sample) -> str:
    """Say what a sample lacks for any branch, also for those that it does not take."""
    missing = wanted - sample.keys()
    return f"the sample lacks {', '.join(sorted(missing))}" if missing else ""


def _unsayable(message: str, channel: str, language: str, sample: Sample) -> str:
    try:
        return "" if render(message, channel, language, sample) else "it says nothing"
    except (TemplateError, MingluoError, LookupError, TypeError, ValueError) as error:
        return str(error)


def _variables(name: str) -> set[str]:
    """Return what a template and those it stands on want to be given."""
    found = (_read(_source(each)).variables for each in _with_its_layouts(name))
    return set().union(*found) - environment(LANGUAGES[0]).globals.keys()


def _with_its_layouts(name: str) -> Iterator[str]:
    yield name
    for referenced in _read(_source(name)).templates:
        yield from _with_its_layouts(referenced)


class _Read(NamedTuple):
    variables: frozenset[str]  # which it wants to be given
    templates: tuple[str, ...]  # on which it stands


@cache
def _read(source: str) -> _Read:
    """Return what a template's text says of itself; a layout is looked at for every message that stands on it."""
    parsed = environment(LANGUAGES[0]).parse(source)
    referenced = tuple(each for each in meta.find_referenced_templates(parsed) if each is not None)
    return _Read(frozenset(meta.find_undeclared_variables(parsed)), referenced)


def _idle() -> set[str]:
    """Return the files that nothing uses: layouts that no template extends, samples of no message."""
    templates = {_name(path) for path in ROOT.rglob("*.j2")}
    said = {name for name in templates if name.startswith(("messages/", "pages/", "conversations/"))}
    used = {each for name in said for each in _with_its_layouts(name)}
    samples_of = {"*.json": set(messages()), "conversations/*.json": set(conversations())}
    strays = {
        _name(path)
        for pattern, known in samples_of.items()
        for path in (ROOT / "samples").glob(pattern)
        if path.stem not in known
    }
    return (templates - used) | strays


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    lines = list(wrong())
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.exit(1 if lines else 0)
