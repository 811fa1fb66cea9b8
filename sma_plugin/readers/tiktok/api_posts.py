"""From objects of TikTok's own interfaces (Display API and Research API, version 2) to posts, comments and profiles.

Source: developers.tiktok.com/doc (Video Object, User Object, Query Videos, Query Video Comments).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Counts,
    Evidence,
    Media,
    Moment,
    Observation,
    Post,
    PostState,
    ProfileVersion,
)
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.nested import Found, Pointer, objects_in
from sma_plugin.readers.tiktok.common import (
    PLATFORM,
    account,
    answers,
    created,
    page_of,
    post_in,
    unsigned,
    video_medium,
)

Kind = Literal["video", "comment", "user"]
_COUNTS = {
    "likes": "like_count",
    "replies": "comment_count",
    "shares": "share_count",
    "views": "view_count",
    "bookmarks": "favorites_count",
}
_PROFILE_COUNTS = {
    "followers": "follower_count",
    "following": "following_count",
    "likes": "likes_count",
    "posts": "video_count",
}


def found_in(value: Any, pointer: Pointer = ()) -> Iterator[Found[Kind]]:
    """Every object of the interfaces in a document."""
    for one, place in objects_in(value, pointer):
        kind = _kind_of(one)
        if kind is not None:
            yield Found(kind, one, place)
            continue
        for name, inner in one.items():
            yield from found_in(inner, (*place, name))


def _kind_of(value: Mapping[str, Any]) -> Kind | None:
    native_id = str(value.get("id") or "")
    if native_id.isdecimal() and "text" in value and {"video_id", "parent_comment_id"} & value.keys():
        return "comment"
    if native_id.isdecimal() and {"video_description", "share_url", "view_count"} & value.keys():
        return "video"
    return "user" if "display_name" in value and {"open_id", "bio_description"} & value.keys() else None


def video(value: Any, evidence: Evidence, at: Moment | None) -> Post:
    """A video. The Display API gives those of who asked and does not name them but in the address."""
    given = Fields(value)
    native_id, address = given.text("id"), given.text("share_url")
    handle = given.text("username") or _handle_in(address)
    tags = given.raw("hashtag_names")
    length = given.decimal("video_duration")
    duration = given.decimal("duration") if length is None else length
    size = (given.whole("width"), given.whole("height"))
    counts = _numbers(given, _COUNTS)
    raw = {name: given.text(name) for name in ("region_code", "music_id", "voice_to_text")}
    return Post(
        PLATFORM,
        account(None, handle),
        native_id or post_in(address),
        created(given.raw("create_time"), native_id),
        PostState(
            text=given.said("video_description") if "video_description" in given else given.said("title"),
            hashtags=tuple(one for one in tags if isinstance(one, str)) if isinstance(tags, list) else None,
            media=(video_medium(native_id, duration=duration, size=size),),
            raw={name: one for name, one in raw.items() if one} or None,
        ),
        "video",
        page_of(native_id, handle),
        counts=Counts(counts, at) if counts else None,
        audience="public",
        evidence=(evidence,),
    )


def comment(value: Any, evidence: Evidence, at: Moment | None) -> Post:
    """A comment: an answer to its video, or to the comment that it names."""
    given = Fields(value)
    native_id = given.text("id")
    likes = given.whole("like_count")
    return Post(
        PLATFORM,
        account(None, given.text("username")),
        native_id,
        created(given.raw("create_time"), native_id),
        PostState(text=given.said("text")),
        relations=answers(given.text("video_id"), given.text("parent_comment_id")),
        counts=None if likes is None else Counts({"likes": likes}, at),
        audience="public",
        included=True,
        evidence=(evidence,),
    )


def user(value: Any, evidence: Evidence, at: Moment | None) -> Iterator[Account | ProfileVersion | Observation]:
    """An account. Its number is not given: ``open_id`` is one for each program that asks."""
    given = Fields(value)
    named = account(
        None, given.text("username") or _handle_in(given.text("profile_web_link")), given.text("display_name")
    )
    known = given.text("open_id")
    ref = AccountRef(None, named.handle, named.name, named.url, (Alias("open-id", known),) if known else ())
    yield Account(PLATFORM, ref, owner=known is not None, evidence=(evidence,))
    picture, verified = unsigned(given.text("avatar_large_url", "avatar_url")), given.flag("is_verified")
    yield ProfileVersion(
        PLATFORM,
        ref,
        at,
        name=ref.name,
        handle=ref.handle,
        bio=given.said("bio_description"),
        url=ref.url,
        avatar=Media("image", source=picture) if picture else None,
        verified=None if verified is None else "verified" if verified else "not verified",
        evidence=(evidence,),
    )
    counts = _numbers(given, _PROFILE_COUNTS)
    if counts:
        yield Observation(PLATFORM, account=ref, at=at, counts=counts, evidence=(evidence,))


def _numbers(given: Fields, names: Mapping[str, str]) -> dict[str, int]:
    found = {name: given.whole(field) for name, field in names.items()}
    return {name: value for name, value in found.items() if value is not None}


def _handle_in(address: str | None) -> str | None:
    """The handle in the address of a page.

    >>> _handle_in("https://www.tiktok.com/@voorbeeldstad/video/74?utm=1")
    'voorbeeldstad'
    """
    _, at, rest = (address or "").partition("tiktok.com/@")
    return rest.partition("/")[0].partition("?")[0] or None if at else None
