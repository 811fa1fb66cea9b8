"""Loading readers' items into the history store, in large transactions with prepared statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.captured_media import CapturedMedia
from sma_plugin.history.posts import Posts
from sma_plugin.history.rows import Rows
from sma_plugin.history.sightings import NO_MOMENT, Sightings
from sma_plugin.model import (
    MEDIA_FAULTS,
    Account,
    Capture,
    Counts,
    Covered,
    Exclusion,
    Item,
    Observation,
    Post,
    Problem,
    ProfileVersion,
    Resource,
    Span,
    Tally,
)

SCHEMA_VERSION = 5
PRAGMAS = """
PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
PRAGMA temp_store = FILE; PRAGMA secure_delete = OFF;"""
_FAULTS = frozenset(MEDIA_FAULTS.values())
_BATCH = 2000
"""Items between two writings."""
FULL_TEXT = """
CREATE VIRTUAL TABLE text_search USING fts5(text, content='version_text', content_rowid='id');
INSERT INTO text_search (text_search) VALUES ('rebuild');"""
_COVERED = "UPDATE capture SET record = json_set(record, '$.covered', json(?)) WHERE id = ?"
_encode = msgspec.json.Encoder(order="deterministic").encode


class Loader:
    """Fills one history store. Use :meth:`add` for every item, then :meth:`finish`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA locking_mode = EXCLUSIVE;" + PRAGMAS + script("schema.sql"))
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._db.execute("BEGIN")
        self._items = 0
        self.apart: list[tuple[str, int]] = []
        """Platform, and how many posts without id could each be one with another; known when all is loaded."""
        self._rows = Rows(self._db)
        self._captures: dict[str, int] = {}
        self._next_capture = 0
        self._sightings = Sightings(self._db, self._rows, self._captures)
        self._accounts = Accounts(self._db, self._sightings)
        self._posts = Posts(self._db, self._rows, self._accounts, self._sightings)
        self._captured = CapturedMedia(self._db)
        self._covered: dict[int, list[Span]] = {}
        self._adders = {
            Post: self._posts.add,
            Account: self._accounts.account,
            ProfileVersion: self._accounts.profile,
            Observation: self._observation,
            Resource: self._resource,
            Exclusion: self._exclusion,
            Problem: self._problem,
            Tally: self._tally,
            Covered: self._cover,
        }

    def capture(self, capture: Capture) -> int:
        """Record a capture; gives the number that its items are added with."""
        number = self._next_capture
        self._next_capture += 1
        self._captures[capture.id] = number
        self._db.execute("INSERT INTO capture VALUES (?, ?, ?)", (number, capture.id, _encode(capture).decode()))
        return number

    def declare(self, number: int, capture: Capture) -> None:
        """Say of which account a capture was declared to be; before its items."""
        account, platform = capture.account, capture.platform
        if account and platform and (account.native_id or account.handle or account.url):
            self._accounts.declare(number, Account(platform, account, owner=True))

    def package(self, captures: Mapping[str, Capture]) -> list[int]:
        """Record the captures of a stored package by the ids that its evidence names; gives their numbers.

        From now on evidence that names a capture means one of these.
        """
        numbers = [self.capture(capture) for capture in captures.values()]
        self._captures.clear()
        self._captures.update(zip(captures, numbers, strict=True))
        return numbers

    def add(self, capture: int, item: Item) -> None:
        """Add one item of a capture."""
        self._adders[type(item)](capture, item)  # type: ignore[operator]
        self._items += 1
        if self._items % _BATCH == 0:
            self._posts.flush()

    def withdrawn(self) -> list[int]:
        """The numbers of the posts that are known to have been taken back, among what is loaded so far."""
        self._posts.flush()
        return [row[0] for row in self._db.execute("SELECT id FROM post WHERE withdrawn IS NOT NULL")]

    def finish(self, *, full_text: bool = False) -> sqlite3.Connection:
        """Write what is buffered, make the indexes, and give the open store. Threads are not ordered yet."""
        self._posts.flush()
        self._accounts.finish()
        self.apart = self._posts.finish().apart
        self._captured.settle()
        for number, spans in self._covered.items():
            self._db.execute(_COVERED, (_encode(spans).decode(), number))
        self._db.execute("COMMIT")
        self._db.executescript(script("finish.sql"))
        if full_text:
            self._db.executescript(FULL_TEXT)
        return self._db

    def _observation(self, capture: int, item: Observation) -> None:
        if item.post is not None:
            self._posts.observe(capture, item)
        elif item.account is not None:
            account = self._accounts.resolve(item.platform, item.account)
            counts = Counts(item.counts or {}, item.at)
            self._sightings.observe(capture, (None, account), counts, item.evidence, item.status, item.detail)

    def _resource(self, capture: int, item: Resource) -> None:
        number = self._rows.number["resource"]()
        at = item.at or NO_MOMENT
        named = item.evidence[0].capture if item.evidence else None
        owner = capture if named is None else self._captures.get(named, capture)
        place = (number, owner, item.role, item.url, at.us, at.raw, at.assumed)
        self._rows.of("resource").extend((*place, item.title, item.status, item.mime, item.length))
        self._sightings.evidence(capture, "resource", number, item.evidence)
        if item.role == "medium":
            self._captured.add(number, item.url)

    def _exclusion(self, capture: int, item: Exclusion) -> None:
        row = (capture, item.rule, item.path, item.offset, item.length, item.count)
        self._rows.of("exclusion").extend(row)

    def _problem(self, capture: int, item: Problem) -> None:
        if item.code in _FAULTS and item.path:
            self._posts.media_fault(item.path, item.code)
        row = (capture, item.code, item.path, item.offset, item.length, _encode(item.params).decode())
        self._rows.of("problem").extend(row)

    def _tally(self, capture: int, item: Tally) -> None:
        self._rows.of("tally").extend((capture, item.unit, item.stated, item.counted, item.path))

    def _cover(self, capture: int, item: Covered) -> None:
        self._covered.setdefault(capture, []).append(item.span)


def script(name: str) -> str:
    """One of the SQL files beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
