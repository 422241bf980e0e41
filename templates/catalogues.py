"""Catalogues: what each language calls every sentence, as gettext files that translators know.

Chinese is the source: the message ids are Chinese sentences, and zh_CN holds them again so that they can be reworded.
`python -m templates.catalogues` takes up new sentences and drops those that nothing says any more.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import Translations

from templates.errors import UnknownLanguage

ROOT: Final = Path(__file__).parent
LANGUAGES: Final = ("zh_CN", "en")
SOURCE: Final = "zh_CN"
SHORTEST_DOUBLED: Final = 5  # characters; "go go" may be meant
KEYWORDS: Final = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_in_context": ((2, "c"), 3),  # of templates/wording.py, after the language
}
_METHODS: Final = [("**.j2", "jinja2.ext:babel_extract"), ("**.py", "babel.messages.extract:extract_python")]
_OPTIONS: Final = {"**.j2": {"silent": "false", "newstyle_gettext": "true", "trim_blocks": "true"}}
_HEADER: Final = """\
# What people are told, in {language}. The ids are the Chinese source; `make catalogues` takes up new ones.
msgid ""
msgstr ""
"Project-Id-Version: Mingluo\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def nearest_language(tag: str) -> str:
    """Return the catalogue for a language tag (zh-CN, zh, en_US); Chinese where there is none: better than silence."""
    wanted = tag.replace("-", "_").casefold()
    for language in LANGUAGES:
        if wanted == language.casefold() or wanted.split("_")[0] == language.split("_")[0]:
            return language
    return SOURCE


@cache
def translations(language: str) -> Translations:
    """Return the sentences of one language, compiled from its catalogue in memory."""
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(compiled)


def path_of(language: str) -> Path:
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language, known=", ".join(LANGUAGES))
    return ROOT / "locales" / language / "LC_MESSAGES" / "mingluo.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def said() -> Catalog:
    """Return every sentence that the templates and labels say, with the files that say it."""
    template = Catalog(project="Mingluo", charset="utf-8")
    found = extract_from_dir(ROOT, _METHODS, _OPTIONS, KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True)
    for name, line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        template.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return template


def faults(language: str) -> Iterator[str]:
    """Yield what is wrong with a catalogue: a sentence untranslated, doubtful, unused, or with other placeholders."""
    template, catalogue = said(), read(language)
    for message in template:
        if message.id and catalogue.get(message.id, message.context) is None:
            yield f"{language}: missing: {message.id!r}"
    for message in catalogue:
        if message.id:
            yield from (f"{language}: {fault}: {message.id!r}" for fault in _faults_of(message, catalogue, template))
    yield from (f"{language}: obsolete: {message.id!r}" for message in catalogue.obsolete.values())


def _faults_of(message: Message, catalogue: Catalog, template: Catalog) -> Iterator[str]:
    if template.get(message.id, message.context) is None:
        yield "said by no template"
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    if not all(strings):
        yield "untranslated"
    if message.fuzzy:
        yield "fuzzy"
    if any(each and _said_twice(each) for each in strings):
        yield "says it twice"
    yield from (str(error) for error in message.check(catalogue))


def _said_twice(string: str) -> bool:
    """Say whether a translation is the same words over again, as two catalogues laid into one may leave it."""
    half = len(string) // 2
    return half > SHORTEST_DOUBLED and string[:half].strip() == string[half:].strip()


def renew(language: str) -> None:
    """Take new sentences up into a catalogue (those of the source say themselves) and drop the unused ones."""
    path = path_of(language)
    catalogue = read(language) if path.exists() else Catalog(language, fuzzy=False)
    catalogue.update(said(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == SOURCE:
        for message in catalogue:
            message.string = message.string or message.id
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.format(language=language, plural_forms=catalogue.plural_forms.rstrip(";") + ";").encode())
        write_po(file, catalogue, width=120, omit_header=True, include_lineno=False, sort_by_file=True)


if __name__ == "__main__":
    for each in LANGUAGES:
        renew(each)
