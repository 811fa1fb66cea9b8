"""What the history knows of platforms (``readers/platforms.toml``): whether exports give ids, what an address names."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import msgspec

from sma_plugin.facts import facts


class Platform(msgspec.Struct, frozen=True):
    """The part of a platform's row that the history uses.

    ``ids_missing``: some of its techniques give no ids of posts, so those are known again by account, second and
    text. ``id_in_url`` and ``handle_in_url`` are patterns of path and query that name an account.
    """

    hosts: tuple[str, ...] = ()
    ids_missing: bool = False
    id_in_url: tuple[str, ...] = ()
    handle_in_url: tuple[str, ...] = ()


@cache
def _platforms() -> dict[str, Platform]:
    return facts("sma_plugin.readers", "platforms.toml", dict[str, Platform])


_UNKNOWN = Platform()


def platform_of(name: str) -> Platform:
    """A platform by its short name; nothing is known of one that has no row."""
    return _platforms().get(name, _UNKNOWN)


def named_by(platform: str, url: str) -> tuple[str, str] | None:
    """The id or handle that the address of an account names: scheme (``id``, ``handle``) and value, handles casefolded.

    >>> named_by("facebook", "https://www.facebook.com/profile.php?id=100064000000000")
    ('id', '100064000000000')
    >>> named_by("instagram", "https://www.instagram.com/voorbeeldstad/")
    ('handle', 'voorbeeldstad')
    """
    known = platform_of(platform)
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if (parts.hostname or "") not in known.hosts:
        return None
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for scheme, patterns in (("id", known.id_in_url), ("handle", known.handle_in_url)):
        for pattern in patterns:
            found = re.match(pattern, place)
            if found:
                value = unquote(found.group(1))
                return scheme, value if scheme == "id" else value.casefold()
    return None


def platform_at(host: str) -> str | None:
    """The platform whose pages are at a host or below it; ``None`` for the host of nobody.

    >>> platform_at("nl-nl.facebook.com"), platform_at("voorbeeldstad.example")
    ('facebook', None)
    """
    parts = host.split(".")
    tails = {".".join(parts[at:]) for at in range(len(parts))}
    return next((name for name, known in _platforms().items() if not tails.isdisjoint(known.hosts)), None)


_NAMES = ("handle", "name", "username", "profile", "custom-url", "url", "acct")
"""What the history calls an account by, with a colon and its value, while no source gave its id."""


def has_id(native_id: str) -> bool:
    """Whether an account of the history is known by its own id, and not by a name or address only.

    >>> has_id("https://sociaal.example/users/stad"), has_id("did:plc:stad"), has_id("handle:vbstad"), has_id("unknown")
    (True, True, False, False)
    """
    return native_id not in ("", "unknown") and native_id.partition(":")[0] not in _NAMES
