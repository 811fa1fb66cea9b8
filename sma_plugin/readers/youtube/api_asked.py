"""What was asked of the Data API: whose account a capture is of, which page follows, which videos were not given."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import AccountRef, Moment, Observation, Problem
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.contract import Source
from sma_plugin.readers.page_chain import Chain
from sma_plugin.readers.youtube.common import CHANNEL_ID, PLATFORM, VIDEO_ID, channel

_HOSTS = ("youtube.googleapis.com", "content-youtube.googleapis.com", "www.googleapis.com", "content.googleapis.com")
_PATH = "/youtube/v3/"
PLACES = ("pageToken", "playlistId", "channelId", "videoId", "parentId", "id", "q", "allThreadsRelatedToChannelId")
_PREV, _NEXT = "Q", "A"
_MOST = 100_000


def is_endpoint(url: str | None) -> bool:
    """Whether an address is one of the Data API's."""
    return host_of(url) in _HOSTS and path_of(url).startswith(_PATH)


class Asked:
    """The question that a response answers, by its address. Keys and tokens in it are never given on."""

    def __init__(self, url: str | None) -> None:
        self._known = is_endpoint(url)
        self.list = path_of(url).rstrip("/").rpartition("/")[2] if self._known else ""
        self._given = query_of(url) if self._known else {}

    def value(self, name: str) -> str:
        """The first value of a parameter; ``""`` when it was not given."""
        return self._given.get(name, "")

    def owner(self) -> AccountRef | None:
        """The channel whose posts or comments were asked for."""
        asked = self.value("channelId") or self.value("allThreadsRelatedToChannelId")
        playlist = self.value("playlistId")
        if playlist.startswith("UU"):
            asked = f"UC{playlist[2:]}"
        return channel(asked) if CHANNEL_ID.fullmatch(asked) else None

    def is_for_channel(self) -> bool:
        """Whether one channel was asked for, or the channel of who asked."""
        named = self.value("forHandle") or self.value("forUsername") or self.value("mine")
        return self.list == "channels" and bool(named or (self.value("id") and "," not in self.value("id")))

    def not_given(self, met: set[str], source: Source) -> Iterator[Observation]:
        """Word of the videos that were asked for by id and that the response does not hold."""
        asked = self.value("id").split(",") if self.list == "videos" else []
        for video in asked:
            if VIDEO_ID.fullmatch(video) and video not in met:
                at: Moment | None = source.fetched_at
                yield Observation(PLATFORM, video, at=at, status="not-found", evidence=(source.base,))


class Pages:
    """Which pages were met and which follow them: by their addresses, where these are known, else by their tokens.

    A token of most lists holds the place in the list and a direction, so that the page after one that names
    ``CAUQAA`` as the next names ``CAUQAQ`` as the one before. Of lists with other tokens only the last page has no
    next: where every page names one, the last is not there.
    """

    def __init__(self) -> None:
        self._chain = Chain(PLACES)
        self._announced: dict[tuple[str, ...], dict[str, list[Problem]]] = {}
        self._pages: dict[tuple[str, ...], int] = {}
        self._known = 0

    def page(self, source: Source, group: tuple[str, ...], following: str | None, before: str | None) -> None:
        """A page of the list ``group``, with the tokens of the pages around it."""
        if is_endpoint(source.url):
            url = source.url or ""
            base = url.partition("#")[0]
            joint = "&" if "?" in base else "?"
            self._chain.page(source, url, f"{_without_token(base)}{joint}pageToken={following}" if following else None)
            return
        self._known += 1
        if self._known > _MOST:
            return
        self._pages[group] = self._pages.get(group, 0) + 1
        announced = self._announced.setdefault(group, {})
        if before and announced.get(_place(before)):
            announced[_place(before)].pop(0)
        if following:
            problem = Problem("SMA-R049", source.path, source.base.offset, source.base.length)
            announced.setdefault(_place(following), []).append(problem)

    def open_ends(self) -> Iterator[Problem]:
        """A problem for each chain of pages that stops before its end."""
        yield from self._chain.open_ends()
        for group, announced in self._announced.items():
            told = [one for place, problems in announced.items() for one in problems if place.endswith(_NEXT)]
            others = [one for place, problems in announced.items() for one in problems if not place.endswith(_NEXT)]
            yield from told
            if others and len(told) + len(others) == self._pages[group]:
                yield others[-1]


def _place(token: str) -> str:
    """The place that a token names, without its direction."""
    return f"{token[:-1]}{_NEXT}" if len(token) < 16 and token.endswith((_PREV, _NEXT)) else f"{token}:"


def _without_token(url: str) -> str:
    start, _, query = url.partition("?")
    kept = [one for one in query.split("&") if one and not one.startswith("pageToken=")]
    return f"{start}?{'&'.join(kept)}"
