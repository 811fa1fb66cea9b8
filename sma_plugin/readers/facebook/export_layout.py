"""What stands where in Facebook's own export: what a file holds, and which folder is the export's root.

What a file holds is told by its structure (the names of its lists, the members of its items); its name decides only
between lists that look the same. The names are data (``export.toml``).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from sma_plugin.readers.contract import Member
from sma_plugin.readers.documents import Peek
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.meta.documents import glimpse
from sma_plugin.readers.meta.pages import is_of_export, is_page

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

_VERSION = re.compile(r"_v\d+$")
_SECTIONS = re.compile(
    r"your_facebook_activity|your_activity_across_facebook|this_profile.s_activity_across_facebook|posts|album|comments|"
    r"comments_and_reactions|likes_and_reactions|reactions|groups|events|stories|reels|short_videos|photos_and_videos|"
    r"profile_information|personal_information|connections|followers|followers_and_following|other_activity|notes|"
    r"archive|trash|pages|pages_and_profiles|logged_information|location|about_you|polls|media",
    re.IGNORECASE,
)
_ACTIVITY = re.compile(
    r"(?:.*/)?(?:your_facebook_activity|your_activity_across_facebook|this_profile.s_activity_across_facebook)/.*",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.(json|html?)$", re.IGNORECASE)
_ITEM = frozenset({"data", "attachments", "title", "tags", "media", "label_values", "fbid"})
_PROFILE = re.compile(r"profile(_v\d+)?|page_profile(_v\d+)?|page_information(_v\d+)?")
_ZONE = re.compile(r"(.*/)?timezone\.(json|html)", re.IGNORECASE)
_INSTAGRAM = re.compile(r"(^|/)your_instagram_activity/", re.IGNORECASE)
_WRITTEN = (
    re.compile(rb'"\w*timestamp"\s*:\s*"?-?\d'),
    re.compile(rb'"(?:data|attachments|uri|title|text|name|label_values)"\s*:'),
)


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
    data = tomllib.loads(files(__package__).joinpath("export.toml").read_text(encoding="utf-8"))
    return msgspec.convert(data, Layout)


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
    return layout().lists.get(_VERSION.sub("", name))


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


def role_of(member: Member, inner: str) -> Role | None:
    """What a file of the export holds; ``None`` when it is none that is known."""
    if _ZONE.fullmatch(inner):
        return "zone"
    if not _ENDING.search(inner) or _INSTAGRAM.search(member.path) or rule_for(NAME, inner) is not None:
        return None
    if is_page(member.head):
        return _page_role(member, inner)
    seen = glimpse(member.head)
    return _document_role(seen, inner) if seen else None


def _page_role(member: Member, inner: str) -> Role | None:
    named = file_role(inner)
    known = is_activity(member.path) or is_of_export(member.head)
    return named if known and named not in LEFT_OUT else None


def _document_role(seen: Peek, inner: str) -> Role | None:
    """What a JSON document holds: by its lists, else by the form of its items, with the file's name."""
    names = seen.names
    if any(_PROFILE.fullmatch(name) for name in names) and not seen.array:
        return "profile"
    known = [role for name in names if not seen.array and (role := _named_list(seen, name))]
    if known and not ("timestamp" in names and names & {"data", "attachments", "label_values"}):
        return known[0]
    named = file_role(inner)
    if not is_item(seen):
        return None
    if "label_values" in names:
        return named
    return named or _by_data(seen.fields.get("data")) or ("posts" if _says(seen) else None)


def _named_list(seen: Peek, name: str) -> Role | None:
    """The role of a member that is (the beginning of) a list, or an object around one."""
    value = seen.fields.get(name)
    if value is not None and not isinstance(value, list | dict):
        return None
    if name == seen.cut and seen.rest[:1] not in (b"[", b"{"):
        return None
    role = list_role(name)
    # Lists of other platforms can have the same plain names: those are looked into.
    return role if role is None or _VERSION.search(name) or _of_facebook(seen, value) else None


def _of_facebook(seen: Peek, value: Any) -> bool:
    """Whether a list under a plain name has items as Facebook writes them."""
    text = seen.rest if value is None else msgspec.json.encode(value)
    return value == [] or all(pattern.search(text) for pattern in _WRITTEN)


def is_item(seen: Peek) -> bool:
    """Whether the document's (first) object is an item of an export: a moment, and members that items have."""
    return "timestamp" in seen.names and bool(seen.names & _ITEM) and _number(seen.fields.get("timestamp"))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.isdigit())


def _by_data(data: Any) -> Role | None:
    found = {name for one in data if isinstance(one, dict) for name in one} if isinstance(data, list) else set()
    return "comments" if "comment" in found else "likes" if "reaction" in found else None


def _says(seen: Peek) -> bool:
    """Whether an item says or shows something as posts do."""
    data = seen.fields.get("data")
    said = isinstance(data, list) and any(isinstance(one, dict) and ("post" in one) for one in data)
    return said or "attachments" in seen.names


def is_activity(path: str) -> bool:
    """Whether a path goes through the folder that Facebook keeps an account's activity in, since 2023."""
    return _ACTIVITY.fullmatch(path) is not None
