"""Running one task in a process of its own, several times, and keeping the median time and the peak memory."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

RUNS = int(os.environ.get("SMA_BENCH_RUNS", "3"))
_ONE_CORE, _EVERY_CORE = "one-core", "every-core"


@dataclass(frozen=True)
class Measured:
    """Median seconds (of the processor; by the clock where every core was used), peak resident memory in MB, and what
    the task said it handled.
    """

    seconds: float
    peak_mb: float
    items: int
    size: int

    @property
    def rate(self) -> float:
        """Items per second."""
        return self.items / self.seconds

    @property
    def mb_rate(self) -> float:
        """Megabytes per second."""
        return self.size / 1e6 / self.seconds


def measure(module: str, task: str, *arguments: str, every_core: bool = False) -> Measured:
    """Run ``module.task(*arguments) -> (items, bytes)`` in fresh processes, on one core or on ``every_core``.

    A task that gives a third value timed itself (seconds).
    """
    how = _EVERY_CORE if every_core else _ONE_CORE
    runs = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-m", "bench.harness", how, module, task, *arguments],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    seconds = statistics.median(run["seconds"] for run in runs)
    return Measured(seconds, max(run["peak_mb"] for run in runs), runs[0]["items"], runs[0]["size"])


def run(task: Callable[..., tuple[int, int] | tuple[int, int, float]], how: str, arguments: list[str]) -> None:
    """Run a task once in this process and print what it took as JSON."""
    if how == _ONE_CORE and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    clock = spent if how == _ONE_CORE else perf_counter
    start = clock()
    items, size, *timed = task(*arguments)
    seconds = timed[0] if timed else clock() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "items": items, "size": size}))


def spent() -> float:
    """Seconds of the processor that this process and those that it started have used; others do not change that."""
    return sum(os.times()[:4])


def row(name: str, measured: Measured, base: Measured | None = None, unit: str = "posts") -> None:
    """Print one line of a table; ``base`` is what the ratio is to."""
    ratio = f"{base.seconds / measured.seconds:6.2f} x" if base else " " * 8
    print(
        f"  {name:<44} {measured.rate:>10,.0f} {unit}/s {measured.mb_rate:>8,.1f} MB/s"
        f" {measured.seconds:>8.2f} s {measured.peak_mb:>7.0f} MB {ratio}",
        flush=True,
    )


if __name__ == "__main__":
    from importlib import import_module

    how, module, task = sys.argv[1], import_module(sys.argv[2]), sys.argv[3]
    getattr(module, f"{task}_ready", lambda: None)()  # what a task loads once, whatever the size of its input
    run(getattr(module, task), how, sys.argv[4:])
