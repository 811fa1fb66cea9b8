"""What modules of RSS and extensions of Atom add to an item: whether it is sensitive, a place, replies, for whom.

Sources: Media RSS 1.5.1, GeoRSS (Simple), W3C Basic Geo, the Slash module, RFC 4685, OStatus 1.0 and what Mastodon's
feeds had beside it until 2018, Apple's tags for podcasts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Audience, Location
from sma_plugin.readers.feeds.names import ITUNES, MEDIA, THREAD, atom
from sma_plugin.readers.values import number
from sma_plugin.readers.xml_element import Element

_GEORSS, _GEO = "http://www.georss.org/georss", "http://www.w3.org/2003/01/geo/wgs84_pos#"
_SLASH, _MASTODON = "http://purl.org/rss/1.0/modules/slash/", "http://mastodon.social/schema/1.0"
_PERSON = "/person"
_SCOPES: dict[str, Audience] = {"public": "public", "unlisted": "unlisted", "private": "followers"}
_SENSITIVE, _HARMLESS = {"adult", "true", "yes", "explicit"}, {"nonadult", "false", "no", "clean"}


def sensitive(item: Element) -> bool | None:
    """Whether an item or one of its media is marked as not for everyone; ``None`` when nothing is said of it."""
    media = (item, *item.all(f"{{{MEDIA}}}group", f"{{{MEDIA}}}content"))
    names = (f"{{{MEDIA}}}rating", f"{{{MEDIA}}}adult", f"{{{ITUNES}}}explicit")
    said = {one.text.strip().casefold() for part in media for one in part.all(*names)}
    return True if said & _SENSITIVE else False if said & _HARMLESS else None


def location(item: Element) -> Location | None:
    """The place of an item: a point, with its name where it has one."""
    point = (item.words(f"{{{_GEORSS}}}point") or "").replace(",", " ").split()
    if len(point) != 2:
        point = [item.words(f"{{{_GEO}}}lat") or "", item.words(f"{{{_GEO}}}long") or ""]
    latitude, longitude = map(_degrees, point)
    name = item.words(f"{{{_GEORSS}}}featurename")
    if name is None and (latitude is None or longitude is None):
        return None
    return Location(name, latitude=latitude, longitude=longitude)


def replies(item: Element) -> int | None:
    """How many replies an item has by its own word."""
    linked = (one.attributes.get(f"{{{THREAD}}}count") for one in item.all(*atom("link")))
    told = (item.words(f"{{{THREAD}}}total"), item.words(f"{{{_SLASH}}}comments"), *linked)
    return next((count for one in told if (count := number(one)) is not None), None)


def audience(item: Element) -> Audience | None:
    """For whom a post was, where its feed says so."""
    return _SCOPES.get(item.words(f"{{{_MASTODON}}}scope") or "")


def mentions(item: Element) -> Iterator[AccountRef]:
    """The people whom an item names, by their addresses; a collection such as "everyone" is nobody."""
    for one in item.all(*atom("link")):
        kinds = (value for key, value in one.attributes.items() if key.rpartition("}")[2] == "object-type")
        if one.attributes.get("rel") == "mentioned" and next(kinds, _PERSON).endswith(_PERSON):
            address = one.attributes.get("href")
            yield from [AccountRef(None, None, None, address)] if address else []


def keywords(item: Element) -> Iterator[str]:
    """The words under which an item is filed, in a list with commas."""
    groups = (item, *item.all(f"{{{MEDIA}}}group"))
    listed = (one.words(f"{{{MEDIA}}}keywords", f"{{{ITUNES}}}keywords") or "" for one in groups)
    yield from (word for one in listed for part in one.split(",") if (word := part.strip()))


def duration(element: Element) -> float | None:
    """How long a medium lasts, in seconds: a number, or hours, minutes and seconds."""
    said = element.attributes.get("duration") or element.words(f"{{{ITUNES}}}duration") or ""
    if not re.fullmatch(r"\d{1,6}(?::\d{1,2}){0,2}(?:\.\d{1,3})?", said):
        return None
    total = 0.0
    for part in said.split(":"):
        total = total * 60 + float(part)
    return total


def _degrees(text: str) -> float | None:
    found = re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,12})?", text.strip())
    return float(found[0]) if found else None
