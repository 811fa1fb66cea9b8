"""Pages saved with their parts in one file (MHTML: ``.mht``, ``.mhtml``), as browsers save them.

Such a file is an e-mail message of kind ``multipart/related``: the page, its frames, pictures and style sheets, each
with its address. Source: RFC 2557; what Chromium, Internet Explorer, Opera and UnMHT write.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import cast

from sma_plugin.model import Evidence, Moment, Problem
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import Member, Source
from sma_plugin.readers.values import iso_text, microseconds

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_MAIL = ("To", "Cc", "Received", "Message-ID", "Return-Path", "Delivered-To")
"""Headers of a message that was sent to somebody: no saved page."""
_MAX_BYTES = 256 << 20
_MAX_PARTS = 20_000


def is_mhtml(member: Member) -> bool:
    """Whether a member is a page that was saved with its parts."""
    return _BEGINS.match(member.head) is not None and _is_saved(_parsed(_head(member.head)), member.path)


def saved_at(head: bytes) -> Moment | None:
    """When the page was saved, by the first bytes of the file: written as ISO 8601, as records of captures are."""
    moment = _moment(_parsed(_head(head)))
    text = iso_text(moment.us) if moment and moment.us is not None else None
    return Moment(moment.us, text) if moment and text else None


def saved_by(head: bytes) -> str | None:
    """What saved it: browsers write so as the sender."""
    found = re.search(r"\bSaved by ([^<>\"]{2,80})", _header(_parsed(_head(head)), "From"), re.IGNORECASE)
    return found.group(1).strip() if found else None


def parts(source: Source) -> Iterator[Source | Problem]:
    """The page and what was saved with it, each as a response with the address and time that the file states.

    Evidence is the whole file, with the number of the part. What has no address on the web was no response.
    """
    data = source.stream.read(_MAX_BYTES)
    if source.stream.read(1):
        yield Problem("SMA-R210", source.path, params={"size": _MAX_BYTES >> 20})
        while source.stream.read(1 << 20):
            continue
    message = _parsed(data)
    at, page = _moment(message), _header(message, "Snapshot-Content-Location")
    counted = 0
    for number, part in enumerate(_leaves(message)):
        counted += 1
        kind = part.get_content_type()
        address = _header(part, "Content-Location")
        if kind == "text/html" and page and (not host_of(address) or address == page):
            address, page = page, ""
        if host_of(address):
            body = cast("bytes | None", part.get_payload(decode=True)) or b""
            base = Evidence(source.path, locator=f"part {number}")
            said = f"{kind}; charset={part.get_content_charset()}" if part.get_content_charset() else kind
            yield Source(
                source.path, io.BytesIO(body), base, len(body), address, content_type=said, fetched_at=at, exact=False
            )
    if any(isinstance(one, CloseBoundaryNotFoundDefect) for one in message.defects):
        yield Problem("SMA-R003", source.path, params={"path": source.path, "counted": counted})


def _head(data: bytes) -> bytes:
    """The headers of a message."""
    end = re.search(rb"\r?\n\r?\n", data)
    return data[: end.start()] if end else data


def _parsed(data: bytes) -> Message:
    return email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(), policy=email.policy.compat32)


def _is_saved(message: Message, path: str) -> bool:
    kind = message.get_content_type()
    if kind not in ("multipart/related", "text/html") or any(name in message for name in _MAIL):
        return False
    stated = any(_header(message, name) for name in ("Snapshot-Content-Location", "Content-Location"))
    return stated or "saved by" in _header(message, "From").lower() or path.lower().endswith((".mht", ".mhtml"))


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that are no containers of others."""
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            return
        if not part.is_multipart():
            yield part


def _header(message: Message, name: str) -> str:
    """A header's text on one line; an empty text where there is none."""
    raw = str(message.get(name) or "")
    with contextlib.suppress(ValueError, LookupError):  # no encoded words, or in a charset that does not exist
        raw = str(make_header(decode_header(raw)))
    return re.sub(r"\s*[\r\n]\s*", "", raw).strip()


def _moment(message: Message) -> Moment | None:
    raw = _header(message, "Date")
    if not raw:
        return None
    try:
        return Moment(microseconds(parsedate_to_datetime(raw)), raw)
    except (ValueError, TypeError, OverflowError):
        return Moment(None, raw)
