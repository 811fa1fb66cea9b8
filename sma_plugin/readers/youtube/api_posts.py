"""From a resource of the Data API to a post: videos by whichever resource tells of them, and comments."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import msgspec

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Location,
    Moment,
    Observation,
    Post,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.values import html_text, iso_moment, number
from sma_plugin.readers.youtube.api_resources import Resource, Status
from sma_plugin.readers.youtube.common import (
    PLATFORM,
    channel,
    channel_in,
    largest,
    seconds,
    video_in,
    video_medium,
    watch_url,
)

AUDIENCES: Mapping[str, Audience] = {"public": "public", "unlisted": "unlisted", "private": "limited"}
_COUNTS = {
    "viewCount": "views",
    "likeCount": "likes",
    "dislikeCount": "dislikes",
    "favoriteCount": "favorites",
    "commentCount": "replies",
}
_GONE = {"Deleted video": "deleted", "Private video": "protected"}
"""What a list shows in the place of a video that is no longer there for who asks."""
_UNSEEN = ("heldForReview", "likelySpam", "rejected")
_UPLOADS = "UU"


def counts(statistics: dict[str, Any] | None, at: Moment | None, names: Mapping[str, str] = _COUNTS) -> Counts | None:
    """The numbers of a resource, which come as text."""
    found = {names[name]: number(value) for name, value in (statistics or {}).items() if name in names}
    known = {name: value for name, value in found.items() if value is not None}
    return Counts(known, at) if known else None


def is_scheduled(resource: Resource) -> bool:
    """Whether a video is still to be published; then it is no post yet."""
    status = resource.status or Status()
    return status.privacy_status == "private" and status.publish_at is not None


def video(resource: Resource, evidence: Evidence, at: Moment | None) -> Post:
    """A video as ``videos`` and ``liveBroadcasts`` give it."""
    told, status = resource.told, resource.status or Status()
    return _video(
        resource,
        resource.native_id,
        channel(told.channel_id, told.channel_title),
        iso_moment(told.published_at),
        evidence,
        counts=counts(resource.statistics, at),
        audience=AUDIENCES.get(status.privacy_status or ""),
        withdrawn=_withdrawal(status),
    )


def listed_video(resource: Resource, evidence: Evidence, at: Moment | None) -> Post | Observation | None:
    """The video that an item of a playlist names; word that it is gone; ``None`` when no video is named.

    ``publishedAt`` is when the item was added, so it tells nothing of the video. Whose video it is, older responses
    tell only of the list of a channel's own uploads.
    """
    told, details = resource.told, resource.details
    native_id = details.video_id or (told.resource_id.video_id if told.resource_id else None)
    if not native_id:
        return None
    owner = told.video_owner_channel_id
    if owner is None and (told.playlist_id or "").startswith(_UPLOADS):
        owner = told.channel_id
    author = channel(owner, told.video_owner_channel_title)
    if owner is None and told.title in _GONE and details.video_published_at is None:
        return Observation(PLATFORM, native_id, at=at, status=_GONE[told.title or ""], evidence=(evidence,))
    status = resource.status or Status()
    audience = AUDIENCES.get(status.privacy_status or "")
    return _video(resource, native_id, author, iso_moment(details.video_published_at), evidence, audience=audience)


def found_video(resource: Resource, evidence: Evidence, _at: Moment | None) -> Post | None:
    """The video of a search result. Its title is HTML, its description cut off."""
    told, native_id = resource.told, resource.id
    if not isinstance(native_id, msgspec.Struct) or not native_id.video_id:
        return None
    author = channel(told.channel_id, told.channel_title)
    post = _video(resource, native_id.video_id, author, iso_moment(told.published_at), evidence, audience="public")
    title = html.unescape(told.title) if told.title else told.title
    cut = bool(told.description) and (told.description or "").endswith("...")
    return msgspec.structs.replace(post, state=msgspec.structs.replace(post.state, title=title, truncated=cut))


def uploaded_video(resource: Resource, evidence: Evidence, _at: Moment | None) -> Post | None:
    """The video that an activity says was uploaded; where only the snippet was asked for, its thumbnail names it."""
    told, upload = resource.told, resource.details.upload
    given = (one.get("url") for one in (told.thumbnails or {}).values() if isinstance(one, Mapping))
    shown = [one for one in given if isinstance(one, str)]
    native_id = (upload.video_id if upload else None) or next(filter(None, map(video_in, shown)), None)
    if told.type != "upload" or not native_id:
        return None
    author = channel(told.channel_id, told.channel_title)
    return _video(resource, native_id, author, iso_moment(told.published_at), evidence)


def _video(
    resource: Resource,
    native_id: str | None,
    author: AccountRef,
    created: Moment | None,
    evidence: Evidence,
    *,
    counts: Counts | None = None,
    audience: Audience | None = None,
    withdrawn: Withdrawal | None = None,
) -> Post:
    told = resource.told
    state = PostState(
        text=told.description,
        title=told.title,
        language=told.default_audio_language or told.default_language,
        media=(video_medium(native_id, duration=seconds(resource.details.duration), preview=largest(told.thumbnails)),),
        location=_location(resource),
        raw=_raw(resource),
    )
    return Post(
        PLATFORM,
        author,
        native_id,
        created or Moment(),
        state,
        "video",
        watch_url(native_id) if native_id else None,
        counts=counts,
        audience=audience,
        withdrawn=withdrawn,
        evidence=(evidence,),
    )


def _withdrawal(status: Status) -> Withdrawal | None:
    """A video that is taken away and still listed: by its account, or by the platform."""
    if status.upload_status == "deleted":
        return Withdrawal("deleted")
    if status.upload_status == "rejected":
        return Withdrawal(
            "withheld", by=f"YouTube ({status.rejection_reason})" if status.rejection_reason else "YouTube"
        )
    return None


def _location(resource: Resource) -> Location | None:
    place = resource.recording_details
    if place is None:
        return None
    point = place.location or {}
    latitude, longitude = (point.get(name) for name in ("latitude", "longitude"))
    known = isinstance(latitude, int | float) and isinstance(longitude, int | float)
    if not known and not place.location_description:
        return None
    where = (latitude, longitude) if known else (None, None)
    return Location(place.location_description or None, latitude=where[0], longitude=where[1])


def _raw(resource: Resource) -> dict[str, Any] | None:
    told, status = resource.told, resource.status or Status()
    live = told.live_broadcast_content
    found = {
        "tags": told.tags,
        "categoryId": told.category_id,
        "liveBroadcastContent": live if live != "none" else None,
        "license": status.license,
        "madeForKids": status.made_for_kids,
        "failureReason": status.failure_reason,
    }
    return {name: value for name, value in found.items() if value is not None} or None


def comment(resource: Resource, evidence: Evidence, at: Moment | None, video_id: str | None, owner: str | None) -> Post:
    """A comment, an answer to its video or to another comment. ``owner`` is the channel whose video it is.

    Where that is not told, comments of others came along with the video: they do not tell whose capture this is.
    """
    told = resource.told
    native_id, video_id, owner = resource.native_id, told.video_id or video_id, told.channel_id or owner
    author = channel(
        (told.author_channel_id.value if told.author_channel_id else None) or channel_in(told.author_channel_url),
        told.author_display_name,
    )
    likes = number(told.like_count)
    published, updated = iso_moment(told.published_at), iso_moment(told.updated_at)
    return Post(
        PLATFORM,
        author,
        native_id,
        published or Moment(),
        _comment_state(resource),
        url=f"{watch_url(video_id)}&lc={native_id}" if video_id and native_id else None,
        relations=_answers(told.parent_id or parent_of(native_id), video_id, owner),
        counts=None if likes is None else Counts({"likes": likes}, at),
        audience="limited" if told.moderation_status in _UNSEEN else "public",
        edited=updated if updated and published and updated.us != published.us else None,
        included=owner is None,
        evidence=(evidence,),
        placed_on=channel(owner) if owner and author.native_id != owner else None,
    )


def parent_of(native_id: str | None) -> str | None:
    """The comment that a comment answers, as the id of every answer says.

    >>> parent_of("UgxAbC.9iPXEClD9lW")
    'UgxAbC'
    """
    parent, answers, _ = (native_id or "").partition(".")
    return parent if answers else None


def _answers(parent: str | None, video_id: str | None, owner: str | None) -> tuple[Relation, ...]:
    whose = channel(owner) if owner else None
    if parent:
        thread = (Relation("thread", video_id),) if video_id else ()
        return (Relation("reply", parent), *thread)
    return (Relation("reply", video_id, watch_url(video_id), whose),) if video_id else ()


def _comment_state(resource: Resource) -> PostState:
    """What a comment says: as it was typed, where that is given, else what is left of its HTML."""
    told = resource.told
    shown = told.text_display
    text = told.text_original if told.text_original is not None else None if shown is None else html_text(shown)
    raw = {"moderationStatus": told.moderation_status} if told.moderation_status else None
    return PostState(text=text, html=shown if shown != text else None, raw=raw)


def found_again(resource: Resource) -> tuple[Alias, ...]:
    """The address that a channel had before there were handles."""
    name = resource.told.custom_url
    return (Alias("custom-url", name),) if name and not name.startswith("@") else ()
