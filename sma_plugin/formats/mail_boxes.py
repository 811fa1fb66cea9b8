"""Many messages in one file (MBOX, RFC 4155): where each begins, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.formats.conversion import NotConvertibleError

LARGEST = 256 << 20
"""Bytes of one message."""
_DAYS = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_POSTMARK = re.compile(rb"From (?=\S).*\b%b,? +(?:%b +\d|\d{1,2} +%b).*\d\d:\d\d" % (_DAYS, _MONTHS, _MONTHS))
"""The line before a message: who sent it and when, in English; programs put more or less around the date."""
_LONGEST = 1000
"""Bytes of a line that may be a postmark."""
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")


def is_mbox(path: Path) -> bool:
    """Whether a file begins as many messages in one."""
    with path.open("rb") as stream:
        return bool(_POSTMARK.match(stream.readline(_LONGEST)))


def messages(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The messages of an MBOX: the line before each, and the message as it stands there.

    All bytes of the file come by. A line that only looks like a postmark is one where no head follows it; that a blank
    line stands before it is not relied on, as not every program wrote one (mbox(5) of qmail). Raises
    :class:`NotConvertibleError` for a file that does not begin with one, and for a message that is too large.
    """
    with path.open("rb") as stream:
        lines = iter(lambda: stream.readline(LARGEST + 1), b"")
        mark = next(lines, b"")
        if not _POSTMARK.match(mark[:_LONGEST]):
            raise NotConvertibleError("unknown-form")
        held = bytearray()
        line = next(lines, b"")
        while line:
            following = next(lines, b"")
            if _POSTMARK.match(line[:_LONGEST]) and _FIELD.match(following):
                yield mark, bytes(held)
                mark, held = line, bytearray()
            else:
                held += line
                if len(held) > LARGEST:
                    raise NotConvertibleError("too-large")
            line = following
        yield mark, bytes(held)
