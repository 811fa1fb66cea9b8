"""Runs in processes of their own that leave without a word before a change to the file system.

Python tells of changes through its audit hooks, so that the product knows nothing of this.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import msgspec

from making import tree
from sma_plugin.package.files import PART
from sma_plugin.pipeline import STEPS
from sma_plugin.readers.registry import GROUP

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree")
KILLED = 77
_FAILED = 1
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        "sma_plugin.ingest",
        *(step.partition(":")[0] for step in STEPS.values()),
        *(reader.value for reader in entry_points(group=GROUP)),
    ]
)


def run(home: Path, bundles: Sequence[Path], point: int = 0, changes: Path | None = None) -> int:
    """Ingest ``bundles`` into ``home/out``, killed before the n-th change below ``home``; gives the exit code.

    Every change that was made is a line in ``changes``.
    """
    return _apart(_work, home, bundles, point, changes, os.environ["SMA_SEED"])


def every_state(home: Path, bundles: Sequence[Path], answer: Path) -> tuple[int, list[str]]:
    """How many states of the disk an unbroken run goes through, and what is wrong after it was killed in one.

    The unbroken run leaves a copy of ``home`` before every change, as a process would leave it that was killed there;
    where nothing changed since the copy before, there is none. Each copy is gone on with, and so is each with its
    unfinished files cut in half.
    """
    code = _apart(_every_state, home, bundles, answer, os.environ["SMA_SEED"])
    assert code == 0, f"the process that tries them ended with {code}"
    return msgspec.json.decode(answer.read_bytes(), type=tuple[int, list[str]])


def _apart(work: Callable[..., None], *arguments: object) -> int:
    process = _PROCESSES.Process(target=work, args=arguments)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


@contextmanager
def watched(home: Path, before: Callable[[str], None]) -> Iterator[None]:
    """Within the block ``before`` is called with the name of every change below ``home``, before it is made."""
    busy = False

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal busy
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not busy and (event in CHANGES or writes) and str(arguments[0]).startswith(str(home)):
            busy = True
            before(event)
            busy = False

    sys.addaudithook(heard)
    yield
    busy = True  # for good: a hook cannot be taken away


def _ingest(home: Path, bundles: Sequence[Path]) -> None:
    from sma_plugin.ingest import ingest  # noqa: PLC0415 -- in the child
    from sma_plugin.reporting import Quiet  # noqa: PLC0415
    from sma_plugin.settings import Settings  # noqa: PLC0415

    ingest(bundles, home / "out", Settings(undecided=True), Quiet())


def _work(home: Path, bundles: Sequence[Path], point: int, changes: Path | None, seed: str) -> None:
    os.environ["SMA_SEED"] = seed
    seen: list[str] = []

    def before(event: str) -> None:
        seen.append(event)
        if len(seen) == point:
            if point % 2:
                cut(home)
            os._exit(KILLED)

    with watched(home, before):
        _ingest(home, bundles)
    if changes:
        changes.write_text("\n".join(seen))


def cut(home: Path) -> bool:
    """Leave unfinished files as when the process was killed while it wrote them; gives whether there were any."""
    unfinished = [path for path in home.rglob(f"*{PART}") if path.is_file() and path.stat().st_size]
    for path in unfinished:
        os.truncate(path, path.stat().st_size // 2)
    return bool(unfinished)


def half_packages(out: Path, expected: dict[str, bytes]) -> list[str]:
    """The packages in their place that are not whole."""
    return [
        root.name
        for root in (out.glob("mastodon-*") if out.is_dir() else ())
        if {f"{root.name}/{name}" for name in tree(root)}
        != {name for name in expected if name.startswith(f"{root.name}/")}
    ]


class State(NamedTuple):
    """The disk before one change: which change that is, and where the copy is."""

    number: int
    change: str
    copy: Path


def _every_state(home: Path, bundles: Sequence[Path], answer: Path, seed: str) -> None:
    os.environ["SMA_SEED"] = seed
    # What identifies formats has threads, which do not survive a fork; it writes nothing. The disk outlives all this.
    sys.modules["pygfried"] = SimpleNamespace(Scanner=_Unknowing, version=lambda: "none")  # type: ignore[assignment]
    os.fsync = lambda _: None
    states, over = _states(home, bundles, answer.with_name("states"))
    expected = tree(home / "out")
    shutil.rmtree(home)
    wrong = []
    for state in states:
        for halved in (False, True):
            shutil.copytree(state.copy, home)
            if not halved or cut(home):
                place = f"before change {state.number}, {state.change}{', unfinished files cut' if halved else ''}"
                wrong += [f"{one} {place}" for one in half_packages(home / "out", expected)]
                code = 0 if state.number > over else _gone_on(home, bundles)
                if code or tree(home / "out") != expected:
                    wrong.append(f"another package, exit code {code}, after a kill {place}")
            shutil.rmtree(home)
    answer.write_bytes(msgspec.json.encode((len(states), wrong)))


class _Unknowing:
    """Takes the place of what identifies formats."""

    def identify(self, _path: str, *, detailed: bool) -> dict[str, list[dict[str, object]]]:
        assert detailed
        return {"files": [{"matches": [{"id": "UNKNOWN", "warning": "no match"}]}], "identifiers": [{"details": "-"}]}


def _states(home: Path, bundles: Sequence[Path], folder: Path) -> tuple[list[State], int]:
    """Every state of the disk of an unbroken run, and the change after which it is over."""
    known: set[bytes] = set()
    states: list[State] = []
    changes: list[str] = []

    def before(event: str) -> None:
        changes.append(event)
        now = _digest(home)
        if now not in known and home.is_dir():
            known.add(now)
            states.append(State(len(changes), event, folder / str(len(changes))))
            shutil.copytree(home, states[-1].copy)

    with watched(home, before):
        _ingest(home, bundles)
    return states, last_move(changes)


def last_move(changes: Sequence[str]) -> int:
    """The change with which the working area goes: the run is over then."""
    return len(changes) - changes[::-1].index("os.rename")


def _digest(home: Path) -> bytes:
    """What a run that goes on can see: names, times of change and bytes."""
    found = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        found.update(f"{path}\n".encode())
        if path.is_file():
            found.update(f"{path.stat().st_mtime_ns}\n".encode())
            found.update(path.read_bytes())
    return found.digest()


def _gone_on(home: Path, bundles: Sequence[Path]) -> int:
    """Run again in a copy of this process; gives its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        _ingest(home, bundles)
    except BaseException:  # noqa: BLE001 -- nothing of the process that was copied may run on here
        traceback.print_exc()
        os._exit(_FAILED)
    os._exit(0)
