"""One JSON object of a response, with its own bytes, whatever stands around it; and responses that are an error."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members, split_array
from sma_plugin.readers.remarks import error_given
from sma_plugin.readers.values import number


class Place(NamedTuple):
    """One object in a response: its bytes and what it is called where offsets do not count."""

    source: Source
    piece: Piece
    locator: str

    def inside(self, start: int, end: int, name: str) -> Place:
        """The part between two offsets in this object."""
        piece = Piece(self.piece.offset + start, self.piece.data[start:end])
        return Place(self.source, piece, f"{self.locator}/{name}")

    @property
    def evidence(self) -> Evidence:
        """Evidence for this object."""
        return self.source.evidence(self.piece.offset, len(self.piece.data), self.locator)

    @property
    def span(self) -> tuple[int, int]:
        """Where this object starts, and its length."""
        return self.piece.offset, len(self.piece.data)

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Offset and bytes of each item of a list."""
        found = split_array(self.piece.data, 0)
        yield from (
            found if found is not None else ((one.offset, one.data) for one in ArrayItems(io.BytesIO(self.piece.data)))
        )

    def member(self, *names: str) -> Place | None:
        """The value below these names, one within the other."""
        data, start, end = self.piece.data, 0, len(self.piece.data)
        for name in names:
            inside = members(data[start:end]) if data[start : start + 1] == b"{" else ()
            found = next(((at, stop) for one, _, at, stop in inside if one == name), None)
            if found is None:
                return None
            start, end = start + found[0], start + found[1]
        return self.inside(start, end, "/".join(names)) if data[start : start + 1] in (b"{", b"[") else None


def error_of(source: Source, error: Any) -> Problem:
    """An error body: ``error`` is a text, or an object with a code and a message."""
    code = number(error.get("code")) if isinstance(error, dict) else None
    reason = error.get("message") if isinstance(error, dict) else error
    return error_given(source, reason, code)
