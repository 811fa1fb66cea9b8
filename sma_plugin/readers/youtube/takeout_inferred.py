"""Tables of a Takeout whose headings are in a language that is not described: told by what stands in their columns.

Ids of comments, channels and videos look like nothing else, moments are ISO 8601, and the order of the columns of
videos has been the same in every generation.
"""

from __future__ import annotations

import re
from io import BytesIO

from sma_plugin.readers.csv_rows import Rows
from sma_plugin.readers.youtube.common import CHANNEL_ID, VIDEO_ID

_COMMENT = re.compile(r"Ug[\w-]{10,}(?:\.[\w-]+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_TEXT = re.compile(r"\s*\{.*\"(?:text|takeoutSegments)\".*", re.DOTALL)
_PATTERNS = (
    ("channel", CHANNEL_ID),
    ("id", _COMMENT),
    ("created", _MOMENT),
    ("text", _TEXT),
    ("video", VIDEO_ID),
)


def inferred(head: bytes) -> str | None:
    """Which table first bytes begin: ``comments`` or ``videos``, from the rows below the header."""
    names = _names(head)
    return "videos" if "published" in names else "comments" if names else None


def headings(head: bytes, kind: str) -> dict[str, tuple[str, ...]]:
    """What the columns of a table are called in this file, by their canonical names."""
    rows = _rows(head)
    names = _names(head)
    known = "videos" if "published" in names else "comments"
    return {name: (cell,) for cell, name in zip(rows[0], names, strict=False) if name} if rows and known == kind else {}


def _rows(head: bytes) -> list[list[str]]:
    rows = Rows(BytesIO(head))
    found = []
    for row in rows:
        rows.width = rows.width or len(row.cells)
        # The last row in first bytes is mostly cut off.
        if row.whole and row.ended and len(row.cells) == rows.width:
            found.append(row.cells)
    return found


def _names(head: bytes) -> list[str | None]:
    """The canonical name of each column, as far as it shows; nothing when this is no table that is looked for."""
    rows = _rows(head)
    if len(rows) < 2 or any(_MOMENT.fullmatch(cell) or CHANNEL_ID.fullmatch(cell) for cell in rows[0]):
        return []
    columns = list(zip(*rows[1:], strict=True))
    return _of_videos(columns) or _of_comments(columns)


def _all(cells: tuple[str, ...], pattern: re.Pattern[str], *, some: bool = False) -> bool:
    return ((some and any(cells)) or all(cells)) and all(not cell or pattern.fullmatch(cell) for cell in cells)


def _of_videos(columns: list[tuple[str, ...]]) -> list[str | None]:
    """``id, duration, language, category, description, channel, tags…, title, privacy, state, created, published``."""
    last = len(columns)
    if last < 9 or not (_all(columns[0], VIDEO_ID) and _all(columns[-2], _MOMENT)):
        return []
    channel = next((at for at, cells in enumerate(columns) if _all(cells, CHANNEL_ID)), 0)
    if not channel or not all(not cell or _MOMENT.fullmatch(cell) for cell in columns[-1]):
        return []
    at = {
        0: "id",
        1: "duration",
        2: "language",
        channel - 2: "category",
        channel - 1: "description",
        channel: "channel",
        last - 5: "title",
        last - 4: "privacy",
        last - 3: "state",
        last - 2: "created",
        last - 1: "published",
    }
    return [at.get(number) for number in range(last)]


def _of_comments(columns: list[tuple[str, ...]]) -> list[str | None]:
    """Ids of the comment, and of the one it answers before its text; behind the text that of the thread."""
    names: list[str | None] = []
    for cells in columns:
        found = next((name for name, pattern in _PATTERNS if _all(cells, pattern, some=name == "video")), None)
        if found is None and _all(cells, _COMMENT, some=True):
            found = "id"
        if found == "id" and "id" in names:
            found = "top" if "text" in names else "parent"
        names.append(found if found not in names else None)
    return names if {"id", "channel", "created", "text"} <= set(names) else []
