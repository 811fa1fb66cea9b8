"""What every reader of TikTok shares: ids in addresses and the moment that they hold, references, moments."""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import AccountRef, Media, Moment, Relation
from sma_plugin.readers.values import epoch_moment, iso_moment

PLATFORM = "tiktok"
_IN_ADDRESS = re.compile(
    r"tiktokv?\.com/(?:@[^/?#\s]*/|share/|embed/(?:v2/)?|v/)?(?:(video|photo|v|embed)/)?(\d{15,20})(?!\d)"
    r"|[?&](?:item_id|share_item_id|aweme_id|video_id)=(\d{15,20})(?!\d)"
)
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")
_FIRST, _LAST = 1_388_534_400, 2_524_608_000
"""Seconds of 2014 and 2050: what an id says outside of these is no moment."""
MILLISECONDS = 100_000_000_000
"""A number of seconds this large would be in the year 5138."""


def post_in(address: str | None) -> str | None:
    """The id of the post that an address names.

    >>> post_in("https://www.tiktokv.com/share/video/7400000000000000148/")
    '7400000000000000148'
    """
    found = _IN_ADDRESS.search(address or "")
    return (found.group(2) or found.group(3)) if found else None


def is_photo(address: str | None) -> bool:
    """Whether an address is that of a post of photos."""
    found = _IN_ADDRESS.search(address or "")
    return found is not None and found.group(1) == "photo"


def moment_of(native_id: str | None) -> Moment | None:
    """The moment at which an id was given out: its upper 32 bits are seconds since the epoch.

    >>> moment_of("7400000000000000148").us
    1722948670000000
    """
    seconds = int(native_id) >> 32 if native_id and native_id.isdecimal() and len(native_id) < 21 else 0
    return Moment(seconds * 1_000_000, native_id, "id") if _FIRST < seconds < _LAST else None


def moment(value: Any) -> Moment | None:
    """A moment in any form that exports and responses have: seconds, milliseconds, ISO 8601, or without a zone.

    >>> moment("2024-08-06 12:51:10").assumed
    'zone:UTC'
    >>> moment(1722948670).us == moment("1722948670000").us
    True
    """
    if value in (None, "", "N/A"):
        return None
    text = str(value).strip()
    if _DIGITS.fullmatch(text) and not isinstance(value, bool):
        return epoch_moment(text, 1000 if abs(float(text)) > MILLISECONDS else 1)
    found = iso_moment(text.removesuffix(" UTC") + "Z" if text.endswith(" UTC") else text)
    return Moment(found.us, text, found.assumed) if found else None


def created(stated: Any, native_id: str | None) -> Moment:
    """When something was made: as is stated, else as its id says."""
    return moment(stated) or moment_of(native_id) or Moment()


def answers(post: str | None, comment: str | None) -> tuple[Relation, ...]:
    """What a comment answers: the comment that it names, if that is one, else its post."""
    if comment and comment not in (post, "0"):
        return (Relation("reply", comment), *((Relation("thread", post),) if post else ()))
    return (Relation("reply", post, page_of(post)),) if post else ()


def account(native_id: str | None = None, handle: str | None = None, name: str | None = None) -> AccountRef:
    """A reference to an account."""
    bare = (handle or "").lstrip("@") or None
    return AccountRef(native_id or None, bare, name or None, f"https://www.tiktok.com/@{bare}" if bare else None)


def page_of(native_id: str | None, handle: str | None = None, *, photo: bool = False) -> str | None:
    """The page of a post; without the handle TikTok leads on from the short form."""
    if native_id is None:
        return None
    kind = "photo" if photo else "video"
    return (
        f"https://www.tiktok.com/@{handle}/{kind}/{native_id}"
        if handle
        else f"https://www.tiktokv.com/share/video/{native_id}/"
    )


def unsigned(address: str | None) -> str | None:
    """An address without what signs it and lets it expire."""
    if not address or "://" not in address:
        return None
    return re.split(r"[?#]", address, maxsplit=1)[0] or None


def video_medium(
    native_id: str | None,
    path: str | None = None,
    *,
    alt: str | None = None,
    duration: float | None = None,
    size: tuple[int | None, int | None] = (None, None),
    cover: str | None = None,
) -> Media:
    """The medium of a post that is a video; ``cover``: the picture that its author chose for it."""
    return Media("video", native_id, path, page_of(native_id), None, alt, *size, duration, preview=unsigned(cover))
