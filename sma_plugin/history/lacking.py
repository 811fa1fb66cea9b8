"""Posts for which a source gives no id: which of them are one, and which are one with a post that has an id.

Settled when everything is loaded and accounts are joined, so that the order of captures makes no difference. Posts of
one account and one second are one when they say the same. They are one post that was edited when what they say looks
alike and no capture holds both. A post that could be one of several stays apart, and that is told.
"""

from __future__ import annotations

import difflib
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, product
from typing import Any, NamedTuple

import msgspec

from sma_plugin.history.platforms import platform_of
from sma_plugin.history.texts import canonical, same_text, without_links
from sma_plugin.history.versions import words
from sma_plugin.model import Media, PostKind, PostState

_decode = msgspec.json.Decoder(PostState).decode
_ALIKE = 0.6
"""How much of two texts has to be the same for one to be an edit of the other (difflib's ratio)."""
_LOOKED_AT = 2000
"""Characters of each that are compared for it."""
_MANY = 40
"""Posts in one second that are still compared two by two; more are only one when their words are the same."""
_LACKING = """
CREATE TEMP TABLE lacking AS SELECT DISTINCT account, created_us / 1000000 AS second FROM post WHERE derived"""
_SIGHTED = """
SELECT post.id, account.platform, account.native_id, post.created_us, post.kind, post.derived, post.account
FROM temp.lacking JOIN post ON post.account = lacking.account AND post.created_us / 1000000 IS lacking.second
JOIN account ON account.id = post.account"""
_STATES = "SELECT state FROM post_version WHERE post = ? ORDER BY id"
_CAPTURES = """
SELECT DISTINCT path.capture FROM post_version AS version
CROSS JOIN evidence ON evidence.subject = 'version' AND evidence.subject_id = version.id
CROSS JOIN path ON path.id = evidence.path WHERE version.post = ?"""
"""In this order, which SQLite keeps for cross joins: it would go through the evidence of every post."""
_OWNER = "SELECT post FROM alias WHERE platform = ? AND value = ? AND scheme = 'derived'"
_RENAME = """
UPDATE post SET native_id = (
  SELECT min(value) FROM alias WHERE platform = ?1 AND post = ?2 AND scheme = 'derived') WHERE id = ?2 AND derived"""


class Sighted(NamedTuple):
    """A post, or several that are one, of an account and second in which a source gave no id."""

    numbers: tuple[int, ...]
    derived: bool
    states: tuple[PostState, ...]
    captures: frozenset[int]


class Lacking:
    """Joins posts of a store that have no id. ``join`` makes one of two posts, and keeps the first."""

    def __init__(self, db: sqlite3.Connection, join: Callable[[int, int], None]) -> None:
        self._db, self._join = db, join
        self.apart: list[tuple[str, int]] = []
        """Platform, and how many posts of one second each could be the same as another."""

    def settle(self) -> None:
        """Join what is one, and name what has no id."""
        self._db.execute("CREATE INDEX IF NOT EXISTS post_account ON post (account)")
        self._db.execute("CREATE INDEX post_second ON post (account, created_us / 1000000)")
        self._db.execute("CREATE INDEX IF NOT EXISTS version_post ON post_version (post)")
        self._db.execute("CREATE INDEX IF NOT EXISTS alias_post ON alias (post)")
        self._db.execute(_LACKING)
        rows = sorted(self._db.execute(_SIGHTED).fetchall(), key=_place)
        self._db.execute("DROP TABLE temp.lacking")
        self._db.execute("DROP INDEX post_second")
        for (_, dated, second, kind), group in groupby(rows, key=_place):
            self._settle(list(group), f"{second if dated else 'undated'}/{kind}", dated=dated)

    def _settle(self, rows: list[Any], place: str, *, dated: bool) -> None:
        """Join the posts of one account, second and family."""
        platform, account = rows[0][1:3]
        known = dated and platform_of(platform).ids_missing
        posts = [self._sighted(row[0], bool(row[5])) for row in rows if row[5] or known]
        units = _by_number(self._named(platform, f"{account}/{place}", post) for post in posts)
        if dated and 1 < len(units) <= _MANY:
            units, unclear = _joined(units, lambda one, other: _say_the_same(one, other, platform))
            if not unclear:
                units, unclear = _joined(units, lambda one, other: _look_alike(one, other, platform), edits=True)
            if unclear:
                self.apart.append((platform, unclear))
        for one in units:
            for other in one.numbers[1:]:
                self._join(one.numbers[0], other)
            self._db.execute(_RENAME, (platform, one.numbers[0]))

    def _sighted(self, number: int, derived: bool) -> Sighted:  # noqa: FBT001 -- private, and clear where it is called
        states = tuple(_decode(row[0]) for row in self._db.execute(_STATES, (number,)))
        captures = frozenset(row[0] for row in self._db.execute(_CAPTURES, (number,)))
        return Sighted((number,), derived, states, captures)

    def _named(self, platform: str, stem: str, post: Sighted) -> Sighted:
        """Give a post without id an identifier for each text that it has; who bears one already is the same post."""
        if not post.derived:
            return post
        numbers = list(post.numbers)
        for name in sorted({f"{stem}/{essence(state, platform)}" for state in post.states}):
            owner = self._db.execute(_OWNER, (platform, name)).fetchone()
            if owner is None:
                self._db.execute("INSERT INTO alias VALUES (?, ?, 'derived', ?, 1)", (platform, name, numbers[0]))
            elif owner[0] not in numbers:
                numbers.append(owner[0])
        return post._replace(numbers=tuple(numbers))


def family(kind: PostKind | str) -> str:
    """What a derived identifier says of the kind: techniques differ in how they call a post, not in what is a story."""
    return "story" if kind == "story" else "post"


def essence(state: PostState, platform: str) -> str:
    """A short digest of what makes a state known again: its words; without words its media, its links or its title."""
    said = without_links(canonical(words(state) or "", platform))
    told = said or sorted(map(_file_name, state.media or ())) or [one.url for one in state.links or ()] or state.title
    return hashlib.sha256(repr(told or "").encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _file_name(medium: Media) -> str:
    return medium.native_id or (medium.path or medium.source or "").partition("?")[0].rpartition("/")[2]


def _place(row: Any) -> tuple[int, bool, int, str]:
    return row[6], row[3] is not None, (row[3] or 0) // 1_000_000, family(row[4])


def _by_number(posts: Iterable[Sighted]) -> list[Sighted]:
    """Posts that share a number as one."""
    units: dict[int, Sighted] = {}
    for post in posts:
        met = {units[number].numbers: units[number] for number in post.numbers if number in units}
        unit = _merged([*met.values(), post])
        units.update(dict.fromkeys(unit.numbers, unit))
    return list({unit.numbers: unit for unit in units.values()}.values())


def _joined(
    units: list[Sighted], are_one: Callable[[Sighted, Sighted], bool], *, edits: bool = False
) -> tuple[list[Sighted], int]:
    """Units that are one as one; and how many could be one of several, and stay apart.

    Posts that have ids are never joined. A capture shows one state of a post: ``edits`` of one are in different ones.
    """
    result: list[Sighted] = []
    unclear = 0
    for group in _components(units, are_one):
        lacking = [unit for unit in group if unit.derived]
        if len(group) - len(lacking) > 1:
            unclear += len(lacking)
            result += [unit for unit in group if not unit.derived]
            result += [_merged(one) for one in _components(lacking, are_one)]
        elif edits and _overlap(group):
            unclear += len(group)
            result += group
        else:
            result.append(_merged(group))
    return result, unclear


def _components(units: list[Sighted], are_one: Callable[[Sighted, Sighted], bool]) -> list[list[Sighted]]:
    """Groups of units that hang together."""
    groups: list[list[Sighted]] = []
    for unit in units:
        touching = [group for group in groups if any(are_one(one, unit) for one in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(one for group in touching for one in group), unit])
    return groups


def _overlap(group: list[Sighted]) -> bool:
    return len(frozenset().union(*(unit.captures for unit in group))) < sum(len(unit.captures) for unit in group)


def _merged(group: list[Sighted]) -> Sighted:
    """Several as one; a post that has an id comes first, else the oldest."""
    if len(group) == 1:
        return group[0]
    ordered = sorted(group, key=lambda unit: (unit.derived, unit.numbers))
    return Sighted(
        tuple(dict.fromkeys(number for unit in ordered for number in unit.numbers)),
        all(unit.derived for unit in group),
        tuple(state for unit in ordered for state in unit.states),
        frozenset().union(*(unit.captures for unit in group)),
    )


def _say_the_same(one: Sighted, other: Sighted, platform: str) -> bool:
    """Whether a state of each says the same in words. Posts without words say the same when only one has an id: for
    two without, their media would have told.
    """
    return any(_same_words(*pair, platform, silent=one.derived != other.derived) for pair in _pairs(one, other))


def _same_words(first: PostState, second: PostState, platform: str, *, silent: bool) -> bool:
    said, again = words(first), words(second)
    if not said or not again:
        return silent and said == again == ""
    return same_text(said, again, platform, cut=(first.truncated, second.truncated))


def _look_alike(one: Sighted, other: Sighted, platform: str) -> bool:
    """Whether one can be an edit of the other."""
    if one.captures & other.captures or not (one.derived or other.derived):
        return False
    return any(
        _ratio(canonical(words(first) or "", platform), canonical(words(second) or "", platform)) >= _ALIKE
        for first, second in _pairs(one, other)
    )


def _ratio(first: str, second: str) -> float:
    if not first or not second:
        return 0.0
    return difflib.SequenceMatcher(None, first[:_LOOKED_AT], second[:_LOOKED_AT], autojunk=False).ratio()


def _pairs(one: Sighted, other: Sighted) -> Iterator[tuple[PostState, PostState]]:
    return product(one.states, other.states)
