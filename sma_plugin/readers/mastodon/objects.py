"""ActivityStreams 2.0 as Mastodon and its kin write it: typed structs, and ways to read what may have many forms.

Where the vocabulary allows a string, an object or a list, the field is ``Any`` and one of the functions here reads it.
Source: W3C Activity Streams 2.0 and Activity Vocabulary; Mastodon's extensions (toot:, ostatus:).
"""

from __future__ import annotations

from typing import Any

import msgspec

from sma_plugin.model import AccountRef, Alias, Location, PostKind
from sma_plugin.readers.mastodon.common import account_aliases, full_handle
from sma_plugin.readers.values import number

ACTORS = frozenset(("Person", "Service", "Organization", "Application", "Group"))
POST_KINDS: dict[str, PostKind] = {
    "Note": "note",
    "Question": "question",
    "Article": "article",
    "Page": "page",
    "Event": "event",
    "Video": "video",
    "Image": "image",
    "Audio": "note",
}
ACTIVITIES = frozenset(
    {
        "Accept",
        "Add",
        "Announce",
        "Arrive",
        "Block",
        "Create",
        "Delete",
        "Dislike",
        "EmojiReact",
        "Flag",
        "Follow",
        "Ignore",
        "Invite",
        "Join",
        "Leave",
        "Like",
        "Listen",
        "Move",
        "Offer",
        "Read",
        "Reject",
        "Remove",
        "TentativeAccept",
        "TentativeReject",
        "Travel",
        "Undo",
        "Update",
        "View",
    }
)


class Thing(msgspec.Struct, frozen=True, rename="camel"):
    """An object or an actor, as far as it is read."""

    id: str | None = None
    type: Any = None
    content: str | None = None
    summary: str | None = None
    name: str | None = None
    published: str | None = None
    updated: str | None = None
    url: Any = None
    attributed_to: Any = None
    to: Any = None
    cc: Any = None
    direct_message: bool | None = None
    list_message: Any = None
    in_reply_to: Any = None
    sensitive: bool | None = None
    tag: Any = None
    attachment: Any = None
    image: Any = None
    icon: Any = None
    content_map: dict[str, str | None] | None = None
    conversation: str | None = None
    context: Any = None
    atom_uri: str | None = None
    replies: Any = None
    likes: Any = None
    shares: Any = None
    one_of: Any = None
    any_of: Any = None
    start_time: str | None = None
    end_time: str | None = None
    closed: Any = None
    voters_count: int | None = None
    quote: Any = None
    quote_authorization: Any = None
    quote_uri: Any = None
    quote_url: Any = None
    misskey_quote: Any = msgspec.field(default=None, name="_misskey_quote")
    interaction_policy: Any = None
    location: Any = None
    generator: Any = None
    preferred_username: str | None = None
    webfinger: str | None = None
    followers: Any = None
    outbox: Any = None
    also_known_as: Any = None
    moved_to: Any = None
    discoverable: bool | None = None
    indexable: bool | None = None
    memorial: bool | None = None
    manually_approves_followers: bool | None = None


class Activity(msgspec.Struct, frozen=True, rename="camel"):
    """An activity. ``object`` is the thing it is about, or only the address of it."""

    id: str | None = None
    type: Any = None
    actor: Any = None
    published: str | None = None
    updated: str | None = None
    to: Any = None
    cc: Any = None
    url: Any = None
    object: Thing | str | None = None


def kind_of(value: Any) -> str:
    """The type that is read of a ``type`` field: of several, the first that is known."""
    if isinstance(value, str):
        return value
    named = [one for one in listed(value) if isinstance(one, str)]
    known = (one for one in named if one in POST_KINDS or one in ACTORS or one in ACTIVITIES)
    return next(known, named[0] if named else "")


def listed(value: Any) -> list[Any]:
    """A value that may be absent, single or a list, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects among the values of a field."""
    return [one for one in listed(value) if isinstance(one, dict)] if value else []


def words(value: Any) -> str | None:
    """A text, or nothing for a value of any other form."""
    return value if isinstance(value, str) and value else None


def address(value: Any) -> str | None:
    """The identifier that a field names: a string, the ``id`` or ``href`` of an object, the first of several."""
    for one in listed(value):
        found = one if isinstance(one, str) else _named(one)
        if found:
            return found
    return None


def _named(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return words(value.get("id")) or words(value.get("href")) or page(value.get("url"))


def page(value: Any) -> str | None:
    """The address at which people see a thing: of several, the one that is a page."""
    links = objects(value)
    pages = [link for link in links if link.get("mediaType") == "text/html"]
    texts = [one for one in listed(value) if isinstance(one, str) and one]
    return next(iter(texts), None) or next((words(link.get("href")) for link in pages or links), None)


def addresses(value: Any) -> list[str]:
    """Every identifier that a field names."""
    return [found for one in listed(value) if (found := address(one))]


def reference(value: Any) -> AccountRef:
    """Whose something is, from an ``actor`` or ``attributedTo`` field. The first of several is taken."""
    first = next(iter(listed(value)), None)
    if isinstance(first, str):
        return AccountRef(first or None)
    if not isinstance(first, dict):
        return AccountRef()
    native, url = words(first.get("id")), page(first.get("url"))
    handle = full_handle(words(first.get("preferredUsername")), native or url)
    return AccountRef(native, handle, words(first.get("name")), url, account_aliases(url, handle))


def actor_reference(actor: Thing) -> AccountRef:
    """The account that an actor document describes."""
    url = page(actor.url)
    handle = full_handle(words(actor.webfinger) or actor.preferred_username, actor.id or url)
    more = tuple(Alias("url", one) for one in addresses(actor.url) if one != url)
    return AccountRef(actor.id, handle, actor.name, url, account_aliases(url, handle, *more))


def location(value: Any) -> Location | None:
    """The place that a thing names."""
    for place in objects(value):
        coordinates = [
            float(one) if isinstance(one, int | float) else None
            for one in (place.get("latitude"), place.get("longitude"))
        ]
        return Location(words(place.get("name")), words(place.get("id")), None, coordinates[0], coordinates[1])
    return None


def total(value: Any) -> int | None:
    """How many items a collection says it has."""
    count = value.get("totalItems") if isinstance(value, dict) else None
    return number(count) if isinstance(count, int) else None
