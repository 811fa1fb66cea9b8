"""What reading a capture of X's API has to remember between items, and where the item at hand stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Item, Moment, Problem, Tally
from sma_plugin.readers.contract import Listing, Source
from sma_plugin.readers.timelines import Timelines
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.x import fields
from sma_plugin.readers.x.api_json import Parts
from sma_plugin.readers.x.api_media import MediaFiles
from sma_plugin.readers.x.api_urls import excluded, timeline_of, token_of
from sma_plugin.readers.x.api_users import Users

_MAX_TOKENS = 200_000


class Spot:
    """One JSON object in a source: where it starts in the stream, and how it is called where offsets do not count."""

    __slots__ = ("alone", "name", "parts", "size", "source", "start")

    def __init__(self, source: Source, start: int, size: int, name: str = "", *, alone: bool = False) -> None:
        self.source, self.start, self.size, self.name = source, start, size, name
        self.alone = alone
        """True for the only object of its source."""
        self.parts: Parts | None = None
        """The members of the object, where they were found already."""

    def at(self, offset: int, length: int, pointer: str) -> Evidence:
        """Evidence for a part: ``offset`` within the object, ``-1`` when only the whole object can be named."""
        source = self.source
        if source.exact:
            if offset < 0:
                return Evidence(source.path, "bytes", self.start, self.size, pointer or None)
            return Evidence(source.path, "bytes", self.start + offset, length)
        return source.evidence(0, 0, self._locator(pointer))

    def whole(self) -> Evidence:
        """Evidence for the object itself."""
        if self.source.exact:
            return Evidence(self.source.path, "bytes", self.start, self.size)
        return self.source.evidence(0, 0, self.name or None)

    def inside(self, offset: int, length: int, pointer: str) -> Spot:
        """A part as an object of its own. Where offsets count, it needs no name."""
        if self.source.exact and offset >= 0:
            return Spot(self.source, self.start + offset, length)
        if offset < 0:
            return Spot(self.source, self.start, self.size, self._locator(pointer))
        return Spot(self.source, self.start + offset, length, self._locator(pointer))

    def problem(self, code: str, **params: str | int) -> Problem:
        """A problem with this object."""
        source = self.source
        if source.exact:
            return Problem(code, source.path, self.start, self.size, params)
        return Problem(code, source.path, source.base.offset, source.base.length, params)

    def exclusion(self, rule: str) -> Exclusion:
        """This object may not enter a package: alone it takes its member or record with it."""
        source = self.source
        if source.exact:
            place = (None, None) if self.alone else (self.start, self.size)
            return Exclusion(rule, source.path, *place)
        return excluded_source(source, rule)

    def _locator(self, pointer: str) -> str:
        if not self.name:
            return pointer
        return f"{self.name}{pointer}" if "/" in self.name else f"{self.name}#{pointer}"


def excluded_source(source: Source, rule: str) -> Exclusion:
    """A whole source may not enter a package. Where only the file is known that holds it, that is the file."""
    if source.base.kind == "bytes" and source.base.length is None:
        # A record's length is known once its body is begun.
        source.stream.read(1)
    base = source.base
    return Exclusion(rule, source.path, *((base.offset, base.length) if base.kind == "bytes" else (None, None)))


@dataclass
class Chain:
    """Which pages were asked for and which were announced, so that an open end can be told.

    Tokens stay in here: they are as good as passwords to some readers of a log.
    """

    asked: set[str] = field(default_factory=set)
    announced: dict[str, tuple[str, int | None, int | None]] = field(default_factory=dict)

    def request(self, token: str | None) -> None:
        """A page that was asked for by its token."""
        if token:
            self.asked.add(token)

    def page(self, url: str | None, following: str | None, spot: Spot) -> None:
        """A page with the address that it was asked by; pages of unknown address say nothing about a chain."""
        if url is None or len(self.announced) > _MAX_TOKENS:
            return
        token = token_of(url)
        if token:
            self.asked.add(token)
        if following:
            self.announce(following, spot)

    def announce(self, following: str, spot: Spot) -> None:
        """A page that is said to follow."""
        base = spot.source.base
        place = (spot.start, spot.size) if spot.source.exact else (base.offset, base.length)
        self.announced[following] = (spot.source.path, *place)

    def open_ends(self) -> Iterator[Problem]:
        """A problem for each page that was announced and never asked for."""
        for token, (path, offset, length) in self.announced.items():
            if token not in self.asked:
                yield Problem("SMA-R049", path, offset, length)


class Session:
    """One reading: of a whole capture, or of one response."""

    def __init__(self, listing: Listing | None = None) -> None:
        self.users = Users()
        self.files = MediaFiles(listing)
        self.chain = Chain()
        self.timelines = Timelines("x")
        self.fields, self.old_fields, self.web_fields = fields.of_new_api(), fields.of_old_api(), fields.of_web()
        self.posts_only = False
        """True after a flattened post: the next line is then most likely another one."""
        self._timelines: set[AccountRef] = set()
        self._told: Counter[str] = Counter()
        self._stated: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()
        self._limited = 0
        self._from: tuple[str | None, str | None] = (None, None)
        self._at: tuple[str | None, Moment | None] = (None, None)

    def moment(self, raw: str | None) -> Moment | None:
        """A moment of fetching; the same text comes many times in a row."""
        if raw != self._at[0]:
            self._at = (raw, iso_moment(raw))
        return self._at[1]

    def excluded(self, url: str) -> str | None:
        """The rule that keeps what came from this address out; the same address comes many times in a row."""
        if url != self._from[0]:
            self._from = (url, excluded(url))
        return self._from[1]

    def asked(self, url: str | None) -> Iterator[Account]:
        """The account whose timeline was asked for, once: it is what the capture is of."""
        yield from self.owner(timeline_of(url))

    def owner(self, ref: AccountRef | None) -> Iterator[Account]:
        """An account that the capture is of, once."""
        if ref and ref not in self._timelines:
            self._timelines.add(ref)
            yield Account("x", ref, owner=True)

    def owns(self, ref: AccountRef | None) -> bool:
        """Whether the capture is of this account, as far as was told."""
        return ref is not None and any(ref.native_id == one.native_id for one in self._timelines if one.native_id)

    def count(self, code: str, number: int = 1) -> None:
        """One more of what is told once per file."""
        self._told[code] += number

    def limit(self, withheld: int) -> None:
        """A stream says how many posts it did not pass on since it began."""
        self._limited = max(self._limited, withheld)

    def stated(self, unit: str, stated: int, counted: int) -> None:
        """What a page states about the number of its items, and what it holds."""
        self._stated[unit] += stated
        self._counted[unit] += counted

    def end_of(self, path: str) -> Iterator[Item]:
        """What can be said of a source now that it was read."""
        for code, number in sorted(self._told.items()):
            yield Problem(code, path, params={"count": number})
        for unit, stated in sorted(self._stated.items()):
            yield Tally(unit, stated, self._counted[unit], path)
        yield from self.fields.remarks(path)
        yield from self.old_fields.remarks(path)
        yield from self.web_fields.remarks(path)
        if self._limited:
            yield Problem("SMA-R050", path, params={"withheld": self._limited})
        self._limited = 0
        self._told.clear()
        self._stated.clear()
        self._counted.clear()
