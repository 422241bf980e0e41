"""CAP in: bytes become a CapAlert, leniently, and every liberty that was taken is noted."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from lxml import etree

from broadcast.alerts.cap.document import (
    DEFAULT_LANGUAGE,
    EARLIER_NAMESPACES,
    NAMESPACE,
    SIGNATURE,
    Area,
    CapAlert,
    Info,
    LintNote,
    Named,
    Reading,
    Reference,
    Resource,
    Stamp,
)
from broadcast.alerts.cap.element import Element
from broadcast.alerts.cap.guard import LARGEST, safe_tree
from broadcast.alerts.cap.lint import lint
from broadcast.alerts.cap.vocabulary import (
    CATEGORIES,
    CERTAINTIES,
    MSG_TYPES,
    RESPONSES,
    SCOPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
)
from broadcast.errors import CapRefused

ITEMS: Final = re.compile(r'"([^"]*)"|(\S+)')


def read_cap(document: bytes, largest: int = LARGEST) -> Reading:
    """Read one CAP 1.0, 1.1 or 1.2 message of up to `largest` bytes; CapRefused if it is harmful or none."""
    root = safe_tree(document, largest)
    notes: list[LintNote] = []
    alert = _alert(_root(root, notes))
    notes += lint(alert)
    return Reading(alert, tuple(notes), sha256(document).hexdigest())


def _root(root: etree._Element, notes: list[LintNote]) -> Element:
    name = etree.QName(root)
    if name.localname != "alert":
        raise CapRefused(why=f"its root is <{name.localname}>, not <alert>; a feed is read by its entries")
    element = Element(root, "alert", notes)
    if name.namespace in EARLIER_NAMESPACES:
        element.note("version.old", f"written for CAP {EARLIER_NAMESPACES[name.namespace]}, read as 1.2")
    elif name.namespace != NAMESPACE:
        element.note("namespace.foreign", "not in a namespace of CAP, read as 1.2")
    return element


def _alert(root: Element) -> CapAlert:
    missing = [name for name in ("identifier", "sender", "sent") if not root.text(name, noted=False)]
    if missing:
        raise CapRefused(why=f"it has no {' and no '.join(missing)}, so nobody could refer to it")
    sent = root.stamp("sent")
    if sent is None:
        raise CapRefused(why="its <sent> is no date and time")
    signed = root.node.find(SIGNATURE) is not None
    if signed:
        root.note("signature.unverified", "signed, but nobody here has verified the signature")
    alert = CapAlert(
        identifier=root.text("identifier"),
        sender=root.text("sender"),
        sent=sent,
        # What does not say that it is in earnest is a test: it can never become real.
        status=root.word("status", STATUSES, otherwise="Test"),
        msg_type=root.word("msgType", MSG_TYPES, otherwise="Alert"),
        source=root.text("source", required=False),
        scope=root.word("scope", SCOPES, otherwise="Public"),
        restriction=root.text("restriction", required=False),
        addresses=_items(root.text("addresses", required=False)),
        codes=root.texts("code"),
        note=root.text("note", required=False),
        references=tuple(_references(root)),
        incidents=_items(root.text("incidents", required=False)),
        infos=tuple(_info(each) for each in root.all("info")),
        signed=signed,
    )
    root.note_unknown("password")  # of CAP 1.0
    return alert


def _info(info: Element) -> Info:
    read = Info(
        language=info.text("language", required=False) or DEFAULT_LANGUAGE,
        categories=info.words("category", CATEGORIES),
        event=info.text("event"),
        responses=info.words("responseType", RESPONSES, required=False),
        urgency=info.word("urgency", URGENCIES, otherwise="Unknown"),
        severity=info.word("severity", SEVERITIES, otherwise="Unknown"),
        certainty=info.word("certainty", CERTAINTIES, otherwise="Unknown"),
        audience=info.text("audience", required=False),
        event_codes=tuple(_named(info, "eventCode")),
        effective=info.stamp("effective"),
        onset=info.stamp("onset"),
        expires=info.stamp("expires"),
        sender_name=info.text("senderName", required=False),
        headline=info.text("headline", required=False),
        description=info.text("description", required=False),
        instruction=info.text("instruction", required=False),
        web=info.text("web", required=False),
        contact=info.text("contact", required=False),
        parameters=tuple(_named(info, "parameter")),
        resources=tuple(_resource(each) for each in info.all("resource")),
        areas=tuple(_area(each) for each in info.all("area")),
    )
    info.note_unknown()
    return read


def _resource(resource: Element) -> Resource:
    size = resource.text("size", required=False)
    if size and not (size.isascii() and size.isdigit()):
        resource.note("size.malformed", "the size is no whole number of bytes and was left out")
        size = ""
    read = Resource(
        description=resource.text("resourceDesc"),
        mime_type=resource.text("mimeType"),
        size=int(size) if size else None,
        uri=resource.text("uri", required=False),
        deref_uri=resource.text("derefUri", required=False),
        digest=resource.text("digest", required=False),
    )
    resource.note_unknown()
    return read


def _area(area: Element) -> Area:
    read = Area(
        description=area.text("areaDesc"),
        polygons=tuple(" ".join(each.split()) for each in area.texts("polygon")),
        circles=tuple(" ".join(each.split()) for each in area.texts("circle")),
        geocodes=tuple(_named(area, "geocode")),
        altitude=area.text("altitude", required=False),
        ceiling=area.text("ceiling", required=False),
    )
    area.note_unknown()
    return read


def _named(parent: Element, name: str) -> Iterator[Named]:
    """Read valueName and value; CAP 1.0 wrote them as one text `name=value`."""
    for each in parent.all(name):
        if len(each.node):
            yield Named(each.text("valueName"), each.text("value"))
            each.note_unknown()
            continue
        key, equals, value = (each.node.text or "").strip().partition("=")
        if equals:
            each.note("value.old", "name and value stand in one text, as CAP 1.0 wrote them")
            yield Named(key.strip(), value.strip())
        else:
            each.note("value.malformed", "neither a name nor a value; left out")


def _references(root: Element) -> Iterator[Reference]:
    for triple in root.text("references", required=False).split():
        try:
            sender, identifier, sent = triple.split(",")
            yield Reference(sender, identifier, Stamp.read(sent))
        except ValueError:
            root.note("reference.malformed", "a reference is not sender,identifier,sent; left out", "references")


def _items(text: str) -> tuple[str, ...]:
    """Split a list of words in which words with spaces stand in double quotes."""
    return tuple(quoted or plain for quoted, plain in ITEMS.findall(text) if quoted or plain)
