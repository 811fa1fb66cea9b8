"""Finding posts, comments and accounts in JSON that was made for a page: what is in it, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.readers.instagram.items import Kind, kind_of
from sma_plugin.readers.nested import Found, Pointer, objects_in

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


def found_in(value: Any, under: str | None = None, pointer: Pointer = ()) -> Iterator[Found[Kind]]:
    """Everything in a document that is beyond doubt what it looks like, outer things first."""
    for one, place in objects_in(value, pointer):
        kind = kind_of(one)
        if kind is not None:
            yield Found(kind, one, place, under)
        own = str(one.get("pk") or one.get("id") or "").partition("_")[0] or None
        for name, inner in one.items():
            if (kind == "post" and name in _PARTS) or name in _OF_READER:
                continue
            holds = (kind == "post" and name in _COMMENTS_OF) or (kind == "comment" and name in _ANSWERS_OF)
            yield from found_in(inner, own if holds else under, (*place, name))


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
