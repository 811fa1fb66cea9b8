"""Runs ``sma-step`` in the plugin's own environment and shows what it says in the job.

The worker that calls this was forked by Archivematica: nothing is changed here of its signals, its process group or
its other children. Where ``sma-step`` is stands in ``installed.json`` beside this file; the environment goes before it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Iterable, TextIO

from sma_archivematica.process import Process

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job

HERE = Path(__file__).resolve().parent
FAILED = 1
_STOPPED = 130
"""What ``sma-step`` ends with when it was told to stop (``SIGTERM``)."""
_SILENCE = 7200.0
"""Seconds without a line after which it is given up; a long conversion says nothing while it runs."""
_ROOM = 1 << 20
"""Characters that are shown in a job, which is stored in Archivematica's database."""
_ARGUMENT = 1000
"""Characters from which on Archivematica does not hand on an argument whole."""
_KEPT = (
    "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SMA_SCHEMAS", "TEMP", "TMP", "TMPDIR", "TZ", "USER",
    "XDG_CACHE_HOME",
)  # fmt: skip
"""What is handed on of the worker's environment, besides ``LC_…``: not its passwords, nor its paths to Python."""


def each(jobs: Iterable[Job], work: Callable[[Job], int]) -> None:
    """Do the work for every job of a batch; what goes wrong with one is its own."""
    for job in jobs:
        with job.JobContext():
            job.set_status(work(job))


def run(job: Job, name: str) -> int:
    """Run a job of ``sma-step`` for a job of Archivematica; gives its exit code. What goes wrong is told in the job.

    The job's arguments are a folder, a UUID, a name and perhaps what was decided.
    """
    known = installed()
    shown = _Shown(job, known.get("language"))
    folder, *told = job.args[1:]
    words = [word for pair in zip(("--unit", "--name", "--decision"), told) for word in pair]
    if any(len(word) >= _ARGUMENT for word in (folder, *told)):
        return shown.failed("too_long")
    if not known.get("step"):
        return shown.failed("not_installed", path=HERE / "installed.json")
    config = ["--config", known["config"]] if known.get("config") else []
    try:
        with closing(Process([known["step"], name, folder, *words, *config], _environment())) as process:
            return _follow(process, shown, _seconds(known.get("silence")))
    except FileNotFoundError:
        return shown.failed("absent", path=known["step"])
    except OSError as error:
        return shown.failed("not_started", path=known["step"], reason=error.strerror or error)
    except Exception as error:  # noqa: BLE001 -- a worker that is told to stop raises what its inherited handler does
        return shown.failed("interrupted", reason=f"{type(error).__name__}: {error}")


def failed(job: Job, name: str, /, **told: object) -> int:
    """Print a sentence of ``texts.json`` among the errors of a job; gives the exit code that goes with it."""
    return _Shown(job, installed().get("language")).failed(name, **told)


def done(job: Job, name: str, /, **told: object) -> None:
    """Print a sentence of ``texts.json`` in a job: what was done."""
    _Shown(job, installed().get("language")).done(name, **told)


def sentence(name: str, language: object, /, **told: object) -> str:
    """A sentence of ``texts.json`` in the language of the archive."""
    texts = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
    return texts[name]["nl" if language == "nl" else "en"].format(**told)


def installed() -> dict[str, Any]:
    """What the installation wrote down: where ``sma-step`` is, which configuration, which language."""
    known: Any = None
    with suppress(OSError, ValueError):  # told as not installed, by the name of the file
        known = json.loads((HERE / "installed.json").read_text(encoding="utf-8"))
    known = known if isinstance(known, dict) else {}
    named = {"step": "SMA_STEP", "config": "SMA_CONFIG", "silence": "SMA_STEP_SILENCE", "language": "SMA_LANGUAGE"}
    return {**known, **{name: os.environ[told] for name, told in named.items() if os.environ.get(told)}}


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def _seconds(told: object) -> float:
    try:
        return max(float(str(told)), 1.0)
    except ValueError:
        return _SILENCE


def _follow(process: Process, shown: _Shown, silence: float) -> int:
    """Show each line as it comes; gives the exit code that ``sma-step`` said it would end with."""
    heard = monotonic()
    while True:
        lines = process.lines(1.0)
        if lines is None:
            break
        for is_error, line in lines:
            (shown.error if is_error else shown.line)(line)
        heard = monotonic() if lines else heard
        if monotonic() - heard > silence:
            process.end()
            return shown.failed("silent", minutes=round(silence / 60) or 1)
    code = process.wait()
    if code < 0 or (code == _STOPPED and shown.code is None):
        return shown.failed("killed", signal=-code if code < 0 else int(signal.SIGTERM))
    if shown.code != code:
        return shown.failed("crashed" if code else "garbage", code=code)
    return code


class _Shown:
    """What is shown of a run in a job, and the exit code that its last line told."""

    def __init__(self, job: Job, language: object) -> None:
        self._job, self._room = job, _ROOM
        self._language = language
        self.code: object = None

    def line(self, line: str) -> None:
        """A line of standard output: its text, if it has one."""
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            self.error(line)
        elif row.get("event") == "over":
            self.code = row.get("code")
        elif isinstance(row.get("text"), str):
            self._print(row["text"], sys.stdout)

    def error(self, line: str) -> None:
        """A line of standard error, or one that is no message."""
        self._print(line, sys.stderr)

    def failed(self, name: str, /, **told: object) -> int:
        """A sentence on what went wrong; gives the exit code for it."""
        self._room = max(self._room, 2 * _ARGUMENT)
        self._print(sentence(name, self._language, **told), sys.stderr)
        return FAILED

    def done(self, name: str, /, **told: object) -> None:
        """A sentence on what was done."""
        self._print(sentence(name, self._language, **told), sys.stdout)

    def _print(self, text: str, stream: TextIO) -> None:
        if self._room <= 0:
            return
        visible = "".join(one if _shows(one) else f"\\u{ord(one):04x}" for one in text)
        self._job.pyprint(visible[: self._room], file=stream)
        self._room -= len(visible)
        if self._room <= 0:
            self._job.pyprint("(…)", file=stream)


def _shows(one: str) -> bool:
    """Whether a character can be shown: there are databases of Archivematica that refuse what takes four bytes."""
    return one in "\n\t" or (one.isprintable() and ord(one) <= 0xFFFF)
