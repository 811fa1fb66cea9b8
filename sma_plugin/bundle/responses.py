"""The sources in a member of a capture of the web: WARC, ARC, a WACZ with its pages, or a HAR file."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, BinaryIO, Protocol, cast

from sma_plugin.bundle import wacz, warc
from sma_plugin.bundle.gzip_member import MAGIC
from sma_plugin.bundle.har import har_sources
from sma_plugin.bundle.response_body import Place
from sma_plugin.bundle.response_record import Told, unresolved, untold
from sma_plugin.bundle.response_walk import ResponseWalk
from sma_plugin.bundle.wacz_captured import Captures
from sma_plugin.bundle.wacz_index import check_indexes
from sma_plugin.bundle.warc_checks import Seen
from sma_plugin.model import Problem
from sma_plugin.readers.contract import Listing, Source
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.web.har import is_har

__all__ = [
    "HarvestView",
    "Place",
    "ResponseWalk",
    "Seen",
    "holds_records",
    "is_web_archive",
    "sources",
    "unresolved",
    "wacz_sources",
]

_HEAD = 4096
_CHUNK = 1 << 16
_NAMED = re.compile(r".*\.w?arc(?:\.(?:gz|zst|lz4|bz2|xz))?", re.IGNORECASE)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class HarvestView(Protocol):
    """What :func:`sources` needs of a capture."""

    match: Any
    listing: Listing
    trusted: Sequence[str]
    """PEM texts of the root certificates that the archive trusts."""
    remembered: dict[str, Any]
    """Belongs to this function: what it keeps from one member of the capture to the next."""

    def open(self, path: str) -> Source:
        """A member as a source, gzip undone."""

    def raw(self, path: str) -> BinaryIO:
        """A member as delivered, as a forward stream that can ``peek``."""

    def seekable(self, path: str) -> BinaryIO:
        """A member as delivered, as a seekable file."""


def sources(view: HarvestView, path: str, problems: list[Told]) -> Iterator[Source]:
    """Every response in a WARC, ARC, WACZ or HAR member of a capture; for another member the member itself.

    Pages that a WACZ lists come first, as sources without a body (``notes["type"]`` is ``page``). ``problems`` receives
    what is found; the caller empties it. Revisits may refer to any member of the capture.
    """
    seen: Seen = view.remembered.setdefault("seen", Seen())
    begins = view.listing.by_path[path].head
    if is_har(begins):
        yield from har_sources(view.open(path), problems, lambda name: _beside(view, path, name))
    elif begins.startswith((*_ZIP, MAGIC)) or is_web_archive(path, begins):
        yield from _records(view, path, problems, seen)
    else:
        yield view.open(path)
    if path == view.match.paths[-1]:
        problems += unresolved(seen)


def _records(view: HarvestView, path: str, problems: list[Told], seen: Seen) -> Iterator[Source]:
    """The responses of a WARC, ARC or WACZ member; another one that only looks like it is given as it is."""
    stream, head = _opened(view, path)
    if head.startswith(_ZIP):
        file = stream if stream.seekable() else view.seekable(path)
        delivered = [member.path for member in view.listing.members]
        yield from wacz_sources(file, path, problems, seen, delivered, view.trusted)
    elif is_web_archive(path, head):
        yield from ResponseWalk(stream, path, seen=seen, problems=problems, size=_size(view, path))
    else:
        yield view.open(path)


def _beside(view: HarvestView, path: str, name: str) -> BinaryIO | None:
    """The content of a response that stands in a file of its own beside a HAR file."""
    found = path[: path.rfind("/") + 1] + name
    return view.open(found).stream if found in view.listing.by_path and found != path else None


def _size(view: HarvestView, path: str) -> int | None:
    sizes: dict[str, int] | None = view.remembered.get("sizes")
    if sizes is None:
        sizes = view.remembered["sizes"] = {member.path: member.size for member in view.listing.members}
    return sizes.get(path)


def _opened(view: HarvestView, path: str) -> tuple[BinaryIO, bytes]:
    """The member and its first bytes. A WACZ needs seeking, and what is opened as a stream is read to its end."""
    if path.lower().endswith(".wacz"):
        file = view.seekable(path)
        head = file.read(_HEAD)
        file.seek(0)
        return file, head
    stream = view.raw(path)
    return stream, cast("io.BufferedReader", stream).peek(_HEAD)[:_HEAD]


def holds_records(head: bytes) -> bool:
    """Whether a file that begins like this holds WARC or ARC records, plain or in gzip."""
    content = warc.gzip_head(head) if head.startswith(MAGIC) else head
    return content[:5].upper() == b"WARC/" or warc.arc_start(content)


def is_web_archive(path: str, head: bytes = b"") -> bool:
    """Whether a file is WARC or ARC by how it begins, or else is called so, also packed in what is not read."""
    return holds_records(head) or _NAMED.fullmatch(path) is not None


def wacz_sources(
    file: BinaryIO,
    path: str,
    problems: list[Told],
    seen: Seen,
    delivered: Collection[str] = (),
    trusted: Sequence[str] = (),
) -> Iterator[Source]:
    """The pages and responses of a WACZ; its own claims are checked when all was read.

    ``delivered`` are the paths of what came with it, for what it says it depends on; ``trusted`` the root certificates
    (PEM) for its signature.
    """
    package, captures = wacz.WaczFile(file, path), Captures()
    _move(package.problems, problems)
    for page in package.pages():
        notes = {"type": "page", "title": page.title or ""}
        moment = iso_moment(page.ts)
        source = Source(path, io.BytesIO(), page.evidence, 0, page.url, fetched_at=moment, exact=False, notes=notes)
        captures.visit(source)
        yield source
        _move(package.problems, problems)
    _move(package.problems, problems)
    told: Counter[str] = Counter()
    for member in package.warcs:
        place = Place(path, member.offset if member.stored else None, member.name)
        with package.open(member.name) as stream:
            note = captures.notes(member.name)
            yield from ResponseWalk(
                stream, path, seen=seen, place=place, problems=problems, size=member.size, note=note, told=told
            )
            while stream.read(_CHUNK):  # what follows the last record is hashed too
                continue
        _move(package.problems, problems)
    problems += untold(told, path)
    if package.warcs:
        problems += check_indexes(package, captures)
        problems += captures.check_pages(path)
    problems += package.check(package.hashes, delivered, trusted)


def _move(new: list[Problem], problems: list[Told]) -> None:
    problems += new
    new.clear()
