"""Posts, comments and accounts of Instagram's first API (``api.instagram.com/v1``, until 2020).

Times are seconds since the epoch, a post's id is its number and its author's. Field knowledge from public parsers.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import (
    Account,
    AccountRef,
    Counts,
    Item,
    Link,
    Location,
    Media,
    Observation,
    Post,
    PostState,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.facebook.addresses import unsigned
from sma_plugin.readers.facebook.graph_parts import aliases, moment
from sma_plugin.readers.facebook.graph_posts import Seen
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.codes import code_in, code_of
from sma_plugin.readers.instagram.words import hashtags, mentions

PLATFORM = "instagram"


def media(one: Fields, seen: Seen) -> Post:
    """A post."""
    number = (one.text("id") or "").partition("_")[0]
    code = code_in(one.text("link")) or code_of(number)
    text = one.object("caption").said("text") if one.raw("caption") else ""
    numbers = _numbers(one)
    return Post(
        PLATFORM,
        author=_account(one.object("user")),
        native_id=number or None,
        created=moment(one, "created_time"),
        state=PostState(
            text=text,
            hashtags=hashtags(text),
            mentions=_mentions(one, text),
            media=_media(one),
            location=_location(one.object("location")),
        ),
        url=one.text("link"),
        aliases=aliases([("shortcode", code), ("url", one.text("link"))]),
        counts=Counts(numbers, seen.at) if numbers else None,
        evidence=(seen.evidence,),
    )


def comment(one: Fields, seen: Seen) -> Post:
    """A comment."""
    text = one.said("text")
    target = (seen.owner or "").partition("_")[0]
    return Post(
        PLATFORM,
        author=_account(one.object("from")),
        native_id=one.text("id"),
        created=moment(one, "created_time"),
        state=PostState(text=text, hashtags=hashtags(text), mentions=mentions(text)),
        relations=(Relation("reply", target),) if target else (),
        evidence=(seen.evidence,),
    )


def profile(one: Fields, seen: Seen) -> Iterator[Item]:
    """An account, its profile and its numbers."""
    ref, evidence = _account(one), (seen.evidence,)
    picture, site = unsigned(one.text("profile_picture")), one.text("website")
    yield Account(PLATFORM, ref, evidence=evidence)
    yield ProfileVersion(
        PLATFORM,
        ref,
        at=seen.at,
        name=one.text("full_name"),
        handle=one.text("username"),
        bio=one.said("bio"),
        links=(Link(site),) if site else None,
        avatar=Media("image", source=picture) if picture else None,
        evidence=evidence,
    )
    stated = one.object("counts")
    names = {"followed_by": "followers", "follows": "following", "media": "posts"}
    numbers = {label: number for name, label in names.items() if (number := stated.whole(name)) is not None}
    if numbers:
        yield Observation(PLATFORM, account=ref, at=seen.at, counts=numbers, evidence=evidence)


def _account(one: Fields) -> AccountRef:
    return AccountRef(one.text("id"), one.text("username"), one.text("full_name"))


def _numbers(one: Fields) -> dict[str, int]:
    found = {"likes": one.object("likes").whole("count"), "replies": one.object("comments").whole("count")}
    return {label: number for label, number in found.items() if number is not None}


def _mentions(one: Fields, text: str | None) -> tuple[AccountRef, ...]:
    """Who is named in the text or tagged in the picture."""
    tagged = [_account(tag.object("user")) for tag in one.objects("users_in_photo")]
    found = {ref.handle: ref for ref in (*(mentions(text) or ()), *tagged) if ref.handle or ref.native_id}
    return tuple(found.values())


def _media(one: Fields) -> tuple[Media, ...] | None:
    found = tuple(medium for part in one.objects("carousel_media") or [one] if (medium := _medium(part)))
    return found or None


def _medium(one: Fields) -> Media | None:
    video, image = one.object("videos", "standard_resolution"), one.object("images", "standard_resolution")
    best = video or image
    source = best.text("url")
    if source is None:
        return None
    return Media(
        "video" if video else "image",
        source=unsigned(source),
        width=best.whole("width"),
        height=best.whole("height"),
    )


def _location(one: Fields) -> Location | None:
    if not one:
        return None
    point = one.object("point") or one
    return Location(one.text("name"), one.text("id"), None, point.decimal("latitude"), point.decimal("longitude"))
