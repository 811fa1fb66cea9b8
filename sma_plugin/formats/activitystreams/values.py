"""Values of a normalised post: times, numbers, identifiers, raw values, and a line that JSON cannot quite hold.

Every ``put_`` function has its inverse in ``activitystreams_read``; what ActivityStreams has no form for goes to a
term of our own, so that nothing is rounded, replaced or lost.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from sma_plugin.model import Moment
from sma_plugin.namespaces import ACTIVITYSTREAMS, BASE

Doc = dict[str, Any]
Fields = tuple[tuple[str, str], ...]
"""Attributes of a struct and their terms."""

AS2 = "https://www.w3.org/ns/activitystreams"
CONTEXT = (AS2, ACTIVITYSTREAMS)
"""What every line names as its ``@context``."""
DEEPEST_RAW = 64
"""Nesting of raw values up to which every JSON parser is trusted to follow."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # without a zone: half the time, and the Z is written here
_IRI = re.compile('(?:https?|at|did|urn|tag|acct):[^\\s<>"{}|\\\\^`\x00-\x1f\x7f\ud800-\udfff]+')
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]+")
"""What stands in a URI as it is (RFC 3986, 2.3)."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST, _SMALLEST = 2**64 - 1, -(2**63)


def iso(us: int) -> str | None:
    """Microseconds since the epoch as ``xsd:dateTime`` in UTC; ``None`` outside the years 1 to 9999."""
    try:
        return (_EPOCH + timedelta(0, 0, us)).isoformat() + "Z"
    except OverflowError:
        return None


def iri(kind: str, platform: str, native_id: str) -> str:
    """The identifier of a post or account: its native id where that is an IRI, else one of ours.

    It depends on the platform and native id alone, so that a changed handle changes no identifier and every
    reference to a post finds its line. The result is a URI as RFC 3986 defines it, or the IRI that was delivered.
    """
    if _UNRESERVED.fullmatch(native_id) and platform.isidentifier() and platform.isascii():
        return f"{BASE}/id/{platform}/{kind}/{native_id}"
    if _IRI.fullmatch(native_id):
        return native_id
    return f"{BASE}/id/{_quoted(platform)}/{kind}/{_quoted(native_id)}"


def _quoted(part: str) -> str:
    """One segment of a path, lone surrogates included."""
    return quote(part, safe="", errors="surrogatepass")


def put_moment(doc: Doc, term: str, detail_term: str, moment: Moment) -> None:
    """Set ``term`` to the moment in UTC, and ``detail_term`` to what that cannot say."""
    detail: Doc = {}
    put_time(doc, term, detail, "sma:microseconds", moment.us)
    if moment.raw is not None:
        detail["sma:asDelivered"] = moment.raw
    if moment.assumed is not None:
        detail["sma:assumed"] = moment.assumed
    if detail or moment.us is None:
        doc[detail_term] = detail


def put_time(doc: Doc, term: str, rest: Doc, number_term: str, us: int | None) -> None:
    """Set ``term`` to a time in UTC, or ``number_term`` in ``rest`` where the calendar has no name for it."""
    if us is None:
        return
    text = iso(us)
    if text is None:
        rest[number_term] = us
    else:
        doc[term] = text


def put_number(doc: Doc, term: str, text_term: str, value: float | None) -> None:
    """Set ``term`` to a number, or ``text_term`` to text where JSON has no form for it."""
    if value is None:
        return
    if math.isfinite(value):
        doc[term] = value
    else:
        doc[text_term] = double(value)


def double(value: float) -> str:
    """A number as ``xsd:double`` writes it.

    >>> double(1e-07), double(float("-inf"))
    ('1e-07', '-INF')
    """
    return repr(value) if math.isfinite(value) else "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"


def fields(**terms: str) -> Fields:
    """The term of each of these attributes."""
    return tuple(terms.items())


def put_fields(doc: Doc, value: object, table: Fields) -> None:
    """Set the term of every attribute of ``table`` that is not ``None``."""
    for attribute, term in table:
        found = getattr(value, attribute)
        if found is not None:
            doc[term] = found


def put_raw(doc: Doc, raw: Doc | None) -> None:
    """Set ``sma:raw``, or ``sma:rawText`` with JSON text as Python writes it where JSON itself cannot hold the values.

    That is so for numbers that are not finite or do not fit in 64 bits, lone surrogates, and very deep nesting.
    """
    if raw is None:
        return
    if _is_interoperable(raw, DEEPEST_RAW):
        doc["sma:raw"] = raw
    else:
        doc["sma:rawText"] = json.dumps(raw, sort_keys=True)


def _is_interoperable(value: object, depth: int) -> bool:
    """Whether every parser reads the same value back (RFC 7493, I-JSON, but with integers up to 64 bits)."""
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    if isinstance(value, dict):
        parts = value.items()
        return depth > 0 and all(
            _is_interoperable(key, 0) and _is_interoperable(part, depth - 1) for key, part in parts
        )
    if isinstance(value, list | tuple):
        return depth > 0 and all(_is_interoperable(part, depth - 1) for part in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or _SMALLEST <= value <= _LARGEST


def line_of(doc: Doc) -> bytes:
    """One line of JSON with sorted keys and a line feed, which every strict parser reads.

    Lone surrogates and integers beyond 64 bits can come out of a capture, but have no portable form in JSON (RFC 7493,
    2.1 and 2.2). Such a line shows U+FFFD for the surrogates, and holds itself once more, exactly, as ``sma:exact``.
    """
    try:
        return orjson.dumps(doc, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        shown = _scrubbed(doc)
        shown["sma:exact"] = _ascii_json(doc)
        return json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _ascii_json(doc: Doc) -> str:
    return json.dumps(doc, sort_keys=True, separators=(",", ":"))


def _scrubbed(value: Any) -> Any:
    """The same value with U+FFFD for every lone surrogate."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(part) for part in value]
    return value
