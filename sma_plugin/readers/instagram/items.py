"""Posts, comments and accounts in the form that Instagram's and Threads' own pages and apps get them.

Two forms: items (``pk``, ``code``, ``taken_at``, ``user``), and older nodes (``shortcode``, ``taken_at_timestamp``,
``owner``, lists as ``edge_...``). Field knowledge from public parsers of captures; what they do not show is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from sma_plugin.model import Counts, Evidence, Moment, Post, PostKind, PostState, Relation
from sma_plugin.readers.facebook.graph_parts import aliases
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.item_parts import links, location, media, named, number, numbers, reference, time
from sma_plugin.readers.instagram.words import hashtags

Platform = Literal["instagram", "threads"]
Kind = Literal["post", "comment", "user"]


class Seen(NamedTuple):
    """Where and when an object was seen, and what holds it."""

    evidence: tuple[Evidence, ...]
    at: Moment | None = None
    under: str | None = None
    """The id of the post or comment in which, or in whose list, a comment stands."""


def kind_of(value: Mapping[str, Any]) -> Kind | None:
    """What an object is, as far as its members leave no doubt."""
    names = value.keys()
    if names & {"pk", "id"} and names & {"user", "owner", "caption"} and len(names & _ITEM) > ("taken_at" not in names):
        return "post"
    if "taken_at_timestamp" in names and "id" in names and names & {"shortcode", "display_url", "owner"}:
        return "post"
    written = names & {"user", "owner"} and isinstance(value.get("text"), str)
    if written and names & {"created_at", "created_at_utc"} and names & {"pk", "id"} and not names & {"thread_id"}:
        return "comment" if names & _COMMENT or "edge_liked_by" in names or "answers" in names else None
    if "username" in names and names & {"pk", "id"} and names & _PROFILE:
        return "user"
    return None


_ITEM = frozenset(("code", "media_type", "image_versions2", "video_versions", "text_post_app_info", "carousel_media"))
_COMMENT = frozenset(
    (
        "comment_like_count",
        "child_comment_count",
        "content_type",
        "parent_comment_id",
        "likes_count",
        "has_liked_comment",
    )
)
_PROFILE = frozenset(
    ("biography", "follower_count", "edge_followed_by", "media_count", "edge_owner_to_timeline_media", "external_url")
)


def platform_of(value: Mapping[str, Any], platform: Platform) -> Platform:
    """A post of Threads says so, whichever page loaded it."""
    return "threads" if value.get("text_post_app_info") else platform


def post(value: Mapping[str, Any], seen: Seen, platform: Platform) -> Post:
    """A post, reel or story."""
    one = Fields(value)
    platform = platform_of(value, platform)
    native, code = number(one)
    text = _caption(one)
    stated = numbers(one)
    writer = one.object("user") or one.object("owner")
    name = writer.text("username")
    kind: PostKind = "story" if _is_story(one) else "note"
    url = _url(platform, kind, code or native, name)
    return Post(
        platform,
        author=reference(writer),
        native_id=native,
        created=_created(one),
        state=PostState(
            text=text,
            hashtags=hashtags(text),
            mentions=named(one, text),
            links=links(one),
            media=media(one),
            location=location(one.object("location")),
        ),
        kind=kind,
        url=url,
        aliases=aliases([("shortcode", code), ("url", url)]),
        relations=tuple(_relations(one)),
        counts=Counts(stated, seen.at) if stated else None,
        pinned=_pinned(one),
        evidence=seen.evidence,
    )


def _created(one: Fields) -> Moment:
    """When a post was made; where only its caption has a time, that one, and that it was assumed."""
    found = time(one, "taken_at", "taken_at_timestamp", "date")
    if found.raw is None and isinstance(one.raw("caption"), dict):
        written = time(one.object("caption"), "created_at_utc", "created_at")
        return Moment(written.us, written.raw, "caption")
    return found


def _is_story(one: Fields) -> bool:
    return "expiring_at" in one or "expiring_at_timestamp" in one or one.text("product_type") == "story"


def _url(platform: Platform, kind: PostKind, code: str | None, name: str | None) -> str | None:
    if not code:
        return None
    if platform == "threads":
        return f"https://www.threads.com/@{name}/post/{code}" if name else None
    if kind == "story":
        return None
    return f"https://www.instagram.com/p/{code}/"


def _caption(one: Fields) -> str | None:
    """The text: empty where a post has none, unknown where the form does not give it."""
    given = one.raw("caption")
    if isinstance(given, dict):
        return one.object("caption").said("text")
    if isinstance(given, str):
        return given
    if "edge_media_to_caption" in one:
        edges = one.object("edge_media_to_caption").objects("edges")
        return edges[0].object("node").said("text") if edges else ""
    return "" if "caption" in one else None


def _relations(one: Fields) -> Iterator[Relation]:
    """What a post of Threads answers, quotes or repeats."""
    info = one.object("text_post_app_info")
    if info.flag("is_reply"):
        yield Relation("reply", None, target_account=reference(info.object("reply_to_author")))
    shared = info.object("share_info")
    for kind, name in (("quote", "quoted_post"), ("repost", "reposted_post")):
        if target := shared.object(name).text("pk", "id"):
            whose = reference(shared.object(name).object("user"))
            yield Relation("quote" if kind == "quote" else "repost", target.partition("_")[0], target_account=whose)


def _pinned(one: Fields) -> bool | None:
    given = one.raw("timeline_pinned_user_ids") or one.raw("pinned_for_users")
    return bool(given) if isinstance(given, list) else None


def with_files(post: Post, paths: list[str]) -> Post:
    """A post with the files that were saved of it, when there is one for each of its media."""
    given = post.state.media or ()
    if not paths or len(paths) != len(given):
        return post
    media_with = tuple(msgspec.structs.replace(one, path=path) for one, path in zip(given, paths, strict=True))
    return msgspec.structs.replace(post, state=msgspec.structs.replace(post.state, media=media_with))
