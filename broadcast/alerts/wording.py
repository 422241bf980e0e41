"""From a warning to facts: what is to be said in each language to whoever each rule of the target found."""

from collections.abc import Iterator, Mapping
from typing import Final

from broadcast.alerts.codes import Codes
from broadcast.alerts.model import Alert, Content, Instruction, Level
from broadcast.content.facts import Facts
from broadcast.notices import Kind
from templates.catalogues import LANGUAGES

FIRST_LANGUAGE: Final = LANGUAGES[0]
"""Whoever speaks a language that nobody wrote in is told in this one, so it is never missing."""


def facts_for(
    alert: Alert, kind: Kind, codes: Codes, earlier: Alert | None = None, rules: int = 1
) -> Iterator[tuple[int, Facts]]:
    """Yield the facts for each rule and each language that there are words for; `earlier` is what it replaces."""
    for language, content in _spoken(alert.contents).items():
        for rule in range(max(rules, alert.rules)):
            yield rule, _facts(alert, kind, codes, earlier, language, content, rule)


def _spoken(contents: Mapping[str, Content]) -> Mapping[str, Content]:
    """Return the contents in the languages that templates speak; the first language borrows words if it has none."""
    written = {language: contents[language] for language in LANGUAGES if language in contents}
    if FIRST_LANGUAGE not in written and contents:
        return {FIRST_LANGUAGE: next(iter((written or contents).values())), **written}
    return written


def _facts(
    alert: Alert, kind: Kind, codes: Codes, earlier: Alert | None, language: str, content: Content, rule: int
) -> Facts:
    level = alert.level or Level.RED  # a warning without a level is never approved
    before = (earlier.level or level) if earlier else level
    lowered = kind is Kind.LOWERED
    corrected = kind is Kind.CORRECTION
    instruction = Instruction() if corrected else content.instruction_for(rule)
    event = content.event or codes.event(alert.event_code).name(language)
    return Facts(
        language=language,
        kind=kind,
        drill=alert.drill,
        level=int(before if lowered else level),
        event=event,
        issuer=content.sender_name,
        area=content.area_desc,
        headline="" if corrected else content.headline,
        what="" if corrected else content.description,
        do=instruction.do,
        go=instruction.go,
        call=instruction.call,
        sent=alert.identity.sent,
        onset=alert.onset,
        expires=alert.expires,
        asks_answer=alert.asks_answer and not corrected,
        earlier_headline=_headline(earlier, language),
        new_level=int(level) if lowered else None,
    )


def _headline(earlier: Alert | None, language: str) -> str:
    if earlier is None:
        return ""
    contents = _spoken(earlier.contents)
    return contents[language].headline if language in contents else ""
