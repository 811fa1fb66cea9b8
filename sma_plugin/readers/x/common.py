"""What every v1.1-shaped form of X shares: its self-service archive, its old API, the ``legacy`` part of its web API.

Small functions from the parts of a post (x_common_parts.py) to the words of the model. Nothing here knows where the
bytes came from. Facts: formats/PLATFORM_FORMATS.md 2.1 and 2.2.
"""

from __future__ import annotations

import math
import re

from sma_plugin.model import AccountRef, Link, Location, Media, Moment
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.values import iso_moment, x_moment
from sma_plugin.readers.x.common_parts import Entities, MediaEntity, Number, Place, Point, Variant

PLATFORM = "x"
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'", "&#x27;": "'"}
_ESCAPE = re.compile("|".join(_ESCAPES))
_TAG = re.compile(r"<[^<>]*>")
_REPOST = re.compile(r"RT @(\w{1,50}):")
_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(?:#!/)?(?:i/web|(?P<handle>\w{1,50}))/status(?:es)?/"
    r"(?P<id>\d{1,20})/?(?:[?#].*)?",
    re.IGNORECASE,
)
_SPACED_ZONE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-]\d{4})")
_KINDS = {"photo": "image", "video": "video", "animated_gif": "animation"}
_MOST = (1 << 63) - 1
"""What the store and MessagePack can hold."""
_LARGEST = ("large", "medium", "small")


def number(value: Number) -> int | None:
    """A whole number from a number or its text; ``None`` when there is none to be read, or none that a count can be.

    >>> number("12"), number(3), number("many"), number(10**30)
    (12, 3, None, None)
    """
    try:
        found = int(value) if value is not None else None
    except (ValueError, OverflowError):
        return None
    return None if found is None or abs(found) > _MOST else found


def native(value: str | int | None) -> str | None:
    """A native id; ``None`` for the values that X writes when it has none (``-1``, ``0``, nothing)."""
    return None if value in (None, "", "-1", "0", -1, 0) else str(value)


def unescape(text: str) -> str:
    """Text without the few HTML entities that X writes, resolved once; ``&copy`` and the like are people's own text.

    >>> unescape("a &lt; b &amp;amp; c&copy=1")
    'a < b &amp; c&copy=1'
    """
    return _ESCAPE.sub(lambda match: _ESCAPES[match.group()], text) if "&" in text else text


def tool_name(anchor: str | None) -> str | None:
    """The name of the program from ``source``, which is an HTML anchor or plain text.

    >>> tool_name('<a href="https://example.nl" rel="nofollow">Redactie &amp; Web</a>')
    'Redactie & Web'
    """
    if not anchor:
        return None
    return unescape(_TAG.sub("", anchor)).strip() or None


def created(raw: str | None) -> Moment:
    """When, in any of X's forms: ``Sat Feb 18 19:45:15 +0000 2023``, ISO 8601, ``2013-01-31 12:00:00 +0000``.

    Unreadable text is kept in ``raw`` with ``us`` empty.

    >>> created("2013-01-31 12:00:00 +0100").us
    1359630000000000
    """
    if raw is None:
        return Moment()
    spaced = _SPACED_ZONE.fullmatch(raw)
    if spaced:
        moment = iso_moment(spaced.group(1) + spaced.group(2))
        return Moment(moment.us if moment else None, raw)
    return x_moment(raw) or Moment(None, raw)


def permalink(handle: str | None, post: str) -> str:
    """The page of a post; X finds it by its id alone when the handle is not known."""
    return f"https://x.com/{handle or 'i'}/status/{post}"


def status_link(url: str | None) -> tuple[str | None, str] | None:
    """Handle (if named) and post id of a link to a post on X; ``None`` for any other link.

    >>> status_link("https://twitter.com/voorbeeldstad/status/123?s=20")
    ('voorbeeldstad', '123')
    """
    match = _STATUS.fullmatch(url) if url else None
    return (None if match["handle"] in (None, "i") else match["handle"], match["id"]) if match else None


def repost_handle(text: str | None) -> str | None:
    """Whose post is repeated, from a text that begins with ``RT @handle:``.

    >>> repost_handle("RT @voorbeeldstad: de markt is open")
    'voorbeeldstad'
    """
    match = _REPOST.match(text) if text else None
    return match.group(1) if match else None


def hashtags(entities: Entities | None) -> tuple[str, ...] | None:
    """The hashtags, without ``#``, in order."""
    found = entities.hashtags if entities else None
    return None if found is None else tuple(tag.text for tag in found if tag.text)


def mentions(entities: Entities | None) -> tuple[AccountRef, ...] | None:
    """The accounts mentioned, in order."""
    found = entities.user_mentions if entities else None
    if found is None:
        return None
    return tuple(AccountRef(native(who.id_str), who.screen_name, who.name) for who in found)


def links(entities: Entities | None) -> tuple[Link, ...] | None:
    """The links, expanded, with the short form that stands in the text."""
    found = entities.urls if entities else None
    if found is None:
        return None
    return tuple(Link(link.expanded_url or link.url or "", link.url) for link in found if link.expanded_url or link.url)


def media_entities(entities: Entities | None, extended: Entities | None) -> list[MediaEntity] | None:
    """Every medium: ``entities.media`` names only the first when there are several."""
    if extended and extended.media:
        return extended.media
    return entities.media if entities else None


def base_name(url: str | None) -> str | None:
    """The file name in an address, without query.

    >>> base_name("https://video.twimg.com/ext_tw_video/1/pu/vid/320x180/abc.mp4?tag=10")
    'abc.mp4'
    """
    return path_of(url).rpartition("/")[2] or None


def variants(entity: MediaEntity) -> list[Variant]:
    """The files of a video or animation, highest bit rate first; playlists are no files and are left out."""
    found = (entity.video_info.variants or []) if entity.video_info else []
    files = [variant for variant in found if variant.url and "mpegurl" not in (variant.content_type or "").lower()]
    return sorted(files, key=lambda variant: -(number(variant.bitrate) or 0))


def _dimensions(entity: MediaEntity) -> tuple[int | None, int | None]:
    if entity.original_info:
        return number(entity.original_info.width), number(entity.original_info.height)
    sizes = entity.sizes or {}
    if isinstance(sizes, list):
        whole = [size for size in sizes if size.resize != "crop"]
        size = max(whole, key=lambda one: number(one.w) or 0, default=None)
    else:
        size = next((sizes[name] for name in _LARGEST if name in sizes), None)
    return (number(size.w), number(size.h)) if size else (None, None)


def medium(entity: MediaEntity, path: str | None = None, source: str | None = None, mime: str | None = None) -> Media:
    """A medium with the file that was found for it; ``source`` and ``mime`` are those of the video file chosen."""
    width, height = _dimensions(entity)
    millis = number(entity.video_info.duration_millis) if entity.video_info else None
    return Media(
        kind=_KINDS.get(entity.type or "", "unknown"),  # type: ignore[arg-type]
        native_id=native(entity.id_str),
        path=path,
        source=source or entity.address,
        mime=mime,
        alt=entity.ext_alt_text,
        width=width,
        height=height,
        duration=millis / 1000 if millis else None,
        preview=entity.address if source and source != entity.address and entity.type != "photo" else None,
    )


def location(coordinates: Point | None, geo: Point | None, place: Place | None) -> Location | None:
    """The place named with a post, as a point, as a named place, or both."""
    longitude, latitude = _pair(coordinates)
    if coordinates is None:
        latitude, longitude = _pair(geo)
    if place is None and latitude is None:
        return None
    if place is None:
        return Location(latitude=latitude, longitude=longitude)
    return Location(place.full_name or place.name, place.id, place.country, latitude, longitude)


def _pair(point: Point | None) -> tuple[float | None, float | None]:
    values = point.coordinates if point else None
    if not values or len(values) != 2 or values[0] is None or values[1] is None:
        return None, None
    try:
        first, second = float(values[0]), float(values[1])
    except (ValueError, OverflowError):
        return None, None
    return (first, second) if math.isfinite(first) and math.isfinite(second) else (None, None)
