"""From what a server shows of posts to items: the post, what it brings along, and who they are of.

A view holds the record as its author wrote it beside what the server adds: the author's profile, addresses of media,
the post that is quoted, counts, labels. Source: app.bsky.feed.defs, app.bsky.embed.record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import AccountRef, Evidence, Item, Moment, Observation, Post, Relation
from sma_plugin.readers.bluesky.common import (
    PLATFORM,
    REPOST,
    account_ref,
    address_of,
    kind_of,
    repeats,
    thing,
    things,
    whose,
    words,
)
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.people import People, reference
from sma_plugin.readers.bluesky.records import Seen, gate_of, labelled, post_of, profile_of, repost_of, time_problem
from sma_plugin.readers.bluesky.tables import tables

_MAX_QUOTES = 4
_GONE = {"notFound": "not-found", "blocked": "forbidden", "detached": None}


class Place(NamedTuple):
    """Where an object stands: its evidence, the file, offset and length for what is told of it, when it was fetched."""

    evidence: Evidence
    path: str
    offset: int
    length: int
    at: Moment | None


class Views:
    """Makes items of views and records. ``nameless`` counts records of which nothing says whose they are."""

    def __init__(self, people: People, blobs: Blobs, declared: AccountRef | None) -> None:
        self._people, self._blobs, self._declared = people, blobs, declared
        self.nameless = 0
        self._met: set[int] = set()
        self._gates: list[Observation] = []

    def gates(self) -> Iterator[Observation]:
        """Who may answer the posts that were met; a rule that is left of a post that is gone does not bring it back."""
        yield from (gate for gate in self._gates if hash(gate.post) in self._met)

    def feed_item(self, item: dict[str, Any], place: Place) -> Iterator[Item]:
        """One entry of a feed: a post, what it answers, and why it stands there (repeated, pinned)."""
        view, reason = thing(item.get("post")), thing(item.get("reason"))
        kind = kind_of(reason)
        by = thing(reason.get("by"))
        repeated = kind.endswith("#reasonRepost")
        for made in self.view(view, place, included=repeated and by.get("did") != thing(view.get("author")).get("did")):
            pinned = kind.endswith("#reasonPin") and isinstance(made, Post) and not made.included
            yield msgspec.structs.replace(made, pinned=True) if pinned else made
        if repeated:
            yield from self._people.items(by, place.evidence, place.at)
            yield self._repost(view, reason, place)
        reply = thing(item.get("reply"))
        for name in ("parent", "root"):
            yield from self.any(thing(reply.get(name)), place, included=True)

    def any(self, view: dict[str, Any], place: Place, *, included: bool = False) -> Iterator[Item]:
        """A view of a post, or word that there is none to be seen."""
        if any(name in view for name in _GONE):
            yield from self.absent(view, place)
        elif "uri" in view:
            yield from self.view(view, place, included=included)

    def view(self, view: dict[str, Any], place: Place, *, included: bool = False, depth: int = 0) -> Iterator[Item]:
        """A post as a server shows it, and the post that it quotes."""
        author, record = thing(view.get("author")), thing(view.get("record") or view.get("value"))
        uri = words(view.get("uri")) or None
        ref = reference(author) if author.get("did") or author.get("handle") else whose(uri)
        yield from self._people.items(author, place.evidence, place.at)
        seen = self._seen(uri, ref, place)._replace(view=view, included=included)
        yield from self._record(record, seen, place)
        if uri:
            yield from labelled(view, uri, seen)
        embed = thing(view.get("embed"))
        quoted = thing(embed.get("record"))
        quoted = thing(quoted.get("record")) if "recordWithMedia" in kind_of(embed) else quoted
        if "value" in quoted and depth < _MAX_QUOTES:
            shown = next(things(quoted.get("embeds")), {})
            yield from self.view({**quoted, "embed": shown}, place, included=True, depth=depth + 1)
        elif any(name in quoted for name in _GONE):
            yield from self.absent(quoted, place)

    def envelope(self, value: dict[str, Any], place: Place) -> Iterator[Item]:
        """A record with its address, as lists of records give it."""
        uri = words(value.get("uri"))
        yield from self._record(thing(value.get("value")), self._seen(uri, whose(uri), place), place)

    def record(self, record: dict[str, Any], place: Place) -> Iterator[Item]:
        """A record by itself: whose it is, only the declaration of the capture can say."""
        yield from self._record(record, self._seen(None, None, place), place)

    def _seen(self, uri: str | None, author: AccountRef | None, place: Place) -> Seen:
        if author is None:
            author = self._declared
            self.nameless += author is None
        return Seen(address_of(uri), author or AccountRef(), place.evidence, place.at, self._blobs)

    def made(self, record: dict[str, Any], seen: Seen, place: Place) -> Iterator[Item]:
        """The items of a record whose address is known."""
        yield from self._record(record, seen, place)

    def _record(self, record: dict[str, Any], seen: Seen, place: Place) -> Iterator[Item]:
        collection = kind_of(record) or (seen.address.collection if seen.address else "")
        kind = tables().read.get(collection)
        if kind == "profile":
            if seen.author != AccountRef():
                yield profile_of(record, seen)
        elif kind == "gate":
            self._gates.append(gate_of(record, seen))
        elif kind is not None:
            post = post_of(record, seen) if kind == "post" else repost_of(record, seen)
            self._met.add(hash(post.native_id))
            yield post
            yield from time_problem(record, place.path, place.offset, place.length)

    def _repost(self, view: dict[str, Any], reason: dict[str, Any], place: Place) -> Post:
        """The repeating of a post, of which older servers give no address."""
        by, target = reference(thing(reason.get("by"))), words(view.get("uri"))
        address = address_of(reason.get("uri"))
        own = address if address and address.collection == REPOST else None
        subject = {"$type": REPOST, "subject": {"uri": target}, "createdAt": reason.get("indexedAt")}
        made = repost_of(subject, Seen(own, by, place.evidence, place.at))
        author = thing(view.get("author"))
        tie = Relation("repost", target, target_account=reference(author) if author else whose(target))
        return msgspec.structs.replace(made, relations=(tie,), aliases=repeats(by.native_id, target))

    def absent(self, view: dict[str, Any], place: Place) -> Iterator[Observation]:
        """Word of a post that is not shown: not found, or blocked between two accounts."""
        uri = words(view.get("uri"))
        status = next((status for name, status in _GONE.items() if view.get(name)), None)
        if uri and status and address_of(uri):
            author = thing(view.get("author"))
            ref = account_ref(words(author.get("did"))) if author.get("did") else whose(uri)
            yield Observation(PLATFORM, uri, ref, place.at, None, status, None, (place.evidence,))
