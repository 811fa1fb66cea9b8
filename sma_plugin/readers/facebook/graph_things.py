"""Photos, albums, videos, live broadcasts and events of the Facebook Graph API: posts with an id of one number."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sma_plugin.model import AccountRef, Counts, Media, Moment, Post, PostKind, PostState
from sma_plugin.readers.facebook.addresses import absolute, named, unsigned
from sma_plugin.readers.facebook.graph_parts import (
    PLATFORM,
    account,
    address,
    aliases,
    audience,
    counts,
    hashtags,
    location,
    moment,
)
from sma_plugin.readers.facebook.graph_posts import Seen, kept
from sma_plugin.readers.fields import Fields

_ACCOUNTS_LISTS = frozenset(("albums", "videos", "video_reels", "live_videos", "events"))
_KEPT = (
    "updated_time",
    "type",
    "status",
    "start_time",
    "end_time",
    "timezone",
    "is_canceled",
    "is_online",
    "online_event_format",
    "ticket_uri",
    "category",
    "broadcast_start_time",
    "backdated_time",
    "page_story_id",
)


def photo(one: Fields, seen: Seen) -> Post:
    """A photo, with its caption. One that is a post by itself is known by that post's id."""
    native, story = one.text("id"), one.text("page_story_id")
    own_story = story if native and story and story.endswith(f"_{native}") else None
    largest = max(one.objects("images"), key=lambda image: image.whole("width") or 0, default=one)
    medium = Media(
        "image",
        native,
        source=unsigned(largest.text("source", "picture")),
        alt=one.text("alt_text_custom", "alt_text"),
        width=largest.whole("width"),
        height=largest.whole("height"),
    )
    text = one.said("name")
    return _thing(one, seen, "image", native=own_story or native, text=text, media=(medium,), more=[("photo", native)])


def album(one: Fields, seen: Seen) -> Post:
    """An album: its name and what it is about. Its photos are posts of their own."""
    return _thing(one, seen, "image", text=one.said("description"), title=one.text("name"))


def video(one: Fields, seen: Seen) -> Post:
    """A video, with its title and text."""
    native, of_post = one.text("id"), one.text("post_id")
    medium = Media("video", native, source=unsigned(one.text("source")), duration=one.decimal("length"))
    medium = replace(medium, preview=unsigned(one.text("picture")))
    more = [("video", native), ("id", of_post if of_post and "_" in of_post else None)]
    text, title = one.said("description"), one.text("title")
    return _thing(one, seen, "video", text=text, title=title, media=(medium,), more=more)


def live(one: Fields, seen: Seen) -> Post:
    """A live broadcast; afterwards it is a video with another id. Addresses for sending are keys and are not read."""
    recorded = one.object("video").text("id") or named(absolute(one.text("permalink_url")) or "").post
    text, title = one.said("description"), one.text("title")
    media = (Media("video", recorded),) if recorded else None
    return _thing(one, seen, "video", text=text, title=title, media=media, more=[("video", recorded)])


def event(one: Fields, seen: Seen) -> Post:
    """An event, with the picture above it."""
    cover = one.object("cover")
    picture = Media("image", cover.text("id"), source=unsigned(cover.text("source")))
    media = (picture,) if "cover" in one else None
    return _thing(one, seen, "event", text=one.said("description"), title=one.text("name"), media=media)


def _thing(
    one: Fields,
    seen: Seen,
    kind: PostKind,
    *,
    native: str | None = None,
    text: str | None = None,
    title: str | None = None,
    media: tuple[Media, ...] | None = None,
    more: list[tuple[str, str | None]] | None = None,
) -> Post:
    numbers = {**counts(one), **_count_of_photos(one)}
    url = absolute(one.text("permalink_url", "link"))
    native = native or one.text("id")
    place = one.object("place")
    return Post(
        PLATFORM,
        author=_author(one, seen, url),
        native_id=native,
        created=_created(one),
        state=PostState(
            text=text,
            title=title,
            hashtags=hashtags(text),
            media=media,
            location=location(place) if "place" in one else None,
            raw=kept(one, _KEPT, album=_album_of(one), place=address(place), event_times=list(_times(one))),
        ),
        kind=kind,
        url=url,
        aliases=aliases([*(more or []), ("url", url)]),
        counts=Counts(numbers, seen.at) if numbers else None,
        audience=audience(one),
        evidence=(seen.evidence,),
    )


def _created(one: Fields) -> Moment:
    return moment(one, "created_time", "creation_time", "broadcast_start_time")


def _author(one: Fields, seen: Seen, url: str | None) -> AccountRef:
    """Who put it there: ``from`` or ``owner``; else whose list it stands in; else whose page its address names."""
    for name in ("from", "owner"):
        if (found := account(one.object(name))).native_id:
            return found
    if seen.edge in _ACCOUNTS_LISTS and seen.owner and seen.owner.isdecimal():
        return AccountRef(seen.owner)
    page = named(url or "").owner
    return AccountRef(page if page and page.isdecimal() else None, page if page and not page.isdecimal() else None)


def _count_of_photos(one: Fields) -> dict[str, int]:
    number = one.whole("count") if "count" in one else one.whole("photo_count")
    return {} if number is None else {"photos": number}


def _times(one: Fields) -> Iterator[dict[str, str]]:
    """When an event that is held several times is held."""
    for given in one.objects("event_times"):
        if told := {name: value for name in ("id", "start_time", "end_time") if (value := given.text(name))}:
            yield told


def _album_of(one: Fields) -> str | None:
    """Of which album a photo is part."""
    return one.object("album").text("name") if "album" in one else None
