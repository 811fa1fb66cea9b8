"""Whom an address tells of: the profile or post of somebody on a platform, by the forms that such addresses have."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from sma_plugin.history.platforms import named_by, platform_at
from sma_plugin.model import AccountRef
from sma_plugin.readers.addresses import split_address
from sma_plugin.readers.permalinks import permalink

_FEDIVERSE = re.compile(r"/(?:@|users/)([\w.-]+)(?:@([\w.-]+))?(?:/.*)?")
_FIRST = re.compile(r"/@?([\w.]{2,60})(?:[/?#]|$)")
_PERSONAL = {
    "x": "i home search hashtag intent share explore settings login",
    "instagram": "p reel reels tv explore accounts",
}
"""Platforms whose addresses begin with a handle, and the words there that are none."""


class Told(NamedTuple):
    """The platform, whose it is as far as the address says, and the post."""

    platform: str
    account: AccountRef
    post: str | None
    host: str


def tells(url: str) -> bool:
    """Whether an address may be one that :func:`told_by` knows; quick, for every address in every text."""
    return (
        "/@" in url
        or "/users/" in url
        or _is_on_platform(url.partition("://")[2].partition("/")[0] or url.partition("/")[0])
    )


@lru_cache(4096)
def _is_on_platform(host: str) -> bool:
    return platform_at(host.rpartition("@")[2].partition(":")[0]) is not None


def told_by(url: str) -> Told | None:
    """Whom an address tells of; ``None`` for a page that is nobody's on a platform.

    >>> told_by("https://twitter.com/jan_voorbeeld/status/20?s=1").account.handle
    'jan_voorbeeld'
    >>> told_by("https://mastodon.example/@jan").account.handle
    'jan@mastodon.example'
    >>> told_by("https://www.voorbeeldstad.example/nieuws") is None
    True
    """
    address = url if "://" in url else f"https://{url}"
    parts = split_address(address)
    host = parts.hostname or ""
    platform = platform_at(host)
    if platform is None and not (parts.path.startswith(("/@", "/users/"))):
        return None
    post = permalink(address)
    if post is not None:
        return Told(post.platform, post.author, post.native_id, host)
    if platform is None:
        return _on_a_server(host, parts.path)
    named = named_by(platform, address)
    if named is None:
        found = _FIRST.match(unquote(parts.path))
        if platform not in _PERSONAL or not found or found[1].lower() in _PERSONAL[platform].split():
            return None
        named = ("handle", found[1])
    account = AccountRef(named[1]) if named[0] == "id" else AccountRef(handle=named[1])
    return Told(platform, account, None, host)


def _on_a_server(host: str, path: str) -> Told | None:
    """A profile on a server of the fediverse."""
    found = _FEDIVERSE.fullmatch(unquote(path))
    return Told("mastodon", AccountRef(handle=f"{found[1]}@{found[2] or host}"), None, host) if found else None


def unquoted(url: str) -> str:
    """An address with what is encoded in it made plain, however often it was encoded."""
    for _ in range(4):
        plain = unquote(url, errors="replace") if "%" in url else url
        if plain == url:
            break
        url = plain
    return url
