"""What a record of a WARC holds, with the values of cookies, log-ins, keys and signatures gone.

Names stay: that a cookie was set can still be seen. A body that was packed is unpacked where something has to go from
it; of one in which nothing is found not a byte changes. In what is no text only addresses with a key are known, and
their values are written over, so that every length within it stays right.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

from sma_plugin.bundle import http
from sma_plugin.secrets.addresses import masked_settings, overwritten, without_secrets
from sma_plugin.secrets.credentials import CredentialWatch
from sma_plugin.secrets.names import any_of, names

_READABLE = re.compile(r"text/|json|javascript|xml|x-www-form-urlencoded|warc-fields", re.IGNORECASE)
_LIKE_TEXT = re.compile(rb"\s*[\[{<#]")
_FORM = "formulier.har"
"""By this name all names of fields of forms are looked for too (``credentials.toml``)."""
LARGEST = 64 << 20
"""Bytes of a body that is looked through."""
Left = Literal["too large", "packed in an unknown way", "no text"]
"""Why a body was not looked through as text."""


class Block(NamedTuple):
    """A block or body, how many values went from it, and why it was not looked through, if it was not."""

    data: bytes
    gone: int = 0
    left: Left | None = None


def masked_message(block: bytes, *, request: bool) -> Block:
    """An HTTP message: its head, and its body where that is text."""
    end = http.HEAD_END.search(block, 0, http.MAX_HEAD)
    size = end.end() if end else len(block)
    head, gone = _masked_head(block[:size])
    body = _masked_body(block[:size], block[size:], request=request)
    if body.gone:
        head = _fitting(head, len(body.data))
    return Block(head + body.data, gone + body.gone, body.left)


def masked_start(start: bytes, kind: str, content_type: str) -> Block:
    """The first bytes of a block too large to look through: of an HTTP message the head is masked all the same."""
    if not _is_message(kind, content_type):
        return Block(start, 0, _left(start, content_type))
    end = http.HEAD_END.search(start, 0, http.MAX_HEAD)
    size = end.end() if end else len(start)
    head, gone = _masked_head(start[:size])
    told = http.response_head(start[:size])
    coded = told is not None and told.coded
    media = (told.get("content-type") if told else _kind_of(start[:size])) or ""
    return Block(head + start[size:], gone, "too large" if coded else _left(start[size:], media))


def _left(start: bytes, kind: str) -> Left:
    return "too large" if _is_text(start, kind) else "no text"


def _is_text(data: bytes, kind: str) -> bool:
    return bool(_READABLE.search(kind) or _LIKE_TEXT.match(data))


def masked_text(data: bytes, kind: str, *, form: bool = False) -> Block:
    """Bytes that are text by their media type or look like it: JSON, pages, forms, play lists."""
    if len(data) > LARGEST:
        return Block(data, 0, "too large")
    if not (form or _is_text(data, kind)):
        return Block(*overwritten(data), "no text" if data else None)
    begin = b"&" if form else b""  # so that the first field is known for one
    whole = begin + data
    watch = CredentialWatch(_FORM if form else "")
    watch.update(whole)
    parts, at, spans = [], 0, watch.spans()
    for span in spans:
        parts.append(whole[at : span.offset])
        at = max(at, span.offset + span.length)
    left, count = without_secrets(b"".join((*parts, whole[at:])))
    return Block(left.removeprefix(begin), len(spans) + count)


def masked_info(data: bytes) -> Block:
    """The fields of a warcinfo record, which may tell how a program was called."""
    told = masked_settings(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return Block(told, int(told != data))


@cache
def _headers() -> re.Pattern[bytes]:
    words = any_of(names().headers).encode()
    return re.compile(
        rb"^((?:%b)[ \t]*:[ \t]*)([^\r\n]+(?:\r?\n[ \t]+[^\r\n]*)*)" % words, re.IGNORECASE | re.MULTILINE
    )


def _masked_head(head: bytes) -> tuple[bytes, int]:
    told, values = _headers().subn(rb"\1", head)
    left, addresses = without_secrets(told)
    return left, values + addresses


def _masked_body(head: bytes, body: bytes, *, request: bool) -> Block:
    told = http.response_head(head)
    kind = (told.get("content-type") if told else _kind_of(head)) or ""
    if told is None or not told.coded:
        return masked_text(body, kind, form=request)
    wrong: list[str] = []
    plain = http.entity(io.BytesIO(body), told, lambda code, _: wrong.append(code)).read(LARGEST + 1)
    if wrong:
        return Block(body, 0, "packed in an unknown way" if body else None)
    found = masked_text(plain, kind)
    return found if found.gone else Block(body, 0, found.left)


def _kind_of(head: bytes) -> str:
    found = re.search(rb"^content-type[ \t]*:[ \t]*([^\r\n]+)", head, re.IGNORECASE | re.MULTILINE)
    return found[1].decode("latin-1") if found else ""


_CODED = re.compile(rb"^(?:content-encoding|transfer-encoding)[ \t]*:[^\r\n]*\r?\n", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"^(content-length[ \t]*:[ \t]*)\d+", re.IGNORECASE | re.MULTILINE)


def _fitting(head: bytes, size: int) -> bytes:
    """The head for a body of another size, no longer packed."""
    plain, was_coded = _CODED.subn(b"", head)
    told, stated = _LENGTH.subn(rb"\g<1>%d" % size, plain)
    if was_coded and not stated:
        line = re.match(rb"[^\r\n]*(\r?\n)", told)
        told = told[: line.end()] + b"Content-Length: %d" % size + line[1] + told[line.end() :] if line else told
    return told


Masker = Callable[[bytes], Block]


def masker_of(kind: str, content_type: str) -> Masker:
    """How the block of a record of this type is masked."""
    if kind == "warcinfo":
        return masked_info
    if _is_message(kind, content_type):
        return lambda block: masked_message(block, request=kind == "request")
    return lambda block: masked_text(block, content_type)


def _is_message(kind: str, content_type: str) -> bool:
    return kind in ("request", "response", "revisit") and "http" in (content_type or "http")
