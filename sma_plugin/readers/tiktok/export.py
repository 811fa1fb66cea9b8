"""The export that TikTok gives an account of itself: one JSON document, in all its generations; or text, refused.

Read are the profile, posts, stories, deleted posts, broadcasts, comments, reposts and reviews. Everything else is cut
from the document by its own bytes. Facts: formats/PLATFORM_FORMATS.md 2.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Exclusion, Item, Problem
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member
from sma_plugin.readers.tiktok.common import PLATFORM
from sma_plugin.readers.tiktok.export_document import Document
from sma_plugin.readers.tiktok.export_layout import NAME, layout
from sma_plugin.readers.tiktok.export_posts import Files
from sma_plugin.readers.values import MEDIA_FILE

TOOL = "TikTok export"
_CONFIDENCE = 70
_NUMBERED = re.compile(r"(?:.*/)?[^/]*(?<!\d)(?:\d{15,20}|\d{4}\D\d\d\D\d\d\D{1,3}\d\d\D\d\d\D\d\d)(?!\d)[^/]*")
_TEXT, _OTHERS = f"{NAME}.text-form", f"{NAME}.other-media"


def recognise(listing: Listing) -> Match | None:
    """The first export in the listing; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match for each folder that holds an export, with the media of its posts; text exports among them."""
    documents = [member for member in listing.members if is_document(member)]
    texts = [] if documents else [member for member in listing.members if _is_text(member)]
    roots = list(dict.fromkeys(_folder(member.path) for member in documents))
    found = [_match(listing, root, roots, [one for one in documents if _folder(one.path) == root]) for root in roots]
    return found or ([_match_of_text(texts)] if texts else [])


def _match(listing: Listing, root: str, roots: list[str], documents: list[Member]) -> Match:
    """The profile comes first, where an export was split into several documents."""
    documents.sort(key=lambda member: b'"ProfileMap"' not in member.head)
    nested = tuple(other for other in roots if other != root and other.startswith(root))
    media = [
        member.path
        for member in listing.under(root)
        if re.fullmatch(MEDIA_FILE, member.path, re.IGNORECASE)
        and _NUMBERED.fullmatch(member.path)
        and not member.path.startswith(nested)
    ]
    return _made((*(member.path for member in documents), *media), root)


def _match_of_text(members: list[Member]) -> Match:
    """An export as text, with everything in the folder that all of it lies in."""
    paths = tuple(member.path for member in members)
    tops = {path.partition("/")[0] + "/" if "/" in path else "" for path in paths}
    return _made(paths, tops.pop() if len(tops) == 1 else "")


def _made(paths: tuple[str, ...], root: str) -> Match:
    return Match(
        NAME, PLATFORM, "platform-export", paths, (root,), confidence=_CONFIDENCE, tool=TOOL, personal_export=True
    )


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def is_document(member: Member) -> bool:
    """Whether a member is an export by its first names, whatever its own name is."""
    return layout().recognise.fits(member.head)


def _is_text(member: Member) -> bool:
    known, head = layout().text, member.head.decode("utf-8", "replace")
    named = member.path.lower().endswith(".txt")
    return named and re.search(known.line, head) is not None and re.search(known.address, head) is not None


def read(capture: CaptureView) -> Iterator[Item]:
    """The profile and then the posts of every document, each in the order of the source."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    documents = [member for member in members if is_document(member)]
    if not documents:
        yield Problem("SMA-R161", members[0].path)
        yield from (Exclusion(_TEXT, member.path) for member in members)
        return
    files = Files(member.path for member in members if not is_document(member))
    known = None
    for member in documents:
        document = Document(capture.open(member.path), files, known)
        yield from document.items()
        known = known or document.author
    yield from (Exclusion(_OTHERS, path) for path in files.unused())
