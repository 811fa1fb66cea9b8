"""A child process whose lines are read as they come, and that is ended when the job is."""

from __future__ import annotations

import os
import selectors
import subprocess
from typing import IO

_CHUNK = 1 << 16
_LINE = 1 << 20
"""Bytes of one line that are kept."""
_GRACE = 20.0
"""Seconds to stop in when asked to, before it is made to."""


class Process:
    """A command without a shell, without input, and with no more open than its output."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=True,
            cwd="/",
            env=environment,
        )
        self._rest = {self._child.stdout: b"", self._child.stderr: b""}
        self._selector = selectors.DefaultSelector()
        for stream in self._rest:
            self._selector.register(stream, selectors.EVENT_READ)

    def close(self) -> None:
        """Whatever happened to the job, nothing of it is left running."""
        self.end()
        self._selector.close()
        for stream in self._rest:
            stream.close()

    def lines(self, seconds: float) -> list[tuple[bool, str]] | None:
        """What came within so many seconds, as pairs (whether it is an error, text); ``None`` when all was said."""
        if not self._selector.get_map():
            return None
        found = []
        for key, _ in self._selector.select(seconds):
            found.extend(self._read(key.fileobj))
        if not found and self._child.poll() is not None and not self._selector.select(0):
            return None  # it is over, though something that it started still holds its output
        return found

    def _read(self, stream: IO[bytes]) -> list[tuple[bool, str]]:
        data = os.read(stream.fileno(), _CHUNK)
        rest = self._rest[stream] + data
        whole, self._rest[stream] = (rest.split(b"\n"), b"") if not data else _split(rest)
        if not data:
            self._selector.unregister(stream)
        is_error = stream is self._child.stderr
        return [(is_error, line.decode("utf-8", "replace")) for line in whole if line]

    def wait(self) -> int:
        """Its exit code; negative is the number of the signal that ended it."""
        try:
            return self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.end()
            return self._child.wait()

    def end(self) -> None:
        """Ask it to stop, then make it: this process alone."""
        if self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole lines, and what has no end yet; a line that does not end is cut."""
    *whole, rest = data.split(b"\n")
    if len(rest) > _LINE:
        whole, rest = [*whole, rest], b""
    return whole, rest
