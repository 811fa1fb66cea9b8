"""The Merkle search tree of a repository: which record stands under which key, proved from the root by hashes.

Keys are ``<collection>/<record key>``, in order; a node's keys share a layer, which is the number of leading zeros of
the key's SHA-256 in pairs of bits; subtrees between them hold the keys of the layers below. Each key leaves out what it
has in common with the one before it. Source: https://atproto.com/specs/repository#mst-structure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from sma_plugin.readers.bluesky.car import Decode
from sma_plugin.readers.bluesky.car_index import TREE, BlockIndex, Stored

MAX_KEY = 1024
_MAX_FAULTS = 100


class Entry(msgspec.Struct, frozen=True, rename={"shared": "p", "rest": "k", "value": "v", "tree": "t"}):
    """One key of a node: how much of it is that of the key before, the rest, its record, the subtree behind it."""

    shared: int
    rest: bytes
    value: bytes
    tree: bytes | None = None


class Node(msgspec.Struct, frozen=True, rename={"left": "l", "entries": "e"}):
    """One node: the subtree before its first key, and its keys."""

    entries: tuple[Entry, ...]
    left: bytes | None = None


class Leaf(NamedTuple):
    """A record of the tree: its key, and the block where the file has it."""

    key: str
    block: Stored | None


class Tree:
    """Walks a tree from its root, in order of its keys. What is wrong with it is in ``faults`` and ``absent``."""

    def __init__(self, index: BlockIndex, decode: Decode) -> None:
        self._index, self._decode = index, decode
        self.faults: list[str] = []
        self.absent: list[bytes] = []
        """Nodes that the tree names and the file does not hold: what stands below them is not known."""
        self._last = b""

    def walk(self, root: bytes) -> Iterator[Leaf]:
        """The records below a root. Blocks that an earlier walk reached are passed over: they say nothing new."""
        self._last = b""
        waiting: list[tuple[bytes, int | None] | Leaf] = [(root, None)]
        while waiting:
            step = waiting.pop()
            if isinstance(step, Leaf):
                yield step
                continue
            opened = self._node(step[0])
            if opened is not None:
                waiting.extend(reversed(self._steps(opened, step[1])))

    def _node(self, cid: bytes) -> Node | None:
        block = self._index.find(cid)
        if block is None:
            self.absent.append(cid)
            return None
        if not self._index.reach(block.number):
            return None
        if block.collection != TREE or block.data is None:
            self._fault("a subtree is no node")
            return None
        try:
            return msgspec.convert(self._decode(block.data), Node)
        except (ValueError, RecursionError):
            self._fault("a node of an unknown form")
            return None

    def _steps(self, node: Node, above: int | None) -> list[tuple[bytes, int | None] | Leaf]:
        """What a node holds, in order: subtrees and records."""
        keys = list(self._keys(node))
        layers = {layer_of(key) for key in keys}
        layer = min(layers) if layers else None if above is None else above - 1
        if len(layers) > 1 or (above is not None and layer is not None and layer != above - 1):
            self._fault("a key in the wrong layer")
        steps: list[tuple[bytes, int | None] | Leaf] = [(node.left, layer)] if node.left else []
        for key, entry in zip(keys, node.entries, strict=True):
            leaf = Leaf(key.decode("utf-8", "replace"), self._index.find(entry.value))
            steps.append(leaf)
            if entry.tree:
                steps.append((entry.tree, layer))
        return steps

    def _keys(self, node: Node) -> Iterator[bytes]:
        before = b""
        for entry in node.entries:
            if not 0 <= entry.shared <= len(before):
                self._fault("a key that shares more with another than that has")
            key = (before[: max(entry.shared, 0)] + entry.rest)[:MAX_KEY]
            if before and key <= before:
                self._fault("keys out of order")
            before = key
            yield key

    def _fault(self, reason: str) -> None:
        if len(self.faults) < _MAX_FAULTS and reason not in self.faults:
            self.faults.append(reason)


def layer_of(key: bytes) -> int:
    """The layer of a key: leading zeros of its SHA-256, two by two.

    >>> layer_of(b"app.bsky.feed.post/9adeb165882c")
    8
    """
    digest = int.from_bytes(hashlib.sha256(key).digest(), "big")
    return (256 - digest.bit_length()) // 2
