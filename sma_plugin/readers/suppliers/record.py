"""What a mapping asks of every item of a delivery, whatever its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sma_plugin.model import Evidence

MAX_DOCUMENT = 64 << 20
"""A page or message larger than this is not taken apart; a larger JSON document only item by item."""


class Record(Protocol):
    """One item: where its bytes are, and the values at a path in it."""

    evidence: Evidence

    def values(self, path: str) -> list[Any]:
        """Every value at a path, in order."""

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:
        """Offset and length of what has to be cut from the file so that the value at a path is gone."""


class Uncut:
    """A record from which nothing can be cut."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def cuts(self, path: str) -> Iterator[tuple[int, int]]:  # noqa: ARG002 -- no form of this kind can
        """Nothing."""
        return iter(())
