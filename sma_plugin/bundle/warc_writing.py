"""Records of a WARC that is made of another one: their heads, and what the first record says of the making."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

IDENTIFIERS = {"warc-record-id", "warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id"}
"""Fields whose value names a record (WARC 1.1, sections 5.2, 5.7, 5.11, 5.14 and 5.17)."""
CLOSING = b"\r\n\r\n"
"""What closes a record."""
_SPACE = uuid.UUID("5b0c4a1e-3f0e-4f0e-9d53-2f5a6f0c7d11")
_URN = re.compile(r"[^<>\s]+")
_CONTROLS = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")


def made_of(identifier: str) -> str:
    """The identifier of the record that is made of the one with this identifier."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, identifier)}"


def moved(value: str, among: set[str] | None = None) -> str:
    """A value that names a record, for what was made of it; of all records, or of ``among`` alone.

    >>> moved("<urn:uuid:1>", {"urn:uuid:2"})
    '<urn:uuid:1>'
    """
    return _URN.sub(lambda found: made_of(found[0]) if among is None or found[0] in among else found[0], value)


def one_line(name: str) -> str:
    r"""A file's name as the value of a field: whoever named it could end a line and begin a field of his own.

    >>> one_line("a\r\nb.arc")
    'a??b.arc'
    """
    return _CONTROLS.sub("?", name)


def head(version: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The head of a record."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"{version}\r\n{lines}\r\n".encode()


def first_record(name: str, origin: str, date: str, told: bytes, *more: tuple[str, str]) -> bytes:
    """A warcinfo record for a file that has none at its beginning; ``origin`` says of which file it is made.

    ``date`` is that of its first record, ``told`` the lines on how it was made, ``more`` are fields of the record.
    """
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{made_of(origin)}>"),
        ("WARC-Date", date),
        ("WARC-Filename", one_line(name)),
        *more,
        ("Content-Type", "application/warc-fields"),
        ("Content-Length", str(len(told))),
    ]
    return head("WARC/1.1", fields) + told + CLOSING
