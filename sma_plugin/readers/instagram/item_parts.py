"""The parts of a post of Instagram or Threads: who, when, how many, which pictures."""

from __future__ import annotations

from sma_plugin.model import AccountRef, Alias, Link, Location, Media, Moment
from sma_plugin.readers.facebook.addresses import direct, unsigned
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.codes import code_of, number_of
from sma_plugin.readers.instagram.words import mentions
from sma_plugin.readers.values import epoch_moment


def reference(one: Fields) -> AccountRef:
    """An account, by the number that all of Instagram knows it by; the Graph API's number is another name of it."""
    graph = one.text("fbid_v2", "fbid")
    known = (Alias("graph-id", graph),) if graph and graph.isdecimal() else ()
    return AccountRef(one.text("pk", "id"), one.text("username"), one.text("full_name"), aliases=known)


def time(one: Fields, *names: str) -> Moment:
    """A time in seconds since the epoch."""
    raw = one.text(*names)
    # Some lists give microseconds.
    unit = 1_000_000 if raw and raw.isdecimal() and len(raw) > 14 else 1
    return (epoch_moment(raw, unit) if raw else None) or Moment()


def number(one: Fields) -> tuple[str | None, str | None]:
    """Number and short code of a post; an id may be two numbers: its own and its author's."""
    code = one.text("code", "shortcode")
    number = (one.text("pk", "id") or "").partition("_")[0]
    if not number.isdecimal():
        number = number_of(code) or ""
    return number or None, code or code_of(number)


def named(one: Fields, text: str | None) -> tuple[AccountRef, ...] | None:
    """Who is named in the text or tagged in the picture; a tag gives the account's number."""
    tags = [tag.object("user") for tag in one.object("usertags").objects("in")]
    tags += [edge.object("node").object("user") for edge in one.object("edge_media_to_tagged_user").objects("edges")]
    tagged = {ref.handle: ref for tag in tags if (ref := reference(tag)).native_id or ref.handle}
    named = {ref.handle: ref for ref in mentions(text) or ()}
    return tuple({**named, **tagged}.values()) if named or tagged or text is not None else None


def links(one: Fields) -> tuple[Link, ...] | None:
    """The link that a post of Threads shows."""
    preview = one.object("text_post_app_info").object("link_preview_attachment")
    address = preview.text("url")
    return (Link(direct(address), None, preview.text("title")),) if address else None


def location(one: Fields) -> Location | None:
    """The place that a post names."""
    if not one.text("name"):
        return None
    return Location(one.text("name"), one.text("pk", "id"), None, one.decimal("lat"), one.decimal("lng"))


_COUNTS = {
    "like_count": "likes",
    "comment_count": "replies",
    "view_count": "views",
    "play_count": "views",
    "video_view_count": "views",
    "reshare_count": "reshares",
}
_EDGES = {
    "edge_media_preview_like": "likes",
    "edge_liked_by": "likes",
    "edge_media_to_parent_comment": "replies",
    "edge_media_to_comment": "replies",
    "edge_media_preview_comment": "replies",
}
_OF_THREADS = {"repost_count": "reposts", "quote_count": "quotes", "direct_reply_count": "replies"}


def numbers(one: Fields) -> dict[str, int]:
    """Numbers of a post; one that the account hides is given as -1 or 3."""
    found = {label: one.object(name).whole("count") for name, label in reversed(_EDGES.items()) if name in one}
    found.update((label, one.whole(name)) for name, label in _COUNTS.items() if name in one)
    info = one.object("text_post_app_info")
    found.update((label, info.whole(name)) for name, label in _OF_THREADS.items() if name in info)
    if one.flag("like_and_view_counts_disabled"):
        found.pop("likes", None)
    return {label: number for label, number in found.items() if number is not None and number >= 0}


# --- media -----------------------------------------------------------------------------------------------------------


def media(one: Fields) -> tuple[Media, ...] | None:
    """The pictures and videos of a post, in order."""
    parts = one.objects("carousel_media")
    parts += [edge.object("node") for edge in one.object("edge_sidecar_to_children").objects("edges")]
    found = tuple(medium for part in parts or [one] if (medium := _medium(part)))
    is_text = one.text("media_type") == "19" or ("text_post_app_info" in one and not found)
    return found if found or is_text else None


def _medium(one: Fields) -> Media | None:
    image = next(iter(one.object("image_versions2").objects("candidates")), Fields(None))
    video = next(iter(one.objects("video_versions")), Fields(None))
    moving = video.text("url") or one.text("video_url")
    source = moving or image.text("url") or one.text("display_url", "display_src")
    if source is None:
        return None
    size = one.object("dimensions")
    return Media(
        "video" if moving or one.flag("is_video") else "image",
        number(one)[0],
        source=unsigned(source),
        alt=one.text("accessibility_caption"),
        width=one.whole("original_width") or image.whole("width") or size.whole("width"),
        height=one.whole("original_height") or image.whole("height") or size.whole("height"),
        duration=one.decimal("video_duration"),
    )
