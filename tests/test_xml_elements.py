"""Elements of XML with their bytes: every encoding, empty and nested ones, damage, what is refused."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.readers import xml_elements
from sma_plugin.readers.xml_elements import Element, XmlElements

HEAD = '<?xml version="1.0" encoding="{}"?>\n<rss xmlns:a="urn:a"><channel><title>Titel</title>'
ITEM = '<item a:b="1"><title>Nummer {} – é</title><a:c/><x>a &amp; <b>b</b></x></item>'
TAIL = "</channel></rss>\n"


def read(data: bytes, **options: object) -> XmlElements:
    found = XmlElements(
        io.BytesIO(data),
        lambda path: path[-1] in ("rss", "channel"),
        ("item",),
        **options,  # type: ignore[arg-type]
    )
    found.given = list(found)  # type: ignore[attr-defined]
    return found


def given_by(data: bytes) -> list[Element]:
    return read(data).given  # type: ignore[attr-defined,no-any-return]


def document(count: int, encoding: str = "utf-8", *, mark: bytes = b"") -> bytes:
    text = HEAD.format(encoding) + "\n  ".join(ITEM.format(number) for number in range(count)) + TAIL
    return mark + text.encode("utf-16-le" if encoding == "utf-16" else encoding, "xmlcharrefreplace")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("iso-8859-1", b""), ("windows-1252", b"")],
)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_each_element_is_given_with_the_bytes_that_it_is(
    encoding: str, mark: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_elements, "CHUNK", chunk)
    data = document(5, encoding, mark=mark)
    title, *items = (
        given_by(data)
        if chunk > 1 or encoding != "utf-16"
        else XmlElements(io.BytesIO(data), lambda path: path[-1] in ("rss", "channel"))
    )
    assert (title.name, title.text) == ("title", "Titel")
    assert len(items) == 5
    for number, item in enumerate(items):
        own = data[item.offset : item.offset + item.length]
        text = own.decode("utf-16-le" if encoding == "utf-16" else encoding)
        assert text.startswith("<item a:b")
        assert text.endswith("</item>")
        assert text.count("<item") == 1
        assert item.words("title") == f"Nummer {number} – é"
        assert item.attributes == {"{urn:a}b": "1"}
        assert item.first("{urn:a}c") is not None
        assert item.words("x") == "a & b"


@given(st.lists(st.sampled_from(["<item/>", '<item a="/>"/>', "<item></item>", "<item>/></item>", "<!-- > -->", " "])))
def test_empty_elements_end_where_they_end(parts: list[str]) -> None:
    data = f"<rss><channel>{''.join(parts)}</channel></rss>".encode()
    wanted = [part for part in parts if part.startswith("<item")]
    assert [data[one.offset : one.offset + one.length].decode() for one in given_by(data)] == wanted


def test_markup_and_undeclared_names_of_characters_are_kept() -> None:
    data = (
        b'<rss><channel><item><div xmlns="urn:x">a&nbsp;b<br/><a href="?a=1&amp;b=2">c</a></div></item></channel></rss>'
    )
    (item,) = given_by(data)
    (div,) = item.children
    assert div.name == "{urn:x}div"
    assert div.markup() == 'a\xa0b<br/><a href="?a=1&amp;b=2">c</a>'


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item>&a;</item></channel></rss>',
        b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><rss><channel><item/></channel></rss>',
        b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item>&a;</item></channel></rss>',
    ],
)
def test_a_document_that_declares_entities_is_refused(data: bytes) -> None:
    found = read(data)
    assert found.given == []  # type: ignore[attr-defined]
    assert [fault.reason for fault in found.faults] == ["entities are declared"]


def test_a_doctype_without_entities_is_read_and_nothing_is_fetched() -> None:
    data = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://nergens.example/rss.dtd">' + document(1)[39:]
    found = read(data)
    assert len(found.given) == 2  # type: ignore[attr-defined]
    assert found.faults == []


DAMAGES = {
    "a tag that is not closed": b"<item><b>x</item>",
    "a bare ampersand": b"<item>a & b</item>",
    "an attribute without quotes": b"<item a=b>x</item>",
    "a control character": b"<item>\x01</item>",
    "bytes of another encoding": b"<item>\xff\xfe</item>",
    "an item that is not closed": b"<item><title>x</title>",
    "too deep": b"<item>" + b"<b>" * 500 + b"</b>" * 500 + b"</item>",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("chunk", [50, 1 << 16])
def test_a_damaged_item_costs_itself_only(damage: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_elements, "CHUNK", chunk)
    parts = [f"<item><title>{number}</title></item>\n".encode() for number in range(6)]
    data = b"<rss><channel>" + b"".join(parts[:3]) + damage + b"".join(parts[3:]) + b"</channel></rss>"
    found = read(data)
    items: list[Element] = found.given  # type: ignore[attr-defined]
    assert [one.words("title") for one in items] == [str(number) for number in range(6)]
    assert [data[one.offset : one.offset + one.length] + b"\n" for one in items] == parts
    (fault,) = found.faults
    assert 0 <= fault.offset - data.index(damage) < len(damage)


@given(st.integers(0, len(document(4)) - len(TAIL) - 1))
def test_a_cut_document_gives_what_stands_before_the_cut(size: int) -> None:
    data = document(4)[:size]
    found = read(data)
    items: list[Element] = found.given  # type: ignore[attr-defined]
    assert sum(one.name == "item" for one in items) == data.count(b"</item>")
    assert found.faults


@given(st.integers(0, len(document(4)) - 1), st.integers(1, 255))
def test_a_flipped_byte_costs_no_other_item(position: int, change: int) -> None:
    data = bytearray(document(4))
    data[position] ^= change
    found = read(bytes(data))
    items = [one for one in found.given if one.name == "item"]  # type: ignore[attr-defined]
    assert len(items) >= 3 or position < data.index(b"<item")
    for one in items:
        own = bytes(data[one.offset : one.offset + one.length])
        assert own.startswith(b"<item")
        assert own.endswith(b">")


def test_a_bomb_of_elements_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_elements, "MAX_NODES", 1000)
    data = b"<rss><channel><item>" + b"<a/>" * 5000 + b"</item><item>x</item></channel></rss>"
    found = read(data)
    assert [one.text for one in found.given] == ["x"]  # type: ignore[attr-defined]
    assert [fault.reason for fault in found.faults] == ["nested too deeply"]


def test_what_is_no_xml_is_told() -> None:
    for data in (b"", b"   ", b"geen xml", b"\x00\x00", b'<?xml version="1.0" encoding="klingon"?><rss/>'):
        found = read(data)
        assert found.given == []  # type: ignore[attr-defined]
        assert found.faults


def test_the_same_elements_as_another_parser_finds() -> None:
    data = document(50)
    items = [one for one in given_by(data) if one.name == "item"]
    other = ET.fromstring(data).findall("channel/item")
    assert [one.words("title") for one in items] == [one.findtext("title") for one in other]
