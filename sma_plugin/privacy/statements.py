"""What is stated of the end or the hand-over of a key: when, by which role, why, and what that means from then on."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.findings import Language
from sma_plugin.notation import moment, word
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.requests import listed
from sma_plugin.texts import text


def statement(keys: Keys, language: Language) -> Iterator[str]:
    """The last deed in the register, which is that a key was destroyed, was lost or was handed over; a paragraph each.

    Sources of what it means: AVG, art. 4, points 5 (pseudonymisation) and 7 (controller), and recital 26.
    """
    rows = keys.register.rows()
    done = rows[-1]
    known = next((row.fingerprint for row in reversed(rows) if row.key == done.key and row.fingerprint), "")
    told = {"key": done.key, "fingerprint": known, "to": done.to or "", "reason": done.reason}
    at, role = moment(done.at, language), word("role", done.role, language)
    yield text(f"key_statement_{done.deed}", language, at=at, role=role, **told)
    if done.deed != "handed-over":
        yield without(keys, done.key, language)
    yield text(f"key_means_{done.deed}", language, **told)


def without(keys: Keys, key: str, language: Language) -> str:
    """What can no longer be done without a key."""
    return text("key_without", language, key=key, requests=_lapsing(keys, key))


def _lapsing(keys: Keys, key: str) -> int:
    """How many requests are noted with this key alone."""
    rows = listed(keys).rows()
    elsewhere = {one.id for one in rows if one.key != key} | {one.ends for one in rows if one.ends}
    return len({one.id for one in rows if one.key == key and not one.ends} - elsewhere)
