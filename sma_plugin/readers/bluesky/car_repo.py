"""A repository in a CAR file: its blocks checked, its tree walked from the signed commit, its records read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import Exclusion, Item, Problem
from sma_plugin.readers.bluesky.car import Block, Car, CarError, Decode
from sma_plugin.readers.bluesky.car_commit import VERSIONS, Commit, commit_of, is_commit, verified
from sma_plugin.readers.bluesky.car_index import TREE, BlockIndex
from sma_plugin.readers.bluesky.car_records import RecordMaker
from sma_plugin.readers.bluesky.car_tree import Leaf, Tree
from sma_plugin.readers.bluesky.common import cid_text, kind_of
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.identity import Identity
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.contract import Source
from sma_plugin.readers.remarks import no_posts

_CHANGED, _UNREAD, _NAMELESS = "!", "?", "-"
"""What stands for the collection of a block that was changed, cannot be read, or bears no type."""
_TOLD = (None, _CHANGED, _UNREAD)
_MAX_COMMITS = 10_000


class Repository:
    """One CAR file. Blocks are indexed as they pass; records are made of them in the order of the tree."""

    def __init__(self, source: Source, decode: Decode, blobs: Blobs, known: Mapping[str, Identity]) -> None:
        self._source, self._decode, self._blobs, self._known = source, decode, blobs, known
        self._car = Car(source.stream, decode)
        self._index = BlockIndex()
        self._commits: dict[bytes, Commit] = {}
        self._blocks = 0
        self._counted: Counter[str] = Counter()

    def items(self) -> Iterator[Item]:
        """What the file holds, and what is wrong with it."""
        try:
            yield from self._read_blocks()
            root = self._root()
            if root is not None:
                yield from self._repository(root)
            elif self._blocks:
                yield self._problem("SMA-R197")
        finally:
            self._index.close()

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _read_blocks(self) -> Iterator[Problem]:
        try:
            for block in self._car:
                self._blocks += 1
                yield from self._block(block)
            if not self._blocks:
                yield self._problem("SMA-R006", reason="no blocks")
        except CarError as error:
            code = "SMA-R003" if error.cut and self._blocks else "SMA-R192" if self._blocks else "SMA-R006"
            yield self._damage(code, error)
        for fault in self._car.faults:
            yield self._damage("SMA-R192", fault)

    def _damage(self, code: str, error: CarError) -> Problem:
        params: dict[str, str | int] = {"path": self._source.path, "counted": self._blocks, "reason": str(error)}
        return Problem(code, self._source.path, error.at, None, params)

    def _block(self, block: Block) -> Iterator[Problem]:
        collection: str | None = None
        keep = False
        if not block.sound:
            collection = _CHANGED
            yield self._at_block("SMA-R190", block, value=cid_text(block.cid) or "")
        elif block.codec != "raw":
            try:
                collection, keep = self._decoded(block)
            except (ValueError, RecursionError) as error:
                collection = _UNREAD
                yield self._at_block("SMA-R001", block, reason=str(error)[:200])
        self._index.add(block.cid, block.offset, len(block.data), collection, block.data if keep else None)

    def _decoded(self, block: Block) -> tuple[str | None, bool]:
        """What a block is, and whether its bytes are read again."""
        value = self._decode(block.data)
        if is_commit(value):
            self._commits[block.cid] = commit_of(value, block.data)
            return None, False
        collection = _collection(value)
        return collection, collection is not None and collection not in tables().counted

    def _root(self) -> Commit | None:
        """The commit that the file is of: its root; else, where only one commit is in it, that one."""
        named = next((self._commits[cid] for cid in self._car.roots if cid in self._commits), None)
        return named or (next(iter(self._commits.values())) if len(self._commits) == 1 else None)

    # --- the tree ----------------------------------------------------------------------------------------------------

    def _repository(self, root: Commit) -> Iterator[Item]:
        identity = self._known.get(root.did, Identity(root.did))
        maker = RecordMaker(self._source, self._decode, self._index, self._blobs, identity)
        block = self._index.find(next(cid for cid, one in self._commits.items() if one is root))
        yield maker.account(maker.evidence(block) if block else self._source.base)
        yield from self._commit_problems(root, identity)
        tree = Tree(self._index, self._decode)
        for leaf in tree.walk(root.data):
            yield from self._leaf(leaf, maker, root)
        for cid in tree.absent:
            yield self._problem("SMA-R193", value=cid_text(cid) or "")
        for reason in tree.faults:
            yield self._problem("SMA-R194", reason=reason)
        if not tree.absent:
            yield from self._earlier(root, maker)
        yield from self._beside(maker, whole=not tree.absent)
        yield from self._summary(maker)

    def _leaf(self, leaf: Leaf, maker: RecordMaker, commit: Commit, *, earlier: bool = False) -> Iterator[Item]:
        block = leaf.block
        if block is None:
            if not earlier:
                yield self._problem("SMA-R191", value=f"at://{maker.did}/{leaf.key}")
            return
        fresh = self._index.reach(block.number)
        if earlier and not fresh:
            return
        rule = tables().counted.get(leaf.key.partition("/")[0])
        if rule:
            self._counted[rule] += 1
        elif block.collection not in _TOLD:
            at = commit.at or (None if earlier else self._source.fetched_at)
            yield from maker.record(leaf, block, at, earlier=earlier)

    def _commit_problems(self, root: Commit, identity: Identity) -> Iterator[Problem]:
        if root not in (self._commits.get(cid) for cid in self._car.roots):
            yield self._problem("SMA-R194", reason="a root that is no commit")
        if root.version not in VERSIONS:
            yield self._problem("SMA-R194", reason="a commit of an unknown version")
        verdict = verified(root, identity.key)
        if verdict != "right":
            codes = {"wrong": "SMA-R196", "no-signature": "SMA-R198"}
            yield self._problem(codes.get(verdict, "SMA-R195"), value=root.did)

    def _earlier(self, root: Commit, maker: RecordMaker) -> Iterator[Item]:
        """Records of earlier commits that the newest does not hold any more, as old exports have them."""
        commit = root
        for _ in range(_MAX_COMMITS):
            before = self._commits.get(commit.previous or b"")
            if before is None or before.did != root.did:
                return
            commit = before
            for leaf in Tree(self._index, self._decode).walk(commit.data):
                yield from self._leaf(leaf, maker, commit, earlier=True)

    def _beside(self, maker: RecordMaker, *, whole: bool) -> Iterator[Item]:
        """Blocks that no tree reaches. Where part of the tree is missing, the records among them may stand in it."""
        beside = 0
        for block in self._index.unreached():
            if block.collection in _TOLD:
                continue
            rule = tables().counted.get(block.collection or "")
            if rule:
                self._counted[rule] += 1
            if whole or block.collection == TREE:
                beside += 1
            elif not rule:
                yield from maker.loose(block._replace(data=self._index.data(block.number)))
        if beside:
            yield self._problem("SMA-R199", count=beside)

    def _summary(self, maker: RecordMaker) -> Iterator[Item]:
        path, base, exact = self._source.path, self._source.base, self._source.exact
        for kind, count in sorted(maker.others.items()):
            yield no_posts(path, kind, count)
        for rule, count in sorted(self._counted.items()):
            # The whole is named: a repository from which blocks are cut is not the one that was signed.
            place = (None, None) if exact else (base.offset, base.length)
            yield Exclusion(f"bluesky-repo.{rule}", base.path, *place, count)
        if self._counted:
            yield self._problem("SMA-R200", count=self._counted.total())

    def _at_block(self, code: str, block: Block, **params: str | int) -> Problem:
        found = {"path": self._source.path, **params}
        return Problem(code, self._source.path, block.offset, len(block.data), found)

    def _problem(self, code: str, **params: str | int) -> Problem:
        return Problem(code, self._source.path, params={"path": self._source.path, **params})


def _collection(value: Any) -> str | None:
    """The type of the record that a block is, :data:`TREE` for a node, ``None`` for what is neither."""
    if not isinstance(value, dict):
        return None
    if value.keys() == {"e", "l"}:
        return TREE
    return kind_of(value).partition("#")[0] or _NAMELESS
