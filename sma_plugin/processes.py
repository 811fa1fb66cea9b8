"""Work that is shared out over processes, each on a stretch of its own, where only a result has to come back.

The processes are forked: they see everything that was made before, without copying it. They write to files of their
own and to nothing that is shared, and end without running what their parent would run at its end.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, Literal, NoReturn, TypeVar

T = TypeVar("T")
Tick = Callable[[int], None]
"""Takes how much more of the work is done."""
Work = Callable[[Tick], T]
_MOST = 8
"""Processes at most: beyond that disks set the pace."""
_SHARE = 1 << 22
"""Bytes of posts that are worth a process of their own."""
_DIE_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG`` of Linux (prctl, section 2 of its manual)."""


class EndedError(Exception):
    """A process that worked apart ended without a result. ``why`` is ``time``, ``memory``, or ``crash``."""

    def __init__(self, why: Literal["time", "memory", "crash"]) -> None:
        self.why = why
        super().__init__(why)


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


def apart(work: Callable[[], T], seconds: float, memory: int) -> T:
    """Do work in a process of its own that may take so many seconds and bytes of memory; the result is picklable.

    Raises what ``work`` raised, and :class:`EndedError` when the process ended before. It ends by the clock of the
    system, in whatever library it hangs, and when its parent does. Where processes cannot be forked nothing is bound.
    """
    ((raised, result),) = each_apart([(work, seconds)], memory)
    if raised:
        raise result
    return result  # type: ignore[no-any-return]  # what work gave


def each_apart(works: Sequence[tuple[Callable[[], T], float]], memory: int) -> Iterator[tuple[bool, Any]]:
    """Do each piece of work as :func:`apart` does, in as few processes as that takes: to make one costs milliseconds.

    ``works`` are pieces with the seconds that each may take. Gives in order whether a piece raised, and what it raised
    or gave. What ends a process that did others before is done once more in a new one: it may have been their fault.
    """
    done = 0
    while done < len(works):
        for outcome in _one_by_one(works[done:], memory):
            done += 1
            yield outcome


def _one_by_one(works: Sequence[tuple[Callable[[], T], float]], memory: int) -> Iterator[tuple[bool, Any]]:
    """What comes of pieces of work in one process, until it ends."""
    if not hasattr(os, "fork"):
        yield from (_outcome(work) for work, _ in works)
        return
    reader, writer = Pipe(duplex=False)
    pid = _forked(lambda tell: _bound(works, memory, tell), writer)
    writer.close()
    ended = some = False
    try:
        while not (told := reader.recv())[0]:
            some = True
            yield told[1]
    except EOFError:
        _, status = os.waitpid(pid, 0)
        ended, late = True, os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        if late or not some:
            yield True, EndedError("time" if late else "crash")
    finally:
        reader.close()
        if not ended:
            os.kill(pid, signal.SIGKILL)  # a library in which it hangs would not let it hear another
            os.waitpid(pid, 0)


def _bound(works: Sequence[tuple[Callable[[], T], float]], memory: int, tell: Callable[[Any], None]) -> None:
    """What a process does that works apart. It ends at a piece for which the memory does not suffice after others."""
    _set_bounds(memory)
    for number, (work, seconds) in enumerate(works):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        outcome = _outcome(work)
        signal.setitimer(signal.ITIMER_REAL, 0)  # telling takes as long as it takes to be heard
        if number and isinstance(outcome[1], EndedError):
            return
        tell(outcome)


def _outcome(work: Callable[[], T]) -> tuple[bool, Any]:
    """Whether work raised, and what it raised or gave."""
    try:
        return False, work()
    except MemoryError:
        return True, EndedError("memory")
    except Exception as error:  # noqa: BLE001 -- it is raised where the work was asked for
        try:
            return True, pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
        except Exception:  # noqa: BLE001 -- exceptions of libraries may need what is not in their arguments
            return True, RuntimeError(f"{type(error).__name__}: {error}")


def _set_bounds(memory: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  # the parent's pages count too
            memory += int(stream.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


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
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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
