"""What is put into a post: pictures, video, a preview of a page, another post.

A record names its media by content identifier only; the view of a server gives addresses from which they were shown.
Source: the lexicons app.bsky.embed.*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import Link, Media, Relation
from sma_plugin.readers.bluesky.common import (
    POST,
    address_of,
    cid_text,
    kind_of,
    texts,
    thing,
    things,
    whole,
    whose,
    words,
)
from sma_plugin.readers.contract import Member
from sma_plugin.readers.values import media_kind

_CID = re.compile(r"/(bafkrei[a-z2-7]{52})(?:[@./?]|$)")
_STATES = {"viewNotFound": "not-found", "viewBlocked": "blocked", "viewDetached": "detached"}


class Blobs:
    """The media files of a capture by the content identifier that they are named after."""

    def __init__(self, members: tuple[Member, ...] = ()) -> None:
        named = ((re.split("[.@]", member.path.rpartition("/")[2])[0], member.path) for member in members)
        self._paths = dict(named)

    def path(self, cid: str | None) -> str | None:
        """The file of a blob."""
        return self._paths.get(cid or "")


class Embedded(NamedTuple):
    """What a post holds beside its text. ``unknown`` names the kinds that are not known."""

    media: tuple[Media, ...] = ()
    links: tuple[Link, ...] = ()
    relations: tuple[Relation, ...] = ()
    unknown: tuple[str, ...] = ()

    def plus(self, other: Embedded) -> Embedded:
        """Both together."""
        return Embedded(
            self.media + other.media,
            self.links + other.links,
            self.relations + other.relations,
            self.unknown + other.unknown,
        )


def embedded(record: dict[str, Any], view: dict[str, Any], blobs: Blobs) -> Embedded:
    """What the embed of a record holds, with what the ``view`` of a server adds to it."""
    embed, old = thing(record.get("embed")), record.get("embeds")
    found = _one(embed or view, view, blobs)
    for one in things(old):
        found = found.plus(_one(one, {}, blobs))
    return found


def _one(embed: dict[str, Any], view: dict[str, Any], blobs: Blobs) -> Embedded:
    kind = kind_of(embed).removeprefix("app.bsky.embed.").partition("#")[0]
    if kind == "recordWithMedia":
        media = _one(thing(embed.get("media")), thing(view.get("media")), blobs)
        quoted = _quoted(thing(embed.get("record")), thing(thing(view.get("record")).get("record")))
        return media.plus(quoted)
    if kind == "record":
        return _quoted(embed, thing(view.get("record")))
    if kind == "external":
        return Embedded(links=tuple(_preview(thing(embed.get("external")), thing(view.get("external")))))
    pictures = embed.get("images") or embed.get("items")
    if isinstance(pictures, list):
        shown = list(things(view.get("images") or view.get("items")))
        paired = zip(things(pictures), [*shown, *({} for _ in pictures)], strict=False)
        return Embedded(tuple(_picture(one, seen, blobs) for one, seen in paired))
    if kind == "video":
        return Embedded((_video(embed, view, blobs),))
    return Embedded(unknown=(kind_of(embed) or "?",)) if embed else Embedded()


def _quoted(embed: dict[str, Any], view: dict[str, Any]) -> Embedded:
    """The post that is quoted; a list, feed or starter pack that is shown is a link."""
    named = thing(embed.get("record"))
    uri = words(named.get("uri")) or words(view.get("uri"))
    if not uri:
        return Embedded()
    address = address_of(uri)
    if address is None or address.collection != POST:
        title = words(view.get("displayName")) or words(view.get("name"))
        return Embedded(links=(Link(uri, title=title, description=words(view.get("description"))),))
    state = _STATES.get(kind_of(view).rpartition("#")[2])
    return Embedded(relations=(Relation("quote", uri, target_account=whose(uri), state=state),))


def _preview(external: dict[str, Any], view: dict[str, Any]) -> Iterator[Link]:
    if uri := words(external.get("uri")):
        yield Link(
            uri,
            title=words(external.get("title")) or None,
            description=words(external.get("description")) or None,
            preview=words(view.get("thumb")) or words(external.get("thumb")) or None,
        )


def _picture(picture: dict[str, Any], view: dict[str, Any], blobs: Blobs) -> Media:
    """A picture, or whatever else an item of a gallery is."""
    blob = picture.get("image") or picture.get("video") or picture.get("blob")
    mime = words(thing(blob).get("mimeType"))
    shown = (words(one.get(name)) for name in ("fullsize", "thumb", "thumbnail") for one in (view, picture))
    address = next(filter(None, shown), None)
    cid = blob_cid(blob) or cid_of_address(address)
    size = thing(picture.get("aspectRatio") or view.get("aspectRatio"))
    return Media(
        kind=media_kind(mime or "image"),
        native_id=cid,
        path=blobs.path(cid),
        source=address,
        mime=mime,
        alt=words(picture.get("alt")) or words(view.get("alt")) or None,
        width=whole(size.get("width")),
        height=whole(size.get("height")),
    )


def _video(embed: dict[str, Any], view: dict[str, Any], blobs: Blobs) -> Media:
    blob = embed.get("video")
    cid = blob_cid(blob) or cid_text(view.get("cid")) or cid_text(embed.get("cid"))
    size = thing(embed.get("aspectRatio") or view.get("aspectRatio"))
    looping = "gif" in texts([embed.get("presentation"), view.get("presentation")])
    return Media(
        kind="animation" if looping else "video",
        native_id=cid,
        path=blobs.path(cid),
        source=words(view.get("playlist")) or words(embed.get("playlist")),
        mime=words(thing(blob).get("mimeType")),
        alt=words(embed.get("alt")) or words(view.get("alt")) or None,
        width=whole(size.get("width")),
        height=whole(size.get("height")),
    )


def blob_cid(blob: object) -> str | None:
    """The content identifier of a blob, in the old form (``cid``) or the present one (``ref``)."""
    fields = thing(blob)
    return cid_text(fields.get("ref")) or cid_text(fields.get("cid"))


def cid_of_address(address: str | None) -> str | None:
    """The content identifier of a blob in the address from which a server shows it."""
    found = _CID.search(address or "")
    return found[1] if found else None


def picture_of(blob: object, blobs: Blobs, source: str | None = None) -> Media | None:
    """A picture of a profile."""
    cid = blob_cid(blob)
    if cid is None and source is None:
        return None
    mime = words(thing(blob).get("mimeType"))
    return Media(media_kind(mime or "image"), cid, blobs.path(cid), source, mime)
