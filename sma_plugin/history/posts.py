"""Posts in the history store: one identity over all captures, versions, relations, media.

A post is found again by any identifier it shares with a known one (CONTRACTS.md, "Identity and versions").
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.aliases import Aliases, Key
from sma_plugin.history.rows import Rows
from sma_plugin.history.sightings import NO_MOMENT, Sightings
from sma_plugin.history.versions import canonical, merged, same_version
from sma_plugin.model import AccountRef, Counts, Observation, Post, PostState, Relation

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_state = msgspec.json.Decoder(PostState).decode
_UNTIL_CLASSIFIED = "incidental"
_MOVED = ("alias", "post_version", "observation", "relation")


class Posts:
    """Finds and fills posts."""

    def __init__(self, db: sqlite3.Connection, rows: Rows, accounts: Accounts, sightings: Sightings) -> None:
        self._db, self._rows, self._accounts, self._sightings = db, rows, accounts, sightings
        self._aliases = Aliases(db, rows)
        self._posts, self._versions, self._relations = rows.of("post"), rows.of("post_version"), rows.of("relation")
        self._media, self._uses = rows.of("media"), rows.of("media_use")
        self._media_numbers: dict[str, int] = {}
        self._last = self._written = 0
        self._touched: set[int] = set()
        """Posts written before that have rows in the buffer again."""
        self._anonymous: set[int] = set()
        """Posts of which no source has named the author yet."""

    def flush(self) -> None:
        """Write what is buffered."""
        self._rows.flush()
        self._aliases.written()
        self._written = self._last
        self._touched.clear()

    def add(self, capture: int, item: Post) -> None:
        """Add one state of one post."""
        account = self._accounts.resolve(item.platform, item.author)
        keys, native, derived = self._keys(item, account)
        known = self._find(item.platform, keys)
        if known is None:
            post = self._new(item, account, native, derived=derived)
            self._relate(post, item.relations)
        else:
            post = known
            if post > self._written or post in self._touched:
                self.flush()
            self._touched.add(post)
            if post in self._anonymous and _named(item.author):
                self._db.execute("UPDATE post SET account = ?, kind = ? WHERE id = ?", (account, item.kind, post))
                self._anonymous.discard(post)
            self._enrich(post, item)
        for scheme, value, is_derived in keys:
            self._aliases.add(item.platform, scheme, value, post, is_derived)
        self._state(capture, post, item, fresh=known is None)
        if item.counts is not None:
            # The bytes that give the counts are those that give the version: they are not pointed at twice.
            self._sightings.observe(capture, (post, None), item.counts)

    def observe(self, capture: int, item: Observation) -> None:
        """Add what was seen of a post; one that is only known by word of it is made."""
        native = item.post or ""
        post = self._aliases.find(item.platform, "id", native)
        if post is None:
            resolve, unknown = self._accounts.resolve, self._accounts.unknown
            account = resolve(item.platform, item.account) if item.account else unknown(item.platform)
            made = item.created or NO_MOMENT
            stated = Post(item.platform, item.account or AccountRef(), native, made, PostState(), included=True)
            post = self._new(stated, account, native, derived=False)
            self._aliases.add(item.platform, "id", native, post, 0)
        counts = Counts(item.counts or {}, item.at)
        self._sightings.observe(capture, (post, None), counts, item.evidence, item.status, item.detail)

    # --- identity ----------------------------------------------------------------------------------------------------

    def _keys(self, item: Post, account: int) -> tuple[list[Key], str, bool]:
        """Every identifier of the post, the canonical one, and whether that one is derived."""
        keys: list[Key] = [(alias.scheme, alias.value, int(alias.derived)) for alias in item.aliases]
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

    def _ordinal(self, platform: str, stem: str, keys: list[Key]) -> int:
        """The ordinal of a post without native id within its account, second and kind."""
        if self._find(platform, keys) is not None:
            return 0
        ordinal = 1
        while self._aliases.find(platform, "derived", f"{stem}/{ordinal}") is not None:
            ordinal += 1
        keys.append(("derived", f"{stem}/{ordinal}", 1))
        return ordinal

    def _find(self, platform: str, keys: list[Key]) -> int | None:
        find = self._aliases.find
        if len(keys) == 1:
            return find(platform, *keys[0][:2])
        found = {post for scheme, value, _ in keys if (post := find(platform, scheme, value)) is not None}
        if not found:
            return None
        kept = min(found)
        for other in found - {kept}:
            self._join(kept, other)
        return kept

    def _join(self, kept: int, other: int) -> None:
        """Two posts turn out to be one: everything of the second goes to the first."""
        self.flush()
        for table in _MOVED:
            self._db.execute(f"UPDATE {table} SET post = ? WHERE post = ?", (kept, other))
        self._db.execute("DELETE FROM post WHERE id = ?", (other,))

    def _new(self, item: Post, account: int, native: str, *, derived: bool) -> int:
        post = self._last = self._rows.number["post"]()
        if not _named(item.author):
            self._anonymous.add(post)
        created = item.created
        self._posts += (
            post,
            account,
            native,
            derived,
            item.kind,
            _UNTIL_CLASSIFIED,
            created.us,
            created.raw,
            created.assumed,
            item.url,
            item.audience,
            _text(item.revisions),
            _text(item.withdrawn),
            item.pinned,
            item.included,
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
                _text(item.withdrawn),
                item.pinned,
                item.created.raw,
                item.created.us,
                *[_text(item.revisions)] * 2,
                post,
            ),
        )
        if item.relations:
            told = "SELECT kind, coalesce(target, target_url, '') FROM relation WHERE post = ?"
            known = set(self._db.execute(told, (post,)))
            fresh = [one for one in item.relations if (one.kind, one.target or one.target_url or "") not in known]
            self._relate(post, tuple(fresh))

    def _relate(self, post: int, relations: tuple[Relation, ...]) -> None:
        for one in relations:
            self._relations += (post, one.kind, one.target, one.target_url, _text(one.target_account), one.state)

    # --- versions ----------------------------------------------------------------------------------------------------

    def _state(self, capture: int, post: int, item: Post, *, fresh: bool) -> None:
        state, encoded = item.state, _encode(item.state).decode()
        version = None if fresh else self._same(post, item, encoded)
        if version is None:
            version = self._rows.number["post_version"]()
            edited = item.edited or NO_MOMENT
            native = item.native_id if item.native_id != item.revision_of else None
            self._versions += (version, post, native, edited.us, edited.raw, edited.assumed, encoded)
            if state.media:
                self._media_uses(version, state)
        self._sightings.evidence(capture, "version", version, item.evidence)

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
                self._db.execute("UPDATE post_version SET state = ? WHERE id = ?", (_text(fuller), number))
                return int(number)
        return None

    def _media_uses(self, version: int, state: PostState) -> None:
        for medium in state.media or ():
            key = medium.native_id or medium.path or medium.source or f"version/{version}"
            number = self._media_numbers.get(key)
            if number is None:
                number = self._media_numbers[key] = self._rows.number["media"]()
                self._media += (number, key, medium.kind, medium.path, medium.source)
            self._uses += (version, number)


def _named(author: AccountRef) -> bool:
    """Whether a source says who an author is."""
    return bool(author.native_id or author.handle or author.url or author.aliases)


def _text(value: Any) -> str | None:
    """A struct as JSON text."""
    return None if value is None else _encode(value).decode()
