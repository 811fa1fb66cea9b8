"""What an object of Meta's Graph APIs is, by its members; and what a list is of, by the address it came from.

Who captures chooses the fields, so kinds are told by what only they have; the address settles what stays open.
Sources: Meta's references of the Facebook Graph API, the Instagram Graph API and the Threads API; answers as captured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.documents import Peek, peek
from sma_plugin.readers.facebook.graph_addresses import FACEBOOK, edge_of, is_id
from sma_plugin.readers.facebook.graph_batch import bodies_in

_POST_ID = re.compile(r"\d+_\d+(?:_\d+)?")
_NUMBER = re.compile(r"\d{1,25}")
_REACTIONS = frozenset(("LIKE", "LOVE", "WOW", "HAHA", "SAD", "ANGRY", "THANKFUL", "CARE", "PRIDE", "NONE"))
_MEDIA_TYPES = frozenset(("IMAGE", "VIDEO", "CAROUSEL_ALBUM", "BROADCAST", "REELS", "STORIES", "CAROUSEL"))
_THREAD_TYPES = frozenset(("TEXT_POST", "REPOST_FACADE", "AUDIO"))
_LIVE = re.compile(r"LIVE(?:_STOPPED)?|VOD|PROCESSING|(?:SCHEDULED_)?(?:UNPUBLISHED|LIVE|CANCELED|EXPIRED)")


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A kind: the members that it always has, and at least one of others when any are named."""

    kind: str
    always: frozenset[str]
    one_of: frozenset[str] = frozenset()

    def fits(self, names: AbstractSet[str]) -> bool:
        """Whether an object with these members is of the kind."""
        return names >= self.always and (not self.one_of or bool(names & self.one_of))


class _Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """``graph.toml``."""

    lists: frozenset[str]
    of_account: frozenset[str]
    of_comment: frozenset[str]
    of_post: frozenset[str]
    personal: frozenset[str]
    shape: tuple[_Shape, ...]


FACTS = facts(__package__, "graph.toml", _Facts)
INSTAGRAM_KINDS = frozenset(
    ("ig-media", "ig-comment", "ig-user", "discovery", "ig-old-media", "ig-old-comment", "ig-old-user")
)
THREADS_KINDS = frozenset(("threads-post", "threads-user"))
POSTS = frozenset(
    {"post", "comment", "review", "photo", "album", "video", "live", "event", "threads-post"}
    | {"ig-media", "ig-comment", "ig-old-media", "ig-old-comment"}
)
"""Kinds that are read as posts."""
STRONG = frozenset(
    {*POSTS, *INSTAGRAM_KINDS, *THREADS_KINDS, "page", "group", "conversation", "message", "reactor", "graph-error"}
)
"""Kinds that show by themselves that a document is of a Graph API; the others only in their company."""
NEUTRAL = frozenset(("conversation", "message", "reactor", "graph-error"))
"""Of these, kinds that do not show of which platform they are."""
NEAR = frozenset((None, "reference", "picture", "error", "container"))
"""Kinds with so little to tell that only the files in their own folder say what they are."""
RULES = {
    "conversation": f"{FACEBOOK}.conversations",
    "message": f"{FACEBOOK}.conversations",
    "credentials": f"{FACEBOOK}.credentials",
    "account-list": f"{FACEBOOK}.accounts",
    "reactor": f"{FACEBOOK}.reactors",
    "lead": f"{FACEBOOK}.leads",
}
"""Kinds of which a whole list stays out, with the rule."""
_OF_EDGE = {
    "comments": "comment",
    "replies": "comment",
    "photos": "photo",
    "albums": "album",
    "videos": "video",
    "video_reels": "video",
    "live_videos": "live",
    "events": "event",
    "ratings": "review",
}


def kind_of(value: Mapping[str, Any], edge: str | None = None) -> str | None:
    """The kind of an object; ``None`` for an unknown one. ``edge`` is the name of the list that it stands in."""
    names = value.keys()
    if names & _OF_OTHERS or sum(not name.islower() for name in names) >= _CAPITALS:
        return None
    if isinstance(error := value.get("error"), dict) and {"fbtrace_id", "type", "message"} & error.keys():
        return "graph-error" if "fbtrace_id" in error else "error"
    marked = _of_old_instagram(names) or _by_value(value, edge)
    if marked:
        return marked
    hinted = _OF_EDGE.get(edge or "")
    if (
        hinted
        and "id" in names
        and _is_numbered(value)
        and not _is_instagram(value)
        and _word(value, "type") not in _REACTIONS
    ):
        return hinted
    found = next((shape.kind for shape in FACTS.shape if shape.fits(names)), None)
    return None if found in STRONG - {"discovery"} and not _is_numbered(value) else found


def _is_numbered(value: Mapping[str, Any]) -> bool:
    """Whether an object has an id as these interfaces give them; other interfaces use the same names for members."""
    given = value.get("id")
    return given is None or is_id(str(given)) or "reviewer" in value or "recommendation_type" in value


def _is_instagram(value: Mapping[str, Any]) -> bool:
    return "timestamp" in value and "created_time" not in value


def _of_old_instagram(names: AbstractSet[str]) -> str | None:
    """Kinds of Instagram's first API, which shares names with Facebook's."""
    if {"id", "created_time", "user"} <= names and names & {"images", "filter", "users_in_photo", "attribution"}:
        return "ig-old-media"
    if {"id", "created_time", "text", "from"} <= names:
        return "ig-old-comment"
    return "ig-old-user" if {"id", "username", "counts", "full_name"} <= names else None


def _by_value(value: Mapping[str, Any], edge: str | None) -> str | None:
    """Kinds that a value tells, whatever the members: the type, the form of the id, the address."""
    name, address = value.get("id"), _word(value, "permalink")
    if _word(value, "media_type") in _THREAD_TYPES or "threads." in address[:30] or "is_quote_post" in value:
        return "threads-post"
    if _word(value, "media_product_type") == "THREADS":
        return "threads-post"
    if _word(value, "media_type") in _MEDIA_TYPES or "instagram.com" in address[:40]:
        return "ig-media"
    if isinstance(messages := value.get("messages"), dict) and "data" in messages:
        return "conversation"
    found = _by_id(name, value, edge) if isinstance(name, str) else None
    if found is None and _word(value, "type") in _REACTIONS and "id" in value and "created_time" not in value:
        found = "reactor"
    if found is None and _LIVE.fullmatch(_word(value, "status")) and "embed_html" in value:
        found = "live"
    return found or (_by_address(value) if "id" in value else None)


def _word(value: Mapping[str, Any], name: str) -> str:
    """A member that is a text; empty for any other value."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _by_id(name: str, value: Mapping[str, Any], edge: str | None) -> str | None:
    if name.startswith("t_"):
        return "conversation"
    if name.startswith(("m_", "mid.")):
        return "message"
    if name.startswith(_OF_INSTAGRAMS_MESSAGES):
        return "conversation" if value.keys() & _OF_CONVERSATION else "message"
    is_post = _POST_ID.fullmatch(name) and value.keys() & (FACTS.of_post | FACTS.of_comment | _OF_BOTH)
    return _post_or_comment(name, value, edge) if is_post else None


def _by_address(value: Mapping[str, Any]) -> str | None:
    link = _word(value, "permalink_url") or _word(value, "link")
    if "/videos/" in link:
        return "video"
    if ("/photos/" in link or "photo.php" in link) and "message" not in value:
        return "photo"
    if "album.php" in link or "/media/set" in link:
        return "album"
    is_page = link.startswith("https://www.facebook.com/") and {"id", "name"} <= value.keys() <= _OF_REFERENCE
    return "page" if is_page else None


_OF_INSTAGRAMS_MESSAGES = "aWdf"
"""How ids of conversations and messages on Instagram begin: ``ig_`` in Base64."""
_OF_CONVERSATION = frozenset(("messages", "participants", "updated_time"))
_OF_BOTH = frozenset(("created_time", "message", "from"))
_OF_OTHERS = frozenset(("screen_name", "acct", "taken_at", "__typename", "$type", "@context", "_type"))
"""Members that objects of other interfaces have, and none of a Graph API."""
_CAPITALS = 3
"""So many members with capitals are not Meta's: it writes all of its own in small letters."""
_OF_REFERENCE = frozenset(("id", "name", "link", "category", "category_list", "username", "picture", "location"))


def _post_or_comment(name: str, value: Mapping[str, Any], edge: str | None) -> str:
    """Both have ids of two numbers; three are always a comment's."""
    if name.count("_") == 2 or edge in ("comments", "replies"):
        return "comment"
    own = value.keys() & FACTS.of_post
    return "comment" if value.keys() & FACTS.of_comment and not own - {"permalink_url", "attachments"} else "post"


def is_by_id(value: Mapping[str, Any]) -> bool:
    """Whether a document answers for several ids at once: ``{id: object}``."""
    return bool(value) and all(isinstance(one, dict) and is_id(name) for name, one in value.items())


class Seen(NamedTuple):
    """What the first bytes of a document tell: the kind of its first object; whether its form is that of a page."""

    kind: str | None
    page: bool = False


def seen_in(head: bytes) -> Seen:
    """What a document is, from its first bytes."""
    inner = [seen_in(body) for body in bodies_in(head)]
    if inner:
        return max(inner, key=lambda one: (one.kind in STRONG, one.kind is not None, one.page))
    found = peek(head)
    if found is None:
        return Seen(None)
    names = found.names
    if "data" in names or any(map(is_id, names)):
        return _first_inside(found)
    if found.cut == "attachments" and b'"media_type"' in found.rest and b"facebook.com" in found.rest:
        return Seen("post")
    return Seen(kind_of({**dict.fromkeys(names), **found.fields}))


def _first_inside(found: Peek) -> Seen:
    fields: dict[str, Any] = found.fields
    given: Any = fields.get("data", next((one for name, one in fields.items() if is_id(name)), None))
    url = _next_of(fields)
    if given is None and found.cut:
        inner = peek(found.rest)
        values = {**dict.fromkeys(inner.names), **inner.fields} if inner else {}
    else:
        first = given[0] if isinstance(given, list) and given else given
        values = first if isinstance(first, dict) else {}
    return Seen(kind_of(values, edge_of(url).name) if values else None, page=True)


def _next_of(fields: Mapping[str, Any]) -> str | None:
    paging = fields.get("paging")
    given = (paging.get("next") or paging.get("previous")) if isinstance(paging, dict) else None
    return given if isinstance(given, str) else None
