"""What is wrong with a CAP message beyond its single elements: the rules that people get wrong (CAP 1.2 §3)."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from broadcast.alerts.cap.document import Area, CapAlert, Info, LintNote, Resource
from broadcast.alerts.cap.geometry import circle_of, crosses_itself, is_ring, points_of

LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 3066
MIME_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", re.ASCII)
SHA1: Final = re.compile(r"[0-9a-fA-F]{40}")
MARKUP: Final = re.compile(r"<[a-zA-Z/][^>]{0,200}>|&(amp|lt|gt|nbsp|quot|#\d+);")
FORBIDDEN_IN_NAMES: Final = re.compile(r"[\s,<&]")
HEADLINE_AT_MOST: Final = 160


def lint(alert: CapAlert) -> Iterator[LintNote]:
    """Yield what breaks a rule of the standard or a habit that others rely on."""
    yield from _names(alert)
    yield from _audience(alert)
    yield from _references(alert)
    if not alert.infos and alert.msg_type in {"Alert", "Update"}:
        yield LintNote("info.missing", "alert", "there is nothing to tell anybody")
    for n, info in enumerate(alert.infos):
        yield from _info(alert, info, f"info[{n}]")
    yield from _same_words(alert)


def _names(alert: CapAlert) -> Iterator[LintNote]:
    for name, value in (("identifier", alert.identifier), ("sender", alert.sender)):
        if FORBIDDEN_IN_NAMES.search(value):
            yield LintNote("name.unquotable", name, "holds a space, comma, < or &: no reference can name it")
    if alert.status == "Exercise" and not alert.note:
        yield LintNote("note.missing", "note", "which exercise it is should stand in the note")


def _audience(alert: CapAlert) -> Iterator[LintNote]:
    if alert.restriction and alert.scope != "Restricted":
        yield LintNote("restriction.idle", "restriction", "only means something where the scope is Restricted")
    if alert.scope == "Restricted" and not alert.restriction:
        yield LintNote("restriction.missing", "restriction", "the scope is Restricted, but it does not say how")
    if alert.scope == "Private" and not alert.addresses:
        yield LintNote("addresses.missing", "addresses", "the scope is Private, but it does not say for whom")


def _references(alert: CapAlert) -> Iterator[LintNote]:
    if alert.msg_type in {"Update", "Cancel"} and not alert.references:
        yield LintNote("references.missing", "references", f"{alert.msg_type} of what?")
    for each in alert.references:
        if (each.sender, each.identifier, each.sent.at) == alert.identity:
            yield LintNote("reference.circular", "references", "it refers to itself")
        elif each.sent.at > alert.sent.at:
            yield LintNote("reference.later", "references", "it refers to a message that was sent after it")


def _info(alert: CapAlert, info: Info, where: str) -> Iterator[LintNote]:
    if not LANGUAGE.fullmatch(info.language):
        yield LintNote("language.malformed", f"{where}.language", "no language tag as RFC 3066 has it")
    if len(info.headline) > HEADLINE_AT_MOST:
        yield LintNote("headline.long", f"{where}.headline", f"longer than {HEADLINE_AT_MOST} characters")
    for name, text in (("headline", info.headline), ("description", info.description)):
        if MARKUP.search(text):
            yield LintNote("text.marked_up", f"{where}.{name}", "holds mark-up, which would be read aloud")
    if info.web and not _absolute(info.web):
        yield LintNote("web.relative", f"{where}.web", "no absolute address")
    if not info.areas:
        yield LintNote("area.missing", where, "it does not say where")
    yield from _times(alert, info, where)
    for n, resource in enumerate(info.resources):
        yield from _resource(resource, f"{where}.resource[{n}]")
    for n, area in enumerate(info.areas):
        yield from _area(area, f"{where}.area[{n}]")


def _times(alert: CapAlert, info: Info, where: str) -> Iterator[LintNote]:
    if info.expires is None:
        yield LintNote("expires.missing", where, "it does not say until when")
        return
    if info.expires.at <= alert.sent.at and info.urgency != "Past":
        yield LintNote("expires.past", f"{where}.expires", "it had run out before it was sent")
    for name, start in (("effective", info.effective), ("onset", info.onset)):
        if start is not None and start.at > info.expires.at:
            yield LintNote("expires.early", f"{where}.expires", f"it runs out before its {name}")


def _resource(resource: Resource, where: str) -> Iterator[LintNote]:
    if resource.mime_type and not MIME_TYPE.fullmatch(resource.mime_type):
        yield LintNote("mime_type.malformed", where, "no media type")
    if resource.uri and not resource.deref_uri and not _absolute(resource.uri):
        yield LintNote("uri.relative", where, "a relative address without the bytes leads nowhere")
    if resource.digest and not SHA1.fullmatch(resource.digest):
        yield LintNote("digest.malformed", where, "no SHA-1 of 40 hexadecimal digits")


def _area(area: Area, where: str) -> Iterator[LintNote]:
    for polygon in area.polygons:
        try:
            points = points_of(polygon)
        except ValueError:
            yield LintNote("polygon.malformed", where, "not `latitude,longitude` pairs on this planet")
            continue
        if not is_ring(points):
            yield LintNote("polygon.open", where, "needs at least four pairs, the last like the first")
        elif crosses_itself(points):
            yield LintNote("polygon.crossed", where, "its sides cross each other")
    for circle in area.circles:
        try:
            circle_of(circle)
        except ValueError:
            yield LintNote("circle.malformed", where, "not `latitude,longitude kilometres`")
    yield from _heights(area, where)


def _heights(area: Area, where: str) -> Iterator[LintNote]:
    if area.ceiling and not area.altitude:
        yield LintNote("ceiling.alone", where, "a ceiling needs an altitude")
    elif area.ceiling:
        try:
            upside_down = float(area.ceiling) < float(area.altitude)
        except ValueError:
            yield LintNote("altitude.malformed", where, "no number of feet")
        else:
            if upside_down:
                yield LintNote("ceiling.low", where, "the ceiling lies below the altitude")


def _same_words(alert: CapAlert) -> Iterator[LintNote]:
    said: dict[tuple[str, str], str] = {}
    for n, info in enumerate(alert.infos):
        words = (info.headline, info.description)
        earlier = said.setdefault(words, info.language)
        if any(words) and earlier.casefold() != info.language.casefold():
            yield LintNote("words.untranslated", f"info[{n}]", f"the same words as in {earlier}")


def _absolute(address: str) -> bool:
    try:
        return bool(urlsplit(address).scheme)
    except ValueError:
        return False
