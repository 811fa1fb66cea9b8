"""E-mail as it is delivered: one message (EML, RFC 5322 and MIME), or many in one file (MBOX, RFC 4155)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from pathlib import Path
from typing import NamedTuple

from sma_plugin.formats.conversion import NotConvertibleError

LARGEST = 256 << 20
"""Bytes of one message."""
SHOWN = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID")
_TELLING = ("From", "Date", "Subject", "Message-ID")
_CLOSED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_POSTMARK = re.compile(rb"From \S.*\d\d:\d\d")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


class Attachment(NamedTuple):
    """What goes with a message: its name and type as delivered, the id that its text calls it by, and its bytes."""

    name: str
    type: str
    id: str
    data: bytes


class Mail(NamedTuple):
    """A message: fields of its head as people read them, parts of its text (whether HTML, and what), attachments."""

    fields: list[tuple[str, str]]
    texts: list[tuple[bool, str]]
    attachments: list[Attachment]


def is_mbox(path: Path) -> bool:
    """Whether a file begins as many messages in one."""
    with path.open("rb") as stream:
        return stream.read(5) == b"From "


def messages(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The messages of an MBOX: the line before each, and the message as it stands there.

    All bytes of the file come by. A line that only looks like a postmark is one where a head follows it. Raises
    :class:`NotConvertibleError` for a file that does not begin with one.
    """
    with path.open("rb") as stream:
        mark = stream.readline()
        if not _POSTMARK.match(mark):
            raise NotConvertibleError("unknown-form")
        held, size = list[bytes](), 0
        after_blank = False
        for line in stream:
            if held and after_blank and _POSTMARK.match(line):
                following = stream.readline()
                if _FIELD.match(following):
                    yield mark, b"".join(held)
                    mark, held, size = line, [], 0
                    line = following  # noqa: PLW2901  # the first line of the next message
                else:
                    held.append(line)
                    size += len(line)
                    line = following  # noqa: PLW2901
            held.append(line)
            size += len(line)
            after_blank = not line.strip()
            if size > LARGEST:
                raise NotConvertibleError("too-large")
        yield mark, b"".join(held)


def read(data: bytes) -> Mail:
    """One message. Raises :class:`NotConvertibleError` for what is none, is damaged, or is encrypted."""
    if not data:
        raise NotConvertibleError("empty")
    if len(data) > LARGEST:
        raise NotConvertibleError("too-large")
    message = message_from_bytes(data)
    if not any(name in message for name in _TELLING):
        raise NotConvertibleError("unknown-form")
    head = [(name.lower(), str(value)) for name, value in message.raw_items()]  # with bytes that are no ASCII
    fields = [(name, _plain(value)) for name in SHOWN for key, value in head if key == name.lower()]
    texts, attachments = list[tuple[bool, str]](), list[Attachment]()
    for part in _leaves(message):
        if part.get_content_type() in ("text/plain", "text/html") and not _is_attached(part):
            texts.append((part.get_content_subtype() == "html", _text(part)))
        else:
            attachments.append(_attachment(part))
    _require_whole(message)
    return Mail(fields, texts, attachments)


def _require_whole(message: Message) -> None:
    """Raises :class:`NotConvertibleError` where a part is not as it should be: its end is missing, its bytes too."""
    for part in message.walk():
        names = [type(one).__name__ for one in part.defects]
        if any("Boundary" in name for name in names):
            raise NotConvertibleError("end-missing", ", ".join(names))
        if names:
            raise NotConvertibleError("damaged", ", ".join(names))


def _leaves(part: Message) -> Iterator[Message]:
    """The parts that hold something; of several forms of one text the richest that is text (RFC 2046, 5.1.4)."""
    kind = part.get_content_type()
    if kind in _CLOSED and part.get_param("smime-type") != "signed-data":
        raise NotConvertibleError("closed")
    inside = part.get_payload()
    if kind.startswith("message/") or not part.is_multipart() or not isinstance(inside, list):
        yield part
        return
    parts = [one for one in inside if isinstance(one, Message)]
    if kind == "multipart/alternative":
        known = [one for one in parts if one.get_content_maintype() in ("text", "multipart")]
        read_first = [one for one in known if one.get_content_type() != "text/calendar"]
        parts = (read_first or known or parts)[-1:] + [one for one in parts if one not in known]
    for one in parts:
        yield from _leaves(one)


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _attachment(part: Message) -> Attachment:
    inside = part.get_payload()
    inner = [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []
    try:
        data = b"\n".join([one.as_bytes() for one in inner]) or _bytes(part)
    except UnicodeError as error:
        raise NotConvertibleError("damaged", "a message within the message") from error
    name = _plain(part.get_filename() or "")
    return Attachment(name, part.get_content_type(), str(part.get("Content-ID", "")).strip(" <>"), data)


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    """The text of a part, without a guess at what cannot be read."""
    data = _bytes(part)
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    raise NotConvertibleError("undecodable", "a text in an unknown character set")


def _plain(value: str) -> str:
    """A field as people read it: unfolded, with its encoded words decoded (RFC 2047)."""
    raw = _FOLD.sub("", value).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8")
            for piece, charset in decode_header(raw)
        ]
        return "".join(pieces).encode("utf-8", "surrogateescape").decode("utf-8").strip()
    except (UnicodeError, LookupError, ValueError, HeaderParseError) as error:
        raise NotConvertibleError("undecodable", "a field in an unknown character set") from error
