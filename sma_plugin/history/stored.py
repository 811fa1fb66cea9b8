"""What reading accounts and posts from the history store share: evidence, media as kept, observations."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from sma_plugin.model import AccountRef, Evidence, Media, Moment, Observation

_counts = msgspec.json.Decoder(dict[str, int]).decode
EVIDENCE = (
    "coalesce(path.kept, path.path), evidence.kind, evidence.offset, evidence.length, evidence.locator, capture.name"
)
EVIDENCE_JOIN = (
    " LEFT JOIN evidence ON evidence.subject = '{subject}' AND evidence.subject_id = {id}"
    " LEFT JOIN path ON path.id = evidence.path LEFT JOIN capture ON capture.id = path.capture"
)
Row = tuple[Any, ...]


class Reading:
    """A store that is being read. ``db`` is open for reading."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._kept = dict(db.execute("SELECT path, kept FROM path WHERE kept IS NOT NULL"))

    def evidence(self, subject: str, number: int) -> tuple[Evidence, ...]:
        """Where row ``number`` of the table that ``subject`` names was read from."""
        rows = self.db.execute(
            f"SELECT {EVIDENCE} FROM evidence JOIN path ON path.id = evidence.path"
            " JOIN capture ON capture.id = path.capture WHERE subject = ? AND subject_id = ? ORDER BY evidence.number",
            (subject, number),
        )
        return tuple(Evidence(*row) for row in rows)

    def kept_medium(self, medium: Media | None) -> Any:
        """A medium with the path it has in the package, once there is one."""
        if medium is None or medium.path is None or not self._kept:
            return medium
        return msgspec.structs.replace(medium, path=self._kept.get(medium.path))


def moment(values: list[Any]) -> Moment | None:
    """A moment from its three columns; ``None`` when all are empty."""
    return Moment(*values) if any(value is not None for value in values) else None


def observed(
    row: Row, platform: str, post: str | None, account: AccountRef | None, evidence: tuple[Evidence, ...]
) -> Observation:
    """An observation from its columns: moment (three), counts, status, detail."""
    us, raw, assumed, counts, status, detail = row
    return Observation(
        platform,
        post,
        account,
        moment([us, raw, assumed]),
        _counts(counts) if counts else None,
        status,
        detail,
        evidence,
    )
