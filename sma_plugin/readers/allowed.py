"""JSON about a person or an account of which only named members may enter: every other is cut by its own bytes.

Which stay is the list ``stays`` of a rule (``exclusions/<reader>.toml``). A list of what must go would let in whatever
is new.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.readers.exclusion import Stays, plain_name, stays
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.nested import items_of, value_at

_BLANK = (b"null", b'""', b"[]", b"{}")


def kept_out(piece: Piece, rule: str, wrapper: str | None = None) -> Iterator[Piece]:
    """The name-value pairs of an object, and of those within it, that a rule does not let stay.

    Of an object whose members cannot all be told apart nothing stays. The paths of a rule begin with ``wrapper`` where
    one is given, and the object can come without it.
    """
    tree = stays(rule)
    if wrapper:
        tree = tree[plain_name(wrapper)]
        inner = value_at(piece, wrapper)
        tree = {plain_name(wrapper): tree} if inner and inner.data.startswith(b"{") else tree
    yield from _of_value(piece, tree)


def _of_value(piece: Piece, tree: Stays) -> Iterator[Piece]:
    if piece.data[:1] == b"[":
        for item in items_of(piece):
            yield from _of_value(item, tree) if item.data.startswith((b"{", b"[")) else [item]
        return
    try:
        found = list(_pairs(piece))
    except (ValueError, RecursionError):
        yield piece
        return
    for name, pair, value in found:
        inner = tree.get(plain_name(name))
        if value.data in _BLANK or inner == {}:
            continue
        if inner is None or not value.data.startswith((b"{", b"[")):
            yield pair
        else:
            yield from _of_value(value, inner)


def _pairs(piece: Piece) -> Iterator[tuple[str, Piece, Piece]]:
    """Name, pair and value of each member. Raises ``ValueError`` when that is not all there is."""
    last = piece.data.find(b"{") + 1
    for name, start, value, last in members(piece.data):
        yield (
            name,
            Piece(piece.offset + start, piece.data[start:last]),
            Piece(piece.offset + value, piece.data[value:last]),
        )
    if piece.data[last:].strip(b" \t\r\n,") != b"}":
        raise ValueError("more than one object, or less")
