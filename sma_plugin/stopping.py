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


def stop_with_parent() -> None:
    """Let the system end this process when the one that started it is gone, so that nobody works on where it worked.

    On Linux alone (``PR_SET_PDEATHSIG``); elsewhere it ends at the next line that nobody reads.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 -- commands that nobody starts but a user need it not

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def stopped_or(command: Callable[[], int], sentence: str) -> int:
    """Run a command; gives its exit code, after ``sentence`` when it was told to stop.

    From there on it is told no more: a service that stops tells all its processes, and then the worker that started
    this one is gone, which tells it once more.
    """
    stop_like_interrupted()
    try:
        return command()
    except KeyboardInterrupt:
        for name in ("SIGINT", *_TOLD):
            if number := getattr(signal, name, None):
                signal.signal(number, signal.SIG_IGN)
        sys.stderr.write(f"{sentence}\n")
        return STOPPED
