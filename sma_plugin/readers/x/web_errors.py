"""Errors of X's web interface: of a response that gives nothing else, and of a part that could not be given."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import msgspec

from sma_plugin.model import Item
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_errors import error_body
from sma_plugin.readers.x.api_json import parts
from sma_plugin.readers.x.api_session import Spot

_EMPTY = (b"{}", b"null")


class Failure(msgspec.Struct, gc=False):
    """One of ``errors`` beside ``data``."""

    name: str | None = None
    message: str | None = None


class Failures(msgspec.Struct, gc=False):
    """A response with ``errors``."""

    errors: tuple[Failure, ...] | None = None


_FAILURES = Ladder(Failures)


def told_errors(spot: Spot, data: bytes, found: AbstractSet[str]) -> Iterator[Item]:
    """What the errors of a response say; beside data they are about a part of it. Raises ``ValueError``."""
    if "errors" not in found and "error" not in found:
        return
    given = parts(data).get("data", (0, b"{}"))[1]
    if given in _EMPTY or not any(value not in _EMPTY for _, value in parts(given).values()):
        yield from error_body(spot, data)
        return
    kinds = {(one.name or one.message or "?")[:40] for one in _FAILURES.decode(data).value.errors or ()}
    for kind in sorted(kinds):
        yield spot.problem("SMA-R055", kind=kind)
