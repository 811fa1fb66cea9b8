"""JSON at the size and in the state it is delivered in: items with their exact byte ranges, and a tolerant decoder.

Everything streams. Offsets are byte offsets in the stream that was given.
"""

from __future__ import annotations

import codecs
import io
import json
import json.scanner
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar

import msgspec

from sma_plugin.readers.depth import shallow

T = TypeVar("T")

WINDOW = 1 << 20
MAX_ITEM = 64 << 20
"""A line longer than this many bytes is given in pieces rather than held in memory."""
MAX_BROKEN = 64 << 20
"""So many bytes are searched for the end of a broken item before the next one that looks alike is taken."""
MAX_DIGITS = 1000

_SPACE = " \t\r\n"
_SEPARATORS = _SPACE + ","
_BETWEEN = re.compile(f"[{_SEPARATORS}]*")
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)|[{}\[\]]', re.DOTALL)
"""Strings and brackets; runs of characters are taken at once, as each alternative costs memory."""
_OPENING = re.compile(r'\{\s*("[^"]{1,64}")\s*:')
_LONGEST_OPENING, _GUESSES = 100, 4
"""Bytes of a whole item that show how it opens; how many openings are tried where none was whole."""
_SURROGATE = re.compile("[\ud800-\udfff]")
# Python refuses to read a whole number of thousands of digits; where values end does not depend on what they are.
_DECODER = json.JSONDecoder(strict=False, parse_int=float)
_scan: Callable[[str, int], tuple[Any, int]] = json.scanner.make_scanner(_DECODER)  # type: ignore[arg-type]


class Piece(NamedTuple):
    """Bytes of one line or item, where they start, and whether they are whole."""

    offset: int
    data: bytes
    whole: bool = True


def lines(stream: BinaryIO, start: int = 0) -> Iterator[Piece]:
    """Yield every line that is not blank, without its line end; the last one even when its line end is missing.

    A line ends at a line feed only (Unicode line separators are text). A byte order mark is skipped and counted,
    also within a file that was made of several.
    """
    offset, held, size = start, list[bytes](), 0
    while chunk := stream.read(WINDOW):
        parts = chunk.split(b"\n")
        if len(parts) > 1:
            parts[0] = b"".join((*held, parts[0]))
            held, size = [], 0
        rest = parts.pop()
        for part in parts:
            if part and not part.isspace():
                yield _line(offset, part)
            offset += len(part) + 1
        if rest.isspace() and not held:
            offset += len(rest)
        elif rest:
            held.append(rest)
            size += len(rest)
        if size > MAX_ITEM:
            yield Piece(offset, b"".join(held), whole=False)
            offset, held, size = offset + size, [], 0
    if held:
        yield _line(offset, b"".join(held))


def _line(offset: int, data: bytes) -> Piece:
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    return Piece(offset + mark, data[mark:].rstrip(b"\r"))


class ArrayItems:
    """The items of one JSON array in a stream, with exact offsets, in bounded memory.

    ``opening`` is a regular expression that ends with the array's ``[``; it must stand in the first MiB. ``start`` is
    the offset of the stream's first byte. ``prefix`` receives what stands up to the ``[`` (``window.YTD.tweets.part0 =
    [`` or ``{"data":[``), and ``suffix`` what stands after the ``]``. A broken item is yielded with ``whole=False`` and
    the next one is found by counting brackets, or by opening as its neighbours do, so one bad item among good ones
    costs one item.
    """

    def __init__(self, stream: BinaryIO, *, opening: str = r"\[", start: int = 0) -> None:
        self._stream, self._opening = stream, re.compile(opening)
        self._text, self._at = "", start
        self.prefix = b""
        self.suffix = b""
        self.closed = False
        """True once the array's own ``]`` was seen; false for a truncated document."""
        self._first = self._good = b""
        """The first item, and the last one that was whole: they show how items open here."""

    def __iter__(self) -> Iterator[Piece]:
        if not self._find_opening():
            return
        position = 0
        while (position := self._skip(position)) < len(self._text):
            if self._text[position] == "]" and not self._goes_on(position):
                self.closed = True
                self._drain(position + 1)
                return
            end, whole = self._end_of_item(position)
            data = self._text[position:end].encode("latin-1")
            self._first = self._first or data
            self._good = data if whole else self._good
            yield Piece(self._at + position, data, whole)
            if end > WINDOW:
                self._shift(end)
                end = 0
            position = end

    def _more(self, size: int = WINDOW) -> bool:
        chunk = self._stream.read(size)
        self._text += chunk.decode("latin-1")
        return bool(chunk)

    def _shift(self, position: int) -> None:
        self._at += position
        self._text = self._text[position:]

    def _find_opening(self) -> bool:
        while not (found := self._opening.search(self._text)):
            if len(self._text) > WINDOW or not self._more():
                self.prefix = self._text.encode("latin-1")
                return False
        self.prefix = self._text[: found.end()].encode("latin-1")
        self._shift(found.end())
        return True

    def _skip(self, position: int) -> int:
        while True:
            position = _BETWEEN.match(self._text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
            if position < len(self._text):
                return position
            self._shift(position)
            position = 0
            if not self._more():
                return position

    def _end_of_item(self, position: int) -> tuple[int, bool]:
        """Where the item at ``position`` ends, and whether it is well-formed; reads on until that is known."""
        while True:
            end = _well_formed(self._text, position)
            # As much again as there is of it, so that a long item is not looked through once for every window.
            more = max(WINDOW, len(self._text) - position)
            follows = self._follows(position, end) if end else False
            if follows or (follows is None and not self._more(more)):
                return end, True
            if follows is None:
                continue
            bracketed = self._text[position] in "{["
            counted = _balanced(self._text, position)
            alike = 0 if bracketed and not counted else self._next_alike(position, counted if bracketed else None)
            if alike:
                return alike, False
            if counted or len(self._text) - position > MAX_BROKEN or not self._more(more):
                return counted or self._next_alike(position) or len(self._text), False

    def _follows(self, position: int, end: int) -> bool | None:
        """Whether a value is followed by what may follow an item; ``None`` when the text ends before that is known.

        A number or word at the end may go on in the next window; what sticks to a string shows that a quote is lost.
        """
        if self._text[position] in "{[":
            return True
        while end < len(self._text) and self._text[end] in _SPACE:
            end += 1
        return self._text[end] in ",]" if end < len(self._text) else None

    def _next_alike(self, position: int, end: int | None = None) -> int:
        """Where a broken item gives way to a neighbour that opens like it or one before; 0 when nowhere."""
        before = (data[:_LONGEST_OPENING].decode("latin-1") for data in (self._good, self._first))
        openings = (_OPENING.match(self._text, position), *map(_OPENING.match, before))
        known = [opening.group(1) for opening in openings if opening]
        found = known or [opening.group(1) for opening in islice(_OPENING.finditer(self._text, position), _GUESSES)]
        return _next_alike(self._text, position, len(self._text) if end is None else end, found)

    def _goes_on(self, position: int) -> bool:
        """Whether a bracket is no end, but what is left of a broken item: more items follow.

        Where the array is part of an object, they might be those of another array.
        """
        return b"{" not in self.prefix and bool(self._next_alike(position))

    def _drain(self, position: int) -> None:
        while len(self._text) - position < WINDOW and self._more():
            pass
        self.suffix = self._text[position:].encode("latin-1")


def unnested(piece: Piece) -> Iterator[Piece]:
    """A list within the list is a bracket too many: its items are those of the list."""
    nested = piece.data[:1] == b"["
    inner = list(ArrayItems(io.BytesIO(piece.data), opening=r"^\[", start=piece.offset)) if nested else []
    yield from inner or [piece]


def _well_formed(text: str, position: int) -> int:
    """The end of the JSON value at ``position``; 0 when it is broken, cut off or nested too deeply."""
    try:
        return int(_scan(text, position)[1])
    except (StopIteration, ValueError, RecursionError):
        return 0


def _balanced(text: str, position: int) -> int:
    """The end of the bracketed value at ``position``, found by counting brackets outside strings; 0 when open."""
    data = text[position:].encode("latin-1")
    if data[:1] not in (b"{", b"[", b'"'):
        match = re.search(rb"[,\]]", data)
        return position + match.start() if match and match.start() else 0
    depth = 0
    for match in _STRUCTURE.finditer(data):
        if match.group(1) in (b"", b"\\"):
            return 0  # the text ends within a string
        depth += 1 if match.group() in (b"{", b"[") else -1 if match.group() in (b"}", b"]") else 0
        if depth == 0:
            return position + match.end()
    return 0


def _next_alike(text: str, position: int, end: int, names: Iterable[str]) -> int:
    """Where a well-formed object that opens with one of the names follows a comma; 0 when none does before ``end``.

    A neighbour follows a comma; an object nested in the broken item follows its name and a colon.
    """
    alike = re.compile(rf",\s*(\{{\s*(?:{'|'.join(map(re.escape, names)) or '(?!)'})\s*:)")
    found = (match.start() for match in alike.finditer(text, position + 1, end) if _well_formed(text, match.start(1)))
    return next(found, 0)


def members(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, start of the pair, start of the value, and end of each member of one JSON object, at its first level.

    Positions are byte offsets in ``data``. Raises ``ValueError`` when ``data`` is no JSON object.
    """
    text = data.decode("latin-1")
    position = _blank(text, 0)
    if text[position : position + 1] != "{":
        raise ValueError("no JSON object")
    position = _blank(text, position + 1)
    while text[position : position + 1] == '"':
        start = position
        try:
            _, position = _scan(text, position)
            name = json.loads(text[start:position].encode("latin-1").decode("utf-8", "replace"), strict=False)
            position = _blank(text, position)
            if text[position] != ":":
                raise ValueError("no colon after a name")
            value = _blank(text, position + 1)
            _, position = _scan(text, value)
        except (StopIteration, IndexError, json.JSONDecodeError) as error:
            raise ValueError("the object is cut off") from error
        yield name, start, value, position
        position = _blank(text, position)
        if text[position : position + 1] == ",":
            position = _blank(text, position + 1)


def _blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def split_array(data: bytes, start: int) -> Iterator[tuple[int, bytes]] | None:
    """Offset and bytes of each item of the array at ``data[start]``, fast; ``None`` when it is not well-formed.

    ``start`` is the offset of the ``[``. msgspec finds where the items end; only white space and commas stand between.
    """
    try:
        raws = msgspec.json.decode(data[start:] if start else data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return None
    return _positions(data, start + 1, raws)


def _positions(data: bytes, position: int, raws: list[msgspec.Raw]) -> Iterator[tuple[int, bytes]]:
    for raw in raws:
        item = bytes(raw)
        while not data.startswith(item[:1], position):
            position += 1
        yield position, item
        position += len(item)


class Decoded(NamedTuple, Generic[T]):
    """A decoded item and the rung of the ladder that decoded it."""

    value: T
    rung: int


class Ladder(Generic[T]):
    """Typed struct, then untyped msgspec converted leniently, then the standard library: no post lost on odd JSON.

    ``decode`` raises ``ValueError`` with the reason of the last rung when all fail.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._typed = msgspec.json.Decoder(kind).decode
        self._lax = msgspec.json.Decoder(kind, strict=False).decode

    def decode(self, data: bytes) -> Decoded[T]:
        """Decode one JSON value from its bytes."""
        try:
            return Decoded(self._typed(data), 0)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass
        return Decoded(self._convert(tolerant(data)), 1)

    def _convert(self, value: object) -> T:
        for _ in range(64):
            try:
                return self._filled(value)
            except msgspec.ValidationError as error:
                if not _mend(value, str(error)):
                    raise ValueError(str(error)) from error
        raise ValueError("too many fields of an unexpected form")

    def _filled(self, value: object) -> T:
        try:
            return msgspec.convert(value, self._kind, strict=False)
        except msgspec.ValidationError as error:
            if "`raw`" not in str(error):
                raise
        # Fields of type msgspec.Raw hold JSON text, so they can only be filled from JSON.
        return self._lax(msgspec.json.encode(value))


def tolerant(data: bytes) -> object:
    """Decode JSON that strict decoders refuse: NaN, lone surrogates, invalid UTF-8. Raises ``ValueError``.

    What Unicode text cannot hold becomes U+FFFD; the bytes stay in the evidence.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:
        return _paired(json.loads(data.decode("utf-8", "replace"), strict=False, parse_int=_number))
    except RecursionError:
        return _paired(json.loads(shallow(data).decode("utf-8", "replace"), strict=False, parse_int=_number))


def _number(text: str) -> float:
    return int(text) if len(text) <= MAX_DIGITS else float(text)


def _paired(value: object) -> object:
    """The same value without lone surrogates, which no encoder accepts."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_paired(item) for item in value]
    if isinstance(value, dict):
        return {_paired(name): _paired(item) for name, item in value.items()}
    return value


_PLACE = re.compile(r"at `\$([^`]*)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


_GOT = re.compile(r"got `(\w+)`")
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def _mend(value: object, message: str) -> bool:
    """Make the field that a validation message names text where text was expected, else remove it.

    Returns false when the message names nothing that can be mended, so that the item is given up.
    """
    trail: list[tuple[Any, Any]] = []
    holder: Any = value
    found = _PLACE.search(message)
    for name, index in _STEP.findall(found.group(1)) if found else []:
        key = name or (int(index) if index.isdigit() else index)
        trail.append((holder, key))
        if (isinstance(holder, dict) and key in holder) or (isinstance(holder, list) and isinstance(key, int)):
            holder = holder[key]
        else:
            break
    for container, key in reversed(trail):
        if isinstance(container, list) and isinstance(key, int):
            container[key : key + 1] = _as_text(container[key], message)
            return True
        if isinstance(container, dict) and key == "...":
            return _drop_kind(container, message)
        if isinstance(container, dict) and key in container:
            text = _as_text(container.pop(key), message)
            container.update({key: text[0]} if text else {})
            return True
    return False


def _as_text(value: Any, message: str) -> list[str]:
    """A number as text where text was expected; nothing for any other value."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [str(value)] if message.startswith("Expected `str") and is_number else []


def _drop_kind(values: dict[Any, Any], message: str) -> bool:
    """Remove the values of the kind that a message refuses; it does not say under which names they stand."""
    found = _GOT.search(message)
    kind = _KINDS.get(found.group(1), ()) if found else ()
    refused = [name for name, value in values.items() if type(value) in kind]
    for name in refused:
        del values[name]
    return bool(refused)
