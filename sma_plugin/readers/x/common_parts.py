"""The parts of a v1.1-shaped post of X as delivered: every field optional, numbers as text or number.

None of these can hold a cycle, so the garbage collector need not follow them. Field names are the platform's own.
Facts: formats/PLATFORM_FORMATS.md 2.1 and 2.2.
"""

from __future__ import annotations

import msgspec

Number = int | float | str | None
"""The archive writes numbers as text, the API as numbers."""


class Hashtag(msgspec.Struct, frozen=True, gc=False):
    """``entities.hashtags[]``."""

    text: str | None = None


class Mention(msgspec.Struct, frozen=True, gc=False):
    """``entities.user_mentions[]``; ``id_str`` is ``-1`` when the account is gone."""

    screen_name: str | None = None
    name: str | None = None
    id_str: str | None = None


class Url(msgspec.Struct, frozen=True, gc=False):
    """``entities.urls[]``."""

    url: str | None = None
    expanded_url: str | None = None


class Variant(msgspec.Struct, frozen=True, gc=False):
    """``video_info.variants[]``: one file of a video."""

    url: str | None = None
    content_type: str | None = None
    bitrate: Number = None


class VideoInfo(msgspec.Struct, frozen=True, gc=False):
    """``video_info`` of a video or animation."""

    variants: list[Variant] | None = None
    duration_millis: Number = None


class Size(msgspec.Struct, frozen=True, gc=False):
    """One of ``sizes``, in pixels; ``resize`` is ``crop`` where the image is cut to fit."""

    w: Number = None
    h: Number = None
    resize: str | None = None


class OriginalInfo(msgspec.Struct, frozen=True, gc=False):
    """``original_info``: the size as uploaded, in pixels."""

    width: Number = None
    height: Number = None


class MediaEntity(msgspec.Struct, frozen=True, gc=False):
    """``extended_entities.media[]`` and ``entities.media[]``."""

    id_str: str | None = None
    type: str | None = None
    media_url_https: str | None = None
    media_url: str | None = None
    url: str | None = None
    ext_alt_text: str | None = None
    source_status_id_str: str | None = None
    sizes: dict[str, Size] | list[Size] | None = None
    """By name since 2018; Grailbird files have a list without names."""
    original_info: OriginalInfo | None = None
    video_info: VideoInfo | None = None

    @property
    def address(self) -> str | None:
        """Where the image, or the still of a video, was served."""
        return self.media_url_https or self.media_url


class Entities(msgspec.Struct, frozen=True, gc=False):
    """``entities`` and ``extended_entities``."""

    hashtags: list[Hashtag] | None = None
    user_mentions: list[Mention] | None = None
    urls: list[Url] | None = None
    media: list[MediaEntity] | None = None


class Point(msgspec.Struct, frozen=True, gc=False):
    """GeoJSON: ``coordinates`` is longitude, latitude; in the old field ``geo`` it is the other way round."""

    coordinates: list[Number] | None = None


class Place(msgspec.Struct, frozen=True, gc=False):
    """``place``."""

    id: str | None = None
    name: str | None = None
    full_name: str | None = None
    country: str | None = None
