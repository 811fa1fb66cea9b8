"""Loading readers' items into the history store: identity, versions, and rows in large batches.

A post is found again by any identifier it shares with a known one (CONTRACTS.md, "Identity and versions"). Rows are
buffered and written in batches with prepared statements.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.versions import canonical, merged, same_version
from sma_plugin.model import (
    Account,
    AccountRef,
    Capture,
    Counts,
    Evidence,
    Exclusion,
    Item,
    Moment,
    Observation,
    Post,
    PostState,
    Problem,
    ProfileVersion,
    Resource,
    Tally,
)

SCHEMA_VERSION = 1
_BATCH = 4000
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_state = msgspec.json.Decoder(PostState).decode
_INSERTS = {
    "post": 15,
    "post_version": 7,
    "media": 5,
    "media_use": 2,
    "observation": 9,
    "relation": 6,
    "evidence": 8,
    "resource": 11,
    "exclusion": 6,
    "problem": 6,
    "tally": 5,
}
_NO_MOMENT = Moment()


def text_of(value: Any) -> str:
    """A struct as JSON text."""
    return _encode(value).decode()


def _named(author: AccountRef) -> bool:
    """Whether a source says who an author is."""
    return bool(author.native_id or author.handle or author.url or author.aliases)


class Loader:
    """Fills one history store. Use :meth:`add` for every item, then :meth:`finish`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;"
        )
        self._db.executescript(_script("schema.sql"))
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._db.execute("BEGIN")
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
        self._sql = {
            table: f"INSERT INTO {table} VALUES ({', '.join('?' * width)})" for table, width in _INSERTS.items()
        }
        self._last = dict.fromkeys(("post", "post_version", "media", "observation", "resource", "evidence"), 0)
        self._flushed_post = 0
        self._aliases: dict[tuple[str, str, str], tuple[int, int]] = {}
        """Aliases not yet written: their post, and whether they are derived."""
        self._touched: set[int] = set()
        """Posts written before that have rows in the buffer again."""
        self._paths: dict[tuple[int, str], int] = {}
        self._media: dict[str, int] = {}
        self._captures: dict[str, int] = {}
        self._anonymous: set[int] = set()
        """Posts of which no source has named the author yet."""
        self._accounts = Accounts(self._db, self._evidence, self._observe)
        self._adders = {
            Post: self._post,
            Account: self._accounts.account,
            ProfileVersion: self._accounts.profile,
            Observation: self._observation,
            Resource: self._resource,
            Exclusion: self._exclusion,
            Problem: self._problem,
            Tally: self._tally,
        }

    def capture(self, capture: Capture) -> int:
        """Record a capture; gives the number that its items are added with."""
        number = len(self._captures)
        self._captures[capture.id] = number
        self._db.execute("INSERT INTO capture VALUES (?, ?, ?)", (number, capture.id, text_of(capture)))
        return number

    def add(self, capture: int, item: Item) -> None:
        """Add one item of a capture."""
        self._adders[type(item)](capture, item)  # type: ignore[operator]

    def finish(self, *, full_text: bool = False) -> sqlite3.Connection:
        """Write what is buffered, make the indexes, and give the open store. Threads are not ordered yet."""
        self._flush()
        self._accounts.finish()
        self._db.execute("COMMIT")
        self._db.executescript(_script("finish.sql"))
        if full_text:
            self._db.executescript(
                "CREATE VIRTUAL TABLE text_search USING fts5(text, content='post_version', content_rowid='id');"
                "INSERT INTO text_search (text_search) VALUES ('rebuild');"
            )
        return self._db

    def _flush(self) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO alias VALUES (?, ?, ?, ?, ?)",
            [(*key, *value) for key, value in self._aliases.items()],
        )
        self._aliases.clear()
        for table, rows in self._rows.items():
            if rows:
                self._db.executemany(self._sql[table], rows)
                rows.clear()
        self._flushed_post = self._last["post"]
        self._touched.clear()

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    # --- posts -------------------------------------------------------------------------------------------------------

    def _post(self, capture: int, item: Post) -> None:
        account = self._accounts.resolve(item.platform, item.author)
        keys, native, derived = self._keys(item, account)
        known = self._find(item.platform, keys)
        if known is None:
            post = self._new_post(item, account, native, derived=derived)
        else:
            post = known
            if post > self._flushed_post or post in self._touched:
                self._flush()
            self._touched.add(post)
            if post in self._anonymous and _named(item.author):
                self._db.execute("UPDATE post SET account = ?, kind = ? WHERE id = ?", (account, item.kind, post))
                self._anonymous.discard(post)
            self._enrich(post, item)
        platform = item.platform
        for scheme, value, is_derived in keys:
            self._aliases.setdefault((platform, scheme, value), (post, is_derived))
        self._version(capture, post, item, fresh=known is None)
        if item.counts is not None:
            # The bytes that give the counts are those that give the version: they are not pointed at twice.
            self._observe(capture, (post, None), item.counts, ())
        if known is None:
            if len(self._rows["post"]) >= _BATCH:
                self._flush()
            self._relations(post, item)

    def _keys(self, item: Post, account: int) -> tuple[list[tuple[str, str, int]], str, bool]:
        """Every identifier of the post, the canonical one, and whether that one is derived."""
        keys = [(alias.scheme, alias.value, int(alias.derived)) for alias in item.aliases]
        native = item.revision_of or item.native_id
        if native is not None:
            keys.append(("id", native, 0))
            if item.native_id not in (None, native):
                keys.append(("id", item.native_id or "", 0))
            keys.extend(("id", revision, 0) for revision in item.revisions or () if revision != native)
            return keys, native, ("derived", native, 1) in keys  # derived before, and read back from stored posts
        second = "undated" if item.created.us is None else str(item.created.us // 1_000_000)
        digest = hashlib.sha256(canonical(item.state.text or "").encode()).hexdigest()[:16]
        stem = f"{self._accounts.native_id(account)}/{second}/{item.kind}"
        keys.append(("derived-text", f"{stem}/{digest}", 1))
        return keys, f"{stem}/{self._ordinal(item.platform, stem, keys)}", True

    def _ordinal(self, platform: str, stem: str, keys: list[tuple[str, str, int]]) -> int:
        """The ordinal of a post without native id within its account, second and kind."""
        if self._find(platform, keys) is not None:
            return 0
        ordinal = 1
        while self._find(platform, [("derived", f"{stem}/{ordinal}", 1)]) is not None:
            ordinal += 1
        keys.append(("derived", f"{stem}/{ordinal}", 1))
        return ordinal

    def _find(self, platform: str, keys: Iterable[tuple[str, str, int]]) -> int | None:
        found: set[int] = set()
        for scheme, value, _ in keys:
            row = (
                self._aliases.get((platform, scheme, value))
                or self._db.execute(
                    "SELECT post FROM alias WHERE platform = ? AND scheme = ? AND value = ?", (platform, scheme, value)
                ).fetchone()
            )
            if row:
                found.add(row[0])
        if not found:
            return None
        kept = min(found)
        for other in found - {kept}:
            self._join(kept, other)
        return kept

    def _join(self, kept: int, other: int) -> None:
        """Two posts turn out to be one: everything of the second goes to the first."""
        self._flush()
        for table in ("alias", "post_version", "observation", "relation"):
            self._db.execute(f"UPDATE {table} SET post = ? WHERE post = ?", (kept, other))
        self._db.execute("DELETE FROM post WHERE id = ?", (other,))

    def _new_post(self, item: Post, account: int, native: str, *, derived: bool) -> int:
        post = self._next("post")
        if not _named(item.author):
            self._anonymous.add(post)
        created = item.created
        self._rows["post"].append(
            (
                post,
                account,
                native,
                derived,
                item.kind,
                None,
                created.us,
                created.raw,
                created.assumed,
                item.url,
                item.audience,
                text_of(item.revisions) if item.revisions is not None else None,
                text_of(item.withdrawn) if item.withdrawn else None,
                item.pinned,
                item.included,
            )
        )
        return post

    def _enrich(self, post: int, item: Post) -> None:
        """What a further sighting can add to a post: what was unknown, more revisions, that it was withdrawn."""
        self._db.execute(
            "UPDATE post SET included = min(included, ?), url = coalesce(url, ?), audience = coalesce(audience, ?),"
            " withdrawn = coalesce(withdrawn, ?), pinned = coalesce(pinned, ?),"
            " created_raw = CASE WHEN created_us IS NULL THEN ? ELSE created_raw END,"
            " created_us = coalesce(created_us, ?),"
            " revisions = CASE WHEN length(coalesce(?, '')) > length(coalesce(revisions, '')) THEN ? ELSE revisions END"
            " WHERE id = ?",
            (
                item.included,
                item.url,
                item.audience,
                text_of(item.withdrawn) if item.withdrawn else None,
                item.pinned,
                item.created.raw,
                item.created.us,
                *[text_of(item.revisions) if item.revisions is not None else None] * 2,
                post,
            ),
        )
        known = {
            row[0]
            for row in self._db.execute(
                "SELECT kind || '/' || coalesce(target, target_url, '') FROM relation WHERE post = ?", (post,)
            )
        }
        fresh = [one for one in item.relations if f"{one.kind}/{one.target or one.target_url or ''}" not in known]
        if fresh:
            self._relations(post, msgspec.structs.replace(item, relations=tuple(fresh)))

    def _version(self, capture: int, post: int, item: Post, *, fresh: bool) -> None:
        state, encoded = item.state, text_of(item.state)
        version = None if fresh else self._same(post, item, encoded)
        if version is None:
            version = self._next("post_version")
            edited = item.edited or _NO_MOMENT
            native = item.native_id if item.native_id != item.revision_of else None
            self._rows["post_version"].append((version, post, native, edited.us, edited.raw, edited.assumed, encoded))
            if state.media:
                self._media_uses(version, state)
        for evidence in item.evidence:
            self._evidence(capture, "version", version, evidence)

    def _same(self, post: int, item: Post, encoded: str) -> int | None:
        """The known version that the item's state is a sighting of, made fuller where the item can add to it."""
        rows = self._db.execute("SELECT id, state, native_id FROM post_version WHERE post = ?", (post,)).fetchall()
        for number, state, _ in rows:
            if state == encoded:
                return int(number)
        for number, state, native in rows:
            known = _decode_state(state)
            other_revision = None not in (native, item.native_id) and native != item.native_id
            if not other_revision and same_version(known, item.state):
                fuller = merged(known, item.state)
                self._db.execute("UPDATE post_version SET state = ? WHERE id = ?", (text_of(fuller), number))
                return int(number)
        return None

    def _media_uses(self, version: int, state: PostState) -> None:
        for medium in state.media or ():
            key = medium.native_id or medium.path or medium.source or f"version/{version}"
            number = self._media.get(key)
            if number is None:
                number = self._media[key] = self._next("media")
                self._rows["media"].append((number, key, medium.kind, medium.path, medium.source))
            self._rows["media_use"].append((version, number))

    def _relations(self, post: int, item: Post) -> None:
        self._rows["relation"].extend(
            (
                post,
                relation.kind,
                relation.target,
                relation.target_url,
                text_of(relation.target_account) if relation.target_account else None,
                relation.state,
            )
            for relation in item.relations
        )

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _evidence(self, capture: int, subject: str, number: int, evidence: Evidence) -> None:
        owner = capture if evidence.capture is None else self._captures.get(evidence.capture, capture)
        key = (owner, evidence.path)
        path = self._paths.get(key)
        if path is None:
            path = self._paths[key] = len(self._paths) + 1
            self._db.execute("INSERT INTO path VALUES (?, ?, ?, NULL)", (path, owner, evidence.path))
        self._rows["evidence"].append(
            (
                subject,
                number,
                self._next("evidence"),
                path,
                evidence.kind,
                evidence.offset,
                evidence.length,
                evidence.locator,
            )
        )

    def _observe(
        self,
        capture: int,
        subject: tuple[int | None, int | None],
        counts: Counts | None,
        evidence: tuple[Evidence, ...],
        status: str | None = None,
        detail: str | None = None,
    ) -> None:
        number = self._next("observation")
        at = (counts.at if counts else None) or _NO_MOMENT
        values = text_of(counts.values) if counts and counts.values else None
        self._rows["observation"].append((number, *subject, at.us, at.raw, at.assumed, values, status, detail))
        for pointer in evidence:
            self._evidence(capture, "observation", number, pointer)

    def _observation(self, capture: int, item: Observation) -> None:
        counts = Counts(item.counts or {}, item.at)
        if item.post is not None:
            post = self._find(item.platform, [("id", item.post, 0)])
            if post is None:
                post = self._unseen(item)
            self._observe(capture, (post, None), counts, item.evidence, item.status, item.detail)
        elif item.account is not None:
            account = self._accounts.resolve(item.platform, item.account)
            self._observe(capture, (None, account), counts, item.evidence, item.status, item.detail)

    def _unseen(self, item: Observation) -> int:
        """A post that is only known by word of it, such as a notice that it was deleted."""
        account = (
            self._accounts.resolve(item.platform, item.account)
            if item.account
            else self._accounts.unknown(item.platform)
        )
        made = item.created or _NO_MOMENT
        stated = Post(item.platform, item.account or AccountRef(), item.post, made, PostState(), included=True)
        post = self._new_post(stated, account, item.post or "", derived=False)
        self._aliases[(item.platform, "id", item.post or "")] = (post, 0)
        return post

    def _resource(self, capture: int, item: Resource) -> None:
        number = self._next("resource")
        at = item.at or _NO_MOMENT
        self._rows["resource"].append(
            (
                number,
                capture,
                item.role,
                item.url,
                at.us,
                at.raw,
                at.assumed,
                item.title,
                item.status,
                item.mime,
                item.length,
            )
        )
        for evidence in item.evidence:
            self._evidence(capture, "resource", number, evidence)

    def _exclusion(self, capture: int, item: Exclusion) -> None:
        self._rows["exclusion"].append((capture, item.rule, item.path, item.offset, item.length, item.count))

    def _problem(self, capture: int, item: Problem) -> None:
        self._rows["problem"].append((capture, item.code, item.path, item.offset, item.length, text_of(item.params)))

    def _tally(self, capture: int, item: Tally) -> None:
        self._rows["tally"].append((capture, item.unit, item.stated, item.counted, item.path))


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
