"""My Data, the export that Snapchat gives an account of itself.

What can be read of it is little, and only that is read: the account, its public profile with the films and stories
that it shows, and how often stories were seen. Recordings that were kept, chats, friends and places stay out. Shared
stories are pointed out: they were handed in for a story of many, and not all were shown. Facts:
formats/PLATFORM_FORMATS.md 2.10, and exports as published by who made them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Problem
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.snapchat.export_files import NAME, PLATFORM, File, role_of

TOOL = "Snapchat My Data"
_CONFIDENCE = 70
_ORDER = ("account", "public-profile", "stories")
_PART = re.compile(r"(.*?)(?:memories/[^/]+-main\.\w+|chat_media/[^/]+)", re.IGNORECASE)
"""Media of a further part of the export, which holds no lists."""
_PAGE = re.compile(r"(.*?)html/(?:account|memories_history|chat_history)\.html", re.IGNORECASE)
_UNREAD = re.compile(r"(?:json/)?(shared_story|spotlight\w*|public_stor\w+)\.json|shared_story/.*", re.IGNORECASE)


def recognise(listing: Listing) -> Match | None:
    """The export in the listing, with the parts of it that came in further files."""
    files = [member for member in listing.members if role_of(member) is not None]
    roots = {_root(member.path) for member in files}
    pages = {found[1] for _, found in listing.matching(_PAGE.pattern)}
    if not roots and not pages:
        return None
    parts = {found[1] for _, found in listing.matching(_PART.pattern)}
    read = tuple(member.path for member in files if role_of(member) in _ORDER)
    only = tuple(member.path for member, _ in listing.matching(_PAGE.pattern))
    return Match(
        NAME,
        PLATFORM,
        "platform-export",
        read or only or tuple(member.path for member in files),
        tuple(sorted(roots | pages | parts)),
        confidence=_CONFIDENCE,
        tool=TOOL,
        personal_export=True,
    )


def _root(path: str) -> str:
    folder = path[: path.rfind("/") + 1]
    return folder.removesuffix("json/") if folder.endswith("json/") else folder


def read(capture: CaptureView) -> Iterator[Item]:
    """The account, its profile, its stories; what is there and not read."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    files = sorted((one for one in members if role_of(one) in _ORDER), key=lambda one: _ORDER.index(role_of(one) or ""))
    if not files:
        yield from _without_lists(capture, members)
        return
    author, profile = AccountRef(), None
    for member in files:
        file = File(capture.open(member.path), role_of(member) or "", author, profile)
        yield from file.items()
        author, profile = file.author, file.profile
    if profile is not None:
        yield profile
    for member in capture.listing.members:
        inner = _inner(member.path, capture.match.roots)
        if inner is not None and _UNREAD.fullmatch(inner):
            yield Problem("SMA-R165", member.path, params={"value": inner, "items": 1})


def _without_lists(capture: CaptureView, members: list[Member]) -> Iterator[Item]:
    """An export as pages only: nothing of it is read, and nothing of it may stay."""
    pages = [member for member in members if member.path.lower().endswith(".html")]
    if pages:
        yield Problem("SMA-R166", pages[0].path)
    for member in members:
        if rule_for(NAME, _inner(member.path, capture.match.roots) or "") is None:
            yield Exclusion(f"{NAME}.account-security", member.path)


def _inner(path: str, roots: tuple[str, ...]) -> str | None:
    """The path below the root that it lies in."""
    holding = [root for root in roots if path.startswith(root)]
    return path[len(max(holding, key=len)) :] if holding else None
