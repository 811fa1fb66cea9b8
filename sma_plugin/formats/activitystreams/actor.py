"""Account histories and resources as ActivityStreams objects. The inverse is ``activitystreams_read``.

Every version of a profile stands whole under ``sma:profiles``; the actor itself repeats what was stated last.
"""

from __future__ import annotations

import html
import json
from hashlib import sha256
from typing import Any

from sma_plugin.formats.activitystreams import parts
from sma_plugin.formats.activitystreams.values import (
    CONTEXT,
    Doc,
    fields,
    iri,
    put_fields,
    put_moment,
    put_raw,
    put_time,
)
from sma_plugin.model import AccountHistory, Handle, ProfileVersion, Resource
from sma_plugin.namespaces import BASE

ACTOR_TYPES = {
    "app": "Application",
    "application": "Application",
    "automated": "Service",
    "bot": "Service",
    "business": "Organization",
    "company": "Organization",
    "government": "Organization",
    "group": "Group",
    "organisation": "Organization",
    "organization": "Organization",
    "service": "Service",
}
"""AS2 type by the kind that a profile states; else ``Person``, which on the fediverse is any account."""
RESOURCE_TYPES = {
    "page": "Page",
    "screenshot": "Image",
    "document": "Document",
    "failure": "Page",
    "medium": "Document",
}
"""AS2 type by role of a resource."""

_LISTS: parts.Lists = (("fields", "attachment", parts.statement), ("links", "attachment", parts.link))
_PROFILE = fields(
    name="name",
    handle="preferredUsername",
    bio="sma:bio",
    bio_html="summary",
    url="url",
    verified="sma:verified",
    kind="sma:kind",
    language="sma:language",
)
_RESOURCE = fields(title="name", status="sma:httpStatus", mime="mediaType", length="sma:contentLength")


def account(item: AccountHistory) -> Doc:
    """An account with every version of its profile, the handles it bore and what was seen of it."""
    platform = item.platform
    doc: Doc = {
        "@context": CONTEXT,
        "type": ACTOR_TYPES.get((_last(item, "kind") or "").casefold(), "Person"),
        "id": iri("account", platform, item.native_id),
        "sma:record": "account",
        "sma:platform": platform,
        "sma:nativeId": item.native_id,
    }
    if item.own:
        doc["sma:own"] = True
    if item.url is not None:
        doc["url"] = item.url
    if item.created is not None:
        put_moment(doc, "published", "sma:publishedDetail", item.created)
    lists = {
        "sma:aliases": [parts.alias(other) for other in item.aliases],
        "sma:handles": [_handle(handle) for handle in item.handles],
        "sma:profiles": [_profile(version, platform) for version in item.profiles],
        "sma:observations": [parts.observation(seen, platform, None) for seen in item.observations],
        "sma:evidence": [parts.evidence(pointer) for pointer in item.evidence],
    }
    doc.update((term, values) for term, values in lists.items() if values)
    _put_latest(doc, item)
    return doc


def resource(item: Resource) -> Doc:
    """A captured page, screenshot or document. Its identifier follows from what it is and where its bytes are."""
    doc: Doc = {
        "@context": CONTEXT,
        "type": RESOURCE_TYPES[item.role],
        "url": item.url,
        "sma:record": "resource",
        "sma:role": item.role,
    }
    put_fields(doc, item, _RESOURCE)
    if item.at is not None:
        put_moment(doc, "sma:at", "sma:atDetail", item.at)
    if item.evidence:
        doc["sma:evidence"] = [parts.evidence(pointer) for pointer in item.evidence]
    doc["id"] = f"{BASE}/id/resource/{_digest(item)}"
    return doc


def _digest(item: Resource) -> str:
    places = [(pointer.path, pointer.offset, pointer.locator) for pointer in item.evidence]
    named = json.dumps((item.role, item.url, item.at and item.at.us, places))
    return sha256(named.encode()).hexdigest()[:32]


def _handle(handle: Handle) -> Doc:
    doc: Doc = {"sma:value": handle.value}
    put_time(doc, "sma:firstSeen", doc, "sma:firstSeenMicroseconds", handle.first_seen)
    put_time(doc, "sma:lastSeen", doc, "sma:lastSeenMicroseconds", handle.last_seen)
    return doc


def _profile(version: ProfileVersion, platform: str) -> Doc:
    """One version of a profile, whole."""
    doc: Doc = {"sma:account": parts.reference(version.account, version.platform)}
    if version.platform != platform:
        doc["sma:platform"] = version.platform
    if version.at is not None:
        put_moment(doc, "sma:at", "sma:atDetail", version.at)
    put_fields(doc, version, _PROFILE)
    parts.put_lists(doc, version, _LISTS)
    if version.location is not None:
        doc["location"] = {"type": "Place", "name": version.location}
    if version.avatar is not None:
        doc["icon"] = parts.media(version.avatar, "Image")
    if version.header is not None:
        doc["image"] = parts.media(version.header, "Image")
    if version.evidence:
        doc["sma:evidence"] = [parts.evidence(pointer) for pointer in version.evidence]
    put_raw(doc, version.raw)
    return doc


def _put_latest(doc: Doc, item: AccountHistory) -> None:
    """AS2's own terms, each from the last version that states it; a plain biography is escaped, as AS2 wants HTML."""
    bio, markup = _last(item, "bio"), _last(item, "bio_html")
    latest = {
        "preferredUsername": _last(item, "handle") or (item.handles[-1].value if item.handles else None),
        "name": _last(item, "name"),
        "summary": markup if markup is not None else bio and html.escape(bio, quote=False),
        "icon": (avatar := _last(item, "avatar")) and parts.media(avatar, "Image"),
        "image": (header := _last(item, "header")) and parts.media(header, "Image"),
        "attachment": [parts.statement(field) for field in _last(item, "fields") or ()],
    }
    doc.update((term, value) for term, value in latest.items() if value)


def _last(item: AccountHistory, attribute: str) -> Any:
    """What the newest version that says anything about it says."""
    stated = (getattr(version, attribute) for version in reversed(item.profiles))
    return next((value for value in stated if value is not None), None)
