"""For whom a post was: the words of the REST interface, and the addresses of ActivityStreams."""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import AccountRef, Audience
from sma_plugin.readers.mastodon.objects import Thing, addresses

AUDIENCES: dict[str, Audience] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "followers",
    "direct": "direct",
    "limited": "limited",
    "list": "limited",
    "local": "community",
}
_LOCAL_PUBLIC = "/#Public"
_FOLLOWERS = re.compile(r"/followers(?:/|$)")
PUBLIC = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))


def audience(thing: Thing, to: Any, cc: Any, author: AccountRef, followers: str | None = None) -> Audience | None:
    """For whom a thing was, by its own address fields or else those of its activity (``to``, ``cc``).

    Public in ``to`` is public, in ``cc`` unlisted; the public of one server (Pleroma) is its community; the author's
    followers (``followers`` where known) are followers; else people only, or nobody at all, is direct, which is how
    Mastodon writes it. ``None`` when nothing is said.
    """
    if thing.direct_message:
        return "direct"
    if thing.to is not None or thing.cc is not None:
        to, cc = thing.to, thing.cc
    first = addresses(to)
    everyone = first + addresses(cc)
    if not PUBLIC.isdisjoint(everyone):
        return "unlisted" if PUBLIC.isdisjoint(first) else "public"
    if any(one.endswith(_LOCAL_PUBLIC) for one in everyone):
        return "community"
    if any(_are_followers(one, author, followers) for one in everyone):
        return "followers"
    if thing.list_message:
        return "limited"
    return "direct" if everyone or (to is not None and cc is not None) else None


def _are_followers(one: str, author: AccountRef, followers: str | None) -> bool:
    """Whether an address is that of the author's followers.

    A message to a group names that group's followers too, and is no less direct for it: the address must be the one
    that the author's own document gives or, without that, lie below the author's id where that is known.
    """
    if followers is not None:
        return one == followers
    return _FOLLOWERS.search(one) is not None and one.startswith(author.native_id or "")
