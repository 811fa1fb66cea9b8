"""What is removed on a request under the AVG, found in the history of a delivery: it enters no new package.

What stands in a stored package stays there: nothing is taken out of one (the destruction procedure is for that).
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sma_plugin.findings import Finding, make
from sma_plugin.notation import word_in_each
from sma_plugin.privacy.requests import Request, Requests
from sma_plugin.selection.records import Decision

SUBJECT = "request"
_ACCOUNTS = "SELECT id, platform, native_id FROM account"
_HANDLES = "SELECT account, value FROM handle"
_POSTS = "SELECT id, account, native_id FROM post"
_NEAR = """
WITH seen AS (
  SELECT DISTINCT post_version.post, path.capture FROM evidence JOIN path ON path.id = evidence.path
  JOIN post_version ON post_version.id = evidence.subject_id WHERE evidence.subject = 'version')
SELECT DISTINCT post FROM seen WHERE capture IN (
  SELECT capture FROM seen JOIN post ON post.id = seen.post WHERE account = :account OR placed_on = :account)"""
_ALIASES = "SELECT post, value FROM alias WHERE NOT derived"


class Removed(NamedTuple):
    """What is removed of one history, by its numbers there, with the identifiers of the requests."""

    posts: Mapping[int, str] = {}
    accounts: Mapping[int, str] = {}
    """Those of which everything is removed."""
    requests: Mapping[str, Request] = {}
    named: frozenset[str] = frozenset()
    """The identifiers of those accounts."""

    def counted(self, posts: Iterable[int]) -> dict[str, int]:
        """How many of these posts each request removes."""
        return dict(sorted(Counter(self.posts[post] for post in posts).items()))

    def decisions(self, counted: Mapping[str, int]) -> Iterator[Decision]:
        """The decisions by which posts are left out of a package, with how many they are and nobody's name."""
        for name, count in counted.items():
            one = self.requests[name]
            why = f"posts that are removed on request {name}: {count}"
            ground = f"{one.decision}; {one.ground}"
            yield Decision(SUBJECT, one.outcome, why, one.outcome, one.role, one.date, ground, f"{SUBJECT}/{name}")

    def findings(self, counted: Mapping[str, int]) -> Iterator[Finding]:
        """What there is to say of it."""
        for name, count in counted.items():
            one = self.requests[name]
            role = word_in_each("role", "role", one.role)
            yield make("SMA-P040", request=name, decision=one.decision, count=count, **role)

    def near(self, history: sqlite3.Connection, account: int) -> list[tuple[int, str]]:
        """What is removed from the captures that hold posts of an account, in order."""
        found = [row[0] for row in history.execute(_NEAR, {"account": account})] if self.posts else []
        return [(post, self.posts[post]) for post in sorted(found) if post in self.posts]


def removed_from(history: sqlite3.Connection, requests: Requests) -> Removed:
    """The posts and accounts of a history that requests remove; each by its number and every other name that it has."""
    if not requests.removes:
        return Removed()
    known: dict[int, list[tuple[str | None, str | None]]] = defaultdict(list)
    for account, value in history.execute(_HANDLES):
        known[account].append((None, value))
    accounts, platforms, found = {}, {}, {}
    named: set[str] = set()
    for account, platform, native in history.execute(_ACCOUNTS):
        platforms[account] = platform
        if one := requests.removal(platform, (), [(native, None), *known[account]]):
            accounts[account], found[one.id] = one.id, one
            named.add(native)
    names: dict[int, list[str]] = defaultdict(list)
    for post, value in history.execute(_ALIASES):
        names[post].append(value)
    posts = {}
    for post, account, native in history.execute(_POSTS):
        if account in accounts:
            posts[post] = accounts[account]
        elif one := requests.removal(platforms[account], (native, *names[post]), ()):
            posts[post], found[one.id] = one.id, one
    return Removed(posts, accounts, found, frozenset(named))
