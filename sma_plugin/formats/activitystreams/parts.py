"""Parts of a normalised post as ActivityStreams objects: moments, evidence, accounts, tags, attachments.

Every function here has its inverse in ``activitystreams_read``. Plain dictionaries are built by hand, and what has
its default value is left out, because a package holds hundreds of thousands of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import quote

from sma_plugin.formats.activitystreams.values import Doc, double, fields, iri, put_fields, put_moment, put_number
from sma_plugin.model import AccountRef, Alias, Evidence, Link, Location, Media, Observation, Poll, Relation

Lists = tuple[tuple[str, str, Callable[[Any], Doc]], ...]
"""Attribute, term, and how to encode one of its values."""
MediaKind = Literal["image", "video", "audio", "animation", "document", "unknown"]
MEDIA_TYPES: dict[MediaKind, str] = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "document": "Document",
    "animation": "Video",
    "unknown": "Document",
}
"""AS2 type by kind of medium."""
MEDIA_KINDS: dict[str, MediaKind] = {"Image": "image", "Video": "video", "Audio": "audio", "Document": "document"}
"""Kind of medium by AS2 type, where ``sma:kind`` does not say otherwise."""

_PATH = re.compile(r"[A-Za-z0-9/._~-]+")
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CHOICES = {True: "anyOf", False: "oneOf", None: "sma:options"}
_LINK = fields(title="name", shown="sma:shown", description="sma:description", preview="preview")
_PLACE = fields(name="name", native_id="sma:nativeId", country="sma:country")
_RELATION = fields(target="sma:target", target_url="sma:targetUrl", state="sma:state")
_OBSERVATION = fields(counts="sma:counts", status="sma:status", detail="sma:detail")
_MENTION = fields(url="href", native_id="sma:nativeId", name="sma:displayName")
_MEDIA = fields(
    native_id="sma:nativeId",
    source="sma:source",
    mime="mediaType",
    alt="name",
    width="width",
    height="height",
    blurhash="blurhash",
    preview="preview",
)


def evidence(pointer: Evidence) -> Doc:
    """An evidence pointer; field by field, because every post has some and a table costs twice the time."""
    doc: Doc = {"sma:path": pointer.path}
    if pointer.kind != "file":
        doc["sma:kind"] = pointer.kind
    if pointer.offset is not None:
        doc["sma:offset"] = pointer.offset
    if pointer.length is not None:
        doc["sma:length"] = pointer.length
    if pointer.locator is not None:
        doc["sma:locator"] = pointer.locator
    if pointer.capture is not None:
        doc["sma:capture"] = pointer.capture
    return doc


def alias(other: Alias) -> Doc:
    """Another identifier of the same thing."""
    doc: Doc = {"sma:scheme": other.scheme, "sma:value": other.value}
    if other.derived:
        doc["sma:derived"] = True
    return doc


def reference(account: AccountRef, platform: str) -> Doc:
    """An account as far as a post names it; ``id`` where there is a native id."""
    doc: Doc = {}
    if account.native_id is not None:
        doc["id"] = iri("account", platform, account.native_id)
        doc["sma:nativeId"] = account.native_id
    if account.handle is not None:
        doc["preferredUsername"] = account.handle
    if account.name is not None:
        doc["name"] = account.name
    if account.url is not None:
        doc["url"] = account.url
    if account.aliases:
        doc["sma:aliases"] = [alias(other) for other in account.aliases]
    return doc


def hashtag(word: str) -> Doc:
    """A hashtag; the word is without its sign."""
    return {"type": "Hashtag", "name": "#" + word}


def mention(account: AccountRef) -> Doc:
    """A mention, named by the account's handle."""
    doc: Doc = {"type": "Mention"}
    if account.handle is not None:
        doc["name"] = "@" + account.handle
    put_fields(doc, account, _MENTION)
    if account.aliases:
        doc["sma:aliases"] = [alias(other) for other in account.aliases]
    return doc


def link(target: Link) -> Doc:
    """A hyperlink with its preview."""
    doc: Doc = {"type": "Link", "href": target.url}
    put_fields(doc, target, _LINK)
    return doc


def statement(field: tuple[str, str]) -> Doc:
    """A labelled statement on a profile, in the form that Mastodon gave it."""
    return {"type": "PropertyValue", "name": field[0], "value": field[1]}


def media(item: Media, as_type: str | None = None) -> Doc:
    """A medium. ``url`` is the file's path from the package's root; without it the file was not captured."""
    kind = as_type or MEDIA_TYPES[item.kind]
    doc: Doc = {"type": kind}
    if MEDIA_KINDS[kind] != item.kind:
        doc["sma:kind"] = item.kind
    if item.path is not None:
        plain = _PATH.fullmatch(item.path)
        doc["url"] = item.path if plain else quote(item.path, errors="surrogatepass")
    put_fields(doc, item, _MEDIA)
    if item.duration is not None:
        _put_duration(doc, item.duration)
    return doc


def _put_duration(doc: Doc, seconds: float) -> None:
    """Set ``duration`` as ``xsd:duration``, which has no exponents, no sign here and no infinity."""
    text = repr(seconds)
    if _SECONDS.fullmatch(text):
        doc["duration"] = f"PT{text}S"
    else:
        doc["sma:exactDuration"] = double(seconds)


def place(location: Location) -> Doc:
    """A place."""
    doc: Doc = {"type": "Place"}
    put_fields(doc, location, _PLACE)
    put_number(doc, "latitude", "sma:exactLatitude", location.latitude)
    put_number(doc, "longitude", "sma:exactLongitude", location.longitude)
    return doc


def relation(tie: Relation, platform: str) -> Doc:
    """A tie to another post, whole; the AS2 terms beside it hold what they can."""
    doc: Doc = {"sma:kind": tie.kind}
    put_fields(doc, tie, _RELATION)
    if tie.target_account is not None:
        doc["sma:targetAccount"] = reference(tie.target_account, platform)
    return doc


def observation(seen: Observation, platform: str, post: str | None) -> Doc:
    """What was seen of a post or account; the platform and post are left out where they are the line's own."""
    doc: Doc = {}
    if seen.platform != platform:
        doc["sma:platform"] = seen.platform
    if seen.post != post:
        doc["sma:post"] = seen.post
    if seen.account is not None:
        doc["sma:account"] = reference(seen.account, seen.platform)
    if seen.at is not None:
        put_moment(doc, "sma:at", "sma:atDetail", seen.at)
    put_fields(doc, seen, _OBSERVATION)
    if seen.evidence:
        doc["sma:evidence"] = [evidence(pointer) for pointer in seen.evidence]
    return doc


def put_poll(doc: Doc, poll: Poll) -> None:
    """Set a poll's options: under AS2's terms where it is known how many may be chosen."""
    options = [{"type": "Note", "name": option} for option in poll.options]
    doc[_CHOICES[poll.multiple]] = options
    if poll.ends is not None:
        put_moment(doc, "endTime", "sma:endTimeDetail", poll.ends)


def put_lists(doc: Doc, value: object, lists: Lists) -> None:
    """Tags and attachments. That a source says there are none is kept apart from that it cannot say."""
    empty = []
    for attribute, term, encode in lists:
        values = getattr(value, attribute)
        if values:
            doc.setdefault(term, []).extend([encode(part) for part in values])
        elif values is not None:
            empty.append(attribute)
    if empty:
        doc["sma:empty"] = empty
