"""From what YouTube's pages load to posts: videos, and the channels that they are of.

Lists give moments as "2 years ago" only: these are kept as they are and not made into dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sma_plugin.model import (
    Account,
    AccountRef,
    Counts,
    Evidence,
    Media,
    Moment,
    Observation,
    Post,
    PostState,
    ProfileVersion,
)
from sma_plugin.readers.values import iso_moment, kept, number
from sma_plugin.readers.youtube.common import PLATFORM, VIDEO_ID, channel, handle_of, video_medium, watch_url
from sma_plugin.readers.youtube.info_posts import DATE_ONLY, RELATIVE
from sma_plugin.readers.youtube.runs import at, runs, text_at

_BYLINES = ("ownerText", "shortBylineText", "longBylineText")
_GONE = {"ERROR": "not-found", "LOGIN_REQUIRED": "forbidden", "UNPLAYABLE": "forbidden"}
_LENGTH = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d)")


class Context(NamedTuple):
    """What is known around an object: the video of the page, whose it is, whose channel is shown, when it was seen."""

    video: str | None
    owner: str | None
    channel: AccountRef
    at: Moment | None


def relative(value: Any) -> Moment:
    """A moment as a page tells it."""
    said = value if isinstance(value, str) else runs(value)
    return Moment(None, said, RELATIVE) if said else Moment()


def played(value: Mapping[str, Any], evidence: Evidence, context: Context) -> Iterator[Post | Observation]:
    """The video that a player was given; or word that it is not there, or not for who looked."""
    told, more = at(value, "videoDetails"), at(value, "microformat", "playerMicroformatRenderer")
    native_id = text_at(told, "videoId")
    if native_id is None:
        status = _GONE.get(text_at(value, "playabilityStatus", "status") or "")
        if status and context.video:
            reason = text_at(value, "playabilityStatus", "reason")
            yield Observation(
                PLATFORM, context.video, at=context.at, status=status, detail=reason, evidence=(evidence,)
            )
        return
    counts = {"views": number(at(told, "viewCount")), "likes": number(at(more, "likeCount"))}
    known = {name: one for name, one in counts.items() if one is not None}
    handle = handle_of(text_at(more, "ownerProfileUrl"))
    length = number(at(told, "lengthSeconds"))
    raw = {"keywords": kept(at(told, "keywords")), "category": text_at(more, "category")}
    yield Post(
        PLATFORM,
        channel(text_at(told, "channelId") or text_at(more, "externalChannelId"), text_at(told, "author"), handle),
        native_id,
        _published(more),
        PostState(
            text=at(told, "shortDescription") if isinstance(at(told, "shortDescription"), str) else None,
            title=text_at(told, "title"),
            media=(video_medium(native_id, duration=float(length) if length else None),),
            raw={name: one for name, one in raw.items() if one} or None,
        ),
        "video",
        watch_url(native_id),
        counts=Counts(known, context.at) if known else None,
        audience="limited"
        if at(told, "isPrivate") is True
        else "unlisted"
        if at(more, "isUnlisted") is True
        else "public",
        evidence=(evidence,),
    )


def watched(value: Mapping[str, Any], evidence: Evidence, context: Context) -> Post | None:
    """The video that a page beside the player is about. Its description is shown with links cut short: left out."""
    native_id = text_at(value, "currentVideoEndpoint", "watchEndpoint", "videoId")
    title = runs(at(_shown(value, "videoPrimaryInfoRenderer"), "title"))
    if native_id is None or title is None:
        return None
    said = runs(at(_shown(value, "videoPrimaryInfoRenderer"), "dateText"))
    return Post(
        PLATFORM,
        owner_of(value) or AccountRef(),
        native_id,
        Moment(None, said) if said else Moment(),
        PostState(title=title, media=(video_medium(native_id),)),
        "video",
        watch_url(native_id),
        included=native_id != context.video,
        evidence=(evidence,),
    )


def owner_of(value: Mapping[str, Any]) -> AccountRef | None:
    """Whose video a page is about."""
    return _byline(at(_shown(value, "videoSecondaryInfoRenderer"), "owner", "videoOwnerRenderer", "title"))


def _shown(value: Mapping[str, Any], name: str) -> Any:
    parts = at(value, "contents", "twoColumnWatchNextResults", "results", "results", "contents")
    return (
        next((one[name] for one in parts if isinstance(one, dict) and name in one), None)
        if isinstance(parts, list)
        else None
    )


def _published(more: Any) -> Moment:
    """When a video was published: to the second since 2023, before that the day."""
    said = text_at(more, "publishDate") or text_at(more, "uploadDate")
    found = iso_moment(said)
    if found is None:
        return Moment()
    return Moment(found.us, said, DATE_ONLY) if "T" not in (said or "") else found


def listed(value: Mapping[str, Any], evidence: Evidence, context: Context) -> Post | None:
    """A video in a list, where its id and title are beyond doubt."""
    native_id, title = _id_of(value), _title_of(value)
    if native_id is None or title is None or not VIDEO_ID.fullmatch(native_id):
        return None
    author = next((ref for name in _BYLINES if (ref := _byline(value.get(name)))), context.channel)
    return Post(
        PLATFORM,
        author,
        native_id,
        _when(value),
        PostState(title=title, media=(video_medium(native_id, duration=_length(runs(value.get("lengthText")))),)),
        "video",
        watch_url(native_id),
        audience="public",
        included=author.native_id is None or author.native_id != context.channel.native_id,
        evidence=(evidence,),
    )


def _id_of(value: Mapping[str, Any]) -> str | None:
    if "contentType" in value:
        return text_at(value, "contentId") if str(value["contentType"]).endswith("_VIDEO") else None
    return text_at(value, "videoId") or text_at(value, "onTap", "innertubeCommand", "reelWatchEndpoint", "videoId")


def _title_of(value: Mapping[str, Any]) -> str | None:
    return (
        runs(value.get("title"))
        or runs(value.get("headline"))
        or text_at(value, "metadata", "lockupMetadataViewModel", "title", "content")
        or text_at(value, "overlayMetadata", "primaryText", "content")
    )


def _when(value: Mapping[str, Any]) -> Moment:
    rows = at(value, "metadata", "lockupMetadataViewModel", "metadata", "contentMetadataViewModel", "metadataRows")
    said = text_at(rows, -1, "metadataParts", -1, "text", "content")
    return relative(value.get("publishedTimeText") or said)


def _length(said: str | None) -> float | None:
    found = _LENGTH.fullmatch(said or "")
    return None if not found else float(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))


def _byline(value: Any) -> AccountRef | None:
    native_id = text_at(value, "runs", 0, "navigationEndpoint", "browseEndpoint", "browseId")
    address = text_at(value, "runs", 0, "navigationEndpoint", "browseEndpoint", "canonicalBaseUrl")
    handle = address[2:] if address and address.startswith("/@") else None
    return channel(native_id, runs(value), handle) if native_id else None


def channel_profile(
    value: Mapping[str, Any], evidence: Evidence, context: Context
) -> Iterator[Account | ProfileVersion]:
    """The channel that a page is of."""
    ref = context.channel
    yield Account(PLATFORM, ref, evidence=(evidence,))
    picture = text_at(value, "avatar", "thumbnails", -1, "url")
    said = value.get("description")
    yield ProfileVersion(
        PLATFORM,
        ref,
        context.at,
        name=ref.name,
        handle=ref.handle,
        bio=said if isinstance(said, str) else None,
        url=ref.url,
        avatar=Media("image", source=picture) if picture else None,
        evidence=(evidence,),
    )
