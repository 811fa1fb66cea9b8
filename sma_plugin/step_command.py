"""``sma-step``: the light entry for machines. JSON lines out: progress, findings, outcome (CONTRACTS.md, "Steps")."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from sma_plugin.findings import Finding
from sma_plugin.misconfigured import SettingsError
from sma_plugin.pipeline import STEPS, StepError, place_of, run
from sma_plugin.reporting import Outcome
from sma_plugin.selection.standing import load_checked
from sma_plugin.stopping import stopped_or

USAGE = f"""usage: sma-step NAME[,NAME...] PLACE [--config FILE] [--undecided] [--verify]

Runs steps on a working area (up to and including compose) or on a package.
Steps: {", ".join(STEPS)}.
With --verify, delivered files and what earlier steps left are hashed again first.
Example: sma-step describe,validate packages/x-voorbeeldstad-20250101-20251231

Exit codes: 0 done, 1 errors, 2 wrong use, 3 a decision is needed."""
_TICK_BYTES = 64 << 20


class JsonLines:
    """A reporter that writes one JSON object per line to standard output."""

    def __init__(self) -> None:
        self._step: str | None = None
        self._bytes = self._posts = self._told = 0

    def subject(self, name: str, number: int, count: int) -> None:
        """The next steps work on this package."""
        self._write({"event": "package", "name": name, "number": number, "of": count})

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """A step begins."""
        self._step, self._bytes, self._posts, self._told = step, 0, 0, 0
        self._write({"event": "start", "step": step, "total_bytes": total_bytes})

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """Told every so many bytes, not every time."""
        self._bytes += read_bytes
        self._posts += posts
        if self._bytes - self._told >= _TICK_BYTES:
            self._told = self._bytes
            self._write({"event": "progress", "step": self._step, "bytes": self._bytes, "posts": self._posts})

    def finding(self, finding: Finding) -> None:
        """A finding, as in ``findings.json``."""
        self._write({"event": "finding", "finding": finding})

    def end(self, step: str, outcome: Outcome) -> None:
        """The step is over."""
        self._write(
            {
                "event": "outcome",
                "step": step,
                "outcome": outcome.name.lower(),
                "bytes": self._bytes,
                "posts": self._posts,
            }
        )

    def _write(self, row: dict[str, object]) -> None:
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(stopped_or(lambda: command(words), "sma-step: stopped; the same command goes on where it was"))


def command(arguments: list[str]) -> int:
    """Run the command; gives its exit code."""
    rest = list(arguments)
    undecided, verify = "--undecided" in rest, "--verify" in rest
    rest = [word for word in rest if word not in ("--undecided", "--verify")]
    config = None
    if "--config" in rest:
        at = rest.index("--config")
        if at + 1 == len(rest):
            return _wrong_use("--config needs a file")
        config = Path(rest.pop(at + 1))
        rest.pop(at)
    if rest in (["--help"], ["-h"]):
        sys.stdout.write(USAGE + "\n")
        return 0
    if len(rest) != 2 or any(word.startswith("-") for word in rest):
        return _wrong_use("give the names of steps and a place")
    try:
        settings = msgspec.structs.replace(load_checked(config), undecided=undecided)
        return int(run(rest[0].split(","), place_of(Path(rest[1])), settings, JsonLines(), verify=verify))
    except (StepError, SettingsError) as error:
        return _wrong_use(str(error))
    except OSError as error:
        sys.stderr.write(f"sma-step: {error.filename or rest[1]}: {error.strerror or error}\n")
        return int(Outcome.ERRORS)


def _wrong_use(message: str) -> int:
    sys.stderr.write(f"sma-step: {message}\n\n{USAGE}\n")
    return 2
