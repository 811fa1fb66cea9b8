"""The files that yt-dlp wrote beside an info.json: which of them is the video."""

from __future__ import annotations

import re

from sma_plugin.readers.contract import Member
from sma_plugin.readers.values import MEDIA_FILE

_PICTURE = re.compile(r".*\.(?:jpe?g|png|webp|gif|avif|image)", re.IGNORECASE)
_MEDIUM = re.compile(rf"{MEDIA_FILE}|.*\.(?:flv|3gp|mka|ts|mpg|mpeg|avi)", re.IGNORECASE)
_PART = re.compile(r"\.f\d+[\w-]*$")
"""Sound and picture that were fetched separately and not joined: ``name.f137.mp4``."""
_CHAT = re.compile(r"(.*)\.live_chat\.json(?:\.gz)?", re.IGNORECASE)


class Files:
    """Delivered media by what their names begin with; the larger one of parts that were not joined."""

    def __init__(self, members: list[Member]) -> None:
        self._videos: dict[str, tuple[bool, int, str]] = {}
        for member in members:
            if not _MEDIUM.fullmatch(member.path) or _PICTURE.fullmatch(member.path) or not member.size:
                continue
            stem = member.path.rpartition(".")[0]
            whole = _PART.sub("", stem)
            known = (stem == whole, member.size, member.path)
            self._videos[whole] = max(known, self._videos.get(whole, (False, -1, "")))
        self._by_id: dict[str, str] = {}
        for whole, (_, _, path) in self._videos.items():
            named = re.search(r"[\[-]([\w-]{6,24})\]?$", whole)
            if named:
                self._by_id.setdefault(named.group(1)[-11:], path)

    def of(self, stem: str | None, native_id: str | None) -> str | None:
        """The file of a video: by the name of its info.json, else by its id at the end of a name."""
        if stem is not None and stem in self._videos:
            return self._videos[stem][2]
        return self._by_id.get(native_id) if native_id and stem is None else None

    def video_of(self, path: str) -> str:
        """What the info.json beside a chat begins with."""
        found = _CHAT.fullmatch(path)
        return found.group(1) if found else ""
