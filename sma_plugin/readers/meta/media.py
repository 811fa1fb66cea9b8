"""Which delivered file a ``uri`` in a Meta export means.

A ``uri`` is a path from the root of the export, but the root can be renamed, split over parts, unpacked with other
characters for an apostrophe, or left out: the file that shares the most of the path is meant, two parts at the least.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from sma_plugin.model import Media, Problem
from sma_plugin.readers.contract import Member
from sma_plugin.readers.meta.text import members_of, words
from sma_plugin.readers.values import MediaKind

_APOSTROPHE = re.compile("['’‘`_]+")
_KINDS: dict[str, MediaKind] = {
    **dict.fromkeys(("jpg", "jpeg", "jfif", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff"), "image"),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "mkv", "avi", "3gp", "ogv", "mpg", "mpeg", "wmv"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac"), "audio"),
    "gif": "animation",
}
_LEAST = 2
"""Parts of a path that must be the same, where it has so many."""


class MediaFiles:
    """The files of one export, and what was asked for in vain."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._by_name: dict[str, list[Member]] = {}
        for member in members:
            self._by_name.setdefault(_parts(member.path)[-1], []).append(member)
        self._told: set[str] = set()

    def find(self, uri: str) -> Member | None:
        """The delivered file that is meant; of several that fit as well, the first delivered."""
        wanted = _parts(uri)
        found = [(_common(_parts(member.path), wanted), member) for member in self._by_name.get(wanted[-1], ())]
        best = max(found, key=lambda one: one[0], default=(0, None))
        return best[1] if best[0] >= min(_LEAST, len(wanted)) else None

    def medium(
        self, item: dict[str, Any], path: str, problems: list[Problem], missing: str = "SMA-R007"
    ) -> Media | None:
        """The medium in ``item`` of the document at ``path``; one that was not delivered is added to ``problems``."""
        uri = words(item.get("uri"))
        if uri is None:
            return None
        kind = _KINDS.get(_parts(uri)[-1].rpartition(".")[2], "unknown")
        kind = _by_metadata(item) if kind == "unknown" else kind
        if "://" in uri:
            return Media(kind, source=uri)
        member = self.find(uri)
        if member is not None:
            return Media(kind, path=member.path, source=uri)
        if uri not in self._told:
            self._told.add(uri)
            problems.append(Problem(missing, path, params={"path": path, "value": uri[:200]}))
        return Media(kind, source=uri)


def _by_metadata(item: dict[str, Any]) -> MediaKind:
    said = members_of(item.get("media_metadata"))
    return "video" if "video_metadata" in said else "image" if "photo_metadata" in said else "unknown"


def _parts(path: str) -> list[str]:
    """The parts of a path as they are compared: small letters, one sign for every apostrophe.

    >>> _parts("This_profile's_activity/posts/A%20b.JPG")
    ['this_profile_s_activity', 'posts', 'a b.jpg']
    """
    return [_APOSTROPHE.sub("_", part) for part in unquote(path).replace("\\", "/").strip("/").lower().split("/")]


def _common(one: list[str], other: list[str]) -> int:
    same = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        same += 1
    return same
