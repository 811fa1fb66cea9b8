"""What all captures of LinkedIn share: identifiers of posts, the moment that one holds, whose page an address is.

One post has several URNs (``activity``, and ``share`` or ``ugcPost``) with numbers of their own, in addresses mostly
percent-encoded, or at the end of a slug (``…_activity-7123456789012345678-AbCd``).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlunsplit

from sma_plugin.model import Alias, Moment
from sma_plugin.readers.addresses import path_of, split_address
from sma_plugin.readers.values import epoch_moment

PLATFORM = "linkedin"
URN, NUMBER = "urn", "number"
"""The schemes in which every URN of a post is an alias, and the number in it, which addresses spell in many ways.

So captures that name another URN of a post meet.
"""
_KINDS = {"activity": "activity", "share": "share", "ugcpost": "ugcPost", "grouppost": "groupPost"}
_OF_POST = re.compile(r"urn:li:(activity|share|ugcPost|groupPost):([\d-]*\d)", re.IGNORECASE)
_IN_SLUG = re.compile(r"[-_](activity|share|ugcPost)-(\d{10,})", re.IGNORECASE)
_OF_COMMENT = re.compile(
    r"urn:li:(?:fsd_)?comment:\((?:urn:li:)?(activity|share|ugcPost|groupPost):([\d-]*\d),(\d+)\)", re.IGNORECASE
)
_COMMENT_FIRST = re.compile(
    r"urn:li:fsd_comment:\((\d+),urn:li:(activity|share|ugcPost|groupPost):([\d-]*\d)\)", re.IGNORECASE
)
_PAGE = re.compile(r"/(?:in|company|school|showcase|organization)/([^/?#]+)")
_POST_SLUG = re.compile(r"/posts/([^/?#_]+)_")
_SINCE_US = 1_262_304_000_000_000
"""Numbers of before 2010 were given in order, and hold no moment."""


def urns_in(text: str) -> tuple[str, ...]:
    """The URNs of posts that an address or text names, each once.

    >>> urns_in("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345678")
    ('urn:li:share:7123456789012345678',)
    """
    plain = unquote(unquote(text))
    found = (*_OF_POST.findall(_OF_COMMENT.sub("", plain)), *_IN_SLUG.findall(plain))
    return tuple(dict.fromkeys(f"urn:li:{_KINDS[kind.lower()]}:{number}" for kind, number in found))


def comment_urn(text: str) -> str | None:
    """The URN of the comment that an address or text names, in one form: ``urn:li:comment:(activity:1,2)``."""
    plain = unquote(unquote(text))
    if found := _OF_COMMENT.search(plain):
        kind, post, number = found.groups()
    elif found := _COMMENT_FIRST.search(plain):
        number, kind, post = found.groups()
    else:
        return None
    return f"urn:li:comment:({_KINDS[kind.lower()]}:{post},{number})"


def of_comment(urn: str) -> str:
    """The URN of the post that a comment stands under, from the comment's own."""
    return f"urn:li:{urn.partition('(')[2].partition(',')[0]}"


def aliases(*urns: str) -> tuple[Alias, ...]:
    """The names of one post or comment as other captures may give them."""
    known = dict.fromkeys(urns)
    numbers = dict.fromkeys(re.findall(r"[\d-]*\d", urn)[-1] for urn in known)
    return (*(Alias(URN, urn) for urn in known), *(Alias(NUMBER, number) for number in numbers))


def moment_in(urn: str | None) -> Moment | None:
    """The moment that a number holds: its first 41 bits are milliseconds since 1970. It is said to be derived."""
    numbers = re.findall(r"\d+", urn or "")
    found = epoch_moment(int(numbers[-1]) >> 22, 1000) if numbers and len(numbers[-1]) < 20 else None
    return Moment(found.us, None, f"from {urn}") if found and (found.us or 0) > _SINCE_US else None


def handle_in(url: str) -> str | None:
    """The name under which a member or page stands in an address, also in that of a post of theirs."""
    path = unquote(path_of(url))
    found = _PAGE.search(path) or _POST_SLUG.search(path)
    return found.group(1) if found else None


def unsigned(url: str) -> str:
    """An address of LinkedIn's media without the signature, which expires and lets in who has it."""
    parts = split_address(url)
    return urlunsplit((*parts[:3], "", "")) if parts.netloc.endswith("licdn.com") else url
