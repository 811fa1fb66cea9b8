"""Of which platform an info.json is, and by which ids its post and author are known there (``info.toml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountRef, Alias
from sma_plugin.readers.youtube.common import CHANNEL_ID, channel, handle_of, user_alias

_NUMBERED = {"tiktok", "x", "instagram", "facebook"}
_HOSTS = (
    ("youtube", re.compile(r"(?:youtube\.com|youtu\.be|ytimg\.com|googlevideo\.com|youtube-nocookie\.com)(?:[/:?]|$)")),
    ("tiktok", re.compile(r"(?:tiktok|tiktokv|tiktokcdn(?:-\w+)?)\.com(?:[/:?]|$)")),
    ("x", re.compile(r"(?://(?:\w+\.)?(?:twitter|x)|twimg)\.com(?:[/:?]|$)")),
    ("instagram", re.compile(r"(?:instagram|cdninstagram)\.com(?:[/:?]|$)")),
    ("facebook", re.compile(r"(?:facebook\.com|fbcdn\.net)(?:[/:?]|$)")),
)
"""By which addresses a platform is known, its own and those of its files."""


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One platform of ``info.toml``."""

    extractors: frozenset[str]
    account: tuple[str, ...]
    name: tuple[str, ...]
    handle: tuple[str, ...]
    post: tuple[str, ...] = ()
    post_in_address: str | None = None
    post_alias: dict[str, str] = {}
    post_in_address_alias: dict[str, str] = {}
    account_alias: dict[str, str] = {}
    title: bool = False
    """Whether posts have a title of their own; elsewhere yt-dlp makes one up from the text."""


@cache
def platforms() -> dict[str, Platform]:
    """The platforms of ``info.toml``."""
    return facts(__package__, "info.toml", dict[str, Platform])


def text(info: Mapping[str, Any], *names: str) -> str | None:
    """The first of the fields that says anything, as text."""
    for name in names:
        value = info.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def platform_of(info: Mapping[str, Any]) -> str | None:
    """The platform that an info.json is of; ``None`` when it is none of ours.

    Old files do not name an extractor: then the addresses in them tell, or the id of a channel.
    """
    named = text(info, "extractor", "extractor_key")
    if named is not None:
        key = named.partition(":")[0].lower()
        return next((name for name, one in platforms().items() if key in one.extractors), None)
    for address in (
        text(info, "webpage_url", "original_url", "url"),
        text(info, "thumbnail"),
        text(info, "channel_url"),
    ):
        found = platform_in(address or "")
        if found:
            return found
    return "youtube"


def platform_in(addresses: str) -> str | None:
    """The platform of the first known address in a text."""
    found = [(match.start(), name) for name, hosts in _HOSTS if (match := hosts.search(addresses))]
    return min(found)[1] if found else None


def address_of(info: Mapping[str, Any]) -> str | None:
    """The page of the post; never the signed address of its video."""
    found = text(info, "webpage_url", "original_url")
    return found if found and "://" in found else None


def post_id(platform: str, info: Mapping[str, Any]) -> str | None:
    """The id of the post in the platform's own scheme."""
    facts = platforms()[platform]
    found = re.search(facts.post_in_address, address_of(info) or "") if facts.post_in_address else None
    if platform == "bluesky":
        whose, key = text(info, "channel_id"), text(info, "id")
        return f"at://{whose}/app.bsky.feed.post/{key}" if whose and key and whose.startswith("did:") else None
    return found.group(1) if found else text(info, *facts.post)


def post_aliases(platform: str, info: Mapping[str, Any]) -> tuple[Alias, ...]:
    """Other ids of the post."""
    facts, address = platforms()[platform], address_of(info)
    given = [(scheme, text(info, name)) for scheme, name in facts.post_alias.items()]
    for scheme, form in facts.post_in_address_alias.items():
        found = re.search(form, address or "")
        given.append((scheme, found.group(1) if found else None))
    if not facts.post:
        given.append(("url", address))
    return tuple(Alias(scheme, value) for scheme, value in given if value)


def author_of(platform: str, info: Mapping[str, Any]) -> AccountRef:
    """Who published the post."""
    facts = platforms()[platform]
    native_id, name = text(info, *facts.account), text(info, *facts.name)
    if platform == "youtube":
        return _channel(info, native_id, name)
    if platform in _NUMBERED and not (native_id or "").isdecimal():
        native_id = None
    handle = next((value for one in facts.handle if (value := text(info, one))), None)
    aliases = [(scheme, text(info, one)) for scheme, one in facts.account_alias.items()]
    address = text(info, "uploader_url", "channel_url")
    return AccountRef(
        native_id,
        handle.lstrip("@") if handle else None,
        name,
        address,
        tuple(Alias(scheme, value) for scheme, value in aliases if value),
    )


def _channel(info: Mapping[str, Any], native_id: str | None, name: str | None) -> AccountRef:
    """A channel: ``uploader_id`` was its old name, or its own id, and is its handle since 2023."""
    called = text(info, "uploader_id")
    if native_id is None and called and CHANNEL_ID.fullmatch(called):
        native_id = called
    handle = handle_of(called) or handle_of(text(info, "uploader_url"))
    old = called if called and called != native_id and not called.startswith("@") else None
    ref = channel(native_id, name, handle)
    return AccountRef(ref.native_id, ref.handle, ref.name, ref.url, user_alias(old))
