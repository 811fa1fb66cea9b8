"""Work that is shared out over processes, each on a stretch of its own, where only a result has to come back.

The processes are forked: they see everything that was made before, without copying it. They write to files of their
own and to nothing that is shared, and end without running what their parent would run at its end.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import NoReturn, TypeVar

T = TypeVar("T")
Tick = Callable[[int], None]
"""Takes how much more of the work is done."""
Work = Callable[[Tick], T]
_MOST = 8
"""Processes at most: beyond that disks set the pace."""
_SHARE = 1 << 22
"""Bytes of posts that are worth a process of their own."""


def processes() -> int:
    """How many processes may work at once here; one where processes cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST)


def worth(size: int) -> int:
    """How many processes a file of ``size`` bytes is worth; at least one."""
    return max(1, min(processes(), size // _SHARE))


def shared_out(works: Sequence[Work[T]], tick: Tick) -> list[T] | None:
    """Do each piece of work in a process of its own; gives the results in order, which have to be picklable.

    ``None`` when one of them failed. Why is not told: who does the work again by itself meets the same error.
    """
    running: list[int] = []
    readers: list[Connection] = []
    try:
        for work in works:
            reader, writer = Pipe(duplex=False)
            running.append(_forked(work, writer))
            writer.close()
            readers.append(reader)
        return _results(readers, tick)
    finally:
        for reader in readers:
            reader.close()
        for pid in running:
            _end(pid)


def _forked(work: Work[T], writer: Connection) -> int:
    with warnings.catch_warnings():
        # Python warns of threads, such as the one that draws progress: the child uses nothing that a thread may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _work(work, writer)
    return pid


def _work(work: Work[T], writer: Connection) -> NoReturn:
    """What the child does. It never returns into what its parent was doing, whatever happens."""
    try:
        result = work(lambda more: writer.send((False, more)))
        writer.send((True, result))
        os._exit(0)
    finally:
        os._exit(1)


def _results(readers: Sequence[Connection], tick: Tick) -> list[T] | None:
    """The results of all, in order; ``None`` as soon as one ends without a result."""
    found: dict[int, T] = {}
    while len(found) < len(readers):
        ready = wait([reader for number, reader in enumerate(readers) if number not in found])
        for number in [number for number, reader in enumerate(readers) if reader in ready]:
            try:
                done, told = readers[number].recv()
            except EOFError:
                return None
            if done:
                found[number] = told
            else:
                tick(told)
    return [found[number] for number in range(len(readers))]


def _end(pid: int) -> None:
    """Wait for a child; one that still works does so for nothing."""
    if os.waitpid(pid, os.WNOHANG) == (0, 0):
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
