"""The versions of a post in the history store: which states are one version, and what a sighting adds to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from sma_plugin.history.rows import Rows
from sma_plugin.history.sightings import NO_MOMENT
from sma_plugin.history.versions import merged, same_version
from sma_plugin.model import Moment, Post, PostState

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(PostState).decode
_VERSIONS = """
SELECT id, native_id, edited_us, edited_raw, edited_assumed, state FROM post_version WHERE post = ? ORDER BY id"""
_SECOND = 1_000_000


class Version(NamedTuple):
    """One state of a post: under what id, since which edit, saying what. ``number`` 0 is not in the store yet."""

    number: int
    native_id: str | None
    edited: Moment
    encoded: str

    @property
    def second(self) -> int | None:
        """The second of the edit: some techniques give no fraction."""
        return None if self.edited.us is None else self.edited.us // _SECOND


class States:
    """Finds and fills versions."""

    def __init__(self, db: sqlite3.Connection, rows: Rows) -> None:
        self._db, self._rows = db, rows
        self._versions, self._media, self._uses = rows.of("post_version"), rows.of("media"), rows.of("media_use")
        self._media_numbers: dict[str, int] = {}
        self._paths: list[tuple[str, int]] = []
        """Files of media that were first met without."""
        self._faults: list[tuple[str, str]] = []

    def add(self, post: int, item: Post, encoded: str, *, fresh: bool) -> int:
        """Add a sighting of a state (``encoded``) of a post; gives the number of the version that it is of.

        ``fresh`` if nothing is known of the post; else its rows must be written.
        """
        native = item.native_id if item.native_id != item.revision_of else None
        if fresh:
            return self._new(post, native, item.edited or NO_MOMENT, encoded, item.state)
        version = Version(0, native, item.edited or NO_MOMENT, encoded)
        # Where no chain of revisions is told, another id is another name of the same.
        revised = item.revision_of is not None or item.revisions is not None
        known = self._known(post)
        found = _alike(version, known, item.platform, revised=revised)
        return (
            self._new(post, native, version.edited, encoded, item.state)
            if found is None
            else self._fuller(version, found, known, item.platform)
        )

    def join(self, kept: int, other: int, platform: str) -> None:
        """Give the versions of one post to another, those that say the same as one version. All must be written."""
        for version in self._known(other):
            known = self._known(kept)
            found = _alike(version, known, platform, revised=False)
            self._db.execute("UPDATE post_version SET post = ? WHERE id = ?", (kept, version.number))
            if found is not None:
                self._fuller(version, found, known, platform)

    def fault(self, path: str, code: str) -> None:
        """What is wrong with the file of a medium."""
        self._faults.append((code, path))

    def finish(self) -> None:
        """Media get the files that later sightings brought, and what is wrong with their files."""
        self._db.executemany("UPDATE media SET path = coalesce(path, ?) WHERE id = ?", self._paths)
        if self._faults:
            self._db.execute("CREATE INDEX media_path ON media (path)")
            self._db.executemany("UPDATE media SET fault = ? WHERE path = ?", self._faults)
            self._db.execute("DROP INDEX media_path")

    def _known(self, post: int) -> list[Version]:
        self._db.execute("CREATE INDEX IF NOT EXISTS version_post ON post_version (post)")
        return [
            Version(number, native, Moment(*edited), encoded)
            for number, native, *edited, encoded in self._db.execute(_VERSIONS, (post,))
        ]

    def _new(self, post: int, native: str | None, edited: Moment, encoded: str, state: PostState) -> int:
        number = self._rows.number["post_version"]()
        self._versions += (number, post, native, edited.us, edited.raw, edited.assumed, encoded)
        if state.media:
            self._use(number, state)
        return number

    def _fuller(self, version: Version, found: Version, known: list[Version], platform: str) -> int:
        """Fill what a version does not say from another sighting of it; others may turn out to be the same then."""
        if version.number:
            self._drop(version.number, found.number)
        filled = _filled(found, version)
        if filled == found:
            return found.number
        state, edited = _decode(filled.encoded), filled.edited
        self._db.execute(
            "UPDATE post_version SET state = ?, edited_us = ?, edited_raw = ?, edited_assumed = ? WHERE id = ?",
            (filled.encoded, edited.us, edited.raw, edited.assumed, filled.number),
        )
        if state.media:
            self._db.execute("DELETE FROM media_use WHERE version = ?", (filled.number,))
            self._use(filled.number, state)
        others = [one for one in known if one.number not in (found.number, version.number)]
        same = _alike(filled, others, platform, revised=True)
        return filled.number if same is None else self._fuller(filled, same, others, platform)

    def _drop(self, number: int, kept: int) -> None:
        """One version less: its evidence goes to the one that it is the same as."""
        self._db.execute(
            "UPDATE evidence SET subject_id = ? WHERE subject = 'version' AND subject_id = ?", (kept, number)
        )
        self._db.execute("DELETE FROM media_use WHERE version = ?", (number,))
        self._db.execute("DELETE FROM post_version WHERE id = ?", (number,))

    def _use(self, version: int, state: PostState) -> None:
        for medium in state.media or ():
            key = medium.native_id or medium.path or medium.source or f"version/{version}"
            number = self._media_numbers.get(key)
            if number is None:
                number = self._media_numbers[key] = self._rows.number["media"]()
                self._media += (number, key, medium.kind, medium.path, medium.source, None)
            elif medium.path:
                self._paths.append((medium.path, number))
            self._uses += (version, number)


def _alike(version: Version, known: Iterable[Version], platform: str, *, revised: bool) -> Version | None:
    """The first known version that this is a sighting of."""
    seconds = {one.second for one in known if one.second is not None}
    candidates = [one for one in known if _may_be(version, one, seconds, revised=revised)]
    for one in candidates:
        if one.encoded == version.encoded:
            return one
    state = _decode(version.encoded) if candidates else None
    return next((one for one in candidates if state and same_version(_decode(one.encoded), state, platform)), None)


def _may_be(one: Version, other: Version, seconds: set[int], *, revised: bool) -> bool:
    """Whether ids and edits allow two states to be one version.

    A state that was seen before an edit and one that was made after it are two, also when they say the same: a text
    that was put back. Otherwise a sighting that does not say of an edit may be of any version.
    """
    if revised and None not in (one.native_id, other.native_id) and one.native_id != other.native_id:
        return False
    first, second = one.second, other.second
    if first is not None and second is not None:
        return first == second
    later = second if first is None else first
    return later is None or not any(edit < later for edit in seconds)


def _filled(version: Version, other: Version) -> Version:
    if version.encoded != other.encoded:
        fuller: Any = merged(_decode(version.encoded), _decode(other.encoded))
        version = version._replace(encoded=_encode(fuller).decode())
    if version.edited.us is None and (other.edited.us is not None or version.edited.raw is None):
        version = version._replace(edited=other.edited)
    return version
