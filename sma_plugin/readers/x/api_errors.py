"""What X's API says it could not give: entries of ``errors`` beside data, and responses that are only an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sma_plugin.model import AccountRef, Item, Moment, Observation
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_json import Whole, items
from sma_plugin.readers.x.api_session import Spot
from sma_plugin.readers.x.common import PLATFORM

_STATES = (
    ("suspended", "suspended"),
    ("deactivated", "not-found"),
    ("not found", "not-found"),
    ("not-found", "not-found"),
    ("could not find", "not-found"),
    ("does not exist", "not-found"),
    ("withheld", "withheld"),
    ("not authorized", "forbidden"),
    ("authorization", "forbidden"),
    ("forbidden", "forbidden"),
)
"""Words in the title, detail or type of an error, most telling first, and the state that they stand for."""
_NAMED = re.compile(r"\[[^\]]*\]")
"""What an error names, in brackets: a handle can be any word."""
_HTTP = {429: "SMA-R042", 401: "SMA-R043", 403: "SMA-R043", 404: "SMA-R044", 410: "SMA-R044"}
_OLD_CODES = {88: 429, 420: 429, 32: 401, 89: 401, 215: 401, 64: 403, 179: 403, 187: 403, 326: 403, 453: 403, 17: 404,
              34: 404, 50: 404, 63: 403, 144: 404, 421: 404, 422: 404}  # fmt: skip
"""Error codes of version 1.1 and the HTTP status that they come with."""


class ErrorPart(msgspec.Struct, gc=False):
    """One error, of either version."""

    title: str | None = None
    detail: str | None = None
    type: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    parameter: str | None = None
    value: str | None = None
    code: Whole | None = None
    status: Whole | None = None


class ErrorBody(msgspec.Struct, gc=False):
    """A response that is an error."""

    errors: tuple[ErrorPart, ...] | None = None
    error: str | None = None
    title: str | None = None
    status: Whole | None = None


_PART, _BODY = Ladder(ErrorPart), Ladder(ErrorBody)


def told_errors(spot: Spot, data: bytes, at: Moment | None) -> Iterator[Item]:
    """What a page's ``errors`` say of posts and accounts that were referred to and could not be given."""
    if not data.startswith(b"["):
        return
    for number, item in enumerate(items(data)):
        place = spot.inside(item.offset, len(item.data), f"/{number}")
        try:
            error = _PART.decode(item.data).value
        except ValueError as reason:
            yield place.problem("SMA-R001", reason=str(reason))
            continue
        yield from _told(place, error, at)


def _told(spot: Spot, error: ErrorPart, at: Moment | None) -> Iterator[Item]:
    state = _state(error)
    native_id = error.resource_id or error.value
    if state and native_id and error.resource_type == "tweet":
        yield Observation(PLATFORM, native_id, at=at, status=state, detail=error.title, evidence=(spot.whole(),))
    elif state and native_id and error.resource_type == "user":
        ref = AccountRef(None, native_id) if _by_name(error) else AccountRef(native_id)
        yield Observation(PLATFORM, account=ref, at=at, status=state, detail=error.title, evidence=(spot.whole(),))
    elif error.resource_type:
        yield spot.problem("SMA-R055", kind=error.resource_type[:40])
    else:
        yield spot.problem("SMA-R045", status=error.status or error.code or "?", url=path_of(spot.source.url) or "?")


def _by_name(error: ErrorPart) -> bool:
    return (error.parameter or "").endswith(("username", "usernames")) or not (error.resource_id or "0").isdigit()


def _state(error: ErrorPart) -> str | None:
    """The state that an error stands for. The detail outweighs the title, which is only ``Forbidden`` for many."""
    for text in (error.detail, error.title, error.type):
        words = _NAMED.sub("", text or "").lower()
        for word, state in _STATES:
            if word in words:
                return state
    return None


def error_body(spot: Spot, data: bytes) -> Iterator[Item]:
    """A response that is nothing but an error. Raises ``ValueError`` when it cannot be decoded."""
    body = _BODY.decode(data).value
    first = body.errors[0] if body.errors else ErrorPart()
    status = spot.source.status
    if status is None or status < 400:
        status = body.status or first.status or _OLD_CODES.get(first.code or 0)
    code = _HTTP.get(status or 0, "SMA-R045")
    name = path_of(spot.source.url) or spot.source.path
    yield spot.problem(code, url=name, status=status or first.code or body.title or "?")
