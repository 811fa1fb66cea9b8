"""Reading the history store: accounts, then posts thread by thread, then captured resources."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Self

import msgspec

from sma_plugin.history.load import SCHEMA_VERSION
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Alias,
    Capture,
    Evidence,
    Handle,
    HistoryItem,
    Media,
    Moment,
    Observation,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)

_state = msgspec.json.Decoder(PostState).decode
_profile = msgspec.json.Decoder(ProfileVersion).decode
_ref = msgspec.json.Decoder(AccountRef).decode
_counts = msgspec.json.Decoder(dict[str, int]).decode
_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_withdrawal = msgspec.json.Decoder(Withdrawal).decode

_EVIDENCE = (
    "coalesce(path.kept, path.path), evidence.kind, evidence.offset, evidence.length, evidence.locator, capture.name"
)
_EVIDENCE_JOIN = (
    " LEFT JOIN evidence ON evidence.subject = '{subject}' AND evidence.subject_id = {id}"
    " LEFT JOIN path ON path.id = evidence.path LEFT JOIN capture ON capture.id = path.capture"
)
_POSTS = """
SELECT told.position, post.id, account.platform, account.id, post.native_id, post.derived, post.kind, post.class,
  post.created_us, post.created_raw, post.created_assumed, post.url, post.audience, post.revisions, post.withdrawn,
  post.pinned, parent.native_id, thread.native_id, told.depth
FROM thread_order AS told CROSS JOIN post ON post.id = told.post JOIN account ON account.id = post.account
LEFT JOIN post AS parent ON parent.id = told.parent LEFT JOIN post AS thread ON thread.id = told.thread
ORDER BY told.position"""
_VERSIONS = f"""
SELECT told.position, version.id, version.native_id, version.edited_us, version.edited_raw, version.edited_assumed,
  version.state, {_EVIDENCE}
FROM thread_order AS told CROSS JOIN post_version AS version ON version.post = told.post
{_EVIDENCE_JOIN.format(subject="version", id="version.id")}
ORDER BY told.position"""
_OBSERVATIONS = f"""
SELECT told.position, seen.id, seen.at_us, seen.at_raw, seen.at_assumed, seen.counts, seen.status, seen.detail,
  {_EVIDENCE}
FROM thread_order AS told CROSS JOIN observation AS seen ON seen.post = told.post
{_EVIDENCE_JOIN.format(subject="observation", id="seen.id")}
ORDER BY told.position"""
_RELATIONS = """
SELECT told.position, kind, target, target_url, target_account, state
FROM thread_order AS told CROSS JOIN relation ON relation.post = told.post ORDER BY told.position"""
_ALIASES = """
SELECT told.position, alias.scheme, alias.value, alias.derived
FROM thread_order AS told CROSS JOIN alias ON alias.post = told.post JOIN post ON post.id = told.post
WHERE NOT (alias.scheme = 'id' AND alias.value = post.native_id)
ORDER BY told.position, alias.scheme, alias.value"""

Row = tuple[Any, ...]


class OutdatedStoreError(ValueError):
    """A store of another schema version; it has to be rebuilt."""


class HistoryStore:
    """A finished history store, opened read-only. Raises :class:`OutdatedStoreError` and ``sqlite3.Error``."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self.db.execute("PRAGMA cache_size = -65536")
        found = self.db.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            self.db.close()
            raise OutdatedStoreError(f"the history store {path} has schema {found}, not {SCHEMA_VERSION}")
        self._kept = dict(self.db.execute("SELECT path, kept FROM path WHERE kept IS NOT NULL"))
        self._refs: dict[int, AccountRef] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.db.close()

    def captures(self) -> list[Capture]:
        """Every capture, in the order of delivery."""
        rows = self.db.execute("SELECT record FROM capture ORDER BY id")
        return [msgspec.json.decode(row[0], type=Capture) for row in rows]

    def histories(self) -> Iterator[HistoryItem]:
        """Accounts (own ones first), then posts thread by thread, then resources in the order of capture."""
        yield from self.accounts()
        yield from self.posts()
        yield from self.resources()

    # --- accounts ----------------------------------------------------------------------------------------------------

    def accounts(self) -> Iterator[AccountHistory]:
        """Every account with its handles, profile versions and counts."""
        rows = self.db.execute(
            "SELECT id, platform, native_id, own, url, created_us, created_raw, created_assumed FROM account"
            " ORDER BY own DESC, platform, native_id, id"
        ).fetchall()
        for number, platform, native, own, url, *created in rows:
            yield AccountHistory(
                platform=platform,
                native_id=native,
                own=bool(own),
                url=url,
                created=_moment(created),
                aliases=self._account_aliases(number),
                handles=self._handles(number),
                profiles=tuple(self._profiles(number)),
                observations=tuple(self._account_observations(number, platform)),
                evidence=self._evidence("account", number),
            )

    def _account_aliases(self, number: int) -> tuple[Alias, ...]:
        rows = self.db.execute(
            "SELECT scheme, value, derived FROM account_alias WHERE account = ? AND NOT (scheme = 'id' AND value ="
            " (SELECT native_id FROM account WHERE id = account_alias.account)) ORDER BY scheme, value",
            (number,),
        )
        return tuple(Alias(scheme, value, bool(derived)) for scheme, value, derived in rows)

    def _handles(self, number: int) -> tuple[Handle, ...]:
        rows = self.db.execute(
            "SELECT value, first_seen, last_seen FROM handle WHERE account = ? ORDER BY first_seen, value", (number,)
        )
        return tuple(Handle(*row) for row in rows)

    def _profiles(self, number: int) -> Iterator[ProfileVersion]:
        rows = self.db.execute(
            "SELECT id, state FROM profile_version WHERE account = ? ORDER BY at_us, id", (number,)
        ).fetchall()
        for version, state in rows:
            profile = _profile(state)
            yield msgspec.structs.replace(
                profile,
                avatar=self._kept_medium(profile.avatar),
                header=self._kept_medium(profile.header),
                evidence=self._evidence("profile", version),
            )

    def _account_observations(self, number: int, platform: str) -> Iterator[Observation]:
        rows = self.db.execute(
            "SELECT id, at_us, at_raw, at_assumed, counts, status, detail FROM observation WHERE account = ?"
            " ORDER BY at_us, id",
            (number,),
        ).fetchall()
        ref = self._ref(number)
        for row in rows:
            yield _observed(row[1:], platform, None, ref, self._evidence("observation", row[0]))

    def _ref(self, number: int) -> AccountRef:
        """An account as a reference: native id, newest handle, address."""
        known = self._refs.get(number)
        if known is None:
            native, url = self.db.execute("SELECT native_id, url FROM account WHERE id = ?", (number,)).fetchone()
            handles = self._handles(number)
            names = [profile.name for profile in self._profiles(number) if profile.name]
            known = AccountRef(native, handles[-1].value if handles else None, names[-1] if names else None, url)
            if len(self._refs) > 100_000:
                self._refs.clear()
            self._refs[number] = known
        return known

    def _evidence(self, subject: str, number: int) -> tuple[Evidence, ...]:
        rows = self.db.execute(
            f"SELECT {_EVIDENCE} FROM evidence JOIN path ON path.id = evidence.path"
            " JOIN capture ON capture.id = path.capture WHERE subject = ? AND subject_id = ? ORDER BY evidence.number",
            (subject, number),
        )
        return tuple(Evidence(*row) for row in rows)

    # --- posts -------------------------------------------------------------------------------------------------------

    def posts(self) -> Iterator[PostHistory]:
        """Every post, thread by thread: one pass over each table, in step."""
        versions = _Grouped(self.db.execute(_VERSIONS))
        observations = _Grouped(self.db.execute(_OBSERVATIONS))
        relations = _Grouped(self.db.execute(_RELATIONS))
        aliases = _Grouped(self.db.execute(_ALIASES))
        for row in self.db.execute(_POSTS):
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
                    Relation(one[1], one[2], one[3], _ref(one[4]) if one[4] else None, one[5])
                    for one in relations.at(position)
                ),
                observations=_observations(observations.at(position), platform, native),
                revisions=_strings(row[13]) if row[13] else None,
                withdrawn=_withdrawal(row[14]) if row[14] else None,
                pinned=None if row[15] is None else bool(row[15]),
                parent=row[16],
                thread=row[17],
                depth=row[18],
            )

    def _versions(self, rows: list[Row]) -> tuple[PostVersion, ...]:
        """Versions in order: the first state, then edits by the moment they were made."""
        if len(rows) == 1:
            return (self._version(rows),)
        found = [self._version(list(group)) for _, group in groupby(rows, key=lambda row: row[1])]
        found.sort(key=_edit)
        return tuple(found) or (PostVersion(PostState()),)

    def _version(self, rows: list[Row]) -> PostVersion:
        _, _, native, us, raw, assumed, encoded = rows[0][:7]
        state = _state(encoded)
        if state.media and self._kept:
            state = msgspec.structs.replace(state, media=tuple(self._kept_medium(one) for one in state.media))
        edited = Moment(us, raw, assumed) if us is not None or raw is not None else None
        return PostVersion(state, native, edited, tuple(Evidence(*row[7:]) for row in rows if row[7] is not None))

    def _kept_medium(self, medium: Media | None) -> Any:
        """A medium with the path it has in the package, once there is one."""
        if medium is None or medium.path is None or not self._kept:
            return medium
        return msgspec.structs.replace(medium, path=self._kept.get(medium.path))

    def resources(self) -> Iterator[Resource]:
        """Captured pages, screenshots, documents and failures."""
        rows = self.db.execute(
            "SELECT id, role, url, at_us, at_raw, at_assumed, title, status, mime, length FROM resource ORDER BY id"
        ).fetchall()
        for number, role, url, us, raw, assumed, title, status, mime, length in rows:
            evidence = self._evidence("resource", number)
            yield Resource(role, url, _moment([us, raw, assumed]), title, status, mime, length, evidence)


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


def _edit(version: PostVersion) -> tuple[bool, int]:
    """Where a version stands: what is not known to be edited comes first."""
    us = version.edited.us if version.edited else None
    return us is not None, us or 0


def _moment(values: list[Any]) -> Moment | None:
    return Moment(*values) if any(value is not None for value in values) else None


def _observations(rows: list[Row], platform: str, native: str) -> tuple[Observation, ...]:
    found = []
    for _, group in groupby(rows, key=lambda row: row[1]):
        seen = list(group)
        evidence = tuple(Evidence(*row[8:]) for row in seen if row[8] is not None)
        found.append(_observed(seen[0][2:8], platform, native, None, evidence))
    found.sort(key=lambda one: (one.at.us or 0) if one.at else 0)
    return tuple(found)


def _observed(
    row: Row, platform: str, post: str | None, account: AccountRef | None, evidence: tuple[Evidence, ...]
) -> Observation:
    us, raw, assumed, counts, status, detail = row
    return Observation(
        platform,
        post,
        account,
        _moment([us, raw, assumed]),
        _counts(counts) if counts else None,
        status,
        detail,
        evidence,
    )
