"""A command that is told to stop ends like one that the user interrupts."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

STOPPED = 130
"""The exit code of a command that was interrupted, as shells have it."""
_TOLD = ("SIGTERM", "SIGHUP")


def stop_like_interrupted() -> None:
    """Let whatever ends a process from outside raise ``KeyboardInterrupt``, so that temporary folders are removed.

    They hold what was delivered, direct messages too. What the caller ignores, as ``nohup`` does, stays ignored.
    """
    for name in _TOLD:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def stopped_or(command: Callable[[], int], sentence: str) -> int:
    """Run a command; gives its exit code, after ``sentence`` when it was told to stop."""
    stop_like_interrupted()
    try:
        return command()
    except KeyboardInterrupt:
        sys.stderr.write(f"{sentence}\n")
        return STOPPED
