"""Reader of the Facebook Graph API: answers as files, or as responses in a capture of the web.

Facts: formats/PLATFORM_FORMATS.md 2.3. Instagram's answers from the same addresses are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import CaptureView, Listing, Match, Source, alone
from sma_plugin.readers.facebook.graph_addresses import FACEBOOK, is_graph, rule_of
from sma_plugin.readers.facebook.graph_kinds import NEAR, NEUTRAL, STRONG, seen_in
from sma_plugin.readers.facebook.graph_objects import platform_of
from sma_plugin.readers.facebook.graph_session import Answers
from sma_plugin.readers.media_files import MediaFiles, is_media

__all__ = ["accepts", "read", "read_source", "reading", "recognise"]
_JSON = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?(?:json|javascript)\b", re.IGNORECASE)


def recognise(listing: Listing) -> Match | None:
    """All answers in the listing as one capture."""
    return recognised(listing, FACEBOOK, "facebook")


def recognised(listing: Listing, reader: str, platform: str) -> Match | None:
    """Answers of one platform; others (errors, empty pages, what has few members) only in their company."""
    kinds = {member.path: seen_in(member.head) for member in listing.members}
    shown = {path: platform_of(seen.kind) for path, seen in kinds.items() if seen.kind in STRONG - NEUTRAL}
    # Conversations, reactions and errors look alike on all platforms: they are of the one whose answers they came with.
    others = next((one for one in ("facebook", "instagram", "threads") if one in shown.values()), "facebook")
    shown |= {path: others for path, seen in kinds.items() if seen.kind in NEUTRAL}
    strong = {path for path, one in shown.items() if one == platform}
    folders = {_folder(path) for path in strong}
    weak = {
        path
        for path, seen in kinds.items()
        if (seen.kind or seen.page) and seen.kind not in STRONG and (seen.kind not in NEAR or _folder(path) in folders)
    }
    told = strong | weak
    paths = tuple(
        member.path
        for member in listing.members
        if member.path in told or (is_media(member.path) and member.path.startswith(tuple(folders)))
    )
    return Match(reader, platform, "api", paths, confidence=48) if strong else None


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of every answer, in the order of the delivery."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    answers = Answers(MediaFiles(members))
    for member in members:
        if not is_media(member.path):
            yield from answers.read_source(capture.open(member.path))
    yield from answers.end()


def accepts(source: Source) -> bool:
    """Whether a response comes from an address of a Graph API, and is JSON or may not enter a package."""
    if rule_of(source.url):
        return True
    return is_graph(source.url) and _JSON.match(source.content_type or "application/json") is not None


def reading() -> Answers:
    """The reading of responses that belong together: page chains are followed, accounts told once."""
    return Answers()


read_source = alone(reading)
