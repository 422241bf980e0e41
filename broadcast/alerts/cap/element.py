"""One element of a CAP file and what is asked of it; every liberty taken in answering becomes a note."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from broadcast.alerts.cap.document import SIGNATURE, LintNote, Stamp
from broadcast.alerts.cap.vocabulary import EARLIER

NOTES_AT_MOST: Final = 100
"""A file that is wrong throughout need not be told so ten thousand times."""


class Element:
    """Children are found by their local name within the element's own namespace."""

    def __init__(self, node: etree._Element, where: str, notes: list[LintNote]) -> None:
        self.node = node
        self._where = where
        self._notes = notes
        self._namespace = etree.QName(node).namespace
        self._asked: set[str] = set()

    def note(self, code: str, text: str, child: str = "") -> None:
        if len(self._notes) < NOTES_AT_MOST:
            self._notes.append(LintNote(code, f"{self._where}.{child}" if child else self._where, text))

    def all(self, name: str) -> Sequence["Element"]:
        return [Element(node, f"{self._where}.{name}[{n}]", self._notes) for n, node in enumerate(self._nodes(name))]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of all children of that name; empty ones occur in the wild and say nothing."""
        return tuple(text for node in self._nodes(name) if (text := _text(node)))

    def text(self, name: str, *, required: bool = True, noted: bool = True) -> str:
        found = self._nodes(name)
        text = _text(found[0]) if found else ""
        if len(found) > 1 and noted:
            self.note("element.repeated", f"{len(found)} of it where one is allowed; the first was read", name)
        if not text and noted and (required or found):
            self.note("element.empty" if found else "element.missing", "it says nothing", name)
        return text

    def word(self, name: str, allowed: Sequence[str], otherwise: str) -> str:
        """Return the child's text as one of the allowed words, or `otherwise`."""
        return self._allowed(name, self.text(name), allowed) or otherwise

    def words(self, name: str, allowed: Sequence[str], *, required: bool = True) -> tuple[str, ...]:
        given = self.texts(name)
        if required and not given:
            self.note("element.missing", "it says nothing", name)
        return tuple(word for text in given if (word := self._allowed(name, text, allowed)))

    def stamp(self, name: str) -> Stamp | None:
        text = self.text(name, required=False)
        if not text:
            return None
        try:
            stamp = Stamp.read(text)
        except ValueError:
            self.note("time.malformed", "no date and time; left out", name)
            return None
        if not stamp.is_strict:
            self.note("time.lax", "not written as YYYY-MM-DDThh:mm:ss±hh:mm (no Z, no fractions)", name)
        return stamp

    def note_unknown(self, *expected: str) -> None:
        """Note the children that nobody asked for: unknown names, foreign namespaces."""
        for child in self.node:
            name = etree.QName(child)
            known = name.namespace == self._namespace and name.localname in {*self._asked, *expected}
            if not known and child.tag != SIGNATURE:
                self.note("element.unknown", f"<{name.localname[:60]}> is not known here and was left out")

    def _nodes(self, name: str) -> list[etree._Element]:
        self._asked.add(name)
        return self.node.findall(f"{{{self._namespace}}}{name}" if self._namespace else name)

    def _allowed(self, name: str, text: str, allowed: Sequence[str]) -> str:
        if not text or text in allowed:
            return text
        folded = {word.casefold(): word for word in allowed}
        word = EARLIER.get(text) or folded.get(text.casefold(), "")
        self.note("word.unknown", f"read as {word}" if word in allowed else "not a word of CAP; left out", name)
        return word if word in allowed else ""


def _text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext())).strip()
