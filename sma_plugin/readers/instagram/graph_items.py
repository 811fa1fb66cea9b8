"""Media, comments and accounts of the Instagram Graph API and the Threads API.

The API has numbers of its own for posts and accounts; a post's short code gives the number by which it is known
elsewhere. Sources: Meta's references of the Instagram Graph API, the Basic Display API and the Threads API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Counts,
    Item,
    Link,
    Location,
    Media,
    Observation,
    Poll,
    Post,
    PostKind,
    PostState,
    ProfileVersion,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.facebook.addresses import unsigned
from sma_plugin.readers.facebook.graph_parts import aliases, moment
from sma_plugin.readers.facebook.graph_posts import Seen, kept
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.codes import code_in, handle_in, number_of, story_in
from sma_plugin.readers.instagram.words import hashtags, mentions
from sma_plugin.readers.values import MediaKind

Platform = Literal["instagram", "threads"]
_MEDIA_KINDS: dict[str, MediaKind] = {
    "IMAGE": "image",
    "VIDEO": "video",
    "REELS": "video",
    "BROADCAST": "video",
    "AUDIO": "audio",
}
_LISTS = ("CAROUSEL_ALBUM", "CAROUSEL")
_OWN_LISTS = frozenset(("media", "stories", "live_media", "threads", "replies"))
_COUNTS = {
    "like_count": "likes",
    "comments_count": "replies",
    "view_count": "views",
    "video_view_count": "views",
    "reposts_count": "reposts",
}
_KEPT = ("media_type", "media_product_type", "is_comment_enabled", "topic_tag", "hide_status", "reply_audience")


def media(one: Fields, seen: Seen, platform: Platform = "instagram") -> Post:
    """A post, reel, story or broadcast on Instagram; a post on Threads."""
    text = one.said("text" if platform == "threads" else "caption")
    numbers = _numbers(one)
    hidden = one.text("hide_status") in ("HIDDEN", "COVERED", "BLOCKED")
    return Post(
        platform,
        author=_author(one, seen),
        native_id=number(one) or one.text("id"),
        created=moment(one, "timestamp"),
        state=PostState(
            text=text,
            hashtags=hashtags(text),
            mentions=mentions(text),
            links=_links(one),
            media=_media(one),
            location=_location(one.object("location")),
            poll=_poll(one.object("poll_attachment")),
            raw=kept(one, _KEPT, children=_parts(one)),
        ),
        kind=_kind(one, seen),
        url=one.text("permalink"),
        aliases=aliases(
            [
                ("graph-id", one.text("id")),
                ("shortcode", one.text("shortcode") or code_in(one.text("permalink"))),
                ("url", one.text("permalink")),
            ]
        ),
        relations=tuple(_relations(one)),
        counts=Counts(numbers, seen.at) if numbers else None,
        withdrawn=Withdrawal("hidden") if hidden else None,
        evidence=(seen.evidence,),
    )


def number(one: Fields) -> str | None:
    """The number of a post that all of Instagram knows it by, as far as a member or its address tells."""
    address = one.text("permalink")
    return one.text("ig_id") or story_in(address) or number_of(one.text("shortcode") or code_in(address))


def _kind(one: Fields, seen: Seen) -> PostKind:
    if one.text("media_type") == "REPOST_FACADE":
        return "repost"
    is_story = seen.edge == "stories" or one.text("media_product_type") == "STORY" or story_in(one.text("permalink"))
    return "story" if is_story else "note"


def _author(one: Fields, seen: Seen) -> AccountRef:
    """Whose a post is: its owner; else whose list it stands in; a name is only a name."""
    owner = one.object("owner").text("id")
    name = one.text("username") or handle_in(one.text("permalink"))
    if owner is None and seen.edge in _OWN_LISTS and seen.owner:
        owner = seen.owner
    return numbered(owner, name)


def numbered(native: str | None, name: str | None = None, more: str | None = None) -> AccountRef:
    """An account by the API's number (``more``: by the number that all of Instagram knows it by)."""
    known = (Alias("graph-id", native),) if native else ()
    return AccountRef(more or native, name, aliases=known)


def _media(one: Fields) -> tuple[Media, ...] | None:
    kind = one.text("media_type") or ""
    if kind in _LISTS:
        found = [medium for child in one.objects("children") if (medium := _medium(child))]
        return tuple(found) if found else None
    if kind in ("TEXT_POST", "REPOST_FACADE"):
        return ()
    medium = _medium(one)
    return (medium,) if medium else None


def _medium(one: Fields) -> Media | None:
    kind = _MEDIA_KINDS.get(one.text("media_type") or "", "unknown")
    source = one.text("media_url", "thumbnail_url")
    if kind == "unknown" and source is None:
        return None
    preview = unsigned(one.text("thumbnail_url")) if one.text("media_url") else None
    return Media(kind, number(one), source=unsigned(source), alt=one.text("alt_text"), preview=preview)


def _parts(one: Fields) -> list[dict[str, str]]:
    """What the parts of a post of several media are called by themselves; their numbers are the API's own."""
    named = [
        {name: told for name in ("id", "shortcode", "permalink", "timestamp") if (told := child.text(name))}
        for child in one.objects("children")
    ]
    return named if any(named) else []


def _links(one: Fields) -> tuple[Link, ...] | None:
    address = one.text("link_attachment_url")
    return (Link(address),) if address else None


def _location(one: Fields) -> Location | None:
    if not one:
        return None
    return Location(
        one.text("name"), one.text("id"), one.text("country"), one.decimal("latitude"), one.decimal("longitude")
    )


def _poll(one: Fields) -> Poll | None:
    options = tuple(text for letter in "abcd" if (text := one.text(f"option_{letter}")))
    return Poll(options, ends=moment(one, "expiration_timestamp")) if options else None


def _relations(one: Fields) -> Iterator[Relation]:
    for name in ("replied_to", "root_post"):
        if target := one.object(name).text("id"):
            yield Relation("reply", target)
            break
    if target := one.object("quoted_post").text("id"):
        yield Relation("quote", target)
    if target := one.object("reposted_post").text("id"):
        yield Relation("repost", target)


def _numbers(one: Fields) -> dict[str, int]:
    return {label: found for name, label in _COUNTS.items() if (found := one.whole(name)) is not None}


def comment(one: Fields, seen: Seen) -> Post:
    """A comment, or an answer to one. Mostly only the name of who wrote it is given."""
    text = one.said("text")
    writer = one.object("from")
    name = one.text("username") or writer.text("username")
    own = one.object("user").text("id")
    scoped = (Alias("scoped-id", found),) if (found := writer.text("id")) else ()
    answered = one.text("parent_id") or (seen.owner if seen.edge == "replies" else None)
    target = answered or one.object("media").text("id") or seen.owner
    numbers = _numbers(one)
    return Post(
        "instagram",
        author=numbered(own, name) if own else AccountRef(None, name, aliases=scoped),
        native_id=one.text("id"),
        created=moment(one, "timestamp"),
        state=PostState(text=text, hashtags=hashtags(text), mentions=mentions(text)),
        relations=(Relation("reply", target),) if target else (),
        counts=Counts(numbers, seen.at) if numbers else None,
        withdrawn=Withdrawal("hidden") if one.flag("hidden") else None,
        evidence=(seen.evidence,),
    )


_NO_PROFILE = frozenset(("id", "ig_id", "media", "stories", "tags"))
"""Members that say nothing of the account itself."""
_PROFILE_COUNTS = {"followers_count": "followers", "follows_count": "following", "media_count": "posts"}


def profile(one: Fields, seen: Seen, platform: Platform = "instagram") -> Iterator[Item]:
    """An account, its profile and its numbers."""
    before = "threads_" if platform == "threads" else ""
    ref = numbered(one.text("id"), one.text("username"), one.text("ig_id"))
    evidence = (seen.evidence,)
    picture = one.text(f"{before}profile_picture_url")
    yield Account(platform, ref, evidence=evidence)
    if set(one) <= _NO_PROFILE:
        return
    yield ProfileVersion(
        platform,
        ref,
        at=seen.at,
        name=one.text("name"),
        handle=one.text("username"),
        bio=one.said("threads_biography" if before else "biography"),
        links=(Link(site),) if (site := one.text("website")) else None,
        avatar=Media("image", source=unsigned(picture)) if picture else None,
        verified="verified" if one.flag("is_verified") else None,
        kind=_type(one),
        evidence=evidence,
    )
    numbers: dict[str, Any] = {label: one.whole(name) for name, label in _PROFILE_COUNTS.items()}
    stated = {label: found for label, found in numbers.items() if found is not None}
    if stated:
        yield Observation(platform, account=ref, at=seen.at, counts=stated, evidence=evidence)


def _type(one: Fields) -> str | None:
    given = one.text("account_type")
    return given.lower() if given else None
