"""One body of bytes from X's API as objects, whatever holds them: a document, an array, lines, or what is left."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from sma_plugin.model import Item, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import readable
from sma_plugin.readers.json_items import ArrayItems, Piece, lines, unnested
from sma_plugin.readers.left_out import UNCLAIMED
from sma_plugin.readers.x.api_errors import error_body
from sma_plugin.readers.x.api_forms import Form, form_of_whole
from sma_plugin.readers.x.api_json import items, names, parts, whole
from sma_plugin.readers.x.api_lines import LineNumbers, Prefixed, as_binary, fill
from sma_plugin.readers.x.api_notices import compliance, notice
from sma_plugin.readers.x.api_pages import page, user
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_tweets import flattened, typed
from sma_plugin.readers.x.api_v1 import status
from sma_plugin.readers.x.snscrape import snscrape_post

FIRST = 1 << 20
WHOLE = 64 << 20
"""A document up to this many bytes is read at once; a larger one item by item."""
_LENGTH = 12
_ITEMS = r'^\s*\[|"(?:data|statuses)"\s*:\s*\['

Reader = Callable[[Session, Spot, bytes], Iterator[Item]]


def read_body(session: Session, source: Source) -> Iterator[Item]:
    """The items of one body. Nothing is raised for what the bytes are; reading errors of the stream are."""
    numbers = LineNumbers(source.stream)
    first = fill(numbers, FIRST)
    text = first.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        # A stream that only kept itself alive, or nothing at all.
        yield Problem("SMA-R041", source.path, *_record(source))
    elif _is_lines(text):
        yield from _lines(session, source, as_binary(Prefixed(first, numbers)), numbers)
    else:
        rest = first + fill(numbers, WHOLE - len(first)) if len(first) == FIRST else first
        if len(rest) < WHOLE:
            yield from _small(session, source, rest)
        else:
            yield from _pieces(session, source, as_binary(Prefixed(rest, numbers)), large=True)
    yield from session.end_of(source.path)


def _record(source: Source) -> tuple[int | None, int | None]:
    return (None, None) if source.exact else (source.base.offset, source.base.length)


def _is_lines(text: bytes) -> bool:
    """Whether the first line is a whole object and something follows it; lines of lengths may stand between."""
    line, end, rest = text.partition(b"\n")
    if end and line.strip().isdigit():
        line, end, rest = rest.lstrip().partition(b"\n")
    return bool(end and rest.strip() and line.startswith(b"{") and whole(line))


def _small(session: Session, source: Source, data: bytes) -> Iterator[Item]:
    """A body in memory: a document; or, when it is none, lines; or what can be saved of a broken document."""
    start = len(data) - len(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    document = data[start:].rstrip()
    try:
        found = parts(document) if document.startswith(b"{") else None
    except ValueError:
        found = None
    if found is not None:
        spot = Spot(source, start, len(document), alone=True)
        spot.parts = found
        yield from read_object(session, spot, document)
    elif document.startswith(b"[") and readable(document):
        for number, item in enumerate(items(document)):
            yield from _item(session, Spot(source, start + item.offset, len(item.data), f"/{number}"), item)
    elif any(line.startswith(b"{") and whole(line.rstrip()) for line in document.split(b"\n")):
        again = LineNumbers(io.BytesIO(data))
        yield from _lines(session, source, as_binary(again), again)
    else:
        yield from _pieces(session, source, io.BytesIO(data), large=False)


def _pieces(session: Session, source: Source, stream: BinaryIO, *, large: bool) -> Iterator[Item]:
    """The items of one array in a document that is too large for memory, or broken."""
    array = ArrayItems(stream, opening=_ITEMS)
    count = number = 0
    for number, item in enumerate(chain.from_iterable(map(unnested, array))):
        name = _name_of(array.prefix)
        count += item.whole
        yield from _item(session, Spot(source, item.offset, len(item.data), f"{name}/{number}"), item)
    base = source.base if not source.exact else None
    place = (base.offset, base.length) if base else (None, None)
    if not count:
        reason = "no complete object"
        yield Problem("SMA-R001", source.path, *place, params={"reason": reason})
    elif not array.closed:
        yield Problem("SMA-R003", source.path, *place, params={"counted": count})
    elif not large and (b"{" in array.prefix or count > number):
        reason = "damaged around its items; what stands there was not read"
        yield Problem("SMA-R001", source.path, *place, params={"reason": reason})
    if large and re.search(rb'"includes"\s*:', array.suffix):
        yield Problem("SMA-R054", source.path, *place)


def _name_of(prefix: bytes) -> str:
    found = re.search(rb'"(\w+)"\s*:\s*\[$', prefix)
    return f"/{found.group(1).decode()}" if found else ""


def _item(session: Session, spot: Spot, item: Piece) -> Iterator[Item]:
    if item.whole:
        yield from read_object(session, spot, item.data)
    else:
        yield spot.problem("SMA-R001", reason="not well-formed")


def _lines(session: Session, source: Source, stream: BinaryIO, numbers: LineNumbers) -> Iterator[Item]:
    """Objects, one a line. A line that cannot be read is told; when it is the last one, as a line that was cut off."""
    failed: tuple[Spot, str, int] | None = None
    for piece in lines(stream):
        if failed:
            yield failed[0].problem("SMA-R001", reason=failed[1])
            failed = None
        size = len(piece.data)
        if size < _LENGTH and piece.data.strip().isdigit():
            continue  # the length of the next message, which streams give when asked to
        spot = Spot(source, piece.offset, size, "" if source.exact else f"line {numbers.at(piece.offset + size)}")
        try:
            yield from _object(session, spot, piece.data)
        except ValueError as error:
            failed = (spot, str(error), numbers.at(piece.offset + size))
    if failed:
        yield failed[0].problem("SMA-R040", line=failed[2])


def read_object(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """One JSON object of any form of the API; what cannot be read or is of no known form is told."""
    try:
        yield from _object(session, spot, data)
    except ValueError as error:
        yield spot.problem("SMA-R001", reason=str(error))


def _object(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """One object. Raises ``ValueError`` when it cannot be decoded."""
    tweet = typed(data) if session.posts_only else None
    if tweet is not None:
        yield from flattened(session, spot, data, tweet)
        return
    form = form_of_whole(names(data) if spot.parts is None else spot.parts.keys())
    session.posts_only = form == "post"
    reader = _READERS.get(form) if form else None
    if reader is None:
        yield spot.problem("SMA-R052")
        if spot.source.exact and not spot.alone:
            # Among answers in one file it could be anything; as a file of its own nobody would claim it.
            yield spot.exclusion(UNCLAIMED)
    else:
        yield from reader(session, spot, data)


def _search(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """A page of a search in version 1.1."""
    start, raw = parts(data)["statuses"]
    for number, item in enumerate(items(raw) if raw.startswith(b"[") else ()):
        place = spot.inside(start + item.offset, len(item.data), f"/statuses/{number}")
        yield from read_object(session, place, item.data)


def _message(_session: Session, spot: Spot, _data: bytes) -> Iterator[Item]:
    yield spot.exclusion("x-api.direct-messages")


def _counted(code: str) -> Reader:
    def reader(session: Session, _spot: Spot, _data: bytes) -> Iterator[Item]:
        session.count(code)
        yield from ()

    return reader


def _old_user(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """A user of version 1.1 by itself; its newest status may be inside."""
    yield from user(session, spot, data, old=True)
    found = parts(data).get("status")
    if found and found[1].startswith(b"{"):
        start, raw = found
        yield from status(session, spot.inside(start, len(raw), "/status"), raw, owner=data)


_READERS: dict[Form, Reader] = {
    "page": page,
    "post": flattened,
    "status": status,
    "search": _search,
    "user": user,
    "old-user": _old_user,
    "errors": lambda _session, spot, data: error_body(spot, data),
    "compliance": compliance,
    "notice": notice,
    "count": _counted("SMA-R046"),
    "list": _counted("SMA-R047"),
    "direct-message": _message,
    "snscrape": snscrape_post,
}
