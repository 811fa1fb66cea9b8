"""An ARC file, the forerunner of WARC, as uncompressed WARC 1.1: every record in order, its block byte for byte.

What ARC says of a record in one line becomes fields of WARC, and that line goes along, in UTF-8 as WARC wants it. A
record of HTTP becomes a ``response``, all else a ``resource`` (ISO 28500:2017, 6.3 and 6.4). What was written is
compared with what was read, and with what a second reader (warcio) finds: a file that the two do not read alike is not
converted.
"""

from __future__ import annotations

import hashlib
import io
import ipaddress
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sma_plugin import __version__
from sma_plugin.bundle.stated_digest import Stated
from sma_plugin.bundle.warc import Record, WarcWalk
from sma_plugin.bundle.warc_head import ArcDialect
from sma_plugin.bundle.warc_writing import CLOSING, first_record, head, made_of, one_line
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, tools
from sma_plugin.formats.plain_warc import HARMLESS, VERSION

LINE = "ARC-Record-Line"
"""The field that holds a record's line in the ARC file; a name of ours, as WARC lets others be (5.1)."""
_LARGEST = 1 << 29
"""Bytes of a record: ARC has no segments, and its blocks are held to know what they are."""
_PIECE = 1 << 20
_CONTROLS = re.compile(r"[\0-\x08\x0a-\x1f\x7f]")
"""What a field of WARC may not hold (4): a carriage return would begin a field for some readers."""


class _Seen(NamedTuple):
    """What is compared of a record: its line in the ARC file, and SHA-256 and size of its block."""

    line: str
    block: str
    size: int


def to_warc(source: Path, target: Path) -> Converted:
    """An ARC file as uncompressed WARC 1.1.

    Raises :class:`NotConvertibleError` for what is no ARC, has damage or a record without a date, or is read otherwise
    by the second reader; :class:`MissingToolError`.
    """
    if not tools()["warcio"].here:
        raise MissingToolError("warcio")
    with source.open("rb") as stream:
        origin = f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
        stream.seek(0)
        with target.open("wb") as out:
            before = _write(stream, out, target.name, origin, source.name)
    after = list(_written(target))
    if before != after:
        raise NotConvertibleError("other-record")
    if list(_by_warcio(source)) != [_without_head(one) for one in after]:
        raise NotConvertibleError("unverified")
    return Converted(
        "sma-plugin",
        __version__,
        "every record of an ARC file written, in order, as a record of uncompressed WARC 1.1, with its line and a "
        "block digest; a warcinfo record put before them",
        _counted(before),
        _counted(after),
        "the result read again: every record equal by line and block, and so to what a second reader (warcio) finds",
    )


def _write(source: BinaryIO, target: BinaryIO, name: str, origin: str, was: str) -> list[_Seen]:
    walk, seen = WarcWalk(source), list[_Seen]()
    if not isinstance(walk.dialect, ArcDialect):
        raise NotConvertibleError("unknown-form")
    for number, record in enumerate(walk):
        _require_sound(walk, record)
        if not number:
            told = _told(origin, was)
            target.write(first_record(name, origin, record.date or "", told, _digest(told)))
        fields, block = _record(record, made_of(f"{origin}#{number}"), made_of(origin))
        seen.append(_Seen(dict(fields)[LINE], hashlib.sha256(block).hexdigest(), len(block)))
        target.writelines((head(VERSION, fields), block, CLOSING))
    _require_sound(walk)
    return seen


def _require_sound(walk: WarcWalk, record: Record | None = None) -> None:
    """Stop where a file has damage, so that nothing of it could be lost in silence."""
    for fault in walk.faults + (record.faults if record else []):
        if fault.code not in HARMLESS:
            raise NotConvertibleError("damaged", fault.code)


def _told(origin: str, was: str) -> bytes:
    lines = (
        "format: WARC File Format 1.1",
        f"derived-from: {origin}",
        f"derived-from-filename: {one_line(was).encode('ascii', 'replace').decode()}",
        f"conversion: every record of an ARC file written as WARC, blocks unchanged (sma-plugin/{__version__})",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _digest(data: bytes) -> tuple[str, str]:
    return "WARC-Block-Digest", Stated("").of(data)


def _record(record: Record, identifier: str, info: str) -> tuple[list[tuple[str, str]], bytes]:
    """The fields of a record of ARC as WARC has them, and its block."""
    values = [value for _, value in record.headers]
    if _CONTROLS.search(" ".join(values)):
        raise NotConvertibleError("damaged", "control characters in the line of a record")
    if (record.content_length or 0) > _LARGEST:
        raise NotConvertibleError("cut-record")
    block = record.stream.read()
    record.close()
    if record.truncated or len(block) != record.content_length:
        raise NotConvertibleError("cut-record")
    web = block.startswith(b"HTTP/")
    fields = [
        ("WARC-Type", "response" if web else "resource"),
        ("WARC-Record-ID", f"<{identifier}>"),
        ("WARC-Date", _date(record.get("archive-date") or "", record.date)),
        ("WARC-Target-URI", values[0].replace(" ", "%20")),
        *_address(record.get("ip-address") or ""),
        ("WARC-Warcinfo-ID", f"<{info}>"),
        _digest(block),
        ("Content-Type", _HTTP if web else _type(record.get("content-type") or "")),
        (LINE, " ".join(values)),
        ("Content-Length", str(len(block))),
    ]
    return fields, block


_HTTP = "application/http;msgtype=response"


def _type(stated: str) -> str:
    """The type that ARC states, where it is one: it says ``no-type`` of what has none."""
    return stated if "/" in stated else "application/octet-stream"


def _date(stated: str, date: str | None) -> str:
    """When a record was captured: WARC must say it, so a record without it has no place there."""
    with suppress(ValueError):
        datetime.strptime(f"{stated}+0000", "%Y%m%d%H%M%S%z")
        if date:
            return date
    raise NotConvertibleError("no-date", stated[:40])


def _address(stated: str) -> Iterator[tuple[str, str]]:
    """The address of the server, where it is one; an ARC file that does not know it says 0.0.0.0."""
    with suppress(ValueError):
        if not ipaddress.ip_address(stated).is_unspecified:
            yield "WARC-IP-Address", stated


def _by_warcio(source: Path) -> Iterator[_Seen]:
    """The records of an ARC file as a reader finds them that shares nothing with ours."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    try:
        with source.open("rb") as stream, redirect_stderr(io.StringIO()):  # it tells of addresses there
            for record in ArchiveIterator(stream, no_record_parse=True):
                line = " ".join(value for _, value in record.rec_headers.headers)
                digest, size = _passed(record.raw_stream)
                yield _without_head(_Seen(line, digest, size))
    except (ArchiveLoadFailed, ValueError, OSError, EOFError) as error:
        raise NotConvertibleError("unverified") from error


def _without_head(one: _Seen) -> _Seen:
    """As the second reader tells it, which passes over the beginning of the record about the file itself."""
    return one._replace(block="", size=0) if one.line.startswith("filedesc:") else one


def _written(target: Path) -> Iterator[_Seen]:
    """The records that were written, but for the one that tells of the file."""
    with target.open("rb") as stream:
        walk = WarcWalk(stream)
        for record in walk:
            digest, size = _passed(record.stream)
            record.close()
            if record.faults or record.version != VERSION:
                raise NotConvertibleError("other-record")
            if record.type != "warcinfo":
                yield _Seen(record.get(LINE) or "", digest, size)
        if walk.faults:
            raise NotConvertibleError("other-record")


def _passed(stream: Any) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _counted(seen: list[_Seen]) -> dict[str, str | int | float]:
    digest = hashlib.sha256("".join(map(repr, seen)).encode())
    return {"records": len(seen), "digest": digest.hexdigest()}
