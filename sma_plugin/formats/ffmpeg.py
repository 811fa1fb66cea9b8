"""ffmpeg as a subprocess: found on this machine, kept to one local file, bounded in time and memory.

A delivery is not trusted: the demuxer is forced from the file's first bytes (so that no playlist is followed), only
the ``file`` protocol is allowed, and no shell is used.
"""

from __future__ import annotations

import errno
import os
import re
import selectors
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import IO

import msgspec

from sma_plugin.facts import facts
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError
from sma_plugin.formats.limits import hold, limits

STALLED = 300.0
"""Seconds without a single decoded frame after which a file is given up."""
_MOST_AT_ONCE = 1 << 30
_MOST_LINES = 2000
_WRONG = ("error", "fatal", "panic")
_PATH = re.compile(r"\bfile:/.*?: (?=\S)|'?\bfile:/.*")
_LOG = re.compile(r"(?:\[(?P<who>[^\]@]+?) @ 0x[0-9a-f]+\] )?\[(?P<level>[a-z]+)\] (?P<text>.*)")


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``demuxers.toml``."""

    name: str
    at: int = 0
    starts: str = ""
    then_at: int = 0
    then: str = ""

    def knows(self, head: bytes) -> bool:
        """Whether a file that begins so has this form."""
        first, second = bytes.fromhex(self.starts), bytes.fromhex(self.then)
        return head[self.at :].startswith(first) and head[self.then_at :].startswith(second)


@cache
def _demuxers() -> tuple[_Known, ...]:
    return facts(__package__, "demuxers.toml", dict[str, tuple[_Known, ...]])["demuxer"]


def demuxer(path: Path) -> str | None:
    """The demuxer for a file by its first bytes; ``None`` when it is no form of audio or video that is known here."""
    with path.open("rb") as stream:
        head = stream.read(512)
    return next((one.name for one in _demuxers() if one.knows(head)), None)


@cache
def program() -> str:
    """Where ffmpeg is: the machine's own, else the one that a wheel brought. Raises :class:`MissingToolError`."""
    found = shutil.which("ffmpeg")
    if found is None and find_spec("imageio_ffmpeg"):
        import imageio_ffmpeg  # noqa: PLC0415

        found = imageio_ffmpeg.get_ffmpeg_exe()
    if found is None:
        raise MissingToolError("ffmpeg")
    return found


@cache
def version() -> str:
    """As ffmpeg says it."""
    told = subprocess.run([program(), "-version"], check=True, capture_output=True, text=True, timeout=60).stdout
    return told.split()[2]


def passthrough() -> tuple[str, str]:
    """The option that keeps every frame and adds none; its name changed with ffmpeg 5.1."""
    found = re.match(r"n?(\d+)\.(\d+)", version())
    old = found is not None and (int(found[1]), int(found[2])) < (5, 1)
    return ("-vsync" if old else "-fps_mode", "passthrough")


def reading(path: Path) -> list[str]:
    """The arguments that open a delivered file. Raises :class:`NotConvertibleError` where its form is not known."""
    form = demuxer(path)
    if form is None:
        raise NotConvertibleError("unknown-form")
    most = str(limits().moving.pixels)
    return ["-max_pixels", most, "-protocol_whitelist", "file", "-f", form, "-i", f"file:{path.absolute()}"]


def run(path: Path, arguments: Sequence[str], take: Callable[[str], None]) -> tuple[int, list[str]]:
    """Run ffmpeg on a file and give each line of its output to ``take``; the exit code and its log come back.

    Raises :class:`NotConvertibleError` when it makes no headway or takes longer than a file of this size may, and
    :class:`OSError` when the disk is full.
    """
    start = [program(), "-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+level+info"]
    until = monotonic() + limits().moving.time_for(path)
    with subprocess.Popen(
        [*start, "-max_alloc", str(_MOST_AT_ONCE), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # a group of its own, so that what it starts ends with it
    ) as process:
        hold(process.pid, limits().moving.memory)
        log: list[str] = []
        assert process.stdout  # noqa: S101  # both were asked for
        assert process.stderr  # noqa: S101
        watching = Thread(target=_keep, args=(process.stderr, log), daemon=True)
        watching.start()
        try:
            for line in _lines(process.stdout, until):
                take(line)
            code = process.wait(_patience(until))
        except (TimeoutError, subprocess.TimeoutExpired):
            if monotonic() >= until:
                raise NotConvertibleError("too-long") from None
            raise NotConvertibleError("no-headway", f"{STALLED:.0f} seconds") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
            watching.join()
    if any("No space left on device" in line for line in log):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return code, log


def _patience(until: float) -> float:
    """Seconds to wait for a sign of life."""
    return max(0.0, min(STALLED, until - monotonic()))


def faults(log: Sequence[str]) -> list[str]:
    """What ffmpeg reported as an error, each once, without addresses in memory and paths of this machine."""
    told = (_PATH.sub("", line) for line in log)
    found = [match for line in told if (match := _LOG.fullmatch(line)) and match["level"] in _WRONG]
    return list(dict.fromkeys(f"{match['who']}: {match['text']}" if match["who"] else match["text"] for match in found))


def _keep(stream: IO[bytes], log: list[str]) -> None:
    """Read all that is logged and keep the beginning: a broken file may give an error for every block."""
    for line in stream:
        if len(log) < _MOST_LINES:
            log.append(line.decode("utf-8", "replace").rstrip())


def _lines(stream: IO[bytes], until: float) -> Iterator[str]:
    """The lines of a pipe. Raises :class:`TimeoutError` when none comes for :data:`STALLED` seconds, or too late."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        rest = b""
        while True:
            if monotonic() >= until or not selector.select(_patience(until)):
                raise TimeoutError
            data = os.read(stream.fileno(), 1 << 16)
            if not data:
                break
            *whole, rest = (rest + data).split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in whole)
    if rest:
        yield rest.decode("utf-8", "replace")
