"""Which posts of an account go into which package, where not all go into one.

Between packages by value a thread is never cut: it goes where its own posts go. Under scenario C each own post is
chosen for itself, and replies go with the own post that they answer. What select decides stands in a small store of its
own beside the plan, because a package may be a choice among a hundred thousand posts.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sma_plugin.package.files import read_only
from sma_plugin.selection.choosing import Candidate, Choice, Chooser, candidates

_SCHEMA = """
CREATE TABLE chosen (account INTEGER NOT NULL, part TEXT NOT NULL, post INTEGER NOT NULL,
  PRIMARY KEY (account, part, post)) WITHOUT ROWID"""


class Rule(NamedTuple):
    """Posts that a choice means go into a part; of several rules that mean a post, the first holds."""

    part: str
    choice: Choice


class Matching(NamedTuple):
    """How many own posts are meant with their threads, of how many, with how many posts of others; some by number."""

    own: int
    of: int
    others: int
    examples: tuple[str, ...]


_EXAMPLES = 5


class Parts:
    """The store of chosen posts, made anew."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute(_SCHEMA)

    def close(self) -> None:
        """Write everything down."""
        self._db.commit()
        self._db.close()

    def assign(
        self,
        history: sqlite3.Connection,
        account: int,
        rules: Sequence[Rule],
        rest: str,
        without: Choice | None = None,
    ) -> Counter[str]:
        """Put every post of an account into a part, thread by thread; gives the number of own posts by part.

        What no rule means goes into the part ``rest``; own posts that ``without`` means go into none, nor what answers
        them.
        """
        found = list(_ranked(candidates(history, account), rules))
        whole = _of_threads(found)
        left = self._left(history, account, without) if without else set()
        parted = ((one, _part(rules, whole[one.thread], rest)) for one, _ in found if one.post not in left)
        return self._keep(account, parted)

    def _left(self, history: sqlite3.Connection, account: int, without: Choice) -> set[int]:
        left: set[int] = set()
        for one, rank in _ranked(candidates(history, account), [Rule("", without)]):
            if (one.own and rank == 0) or (not one.own and one.parent in left):
                left.add(one.post)
        return left

    def choose(self, history: sqlite3.Connection, account: int, choice: Choice, part: str) -> Counter[str]:
        """Put into a part the own posts that a choice means, with what answers them and what they answer."""
        found = list(_ranked(candidates(history, account), [Rule(part, choice)]))
        chosen = {one.post for one, rank in found if one.own and rank == 0}
        answered = {one.parent for one, _ in found if one.post in chosen}
        for one, _ in found:  # each post comes before what answers it
            if not one.own and (one.post in answered or one.parent in chosen):
                chosen.add(one.post)
        return self._keep(account, ((one, part) for one, _ in found if one.post in chosen))

    @property
    def store(self) -> sqlite3.Connection:
        """The open store, with the table ``chosen``."""
        return self._db

    def _keep(self, account: int, parted: Iterable[tuple[Candidate, str]]) -> Counter[str]:
        counted: Counter[str] = Counter()
        for one, part in parted:
            self._db.execute("INSERT INTO chosen VALUES (?, ?, ?)", (account, part, one.post))
            counted[part] += one.own
        return counted


def matching(history: sqlite3.Connection, account: int, rules: Sequence[Rule]) -> Matching:
    """What these rules mean of an account; nothing is put anywhere."""
    found = list(_ranked(candidates(history, account), rules))
    whole = _of_threads(found)
    meant = [one for one, _ in found if whole[one.thread] < len(rules)]
    own = [one.native for one, rank in found if one.own and rank < len(rules)]
    count = sum(one.own for one in meant)
    return Matching(count, sum(one.own for one, _ in found), len(meant) - count, tuple(own[:_EXAMPLES]))


def chosen_for(path: Path, account: int, part: str) -> list[int]:
    """The posts (numbers in the history store) that were chosen for a part of an account."""
    with closing(sqlite3.connect(read_only(path), uri=True)) as db:
        rows = db.execute("SELECT post FROM chosen WHERE account = ? AND part = ?", (account, part))
        return [row[0] for row in rows]


def _ranked(found: Iterable[Candidate], rules: Sequence[Rule]) -> Iterator[tuple[Candidate, int]]:
    """Each post with the number of the first rule that means it; the number of rules when none does."""
    choosers = [Chooser(rule.choice) for rule in rules]
    for one in found:
        rank = next((number for number, chooser in enumerate(choosers) if chooser.means(one)), len(choosers))
        yield one._replace(states=()), rank


def _of_threads(found: Iterable[tuple[Candidate, int]]) -> dict[int, int]:
    """The rank of each thread: the first that one of its own posts has, else one of others' posts."""
    best: dict[int, tuple[bool, int]] = {}
    for one, rank in found:
        known = best.get(one.thread)
        mine = (not one.own, rank)
        best[one.thread] = mine if known is None else min(known, mine)
    return {thread: rank for thread, (_, rank) in best.items()}


def _part(rules: Sequence[Rule], rank: int, rest: str) -> str:
    return rules[rank].part if rank < len(rules) else rest
