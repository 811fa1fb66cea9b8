"""Posts in the history store: one identity over all captures, versions, relations, media.

A post is found again by any identifier it shares with a known one (CONTRACTS.md, "Identity and versions").
"""

from __future__ import annotations

import sqlite3

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.again import Again, digest
from sma_plugin.history.aliases import Aliases, Key
from sma_plugin.history.lacking import Lacking
from sma_plugin.history.post_keys import DERIVED, LOADING, keys_of
from sma_plugin.history.post_rows import PostRows
from sma_plugin.history.rows import Rows
from sma_plugin.history.says import says
from sma_plugin.history.sightings import NO_MOMENT, Sightings
from sma_plugin.history.states import States
from sma_plugin.history.ties import Ties
from sma_plugin.model import AccountRef, Counts, Observation, Post, PostState

_encode = msgspec.json.Encoder(order="deterministic").encode
_MOVED = ("alias", "observation", "relation")


class Posts:
    """Finds and fills posts."""

    def __init__(self, db: sqlite3.Connection, rows: Rows, accounts: Accounts, sightings: Sightings) -> None:
        self._db, self._rows, self._accounts, self._sightings = db, rows, accounts, sightings
        self._aliases = Aliases(db, rows)
        self._posts, self._ties = PostRows(db, rows, accounts), Ties(db, rows)
        self._states = States(db, rows)
        self._again = Again()
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
            post = self._last = self._posts.new(item, account, native, derived=derived)
            self._ties.add(post, item.relations)
        else:
            post = known
            if post > self._written or post in self._touched:
                self.flush()
            self._touched.add(post)
            self._posts.enrich(post, item, account)
            self._ties.more(post, item.relations)
            if item.revision_of not in (None, item.native_id) and self._posts.native_id(post) == item.native_id:
                item = msgspec.structs.replace(item, revision_of=None)  # a chain that goes round starts somewhere
            if not derived:
                self._posts.name(post, native)
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
            post = self._last = self._posts.new(stated, account, native, derived=False)
            self._aliases.add(item.platform, "id", native, post, 0)
        if item.status == "deleted":
            if post > self._written:
                self.flush()
            self._posts.withdraw(post, item.at)
            self._again.forget(post)
        counts = Counts(item.counts or {}, item.at)
        self._sightings.observe(capture, (post, None), counts, item.evidence, item.status, item.detail)

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
        self._states.join(kept, other, self._posts.platform_of(other))
        self._again.forget(kept)
        for table in _MOVED:
            self._db.execute(f"CREATE INDEX IF NOT EXISTS {table}_post ON {table} (post)")
            self._db.execute(f"UPDATE {table} SET post = ? WHERE post = ?", (kept, other))
        self._posts.take_over(kept, other)
        self._ties.once(kept)
