"""What X's web interface says in place of a post or account: tombstones, and word that something is unavailable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountRef, Item, Observation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_session import Spot
from sma_plugin.readers.x.common import PLATFORM
from sma_plugin.readers.x.web_parts import Text

_ENTRY = re.compile(r"(?:.*-)?tweet-(\d{1,20})")
_MAX_DETAIL = 200


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: str
    words: tuple[str, ...]


class Tombstone(msgspec.Struct, gc=False):
    """``tombstone`` and ``tombstoneInfo``."""

    text: Text | str | None = None
    rich: Text | None = msgspec.field(default=None, name="richText")


class Gone(msgspec.Struct, gc=False):
    """A result that is no post or account."""

    tombstone: Tombstone | None = None
    reason: str | None = None
    message: str | None = None
    unavailable: Text | None = msgspec.field(default=None, name="unavailable_message")


_GONE, _TOMB = Ladder(Gone), Ladder(Tombstone)


@cache
def _rules() -> tuple[_Rule, ...]:
    return facts(__package__, "web_notices.toml", dict[str, tuple[_Rule, ...]])["notice"]


def state_of(text: str) -> str:
    """The state that a notice stands for; that it was not to be found, when it says nothing that is known.

    >>> state_of("This Post was deleted by the Post author. Learn more")
    'deleted'
    """
    words = text.lower()
    return next((rule.state for rule in _rules() if any(word in words for word in rule.words)), "not-found")


def post_of_entry(entry: str | None) -> str | None:
    """The post that an entry of a timeline is for, by its id.

    >>> post_of_entry("profile-conversation-12-tweet-34")
    '34'
    """
    matched = _ENTRY.fullmatch(entry or "")
    return matched.group(1) if matched else None


def gone_post(spot: Spot, data: bytes, post: str | None, *, stone: bool = False) -> Iterator[Item]:
    """Word that a post is not to be had; without an id there is nothing that it could be about."""
    if post is None:
        return
    said = _said(data, stone=stone)
    state = state_of(said)
    yield Observation(
        PLATFORM, post, at=spot.source.fetched_at, status=state, detail=said or None, evidence=(spot.whole(),)
    )


def gone_account(spot: Spot, data: bytes, account: AccountRef | None) -> Iterator[Item]:
    """Word that an account is not to be had."""
    if account is None:
        return
    said = _said(data)
    yield Observation(
        PLATFORM,
        account=account,
        at=spot.source.fetched_at,
        status=state_of(said),
        detail=said or None,
        evidence=(spot.whole(),),
    )


def _said(data: bytes, *, stone: bool = False) -> str:
    try:
        gone = Gone(_TOMB.decode(data).value) if stone else _GONE.decode(data).value
    except ValueError:
        return ""
    tomb = gone.tombstone or Tombstone()
    text = tomb.text.text if isinstance(tomb.text, Text) else tomb.text
    told = (text, tomb.rich.text if tomb.rich else None, gone.unavailable.text if gone.unavailable else None)
    parts = (*told, gone.message, gone.reason)
    return ": ".join(dict.fromkeys(part for part in parts if part))[:_MAX_DETAIL]
