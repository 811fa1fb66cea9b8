"""``captures/mastodon-archive.zip``: the archive that Mastodon gives to the owner of an account.

Deliberate gaps: one attachment is absent, and the outbox states one item more than it holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from make_mastodon_html import HOST, content, mentioned, tags
from make_media import HEIGHT, WIDTH, drawn
from make_packing import Entry, zip_file
from make_source import declarations, letters, moment, number, organisation, toots

ACTOR = f"{HOST}/users/gemeente"
MISSING_MEDIUM = "asfalt.jpg"
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_FOLLOWERS = f"{ACTOR}/followers"
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}
_TERMS = {
    "ostatus": "http://ostatus.org#",
    "atomUri": "ostatus:atomUri",
    "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
    "conversation": "ostatus:conversation",
    "sensitive": "as:sensitive",
    "toot": "http://joinmastodon.org/ns#",
    "votersCount": "toot:votersCount",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    "Emoji": "toot:Emoji",
    "Hashtag": "as:Hashtag",
    "schema": "http://schema.org#",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
}
_CONTEXT: list[Any] = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", _TERMS]


def _generated() -> datetime:
    return moment(declarations()["mastodon-archive.capture.toml"]["captured"])


def _id(row: dict[str, Any]) -> str:
    """The number of a post: milliseconds, then sixteen bits of chance."""
    return str(int(moment(row["at"]).timestamp() * 1000) << 16 | number(f"toot/{row['key']}", 0, 65535))


def _uri(row: dict[str, Any]) -> str:
    return f"{ACTOR}/statuses/{_id(row)}"


def _by_key(key: str) -> dict[str, Any]:
    return next(row for row in toots() if row["key"] == key)


def _audience(row: dict[str, Any]) -> dict[str, list[str]]:
    """``to`` and ``cc`` of a post."""
    named = [mentioned(row["mention"])] if "mention" in row else []
    return {
        "public": {"to": [_PUBLIC], "cc": [_FOLLOWERS, *named]},
        "unlisted": {"to": [_FOLLOWERS], "cc": [_PUBLIC, *named]},
        "followers": {"to": [_FOLLOWERS], "cc": named},
        "direct": {"to": named, "cc": []},
    }[row.get("to", "public")]


def medium_path(name: str) -> str:
    """Where a medium stands in the archive."""
    digits = str(number(f"medium/{name}", 10**17, 10**18 - 1))
    parts = "/".join(digits[start : start + 3] for start in range(0, 18, 3))
    return f"media_attachments/files/{parts}/original/{letters(name, 16).lower()}.{name.rpartition('.')[2]}"


def _attachment(name: str, alt: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "Document",
        "mediaType": _TYPES[name.rpartition(".")[2]],
        "url": f"/{medium_path(name)}",
        "name": alt or None,
        "blurhash": "L" + letters(f"blur/{name}", 27),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return found | ({"focalPoint": [0.0, 0.0]} if name.endswith("jpg") else {})


def _collection(uri: str, name: str, total: int) -> dict[str, Any]:
    return {"id": f"{uri}/{name}", "type": "Collection", "totalItems": total}


def _replies(uri: str, row: dict[str, Any]) -> dict[str, Any]:
    own = [_uri(other) for other in toots() if other.get("reply") == row["key"]]
    following = f"{uri}/replies?only_other_accounts=true&page=true"
    first = {"type": "CollectionPage", "next": following, "partOf": f"{uri}/replies", "items": own}
    return {"id": f"{uri}/replies", "type": "Collection", "first": first}


def _poll(row: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}
        for name, votes in row["poll"]
    ]
    voters = sum(votes for _, votes in row["poll"])
    return {"endTime": row["ends"], "closed": row["ends"], "votersCount": voters, "oneOf": options}


def _object(row: dict[str, Any]) -> dict[str, Any]:
    uri, text = _uri(row), content(row["text"], row.get("mention", ""))
    answered = _uri(_by_key(row["reply"])) if "reply" in row else row.get("reply_url")
    found: dict[str, Any] = {
        "id": uri,
        "type": "Question" if "poll" in row else "Note",
        "summary": row.get("warning"),
        "inReplyTo": answered,
        "published": row["at"],
        "url": f"{HOST}/@gemeente/{_id(row)}",
        "attributedTo": ACTOR,
        **_audience(row),
        "sensitive": "warning" in row,
        "atomUri": uri,
        "inReplyToAtomUri": answered,
        "conversation": _conversation(row),
        "content": text,
        "contentMap": {row.get("lang", "nl"): text},
        "attachment": [_attachment(name, alt) for name, alt in row.get("media", ())],
        "tag": tags(row["text"], row.get("mention", ""), row.get("emoji", "")),
        "replies": _replies(uri, row),
        "likes": _collection(uri, "likes", number(f"{row['key']}/likes", 0, 60)),
        "shares": _collection(uri, "shares", number(f"{row['key']}/shares", 0, 20)),
    }
    found |= {"updated": row["edited"]} if "edited" in row else {}
    return found | (_poll(row) if "poll" in row else {})


def _conversation(row: dict[str, Any]) -> str:
    """The name of a conversation: that of the post that a thread starts with."""
    while "reply" in row:
        row = _by_key(row["reply"])
    rank = number(f"conversation/{row['key']}", 1000, 90000)
    return f"tag:social.voorbeeldstad.example,{row['at'][:10]}:objectId={rank}:objectType=Conversation"


def _activity(row: dict[str, Any]) -> dict[str, Any]:
    head = {"id": f"{_uri(row)}/activity", "actor": ACTOR, "published": row["at"]}
    if "boost" not in row:
        return {**head, "type": "Create", **_audience(row), "object": _object(row)}
    target = row["boost"] if "://" in row["boost"] else _uri(_by_key(row["boost"]))
    told = {"to": [_PUBLIC], "cc": [target.partition("/statuses")[0], _FOLLOWERS]}
    return {**head, "type": "Announce", **told, "object": target}


def _outbox() -> dict[str, Any]:
    items = [_activity(row) for row in toots()]
    head = {"@context": _CONTEXT, "id": "outbox.json", "type": "OrderedCollection"}
    return {**head, "totalItems": len(items) + 1, "orderedItems": items}


def _actor() -> dict[str, Any]:
    links = (f"{ACTOR}/{name}" for name in ("following", "followers", "inbox"))
    following, followers, inbox = links
    site = content(organisation()["people"]["vbstad"]["url"]).removeprefix("<p>").removesuffix("</p>")
    return {
        "@context": _CONTEXT,
        "id": ACTOR,
        "type": "Person",
        "following": following,
        "followers": followers,
        "inbox": inbox,
        "outbox": "outbox.json",
        "featured": f"{ACTOR}/collections/featured",
        "featuredTags": f"{ACTOR}/collections/tags",
        "preferredUsername": "gemeente",
        "name": "Gemeente Voorbeeldstad",
        "summary": content("Het officiële account van de gemeente Voorbeeldstad. Reacties worden gearchiveerd."),
        "url": f"{HOST}/@gemeente",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "published": "2024-11-04T00:00:00Z",
        "publicKey": {
            "id": f"{ACTOR}#main-key",
            "owner": ACTOR,
            "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nFICTITIOUS\n-----END PUBLIC KEY-----\n",
        },
        "tag": [],
        "attachment": [
            {"type": "PropertyValue", "name": "Website", "value": site},
            {"type": "PropertyValue", "name": "Telefoon", "value": "000 000 00 00 (verzonnen)"},
        ],
        "endpoints": {"sharedInbox": f"{HOST}/inbox"},
        "icon": {"type": "Image", "mediaType": "image/png", "url": "avatar.png"},
        "image": {"type": "Image", "mediaType": "image/png", "url": "header.png"},
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
    }


def _list(name: str, items: list[str]) -> dict[str, Any]:
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": name, "type": "OrderedCollection"}
    return {**head, "orderedItems": items}


def _media() -> Iterator[Entry]:
    for row in toots():
        for name, _ in row.get("media", ()):
            if name != MISSING_MEDIUM:
                yield Entry(medium_path(name), drawn(name), stored=True)


def archive() -> bytes:
    """The zip."""
    others = "https://praat.verzonnen.example/users/bo/statuses/"
    documents = {
        "outbox.json": _outbox(),
        "likes.json": _list("likes.json", [f"{others}113700000000000001", f"{others}113700000000000002"]),
        "bookmarks.json": _list("bookmarks.json", [f"{others}113700000000000003"]),
        "actor.json": _actor(),
    }
    at = _generated()
    entries = [
        *_media(),
        Entry("avatar.png", drawn("avatar.png"), stored=True),
        Entry("header.png", drawn("header.png"), stored=True),
        *(
            Entry(name, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
            for name, value in documents.items()
        ),
    ]
    return zip_file(entries, (at.year, at.month, at.day, at.hour, at.minute, at.second))


def post_counts() -> dict[str, int]:
    """What the outbox holds: activities by kind, and how many are direct messages."""
    return {
        "activities": len(toots()),
        "posts": sum("boost" not in row and row.get("to") != "direct" for row in toots()),
        "reposts": sum("boost" in row for row in toots()),
        "direct": sum(row.get("to") == "direct" for row in toots()),
        "stated": len(toots()) + 1,
    }
