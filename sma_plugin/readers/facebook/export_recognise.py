"""Recognising Facebook's own export in a bundle: one match per account, over all parts and wrapper folders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.facebook.export_layout import NAME, PLATFORM, READ, Role, role_of, root_of
from sma_plugin.readers.facebook.export_owner import handle_in
from sma_plugin.readers.meta.tree import deeper, export_of, joined
from sma_plugin.readers.values import MEDIA_FILE

_CONFIDENCE, _LONE_CONFIDENCE = 60, 40
_DEFINING = (*READ, "profile", "profile-updates")
_OWN_FILES = re.compile(r"(.*/)?no-data\.txt|(start_here|index)\.html?|(html|files)/[^/]+\.(css|js)", re.IGNORECASE)
_LIKES = re.compile(
    r"(.*/)?(likes_and_reactions(_\d+)?|(likes_and_reactions|reactions|comments_and_reactions)/posts_and_comments|"
    r"reactions(_\d+)?)\.json",
    re.IGNORECASE,
)
_FOLLOWERS = re.compile(r"(.*/)?(people_who_follow(ed)?_(you|this_page)|followers(_\d+)?)\.json", re.IGNORECASE)


def matches(listing: Listing) -> Iterator[Match]:
    """Every export in the bundle, in the order of delivery."""
    roots = dict.fromkeys(root for member in listing.members if (root := _defines(member)) is not None)
    exports: dict[tuple[str, ...], list[str]] = {}
    for root in roots:
        exports.setdefault(export_of(root), []).append(root)
    for own in exports.values():
        for together in joined(own, {root for root in own if _has_profile(listing, root)}):
            yield _match(listing, together, list(roots))


def _has_profile(listing: Listing, root: str) -> bool:
    return any(role_of(member, member.path[len(root) :]) == "profile" for member in listing.under(root))


def _defines(member: Member) -> str | None:
    """The root of the export that a file shows to be there; ``None`` for files that show nothing."""
    root = root_of(member.path)
    role = role_of(member, member.path[len(root) :])
    if role not in _DEFINING:
        return None
    # A profile is Facebook's only where Facebook's folders are.
    return root if role != "profile" or "/" in member.path[len(root) :] else None


def _match(listing: Listing, roots: tuple[str, ...], others: list[str]) -> Match:
    paths = []
    structured = False
    for root in roots:
        inner_roots = deeper(root, others)
        for member in listing.under(root):
            if inner_roots and member.path.startswith(inner_roots):
                continue
            inner = member.path[len(root) :]
            structured = structured or "/" in inner
            if _claimed(member, inner):
                paths.append(member.path)
    handle = handle_in(roots)
    return Match(
        NAME,
        PLATFORM,
        "platform-export",
        tuple(paths),
        roots=roots,
        confidence=_CONFIDENCE if structured else _LONE_CONFIDENCE,
        account=_account(handle),
        personal_export=True,
    )


def _account(handle: str | None) -> AccountRef | None:
    if handle is None:
        return None
    number = handle.isdigit() and len(handle) > 8
    return AccountRef(handle) if number else AccountRef(handle=handle)


def _claimed(member: Member, inner: str) -> bool:
    if rule_for(NAME, inner) is not None or _OWN_FILES.fullmatch(inner):
        return True
    return role_of(member, inner) not in (None, "nothing") or re.fullmatch(MEDIA_FILE, inner, re.IGNORECASE) is not None


def counted_as(inner: str) -> Role | None:
    """What the items of a file that is left out by its path are counted as; ``None`` for files that are not counted."""
    if _LIKES.fullmatch(inner):
        return "likes"
    return "followers" if _FOLLOWERS.fullmatch(inner) else None
