"""Where and when something was seen: evidence pointers and observations, as rows of the history store."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from sma_plugin.history.rows import Rows
from sma_plugin.model import AccountRef, Counts, Evidence, Moment

_encode = msgspec.json.Encoder(order="deterministic").encode
NO_MOMENT = Moment()
Subject = tuple[int | None, int | None]
"""The number of a post or the number of an account; the other one is ``None``."""


class Sightings:
    """Writes evidence and observations; delivered paths are numbered once."""

    def __init__(self, db: sqlite3.Connection, rows: Rows, captures: dict[str, int]) -> None:
        self._db, self._captures = db, captures
        self._paths: dict[tuple[int, str], int] = {}
        self._evidence, self._observations = rows.of("evidence"), rows.of("observation")
        self._next_evidence, self._next_observation = rows.number["evidence"], rows.number["observation"]

    def evidence(
        self, capture: int, subject: str, number: int, pointers: tuple[Evidence, ...], says: int | None = None
    ) -> None:
        """Point from row ``number`` of the table that ``subject`` names to the bytes that it was read from.

        ``says`` is what they state of it (:mod:`sma_plugin.history.says`); unknown where pointers of several captures
        come together, out of a stored package.
        """
        for one in pointers:
            owner = capture if one.capture is None else self._captures.get(one.capture, capture)
            path = self._paths.get((owner, one.path)) or self._number(owner, one.path)
            self._evidence += (
                subject,
                number,
                self._next_evidence(),
                path,
                one.kind,
                one.offset,
                one.length,
                one.locator,
                says if one.capture is None else None,
            )

    def _number(self, owner: int, path: str) -> int:
        number = self._paths[owner, path] = len(self._paths) + 1
        self._db.execute("INSERT INTO path VALUES (?, ?, ?, NULL)", (number, owner, path))
        return number

    def observe(
        self,
        capture: int,
        subject: Subject,
        counts: Counts,
        pointers: tuple[Evidence, ...] = (),
        status: str | None = None,
        detail: str | None = None,
    ) -> None:
        """What was seen of a post or account at one moment: counts, or word that it is gone."""
        number = self._next_observation()
        at = counts.at or NO_MOMENT
        values = _encode(counts.values).decode() if counts.values else None
        self._observations += (number, *subject, at.us, at.raw, at.assumed, values, status, detail)
        if pointers:
            self.evidence(capture, "observation", number, pointers)


def named(author: AccountRef) -> bool:
    """Whether a source says who an account is."""
    return bool(author.native_id or author.handle or author.url or author.aliases)


def text_of(value: Any) -> str | None:
    """A struct as JSON text."""
    return None if value is None else _encode(value).decode()
