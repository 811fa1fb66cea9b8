"""The stream of all changes: records made, changed and deleted, and the state of accounts, one event after another.

Two forms: the relay's own (``com.atproto.sync.subscribeRepos``, with the records in a small CAR file) and Jetstream's
(JSON). A deletion is explicit: the account itself said that the record is gone.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from typing import Any

import msgspec

from sma_plugin.model import Account, Handle, Item, Moment, Observation, Post
from sma_plugin.readers.bluesky.car import Car, CarError, Decode, decoder
from sma_plugin.readers.bluesky.common import PLATFORM, Address, account_ref, cid_text, thing, things, words
from sma_plugin.readers.bluesky.kinds import table
from sma_plugin.readers.bluesky.records import Seen
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.bluesky.views import Place, Views
from sma_plugin.readers.values import epoch_moment, iso_moment

_MAX_BLOCKS = 1000


class Change:
    """One change of one record: what was done to which, with the record as it then was."""

    def __init__(self, action: str, address: Address, record: dict[str, Any] | None, at: Moment | None) -> None:
        self.action, self.address, self.record, self.at = action, address, record, at

    @property
    def rule(self) -> str | None:
        """The rule by which it stays out: a like or a follow."""
        return tables().counted.get(self.address.collection)


def changes(event: dict[str, Any], kind: str) -> list[Change]:
    """The changes that an event tells."""
    return list(_jetstream(event) if kind == "jetstream" else _relay(event))


def _jetstream(event: dict[str, Any]) -> Iterator[Change]:
    commit, did = thing(event.get("commit")), words(event.get("did")) or ""
    collection, key = words(commit.get("collection")), words(commit.get("rkey"))
    action = words(commit.get("operation")) or words(commit.get("type")) or ""
    if collection and key:
        record = commit.get("record")
        address = Address(did, collection, key)
        yield Change(
            {"c": "create", "u": "update", "d": "delete"}.get(action, action),
            address,
            record if isinstance(record, dict) else None,
            epoch_moment(event.get("time_us"), 1_000_000),
        )


def _relay(event: dict[str, Any]) -> Iterator[Change]:
    did, at = words(event.get("repo")) or "", iso_moment(words(event.get("time")))
    records = _records(event.get("blocks"), decoder())
    for op in things(event.get("ops")):
        collection, _, key = (words(op.get("path")) or "").partition("/")
        if collection and key:
            record = records.get(cid_text(op.get("cid")) or "")
            yield Change(words(op.get("action")) or "", Address(did, collection, key), record, at)


def _records(blocks: object, decode: Decode | None) -> dict[str, dict[str, Any]]:
    """The records in the small CAR file of an event, by content identifier."""
    text = words(thing(blocks).get("$bytes")) or words(blocks)
    if not text or decode is None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4))
        for block in Car(io.BytesIO(data), decode):
            value = decode(block.data) if block.sound else None
            if isinstance(value, dict) and len(found) < _MAX_BLOCKS:
                found[cid_text(block.cid) or ""] = value
    except (CarError, ValueError, RecursionError, binascii.Error):
        return found  # what is missing is told of the change that lacks its record
    return found


def told(change: Change, views: Views, seen: Seen, place: Place) -> Iterator[Item]:
    """The items of a change; nothing where its record is missing."""
    kind = tables().read.get(change.address.collection)
    if change.action == "delete":
        if kind in ("post", "repost"):
            yield Observation(
                PLATFORM,
                change.address.uri,
                seen.author,
                change.at,
                status="deleted",
                detail="delete",
                evidence=(place.evidence,),
            )
    elif change.record is not None:
        for item in views.made(change.record, seen, place):
            changed = change.action == "update" and isinstance(item, Post)
            yield msgspec.structs.replace(item, edited=change.at) if changed else item


def state_of(event: dict[str, Any], place: Place) -> Iterator[Item]:
    """What an event says of an account: its handle, or that it is not there any more."""
    inner = thing(event.get("identity")) or thing(event.get("account")) or event
    did = words(inner.get("did")) or words(event.get("did"))
    at = iso_moment(words(inner.get("time"))) or place.at
    handle = words(inner.get("handle"))
    ref = account_ref(did, handle)
    if not did:
        return
    us = at.us if at else None
    handles = (Handle(ref.handle, us, us),) if ref.handle else ()
    yield Account(PLATFORM, ref, evidence=(place.evidence,), handles=handles)
    status = words(inner.get("status")) or ""
    if inner.get("active") is False or status in table().states:
        said = table().states.get(status, "withheld")
        yield Observation(
            PLATFORM,
            account=ref,
            at=at,
            status=said,
            detail=f"account: {status or 'not active'}",
            evidence=(place.evidence,),
        )
