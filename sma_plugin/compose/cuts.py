"""What the history says of each delivered file for one package: what of it is ours, what must not enter.

Ours is what the package's slice of the history names as evidence. Out of scope is what readers excluded (PRODUCT.md
4.5). Elsewhere belong posts of another account, of another period, or of an account that is held. Posts that belong to
nobody (incidental ones) are cut from lists of items, but leave records of the web as they were captured.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from sma_plugin.compose.extract import Cut, Moves
from sma_plugin.package.files import read_only
from sma_plugin.privacy.removing import Removed

OTHERS = "package.others"
"""The rule of cuts that take out posts of other accounts, periods or values."""
REMOVED = "package.removed"
"""The rule of cuts that take out what a role removed on somebody's request."""
Layout = Literal["items", "entries", "records", "wacz", "whole"]
"""What can be cut from a file: single items, entries of a HAR file, records, those of the WARC files in it, nothing."""
Extent = tuple[int, int]

_EXCLUDED = """
SELECT path, offset, length, rule, count FROM exclusion JOIN capture ON capture.id = exclusion.capture
WHERE capture.name = ?"""
_OTHERS = """
SELECT path.path, evidence.offset, evidence.length,
  post.class IN ('own', 'reply', 'by-others', 'answered', 'context')
FROM evidence JOIN post_version AS version ON version.id = evidence.subject_id JOIN post ON post.id = version.post
JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
WHERE evidence.subject = 'version' AND capture.name = ? AND post.id NOT IN (SELECT id FROM kept.post)
AND post.id NOT IN temp.removed"""
_MEDIA_OF_REMOVED = """
SELECT media.id, media.path FROM media WHERE id IN (
  SELECT media FROM media_use JOIN post_version ON post_version.id = media_use.version WHERE post IN temp.removed)
AND id NOT IN (SELECT id FROM kept.media)"""
_REMOVED = f"""
SELECT path.path, evidence.offset, evidence.length, evidence.subject = 'version'
FROM evidence JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
WHERE capture.name = ? AND CASE evidence.subject
WHEN 'version' THEN subject_id IN (SELECT id FROM post_version WHERE post IN temp.removed)
WHEN 'observation' THEN subject_id IN (SELECT id FROM observation WHERE post IN temp.removed)
WHEN 'profile' THEN subject_id IN (SELECT id FROM profile_version WHERE account IN temp.removed_account)
WHEN 'account' THEN subject_id IN temp.removed_account
WHEN 'resource' THEN subject_id IN (
  SELECT resource FROM media_record WHERE media IN (SELECT id FROM ({_MEDIA_OF_REMOVED})))
END"""
_OURS = """
SELECT path.path, evidence.offset, evidence.length, evidence.subject = 'version', evidence.subject_id
FROM kept.evidence AS evidence
JOIN kept.path AS path ON path.id = evidence.path JOIN kept.capture AS capture ON capture.id = path.capture
WHERE capture.name = ?"""
_HOW_MANY = "SELECT count(*) FROM kept.evidence WHERE subject = 'version' AND subject_id = ?"
_MEDIA_OF_OTHERS = """
SELECT media.path FROM media JOIN media_use ON media_use.media = media.id
JOIN post_version AS version ON version.id = media_use.version JOIN post ON post.id = version.post
WHERE media.path IS NOT NULL AND post.class IN ('own', 'reply', 'by-others', 'answered', 'context')
AND media.path NOT IN (SELECT path FROM kept.media WHERE path IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM kept.profile_version WHERE instr(state, media.path))"""

_MEDIA_OF_OURS = """
SELECT path FROM kept.media WHERE path IS NOT NULL
UNION SELECT told.value FROM kept.profile_version AS version, json_tree(version.state) AS told
WHERE told.key = 'path'"""


class Verdict(NamedTuple):
    """What happens to a file: it is left out by a rule, or taken without the cuts.

    ``stuck`` (how many by which rule) and ``stuck_posts`` are in it, may not enter, and cannot be cut from it: out of
    scope, and belonging elsewhere. With any of them the file is held for a decision.
    """

    cuts: list[Cut]
    left_out: str | None = None
    stuck: Mapping[str, int] = {}
    stuck_posts: int = 0


@dataclass
class Marks:
    """What is known of one file. Items whose place in it is not known are counted under ``whole``."""

    ours: dict[Extent, bool] = field(default_factory=dict)
    """Extents of kept items; true where a version of a post would have no evidence left if it were cut."""
    others: dict[Extent, bool] = field(default_factory=dict)
    """Extents of posts that are not in the package; true where one belongs elsewhere."""
    excluded: list[Cut] = field(default_factory=list)
    also: list[Cut] = field(default_factory=list)
    """What goes beside posts that a role removed (counts, profiles, pictures), where it is not in what is kept."""
    whole_ours: int = 0
    whole_others: int = 0
    whole_excluded: Counter[str] = field(default_factory=Counter)

    def verdict(self, layout: Layout) -> Verdict:
        """What happens to the file."""
        if not self.ours and not self.whole_ours:
            if self.whole_excluded:
                return Verdict([], next(iter(self.whole_excluded)))
            if layout == "whole" and any(cut.rule == REMOVED for cut in self.excluded):
                return Verdict([], REMOVED)
            if self.whole_others or (layout == "whole" and self.others):
                return Verdict([], OTHERS)
        if layout == "whole":
            stuck = self.whole_excluded + Counter(cut.rule for cut in self.excluded)
            return Verdict([], None, stuck, self.whole_others + sum(self.others.values()))
        others = [Cut(*extent, OTHERS) for extent, elsewhere in self.others.items() if elsewhere or layout == "items"]
        left = told_apart(self.excluded, self.ours)
        right = told_apart(others, self.ours)
        stuck_posts = sum(self.others[cut.offset, cut.length] for cut in right.holding)
        return Verdict(
            [*left.inside, *left.beside, *right.beside, *self._also()],
            None,
            self.whole_excluded + Counter(cut.rule for cut in left.holding),
            self.whole_others + stuck_posts,
        )

    def _also(self) -> Iterator[Cut]:
        sides = told_apart(self.also, dict.fromkeys(self.ours, True))
        yield from (*sides.inside, *sides.beside)


class Sides(NamedTuple):
    """Cuts by how they stand to kept items: within one, beside all, or holding one that has no other evidence."""

    inside: list[Cut]
    beside: list[Cut]
    holding: list[Cut]


def told_apart(cuts: Iterable[Cut], ours: Mapping[Extent, bool]) -> Sides:
    """Sort cuts by how they stand to kept items; ``ours`` says which of those have no other evidence."""
    edges = sorted(ours)
    needed = [extent for extent in edges if ours[extent]]
    sides = Sides([], [], [])
    number, reach = 0, -1
    for cut in sorted(cuts):
        end = cut.offset + cut.length
        while number < len(edges) and edges[number][0] < cut.offset:
            reach = max(reach, sum(edges[number]))
            number += 1
        level = edges[number : bisect_left(edges, (cut.offset + 1, 0), number)]
        if reach > cut.offset or any(length > cut.length for _, length in level):
            sides.inside.append(cut)
        elif _holds(cut, end, needed):
            sides.holding.append(cut)
        else:
            sides.beside.append(cut)
    return sides


def _holds(cut: Cut, end: int, needed: list[Extent]) -> bool:
    at = bisect_left(needed, (cut.offset, 0))
    return at < len(needed) and needed[at][0] < end


class Cuts:
    """The marks of one package: its slice against the whole history.

    With ``all_others`` posts of passers-by belong elsewhere too. What is ``removed`` is in no package.
    """

    def __init__(self, history: Path, sliced: Path, removed: Removed, *, all_others: bool = False) -> None:
        self._all_others, self._removes = all_others, bool(removed.posts or removed.accounts)
        self._db = sqlite3.connect(read_only(history), uri=True)
        self._db.execute("ATTACH DATABASE ? AS kept", (read_only(sliced),))
        for table, numbers in (("removed", removed.posts), ("removed_account", removed.accounts)):
            self._db.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
            self._db.executemany(f"INSERT INTO temp.{table} VALUES (?)", ((one,) for one in numbers))

    def close(self) -> None:
        """Close the stores."""
        self._db.close()

    def marks(self, captures: Mapping[str, Callable[[str], Layout]]) -> dict[str, dict[str, Marks]]:
        """What is known of each file of these captures; ``captures`` gives the layout of a file by its path."""
        found = {capture: self._marks(capture) for capture in captures}
        cut: Counter[int] = Counter()
        at: dict[int, list[tuple[Marks, Extent]]] = defaultdict(list)
        for capture, layout in captures.items():
            gone = {path: Moves(marks.verdict(layout(path)).cuts) for path, marks in found[capture].items()}
            for path, offset, length, is_version, number in self._db.execute(_OURS, (capture,)):
                if is_version and offset is not None and gone[path].gone(offset):
                    cut[number] += 1
                    at[number].append((found[capture][path], (offset, length)))
        for number, times in cut.items():
            if times == self._db.execute(_HOW_MANY, (number,)).fetchone()[0]:
                for marks, extent in at[number]:
                    marks.ours[extent] = True
        return found

    def _marks(self, capture: str) -> dict[str, Marks]:
        found: dict[str, Marks] = defaultdict(Marks)
        for path, offset, length, _, _ in self._db.execute(_OURS, (capture,)):
            if offset is None:
                found[path].whole_ours += 1
            else:
                found[path].ours[offset, length] = False
        for path, offset, length, elsewhere in self._db.execute(_OTHERS, (capture,)):
            belongs = bool(elsewhere or self._all_others)
            if offset is None:
                found[path].whole_others += belongs
            else:
                others = found[path].others
                others[offset, length] = belongs or others.get((offset, length), False)
        for path, offset, length, rule, count in self._db.execute(_EXCLUDED, (capture,)):
            if offset is None:
                found[path].whole_excluded[rule] += count
            else:
                found[path].excluded.append(Cut(offset, length, rule))
        for path, offset, length, is_version in self._db.execute(_REMOVED, (capture,)) if self._removes else ():
            if offset is not None:
                (found[path].excluded if is_version else found[path].also).append(Cut(offset, length, REMOVED))
            elif is_version:
                found[path].whole_excluded[REMOVED] += 1
        return found

    def media_of_ours(self) -> set[str]:
        """The media that posts and profiles of the package use."""
        return {row[0] for row in self._db.execute(_MEDIA_OF_OURS)}

    def media_of_others(self) -> dict[str, str]:
        """Media of posts that belong elsewhere or are removed, which nothing in the package uses, with the rule.

        Media follow their posts.
        """
        others = {row[0]: OTHERS for row in self._db.execute(_MEDIA_OF_OTHERS)}
        return others | {path: REMOVED for _, path in self._db.execute(_MEDIA_OF_REMOVED) if path}
