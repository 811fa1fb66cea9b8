"""How Facebook's own export is known in a bundle, and what of it is counted without being kept."""

from __future__ import annotations

import re

from sma_plugin.readers.contract import Member
from sma_plugin.readers.facebook.export_layout import NAME, PLATFORM, READ, Role, root_of
from sma_plugin.readers.facebook.export_roles import role_of
from sma_plugin.readers.meta.recognising import Export

_LIKES = re.compile(
    r"(.*/)?(likes_and_reactions(_\d+)?|(likes_and_reactions|reactions|comments_and_reactions)/posts_and_comments|"
    r"reactions(_\d+)?)\.json",
    re.IGNORECASE,
)
_FOLLOWERS = re.compile(r"(.*/)?(people_who_follow(ed)?_(you|this_page)|followers(_\d+)?)\.json", re.IGNORECASE)


def _defines(_: Member, inner: str, role: str) -> bool:
    """Whether a file shows an export to be there: a profile is Facebook's only where Facebook's folders are."""
    return role in READ or role == "profile-updates" or (role == "profile" and "/" in inner)


EXPORT = Export(NAME, PLATFORM, root_of, role_of, _defines, ("profile",))


def counted_as(inner: str) -> Role | None:
    """What the items of a file that is left out by its path are counted as; ``None`` for files that are not counted."""
    if _LIKES.fullmatch(inner):
        return "likes"
    return "followers" if _FOLLOWERS.fullmatch(inner) else None
