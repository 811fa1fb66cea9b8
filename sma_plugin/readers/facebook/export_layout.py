"""What stands where in Facebook's own export, by the names of its lists, files and folders (``export.toml``)."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import msgspec

from sma_plugin.readers.facts import facts

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
_SECTIONS = re.compile(
    r"your_facebook_activity|your_activity_across_facebook|this_profile.{1,3}s_activity_across_facebook|posts|album|comments|"
    r"comments_and_reactions|likes_and_reactions|reactions|groups|events|stories|reels|short_videos|photos_and_videos|"
    r"profile_information|personal_information|connections|followers|followers_and_following|other_activity|notes|"
    r"archive|trash|pages|pages_and_profiles|logged_information|location|about_you|polls|media|"
    r"messages|search|search_history|interactions|notifications|activity_messages|other_logged_information|"
    r"friends|friends_and_followers|following_and_followers|ads_information|ads_and_businesses|"
    r"apps_and_websites(_off_of_facebook)?|security_and_login_information|your_places|preferences|feed|avatars|"
    r"other_personal_information|(facebook_)?accounts_center|saved_items_and_collections|fundraisers|"
    r"(facebook_)?marketplace|volunteering|blocking|blocked|(facebook_)?dating|spark_ar|facebook_payments|payment_history",
    re.IGNORECASE,
)
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


def root_of(path: str) -> str:
    """The root of the export that a file stands in: what is left when the folders of the export itself are taken off.

    >>> root_of("a/your_facebook_activity/posts/your_posts_1.json"), root_of("posts/album/0.json"), root_of("b/x.json")
    ('a/', '', 'b/')
    """
    folders = path.split("/")[:-1]
    while folders and _SECTIONS.fullmatch(folders[-1]):
        folders.pop()
    return "".join(f"{folder}/" for folder in folders)


def is_activity(path: str) -> bool:
    """Whether a path goes through the folder that Facebook keeps an account's activity in, since 2023."""
    return _ACTIVITY.fullmatch(path) is not None
