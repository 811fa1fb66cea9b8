"""Copying kept evidence into the package: hashed again on the way, resumable file by file, never over the source.

Where the file system can, a file is cloned (a reflink: it shares its blocks until one of the two is written to) and the
clone is read for its hash. A hard link is made only of files that we unpacked ourselves: a link to a depositor's file
would let whoever writes to that file change the package.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from sma_plugin.bundle.view import OnDisk
from sma_plugin.compose.extract import Cut, extract
from sma_plugin.formats.identify import UNKNOWN, Format, identify
from sma_plugin.package.files import PART, publish, write_bytes
from sma_plugin.package.records import Extract, FileRecord

_CHUNK = 1 << 20
_FICLONE = 0x40049409
"""``ioctl_ficlone(2)``: let a file share all blocks of another one."""


class Inner(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a file was a member of a delivered WACZ: its path, and where the member's bytes stood in it."""

    path: str
    offset: int
    length: int


class Copied(msgspec.Struct, frozen=True, omit_defaults=True):
    """One journal line: a file that is in its place, and the digest of what was asked for."""

    file: FileRecord
    asked: str
    extract: Extract | None = None
    inner: Inner | None = None
    format: Format = UNKNOWN


class ChangedError(ValueError):
    """A delivered file that no longer has the bytes that were read."""


class Copier:
    """Copies into one package. The journal says what is done, so that a run that was killed goes on from there."""

    def __init__(
        self, root: Path, journal: Path, on_bytes: Callable[[int], None], signatures: Path | None = None
    ) -> None:
        self._root, self._journal, self.on_bytes, self._signatures = root, journal, on_bytes, signatures
        self.name = root.name
        self._done = {copied.file.path: copied for copied in _read(journal)}

    def done(self, record: FileRecord, cuts: Sequence[Cut]) -> Copied | None:
        """The copy that an earlier run made of a file, if it is still in place and the same cuts are asked for."""
        known = self._done.get(record.path)
        if known is None or known.asked != asked(record, cuts):
            return None
        target = self._root / record.path
        return known if target.is_file() and target.stat().st_size == known.file.size else None

    def copy(
        self,
        source: Callable[[], BinaryIO],
        record: FileRecord,
        cuts: Sequence[Cut],
        *,
        separators: bool = True,
        on_disk: OnDisk | None = None,
    ) -> Copied:
        """Copy one file to ``record.path``, without the cuts. Raises :class:`ChangedError` when it was changed.

        ``record.sha256`` and ``size`` are those of the delivered bytes; the result's are those of the kept ones.
        """
        known = self.done(record, cuts)
        if known:
            return known
        part = self.part(record.path)
        shared = on_disk is not None and not cuts and (clone(on_disk.path, part) or _link(on_disk, part))
        with part.open("rb") if shared else source() as stream:
            written = Written(part, self.on_bytes, dry=shared)
            with written:
                if cuts:
                    original, size, spans = extract(stream, written, cuts, separators=separators)
                else:
                    while data := stream.read(_CHUNK):
                        written(data)
                    original, size, spans = written.sha256, written.size, []
        if original != record.sha256:
            part.unlink()
            raise ChangedError(record.delivered or record.path)
        made = Extract(original, size, tuple(spans)) if spans else None
        return self.publish(record, written, Copied(record, asked(record, cuts), made))

    def part(self, path: str) -> Path:
        """Where an unfinished file stands; an older one is taken away first, for it may be a link."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        part.unlink(missing_ok=True)
        return part

    def publish(self, record: FileRecord, written: Written, copied: Copied) -> Copied:
        """Move a finished file to its place and enter it in the journal."""
        target = self._root / record.path
        publish(written.path, target)
        found = identify(target, self._signatures)
        kept = msgspec.structs.replace(
            record,
            sha256=written.sha256,
            size=written.size,
            mime=found.mime,
            puid=found.puid,
            format_name=found.name,
            format_version=found.version,
        )
        copied = msgspec.structs.replace(copied, file=kept, format=found)
        with self._journal.open("ab") as journal:
            journal.write(msgspec.json.encode(copied) + b"\n")
        return copied


class Written:
    """Counts and hashes what is written to a file; ``dry`` when the file holds it already."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None], *, dry: bool = False) -> None:
        self.path, self._on_bytes = path, on_bytes
        self._stream = None if dry else path.open("wb")
        self._digest = hashlib.sha256()
        self.size = 0

    def __call__(self, data: bytes) -> None:
        """Take in more bytes."""
        self._digest.update(data)
        self.size += len(data)
        if self._stream:
            self._stream.write(data)
        self._on_bytes(len(data))

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) of what was written."""
        return self._digest.hexdigest()

    def __enter__(self) -> None:
        """Nothing: the file is open already."""

    def __exit__(self, *_error: object) -> None:
        if self._stream:
            self._stream.close()


def asked(record: FileRecord, cuts: Sequence[Cut]) -> str:
    """A digest of which bytes are asked for: the delivered file's, and what is cut from it."""
    return hashlib.sha256(msgspec.json.encode((record.sha256, [tuple(cut) for cut in cuts]))).hexdigest()


def clone(source: Path, part: Path) -> bool:
    """Make ``part`` a reflink of ``source``; false where the file system has none, or they are on different ones."""
    with source.open("rb") as original, part.open("wb") as copy:
        try:
            fcntl.ioctl(copy, _FICLONE, original.fileno())
        except OSError:
            return False
    return True


def _link(on_disk: OnDisk, part: Path) -> bool:
    """Make ``part`` a hard link of a file of ours that no other package has."""
    if not on_disk.ours or on_disk.path.stat().st_nlink > 1:
        return False
    part.unlink(missing_ok=True)
    try:
        part.hardlink_to(on_disk.path)
    except OSError:
        return False
    return True


def _read(journal: Path) -> list[Copied]:
    """The journal; a last line that a kill cut off is taken off, and its file is done again."""
    if not journal.is_file():
        return []
    data = journal.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        write_bytes(journal, whole)
    try:
        return [msgspec.json.decode(line, type=Copied) for line in whole.splitlines()]
    except msgspec.MsgspecError:
        # A journal of an earlier version of the software: everything is copied again.
        return []
