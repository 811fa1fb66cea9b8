"""Interpreting what platforms deliver: times, HTML, gzip. The value as delivered is always kept beside it."""

from __future__ import annotations

import html
import re
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from sma_plugin.model import Moment
from sma_plugin.readers.emoji_pictures import with_emoji

MediaKind = Literal["image", "video", "audio", "animation", "document", "unknown"]
MEDIA_FILE = (
    r".*\.(?:jpe?g|jfif|png|gif|webp|avif|heic|heif|svg|bmp|tiff?|mp4|m4v|mov|webm|mkv|ogv|mp3|m4a|ogg|oga|opus|wav|"
    r"flac|aac)"
)
"""The names of files of media, as a regular expression for the whole path (without regard to case)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"</p\s*>\s*<p[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


def microseconds(moment: datetime) -> int:
    """Microseconds since the epoch of a moment with a zone."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def iso_moment(raw: str | None, assumed_zone: str = "UTC") -> Moment | None:
    """A moment from ISO 8601 text; without a zone it is read as UTC and says so. Unreadable text is kept as it is.

    >>> iso_moment("2023-02-18T19:45:15.000Z").us
    1676749515000000
    >>> iso_moment("yesterday")
    Moment(us=None, raw='yesterday', assumed=None)
    """
    if raw is None:
        return None
    try:
        moment = datetime.fromisoformat(raw)
        if moment.tzinfo is not None:
            return Moment(microseconds(moment), raw)
        return Moment(microseconds(moment.replace(tzinfo=UTC)), raw, f"zone:{assumed_zone}")
    except (ValueError, OverflowError):
        return Moment(None, raw)


def x_moment(raw: str | None) -> Moment | None:
    """A moment in X's own form, ``Sat Feb 18 19:45:15 +0000 2023``; the weekday is not trusted. ISO is read too.

    >>> x_moment("Sat Feb 18 19:45:15 +0100 2023").us
    1676745915000000
    """
    if raw is None:
        return None
    parts = raw.split()
    try:
        if len(parts) == 6:
            zone = parts[4]
            offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:5]))
            hour, minute, second = parts[3].split(":")
            moment = datetime(
                int(parts[5]), _MONTHS[parts[1]], int(parts[2]), int(hour), int(minute), int(second), tzinfo=UTC
            )
            return Moment(microseconds(moment - offset), raw)
    except (KeyError, ValueError, OverflowError):
        return Moment(None, raw)
    return iso_moment(raw)


def http_moment(raw: str | None) -> Moment | None:
    """A moment from an HTTP or e-mail date."""
    if raw is None:
        return None
    try:
        moment = parsedate_to_datetime(raw)
        return Moment(microseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC)), raw)
    except (ValueError, TypeError, OverflowError):
        return Moment(None, raw)


_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""Hours from UTC of the zones that tools name."""
_TO_THE_MINUTE = re.compile(r"[\d-]{10}[T ]\d\d:\d\d(?: ?(?:Z|[+-]\d\d:?\d\d))?")
_NAMED_ZONE = re.compile(rf"(\d{{4}}-\d\d-\d\d[T ][\d:.]+) ?({'|'.join(_ZONES)})")


def told_moment(raw: str) -> Moment:
    """A moment as tools and tables tell it: ISO 8601, also with a zone by its name, X's own form, or that of e-mail.

    >>> told_moment("2023-11-05 22:56:36 EST") == Moment(1699242996000000, "2023-11-05 22:56:36 EST")
    True
    >>> told_moment("2023-11-05 22:56:36 CET").us == told_moment("Sun, 05 Nov 2023 22:56:36 +0100").us
    True
    """
    if found := _NAMED_ZONE.fullmatch(raw):
        plain = iso_moment(found[1])
        us = plain.us if plain else None
        return Moment(None if us is None else us - _ZONES[found[2]] * 3_600_000_000, raw)
    read = (parse(raw) for parse in (x_moment, http_moment))
    best = next((moment for moment in read if moment and moment.us is not None), Moment(None, raw))
    return Moment(best.us, raw, "minute") if best.us is not None and _TO_THE_MINUTE.fullmatch(raw) else best


def epoch_moment(seconds: float | str | None, unit: int = 1) -> Moment | None:
    """A moment from seconds since the epoch (``unit=1000`` for milliseconds)."""
    if seconds is None:
        return None
    try:
        since = timedelta(microseconds=round(float(seconds) * 1_000_000 / unit))
        return Moment(microseconds(_EPOCH + since), str(seconds))
    except (ValueError, OverflowError):
        return Moment(None, str(seconds))


def iso_text(us: int | None) -> str | None:
    """Microseconds since the epoch as ISO 8601 UTC, without a fraction when it is zero.

    >>> iso_text(1676749515000000)
    '2023-02-18T19:45:15Z'
    """
    if us is None:
        return None
    try:
        moment = _EPOCH + timedelta(microseconds=us)
    except OverflowError:
        return None
    return moment.isoformat().replace("+00:00", "Z")


def gzip_head(data: bytes, size: int) -> bytes:
    """The first ``size`` bytes of what a gzip file holds, from its own first bytes; none when these are damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:-8], size)  # without the checksum of a very small one
    except zlib.error:
        return b""


_TEXT_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\d{1,10}\s+)?[{\[<]")


def shown_head(head: bytes, size: int) -> bytes:
    """A file's first bytes as readers are to recognise it by: of packed JSON, HTML or XML what is in it.

    Other packed files are left as they are; a WARC is read packed.
    """
    content = gzip_head(head, size) if head.startswith(b"\x1f\x8b") else b""
    return content if _TEXT_BEGINS.match(content) else head


def html_text(markup: str) -> str:
    r"""The plain text of a post's HTML: line breaks and paragraphs kept, emoji kept, tags gone, entities resolved once.

    >>> html_text("<p>a &amp; b<br>c</p><p>d</p>")
    'a & b\nc\n\nd'
    """
    text = _PARAGRAPHS.sub(
        "\n\n", _BREAKS.sub("\n", with_emoji(markup) if "<img" in markup or "<IMG" in markup else markup)
    )
    return html.unescape(_TAGS.sub("", text)) if "<" in text or "&" in text else text


def media_kind(mime: str | None) -> MediaKind:
    """The kind of medium that a media type (or its first half) says."""
    kinds: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio", "": "unknown"}
    return kinds.get((mime or "").partition("/")[0].lower(), "document")


MOST = 1 << 63
"""What the store and MessagePack can hold is below this."""


def number(value: Any) -> int | None:
    """A count as delivered, also when it came as text; ``None`` for what is no whole number that a count can be."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < MOST else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else None


def kept(value: Any) -> Any:
    """A value as delivered that every encoder can write: texts, numbers of a usual size, and lists of these.

    >>> kept(["raad", 10**30, {"a": 1}])
    ['raad']
    """
    if isinstance(value, list):
        return [one for one in map(kept, value) if one is not None and not isinstance(one, list)] or None
    if isinstance(value, float):
        return value if abs(value) < MOST else None
    return value if isinstance(value, str | bool) else number(value)
