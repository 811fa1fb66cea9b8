"""The media of an ActivityStreams object, with the files of the archive that they are."""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import Media, Post
from sma_plugin.readers.mastodon.common import Files, server_of
from sma_plugin.readers.mastodon.objects import Thing, address, listed, objects, words
from sma_plugin.readers.values import media_kind, number

_DURATION = re.compile(r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?")


def media_of(thing: Thing, files: Files | None) -> tuple[Media, ...] | None:
    """The attachments that are media, and pictures that are not also attached; ``None`` when nothing is said."""
    found = [_medium(one, files) for one in listed(thing.attachment) if _is_medium(one)]
    seen = {medium.source for medium in found}
    pictures = [_medium(one, files, "image") for one in listed(thing.image)]
    found += [medium for medium in pictures if medium.source and medium.source not in seen]
    if thing.attachment is None and thing.image is None:
        return None
    return tuple(found)


def _is_medium(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and value.get("type") not in ("Link", "PropertyValue"))


def _medium(value: Any, files: Files | None, kind: str = "") -> Media:
    medium = value if isinstance(value, dict) else {"url": value}
    source = words(medium.get("href")) or address(medium.get("url"))
    mime = words(medium.get("mediaType")) or next(
        (words(one.get("mediaType")) for one in objects(medium.get("url"))), None
    )
    by_type = str(medium.get("type", "")).lower()
    return Media(
        kind=media_kind(mime or (by_type if by_type in ("image", "video", "audio") else kind)),
        path=files.local(source) if files and source else None,
        source=source,
        mime=mime,
        alt=words(medium.get("name")) or words(medium.get("summary")),
        width=number(medium.get("width")),
        height=number(medium.get("height")),
        duration=_seconds(medium.get("duration")),
        blurhash=words(medium.get("blurhash")),
    )


def _seconds(value: Any) -> float | None:
    """A duration as ISO 8601 (``PT1M2.5S``) or in seconds; ``None`` for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def missing_media(post: Post) -> list[str]:
    """The addresses within an export for which no file was delivered."""
    media = post.state.media or ()
    return [one.source for one in media if one.path is None and one.source and server_of(one.source) is None]
