"""E-mail as it is delivered: one message (EML, RFC 5322 and MIME)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from typing import NamedTuple

from sma_plugin.formats.conversion import NotConvertibleError
from sma_plugin.formats.mail_boxes import LARGEST

SHOWN = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID")
_TELLING = ("From", "Date", "Subject", "Message-ID")
_CLOSED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_TEXTS = {"text/plain", "text/html"}
_ENCODINGS = {"", "7bit", "8bit", "binary", "quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"}
_NO_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
"""What Python knows beside the character sets of e-mail."""
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?="
_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1f\x7f-\x9f]")
"""Characters that have no form on paper and are no space."""


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


class _Heads(Compat32):  # type: ignore[misc, unused-ignore]
    """Fields that may hold UTF-8 (RFC 6532), without the spaces after them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        try:
            return name, value.encode("ascii", "surrogateescape").decode("utf-8").rstrip()
        except UnicodeDecodeError:
            return name, value


class _Part(Message):
    """A part of a message. A message within it is not taken apart: it stays as it is, byte for byte."""

    def get_content_type(self) -> str:
        kind = super().get_content_type()
        return "application/x-message" if kind.startswith("message/") else kind


def _type(part: Message) -> str:
    """What a part is; the parser is told otherwise of a message."""
    return Message.get_content_type(part)


def read(data: bytes) -> Mail:
    """One message. Raises :class:`NotConvertibleError` for what is none, is damaged, or is encrypted."""
    if not data:
        raise NotConvertibleError("empty")
    if len(data) > LARGEST:
        raise NotConvertibleError("too-large")
    try:
        message = message_from_bytes(data, _Part, policy=_Heads())
        if not any(name in message for name in _TELLING):
            raise NotConvertibleError("unknown-form")
        return _read(message)
    except RecursionError as error:
        raise NotConvertibleError("damaged", "parts within parts without end") from error


def _read(message: Message) -> Mail:
    head = [(name.lower(), str(value)) for name, value in message.raw_items()]  # with bytes that are no UTF-8
    fields = [(name, _plain(value)) for name in SHOWN for key, value in head if key == name.lower()]
    texts, attachments = list[tuple[bool, str]](), list[Attachment]()
    for part, shown in _leaves(message):
        if shown and _is_text(part):
            texts.append((_type(part) == "text/html", _text(part)))
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


def _inside(part: Message) -> list[Message] | None:
    """The parts that a part consists of; none where it holds something itself."""
    inside = part.get_payload() if part.is_multipart() else None
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else None


def _leaves(part: Message, *, shown: bool = True) -> Iterator[tuple[Message, bool]]:
    """The parts that hold something, and whether their text is to be shown.

    Of several forms of one text that is the last that can be, which is the richest (RFC 2046, 5.1.4).
    """
    kind = _type(part)
    if kind in _CLOSED and part.get_param("smime-type") != "signed-data":
        raise NotConvertibleError("closed")
    parts = _inside(part)
    if parts is None:
        yield part, shown
        return
    one_of = kind == "multipart/alternative"
    richest = next((one for one in reversed(parts) if _has_text(one)), None)
    for one in parts:
        yield from _leaves(one, shown=shown and (not one_of or one is richest))


def _has_text(part: Message) -> bool:
    parts = _inside(part)
    return _is_text(part) if parts is None else any(map(_has_text, parts))


def _is_text(part: Message) -> bool:
    """Whether a part is text of the message itself."""
    attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return _type(part) in _TEXTS and not attached


def _attachment(part: Message) -> Attachment:
    return Attachment(_name(part), _type(part), str(part.get("Content-ID", "")).strip(" <>"), _bytes(part))


def _name(part: Message) -> str:
    """The name that a part was given (RFC 2183, 2.3; RFC 2231), without a guess at what cannot be read."""
    for field, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        value = part.get_param(parameter, header=field)
        if value is None:
            continue
        try:
            for told in (str(value) for key, value in part.raw_items() if key.lower() == field.lower()):
                told.encode("utf-8")
            if isinstance(value, tuple):
                value = value[2].encode("latin-1").decode(value[0] or "utf-8")
        except (LookupError, ValueError) as error:
            raise NotConvertibleError("undecodable", "the name of an attachment") from error
        return _plain(value)
    return ""


def _bytes(part: Message) -> bytes:
    if str(part.get("Content-Transfer-Encoding", "")).lower() not in _ENCODINGS:
        raise NotConvertibleError("undecodable", "a part in an unknown encoding")
    try:
        data = part.get_payload(decode=True)
    except ValueError as error:  # of a character set that is no name
        raise NotConvertibleError("undecodable", "a part in an unknown character set") from error
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    """The text of a part as its character set says; where that is none or wrong as UTF-8, if it is that."""
    data = _bytes(part)
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            text = _decoded(data, charset)
            text.encode("utf-8")
        except (LookupError, ValueError):
            continue
        if _CONTROLS.search(text):
            raise NotConvertibleError("undecodable", "characters in a text that have no form")
        return text
    raise NotConvertibleError("undecodable", "a text in an unknown character set")


def _decoded(data: bytes, charset: str) -> str:
    """Bytes as text. What is called ISO 8859-1 and is not is Windows-1252 (WHATWG Encoding Standard, 4.2)."""
    name = codecs.lookup(charset).name
    if name.replace("_", "-") in _NO_CHARSETS:
        raise LookupError
    text = data.decode(charset)
    return data.decode("windows-1252") if name == "iso8859-1" and _CONTROLS.search(text) else text


def _plain(value: str) -> str:
    """A field as people read it: unfolded, with its encoded words decoded (RFC 2047)."""
    try:
        text = _WORDS.sub(lambda found: _spoken(found[0]), _FOLD.sub("", value)).strip()
        text.encode("utf-8")
    except (LookupError, ValueError, HeaderParseError) as error:
        raise NotConvertibleError("undecodable", "a field in an unknown character set") from error
    if _CONTROLS.search(text):
        raise NotConvertibleError("undecodable", "characters in a field that have no form")
    return text


def _spoken(words: str) -> str:
    """Encoded words that follow each other; their character set may have a language (RFC 2231, 5)."""
    return "".join(
        piece if isinstance(piece, str) else _decoded(piece, (charset or "ascii").partition("*")[0])
        for piece, charset in decode_header(words)
    )
