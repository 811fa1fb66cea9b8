"""Finding videos, comments, posts and channels in the JSON that YouTube's pages load, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from sma_plugin.readers.nested import Pointer

Kind = Literal["player", "watched", "video", "comment", "entity", "post", "shared", "channel"]
_MAX_DEPTH = 90
_KINDS: Mapping[str, Kind] = {
    "videoRenderer": "video",
    "gridVideoRenderer": "video",
    "compactVideoRenderer": "video",
    "playlistVideoRenderer": "video",
    "channelVideoPlayerRenderer": "video",
    "reelItemRenderer": "video",
    "lockupViewModel": "video",
    "shortsLockupViewModel": "video",
    "videoWithContextRenderer": "video",
    "commentRenderer": "comment",
    "commentEntityPayload": "entity",
    "backstagePostRenderer": "post",
    "sharedPostRenderer": "shared",
    "channelMetadataRenderer": "channel",
}
_ASIDE = frozenset(
    (
        "secondaryResults",
        "autoplay",
        "playerOverlays",
        "endscreen",
        "topbar",
        "guide",
        "adSlotRenderer",
        "adPlacements",
        "playerAds",
        "searchPyvRenderer",
        "promotedVideoRenderer",
        "miniplayer",
    )
)
"""Members that hold what YouTube recommends or advertises, and what belongs to who looked at the page."""


class Found(NamedTuple):
    """An object, what it is, and where it stands."""

    kind: Kind
    value: Mapping[str, Any]
    pointer: Pointer


def found_in(value: Any, pointer: Pointer = ()) -> Iterator[Found]:
    """Everything in a document that is beyond doubt what it looks like, outer things first."""
    if len(pointer) > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from found_in(one, (*pointer, index))
    elif isinstance(value, dict):
        if "playabilityStatus" in value:
            yield Found("player", value, pointer)
        if "currentVideoEndpoint" in value:
            yield Found("watched", value, pointer)
        for name, one in value.items():
            if name in _ASIDE:
                continue
            kind = _KINDS.get(name)
            if kind is not None and isinstance(one, dict):
                yield Found(kind, one, (*pointer, name))
            yield from found_in(one, (*pointer, name))
