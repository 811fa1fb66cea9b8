"""What stands where in Facebook's own export, by the names of its lists, files and folders (``export.toml``)."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.meta.tree import above

NAME = "facebook-export"
PLATFORM = "facebook"

Role = Literal[
    "posts",
    "pinned",
    "visitors",
    "photos",
    "reels",
    "stories",
    "archive",
    "trash",
    "comments",
    "group-comments",
    "group-posts",
    "drafts",
    "events",
    "notes",
    "likes",
    "followers",
    "profile",
    "profile-updates",
    "edits",
    "zone",
    "nothing",
]
READ: tuple[Role, ...] = (
    "posts",
    "pinned",
    "group-posts",
    "archive",
    "trash",
    "reels",
    "stories",
    "visitors",
    "events",
    "notes",
    "comments",
    "group-comments",
    "photos",
)
"""What holds posts, in the order in which it is read: what a photo belongs to is known before the photos themselves."""
LEFT_OUT: dict[Role, str] = {
    "likes": f"{NAME}.likes",
    "followers": f"{NAME}.contacts",
    "drafts": f"{NAME}.drafts",
}
"""What stays out by what it holds, also when its file was renamed."""

_UNPUBLISHED = re.compile(r"(draft|pending|scheduled|unpublished)\w*_posts?(_|$)")
_VERSION = re.compile(r"_v\d+$")
_ACTIVITY = re.compile(
    r"(?:.*/)?(?:your_facebook_activity|your_activity_across_facebook|this_profile.{1,3}s_activity_across_facebook)/.*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.(json|html?)$", re.IGNORECASE)


class _Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pattern: str


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: Role


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``export.toml``."""

    sections: tuple[str, ...]
    lists: dict[str, Role]
    files: tuple[_Named, ...]
    folders: tuple[_Named, ...]
    sentences: tuple[_Pattern, ...]
    visits: tuple[_Pattern, ...]
    answers: tuple[_Pattern, ...]
    avatar: str
    header: str


@cache
def layout() -> Layout:
    """The names and patterns of the export."""
    return facts(__package__, "export.toml", Layout)


@cache
def patterns(kind: Literal["sentences", "visits", "answers"]) -> tuple[re.Pattern[str], ...]:
    """The patterns of one kind, ready for use."""
    found: tuple[_Pattern, ...] = getattr(layout(), kind)
    return tuple(re.compile(one.pattern, re.IGNORECASE) for one in found)


def list_role(name: str) -> Role | None:
    """What a list holds, by its name.

    >>> list_role("comments_v2"), list_role("comments"), list_role("friends_v2")
    ('comments', 'comments', None)
    """
    known = layout().lists.get(_VERSION.sub("", name))
    return "drafts" if known is None and _UNPUBLISHED.search(name) else known


def has_version(name: str) -> bool:
    """Whether the name of a list ends in a version, as only Meta writes it (``comments_v2``)."""
    return _VERSION.search(name) is not None


@cache
def list_names() -> tuple[str, ...]:
    """Every name under which a list that is known can stand."""
    return tuple(f"{name}{version}" for name in layout().lists for version in ("", "_v1", "_v2", "_v3", "_v4", "_v5"))


def file_role(inner: str) -> Role | None:
    """What a file should hold, by its path below the root."""
    folder, _, name = _ENDING.sub("", inner).lower().rpartition("/")
    stem = re.sub(r"['’‘]", "_", name)
    named = next((one.role for one in layout().files if re.fullmatch(one.name, stem)), None)
    return next((one.role for one in layout().folders if re.fullmatch(one.name, folder)), None) or named


@cache
def _sections() -> re.Pattern[str]:
    return re.compile("|".join(layout().sections), re.IGNORECASE)


def root_of(path: str) -> str:
    """The root of the export that a file stands in: what is left when the folders of the export itself are taken off.

    >>> root_of("a/your_facebook_activity/posts/your_posts_1.json"), root_of("posts/album/0.json"), root_of("b/x.json")
    ('a/', '', 'b/')
    """
    return above(path, _sections())


def is_activity(path: str) -> bool:
    """Whether a path goes through the folder that Facebook keeps an account's activity in, since 2023."""
    return _ACTIVITY.fullmatch(path) is not None
