"""XML as it is delivered: elements with their exact byte ranges, in bounded memory.

Offsets and lengths are bytes of the stream as given, byte order mark counted, whatever its encoding. The parser reads
no DTD and nothing from elsewhere, and a document that declares entities is refused (CONTRACTS.md, "Untrusted input").
Names of HTML characters (``&nbsp;``), which feeds use without declaring them, are read as such. Where a document is
damaged, the elements before the damage are given, and those after it from where the next item begins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from sma_plugin.readers.xml_element import Element, attributes_of, name_of

CHUNK = 1 << 16
MAX_DEPTH, MAX_NODES, MAX_TEXT = 200, 200_000, 32 << 20
"""An element with more levels, elements or characters than these is taken for damage."""
_MAX_RESTARTS, _MAX_KEPT = 1000, 64 << 20
_SPACE = b" \t\r\n"
_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_ASYNC_ENTITY,
    )
)


class Fault(NamedTuple):
    """What is wrong with a document: where, and why. ``cut`` when it ends too early."""

    offset: int
    reason: str
    cut: bool = False


class _RefusedError(Exception):
    """What makes the rest of a document unreadable by rule."""


class XmlElements:
    """The elements below the containers of a document, in order; afterwards what was wrong in ``faults``.

    ``containers`` says of the local names of an element's ancestors and its own, from the root, whether it only holds
    others: it is then entered, and not given itself, but is to be found in ``opened``. ``items`` are the local names
    of elements with which reading can begin again after damage. ``prefixes`` are the namespaces of prefixes that a
    document uses without declaring them.
    """

    def __init__(
        self,
        stream: BinaryIO,
        containers: Callable[[tuple[str, ...]], bool],
        items: tuple[str, ...] = (),
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self._stream, self._containers, self._prefixes = stream, containers, dict(prefixes or {})
        self._begins = re.compile(rb"<(?:[\w.-]+:)?(?:" + "|".join(items).encode() + rb")(?=[\s/>])") if items else None
        self.faults: list[Fault] = []
        self.opened: list[Element] = []
        self._window, self._window_at, self._shift = b"", 0, 0
        """Bytes that may be needed again, where they begin, and what is added to the parser's own count of bytes."""
        self._path: list[tuple[str, dict[str, str]]] = []
        """The containers that are open: local name, and prefixes in force."""
        self._open: list[tuple[Element, dict[str, str]]] = []
        self._ready: list[Element] = []
        self._starts: list[bytes] = []
        """The start tags of the open containers as they stand in the document, to begin again after damage."""
        self._nodes = self._size = self._restarts = 0
        self._wide = ""
        self._encoding: str | None = None
        self._parser: expat.XMLParserType = expat.ParserCreate()

    def __iter__(self) -> Iterator[Element]:
        data = self._begin()
        try:
            while True:
                fault, restarted = self._feed(data), False
                yield from self._taken()
                while fault is not None:
                    at = self._open[0][0].offset if self._open else fault.offset
                    self.faults.append(fault._replace(offset=at))
                    restarted, fault = self._again(fault)
                    if not restarted:
                        return
                    yield from self._taken()
                if not data and not restarted:
                    return
                self._trim()
                data = self._stream.read(CHUNK)
        finally:
            self._let_go()

    def _taken(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    # --- the parser --------------------------------------------------------------------------------------------------

    def _begin(self) -> bytes:
        """The first bytes. White space before the declaration is no XML, but common: it is passed over."""
        data = self._stream.read(max(CHUNK, 64))
        little = data[:2] == b"\xff\xfe" or data[1:2] == b"\0"
        self._wide = "little" if little else "big" if data[:2] == b"\xfe\xff" or data[:1] == b"\0" else ""
        if not self._wide:
            self._window_at = self._shift = len(data) - len(data.lstrip(_SPACE))
            data = data.lstrip(_SPACE)
        self._tie()
        return data

    def _tie(self) -> None:
        parser = self._parser
        parser.UseForeignDTD(True)  # so that names of characters that nobody declared are told, and are no error
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.SkippedEntityHandler = self._text, self._named
        parser.EntityDeclHandler, parser.XmlDeclHandler = self._declared, self._declaration

    def _let_go(self) -> None:
        """Undo the tie between parser and reader: nobody collects cycles while items are read."""
        parser = self._parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.SkippedEntityHandler = parser.EntityDeclHandler = parser.XmlDeclHandler = None

    def _feed(self, data: bytes) -> Fault | None:
        """Give bytes to the parser, none at the end; what is wrong with them, if anything."""
        self._window += data
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code) or "broken"
            return Fault(self._parser.ErrorByteIndex + self._shift, reason, not data and error.code in _CUT)
        except _RefusedError as error:
            return Fault(self._here, str(error))
        except (LookupError, ValueError):
            return Fault(self._window_at, "an encoding that is not read")
        return None

    @property
    def _here(self) -> int:
        return int(self._parser.CurrentByteIndex) + self._shift

    def _trim(self) -> None:
        """Let go of bytes before the element that is open, or before the place that the parser has reached."""
        keep = max(self._here - 8, self._window_at)
        if self._open and len(self._window) < _MAX_KEPT:
            keep = min(keep, max(self._open[0][0].offset, self._window_at))
        self._window = self._window[keep - self._window_at :]
        self._window_at = keep

    # --- events ------------------------------------------------------------------------------------------------------

    def _start(self, raw: str, attributes: dict[str, str]) -> None:
        at = self._here
        above = self._open[-1][1] if self._open else self._path[-1][1] if self._path else self._prefixes
        declared = {key[6:]: value for key, value in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
        scope = {**above, **declared} if declared else above
        element = Element(name_of(raw, scope, default=True), attributes_of(attributes, scope), at)
        if self._open:
            self._nodes += 1
            if len(self._open) > MAX_DEPTH or self._nodes > MAX_NODES:
                raise _RefusedError("nested too deeply")
            self._open[-1][0].content.append(element)
            self._open.append((element, scope))
        elif self._containers((*(name for name, _ in self._path), element.local)):
            self._path.append((element.local, scope))
            found = _TAG.match(self._window, at - self._window_at)
            self._starts.append(found.group() if found else b"")
            self.opened.append(element)
        else:
            self._nodes = self._size = 0
            self._open.append((element, scope))

    def _text(self, data: str) -> None:
        if self._open:
            self._size += len(data)
            if self._size > MAX_TEXT:
                raise _RefusedError("an element that is too large")
            self._open[-1][0].content.append(data)

    def _named(self, name: str, _parameter: object) -> None:
        self._text(html.unescape(f"&{name};"))

    def _declaration(self, _version: str, encoding: str | None, _alone: int) -> None:
        self._encoding = encoding

    def _declared(self, *_: object) -> None:
        raise _RefusedError("entities are declared")

    def _end(self, _raw: str) -> None:
        if not self._open:
            self._path.pop()
            self._starts.pop()
            return
        element, _ = self._open.pop()
        if not self._open:
            element.length = self._end_of(element, self._here) - element.offset
            self._ready.append(element)

    def _end_of(self, element: Element, at: int) -> int:
        """Where an element ends. The parser tells of an empty one where it ends, else where its end tag begins."""
        before = self._window[max(at - (4 if self._wide else 2) - self._window_at, 0) : at - self._window_at]
        before = before.replace(b"\0", b"")
        if not element.content and before == b"/>":
            return at
        found = self._window.find(b">", at - self._window_at)
        return self._window_at + found + 1 + (self._wide == "little")

    # --- damage ------------------------------------------------------------------------------------------------------

    def _again(self, fault: Fault) -> tuple[bool, Fault | None]:
        """Begin again behind damage, where the next item begins; whether that could be, and what is wrong there."""
        if fault.cut or self._wide or not self._begins or not self._starts or self._restarts >= _MAX_RESTARTS:
            return False, None
        self._restarts += 1
        behind = self._open[0][0].offset + 1 if self._open else fault.offset
        found = self._search(self._begins, max(behind, self._window_at))
        self._open.clear()
        if found is None:
            return False, None
        rest, frame, known = self._window[found - self._window_at :], b"".join(self._starts), len(self.opened)
        self._path, self._starts, self._window = [], [], b""
        self._let_go()
        self._window_at = self._shift = found - len(frame)
        self._parser = expat.ParserCreate(self._encoding)
        self._tie()
        again = self._feed(frame + rest)
        del self.opened[known:]
        return True, again

    def _search(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Where the pattern is found next; reads on until it is."""
        at = start - self._window_at
        while not (found := pattern.search(self._window, at)):
            at = max(len(self._window) - 100, at)
            data = self._stream.read(CHUNK)
            if not data:
                return None
            self._window = self._window[at:] + data
            self._window_at, at = self._window_at + at, 0
        return self._window_at + found.start()
