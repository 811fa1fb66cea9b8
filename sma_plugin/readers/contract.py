"""What a reader is given and what it gives back (CONTRACTS.md, "Readers").

A reader is a module with two functions::

    recognise(listing: Listing) -> Match | None
    read(capture: CaptureView) -> Iterator[Item]

and, when it understands single API responses wherever they come from (a file, a WARC record, a HAR entry), two more::

    accepts(source: Source) -> bool            # by URL, status and content type; the body is not touched
    read_source(source: Source) -> Iterator[Item]

Of a response that is no page the first reader that accepts it is the only one that gets it. A page (``text/html``) is
recorded as the resource that it is by the reader of web captures, whatever is found in it, and every reader that
accepts it gets it (its first 32 MiB, decoded; ``web/platforms.py``): accept pages of your platform's hosts that were
really given (status 200 to 299, or none), say nothing of a page in which you find nothing, and give evidence with
``source.evidence(0, 0, locator)``, the locator a selector or a JSON pointer in the script that holds the item. Saved
pages beside no WARC come the same way, with the address that they state. A reader that excludes a page whole leaves
nothing of it to tell.

A reader that has to remember something from one response to the next (whom it has told of, which page follows which)
gives a third, called once per capture::

    reading() -> Reading                       # has read_source(source), and end() for what shows at the end

and its ``read_source`` is ``alone(reading)``.

Readers come in through the entry-point group ``sma_plugin.readers``, the built-in ones too.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO, Protocol

from sma_plugin.model import AccountRef, Evidence, Item, Moment, Technique

HEAD_BYTES = 4096
_JSON = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?json\b", re.IGNORECASE)
_PAGES = ("text/html", "application/xhtml+xml")
DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile)
"""What a stream out of a damaged delivery raises."""


@dataclass(frozen=True, slots=True)
class Member:
    """One delivered file: its path in the bundle (``/`` between parts), size in bytes, first ``HEAD_BYTES`` bytes.

    Of JSON, HTML or XML in gzip the first bytes are those of what it holds, so that no reader has to look into it.
    """

    path: str
    size: int
    head: bytes


@dataclass(frozen=True)
class Listing:
    """Every member of one bundle, in the order of delivery. Recognition sees this and nothing else."""

    members: tuple[Member, ...]
    name: str = ""
    """What the folder, archive or file that was delivered is called; empty when there are several."""

    @cached_property
    def by_path(self) -> dict[str, Member]:
        """Members by path."""
        return {member.path: member for member in self.members}

    def matching(self, pattern: str) -> list[tuple[Member, re.Match[str]]]:
        """Members whose whole path matches ``pattern`` (case-insensitive), with the match."""
        rule = re.compile(pattern, re.IGNORECASE)
        return [(member, match) for member in self.members if (match := rule.fullmatch(member.path))]

    def under(self, root: str) -> list[Member]:
        """Members below the folder ``root`` (``""`` for all)."""
        return [member for member in self.members if member.path.startswith(root)]


@dataclass(frozen=True, slots=True)
class Match:
    """A capture that a reader recognised: the members it claims and what can be told before reading.

    ``roots`` are the wrapper folders (each ``""`` or ending in ``/``) that together make this one capture.
    ``confidence`` decides between readers that claim the same member (higher wins; 50 is "the structure fits").
    """

    reader: str
    platform: str | None
    technique: Technique
    paths: tuple[str, ...]
    roots: tuple[str, ...] = ("",)
    confidence: int = 50
    account: AccountRef | None = None
    captured: Moment | None = None
    tool: str | None = None
    beside: bool = False
    """True where the reader takes only what lies outside of personal exports: what these leave is not its own."""
    keeps_rest: bool = False
    """True for harvests and suppliers' deliveries: data files beside them that nobody read are kept with them. Beside
    other captures such files are decided upon, for they can hold anything: conversations, lists of people."""
    personal_export: bool = False
    """True for exports of a person's whole account: unclaimed members are then not composed, but decided upon."""


@dataclass(slots=True, weakref_slot=True)
class Source:
    """A file, a WARC payload or a HAR entry: one body of bytes with where it came from.

    ``stream`` gives the body with transfer and content encodings removed. ``base`` is the evidence that every item
    found in it shares: for a plain file its path (offsets are then exact); for a payload inside a container the
    record or the whole file, and items are told apart by ``locator``.
    """

    path: str
    stream: BinaryIO
    base: Evidence
    size: int | None = None
    url: str | None = None
    method: str | None = None
    status: int | None = None
    content_type: str | None = None
    fetched_at: Moment | None = None
    exact: bool = True
    """True when byte offsets in ``stream`` are byte offsets in the kept file at ``path``."""
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """The media type in small letters, without parameters; empty where none is stated."""
        return (self.content_type or "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether it is said to be a page."""
        return self.media_type in _PAGES

    @property
    def is_json(self) -> bool:
        """Whether it is said to be JSON, of any kind."""
        return _JSON.match(self.content_type or "") is not None

    @property
    def was_given(self) -> bool:
        """Whether the server gave what was asked for, as far as is known."""
        return self.status is None or 200 <= self.status < 300

    @property
    def is_redirect(self) -> bool:
        """Whether it only leads on to another address."""
        return self.status is not None and 300 <= self.status < 400

    def evidence(self, offset: int, length: int, locator: str | None = None) -> Evidence:
        """Evidence for ``length`` bytes at ``offset`` of the stream.

        Where the stream is not the kept file byte for byte, the base is given with ``locator``.
        """
        if self.exact:
            return Evidence(self.path, "bytes", offset, length)
        base = self.base
        inside = f"{base.locator}#{locator}" if base.locator and locator else base.locator or locator or None
        return Evidence(base.path, base.kind, base.offset, base.length, inside)


class CaptureView(Protocol):
    """One capture as its reader sees it: the match, the members, and a way to open them."""

    match: Match
    listing: Listing

    def open(self, path: str) -> Source:
        """Open a member as a stream; gzip is undone, every byte delivered passes the checksum."""

    def sources(self, path: str) -> Iterator[Source]:
        """Every response in a WARC, WACZ or HAR member, in order; for other members the member itself."""


class Reading(Protocol):
    """The reading of many responses that belong together."""

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""

    def end(self) -> Iterator[Item]:
        """What can be told when all responses were read."""


def alone(reading: Callable[[], Reading]) -> Callable[[Source], Iterator[Item]]:
    """The ``read_source`` of a reader that has a ``reading``: one response, as if there were no others."""

    def read_source(source: Source) -> Iterator[Item]:
        whole = reading()
        yield from whole.read_source(source)
        yield from whole.end()

    return read_source


class Reader(Protocol):
    """A reader module (or any object of that shape)."""

    def recognise(self, listing: Listing) -> Match | None:
        """Say which members of the listing make a capture that this reader can read."""

    def read(self, capture: CaptureView) -> Iterator[Item]:
        """Yield the items of the capture in the order of the source."""
