"""What the Bluesky readers share: addresses of records, references to accounts, values of untyped records."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import AccountRef, Alias

PLATFORM = "bluesky"
POST, REPOST, PROFILE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.actor.profile"
_URI = re.compile(r"at://(did:[a-z]+:[\w.:%-]+|[\w.-]+)(?:/([\w.-]+)(?:/([\w.~:-]+))?)?")
_HANDLE = re.compile(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*")
_NO_HANDLE = "handle.invalid"
"""What servers give for a handle that its domain does not confirm."""


class Address(NamedTuple):
    """The parts of ``at://<did or handle>/<collection>/<record key>``."""

    authority: str
    collection: str
    key: str

    @property
    def uri(self) -> str:
        """The address as it is written."""
        return f"at://{self.authority}/{self.collection}/{self.key}"


def address_of(uri: object) -> Address | None:
    """The parts of an address of a record; ``None`` for what is none.

    >>> address_of("at://did:plc:voorbeeld/app.bsky.feed.post/3kabc").collection
    'app.bsky.feed.post'
    """
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    return Address(found[1], found[2], found[3]) if found and found[3] else None


def account_ref(did: str | None, handle: str | None = None, name: str | None = None) -> AccountRef:
    """A reference to an account; a handle that is no name of a domain is none."""
    known = handle if handle and handle != _NO_HANDLE and _HANDLE.fullmatch(handle) else None
    page = f"https://bsky.app/profile/{known or did}" if known or did else None
    return AccountRef(did or None, known.lower() if known else None, name or None, page)


def whose(uri: str | None) -> AccountRef | None:
    """The account that an address of a record names."""
    found = _URI.fullmatch(uri or "")
    if not found:
        return None
    named = found[1]
    return account_ref(named) if named.startswith("did:") else account_ref(None, named)


def is_handle(text: str) -> bool:
    """Whether a text can be a handle."""
    return _HANDLE.fullmatch(text) is not None


def page_of(address: Address, handle: str | None = None) -> str:
    """The page of a post in the app."""
    return f"https://bsky.app/profile/{handle or address.authority}/post/{address.key}"


def post_aliases(address: Address, handle: str | None) -> tuple[Alias, ...]:
    """The pages by which a post is found again: under the account's handle and under its identifier."""
    pages = {page_of(address), page_of(address, handle)}
    return tuple(Alias("url", page) for page in sorted(pages))


def repeats(did: str | None, subject: str | None) -> tuple[Alias, ...]:
    """What a repost is found again by where its own address is not given: an account repeats a post once."""
    return (Alias("repost", f"{did} {subject}", derived=True),) if did and subject else ()


# --- values of records, which come from CBOR or JSON and are not typed ------------------------------------------------


def words(value: object) -> str | None:
    """A text; ``None`` for anything else."""
    return value if isinstance(value, str) else None


def thing(value: object) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def things(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def whole(value: object) -> int | None:
    """A whole number; ``None`` for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def kind_of(value: dict[str, Any]) -> str:
    """The type that an object names, without ``lex:``; empty where it names none."""
    return (words(value.get("$type")) or "").removeprefix("lex:")


def cid_text(value: object) -> str | None:
    """A content identifier as text, from CBOR (bytes), JSON (``{"$link": …}``) or text."""
    if isinstance(value, dict):
        return words(value.get("$link"))
    if isinstance(value, bytes):
        return "b" + base64.b32encode(value).decode().rstrip("=").lower()
    return value if isinstance(value, str) and value else None
