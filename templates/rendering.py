"""Rendering: template, catalogue and values make a text; whatever is missing is an error."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from templates import wording
from templates.catalogues import LANGUAGES, ROOT, nearest_language, translations
from templates.errors import UnknownLine, UnknownMessage
from templates.labels import label
from templates.masking import masked
from templates.rolls import needs_said, rows_said

GENERIC: Final = "default"
"""The file of a message that serves every channel without one of its own."""


def render(message: str, channel: str, language: str, values: Mapping[str, object], manner: str = GENERIC) -> str:
    """Return `message` as `channel` says it: by its own template, else that of its `manner`, else the generic one.

    `manner` is how channels of its sort speak (sms, speaker); `language` may be any tag, see `nearest_language`.
    """
    language = nearest_language(language)
    names = [_path(message, each) for each in (channel, manner, GENERIC)]
    if not (ROOT / names[-1]).is_file():
        raise UnknownMessage(message=message, known=", ".join(messages()))
    return wording.lines(environment(language).select_template(names).render(values))


def speak(conversation: str, line: str, language: str, values: Mapping[str, object]) -> str:
    """Return one line of a conversation: a block of templates/conversations/<conversation>.txt.j2."""
    template = environment(nearest_language(language)).get_template(f"conversations/{conversation}.txt.j2")
    if line not in template.blocks:
        raise UnknownLine(conversation=conversation, line=line, known=", ".join(sorted(template.blocks)))
    return wording.lines("".join(template.blocks[line](template.new_context(dict(values)))))


def render_page(page: str, language: str, values: Mapping[str, object]) -> str:
    """Return a page of templates/pages as HTML; what it shows is escaped."""
    language = nearest_language(language)
    return environment(language).get_template(f"pages/{page}").render(values)


def messages() -> list[str]:
    """Return the name of every message there is."""
    return sorted({path.parent.name for path in (ROOT / "messages").glob("*/*.txt.j2")})


def conversations() -> list[str]:
    """Return the name of every conversation there is."""
    return sorted(path.name.removesuffix(".txt.j2") for path in (ROOT / "conversations").glob("*.txt.j2"))


def load_all() -> None:
    """Read and compile every template in every language: the first warning must not wait for it."""
    for language in LANGUAGES:
        for name in environment(language).list_templates(extensions=["j2"]):
            environment(language).get_template(name)


@cache
def environment(language: str) -> Environment:
    """Return the templates with one language's words; only names that end in .html.j2 are escaped."""
    made = Environment(
        loader=FileSystemLoader(ROOT),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined] # of the extension
    made.filters |= {
        "moment": partial(wording.moment, language=language),
        "keys": partial(wording.keys, language=language),
        "numbered": partial(wording.numbered, language=language),
        "label": lambda key, kind: label(kind, key, language),
        "rows": partial(rows_said, language=language),
        "needs": partial(needs_said, language=language),
        "sentence": partial(wording.sentence, language=language),
        "flowing": wording.flowing,
        "masked": masked,
        "yuan": wording.yuan,
        "spoken": wording.spoken,
        "by_digit": wording.by_digit,
    }
    made.globals["language"] = language
    return made


def _path(message: str, channel: str) -> str:
    return f"messages/{message}/{channel}.txt.j2"
