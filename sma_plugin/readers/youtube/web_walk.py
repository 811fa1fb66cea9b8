"""Finding videos, comments, posts and channels in the JSON that YouTube's pages load, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sma_plugin.readers.nested import Found, Pointer, objects_in

Kind = Literal["player", "watched", "video", "comment", "entity", "post", "shared", "channel"]
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


def found_in(value: Any, pointer: Pointer = ()) -> Iterator[Found[Kind]]:
    """Everything in a document that is beyond doubt what it looks like, outer things first."""
    for holder, place in objects_in(value, pointer):
        if "playabilityStatus" in holder:
            yield Found("player", holder, place)
        if "currentVideoEndpoint" in holder:
            yield Found("watched", holder, place)
        for name, one in holder.items():
            if name in _ASIDE:
                continue
            kind = _KINDS.get(name)
            if kind is not None and isinstance(one, dict):
                yield Found(kind, one, (*place, name))
            yield from found_in(one, (*place, name))
