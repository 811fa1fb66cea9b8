"""That a post was taken back: only by a source that says so, and with the earliest moment that any source gives."""

from __future__ import annotations

import msgspec

from sma_plugin.history.sightings import text_of
from sma_plugin.model import Moment, Withdrawal

_decode = msgspec.json.Decoder(Withdrawal).decode


def deleted(told: str | None, at: Moment | None) -> str | None:
    """What is known of a withdrawal (``told``, as JSON) when a source says that the post was deleted.

    A notice of deletion, a tombstone, or a list of deleted posts. What was loaded first makes no difference.
    """
    known = _decode(told) if told else Withdrawal("deleted", at)
    if known.ground == "deleted" and _earlier(at, known.at):
        known = msgspec.structs.replace(known, at=at)
    return kept(known)


def kept(known: Withdrawal | None) -> str | None:
    """A withdrawal as it is stored, as JSON; a moment of which nothing is known is none."""
    if known is not None and known.at == Moment():
        known = msgspec.structs.replace(known, at=None)
    return text_of(known)


def _earlier(at: Moment | None, known: Moment | None) -> bool:
    if at is None or at.us is None:
        return False
    return known is None or known.us is None or at.us < known.us
