"""Hostile XML is refused before it can do harm: entities, size, depth, encodings that hide a document type."""

import time
from pathlib import Path

import pytest

from broadcast.alerts.cap.reading import read_cap
from broadcast.errors import CapRefused
from tests.broadcast.alerts.warnings import SAMPLES

RAIN = (SAMPLES / "rain.xml").read_text(encoding="utf-8")
BODY = RAIN.split("?>", 1)[1]
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

DOCTYPES = {
    "billion laughs": f'<!DOCTYPE alert [<!ENTITY l0 "ha">{LAUGHS}]>',
    "external entity": '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "external document type": '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/evil.dtd">',
    "parameter entity": '<!DOCTYPE alert [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>',
    "quadratic": f'<!DOCTYPE alert [<!ENTITY x "{"x" * 50_000}">]>',
}


def refused(document: bytes, why: str) -> None:
    began = time.perf_counter()
    with pytest.raises(CapRefused, match=why):
        read_cap(document)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("doctype", list(DOCTYPES.values()), ids=list(DOCTYPES))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_a_document_type_is_refused_in_every_encoding(doctype: str, encoding: str) -> None:
    text = doctype + BODY.replace("荷湖乡", "&x;").replace("丰城市气象台", "&l9;")
    marks = {"utf-16-be": b"\xfe\xff", "utf-16-le": b"\xff\xfe"}
    refused(marks.get(encoding, b"") + text.encode(encoding), "document type")


def test_an_entity_never_brings_a_file_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the key", encoding="utf-8")
    document = f'<!DOCTYPE alert [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{BODY.replace("荷湖乡", "&x;")}'
    with pytest.raises(CapRefused) as refusal:
        read_cap(document.encode())
    assert "the key" not in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "utf-32", "cp037", "no-such-thing"])
def test_an_encoding_in_which_a_document_type_could_hide_is_refused(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?>{BODY}'.encode()
    refused(document, "written in")


def test_bytes_that_belie_their_encoding_are_refused() -> None:
    refused(RAIN.encode("gb18030"), "bytes are not")


def test_an_include_includes_nothing() -> None:
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    reading = read_cap(RAIN.replace("<areaDesc>荷湖乡", f"<areaDesc>荷湖乡{include}").encode())
    assert reading.alert.infos[0].areas[0].description == "荷湖乡"


def test_too_many_bytes_are_refused_unread() -> None:
    refused(b" " * (1024 * 1024 + 1), "bytes, more than")


def test_what_is_nested_too_deep_is_refused() -> None:
    refused(RAIN.replace("<info>", "<x>" * 100 + "</x>" * 100 + "<info>", 1).encode(), "nested")
    refused(RAIN.replace("<info>", "<x>" * 50_000 + "</x>" * 50_000 + "<info>", 1).encode(), "nested|well-formed")


@pytest.mark.parametrize("document", [b"", b"rain", b"PK\x03\x04zip", b"<alert>", b"\x00" * 99, b"\x1f\x8b\x08gz"])
def test_what_is_no_xml_is_refused(document: bytes) -> None:
    refused(document, "not taken")


def test_ten_thousand_attributes_and_elements_are_read_in_a_moment() -> None:
    began = time.perf_counter()
    many = "<info><event>x</event></info>" * 10_000
    assert len(read_cap(BODY.replace("</alert>", many + "</alert>").encode()).alert.infos) == 10_001
    assert time.perf_counter() - began < 10


def test_a_long_xml_declaration_costs_nothing() -> None:
    began = time.perf_counter()
    with pytest.raises(CapRefused):
        read_cap(b"<?xml " + b"encoding " * 100_000)
    assert time.perf_counter() - began < 2
