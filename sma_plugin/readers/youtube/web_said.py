"""From what YouTube's pages load to what was said: comments, and the posts of a channel beside its videos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sma_plugin.model import (
    AccountRef,
    Counts,
    Evidence,
    Link,
    Media,
    Moment,
    Poll,
    Post,
    PostState,
    Relation,
)
from sma_plugin.readers.values import number
from sma_plugin.readers.youtube.api_posts import parent_of
from sma_plugin.readers.youtube.common import PLATFORM, channel, watch_url
from sma_plugin.readers.youtube.runs import at, runs, text_at
from sma_plugin.readers.youtube.web_posts import Context, relative


class _Said(NamedTuple):
    """What a comment says, in either of the two forms that pages have."""

    native_id: str | None
    text: str | None
    author: AccountRef
    when: Moment
    likes: int | None
    own: bool


def comment(value: Mapping[str, Any], evidence: Evidence, context: Context, *, entity: bool) -> Post | None:
    """A comment under the video of the page."""
    said = _entity(value) if entity else _rendered(value)
    if said.native_id is None or said.text is None:
        return None
    parent = parent_of(said.native_id)
    video, owner = context.video, channel(context.owner) if context.owner else None
    answers: tuple[Relation, ...] = (Relation("reply", video, watch_url(video), owner),) if video else ()
    if parent:
        answers = (Relation("reply", parent), *((Relation("thread", video),) if video else ()))
    return Post(
        PLATFORM,
        said.author,
        said.native_id,
        said.when,
        PostState(text=said.text),
        url=f"{watch_url(video)}&lc={said.native_id}" if video else None,
        relations=answers,
        counts=None if said.likes is None else Counts({"likes": said.likes}, context.at),
        audience="public",
        included=owner is None,
        evidence=(evidence,),
        placed_on=None if said.own else owner,
    )


def _rendered(value: Mapping[str, Any]) -> _Said:
    native_id = text_at(value, "authorEndpoint", "browseEndpoint", "browseId")
    return _Said(
        text_at(value, "commentId"),
        runs(value.get("contentText")),
        channel(native_id, runs(value.get("authorText"))),
        relative(value.get("publishedTimeText")),
        number(runs(value.get("voteCount"))),
        value.get("authorIsChannelOwner") is True,
    )


def _entity(value: Mapping[str, Any]) -> _Said:
    told, author = value.get("properties"), value.get("author")
    return _Said(
        text_at(told, "commentId"),
        runs(at(told, "content")),
        channel(text_at(author, "channelId"), text_at(author, "displayName")),
        relative(at(told, "publishedTime")),
        number(at(value, "toolbar", "likeCountNotliked")),
        at(author, "isCreator") is True,
    )


def channel_post(value: Mapping[str, Any], evidence: Evidence, context: Context, *, shared: bool) -> Post | None:
    """A post of a channel beside its videos: text, pictures, a poll, or another post passed on."""
    native_id = text_at(value, "postId")
    if native_id is None:
        return None
    name = "displayName" if shared else "authorText"
    whose = text_at(value, "authorEndpoint", "browseEndpoint", "browseId")
    whose = whose or text_at(value, "endpoint", "browseEndpoint", "browseId")
    author = channel(whose, runs(value.get(name))) if whose else context.channel
    inner = text_at(value, "originalPost", "backstagePostRenderer", "postId")
    attached = value.get("backstageAttachment")
    likes = number(runs(value.get("voteCount")))
    shown = text_at(attached, "videoRenderer", "videoId")
    return Post(
        PLATFORM,
        author,
        native_id,
        relative(value.get("publishedTimeText")),
        PostState(
            text=runs(value.get("content" if shared else "contentText")),
            media=_pictures(attached),
            poll=_poll(attached),
            links=(Link(watch_url(shown), title=runs(at(attached, "videoRenderer", "title"))),) if shown else None,
        ),
        "repost" if shared else "note",
        f"https://www.youtube.com/post/{native_id}",
        relations=(Relation("repost", inner),) if inner else (),
        counts=None if likes is None else Counts({"likes": likes}, context.at),
        audience="public",
        included=bool(context.channel.native_id) and author.native_id != context.channel.native_id,
        evidence=(evidence,),
    )


def _pictures(attached: Any) -> tuple[Media, ...] | None:
    several = at(attached, "postMultiImageRenderer", "images")
    given = several if isinstance(several, list) else [attached]
    found = (text_at(one, "backstageImageRenderer", "image", "thumbnails", -1, "url") for one in given)
    return tuple(Media("image", source=address) for address in found if address) or None


def _poll(attached: Any) -> Poll | None:
    choices = at(attached, "pollRenderer", "choices")
    return Poll(tuple(runs(at(one, "text")) or "" for one in choices)) if isinstance(choices, list) else None
