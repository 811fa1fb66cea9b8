"""From what yt-dlp and youtube-dl write of a video to a post, its comments and its channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sma_plugin.model import (
    Account,
    AccountRef,
    Audience,
    Counts,
    Evidence,
    Media,
    Moment,
    Observation,
    Post,
    PostState,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.values import epoch_moment, kept, microseconds, number
from sma_plugin.readers.youtube.common import channel, watch_url
from sma_plugin.readers.youtube.info_platforms import (
    address_of,
    author_of,
    platforms,
    post_aliases,
    post_id,
    text,
)

DATE_ONLY, RELATIVE = "date", "relative"
"""Assumptions: only the day is known, and its first second is taken; worked out of "two years ago" by yt-dlp."""
_OF_VIDEOS = ("youtube", "tiktok")
"""Platforms of which every post is a video; elsewhere a post can have one."""
_COUNTS = {
    "views": "view_count",
    "likes": "like_count",
    "dislikes": "dislike_count",
    "replies": "comment_count",
    "reposts": "repost_count",
    "bookmarks": "save_count",
}
_AUDIENCES: Mapping[str, Audience] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "limited",
    "subscriber_only": "limited",
    "premium_only": "limited",
}
_RAW = (
    "tags",
    "categories",
    "availability",
    "live_status",
    "license",
    "language",
    "age_limit",
    "location",
    "upload_date",
    "release_date",
    "modified_date",
    "media_type",
)


def captured_at(info: Mapping[str, Any]) -> Moment | None:
    """When the file was made; given since 2021."""
    return epoch_moment(info["epoch"]) if isinstance(info.get("epoch"), int | float) and info["epoch"] > 1 else None


def created(info: Mapping[str, Any]) -> Moment:
    """When a post was published: to the second where that is given, else the day."""
    for name in ("timestamp", "release_timestamp"):
        value = info.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return epoch_moment(value) or Moment()
    raw = text(info, "upload_date", "release_date")
    if raw is None:
        return Moment()
    try:
        day = datetime.strptime(raw.replace("-", ""), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return Moment(None, raw)
    return Moment(microseconds(day), raw, DATE_ONLY)


def post(
    platform: str, info: Mapping[str, Any], evidence: Evidence, path: str | None, owner: AccountRef | None
) -> Post:
    """The post that the video was published in. ``owner``: whose list it came in, where it does not say so itself."""
    native_id, author = post_id(platform, info), author_of(platform, info)
    if author == AccountRef() and owner is not None:
        author = owner
    width, height, duration = (info.get(name) for name in ("width", "height", "duration"))
    medium = Media(
        "video",
        native_id,
        path,
        watch_url(native_id) if platform == "youtube" and native_id else address_of(info),
        width=number(width),
        height=number(height),
        duration=float(length) if isinstance(length := kept(duration), int | float) else None,
        preview=text(info, "thumbnail"),
    )
    has_title = platforms()[platform].title
    title, said = text(info, "fulltitle", "title"), info.get("description")
    state = PostState(
        text=said if isinstance(said, str) else None if has_title else title,
        title=title if has_title else None,
        media=(medium,),
        raw={name: value for name in _RAW if (value := kept(info.get(name))) not in (None, "")} or None,
    )
    counts = {name: value for name, field in _COUNTS.items() if (value := number(info.get(field))) is not None}
    return Post(
        platform,
        author,
        native_id,
        created(info),
        state,
        "video" if platform in _OF_VIDEOS else "note",
        watch_url(native_id) if platform == "youtube" and native_id else address_of(info),
        aliases=post_aliases(platform, info),
        counts=Counts(counts, captured_at(info)) if counts else None,
        audience=_AUDIENCES.get(text(info, "availability") or ""),
        evidence=(evidence,),
    )


def comment(platform: str, given: Mapping[str, Any], video: Post, evidence: Evidence, at: Moment | None) -> Post:
    """A comment on a video: an answer to it, or to another comment. Its moment is worked out of a relative time."""
    owner = video.author
    own = given.get("author_is_uploader") is True
    author = owner if own else _commenter(platform, given)
    parent, likes = text(given, "parent"), number(given.get("like_count"))
    when = given.get("timestamp")
    made = epoch_moment(when) if isinstance(when, int | float) and not isinstance(when, bool) else None
    answers: tuple[Relation, ...] = (Relation("reply", video.native_id, video.url, owner),)
    if parent and parent != "root":
        answers = (Relation("reply", parent), Relation("thread", video.native_id))
    native_id = text(given, "id")
    said = given.get("text")
    known = owner.native_id or owner.handle
    return Post(
        platform,
        author,
        native_id,
        Moment(made.us, text(given, "_time_text") or made.raw, RELATIVE)
        if made
        else Moment(None, text(given, "_time_text")),
        PostState(text=said if isinstance(said, str) else None),
        url=f"{video.url}&lc={native_id}" if platform == "youtube" and video.url and native_id else None,
        relations=answers,
        counts=None if likes is None else Counts({"likes": likes}, at),
        audience="public",
        pinned=True if given.get("is_pinned") is True else None,
        included=not known,
        evidence=(evidence,),
        placed_on=owner if known and not own else None,
    )


def _commenter(platform: str, given: Mapping[str, Any]) -> AccountRef:
    native_id, name = text(given, "author_id"), text(given, "author")
    if platform == "youtube":
        return channel(native_id, name)
    return AccountRef(native_id, None, name, text(given, "author_url"))


def profile(
    platform: str, info: Mapping[str, Any], evidence: Evidence, *, owner: bool
) -> Iterator[Account | ProfileVersion | Observation]:
    """The account of a video, as far as it says anything of it; of a list of a whole channel, its profile."""
    ref, at = author_of(platform, info), captured_at(info)
    if ref.native_id is None and ref.handle is None:
        return
    yield Account(platform, ref, owner=owner, evidence=(evidence,))
    if owner:
        said = info.get("description")
        bio = said if isinstance(said, str) else None
        yield ProfileVersion(platform, ref, at, ref.name, ref.handle, bio, url=ref.url, evidence=(evidence,))
    followers = number(info.get("channel_follower_count"))
    if followers is not None:
        yield Observation(platform, account=ref, at=at, counts={"followers": followers}, evidence=(evidence,))
