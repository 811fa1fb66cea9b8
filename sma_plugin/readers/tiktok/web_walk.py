"""Finding posts, comments and profiles in the JSON that TikTok's pages and app load, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sma_plugin.readers.nested import Found, Pointer, objects_in

Kind = Literal["post", "comment", "profile", "users"]
_OF_READER = frozenset(("webapp.app-context", "AppContext", "appContext", "webapp.biz-context", "loginUser"))
"""Members that tell of the account that looked at the page: data of whoever captured it."""
_MADE = frozenset(("createTime", "create_time", "author", "authorId"))
_SHOWN = frozenset(("video", "stats", "statsV2", "statistics", "imagePost", "image_post_info", "music", "author"))


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


def found_in(value: Any, under: str | None = None, pointer: Pointer = ()) -> Iterator[Found[Kind]]:
    """Everything in a document that is beyond doubt what it looks like, in order."""
    for one, place in objects_in(value, pointer):
        kind = kind_of(one)
        if kind is not None:
            yield Found(kind, one, place, under)
        if kind == "comment":
            yield from found_in(one.get("reply_comment"), str(one["cid"]), (*place, "reply_comment"))
        elif kind is None:
            for name, inner in one.items():
                if name not in _OF_READER:
                    yield from found_in(inner, under, (*place, name))
