"""What each delivered file is in a Mastodon archive, told from its first bytes."""

from __future__ import annotations

import re
from typing import Literal

from sma_plugin.readers.contract import Member
from sma_plugin.readers.documents import Peek, peek
from sma_plugin.readers.mastodon.objects import ACTIVITIES, ACTORS, POST_KINDS, kind_of, words

Role = Literal["outbox", "actor", "collection", "object"]
LISTS = {
    "likes": "mastodon-archive.likes",
    "liked": "mastodon-archive.likes",
    "bookmarks": "mastodon-archive.bookmarks",
    "followers": "mastodon-archive.contacts",
    "following": "mastodon-archive.contacts",
}
"""The collections of an archive that are no posts, by the first word of their name, with the rule they fall under."""

COLLECTIONS = frozenset(("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"))
_AUTHORED = frozenset(("actor", "attributedTo"))
_STEM = re.compile(r"[a-z]+", re.IGNORECASE)


def stem(path: str) -> str:
    """The first word of a file's name or of the last part of an address, in lower case."""
    found = _STEM.match(path.rpartition("/")[2])
    return found.group().lower() if found else ""


def role_of(member: Member) -> Role | None:
    """What a member is in an archive, by its content; by its name only where its content does not get to the point."""
    seen = peek(member.head)
    if seen is None:
        return None
    # With its members in the order of the alphabet a collection says what it is after its items.
    kind = kind_of(seen.fields.get("type")) or ("OrderedCollection" if "orderedItems" in seen.names else "")
    if kind in COLLECTIONS:
        return _collection_role(seen, member.path)
    if kind in ACTORS:
        return _actor_role(seen, member.path)
    if kind:
        return "object" if _is_object(seen, kind) else None
    named: dict[str, Role] = {"outbox": "outbox", "actor": "actor", **dict.fromkeys(LISTS, "collection")}
    return named.get(stem(member.path)) if seen.cut == "@context" and b"activitystreams" in seen.rest else None


def _collection_role(seen: Peek, path: str) -> Role | None:
    names = (stem(words(seen.fields.get("id")) or ""), stem(path))
    if any(name in LISTS for name in names):
        return "collection"
    items = seen.fields.get("orderedItems")
    activities = isinstance(items, list) and any(isinstance(one, dict) for one in items)
    begun = seen.cut == "orderedItems" and re.match(rb"\[\s*\{", seen.rest) is not None
    return "outbox" if activities or begun or "outbox" in names else "collection"


def _actor_role(seen: Peek, path: str) -> Role | None:
    outbox = words(seen.fields.get("outbox"))
    if stem(path) == "actor" and path.lower().endswith("actor.json"):
        return "actor"
    if outbox and "://" not in outbox:
        return "actor"
    return "object" if _is_vocabulary(seen) or seen.names & {"inbox", "preferredUsername", "publicKey"} else None


def _is_object(seen: Peek, kind: str) -> bool:
    if kind not in POST_KINDS and kind not in ACTIVITIES and kind != "ChatMessage":
        return False
    return _is_vocabulary(seen) or bool(_AUTHORED & seen.names)


def _is_vocabulary(seen: Peek) -> bool:
    return "activitystreams" in str(seen.fields.get("@context")) or (
        seen.cut == "@context" and b"activitystreams" in seen.rest
    )
