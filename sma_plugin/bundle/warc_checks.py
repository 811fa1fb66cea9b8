"""What is wrong with a record that can be read: required fields, values, digests, revisits without their target."""

from __future__ import annotations

from sma_plugin.bundle.digests import BlockDigests, agrees_plainly
from sma_plugin.bundle.warc import Observer, Record, unbracketed
from sma_plugin.bundle.warc_content import Fault
from sma_plugin.bundle.warc_values import VALUES, is_address, is_date

_REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
TYPES = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})
_CLOSING = b"\r\n\r\n"
_CAPTURES = ("response", "resource", "conversion")
_MESSAGES = ("application/http", "message/http", "")
_TARGET = ("WARC-Target-URI",)
_REQUIRED_OF = {
    "response": _TARGET,
    "resource": _TARGET,
    "request": _TARGET,
    "conversion": _TARGET,
    "revisit": ("WARC-Target-URI", "WARC-Profile"),
    "continuation": (*_TARGET, "WARC-Segment-Number", "WARC-Segment-Origin-ID"),
}
_NEEDED = {
    kind: [(name.lower(), name) for name in _REQUIRED + names] for kind, names in {**_REQUIRED_OF, "": ()}.items()
}
_REFERENCES = {name.lower(): name for name in ("WARC-Concurrent-To", "WARC-Warcinfo-ID", "WARC-Segment-Origin-ID")}
MAX_PENDING = 1_000_000
Faults = list[tuple[str, dict[str, str | int]]]


class Seen:
    """What the records of one capture were, so that revisits find their target; share one over all its files.

    Holds hashes, not texts: about 100 bytes for each record.
    """

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._repeatable: dict[str, int] = {}
        """The warcinfo records by id: some programs repeat the first one at the end, word for word."""
        self._targets: set[int] = set()
        self._pending: list[tuple[str, int, tuple[int, ...], tuple[int, ...]]] = []
        """Where a revisit without its target is, what it may refer to, and by what others may refer to it."""
        self._references: list[tuple[str, int, str, int]] = []

    def add(self, record: Record) -> bool:
        """Remember a record; false when its id was there already."""
        if record.type != "revisit":
            payload = record.values.get("warc-payload-digest")
            self._targets.update(_names(record))
            if payload:
                self._targets.add(hash(("payload", payload.lower())))
        if not record.id:
            return True
        known = len(self._ids)
        self._ids.add(hash(record.id))
        return len(self._ids) > known

    def repeats(self, record: Record) -> bool:
        """Whether a warcinfo record is one that stood here before, in all of its words."""
        if record.type != "warcinfo" or not record.id or len(self._repeatable) >= MAX_PENDING:
            return False
        whole = hash((tuple(record.headers), record.data))
        return self._repeatable.setdefault(record.id, whole) == whole

    def resolves(self, record: Record) -> bool:
        """Whether what a revisit refers to was seen: by id, by address and date, or by the digest of its payload.

        One that did may be what a later one refers to.
        """
        found = any(key in self._targets for key in self._keys(record))
        if found:
            self._targets.update(_names(record))
        return found

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
            self._pending.append((path, record.offset, self._keys(record), _names(record)))

    def refer(self, path: str, record: Record) -> None:
        """Remember what a record names that has not come yet."""
        if _REFERENCES.keys().isdisjoint(record.values):
            return
        for name, value in record.headers:
            if name.lower() in _REFERENCES and len(self._references) < MAX_PENDING:
                target = hash(unbracketed(value))
                if target not in self._ids:
                    self._references.append((path, record.offset, _REFERENCES[name.lower()], target))

    def missing(self) -> list[tuple[str, int, str]]:
        """Path, offset and field of every reference to a record that never came; asked once, at the end."""
        left = [(path, offset, name) for path, offset, name, target in self._references if target not in self._ids]
        self._references.clear()
        return left

    def unresolved(self) -> list[tuple[str, int]]:
        """Path and offset of every revisit whose target never came; asked once, when all files were read."""
        waiting: dict[int, list[int]] = {}
        for number, (_, _, keys, _) in enumerate(self._pending):
            for key in keys:
                waiting.setdefault(key, []).append(number)
        settled = {number for key in waiting.keys() & self._targets for number in waiting[key]}
        new = list(settled)
        while new:  # a revisit of a revisit finds its target through the other one
            found = {number for name in self._pending[new.pop()][3] for number in waiting.get(name, ())} - settled
            settled |= found
            new += found
        left = [one[:2] for number, one in enumerate(self._pending) if number not in settled]
        self._pending.clear()
        return left


def _names(record: Record) -> tuple[int, int]:
    """By what another record can refer to this one."""
    return hash(("id", record.id)), hash(("at", record.target_uri, record.date))


class RecordChecks:
    """The checks of one file's records. ``observe`` belongs to :class:`~sma_plugin.bundle.warc.WarcWalk`."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.undigested = 0
        """Captures without any digest; less than none when a record of the file states one."""
        self._digests: BlockDigests | None = None

    def observe(self, record: Record) -> Observer | None:
        """What takes in a block that is too large to be in memory, to compute the digests that its record states."""
        self._digests = BlockDigests(record)
        return self._digests.update if self._digests.needed else None

    def count(self, record: Record) -> None:
        """Remember whether a record of the file states a digest, and how many captures there are if none does."""
        values = record.values
        if "warc-block-digest" in values or "warc-payload-digest" in values:
            self.undigested = -1
        elif self.undigested >= 0 and record.type in _CAPTURES and record.version.upper().startswith("WARC"):
            self.undigested += 1

    def _of_block(self, record: Record) -> Faults:
        digests, self._digests = self._digests, None
        if digests is None and record.data is not None:
            if agrees_plainly(record):
                return []
            digests = BlockDigests(record)
            digests.update(record.data)
        return digests.finish() if digests else []

    def head(self, record: Record) -> list[Fault]:
        """What is wrong with the record's fields; also remembers the record."""
        headless = bool(record.faults) and any(fault.code == "SMA-W010" for fault in record.faults)
        if record.version.startswith("ARC") or headless:
            self.seen.add(record)
            found = [] if headless else _odd_in_arc(record)
            return [Fault(code, record.offset, record.length, params) for code, params in found]
        found = [*_missing(record), *_odd(record)]
        repeated = self.seen.repeats(record)
        if not self.seen.add(record):
            found.append(("SMA-W047" if repeated else "SMA-W025", {"value": (record.id or "")[:80]}))
        return [Fault(code, record.offset, record.length, params) for code, params in found]

    def block(self, record: Record) -> list[Fault]:
        """What is wrong with the record's digests, once its block has passed."""
        found = self._of_block(record)
        if found and record.unclosed and _agrees_without_end(record):
            return []
        if record.truncated or any(fault.code == "SMA-W004" for fault in record.faults):
            # A cut block agrees with no digest; SMA-W003 and W004 are the cause and are told already.
            found = [(code, params) for code, params in found if code not in ("SMA-W020", "SMA-W021")]
        return [Fault(code, record.offset, record.length, params) for code, params in found]


def _agrees_without_end(record: Record) -> bool:
    """Whether the digests are of the block without the line ends after it, all or some of which were counted too."""
    data = record.data or b""
    return any(_agrees(record, data[:-size]) for size in (4, 3, 2, 1) if data.endswith(_CLOSING[:size]))


def _agrees(record: Record, block: bytes) -> bool:
    digests = BlockDigests(record)
    digests.update(block)
    return not digests.finish()


def _missing(record: Record) -> Faults:
    values = record.values
    rows = _NEEDED.get(record.type) or _NEEDED[""]
    return [("SMA-W011", {"field": name}) for key, name in rows if not values.get(key, "").strip("<> ")]


def _odd(record: Record) -> Faults:
    """Values that are not what their field is for."""
    found: Faults = []
    if record.type and record.type not in TYPES:
        found.append(("SMA-W017", {"value": record.type[:80]}))
    for key, (name, sound) in VALUES.items():
        value = record.values.get(key)
        if value and not sound(unbracketed(value) or value):
            found.append(("SMA-W018", {"field": name, "value": value[:80]}))
    if record.type == "response" and record.target_uri and not _fits(record.target_uri, record.content_type):
        found.append(("SMA-W018", {"field": "Content-Type", "value": record.content_type[:80]}))
    reason = record.values.get("warc-truncated")
    if reason and record.type != "revisit":  # a revisit leaves out what was captured before (WARC 1.1, 6.7)
        found.append(("SMA-W034", {"reason": reason[:80]}))
    if record.type == "continuation" or record.values.get("warc-segment-number"):
        found.append(("SMA-W035", {}))
    if record.content_length and not record.content_type and record.type != "continuation":
        found.append(("SMA-W042", {}))
    return found


def _odd_in_arc(record: Record) -> Faults:
    """Values in the line of an ARC record that are none; a dash stands for what is not known."""
    address = record.get("ip-address") or "-"
    unknown = address == "0" and record.type == "warcinfo"  # so in the description of the format itself
    sound = {"Archive-date": bool(record.date), "IP-address": unknown or is_address(address)}
    values = {name: record.get(name) or "" for name in sound}
    return [
        ("SMA-W018", {"field": name, "value": value[:80]})
        for name, value in values.items()
        if value not in ("", "-") and not (sound[name] and (name != "Archive-date" or is_date(record.date or "")))
    ]


def _fits(url: str, content_type: str) -> bool:
    """Whether a response is stored as its protocol asks (WARC 1.1, 6.3): the HTTP message, not what was in it."""
    return not url.lower().startswith("http") or content_type.partition(";")[0].strip() in _MESSAGES
