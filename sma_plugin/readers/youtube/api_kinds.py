"""What a JSON object of the Data API is: by the kind that it states, else by its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sma_plugin.readers.youtube.common import CHANNEL_ID, VIDEO_ID

LEFT_OUT = {
    "subscription": "youtube-api.contacts",
    "member": "youtube-api.members",
    "sponsor": "youtube-api.members",
    "fanFundingEvent": "youtube-api.members",
    "superChatEvent": "youtube-api.members",
    "videoRating": "youtube-api.own-likes",
    "liveStream": "youtube-api.stream-keys",
    "liveChatBan": "youtube-api.members",
    "liveChatModerator": "youtube-api.members",
    "abuseReport": "youtube-api.members",
}
"""Kinds of resources that never enter a package, with the rule."""
ACTIVITIES_LEFT_OUT = {
    "like": "youtube-api.own-likes",
    "favorite": "youtube-api.own-likes",
    "subscription": "youtube-api.contacts",
    "recommendation": "youtube-api.recommendations",
}
READ = frozenset(
    ("video", "liveBroadcast", "playlistItem", "searchResult", "channel", "commentThread", "comment", "activity")
)
_PREFIX = "youtube#"
_LISTS = ("ListResponse", "GetRatingResponse")
_RATING = frozenset(("videoId", "rating"))


def kind_of(value: Mapping[str, Any]) -> str | None:
    """The kind of an object without its prefix, ``list`` for a page; ``None`` for what is not known to be YouTube's."""
    stated = value.get("kind")
    if isinstance(stated, str) and stated.startswith(_PREFIX):
        kind = stated.removeprefix(_PREFIX)
        return "list" if kind.endswith(_LISTS) else kind
    if value.keys() == _RATING:
        return "videoRating"
    return None if stated is not None else _by_shape(value)


def _by_shape(value: Mapping[str, Any]) -> str | None:
    """Who asks for certain fields only may not have asked for the kind."""
    told, native_id = value.get("snippet"), value.get("id")
    if not isinstance(told, Mapping):
        return None
    named = next((kind for kind, names in _SHAPES if told.keys() & names), None)
    if named or (isinstance(native_id, Mapping) and "videoId" in native_id):
        return named or "searchResult"
    if isinstance(native_id, str) and told.keys() >= {"publishedAt", "title"}:
        return next((kind for kind, form in _IDS if form.fullmatch(native_id)), None)
    return None


_SHAPES = (
    ("commentThread", {"topLevelComment"}),
    ("comment", {"textDisplay", "textOriginal"}),
    ("playlistItem", {"resourceId"}),
)
_IDS = (("channel", CHANNEL_ID), ("video", VIDEO_ID))
