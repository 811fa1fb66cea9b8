"""What is wrong with a record that can be read: required fields, values, digests, revisits without their target."""

from __future__ import annotations

import re

from sma_plugin.bundle.digests import BlockDigests
from sma_plugin.bundle.warc import Observer, Record, unbracketed
from sma_plugin.bundle.warc_content import Fault

_REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
_TYPES = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)?)?)?")
"""W3C date and time as WARC 1.1, 5.4 allows it; 0.17 to 1.0 only whole seconds."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_NEEDS_TARGET = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
MAX_PENDING = 1_000_000


class Seen:
    """What the records of one capture were, so that revisits find their target; share one over all its files.

    Holds hashes, not texts: about 100 bytes for each record.
    """

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._targets: set[int] = set()
        self._pending: list[tuple[str, int, tuple[int, ...]]] = []

    def add(self, record: Record) -> bool:
        """Remember a record; false when its id was there already."""
        if record.type != "revisit":
            self._targets.update(
                hash(key)
                for key in (
                    ("id", record.id),
                    ("at", record.target_uri, record.date),
                    ("payload", (record.get("warc-payload-digest") or "").lower()),
                )
                if key[-1]
            )
        known = hash(record.id) in self._ids
        if record.id:
            self._ids.add(hash(record.id))
        return not (known and record.id)

    def resolves(self, record: Record) -> bool:
        """Whether what a revisit refers to was seen: by id, by address and date, or by the digest of its payload."""
        return any(key in self._targets for key in self._keys(record))

    def _keys(self, record: Record) -> tuple[int, ...]:
        uri = unbracketed(record.get("warc-refers-to-target-uri")) or record.target_uri
        keys = (
            ("id", unbracketed(record.get("warc-refers-to"))),
            ("at", uri, record.get("warc-refers-to-date")),
            ("payload", (record.get("warc-payload-digest") or "").lower()),
        )
        return tuple(hash(key) for key in keys if key[-1])

    def await_target(self, path: str, record: Record) -> None:
        """Remember a revisit whose target may still come."""
        if len(self._pending) < MAX_PENDING:
            self._pending.append((path, record.offset, self._keys(record)))

    def unresolved(self) -> list[tuple[str, int]]:
        """Path and offset of every revisit whose target never came; asked once, when all files were read."""
        left = [(path, offset) for path, offset, keys in self._pending if not any(key in self._targets for key in keys)]
        self._pending.clear()
        return left


class RecordChecks:
    """The checks of one file's records. ``observe`` belongs to :class:`~sma_plugin.bundle.warc.WarcWalk`."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self._digests: BlockDigests | None = None

    def observe(self, record: Record) -> Observer | None:
        """Prepare for a record's block."""
        self._digests = BlockDigests(record)
        return self._digests.update if self._digests.needed else None

    def head(self, record: Record) -> list[Fault]:
        """What is wrong with the record's fields; also remembers the record."""
        headless = any(fault.code == "SMA-W010" for fault in record.faults)
        if record.version.startswith("ARC") or headless:
            self.seen.add(record)
            return []
        found = [*_missing(record), *_odd(record)]
        if not self.seen.add(record):
            found.append(("SMA-W025", {"value": (record.id or "")[:80]}))
        return [Fault(code, record.offset, record.length, params) for code, params in found]

    def block(self, record: Record) -> list[Fault]:
        """What is wrong with the record's digests, once its block has passed."""
        found = self._digests.finish() if self._digests else []
        self._digests = None
        if record.truncated or any(fault.code == "SMA-W004" for fault in record.faults):
            # A cut block agrees with no digest; SMA-W003 and W004 are the cause and are told already.
            found = [(code, params) for code, params in found if code not in ("SMA-W020", "SMA-W021")]
        return [Fault(code, record.offset, record.length, params) for code, params in found]


def _missing(record: Record) -> list[tuple[str, dict[str, str | int]]]:
    names = [*_REQUIRED, "WARC-Target-URI"] if record.type in _NEEDS_TARGET else list(_REQUIRED)
    if record.type == "continuation":
        names.remove("WARC-Target-URI")
    return [("SMA-W011", {"field": name}) for name in names if not (record.get(name) or "").strip()]


def _odd(record: Record) -> list[tuple[str, dict[str, str | int]]]:
    found: list[tuple[str, dict[str, str | int]]] = []
    if record.type and record.type not in _TYPES:
        found.append(("SMA-W017", {"value": record.type[:80]}))
    if record.date and not _DATE.fullmatch(record.date):
        found.append(("SMA-W018", {"field": "WARC-Date", "value": record.date[:80]}))
    if record.id and not _URI.fullmatch(record.id):
        found.append(("SMA-W018", {"field": "WARC-Record-ID", "value": record.id[:80]}))
    if reason := record.get("warc-truncated"):
        found.append(("SMA-W034", {"reason": reason[:80]}))
    if record.type == "continuation" or record.get("warc-segment-number"):
        found.append(("SMA-W035", {}))
    return found
