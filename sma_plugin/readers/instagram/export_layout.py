"""What stands where in Instagram's own export: what a file holds, and which folder is the export's root.

What a file holds is told by the names of its lists and the form of its items; its own name decides between lists that
look the same. The names are data (``export.toml``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.contract import Member
from sma_plugin.readers.documents import Peek
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.meta.documents import glimpse
from sma_plugin.readers.meta.labels import means
from sma_plugin.readers.meta.pages import is_of_export, is_page
from sma_plugin.readers.meta.text import repaired
from sma_plugin.readers.meta.tree import above

NAME = "instagram-export"
PLATFORM = "instagram"
Role = Literal[
    "posts",
    "stories",
    "archive",
    "trash",
    "other",
    "reposts",
    "comments",
    "profile",
    "profile-photos",
    "likes",
    "followers",
    "following",
    "first-media",
    "first-comments",
    "first-profile",
    "nothing",
]
READ: tuple[Role, ...] = (
    "posts",
    "archive",
    "trash",
    "stories",
    "other",
    "first-media",
    "reposts",
    "comments",
    "first-comments",
)
"""What holds posts, in the order in which it is read."""
PROFILE = f"{NAME}.profile"
"""The rule for what of a profile stays out."""
LEFT_OUT: dict[Role, str] = {
    "likes": f"{NAME}.likes",
    "followers": f"{NAME}.contacts",
    "following": f"{NAME}.contacts",
}
"""What stays out by what it holds, also when its file was renamed."""
THREADS = re.compile(r"(?:.*/)?your_instagram_activity/threads/.*", re.IGNORECASE)
"""What is Threads' within an export of Instagram."""
_ACTIVITY = re.compile(r"(^|/)your_instagram_activity/", re.IGNORECASE)
_FACEBOOK = re.compile(r"(^|/)(your_facebook_activity|this_profile.{1,3}s_activity_across_facebook)/", re.IGNORECASE)
_ENDING = re.compile(r"\.(json|html?)$", re.IGNORECASE)
_FIRST_MEDIA = frozenset({"photos", "videos", "stories", "profile", "direct"})
_FIRST_COMMENTS = frozenset({"media_comments", "live_comments", "story_comments", "reels_comments"})


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: Role


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``export.toml``."""

    sections: tuple[str, ...]
    lists: dict[str, Role]
    files: tuple[_Named, ...]


@cache
def layout() -> Layout:
    """The names of the export."""
    return facts(__package__, "export.toml", Layout)


@cache
def file_role(inner: str) -> Role | None:
    """What a file should hold, by its path below the root."""
    stem = _ENDING.sub("", inner.rpartition("/")[2].lower())
    return next((one.role for one in layout().files if re.fullmatch(one.name, stem)), None)


@cache
def _sections() -> re.Pattern[str]:
    return re.compile("|".join(layout().sections), re.IGNORECASE)


def root_of(path: str) -> str:
    """The root of the export that a file stands in: what is left when the folders of the export itself are taken off.

    >>> root_of("a/your_instagram_activity/media/posts_1.json"), root_of("content/stories.json"), root_of("b/x.json")
    ('a/', '', 'b/')
    """
    return above(path, _sections())


def role_of(member: Member, inner: str) -> Role | None:
    """What a file of the export holds; ``None`` when it is none that is known."""
    if not _ENDING.search(inner) or THREADS.fullmatch(inner) or _FACEBOOK.search(member.path):
        return None
    if rule_for(NAME, inner) is not None:
        return None
    if is_page(member.head):
        return file_role(inner) if _ACTIVITY.search(member.path) or is_of_export(member.head) else None
    seen = glimpse(member.head)
    return (_document_role(seen, inner) if seen else None) or _by_first_bytes(member.head, inner)


def names_in(member: Member) -> tuple[str, ...]:
    """The names of the lists to read of a document: those that are known, else its own."""
    seen = glimpse(member.head)
    if seen is None or seen.array or "media" in seen.names or not seen.names.isdisjoint(layout().lists):
        return tuple(layout().lists)
    return (*layout().lists, *sorted(seen.names))


def _by_first_bytes(head: bytes, inner: str) -> Role | None:
    """Where the first item is odd, or its list has a new name: by what stands further on, and the file's name."""
    named = file_role(inner)
    written = b'"uri"' in head and b'"creation_timestamp"' in head
    return named if written and named in ("posts", "stories", "archive", "trash", "other") else None


def _document_role(seen: Peek, inner: str) -> Role | None:
    """What a JSON document holds: by its lists, else by the form of its items, with the file's name."""
    known = [role for name in seen.names if not seen.array and (role := layout().lists.get(name))]
    if known:
        return known[0]
    if not seen.array:
        return _first_generation(seen) or _by_items(seen, inner)
    return _by_items(seen, inner)


def _first_generation(seen: Peek) -> Role | None:
    """What a document of the export of 2018 to 2020 holds."""
    names = seen.names
    if names & _FIRST_MEDIA and _tells(seen, b"taken_at", b"path"):
        return "first-media"
    if names & _FIRST_COMMENTS:
        return "first-comments"
    return "first-profile" if {"username", "date_joined"} <= names else None


def _tells(seen: Peek, *words: bytes) -> bool:
    given = b"".join(msgspec.json.encode(value) for value in seen.fields.values()) + seen.rest
    return all(b'"' + word + b'"' in given for word in words)


def _by_items(seen: Peek, inner: str) -> Role | None:
    """By the form of the (first) item: a medium or a list of them, or values under labels."""
    names = seen.names
    if "string_map_data" in names:
        return "comments" if file_role(inner) == "comments" or _is_comment(seen) else None
    if "label_values" in names and ("media" in names or "timestamp" in names):
        return file_role(inner)
    if "media" in names and not names & {"label_values", "attachments", "data"}:
        return file_role(inner) or ("posts" if _is_medium(seen) else None)
    return file_role(inner) if {"uri", "creation_timestamp"} <= names else None


def _is_medium(seen: Peek) -> bool:
    """Whether what stands under ``media`` is a list of files with their moment."""
    given = seen.fields.get("media")
    text = seen.rest if given is None else msgspec.json.encode(given)
    return b'"uri"' in text and b'"creation_timestamp"' in text


def _is_comment(seen: Peek) -> bool:
    """Whether the labels are those of a comment, in any language that is known."""
    given: Any = seen.fields.get("string_map_data")
    labels = [repaired(label) for label in given] if isinstance(given, dict) else []
    return any(means(label, "comment") for label in labels) and any(means(label, "owner") for label in labels)
