"""How Instagram's own export is known in a bundle, and what of it is counted without being kept."""

from __future__ import annotations

import re

from sma_plugin.readers.contract import Member
from sma_plugin.readers.instagram.export_layout import NAME, PLATFORM, READ, role_of, root_of
from sma_plugin.readers.meta.pages import is_page
from sma_plugin.readers.meta.recognising import Export

_PROFILES = ("profile", "first-profile")
_FOLDERS = re.compile(r"(.*/)?(your_instagram_activity|content)/.*", re.IGNORECASE)
_FOLLOWERS = re.compile(r"(.*/)?followers(_\d+)?\.json", re.IGNORECASE)
_FOLLOWING = re.compile(r"(.*/)?following\.json", re.IGNORECASE)
_LIKES = re.compile(r"(.*/)?(liked_(posts|comments)|likes)(_\d+)?\.json", re.IGNORECASE)


def _defines(member: Member, _: str, role: str) -> bool:
    """Whether a file shows an export to be there.

    Pages look alike in the exports of Facebook and of Instagram: they are Instagram's where its folders are.
    """
    known = role in READ or role in _PROFILES or role == "profile-photos"
    return known and (not is_page(member.head) or _FOLDERS.fullmatch(member.path) is not None)


EXPORT = Export(NAME, PLATFORM, root_of, role_of, _defines, _PROFILES)


def counted(inner: str) -> str | None:
    """What the items of a file that is left out are counted as; ``None`` for files that are not counted."""
    if _LIKES.fullmatch(inner):
        return "own likes"
    if _FOLLOWERS.fullmatch(inner):
        return "followers"
    return "following" if _FOLLOWING.fullmatch(inner) else None
