"""The rows of posts in the history store: what one holds when it is made, and what further sightings add to it."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from sma_plugin.history.accounts import Accounts
from sma_plugin.history.rows import Rows
from sma_plugin.history.sightings import named, text_of
from sma_plugin.history.withdrawn import deleted, kept
from sma_plugin.model import Moment, Post

_UNTIL_CLASSIFIED = "incidental"
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


class PostRows:
    """Makes rows of posts, and fills those that are written."""

    def __init__(self, db: sqlite3.Connection, rows: Rows, accounts: Accounts) -> None:
        self._db, self._rows, self._accounts = db, rows, accounts
        self._posts = rows.of("post")
        self._anonymous: set[int] = set()
        """Posts of which no source has named the author yet."""

    def new(self, item: Post, account: int, native: str, *, derived: bool) -> int:
        """Make the row of a post; gives its number."""
        post = self._rows.number["post"]()
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

    def enrich(self, post: int, item: Post, account: int) -> None:
        """What a further sighting can add to a post: what was unknown, more revisions, that it was withdrawn."""
        values = (item.included, item.url, item.audience, kept(item.withdrawn), item.pinned, text_of(item.revisions))
        self._learn(post, *values, self._place(item), item.kind, *msgspec.structs.astuple(item.created))
        if named(item.author):
            self._attribute(post, account)

    def platform_of(self, post: int) -> str:
        """The platform of a post."""
        return str(self._of(post)[-1])

    def native_id(self, post: int) -> str:
        """The identifier by which a post is known."""
        return str(self._db.execute("SELECT native_id FROM post WHERE id = ?", (post,)).fetchone()[0])

    def name(self, post: int, native: str) -> None:
        """A source gives an id to a post that had a derived one."""
        self._db.execute("UPDATE post SET native_id = ?, derived = 0 WHERE id = ? AND derived", (native, post))

    def withdraw(self, post: int, at: Moment | None) -> None:
        """A source says that a post is no longer there, and since when."""
        told = self._db.execute("SELECT withdrawn FROM post WHERE id = ?", (post,)).fetchone()[0]
        self._db.execute("UPDATE post SET withdrawn = ? WHERE id = ?", (deleted(told, at), post))

    def take_over(self, kept: int, other: int) -> None:
        """All that the row of another post holds goes to the first."""
        *learned, account, native, derived, _ = self._of(other)
        self._learn(kept, *learned)
        if not derived:
            self.name(kept, native)
        if other not in self._anonymous:
            self._attribute(kept, account)
        self._db.execute("DELETE FROM post WHERE id = ?", (other,))

    def _of(self, post: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._db.execute(_OF_POST, (post,)).fetchone()
        return found

    def _place(self, item: Post) -> int | None:
        """The account whose page or wall a post was placed on."""
        place = item.placed_on
        return self._accounts.resolve(item.platform, place) if place is not None else None

    def _attribute(self, post: int, account: int) -> None:
        """A source says whose a post is of which none had said so."""
        if post in self._anonymous:
            self._db.execute("UPDATE post SET account = ? WHERE id = ?", (account, post))
            self._anonymous.discard(post)

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
