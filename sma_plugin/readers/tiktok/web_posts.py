"""From what TikTok's pages and app load to posts, comments and profiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Post,
    PostState,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.tiktok.common import (
    PLATFORM,
    account,
    answers,
    created,
    moment,
    page_of,
    unsigned,
    video_medium,
)

_COUNTS = (
    ("likes", "diggCount", "digg_count"),
    ("replies", "commentCount", "comment_count"),
    ("shares", "shareCount", "share_count"),
    ("reposts", "repostCount", "repost_count"),
    ("views", "playCount", "play_count"),
    ("bookmarks", "collectCount", "collect_count"),
)
_PROFILE_COUNTS = (
    ("followers", "followerCount"),
    ("following", "followingCount"),
    ("likes", "heartCount", "heart"),
    ("posts", "videoCount"),
)


def person(given: Fields) -> AccountRef:
    """A reference to the account that an object is of."""
    found = account(given.text("id", "uid"), given.text("uniqueId", "unique_id"), given.text("nickname"))
    secret = given.text("secUid", "sec_uid")
    aliases = (Alias("sec-uid", secret),) if secret else ()
    return AccountRef(found.native_id, found.handle, found.name, found.url, aliases)


def author_of(given: Fields) -> AccountRef:
    """Who made a post: an object, or, in pages until 2023, a handle with the rest beside it."""
    if isinstance(given.raw("author"), str):
        return account(given.text("authorId"), given.text("author"), given.text("nickname"))
    return person(given.object("author"))


def post(value: Any, evidence: Evidence, at: Moment | None) -> Post:
    """A post of a video or of photos."""
    given = Fields(value)
    native_id = given.text("aweme_id", "id")
    author = author_of(given)
    photos = _photos(given)
    duet = given.object("duetInfo").text("duetFromId")
    counts = _numbers(_COUNTS, given.object("statsV2"), given.object("stats"), given.object("statistics"))
    return Post(
        PLATFORM,
        author,
        native_id,
        created(given.raw("createTime") or given.raw("create_time"), native_id),
        _state(given, native_id, photos),
        "image" if photos else "video",
        page_of(native_id, author.handle, photo=bool(photos)),
        relations=(Relation("quote", duet),) if duet and duet != "0" else (),
        counts=Counts(counts, at) if counts else None,
        audience=_audience(given),
        pinned=given.flag("isPinnedItem"),
        evidence=(evidence,),
    )


def _state(given: Fields, native_id: str | None, photos: tuple[Media, ...]) -> PostState:
    extra = [*given.objects("textExtra"), *given.objects("text_extra")]
    tags = [one.text("hashtagName", "hashtag_name") for one in extra]
    whom = [
        account(one.text("userId", "user_id"), one.text("userUniqueId", "user_unique_id"))
        for one in extra
        if one.text("userUniqueId", "user_unique_id")
    ]
    known = "textExtra" in given or "text_extra" in given
    language = given.text("textLanguage", "desc_language")
    place = given.object("poi").text("name")
    return PostState(
        text=given.said("desc"),
        title=given.object("imagePost").text("title"),
        language=language if language not in ("un", None) else None,
        hashtags=tuple(filter(None, tags)) if known else None,
        mentions=tuple(whom) if known else None,
        media=photos or (_video(given, native_id),),
        location=Location(place) if place else None,
        raw=_raw(given),
    )


def _video(given: Fields, native_id: str | None) -> Media:
    video = given.object("video")
    duration = video.decimal("duration")
    if duration is not None and "aweme_id" in given:
        duration /= 1000  # the app gives milliseconds
    return video_medium(native_id, duration=duration, size=(video.whole("width"), video.whole("height")))


def _photos(given: Fields) -> tuple[Media, ...]:
    images = [*given.object("imagePost").objects("images"), *given.object("image_post_info").objects("images")]
    return tuple(_photo(one) for one in images)


def _photo(given: Fields) -> Media:
    shown = given.object("imageURL") or given.object("display_image")
    addresses = shown.raw("urlList") or shown.raw("url_list")
    first = addresses[0] if isinstance(addresses, list) and addresses else None
    width, height = (given.whole(name) or shown.whole(short) for name, short in _SIZES)
    return Media("image", source=unsigned(first) if isinstance(first, str) else None, width=width, height=height)


_SIZES = (("imageWidth", "width"), ("imageHeight", "height"))


def _audience(given: Fields) -> Audience | None:
    """Who can see a post, where the source says so at all."""
    if given.flag("privateItem") or given.flag("secret") or given.flag("forFriend"):
        return "limited"
    if given.flag("privateItem") is None:
        return None
    return "followers" if given.object("author").flag("privateAccount") else "public"


def _raw(given: Fields) -> dict[str, Any] | None:
    music = given.object("music")
    found = {
        "music": music.text("title"),
        "isAd": given.flag("isAd"),
        "AIGCDescription": given.text("AIGCDescription"),
        "locationCreated": given.text("locationCreated"),
        "takeDown": given.whole("takeDown") or None,
    }
    return {name: value for name, value in found.items() if value not in (None, False, "")} or None


def comment(value: Any, evidence: Evidence, at: Moment | None, video: str | None, under: str | None) -> Post:
    """A comment: an answer to its post, or to the comment that it stands under."""
    given = Fields(value)
    native_id, parent = given.text("cid"), given.text("reply_id")
    above = under if parent in (None, "0") else parent
    likes = given.whole("digg_count")
    pictures = [one.object("origin_url").raw("url_list") for one in given.objects("image_list")]
    media = tuple(Media("image", source=unsigned(one[0])) for one in pictures if isinstance(one, list) and one)
    return Post(
        PLATFORM,
        person(given.object("user")),
        native_id,
        created(given.raw("create_time"), native_id),
        PostState(text=given.said("text"), language=given.text("comment_language"), media=media or None),
        relations=answers(given.text("aweme_id") or video, above),
        counts=None if likes is None else Counts({"likes": likes}, at),
        audience="public",
        pinned=given.flag("author_pin") or None,
        included=True,
        evidence=(evidence,),
    )


def profile(value: Any, evidence: Evidence, at: Moment | None) -> Iterator[Account | ProfileVersion | Observation]:
    """An account with its profile and numbers."""
    given = Fields(value)
    yield from _profile(given.object("user"), (given.object("statsV2"), given.object("stats")), evidence, at)


def users(value: Any, evidence: Evidence, at: Moment | None) -> Iterator[Account | ProfileVersion | Observation]:
    """Accounts by their handles, as pages until 2023 hold them."""
    given = Fields(value)
    known, stats = given.object("users"), given.object("stats")
    for handle in known:
        yield from _profile(known.object(handle), (stats.object(handle),), evidence, at)


def _profile(
    user: Fields, stats: tuple[Fields, ...], evidence: Evidence, at: Moment | None
) -> Iterator[Account | ProfileVersion | Observation]:
    ref = person(user)
    made = moment(user.raw("createTime"))
    yield Account(PLATFORM, ref, created=made if made and made.us else None, evidence=(evidence,))
    picture = unsigned(user.text("avatarLarger", "avatarMedium", "avatarThumb"))
    link = user.object("bioLink").text("link")
    verified = user.flag("verified")
    yield ProfileVersion(
        PLATFORM,
        ref,
        at,
        name=ref.name,
        handle=ref.handle,
        bio=user.said("signature"),
        url=ref.url,
        links=(Link(link),) if link else (),
        avatar=Media("image", source=picture) if picture else None,
        verified=None if verified is None else "verified" if verified else "not verified",
        language=user.text("language"),
        evidence=(evidence,),
    )
    counts = _numbers(_PROFILE_COUNTS, *stats)
    if counts:
        yield Observation(PLATFORM, account=ref, at=at, counts=counts, evidence=(evidence,))


def _numbers(names: tuple[tuple[str, ...], ...], *stats: Fields) -> dict[str, int]:
    """Numbers by what they count; newer ones come as text and go before the others."""
    found = {
        name: next((value for one in stats for field in fields if (value := one.whole(field)) is not None), None)
        for name, *fields in names
    }
    return {name: value for name, value in found.items() if value is not None and value >= 0}
