"""What each kind of object of a Graph API gives, and what of it is only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sma_plugin.model import Item, Post, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value
from sma_plugin.readers.facebook import graph_posts, graph_profiles, graph_things
from sma_plugin.readers.facebook.graph_kinds import INSTAGRAM_KINDS, POSTS, THREADS_KINDS, kind_of
from sma_plugin.readers.facebook.graph_posts import Seen
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram import graph_items, old_items
from sma_plugin.readers.media_files import MediaFiles
from sma_plugin.readers.remarks import error_given, no_posts, unknown_form, with_remarks

_MAKERS: dict[str, Callable[[Fields, Seen], Post]] = {
    "post": graph_posts.post,
    "comment": graph_posts.comment,
    "review": graph_posts.review,
    "photo": graph_things.photo,
    "album": graph_things.album,
    "video": graph_things.video,
    "live": graph_things.live,
    "event": graph_things.event,
    "ig-media": graph_items.media,
    "ig-comment": graph_items.comment,
    "ig-old-media": old_items.media,
    "ig-old-comment": old_items.comment,
    "threads-post": lambda one, seen: graph_items.media(one, seen, "threads"),
}
PROFILES = frozenset(("page", "group", "user", "ig-user", "ig-old-user", "threads-user"))
_UNKNOWN = "?"
_MOST_CHILDREN = 100_000


class Objects:
    """The objects of one capture; what only counts is told per document."""

    def __init__(self, files: MediaFiles) -> None:
        self._files = files
        self._counted: Counter[str] = Counter()
        self._taken = 0
        self._children: set[str] = set()
        """Pictures and videos that were met within a carousel."""

    def kind(self, decoded: Any, edge: str | None) -> str | None:
        """What an object is; a picture of a carousel looks like a post of its own and is none."""
        if not isinstance(decoded, dict):
            return None
        kind = kind_of(decoded, edge)
        if kind == "ig-media" and (edge == "children" or str(decoded.get("id")) in self._children):
            return "child"
        if len(self._children) < _MOST_CHILDREN:
            self._children.update(str(one.text("id")) for one in Fields(decoded).objects("children"))
        return kind

    def count(self, kind: str | None) -> None:
        """Something that is no post and no account."""
        self._counted[kind or _UNKNOWN] += 1

    def made(self, source: Source, value: Value, kind: str, one: Fields, seen: Seen) -> Iterator[Item]:
        """What an object itself gives."""
        if kind in POSTS:
            post = self._files.given_to(_MAKERS[kind](one, seen))
            yield from with_remarks(post, source.path, value.piece)
            self._taken += kind == "post" and graph_posts.taken_for_the_page(one, seen)
        elif kind == "ig-user":
            yield from graph_items.profile(one, seen)
        elif kind == "ig-old-user":
            yield from old_items.profile(one, seen)
        elif kind == "threads-user":
            yield from graph_items.profile(one, seen, "threads")
        else:
            yield from graph_profiles.profile(one, kind, seen)
        if one.odd:
            yield Problem("SMA-R002", source.path, value.piece.offset, len(value.piece.data), {"path": source.path})

    def summary(self, path: str) -> Iterator[Problem]:
        """What a document held beside posts and accounts."""
        for kind, count in sorted(self._counted.items()):
            yield unknown_form(path, count) if kind == _UNKNOWN else no_posts(path, kind, count)
        if self._taken:
            yield Problem("SMA-R120", path, params={"path": path, "count": self._taken})
        self._counted, self._taken = Counter(), 0


def platform_of(kind: str | None) -> str:
    """The platform that a kind of object is of."""
    return "instagram" if kind in INSTAGRAM_KINDS else "threads" if kind in THREADS_KINDS else "facebook"


def error(source: Source, decoded: dict[str, Any]) -> Problem:
    """An error that was given instead of an answer."""
    given = decoded["error"]
    reason = given.get("message") or given.get("type") if isinstance(given, dict) else given
    return error_given(source, reason)
