"""The videos of a Takeout: their rows in three tables joined, and their files found by their titles.

Files of videos bear the title, with what file systems do not allow as ``_``, cut off where it is long.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sma_plugin.model import AccountRef, Evidence, Location, Post, PostState
from sma_plugin.readers.csv_form import plain
from sma_plugin.readers.csv_tables import Record
from sma_plugin.readers.youtube.common import PLATFORM, video_medium, watch_url
from sma_plugin.readers.youtube.takeout_posts import audience, author_of, moment

_NUMBERED = re.compile(r"\(\d+\)$")
_CUT = 30
"""A name of a file that is this long or longer may be cut off."""
_TAG = re.compile(r"(?:tag|etiqueta|étiquette|schlagwort) ?\d+", re.IGNORECASE)


@dataclass(slots=True)
class Video:
    """One video: its row by the names of the columns, what other tables tell, the evidence for both."""

    row: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def given(self, name: str) -> str:
        """A cell of its row without space around it."""
        return self.row.get(name, "").strip()

    @property
    def title(self) -> str:
        """Its title, as it was first given, else as it is shown."""
        return self.given("title") or self.told.get("title", "")

    @property
    def unpublished(self) -> bool:
        """Whether it is private and the export leaves the moment of its publication open."""
        return "published" in self.row and not self.given("published") and audience(self.given("privacy")) == "limited"

    def post(self, native_id: str, owner: AccountRef, path: str | None) -> Post:
        """The video as a post."""
        duration = self.given("duration")
        state = PostState(
            text=self.row.get("description", self.told.get("description")),
            title=self.title,
            language=self.given("language") or None,
            media=(video_medium(native_id, path, int(duration) / 1000 if duration.isdecimal() else None),),
            location=self._location(),
            raw=self._raw(),
        )
        return Post(
            PLATFORM,
            author_of(self.given("channel"), owner),
            native_id,
            moment(self.given("published") or self.given("created") or self.told.get("created", "")),
            state,
            "video",
            watch_url(native_id),
            audience=audience(self.given("privacy")),
            evidence=tuple(self.evidence),
        )

    def _raw(self) -> dict[str, object] | None:
        tags = [cell for name, cell in self.row.items() if _TAG.fullmatch(name) and cell]
        named = {"Video Category": "category", "Privacy": "privacy", "Video State": "state"}
        found: dict[str, object] = {name: self.given(column) for name, column in named.items() if self.given(column)}
        return found | ({"tags": tags} if tags else {}) or None

    def _location(self) -> Location | None:
        try:
            latitude, longitude = (float(self.told[name]) for name in ("latitude", "longitude"))
        except (KeyError, ValueError):
            return None
        return Location(latitude=latitude, longitude=longitude)


class Videos:
    """The videos of one Takeout, by their ids, in the order of their rows."""

    def __init__(self) -> None:
        self._known: dict[str, Video] = {}

    def add(self, kind: str, row: Record) -> None:
        """A row of one of the tables. Where parts repeat a table, its first row holds and each is evidence."""
        video = self._known.setdefault(row.get("id"), Video())
        video.evidence.append(row.evidence)
        if kind == "videos":
            video.row = video.row or row.values
        elif kind == "texts":
            segments = {"title": "title1", "description": "description1", "created": "created"}
            video.told.update({name: row.values[column] for name, column in segments.items() if column in row.values})
        else:
            video.told.update({name: row.get(name) for name in ("latitude", "longitude")})

    def __iter__(self) -> Iterator[tuple[str, Video]]:
        """Those of which more is known than where they were recorded."""
        return ((native, one) for native, one in self._known.items() if native and (one.row or one.title))

    def files(self, paths: Iterable[str]) -> dict[str, str]:
        """The file of each video by its id, where one name is that of one video only."""
        titles: dict[str, list[str]] = defaultdict(list)
        for native, one in self:
            titles[plain(one.title)].append(native)
        found: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            for native in _named(path, titles):
                found[native].append(path)
        return {native: files[0] for native, files in found.items() if len(files) == 1}


def _named(path: str, titles: dict[str, list[str]]) -> list[str]:
    """The video that the name of a file is of; none when it may be several."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    name = plain(_NUMBERED.sub("", stem))
    if name in titles:
        natives = titles[name]
    elif len(stem) >= _CUT and name:
        natives = [native for title, all_of in titles.items() if title.startswith(name) for native in all_of]
    else:
        natives = []
    return natives if len(natives) == 1 else []
