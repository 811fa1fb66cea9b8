"""The media of a status of the REST interface, with the files of the capture that they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sma_plugin.model import Media
from sma_plugin.readers.mastodon.common import Files
from sma_plugin.readers.mastodon.entities import MediaEntity
from sma_plugin.readers.values import MediaKind, number

_KINDS: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio", "gifv": "animation"}


def media_of(found: Iterable[MediaEntity] | None, files: Files | None, home: str | None) -> tuple[Media, ...] | None:
    """The media, in order; ``None`` when nothing is said of them.

    ``home`` is the host of the server on which the status was written, if that is the one that answered: only there do
    the numbers of media identify them.
    """
    return None if found is None else tuple(_medium(one, files, home) for one in found)


def _medium(medium: MediaEntity, files: Files | None, home: str | None) -> Media:
    original = (medium.meta or {}).get("original")
    size: dict[str, Any] = original if isinstance(original, dict) else {}
    addresses = [address for address in (medium.url, medium.remote_url) if address]
    paths = (files.same_name(address) for address in addresses) if files else iter(())
    duration = size.get("duration")
    return Media(
        kind=_KINDS.get(medium.type or "", "unknown"),
        native_id=f"{home}#{medium.id}" if home and medium.id not in (None, "") else None,
        path=next((path for path in paths if path), None),
        source=next(iter(addresses), None),
        alt=medium.description or None,
        width=number(size.get("width")),
        height=number(size.get("height")),
        duration=float(duration) if isinstance(duration, int | float) else None,
        blurhash=medium.blurhash,
        preview=None if medium.type == "image" else medium.preview_url,
    )
