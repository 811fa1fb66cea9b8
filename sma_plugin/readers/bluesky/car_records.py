"""From the records of a repository to items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import Account, Evidence, Handle, Item, Moment, Problem, Withdrawal
from sma_plugin.readers.bluesky.car import Decode
from sma_plugin.readers.bluesky.car_index import BlockIndex, Stored
from sma_plugin.readers.bluesky.car_tree import Leaf
from sma_plugin.readers.bluesky.common import PLATFORM, POST, Address, account_ref, cid_text, kind_of
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.identity import Identity
from sma_plugin.readers.bluesky.records import Seen, gate_of, post_of, profile_of, repost_of, time_problem
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.contract import Source

_SELF = "self"


class RecordMaker:
    """Makes items of the records of one account. ``others`` counts records that are no posts, by collection."""

    def __init__(self, source: Source, decode: Decode, index: BlockIndex, blobs: Blobs, identity: Identity) -> None:
        self._source, self._decode, self._index, self._blobs = source, decode, index, blobs
        self._handle = identity.handle
        self._author = account_ref(identity.did, identity.handle)
        self.did = identity.did
        self.others: Counter[str] = Counter()

    def account(self, evidence: Evidence) -> Account:
        """The account whose repository it is."""
        handles = (Handle(self._handle),) if self._handle else ()
        return Account(PLATFORM, self._author, owner=True, evidence=(evidence,), handles=handles)

    def record(self, leaf: Leaf, block: Stored, at: Moment | None, *, earlier: bool = False) -> Iterator[Item]:
        """The items of a record of the tree; ``earlier`` for one of a commit that is not the newest."""
        collection, _, key = leaf.key.partition("/")
        kind = tables().read.get(collection)
        record = self._decode(block.data) if kind and block.data is not None else None
        if not isinstance(record, dict) or kind_of(record) not in ("", collection):
            if kind:
                yield self._odd(block)
            self.others[collection] += 1
            return
        seen = Seen(Address(self.did, collection, key), self._author, self.evidence(block), at, self._blobs)
        known = self._index.met(leaf.key)
        self._index.meet(leaf.key)
        if kind == "profile":
            if key == _SELF:
                yield profile_of(record, seen)
        elif kind == "gate":
            # A rule may be left of a post that is gone: it does not bring that back.
            if self._index.met(f"{POST}/{key}") and not earlier:
                yield gate_of(record, seen)
        else:
            yield from self._post(kind or "", record, seen, block, gone=earlier and not known)

    def loose(self, block: Stored) -> Iterator[Item]:
        """A record of which the key is not known, because the part of the tree that says it is missing."""
        kind = tables().read.get(block.collection or "")
        record = self._decode(block.data) if block.data is not None else None
        if kind not in ("post", "repost") or not isinstance(record, dict):
            self.others[block.collection or "?"] += 1
            return
        seen = Seen(None, self._author, self.evidence(block), None, self._blobs)
        yield from self._post(kind, record, seen, block)

    def _post(
        self, kind: str, record: dict[str, Any], seen: Seen, block: Stored, *, gone: bool = False
    ) -> Iterator[Item]:
        post = post_of(record, seen) if kind == "post" else repost_of(record, seen)
        yield msgspec.structs.replace(post, withdrawn=Withdrawal("deleted")) if gone else post
        yield from time_problem(record, self._source.path, block.offset, block.length)

    def _odd(self, block: Stored) -> Problem:
        return Problem("SMA-R002", self._source.path, block.offset, block.length, {"path": self._source.path})

    def evidence(self, block: Stored) -> Evidence:
        """Where a block is: its bytes, which hash to its CID."""
        cid = cid_text(block.cid)
        if self._source.exact:
            return Evidence(self._source.path, "bytes", block.offset, block.length, cid)
        return self._source.evidence(block.offset, block.length, cid)
