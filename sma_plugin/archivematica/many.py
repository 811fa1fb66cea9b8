"""Submitting many packages: a few on their way at once, each by itself, so that a bad one stops no other."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from sma_plugin.archivematica.calls import Tell
from sma_plugin.archivematica.pausing import Clock, Pauses
from sma_plugin.archivematica.services import services
from sma_plugin.archivematica.submitting import Asked, Submitted, submit
from sma_plugin.package import packages_at
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError, refusal
from sma_plugin.validate.schemas import compile_all


def packages_in(folder: Path) -> list[Path]:
    """The packages that stand side by side in a folder. Raises :class:`UserError` when there are none."""
    found = (
        [path for path in sorted(folder.iterdir()) if path.is_dir() and packages_at(path)] if folder.is_dir() else []
    )
    if not found:
        raise UserError("client_no_packages", path=folder)
    return found


def submit_all(
    paths: list[Path],
    settings: Settings,
    asked: Asked,
    teller: Callable[[str], Tell],
    at_once: int = 1,
    pauses: Pauses | None = None,
) -> Iterator[Submitted]:
    """Submit packages, ``at_once`` of them at a time; each as it ends. ``teller`` gives who tells of a package.

    What is on its way when the run is stopped is on record, and the next run goes on with it. Raises
    :class:`UserError` for what is wrong with the configuration.
    """
    stop = threading.Event()
    clock = Clock(stop)
    services(settings, teller(""), clock)
    compile_all()

    def one(path: Path) -> Submitted:
        return submit(path, services(settings, teller(path.name), clock, pauses), asked)

    try:
        yield from _ended(paths, one, at_once, stop)
    finally:
        stop.set()


def _ended(
    paths: list[Path], one: Callable[[Path], Submitted], at_once: int, stop: threading.Event
) -> Iterator[Submitted]:
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    ended: queue.SimpleQueue[Submitted | BaseException] = queue.SimpleQueue()
    for path in paths:
        waiting.put(path)

    def work() -> None:
        while not stop.is_set():
            try:
                path = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                ended.put(_kept_apart(path, one))
            except BaseException as error:  # noqa: BLE001 -- told to whoever waits: a thread cannot raise it there
                ended.put(error)

    for _ in range(min(at_once, len(paths))):
        threading.Thread(target=work, daemon=True).start()
    for _ in paths:
        done = ended.get()
        if isinstance(done, BaseException):
            raise done
        yield done


def _kept_apart(path: Path, one: Callable[[Path], Submitted]) -> Submitted:
    """What came of one package; what a user can mend is part of that."""
    try:
        return one(path)
    except UserError as error:
        wrong = error
    except OSError as error:
        wrong = UserError("client_system", path=error.filename or path, **refusal(error))
    except Exception as error:
        if os.environ.get("SMA_DEBUG"):
            raise
        wrong = UserError("fault", kind=type(error).__name__, name=None)
    return Submitted(path, "failed", error=wrong)
