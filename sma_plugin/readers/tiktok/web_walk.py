"""Finding posts, comments and profiles in the JSON that TikTok's pages and app load, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from sma_plugin.readers.nested import Pointer

Kind = Literal["post", "comment", "profile", "users"]
_MAX_DEPTH = 60
_OF_READER = frozenset(("webapp.app-context", "AppContext", "appContext", "webapp.biz-context", "loginUser"))
"""Members that tell of the account that looked at the page: data of whoever captured it."""
_MADE = frozenset(("createTime", "create_time", "author", "authorId"))
_SHOWN = frozenset(("video", "stats", "statsV2", "statistics", "imagePost", "image_post_info", "music", "author"))


class Found(NamedTuple):
    """An object, what it is, where it stands, and the comment that it stands under."""

    kind: Kind
    value: Mapping[str, Any]
    pointer: Pointer
    under: str | None = None


def kind_of(value: Mapping[str, Any]) -> Kind | None:
    """What an object is beyond doubt."""
    if "cid" in value and "text" in value and ("user" in value or "create_time" in value):
        return "comment"
    native_id = str(value.get("aweme_id") or value.get("id") or "")
    if "desc" in value and native_id.isdecimal() and value.keys() & _MADE and value.keys() & _SHOWN:
        return "post"
    user = value.get("user")
    named = isinstance(user, dict) and bool({"uniqueId", "unique_id"} & user.keys())
    if named and {"stats", "statsV2"} & value.keys():
        return "profile"
    users = value.get("users")
    return "users" if isinstance(users, dict) and isinstance(value.get("stats"), dict) and users else None


def found_in(value: Any, under: str | None = None, pointer: Pointer = ()) -> Iterator[Found]:
    """Everything in a document that is beyond doubt what it looks like, in order."""
    if len(pointer) > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from found_in(one, under, (*pointer, index))
    elif isinstance(value, dict):
        kind = kind_of(value)
        if kind is not None:
            yield Found(kind, value, pointer, under)
        if kind == "comment":
            yield from found_in(value.get("reply_comment"), str(value["cid"]), (*pointer, "reply_comment"))
        elif kind is None:
            for name, one in value.items():
                if name not in _OF_READER:
                    yield from found_in(one, under, (*pointer, name))
