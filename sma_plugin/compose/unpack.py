"""A WACZ from which a record must go: its WARC files are delivered instead of it, never a patched WACZ.

The WACZ was verified when it was read, and is verified again here, in the one pass that copies its WARC files. Each is
byte-identical to the member, but for the records that must go. Page lists, indexes and the WACZ's own manifest speak of
the whole WACZ and stay out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

import msgspec

from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.bundle.wacz_member import ZipMember
from sma_plugin.compose.copy import ChangedError, Copied, Copier, Inner, Written, asked
from sma_plugin.compose.extract import Cut, extract
from sma_plugin.package.records import Extract, FileRecord

_CHUNK = 1 << 20


class _Passed:
    """A stretch of a file that is read once, forward, and hashed whole as it passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.at, self._end = 0, 0

    def until(self, offset: int) -> BinaryIO:
        """What follows, up to this offset, as a stream."""
        self._end = offset
        return cast("BinaryIO", self)

    def read(self, size: int = -1) -> bytes:
        """So many bytes of what is wanted, less only at its end."""
        left = self._end - self.at
        data = self._file.read(left if size < 0 else min(size, left)) if left > 0 else b""
        self._digest.update(data)
        self.at += len(data)
        return data

    def skip_to(self, offset: int) -> None:
        """Pass what is not wanted."""
        self.until(offset)
        while self.read(_CHUNK):
            continue

    @property
    def sha256(self) -> str:
        """SHA-256 of all that passed."""
        return self._digest.hexdigest()


def unpack(
    copier: Copier,
    file: BinaryIO,
    wacz: FileRecord,
    cuts: list[Cut],
    place: Callable[[str], str],
    identifier: Callable[[str], str],
) -> Iterator[Copied]:
    """Copy the WARC files of a WACZ without the cuts, each to a path below ``wacz.path``.

    ``cuts`` are in offsets of the WACZ. ``file`` can be sought in. ``place`` gives where a member goes, below the WACZ;
    ``identifier`` that of a file by its package path.
    Raises :class:`ChangedError` when the WACZ is no longer what was read; nothing is published then.
    """
    size = file.seek(0, 2)
    warcs = sorted(WaczFile(file).warcs, key=lambda warc: warc.offset)
    records = [_record(wacz, warc, f"{wacz.path}/{place(warc.name)}", identifier) for warc in warcs]
    known = [copier.done(record, _within(cuts, warc)) for record, warc in zip(records, warcs, strict=True)]
    if all(known):
        yield from (one for one in known if one)
        return
    file.seek(0)
    passed = _Passed(file)
    ready = [_copy(copier, passed, record, warc, cuts) for record, warc in zip(records, warcs, strict=True)]
    passed.skip_to(size)
    if passed.sha256 != wacz.sha256:
        for written, _ in ready:
            written.path.unlink()
        raise ChangedError(wacz.delivered or wacz.path)
    for written, copied in ready:
        yield copier.publish(copied.file, written, copied)


def _copy(
    copier: Copier, passed: _Passed, record: FileRecord, warc: ZipMember, cuts: list[Cut]
) -> tuple[Written, Copied]:
    """One WARC file to its unfinished place."""
    inside = _within(cuts, warc)
    passed.skip_to(warc.offset)
    written = Written(copier.part(record.path), copier.on_bytes)
    with written:
        stream = passed.until(warc.offset + warc.packed)
        original, size, spans = extract(stream, written, inside, separators=False)
    made = Extract(original, size, tuple(spans)) if spans else None
    inner = Inner((record.delivered or "").removesuffix(f"/{warc.name}"), warc.offset, warc.packed)
    return written, Copied(record, asked(record, inside), made, inner)


def _record(wacz: FileRecord, warc: ZipMember, path: str, identifier: Callable[[str], str]) -> FileRecord:
    """The record of a WARC file in the WACZ; until it is published its SHA-256 is that of the WACZ."""
    return msgspec.structs.replace(
        wacz, path=path, id=identifier(path), delivered=f"{wacz.delivered}/{warc.name}", modified=None
    )


def _within(cuts: list[Cut], warc: ZipMember) -> list[Cut]:
    """The cuts in a member, in offsets of the member."""
    end = warc.offset + warc.packed
    return [Cut(cut.offset - warc.offset, cut.length, cut.rule) for cut in cuts if warc.offset <= cut.offset < end]
