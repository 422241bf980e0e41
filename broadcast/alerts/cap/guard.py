"""The gate: bytes from outside become an XML tree only if they cannot harm us.

No document type and so no entities (XXE, billion laughs), nothing fetched, bounded size and depth.
"""

import re
from typing import Final

from lxml import etree

from broadcast.errors import CapRefused

LARGEST: Final = 1024 * 1024
"""Bytes. The largest real alert known to us, with its picture inside, has half of this."""

DEEPEST: Final = 32
"""CAP nests five deep; a signature inside it a dozen."""

ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk", "gb18030"})
DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")
DECLARED: Final = re.compile(rb"^\s{0,64}<\?xml[^>]{0,100}\bencoding\s{0,4}=\s{0,4}[\"']([A-Za-z0-9._-]{1,40})[\"']")


def safe_tree(document: bytes, largest: int = LARGEST) -> etree._Element:
    """Return the root element of a document that is harmless, or say why it is not taken."""
    if len(document) > largest:
        raise CapRefused(why=f"it has {len(document)} bytes, more than {largest}")
    text = DECLARATION.sub("", _decoded(document), count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise CapRefused(why="it declares a document type or entities, which a warning never needs")
    # strip_cdata keeps text whole; comments and instructions carry nothing that warns anybody.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise CapRefused(why=f"it is not well-formed XML ({error.msg})") from None
    _require_shallow(root)
    return root


def _decoded(document: bytes) -> str:
    """Decode by byte-order mark or declaration; only encodings in which `<!DOCTYPE` cannot hide."""
    try:
        if document.startswith((b"\xff\xfe", b"\xfe\xff")):
            return document.decode("utf-16")
        declared = DECLARED.match(document.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if encoding not in ENCODINGS:
            raise CapRefused(why=f"it is written in {encoding}; send UTF-8")
        return document.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise CapRefused(why="its bytes are not in the encoding that it declares") from None


def _require_shallow(root: etree._Element) -> None:
    depth = 0
    for happening, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if happening == "start" else -1
        if depth > DEEPEST:
            raise CapRefused(why=f"its elements are nested more than {DEEPEST} deep")
