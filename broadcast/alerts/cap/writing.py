"""CAP out: strict XML that the schema accepts, whole seconds, explicit offsets, elements in the schema's order."""

import re
from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

from broadcast.alerts.cap.document import NAMESPACE, Area, CapAlert, Info, Named, Resource, Stamp

UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry: control characters and lone surrogates."""

DEFAULT_NAMESPACE: Final[dict[Any, str]] = {None: NAMESPACE}  # lxml's name for "no prefix" is None


def write_cap(alert: CapAlert) -> bytes:
    """Return the message as UTF-8 XML; unsigned, whatever it was when it came."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap=DEFAULT_NAMESPACE)
    _texts(
        root,
        ("identifier", alert.identifier),
        ("sender", alert.sender),
        ("sent", alert.sent.strict),
        ("status", alert.status),
        ("msgType", alert.msg_type),
        ("source", alert.source),
        ("scope", alert.scope),
        ("restriction", alert.restriction),
        ("addresses", _listed(alert.addresses)),
        *(("code", code) for code in alert.codes),
        ("note", alert.note),
        ("references", " ".join(map(str, alert.references))),
        ("incidents", _listed(alert.incidents)),
    )
    for info in alert.infos:
        _info(root, info)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _info(root: etree._Element, info: Info) -> None:
    node = _add(root, "info")
    _texts(
        node,
        ("language", info.language),
        *(("category", each) for each in info.categories or ("Other",)),
        ("event", info.event or "-"),  # the schema wants one, even an unknown one
        *(("responseType", each) for each in info.responses),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("audience", info.audience),
    )
    _named(node, "eventCode", info.event_codes)
    _texts(
        node,
        ("effective", _strict(info.effective)),
        ("onset", _strict(info.onset)),
        ("expires", _strict(info.expires)),
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    )
    _named(node, "parameter", info.parameters)
    for resource in info.resources:
        _resource(node, resource)
    for area in info.areas:
        _area(node, area)


def _resource(info: etree._Element, resource: Resource) -> None:
    node = _add(info, "resource")
    _texts(
        node,
        ("resourceDesc", resource.description or "-"),
        ("mimeType", resource.mime_type or "application/octet-stream"),
        ("size", "" if resource.size is None else str(resource.size)),
        ("uri", resource.uri),
        ("derefUri", resource.deref_uri),
        ("digest", resource.digest),
    )


def _area(info: etree._Element, area: Area) -> None:
    node = _add(info, "area")
    _texts(
        node,
        ("areaDesc", area.description or "-"),
        *(("polygon", each) for each in area.polygons),
        *(("circle", each) for each in area.circles),
    )
    _named(node, "geocode", area.geocodes)
    _texts(node, ("altitude", area.altitude), ("ceiling", area.ceiling))


def _named(parent: etree._Element, name: str, values: Iterable[Named]) -> None:
    for each in values:
        node = _add(parent, name)
        _add(node, "valueName").text = _sayable(each.name)
        _add(node, "value").text = _sayable(each.value)


def _texts(parent: etree._Element, *named: tuple[str, str]) -> None:
    """Add the elements that say something, in the order given: the schema minds it."""
    for name, text in named:
        if text:
            _add(parent, name).text = _sayable(text)


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _listed(items: Iterable[str]) -> str:
    return " ".join(f'"{each}"' if " " in each else each for each in items)


def _strict(stamp: Stamp | None) -> str:
    return stamp.strict if stamp else ""


def _sayable(text: str) -> str:
    return UNSAYABLE.sub("", text)
