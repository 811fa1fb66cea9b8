"""Media of posts in the API's second version, and the delivered files that belong to media of either version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from sma_plugin.model import Media
from sma_plugin.readers.contract import Listing, Member
from sma_plugin.readers.x.api_json import Whole
from sma_plugin.readers.x.common import base_name

Kind = Literal["image", "video", "audio", "animation", "document", "unknown"]
_KINDS: dict[str | None, Kind] = {"photo": "image", "video": "video", "animated_gif": "animation"}
_MAGIC = re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|....ftyp", re.DOTALL)
_NAME = re.compile(r"(\d{1,2}_)?(?P<id>\d{15,20})(?:[._-].*)?|[\w-]{15,16}(?:\.\w{3,4})?")


class MediaVariant(msgspec.Struct, gc=False):
    """``variants[]``: one file of a video; playlists have no bit rate."""

    url: str | None = None
    content_type: str | None = None
    bit_rate: Whole | None = None


class MediaPart(msgspec.Struct, gc=False):
    """``includes.media[]`` of a page, ``attachments.media[]`` of a flattened post."""

    media_key: str | None = None
    type: str | None = None
    url: str | None = None
    preview_image_url: str | None = None
    alt_text: str | None = None
    width: Whole | None = None
    height: Whole | None = None
    duration_ms: Whole | None = None
    variants: tuple[MediaVariant, ...] | None = None


def is_media_file(member: Member) -> bool:
    """Whether a member is an image or video under a name that X, or a tool for X, gives to media."""
    return bool(_NAME.fullmatch(member.path.rpartition("/")[2]) and _MAGIC.match(member.head))


class MediaFiles:
    """Delivered files by the names that a capture's media can have."""

    def __init__(self, listing: Listing | None) -> None:
        self._paths: dict[str, str] = {}
        for member in listing.members if listing else ():
            if is_media_file(member):
                self._add(member.path)

    def _add(self, path: str) -> None:
        name = path.rpartition("/")[2]
        numbered = _NAME.fullmatch(name)
        for known in (name, name.partition(".")[0], numbered["id"] if numbered else None):
            if known:
                self._paths.setdefault(known, path)

    def find(self, key: str | None, urls: Iterable[str | None]) -> str | None:
        """The file of a medium, by its own id or by the name in one of its addresses."""
        if not self._paths:
            return None
        names = [base_name(url) for url in urls]
        candidates = [key, *names, *(name.partition(".")[0] for name in names if name)]
        return next((self._paths[name] for name in candidates if name in self._paths), None)


def media_id(key: str | None) -> str | None:
    """The number that the old API and the archive know a medium by; the part before ``_`` is its kind.

    >>> media_id("3_1377650087799754753")
    '1377650087799754753'
    """
    return key.rpartition("_")[2] if key else None


def medium(part: MediaPart, files: MediaFiles) -> Media:
    """A medium with its file, if there is one. Of a video's files the one with the highest bit rate is named."""
    best = _best(part.variants)
    source = (best.url if best else None) or part.url or part.preview_image_url
    key = media_id(part.media_key)
    path = files.find(key, (best.url if best else None, part.url)) if key or source else None
    return Media(
        kind=_KINDS.get(part.type, "unknown"),
        native_id=key,
        path=path,
        source=source,
        mime=best.content_type if best else None,
        alt=part.alt_text,
        width=part.width,
        height=part.height,
        duration=part.duration_ms / 1000 if part.duration_ms is not None else None,
        preview=part.preview_image_url if part.preview_image_url != source else None,
    )


def _best(variants: tuple[MediaVariant, ...] | None) -> MediaVariant | None:
    files = [one for one in variants or () if one.url and "mpegurl" not in (one.content_type or "").lower()]
    return max(files, key=lambda one: one.bit_rate or 0, default=None)
