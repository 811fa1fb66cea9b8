"""Finding posts, comments and accounts in JSON that was made for a page: what is in it, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sma_plugin.readers.instagram.items import Kind, kind_of
from sma_plugin.readers.nested import Pointer

_MAX_DEPTH = 100
_PARTS = frozenset(
    ("carousel_media", "edge_sidecar_to_children", "user", "owner", "usertags", "coauthor_producers", "caption")
)
"""Members of a post in which no further post stands: its pictures, who wrote it."""
_OF_READER = frozenset(("viewer", "viewerData", "viewer_data", "logged_in_user"))
"""Members that tell of the account that looked at the page: data of whoever captured it."""
_COMMENTS_OF = frozenset(
    ("edge_media_to_parent_comment", "edge_media_to_comment", "edge_media_preview_comment", "preview_comments")
)
_ANSWERS_OF = frozenset(("edge_threaded_comments", "preview_child_comments", "child_comments", "answers"))


class Found(NamedTuple):
    """An object, what it is, where it stands, and the id of the post or comment that it stands under."""

    kind: Kind
    value: Mapping[str, Any]
    pointer: Pointer
    under: str | None


def found_in(value: Any, under: str | None = None, pointer: Pointer = ()) -> Iterator[Found]:
    """Everything in a document that is beyond doubt what it looks like, outer things first."""
    if len(pointer) > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from found_in(one, under, (*pointer, index))
    elif isinstance(value, dict):
        kind = kind_of(value)
        if kind is not None:
            yield Found(kind, value, pointer, under)
        own = str(value.get("pk") or value.get("id") or "").partition("_")[0] or None
        for name, one in value.items():
            if (kind == "post" and name in _PARTS) or name in _OF_READER:
                continue
            holds = (kind == "post" and name in _COMMENTS_OF) or (kind == "comment" and name in _ANSWERS_OF)
            yield from found_in(one, own if holds else under, (*pointer, name))


def owner_of(nodes: list[Any]) -> str | None:
    """Whose list it is, when all its posts are of one account; the post, when all are comments on it."""
    found = {_key(node) for node in nodes}
    return found.pop() if len(found) == 1 else None


def _key(node: Any) -> str | None:
    if not isinstance(node, dict):
        return None
    kind = kind_of(node)
    if kind == "comment":
        return str(node.get("media_id") or "comments")
    writer = node.get("user") or node.get("owner")
    return str(writer.get("pk") or writer.get("id")) if kind == "post" and isinstance(writer, dict) else None


def more_of(decoded: Any) -> bool | None:
    """Whether an answer of the app's interface says that more follows."""
    given = decoded if isinstance(decoded, dict) else {}
    found = next((given[name] for name in ("more_available", "has_more_comments") if name in given), None)
    return found if isinstance(found, bool) else None
