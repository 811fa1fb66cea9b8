"""Which posts are meant: by period, hashtag, word, or one by one.

The same choice serves a hotspot, a row of the register that holds for some posts, and a decision under scenario C.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from sma_plugin.model import PostState

_POSTS = """
SELECT post.id, coalesce(told.thread, post.id), told.parent, post.account = :account AND post.class = 'own',
  created_us, native_id, url
FROM post LEFT JOIN thread_order AS told ON told.post = post.id
WHERE post.class NOT IN ('incidental', 'context') AND coalesce(told.thread, post.id) IN (
  SELECT coalesce(near.thread, mine.id) FROM post AS mine LEFT JOIN thread_order AS near ON near.post = mine.id
  WHERE mine.account = :account OR mine.placed_on = :account)
ORDER BY told.position, post.id"""
_STATES = "SELECT state FROM post_version WHERE post = ?"
_state = msgspec.json.Decoder(PostState).decode
_SEPARATOR = re.compile(r"\s*[,;\n]\s*")


class Candidate(NamedTuple):
    """A post to choose from: its number, its thread's and that of what it answers, when it was made, what it says."""

    post: int
    thread: int
    parent: int | None
    own: bool
    created: int | None
    native: str
    named: frozenset[str]
    """Its identifier and address."""
    states: tuple[PostState, ...]
    """Every version: a post that ever bore a hashtag bore it."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Posts of a period (days, the last one included), and in it those with a hashtag, with a word, or named.

    Without hashtags, words and names, all posts of the period are meant.
    """

    since: str | None = None
    until: str | None = None
    hashtags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    def within(self, since: str | None, until: str | None) -> Choice | None:
        """The same choice within other days as well; ``None`` when they share no day."""
        first = max(filter(None, (self.since, since)), default=None)
        last = min(filter(None, (self.until, until)), default=None)
        return None if first and last and last < first else msgspec.structs.replace(self, since=first, until=last)

    @property
    def of_content(self) -> bool:
        """Whether the posts themselves have to be looked at."""
        return bool(self.hashtags or self.keywords or self.posts)


class Chooser:
    """A choice made ready to be tried on many posts."""

    def __init__(self, choice: Choice) -> None:
        self._from, self._until = _bound(choice.since, 0), _bound(choice.until, 1)
        self._all = not choice.of_content
        self._hashtags = frozenset(folded(tag.lstrip("#")) for tag in choice.hashtags)
        self._posts = frozenset(choice.posts)
        words = "|".join(re.escape(folded(word)) for word in choice.keywords)
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None

    def means(self, one: Candidate) -> bool:
        """Whether a post is meant. One without a date is in no period that has an end or a beginning."""
        return self._in_period(one.created) and (self._all or self._in_content(one))

    def _in_period(self, created: int | None) -> bool:
        if self._from is None and self._until is None:
            return True
        if created is None:
            return False
        return (self._from is None or created >= self._from) and (self._until is None or created < self._until)

    def _in_content(self, one: Candidate) -> bool:
        if one.named & self._posts:
            return True
        for state in one.states:
            if self._hashtags and any(folded(tag.lstrip("#")) in self._hashtags for tag in state.hashtags or ()):
                return True
            if self._words and self._words.search(folded(" ".join(filter(None, (state.title, state.text))))):
                return True
        return False


def listed(text: str) -> tuple[str, ...]:
    """The items of a cell: separated by commas, semicolons or lines.

    >>> listed("#hoogwater, dijk;noodopvang")
    ('#hoogwater', 'dijk', 'noodopvang')
    """
    return tuple(part for part in _SEPARATOR.split(text.strip()) if part)


def candidates(db: sqlite3.Connection, account: int) -> Iterator[Candidate]:
    """The posts in an account's threads, each before what answers it."""
    for post, thread, parent, own, created, native, url in db.execute(_POSTS, {"account": account}).fetchall():
        states = tuple(_state(row[0]) for row in db.execute(_STATES, (post,)))
        named = frozenset(filter(None, (native, url)))
        yield Candidate(post, thread, parent, bool(own), created, native, named, states)


def folded(text: str) -> str:
    """A text as it is compared: one spelling of each character, case left aside."""
    return unicodedata.normalize("NFKC", text).casefold()


def choice_of(details: dict[str, str]) -> Choice:
    """The choice that was filled in beside a decision (columns ``from``, ``until``, ``hashtags``, …)."""
    many: Iterable[str] = ("hashtags", "keywords", "posts")
    of_content = {name: listed(details.get(name, "")) for name in many}
    return Choice(details.get("from"), details.get("until"), **of_content)


def _bound(day: str | None, more: int) -> int | None:
    """The first moment of a day, or of the day after it, in microseconds UTC."""
    if not day:
        return None
    return int((datetime.fromisoformat(day[:10]).replace(tzinfo=UTC) + timedelta(days=more)).timestamp()) * 1_000_000
