"""What must be cut from which file: excluded items, and posts that do not belong to the package."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path

from sma_plugin.compose.extract import Cut

_EXCLUDED = """
SELECT path, offset, length, rule FROM exclusion JOIN capture ON capture.id = exclusion.capture
WHERE capture.name = ? AND offset IS NOT NULL"""
_WHOLE = """
SELECT path, rule FROM exclusion JOIN capture ON capture.id = exclusion.capture
WHERE capture.name = ? AND offset IS NULL"""
_OTHERS = """
SELECT path.path, evidence.offset, evidence.length FROM evidence
JOIN post_version AS version ON version.id = evidence.subject_id JOIN path ON path.id = evidence.path
JOIN capture ON capture.id = path.capture
WHERE evidence.subject = 'version' AND evidence.kind = 'bytes' AND capture.name = ?
AND version.post NOT IN (SELECT id FROM kept.post)"""
_OURS = """
SELECT path.path, evidence.offset, evidence.length FROM kept.evidence AS evidence
JOIN kept.path AS path ON path.id = evidence.path JOIN kept.capture AS capture ON capture.id = path.capture
WHERE evidence.kind = 'bytes' AND capture.name = ?"""
_UNCUTTABLE = """
SELECT path.path, count(*) FROM evidence JOIN post_version AS version ON version.id = evidence.subject_id
JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
WHERE evidence.subject = 'version' AND evidence.kind = 'file' AND capture.name = ?
AND version.post NOT IN (SELECT id FROM kept.post) GROUP BY path.path"""
OTHERS = "package.others"
"""The rule of cuts that take out posts of other accounts, periods or values."""


class Cuts:
    """Cuts per bundle path of one package: its slice against the whole history."""

    def __init__(self, history: Path, sliced: Path) -> None:
        self._db = sqlite3.connect(f"file:{history}?mode=ro", uri=True)
        self._db.execute("ATTACH DATABASE ? AS kept", (f"file:{sliced}?mode=ro",))

    def close(self) -> None:
        """Close the stores."""
        self._db.close()

    def whole(self, capture: str) -> dict[str, str]:
        """Members that a reader found out of scope as a whole, with the rule."""
        return dict(self._db.execute(_WHOLE, (capture,)))

    def spans(self, capture: str) -> dict[str, list[Cut]]:
        """What to cut from each member of a capture."""
        ours: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for path, offset, length in self._db.execute(_OURS, (capture,)):
            ours[path].add((offset, length))
        found: dict[str, list[Cut]] = defaultdict(list)
        for path, offset, length in self._db.execute(_OTHERS, (capture,)):
            if (offset, length) not in ours[path]:
                found[path].append(Cut(offset, length, OTHERS))
        found = {path: _outside(cuts, ours[path]) for path, cuts in found.items()}
        for path, offset, length, rule in self._db.execute(_EXCLUDED, (capture,)):
            found.setdefault(path, []).append(Cut(offset, length, rule))
        return {path: cuts for path, cuts in found.items() if cuts}

    def uncuttable(self, capture: str) -> dict[str, int]:
        """Files that hold posts which do not belong here and cannot be cut out, with how many."""
        return dict(self._db.execute(_UNCUTTABLE, (capture,)))


def _outside(cuts: list[Cut], ours: set[tuple[int, int]]) -> list[Cut]:
    """Cuts that neither lie within a kept item nor hold one."""
    edges = sorted(ours)
    kept = []
    number = 0
    reach = -1
    for cut in sorted(cuts):
        while number < len(edges) and edges[number][0] <= cut.offset:
            reach = max(reach, sum(edges[number]))
            number += 1
        end = cut.offset + cut.length
        holds_one = number < len(edges) and edges[number][0] < end
        if reach <= cut.offset and not holds_one:
            kept.append(cut)
    return kept
