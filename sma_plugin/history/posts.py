"""Posts in the history store: one identity over all captures, versions, relations, media.

A post is found again by any identifier it shares with a known one (CONTRACTS.md, "Identity and versions").
"""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.again import Again, digest
from sma_plugin.history.aliases import Aliases, Key
from sma_plugin.history.lacking import Lacking
from sma_plugin.history.post_keys import DERIVED, LOADING, keys_of
from sma_plugin.history.rows import Rows
from sma_plugin.history.says import says
from sma_plugin.history.sightings import NO_MOMENT, Sightings, named, text_of
from sma_plugin.history.states import States
from sma_plugin.history.ties import Ties
from sma_plugin.history.withdrawn import deleted, kept
from sma_plugin.model import AccountRef, Counts, Moment, Observation, Post, PostState

_UNTIL_CLASSIFIED = "incidental"
_encode = msgspec.json.Encoder(order="deterministic").encode
_MOVED = ("alias", "observation", "relation")
_TOLD = (
    "included",
    "url",
    "audience",
    "withdrawn",
    "pinned",
    "revisions",
    "placed_on",
    "kind",
    "created_us",
    "created_raw",
    "created_assumed",
)
"""What further sightings can add to a post."""
_OF_POST = f"""
SELECT {", ".join(f"post.{column}" for column in _TOLD)}, account, post.native_id, derived, platform
FROM post JOIN account ON account.id = post.account WHERE post.id = ?"""
_UNSURE = (
    "CASE WHEN {0} = 'relative' THEN 4 WHEN {0} = 'date' THEN 3 WHEN {0} = 'minute' THEN 2"
    " WHEN {0} LIKE 'zone:%' THEN 1 ELSE 0 END"
)
"""How unsure a moment is, by what was assumed: worked out of "two years ago", only the day or the minute, the zone."""


class Posts:
    """Finds and fills posts."""

    def __init__(self, db: sqlite3.Connection, rows: Rows, accounts: Accounts, sightings: Sightings) -> None:
        self._db, self._rows, self._accounts, self._sightings = db, rows, accounts, sightings
        self._aliases = Aliases(db, rows)
        self._posts, self._ties = rows.of("post"), Ties(db, rows)
        self._states = States(db, rows)
        self._again = Again()
        self._anonymous: set[int] = set()
        """Posts of which no source has named the author yet."""
        self._derived = False
        """Whether there is a post without id."""
        self._last = self._written = 0
        self._touched: set[int] = set()
        """Posts written before that have rows in the buffer again."""

    def flush(self) -> None:
        """Write what is buffered."""
        self._rows.flush()
        self._aliases.written()
        self._written = self._last
        self._touched.clear()

    def finish(self) -> Lacking:
        """Settle what can be when all is written and accounts are joined; gives what became of posts without id."""
        lacking = Lacking(self._db, self._join)
        if self._derived:
            self._db.execute("DELETE FROM alias WHERE scheme = ?", (LOADING,))
            lacking.settle()
            self.flush()  # what the last join made
        self._states.finish()
        return lacking

    def add(self, capture: int, item: Post) -> None:
        """Add one state of one post."""
        account = self._accounts.resolve(item.platform, item.author)
        state = _encode(item.state)
        said = digest(item, account, state)
        known = None if item.native_id is None else self._aliases.find(item.platform, "id", item.native_id)
        version = None if known is None else self._again.version(known, said)
        if known is not None and version is not None:
            self._sight(capture, item, known, version)
            return
        keys, native, derived = keys_of(item, account)
        self._derived = self._derived or derived
        if len(keys) > 1 or native != item.native_id:
            known = self._find(item.platform, keys)  # by more than the id that was looked for
        if known is None:
            post = self._new(item, account, native, derived=derived)
            self._ties.add(post, item.relations)
        else:
            post = known
            if post > self._written or post in self._touched:
                self.flush()
            self._touched.add(post)
            self._enrich(post, item, account)
            if item.revision_of not in (None, item.native_id) and self._native_id(post) == item.native_id:
                item = msgspec.structs.replace(item, revision_of=None)  # a chain that goes round starts somewhere
            if not derived:
                self._name(post, native)
        for scheme, value, is_derived in keys:
            self._aliases.add(item.platform, scheme, value, post, is_derived)
        version = self._states.add(post, item, state.decode(), fresh=known is None)
        self._again.remember(post, said, version)
        self._sight(capture, item, post, version)

    def _sight(self, capture: int, item: Post, post: int, version: int) -> None:
        """Where a version was seen, and the counts that were seen with it."""
        self._sightings.evidence(capture, "version", version, item.evidence, says(item))
        if item.counts is not None:
            # The bytes that give the counts are those that give the version: they are not pointed at twice.
            self._sightings.observe(capture, (post, None), item.counts)

    def observe(self, capture: int, item: Observation) -> None:
        """Add what was seen of a post; one that is only known by word of it is made."""
        native = item.post or ""
        find = self._aliases.find
        post = find(item.platform, "id", native) or find(item.platform, DERIVED, native)
        if post is None:
            resolve, unknown = self._accounts.resolve, self._accounts.unknown
            account = resolve(item.platform, item.account) if item.account else unknown(item.platform)
            made = item.created or NO_MOMENT
            stated = Post(item.platform, item.account or AccountRef(), native, made, PostState(), included=True)
            post = self._new(stated, account, native, derived=False)
            self._aliases.add(item.platform, "id", native, post, 0)
        if item.status == "deleted":
            self._withdraw(post, item.at)
        counts = Counts(item.counts or {}, item.at)
        self._sightings.observe(capture, (post, None), counts, item.evidence, item.status, item.detail)

    def _withdraw(self, post: int, at: Moment | None) -> None:
        if post > self._written:
            self.flush()
        told = self._db.execute("SELECT withdrawn FROM post WHERE id = ?", (post,)).fetchone()[0]
        self._db.execute("UPDATE post SET withdrawn = ? WHERE id = ?", (deleted(told, at), post))
        self._again.forget(post)

    def media_fault(self, path: str, code: str) -> None:
        """What is wrong with the file of a medium."""
        self._states.fault(path, code)

    # --- identity ----------------------------------------------------------------------------------------------------

    def _find(self, platform: str, keys: list[Key]) -> int | None:
        find = self._aliases.find
        if len(keys) == 1:
            return find(platform, *keys[0][:2])
        found = {post for scheme, value, _ in keys if (post := find(platform, scheme, value)) is not None}
        if not found:
            return None
        kept = min(found)
        for other in sorted(found - {kept}):
            self._join(kept, other)
        return kept

    def _join(self, kept: int, other: int) -> None:
        """Two posts turn out to be one: everything of the second goes to the first."""
        self.flush()
        *learned, account, native, derived, platform = self._db.execute(_OF_POST, (other,)).fetchone()
        self._states.join(kept, other, platform)
        self._again.forget(kept)
        for table in _MOVED:
            self._db.execute(f"CREATE INDEX IF NOT EXISTS {table}_post ON {table} (post)")
            self._db.execute(f"UPDATE {table} SET post = ? WHERE post = ?", (kept, other))
        self._learn(kept, *learned)
        if not derived:
            self._name(kept, native)
        if other not in self._anonymous:
            self._attribute(kept, account)
        self._ties.once(kept)
        self._db.execute("DELETE FROM post WHERE id = ?", (other,))

    def _native_id(self, post: int) -> str:
        return str(self._db.execute("SELECT native_id FROM post WHERE id = ?", (post,)).fetchone()[0])

    def _name(self, post: int, native: str) -> None:
        """A source gives an id to a post that had a derived one."""
        self._db.execute("UPDATE post SET native_id = ?, derived = 0 WHERE id = ? AND derived", (native, post))

    def _attribute(self, post: int, account: int) -> None:
        """A source says whose a post is of which none had said so."""
        if post in self._anonymous:
            self._db.execute("UPDATE post SET account = ? WHERE id = ?", (account, post))
            self._anonymous.discard(post)

    def _new(self, item: Post, account: int, native: str, *, derived: bool) -> int:
        post = self._last = self._rows.number["post"]()
        if not named(item.author):
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
            None if item.revisions is None else text_of(item.revisions),
            kept(item.withdrawn),
            item.pinned,
            item.included,
            None if item.placed_on is None else self._place(item),
        )
        return post

    def _place(self, item: Post) -> int | None:
        """The account whose page or wall a post was placed on."""
        place = item.placed_on
        return self._accounts.resolve(item.platform, place) if place is not None else None

    def _enrich(self, post: int, item: Post, account: int) -> None:
        """What a further sighting can add to a post: what was unknown, more revisions, that it was withdrawn."""
        values = (item.included, item.url, item.audience, kept(item.withdrawn), item.pinned, text_of(item.revisions))
        self._learn(post, *values, self._place(item), item.kind, *msgspec.structs.astuple(item.created))
        if named(item.author):
            self._attribute(post, account)
        self._ties.more(post, item.relations)

    def _learn(self, post: int, *values: Any) -> None:
        """Fill the columns ``_TOLD`` of a post; the moment of making as a whole, as text until one can be read.

        Of two kinds the more telling one holds: "note" is what a technique says that knows no kinds. A moment holds
        over one that is less sure (``_UNSURE``).
        """
        self._db.execute(
            "UPDATE post SET included = min(included, ?), url = coalesce(url, ?), audience = coalesce(audience, ?),"
            " withdrawn = coalesce(withdrawn, ?), pinned = coalesce(pinned, ?),"
            " revisions = CASE WHEN length(coalesce(?6, '')) > length(coalesce(revisions, ''))"
            " THEN ?6 ELSE revisions END, placed_on = coalesce(placed_on, ?7), kind = CASE"
            " WHEN ?8 = 'note' THEN kind WHEN kind = 'note' THEN ?8 ELSE max(kind, ?8) END WHERE id = ?9",
            (*values[:8], post),
        )
        self._db.execute(
            "UPDATE post SET created_us = ?1, created_raw = ?2, created_assumed = ?3"
            " WHERE id = ?4 AND CASE WHEN created_us IS NULL THEN ?1 IS NOT NULL OR created_raw IS NULL"
            f" ELSE ?1 IS NOT NULL AND {_UNSURE.format('?3')} < {_UNSURE.format('created_assumed')} END",
            (*values[8:], post),
        )
