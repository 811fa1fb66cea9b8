"""Posts as the history store gives them back, thread by thread: one pass over each table, in step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby

import msgspec

from sma_plugin.history.absent import timed_captures
from sma_plugin.history.stored import EVIDENCE, EVIDENCE_JOIN, Reading, Row, observed
from sma_plugin.model import (
    AccountRef,
    Alias,
    Evidence,
    Moment,
    Observation,
    PostHistory,
    PostState,
    PostVersion,
    Relation,
    Withdrawal,
)

_NEVER = 1 << 62
_state = msgspec.json.Decoder(PostState).decode
_reference = msgspec.json.Decoder(AccountRef).decode
_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_withdrawal = msgspec.json.Decoder(Withdrawal).decode
_POSTS = """
SELECT told.position, post.id, account.platform, account.id, post.native_id, post.derived, post.kind, post.class,
  post.created_us, post.created_raw, post.created_assumed, post.url, post.audience, post.revisions, post.withdrawn,
  post.pinned, parent.native_id, thread.native_id, told.depth,
  post.placed_on
FROM thread_order AS told CROSS JOIN post ON post.id = told.post JOIN account ON account.id = post.account
LEFT JOIN post AS parent ON parent.id = told.parent LEFT JOIN post AS thread ON thread.id = told.thread
ORDER BY told.position"""
_VERSIONS = f"""
SELECT told.position, version.id, version.native_id, version.edited_us, version.edited_raw, version.edited_assumed,
  version.state, {EVIDENCE}
FROM thread_order AS told CROSS JOIN post_version AS version ON version.post = told.post
{EVIDENCE_JOIN.format(subject="version", id="version.id")}
ORDER BY told.position"""
_OBSERVATIONS = f"""
SELECT told.position, seen.id, seen.at_us, seen.at_raw, seen.at_assumed, seen.counts, seen.status, seen.detail,
  {EVIDENCE}
FROM thread_order AS told CROSS JOIN observation AS seen ON seen.post = told.post
{EVIDENCE_JOIN.format(subject="observation", id="seen.id")}
ORDER BY told.position"""
_RELATIONS = """
SELECT told.position, kind, target, target_url, target_account, state
FROM thread_order AS told CROSS JOIN relation ON relation.post = told.post ORDER BY told.position"""
_ALIASES = """
SELECT told.position, alias.scheme, alias.value, alias.derived
FROM thread_order AS told CROSS JOIN alias ON alias.post = told.post JOIN post ON post.id = told.post
WHERE NOT (alias.scheme = 'id' AND alias.value = post.native_id)
ORDER BY told.position, alias.scheme, alias.value"""


class StoredPosts:
    """The posts of a store. ``ref`` gives the reference of an account by its number."""

    def __init__(self, reading: Reading, ref: Callable[[int], AccountRef]) -> None:
        self._reading, self._ref = reading, ref
        names = dict(reading.db.execute("SELECT id, name FROM capture"))
        self._captured = {names[number]: one.at for one in timed_captures(reading.db) for number in one.numbers}

    def all(self) -> Iterator[PostHistory]:
        """Every post, thread by thread: one pass over each table, in step."""
        versions = _Grouped(self._reading.db.execute(_VERSIONS))
        observations = _Grouped(self._reading.db.execute(_OBSERVATIONS))
        relations = _Grouped(self._reading.db.execute(_RELATIONS))
        aliases = _Grouped(self._reading.db.execute(_ALIASES))
        for row in self._reading.db.execute(_POSTS):
            position, _, platform, account, native, derived, kind, klass = row[:8]
            yield PostHistory(
                platform=platform,
                author=self._ref(account),
                native_id=native,
                created=Moment(*row[8:11]),
                kind=kind,
                klass=klass,
                versions=self._versions(versions.at(position)),
                derived_id=bool(derived),
                url=row[11],
                audience=row[12],
                aliases=tuple(Alias(one[1], one[2], bool(one[3])) for one in aliases.at(position)),
                relations=tuple(
                    Relation(one[1], one[2], one[3], _reference(one[4]) if one[4] else None, one[5])
                    for one in relations.at(position)
                ),
                observations=_observations(observations.at(position), platform, native),
                revisions=_strings(row[13]) if row[13] else None,
                withdrawn=_withdrawal(row[14]) if row[14] else None,
                pinned=None if row[15] is None else bool(row[15]),
                parent=row[16],
                thread=row[17],
                depth=row[18],
                placed_on=None if row[19] is None else self._ref(row[19]),
            )

    def _versions(self, rows: list[Row]) -> tuple[PostVersion, ...]:
        """Versions in order: those without a moment of edit by capture, then edits as they were made.

        There is none where there is only word of the post.
        """
        if len(rows) == 1:
            return (self._version(rows),)
        found = [self._version(list(group)) for _, group in groupby(rows, key=lambda row: row[1])]
        found.sort(key=self._edit)
        return tuple(found)

    def _edit(self, version: PostVersion) -> tuple[bool, int]:
        """Where a version stands: what is not known to be edited comes first, by when it was captured."""
        us = version.edited.us if version.edited else None
        if us is not None:
            return True, us
        return False, min((self._captured.get(one.capture or "", _NEVER) for one in version.evidence), default=_NEVER)

    def _version(self, rows: list[Row]) -> PostVersion:
        _, _, native, us, raw, assumed, encoded = rows[0][:7]
        state = _state(encoded)
        if state.media:
            state = msgspec.structs.replace(state, media=tuple(self._reading.kept_medium(one) for one in state.media))
        edited = Moment(us, raw, assumed) if us is not None or raw is not None else None
        return PostVersion(state, native, edited, tuple(Evidence(*row[7:]) for row in rows if row[7] is not None))


class _Grouped:
    """Rows of a cursor ordered by position, handed out one position at a time."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._next: Callable[[], Row | None] = cursor.fetchone
        self._row = self._next()

    def at(self, position: int) -> list[Row]:
        found = []
        row = self._row
        while row is not None and row[0] == position:
            found.append(row)
            row = self._next()
        self._row = row
        return found


def _observations(rows: list[Row], platform: str, native: str) -> tuple[Observation, ...]:
    found = []
    for _, group in groupby(rows, key=lambda row: row[1]):
        seen = list(group)
        evidence = tuple(Evidence(*row[8:]) for row in seen if row[8] is not None)
        found.append(observed(seen[0][2:8], platform, native, None, evidence))
    found.sort(key=lambda one: (one.at.us or 0) if one.at else 0)
    return tuple(found)
