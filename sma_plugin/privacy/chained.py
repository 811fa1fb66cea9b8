"""Lists that are only ever added to, and that show it when somebody changed them.

Every row holds the digest of the row before it. Beside the list, a file tells how many rows there are and the digest of
the last, so that rows which were taken off at the end are missed too. Whoever writes to both files can make another
list; who wants to be sure notes the last digest elsewhere (``sma key list`` shows it).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from sma_plugin.texts import UserError


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of such a list; ``previous`` is the SHA-256 of the row before it."""

    previous: str = ""


R = TypeVar("R", bound=Row)
_MODE = 0o600


class Chained(Generic[R]):
    """The list in a file, one JSON object a line. Raises :class:`UserError` where it is not as it was left."""

    def __init__(self, path: Path, kind: type[R]) -> None:
        self.path, self._kind = path, kind
        self._end = path.with_name(f"{path.name}.end")

    def rows(self) -> list[R]:
        """Every row, oldest first."""
        return [row for row, _ in self._read()]

    @property
    def digest(self) -> str:
        """The digest of the last row; empty while there is none."""
        return next((digest for _, digest in reversed(list(self._read()))), "")

    def add(self, row: R) -> None:
        """Add a row at the end, with what ties it to the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _MODE), "r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            known = list(self._read())
            line = msgspec.json.encode(msgspec.structs.replace(row, previous=known[-1][1] if known else ""))
            stream.write(line + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
            self._tell(len(known) + 1, _digest(line))

    def _read(self) -> Iterator[tuple[R, str]]:
        """Every row with its digest, once they were all checked."""
        lines = self.path.read_bytes().splitlines() if self.path.exists() else []
        digests = [""]
        rows = []
        for number, line in enumerate(lines, 1):
            try:
                row = msgspec.json.decode(line, type=self._kind)
            except msgspec.MsgspecError as error:
                raise self._altered(number) from error
            if row.previous != digests[-1]:
                raise self._altered(max(1, number - 1))
            digests.append(_digest(line))
            rows.append((row, digests[-1]))
        self._hold(digests)
        yield from rows

    def _hold(self, digests: list[str]) -> None:
        """Hold the rows against what was told of the last one; a row more is one whose end was not yet told."""
        told = self._end.read_text().split() if self._end.exists() else ["0", ""]
        count, digest = int(told[0]) if told[0].isdecimal() else -1, "".join(told[1:])
        if not 0 <= count < len(digests) or digests[count] != digest or len(digests) - 1 - count > 1:
            raise self._altered(max(count, 1))

    def _tell(self, count: int, digest: str) -> None:
        part = self._end.with_name(f".{self._end.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w") as stream:
            stream.write(f"{count} {digest}\n")
        part.replace(self._end)

    def _altered(self, number: int) -> UserError:
        return UserError("list_altered", path=self.path, row=number)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
