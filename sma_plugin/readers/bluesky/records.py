"""From a record (app.bsky.*) to a post, a profile or a rule on answers; the same in a repository and in responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import (
    AccountRef,
    Counts,
    Evidence,
    Link,
    Moment,
    Observation,
    Post,
    PostState,
    Problem,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.bluesky.common import (
    PLATFORM,
    POST,
    Address,
    kind_of,
    page_of,
    post_aliases,
    repeats,
    texts,
    thing,
    things,
    whose,
    words,
)
from sma_plugin.readers.bluesky.embeds import Blobs, Embedded, embedded, picture_of
from sma_plugin.readers.bluesky.facets import marked
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.values import MOST, iso_moment

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_TIMED_KEY = re.compile("[234567a-j][234567a-z]{12}")


class Seen(NamedTuple):
    """How a record was met: where it is, whose it is, when and with what media; ``view`` is what a server shows."""

    address: Address | None
    author: AccountRef
    evidence: Evidence
    at: Moment | None = None
    blobs: Blobs = Blobs()
    view: dict[str, Any] = {}  # noqa: RUF012 -- never changed
    included: bool = False


def post_of(record: dict[str, Any], seen: Seen) -> Post:
    """The post that a record is."""
    address, handle = seen.address, seen.author.handle
    inside = embedded(record, thing(seen.view.get("embed")), seen.blobs)
    counts = _counts(seen.view)
    return Post(
        platform=PLATFORM,
        author=seen.author,
        native_id=address.uri if address else None,
        created=created(record, seen),
        state=_state(record, inside),
        url=page_of(address, handle) if address else None,
        aliases=post_aliases(address, handle) if address else (),
        relations=(*_reply(record), *inside.relations),
        counts=Counts(counts, seen.at) if counts else None,
        audience="public",
        included=seen.included,
        evidence=(seen.evidence,),
    )


def repost_of(record: dict[str, Any], seen: Seen) -> Post:
    """The repeating of a post that a record is."""
    subject = words(thing(record.get("subject")).get("uri")) or words(record.get("subject"))
    return Post(
        platform=PLATFORM,
        author=seen.author,
        native_id=seen.address.uri if seen.address else None,
        created=created(record, seen),
        state=PostState(),
        kind="repost",
        aliases=repeats(seen.author.native_id, subject),
        relations=(Relation("repost", subject, target_account=whose(subject)),),
        audience="public",
        included=seen.included,
        evidence=(seen.evidence,),
    )


def created(record: dict[str, Any], seen: Seen) -> Moment:
    """When a record says that it was made. Where it does not, when a server first saw it, or what its key says."""
    raw = record.get("createdAt")
    claimed = iso_moment(raw) if isinstance(raw, str) and raw else None
    if claimed is not None and claimed.us is not None:
        return claimed
    text = raw if isinstance(raw, str) else None
    indexed = iso_moment(words(seen.view.get("indexedAt")))
    if indexed is not None and indexed.us is not None:
        return Moment(indexed.us, text or indexed.raw, "indexedAt")
    us = key_time(seen.address.key) if seen.address else None
    return Moment(us, text, "record-key" if us is not None else None)


def time_problem(record: dict[str, Any], path: str, offset: int, length: int) -> Iterator[Problem]:
    """A problem where a record does not say when it was made, or not in a form that can be read."""
    raw = record.get("createdAt")
    claimed = iso_moment(raw) if isinstance(raw, str) and raw else None
    if claimed is None or claimed.us is None:
        value = str(raw)[:40] if raw else '""'
        yield Problem("SMA-R005", path, offset, length, {"path": path, "value": value})


def key_time(key: str) -> int | None:
    """Microseconds since the epoch in a record key of the usual kind (TID): 53 bits of time, 10 of a clock's id.

    >>> key_time("3jzfcijpj2z2a")
    1688137381887007
    """
    if not _TIMED_KEY.fullmatch(key):
        return None
    value = 0
    for letter in key:
        value = value * 32 + _LETTERS.index(letter)
    return value >> 10


def _state(record: dict[str, Any], inside: Embedded) -> PostState:
    found = marked(record)
    labels = texts([one.get("val") for one in things(thing(record.get("labels")).get("values"))])
    languages = texts(record.get("langs"))
    shown = {link.url for link in inside.links}
    raw = {
        "langs": list(languages) if len(languages) > 1 else None,
        "labels": list(labels) or None,
        "embed": list(inside.unknown) or None,
    }
    return PostState(
        text=words(record.get("text")),
        content_warning=", ".join(labels) or None,
        sensitive=bool(tables().labels.sensitive.intersection(labels)),
        language=languages[0] if languages else None,
        hashtags=found.hashtags,
        mentions=found.mentions,
        links=(*(link for link in found.links if link.url not in shown), *inside.links),
        media=inside.media,
        tool=words(record.get("via")) or None,
        raw={name: value for name, value in raw.items() if value is not None} or None,
    )


def _reply(record: dict[str, Any]) -> tuple[Relation, ...]:
    reply = thing(record.get("reply"))
    parent, root = (words(thing(reply.get(name)).get("uri")) for name in ("parent", "root"))
    found = [Relation("reply", parent, target_account=whose(parent))] if parent else []
    if root:
        found.append(Relation("thread", root, target_account=whose(root)))
    return tuple(found)


_COUNTS = {
    "replies": "replyCount",
    "reposts": "repostCount",
    "likes": "likeCount",
    "quotes": "quoteCount",
    "bookmarks": "bookmarkCount",
}


def _counts(view: dict[str, Any]) -> dict[str, int]:
    found = {name: view.get(field) for name, field in _COUNTS.items()}
    return {name: value for name, value in found.items() if isinstance(value, int) and 0 <= value < MOST}


def profile_of(record: dict[str, Any], seen: Seen) -> ProfileVersion:
    """The profile that a record is."""
    site = words(record.get("website"))
    pinned = words(thing(record.get("pinnedPost")).get("uri"))
    labels = texts([one.get("val") for one in things(thing(record.get("labels")).get("values"))])
    raw = {"pinnedPost": pinned, "labels": list(labels) or None, "pronouns": words(record.get("pronouns"))}
    return ProfileVersion(
        platform=PLATFORM,
        account=seen.author,
        at=seen.at,
        name=words(record.get("displayName")) or "",
        handle=seen.author.handle,
        bio=words(record.get("description")) or "",
        url=seen.author.url,
        links=(Link(site),) if site else None,
        avatar=picture_of(record.get("avatar"), seen.blobs),
        header=picture_of(record.get("banner"), seen.blobs),
        evidence=(seen.evidence,),
        raw={name: value for name, value in raw.items() if value is not None} or None,
    )


def gate_of(record: dict[str, Any], seen: Seen) -> Observation:
    """Who may answer or quote a post, as its author decided."""
    gates = tables().gates
    allowed = record.get("allow") if "allow" in record else record.get("embeddingRules")
    names = [gates.get(kind_of(one), kind_of(one) or "?") for one in things(allowed)]
    answering = "threadgate" in kind_of(record)
    openness = ", ".join(names) or ("nobody" if answering and isinstance(allowed, list) else "everybody")
    post = words(record.get("post")) or (seen.address._replace(collection=POST).uri if seen.address else None)
    return Observation(
        PLATFORM,
        post=post,
        account=seen.author,
        at=iso_moment(words(record.get("createdAt")) or None),
        detail=f"{'answers' if answering else 'quotes'}: {openness}",
        evidence=(seen.evidence,),
    )


def labelled(view: dict[str, Any], post: str, seen: Seen) -> list[Observation]:
    """What labels a server shows on a post that others than its author gave; some of them withhold it."""
    found = []
    for label in things(view.get("labels")):
        value, by = words(label.get("val")), words(label.get("src"))
        if value and by != seen.author.native_id and not label.get("neg"):
            status = "withheld" if value in tables().labels.withheld else None
            at = iso_moment(words(label.get("cts")) or None) or seen.at
            found.append(
                Observation(PLATFORM, post, seen.author, at, None, status, f"label: {value}", (seen.evidence,))
            )
    return found
