"""The items of a delivery in each form, as records that a mapping can ask for values by their path."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from typing import Any, Protocol

from lxml import etree

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.csv_form import plain
from sma_plugin.readers.csv_rows import Rows
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece, lines
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.nested import items_of, pairs, value_at
from sma_plugin.readers.suppliers.mapping import Mapping
from sma_plugin.readers.xml_element import Element
from sma_plugin.readers.xml_elements import XmlElements

MAX_DOCUMENT = 64 << 20
"""A page or message larger than this is not taken apart; a larger JSON document only item by item."""
_PREAMBLE = 40


class Record(Protocol):
    """One item: where its bytes are, and the values at a path in it."""

    evidence: Evidence

    def values(self, path: str) -> list[Any]:
        """Every value at a path, in order."""

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:
        """Offset and length of what has to be cut from the file so that the value at a path is gone."""


def records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The items of one file. What cannot be read is told, and the rest goes on."""
    yield from _FORMS[mapping.form](source, mapping)


class _Uncut:
    """A record from which nothing can be cut."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:  # noqa: ARG002 -- no form of this kind can
        """Nothing."""
        return iter(())


# --- CSV -------------------------------------------------------------------------------------------------------------


class _Row(_Uncut):
    def __init__(self, evidence: Evidence, cells: dict[str, str]) -> None:
        super().__init__(evidence)
        self._cells = cells

    def values(self, path: str) -> list[Any]:
        found = self._cells.get(plain(path), "").strip()
        return [found] if found else []


def _rows(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    wanted = {plain(name) for name in mapping.recognise.names}
    rows = Rows(source.stream, frozenset(wanted))
    header: list[str] | None = None
    for number, row in enumerate(rows):
        if header is None:
            cells = [plain(cell) for cell in row.cells]
            if wanted <= set(cells):
                header, rows.width = cells, len(cells)
            elif number > _PREAMBLE:
                break
            continue
        place = (source.path, row.offset, row.length)
        if len(row.cells) < len(header) and not row.ended:
            yield Problem("SMA-R003", *place, {"counted": number})
            return
        if len(row.cells) != len(header) or not row.whole:
            yield Problem("SMA-R002", *place)
        yield _Row(source.evidence(row.offset, row.length), dict(zip(header, row.cells, strict=False)))
    if header is None:
        yield Problem("SMA-R006", source.path, params={"reason": "no header with the columns it should have"})


# --- JSON ------------------------------------------------------------------------------------------------------------


class _Item:
    def __init__(self, evidence: Evidence, piece: Piece, decoded: Any) -> None:
        self.evidence, self._piece, self._decoded = evidence, piece, decoded

    def values(self, path: str) -> list[Any]:
        found = [self._decoded]
        for step in path.split("."):
            found = [one for value in found for one in _step(value, step)]
        return [one for one in found if one is not None]

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:
        """The name-value pairs that a path leads to; through a ``*`` those of each value."""
        yield from _pairs(self._piece, path.split("."))


def _pairs(piece: Piece, steps: list[str]) -> Iterator[tuple[int, int]]:
    for name, pair, value in pairs(piece):
        if steps[0] in ("*", name):
            if len(steps) == 1:
                yield pair.offset, len(pair.data)
            else:
                yield from _pairs(value, steps[1:])


def _step(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, list):
        return [value[int(step)]] if step.isdecimal() and int(step) < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


def _items(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    steps = [step for step in mapping.items.split(".") if step]
    first = source.stream.read(1 << 16)
    stream = io.BufferedReader(_Again(first, source.stream))
    begins = first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if mapping.opening or (begins == b"[" and steps[:1] in ([], ["*"])):
        array = ArrayItems(stream, opening=mapping.opening or r"\[")
        for piece in array:
            yield from _below(source, piece, steps[1:])
        if array.prefix and not array.closed:
            yield Problem("SMA-R003", source.path, params={"counted": 0})
    elif not steps or steps == ["*"]:
        for piece in lines(stream):
            yield from _below(source, piece, [])
    else:
        data = stream.read(MAX_DOCUMENT + 1)
        start = len(data) - len(data.removeprefix(b"\xef\xbb\xbf").lstrip())
        if len(data) > MAX_DOCUMENT:
            yield Problem("SMA-R006", source.path, params={"reason": "too large"})
        else:
            yield from _below(source, Piece(start, data[start:].rstrip()), steps)


_KEY = re.compile(rb"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|([{,]\s*)([\w$]+)(?=\s*:)", re.DOTALL)
"""Strings, which are passed over, and names without quotes: JavaScript knows numbers as names too, JSON5 does not."""


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[1] or b'%s"%s"' % (found[2], found[3])


class _Again(io.RawIOBase):
    def __init__(self, first: bytes, rest: Any) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _below(source: Source, piece: Piece, steps: list[str]) -> Iterator[Record | Problem]:
    if steps:
        below = items_of(piece) if steps[0] == "*" else filter(None, [value_at(piece, steps[0])])
        for one in below:
            yield from _below(source, one, steps[1:])
        return
    try:
        decoded = _json(piece.data)
    except ValueError as error:
        yield unreadable(source.path, piece, str(error))
        return
    yield _Item(source.evidence(piece.offset, len(piece.data)), piece, decoded)


def _json(data: bytes) -> Any:
    """JSON, and where the library for it is there, the text of a JavaScript object. Raises ``ValueError``."""
    try:
        return tolerant(data)
    except ValueError:
        try:
            import pyjson5  # noqa: PLC0415 -- an extra
        except ImportError:
            raise ValueError("JavaScript; the extra suppliers reads it") from None
        try:
            return pyjson5.decode_utf8(_KEY.sub(_quoted, data))
        except (pyjson5.Json5Exception, UnicodeDecodeError, RecursionError) as error:
            raise ValueError("neither JSON nor JavaScript") from error


# --- XML -------------------------------------------------------------------------------------------------------------


class _Node(_Uncut):
    def __init__(self, evidence: Evidence, element: Element) -> None:
        super().__init__(evidence)
        self._element = element

    def values(self, path: str) -> list[Any]:
        found = [self._element]
        steps = path.split("/")
        for number, step in enumerate(steps):
            if step.startswith("@"):
                return [value for one in found for name, value in one.attributes.items() if _local(name) == step[1:]]
            if step not in ("", "."):
                found = [child for one in found for child in one.children if child.local == step]
            if number == len(steps) - 1:
                return [text for one in found if (text := one.text.strip())]
        return []


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _elements(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The elements at the path of local names from the root."""
    steps = tuple(step for step in mapping.items.split("/") if step)
    elements = XmlElements(
        source.stream, lambda path: path == steps[: len(path)] and len(path) < len(steps), steps[-1:]
    )
    for element in elements:
        if element.local == steps[-1]:
            yield _Node(source.evidence(element.offset, element.length), element)
    for fault in elements.faults:
        code = "SMA-R003" if fault.cut else "SMA-R001"
        yield Problem(code, source.path, fault.offset, None, {"reason": fault.reason, "counted": 0})


# --- HTML ------------------------------------------------------------------------------------------------------------


class _Part(_Uncut):
    def __init__(self, evidence: Evidence, node: Any) -> None:
        super().__init__(evidence)
        self._node = node

    def values(self, path: str) -> list[Any]:
        found = self._node.xpath(path)
        listed = found if isinstance(found, list) else [found]
        texts = (one if isinstance(one, str) else "".join(one.itertext()) for one in listed if one is not None)
        return [text.strip() for text in texts if text.strip()]


def _parts(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    data = source.stream.read(MAX_DOCUMENT + 1)
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data[:MAX_DOCUMENT], parser) if data.strip() else None
        nodes: Any = root.xpath(mapping.items) if root is not None else []
    except (etree.LxmlError, ValueError) as error:
        yield Problem("SMA-R006", source.path, params={"reason": str(error)[:200]})
        return
    for number, node in enumerate(nodes, 1):
        yield _Part(Evidence(source.path, "file", locator=f"({mapping.items})[{number}]"), node)


# --- e-mail ----------------------------------------------------------------------------------------------------------


class _Message(_Uncut):
    def __init__(self, evidence: Evidence, message: Any) -> None:
        super().__init__(evidence)
        self._message = message

    def values(self, path: str) -> list[Any]:
        if path in ("body", "html"):
            part = self._message.get_body(("plain",) if path == "body" else ("html",))
            return [_content(part)] if part is not None else []
        return [str(value) for value in self._message.get_all(path, [])]


def _content(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, ValueError):
        return str(part.get_payload(decode=True).decode("utf-8", "replace"))


def _messages(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:  # noqa: ARG001 -- one form for all
    data = source.stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        yield Problem("SMA-R006", source.path, params={"reason": "too large"})
    elif not re.match(rb"[!-9;-~]+:", data):
        yield Problem("SMA-R006", source.path, params={"reason": "no e-mail"})
    else:
        yield _Message(Evidence(source.path), email.message_from_bytes(data, policy=email.policy.default))


_FORMS: dict[str, Any] = {"csv": _rows, "json": _items, "xml": _elements, "html": _parts, "eml": _messages}
