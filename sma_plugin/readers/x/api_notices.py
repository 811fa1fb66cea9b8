"""Word of posts and accounts that is no post: compliance lines, and notices in the streams of version 1.1."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sma_plugin.model import AccountRef, Item, Observation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import epoch_moment, iso_moment
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_v2 import id_moment
from sma_plugin.readers.x.common import PLATFORM, native, number
from sma_plugin.readers.x.common_parts import Number

_REASONS = {
    "deleted": "deleted",
    "suspended": "suspended",
    "protected": "protected",
    "deactivated": "not-found",
    "withheld": "withheld",
}
_SNOWFLAKES_SINCE = 1_288_915_200_000_000
"""2010-11-05: posts made since have ids that hold their moment."""
_ABOUT_POSTS = re.compile(r"(?:^|[^a-z])(?:tweets?|posts?|statuses)(?:[^a-z]|$)", re.IGNORECASE)
_ABOUT_USERS = re.compile(r"(?:^|[^a-z])(?:users?|accounts?)(?:[^a-z]|$)", re.IGNORECASE)


class ComplianceLine(msgspec.Struct, gc=False):
    """A line of a compliance file. ``created_at`` is when the post or account was made, not when it went."""

    id: str
    action: str | None = None
    created_at: str | None = None
    redacted_at: str | None = None
    reason: str | None = None


class NoticeStatus(msgspec.Struct, gc=False):
    """``delete.status``."""

    id_str: str | None = None
    user_id_str: str | None = None


class Notice(msgspec.Struct, gc=False):
    """What the one member of a notice holds, of any kind."""

    status: NoticeStatus | None = None
    timestamp_ms: str | None = None
    track: Number = None
    id: Number = None
    withheld_in_countries: tuple[str, ...] | None = None


_LINE, _NOTICE = Ladder(ComplianceLine), Ladder(dict[str, Notice])


def compliance(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """A line of a compliance file: a post or account that is gone, and why. Raises ``ValueError``."""
    line = _LINE.decode(data).value
    session.count("SMA-R048")
    about = subject(line, spot.source.path)
    if about is None:
        session.count("SMA-R053")
        return
    state = _REASONS.get(line.reason or "", "not-found")
    yield Observation(
        PLATFORM,
        line.id if about == "post" else None,
        AccountRef(line.id) if about == "account" else None,
        at=iso_moment(line.redacted_at),
        status=state,
        detail=line.reason if line.reason != state else None,
        evidence=(spot.whole(),),
        created=iso_moment(line.created_at) if about == "post" else None,
    )


def subject(line: ComplianceLine, path: str) -> str | None:
    """Whether a compliance line is about a ``post`` or an ``account``; ``None`` when nothing tells.

    Ids of posts hold the moment of posting to the millisecond, and only posts have ``created_at`` with a fraction.
    """
    made, held = iso_moment(line.created_at), id_moment(line.id)
    if made and made.us is not None:
        if held.us is not None and "." in (made.raw or "") and held.us == made.us:
            return "post"
        if held.us is None and made.us > _SNOWFLAKES_SINCE:
            return "account"
    name = path.rpartition("/")[2]
    posts, users = bool(_ABOUT_POSTS.search(name)), bool(_ABOUT_USERS.search(name))
    return None if posts == users else ("post" if posts else "account")


def notice(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """A notice in a stream: a post was deleted or withheld, posts were not passed on. Raises ``ValueError``."""
    ((name, one),) = _NOTICE.decode(data).value.items()
    at = epoch_moment(one.timestamp_ms, 1000)
    if name == "delete" and one.status and one.status.id_str:
        owner = native(one.status.user_id_str)
        account = AccountRef(owner) if owner else None
        yield Observation(PLATFORM, one.status.id_str, account, at=at, status="deleted", evidence=(spot.whole(),))
    elif name == "limit":
        session.limit(number(one.track) or 0)
    elif name in ("status_withheld", "user_withheld") and (native_id := native(_text(one.id))):
        post = native_id if name == "status_withheld" else None
        yield Observation(
            PLATFORM,
            post,
            None if post else AccountRef(native_id),
            at=at,
            status="withheld",
            detail=", ".join(one.withheld_in_countries or ()) or None,
            evidence=(spot.whole(),),
        )
    else:
        yield spot.problem("SMA-R051", notice=name)


def _text(value: Number) -> str | None:
    return str(value) if value is not None else None
