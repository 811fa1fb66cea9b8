"""What the values of a WARC record's fields have to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address

_KNOWN = 4096
"""So many dates and addresses are remembered to be sound: records that follow each other share them."""
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?Z)?)?)?", re.ASCII | re.IGNORECASE
)
_LEAST = (0, 1, 1, 0, 0, 0)
"""W3C date and time as WARC 1.1, 5.4 allows it; 0.17 to 1.0 only whole seconds."""
_FIRST_YEAR = 1990


@lru_cache(_KNOWN)
def is_date(value: str) -> bool:
    """Whether a value is a moment that exists (W3C date and time, WARC 1.1, 5.4), in the days of the web."""
    found = _DATE.fullmatch(value)
    if not found:
        return False
    year, month, day, hour, minute, second = (
        int(part or least) for part, least in zip(found.groups(), _LEAST, strict=True)
    )
    try:
        datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # a leap second is one, too
    except ValueError:
        return False
    return year >= _FIRST_YEAR and second <= 60


@lru_cache(_KNOWN)
def is_address(value: str) -> bool:
    """Whether a value is an IP address, version 4 or 6."""
    try:
        ip_address(value.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+").fullmatch
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+").fullmatch
_SOUND: dict[str, Callable[[str], object]] = {
    "WARC-Date": is_date,
    "WARC-Record-ID": _ID,
    "WARC-Target-URI": _URI,
    "WARC-IP-Address": is_address,
    "WARC-Segment-Number": re.compile(r"\d{1,9}").fullmatch,
    "WARC-Segment-Total-Length": re.compile(r"\d{1,18}").fullmatch,
    "WARC-Segment-Origin-ID": _ID,
    "WARC-Concurrent-To": _ID,
    "WARC-Warcinfo-ID": _ID,
    "WARC-Refers-To": _ID,
    "WARC-Refers-To-Target-URI": _URI,
    "WARC-Refers-To-Date": is_date,
    "WARC-Profile": _ID,
}
"""What a field's value, without angle brackets, has to be."""
VALUES = {name.lower(): (name, sound) for name, sound in _SOUND.items()}
