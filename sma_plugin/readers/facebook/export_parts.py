"""What an item of Facebook's export carries along: media, links, places, polls, events and what else is attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sma_plugin.model import Link, Location, Media, Poll, Problem
from sma_plugin.readers.meta.labels import Labelled
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.text import members_of, objects, words

_TITLED = ("event", "life_event", "for_sale_item", "fundraiser", "note")
"""What can be attached with a title of its own."""


@dataclass(slots=True)
class Parts:
    """The attachments of one item."""

    media: tuple[Media, ...] = ()
    links: tuple[Link, ...] = ()
    location: Location | None = None
    poll: Poll | None = None
    title: str | None = None
    text: str | None = None
    """A text for when the item itself says nothing: the question of its poll, the caption of
    its photos, or a text that is attached."""
    captions: list[str] = field(default_factory=list)
    """What its photos and videos say each."""
    albums: list[str] = field(default_factory=list)
    """The titles of its photos and videos: mostly of the album that each is in."""
    raw: dict[str, Any] = field(default_factory=dict)


def parts_of(item: dict[str, Any], labelled: Labelled, files: MediaFiles, path: str, problems: list[Problem]) -> Parts:
    """The attachments of an item of the document at ``path``; a medium that is missing is added to ``problems``."""
    attached = list(_attached(item))
    described = [one for one in (members_of(part.get("media")) for part in attached) if one]
    described += objects(item.get("media")) + labelled.media()
    places = (place(members_of(part.get("place"))) for part in attached)
    titled = (members_of(part.get(name)) for part in attached for name in _TITLED)
    unlinked = (one for part in attached if not words((one := members_of(part.get("external_context"))).get("url")))
    found = Parts(
        media=_media(described, files, path, problems),
        links=tuple(dict.fromkeys(_links(attached, labelled))),
        location=next(filter(None, places), None) or place({"name": labelled.text("place")}),
        poll=next(filter(None, map(poll, attached)), None),
        title=next(
            (said for one in (*titled, *unlinked) if (said := words(one.get("name")) or words(one.get("title")))), None
        ),
    )
    captions = list(dict.fromkeys(said for one in described if (said := words(one.get("description")))))
    texts = list(dict.fromkeys(said for part in attached if (said := words(part.get("text")))))
    found.captions = captions
    found.albums = list(dict.fromkeys(said for one in described if (said := words(one.get("title")))))
    if len(captions) > 1:
        found.raw["captions"] = captions
    addresses = (words(members_of(part.get("place")).get("address")) for part in attached)
    if address := next(filter(None, addresses), None):
        found.raw["address"] = address
    if texts:
        found.raw["attached_text"] = texts
    questions = (words(members_of(part.get("poll")).get("question")) for part in attached)
    caption = captions[0] if len(captions) == 1 else None
    found.text = next(filter(None, questions), None) or caption or "\n".join(texts) or None
    return found


def _attached(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for attachment in objects(item.get("attachments")):
        yield from objects(attachment.get("data")) if "data" in attachment else [attachment]


def _media(described: list[dict[str, Any]], files: MediaFiles, path: str, problems: list[Problem]) -> tuple[Media, ...]:
    """The media, each file once."""
    found: dict[str, Media] = {}
    for one in described:
        medium = files.medium(one, path, problems)
        if medium is not None:
            found.setdefault(medium.path or medium.source or "", medium)
    return tuple(found.values())


def _links(attached: list[dict[str, Any]], labelled: Labelled) -> Iterator[Link]:
    for part in attached:
        shared = members_of(part.get("external_context"))
        address = words(shared.get("url"))
        if address:
            yield Link(address, title=words(shared.get("name")), description=words(shared.get("source")))
    address = words(labelled.of("url").get("href")) or labelled.text("url")
    if address and "://" in address:
        yield Link(address)


def place(said: dict[str, Any]) -> Location | None:
    """A place with its name and where it lies."""
    name = words(said.get("name"))
    at = members_of(said.get("coordinate"))
    latitude, longitude = _degrees(at.get("latitude"), 90), _degrees(at.get("longitude"), 180)
    if name is None and latitude is None:
        return None
    return Location(name=name, latitude=latitude, longitude=longitude)


def _degrees(value: Any, most: int) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if abs(found) <= most else None


def poll(part: dict[str, Any]) -> Poll | None:
    """The poll in an attachment: its options in order."""
    asked = members_of(part.get("poll")).get("options")
    given = asked if isinstance(asked, list) else []
    options = tuple(filter(None, (words(one.get("option") if isinstance(one, dict) else one) for one in given)))
    return Poll(options) if options else None
