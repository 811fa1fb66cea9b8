"""Comments on Instagram, and accounts of Instagram and Threads, in the form that their pages get them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import Account, Counts, Item, Link, Media, Observation, Post, PostState, ProfileVersion, Relation
from sma_plugin.readers.facebook.addresses import direct, unsigned
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.item_parts import reference, time
from sma_plugin.readers.instagram.items import Platform, Seen
from sma_plugin.readers.instagram.words import hashtags, mentions


def comment(value: Mapping[str, Any], seen: Seen) -> Post:
    """A comment, or an answer to one."""
    one = Fields(value)
    text = one.said("text")
    target = one.text("parent_comment_id") or seen.under or one.text("media_id")
    numbers = {
        "likes": one.object("edge_liked_by").whole("count")
        if "edge_liked_by" in one
        else one.whole("comment_like_count"),
        "replies": one.whole("child_comment_count"),
    }
    if "likes_count" in one:
        numbers["likes"] = one.whole("likes_count")
    stated = {label: number for label, number in numbers.items() if number is not None}
    return Post(
        "instagram",
        author=reference(one.object("user") or one.object("owner")),
        native_id=one.text("pk", "id"),
        created=time(one, "created_at_utc", "created_at"),
        state=PostState(text=text, hashtags=hashtags(text), mentions=mentions(text)),
        relations=(Relation("reply", target.partition("_")[0]),) if target else (),
        counts=Counts(stated, seen.at) if stated else None,
        evidence=seen.evidence,
    )


def profile(value: Mapping[str, Any], seen: Seen, platform: Platform) -> Iterator[Item]:
    """An account, its profile and its numbers."""
    one = Fields(value)
    ref = reference(one)
    picture = one.object("hd_profile_pic_url_info").text("url") or one.text("profile_pic_url_hd", "profile_pic_url")
    yield Account(platform, ref, evidence=seen.evidence)
    yield ProfileVersion(
        platform,
        ref,
        at=seen.at,
        name=one.text("full_name"),
        handle=one.text("username"),
        bio=one.said("biography"),
        links=_sites(one),
        avatar=Media("image", source=unsigned(picture)) if picture else None,
        verified="verified" if one.flag("is_verified") else None,
        kind=one.text("category_name", "category"),
        evidence=seen.evidence,
    )
    numbers = {
        "followers": _count(one, "follower_count", "edge_followed_by"),
        "following": _count(one, "following_count", "edge_follow"),
        "posts": _count(one, "media_count", "edge_owner_to_timeline_media"),
    }
    stated = {label: number for label, number in numbers.items() if number is not None}
    if stated:
        yield Observation(platform, account=ref, at=seen.at, counts=stated, evidence=seen.evidence)


def _count(one: Fields, name: str, edge: str) -> int | None:
    return one.whole(name) if name in one else one.object(edge).whole("count")


def _sites(one: Fields) -> tuple[Link, ...] | None:
    listed = [
        Link(address, None, link.text("title")) for link in one.objects("bio_links") if (address := link.text("url"))
    ]
    site = one.text("external_url")
    return tuple(listed) or ((Link(direct(site)),) if site else None)


def with_answers(value: Mapping[str, Any], seen: Seen) -> Iterator[Post]:
    """A comment as Instaloader keeps it, and the answers in it."""
    yield comment(value, seen)
    for answer in Fields(value).objects("answers"):
        inner = {name: answer.raw(name) for name in answer}
        yield comment(inner, seen._replace(under=Fields(value).text("id")))
