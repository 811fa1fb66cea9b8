"""What every reader of YouTube shares: addresses, references to channels, the medium that a video is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sma_plugin.model import AccountRef, Alias, Media
from sma_plugin.readers.values import number

PLATFORM = "youtube"
VIDEO_ID = re.compile(r"[\w-]{11}")
CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_IN_ADDRESS = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#\s]*&)?v=|shorts/|live/|embed/|v/)|youtu\.be/|"
    r"(?:ytimg\.com|img\.youtube\.com)/(?:vi|vi_webp|an_webp)/)([\w-]{11})(?![\w-])"
)
_CHANNEL_IN_ADDRESS = re.compile(r"youtube\.com/channel/(UC[\w-]{22})(?![\w-])")
_HANDLE_IN_ADDRESS = re.compile(r"youtube\.com/@([^/?#\s]+)")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_UNITS = (604800, 86400, 3600, 60, 1)


def watch_url(video: str) -> str:
    """The page of a video."""
    return f"https://www.youtube.com/watch?v={video}"


def video_in(address: str | None) -> str | None:
    """The id of the video that an address of its page or of one of its thumbnails names.

    >>> video_in("https://i.ytimg.com/vi/AbCdEfGhIjK/hqdefault.jpg?v=1")
    'AbCdEfGhIjK'
    """
    found = _IN_ADDRESS.search(address or "")
    return found.group(1) if found else None


def channel_in(address: str | None) -> str | None:
    """The id of the channel that an address names."""
    found = _CHANNEL_IN_ADDRESS.search(address or "")
    return found.group(1) if found else None


def handle_of(name: str | None) -> str | None:
    """The handle that a name or address is of: both ``@voorbeeldstad`` and the address of its page."""
    found = _HANDLE_IN_ADDRESS.search(name or "")
    if found:
        return found.group(1)
    return name[1:] or None if name and name.startswith("@") and " " not in name else None


def channel(native_id: str | None, name: str | None = None, handle: str | None = None) -> AccountRef:
    """A reference to a channel. A name that is a handle, as YouTube gives those of commenters, counts as both."""
    bare = handle or handle_of(name)
    url = f"https://www.youtube.com/channel/{native_id}" if native_id else None
    url = url or (f"https://www.youtube.com/@{bare}" if bare else None)
    return AccountRef(native_id or None, bare, name or None, url)


def user_alias(name: str | None) -> tuple[Alias, ...]:
    """The name that a channel bore before there were handles."""
    return (Alias("username", name),) if name else ()


def seconds(duration: str | None) -> float | None:
    """The length of an ISO 8601 duration.

    >>> seconds("PT1H2M3S")
    3723.0
    """
    found = _DURATION.fullmatch(duration or "")
    if not found or not any(found.groups()):
        return None
    return sum(float(value) * unit for value, unit in zip(found.groups(), _UNITS, strict=True) if value)


def absolute(address: str) -> str:
    """An address with its scheme."""
    return f"https:{address}" if address.startswith("//") else address


def largest(thumbnails: Mapping[str, Any] | None) -> str | None:
    """The address of the largest of the sizes in which a picture is given."""
    given = [one for one in (thumbnails or {}).values() if isinstance(one, Mapping)]
    known = [(number(one.get("width")) or 0, one["url"]) for one in given if isinstance(one.get("url"), str)]
    return absolute(max(known)[1]) if known else None


def video_medium(
    video: str | None,
    path: str | None = None,
    duration: float | None = None,
    size: tuple[int, int] | None = None,
    preview: str | None = None,
) -> Media:
    """The medium of a video post; ``path`` is its file, where it was delivered too. ``preview``: its thumbnail."""
    width, height = size or (None, None)
    source = watch_url(video) if video else None
    return Media("video", video, path, source, width=width, height=height, duration=duration, preview=preview)
