"""Posts and comments in the JSON that the pages of www.facebook.com load.

A story is spread over many parts of it (``comet_sections``), which move with every release: each field is looked for by
its name within the story, and never inside a comment or a shared post. Numbers come from the ids, which are written in
base64: ``S:_I<account>:<post>``, ``comment:<post>_<comment>``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sma_plugin.model import AccountRef, Counts, Evidence, Link, Media, Moment, Post, PostState, Relation
from sma_plugin.readers.facebook.addresses import absolute, direct, is_facebook, named, unsigned
from sma_plugin.readers.facebook.graph_parts import PLATFORM, aliases, hashtags
from sma_plugin.readers.facebook.words import words
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.nested import Found, Pointer, objects_in
from sma_plugin.readers.values import epoch_moment, number

Kind = Literal["story", "shared", "comment"]
_STORY_ID = re.compile(r"S:_I(\d+):(?:VK:)?(\d+)")
_COMMENT_ID = re.compile(r"comment:(\d+)_(\d+)")
_SHARED = "attached_story"
_MOST = 20_000


def kind_of(value: Mapping[str, Any]) -> Kind | None:
    """What an object is, as far as its members leave no doubt."""
    if isinstance(value.get("post_id"), str) and isinstance(value.get("comet_sections"), dict):
        return "story"
    is_comment = value.get("__typename") == "Comment" or "legacy_fbid" in value
    return "comment" if is_comment and "author" in value and isinstance(value.get("body"), dict) else None


def found_in(value: Any, pointer: Pointer = (), *, shared: bool = False) -> Iterator[Found[Kind]]:
    """Everything in a document that is beyond doubt what it looks like, outer things first."""
    for one, place in objects_in(value, pointer):
        kind = kind_of(one)
        if kind is not None:
            yield Found("shared" if shared and kind == "story" else kind, one, place)
        for name, inner in one.items():
            yield from found_in(inner, (*place, name), shared=shared or name == _SHARED)


def inside(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects of a story, level by level: not those of comments on it or of a story that it shares."""
    level: list[Any] = [value]
    seen = 0
    while level and seen < _MOST:
        below: list[Any] = []
        for one in level:
            seen += 1
            if isinstance(one, list):
                below.extend(one)
            elif isinstance(one, dict) and (one is value or kind_of(one) != "comment"):
                yield one
                below.extend(inner for name, inner in one.items() if name != _SHARED and isinstance(inner, dict | list))
        level = below


def first(value: Mapping[str, Any], name: str, *kinds: type) -> Any:
    """The first value under this name that is of one of these kinds; the one that is least deep."""
    return next((one[name] for one in inside(value) if isinstance(one.get(name), kinds or (str,))), None)


def written(value: Any) -> str:
    """What an id in base64 says; empty for any other id."""
    try:
        return base64.b64decode(str(value), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def account(value: Any) -> AccountRef:
    """An account: its number decides, the name in its address is another way to find it."""
    one = Fields(value)
    address = one.text("url", "profile_url")
    handle = named(address).owner if address and is_facebook(address) else None
    is_name = handle is not None and not handle.isdecimal() and handle != "people"
    return AccountRef(one.text("id"), handle if is_name else None, one.text("name"))


def story(found: Found[Kind], evidence: Evidence, at: Moment | None) -> Post:
    """A post."""
    value = found.value
    number_of_post = str(value["post_id"])
    actors = first(value, "actors", list) or []
    author = account(actors[0]) if actors else AccountRef()
    stated = _STORY_ID.search(written(value.get("id")))
    owner = stated[1] if stated else author.native_id
    place = first(value, "to", dict)
    wall = Fields(place).text("id") if place else None
    message = first(value, "message", dict)
    text = Fields(message).said("text") if message else ""
    url = absolute(first(value, "wwwURL") or first(value, "permalink_url"))
    numbers = dict(_numbers(value))
    shared = value.get(_SHARED) or first(value, _SHARED, dict)
    return Post(
        PLATFORM,
        author=author,
        native_id=f"{owner}_{number_of_post}" if owner else number_of_post,
        created=_time(first(value, "creation_time", int)),
        state=PostState(
            text=text,
            hashtags=hashtags(text),
            links=tuple(_links(value)) or None,
            media=tuple(_media(value)) or None,
        ),
        url=url,
        aliases=aliases([("post-number", number_of_post), ("url", url)]),
        relations=tuple(_relation(shared, text)),
        counts=Counts(numbers, at) if numbers else None,
        audience=words().scopes.get(str(_scope(value))),
        included=found.kind == "shared",
        placed_on=AccountRef(wall) if wall and wall != author.native_id else None,
        evidence=(evidence,),
    )


def _time(seconds: Any) -> Moment:
    return (epoch_moment(seconds) if isinstance(seconds, int) else None) or Moment()


def _scope(value: Mapping[str, Any]) -> str | None:
    given = first(value, "privacy_scope", dict)
    return Fields(given).object("icon_image").text("name") if given else None


def _relation(shared: Any, text: str | None) -> Iterator[Relation]:
    """The post that is shared."""
    if not isinstance(shared, dict):
        return
    actors = first(shared, "actors", list) or [None]
    whose = account(actors[0])
    post = first(shared, "post_id")
    target = f"{whose.native_id}_{post}" if post and whose.native_id else post
    if target or whose.native_id:
        yield Relation("quote" if text else "repost", target, target_account=whose)


_PICTURES = ("viewer_image", "photo_image", "image", "large_share_image")


def _media(value: Mapping[str, Any]) -> Iterator[Media]:
    """Photos and videos, each once, in order."""
    seen: set[str] = set()
    for attachment in inside({"attachments": first(value, "attachments", list) or []}):
        one = Fields(attachment)
        kind, native = one.text("__typename"), one.text("id")
        if kind not in ("Photo", "Video") or not native or native in seen:
            continue
        image = next((found for name in _PICTURES if (found := one.object(name))), one.object("image"))
        moving = one.text("playable_url_quality_hd") or one.text("browser_native_hd_url") or one.text("playable_url")
        if not image and not moving:
            continue
        seen.add(native)
        yield Media(
            "video" if kind == "Video" else "image",
            native,
            source=unsigned(moving if kind == "Video" and moving else image.text("uri")),
            alt=one.text("accessibility_caption"),
            width=image.whole("width"),
            height=image.whole("height"),
        )


def _links(value: Mapping[str, Any]) -> Iterator[Link]:
    """Links that lead away from Facebook, each once: of the attachment, and in the text."""
    seen: set[str] = set()
    for one in inside(value):
        given = one.get("external_url") or (one.get("url") if one.get("__typename") == "ExternalUrl" else None)
        address = direct(given) if isinstance(given, str) and given.startswith("http") else None
        if address and not is_facebook(address) and address not in seen:
            seen.add(address)
            yield Link(address)


_TOTALS = {
    "reaction_count": "reactions",
    "share_count": "reposts",
    "total_comment_count": "replies",
    "video_view_count": "views",
}


def _numbers(value: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Numbers of a post; the names of reactions are in the language of who looked, their ids are not."""
    told: set[str] = set()
    for one in inside(value):
        for name, label in _TOTALS.items():
            given = one.get(name)
            found = number(given.get("count") if isinstance(given, dict) else given)
            if found is not None and label not in told:
                told.add(label)
                yield label, found
        comments = Fields(one).object("comment_rendering_instance").object("comments")
        if "replies" not in told and (total := comments.whole("total_count")) is not None:
            told.add("replies")
            yield "replies", total
        for edge in Fields(one).object("top_reactions").objects("edges"):
            kind = words().reaction_ids.get(edge.object("node").text("id") or "")
            count = edge.whole("reaction_count")
            if kind and count is not None and kind not in told:
                told.add(kind)
                yield f"reactions:{kind}", count


def comment(found: Found[Kind], evidence: Evidence, at: Moment | None) -> Post:
    """A comment, or an answer to one."""
    one = Fields(found.value)
    stated = _COMMENT_ID.fullmatch(written(one.text("id")))
    native = f"{stated[1]}_{stated[2]}" if stated else one.text("legacy_fbid")
    above = _COMMENT_ID.fullmatch(written(one.object("comment_parent").text("id")))
    target = f"{above[1]}_{above[2]}" if above else stated[1] if stated else None
    text = one.object("body").said("text")
    feedback = one.object("feedback")
    reactors = feedback.object("reactors").whole("count")
    replies = feedback.object("replies_fields").whole("total_count")
    numbers = {label: count for label, count in (("reactions", reactors), ("replies", replies)) if count is not None}
    return Post(
        PLATFORM,
        author=account(one.raw("author")),
        native_id=native,
        created=_time(one.whole("created_time")),
        state=PostState(text=text, hashtags=hashtags(text), media=tuple(_media(found.value)) or None),
        url=absolute(feedback.text("url")),
        aliases=aliases([("comment", stated[2] if stated else None)]),
        relations=(Relation("reply", target),) if target else (),
        counts=Counts(numbers, at) if numbers else None,
        evidence=(evidence,),
    )
