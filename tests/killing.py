"""A run in a process of its own that leaves without a word before its n-th change to the file system.

Python tells of changes through its audit hooks, so that the product knows nothing of this.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from sma_plugin.package.files import PART
from sma_plugin.readers.registry import GROUP

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree")
KILLED = 77
_PROCESSES = multiprocessing.get_context("forkserver")
# Not what identifies formats: its threads do not survive a fork.
_READERS = [reader.value for reader in entry_points(group=GROUP)]
_PROCESSES.set_forkserver_preload(
    ["sma_plugin.ingest", "sma_plugin.bundle.receive", "sma_plugin.bundle.read", "sma_plugin.history.build", *_READERS]
)


def run(home: Path, bundles: Sequence[Path], point: int = 0, changes: Path | None = None) -> int:
    """Ingest ``bundles`` into ``home/out``, killed before the n-th change below ``home``; gives the exit code.

    Every change that was made is a line in ``changes``.
    """
    process = _PROCESSES.Process(target=_work, args=(home, bundles, point, changes, os.environ["SMA_SEED"]))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _work(home: Path, bundles: Sequence[Path], point: int, changes: Path | None, seed: str) -> None:
    from sma_plugin.ingest import ingest  # noqa: PLC0415 -- in the child
    from sma_plugin.reporting import Quiet  # noqa: PLC0415
    from sma_plugin.settings import Settings  # noqa: PLC0415

    os.environ["SMA_SEED"] = seed
    seen: list[str] = []

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (event in CHANGES or writes) and str(arguments[0]).startswith(str(home)):
            seen.append(event)
            if len(seen) == point:
                _leave(home, cut=bool(point % 2))

    sys.addaudithook(heard)
    ingest(bundles, home / "out", Settings(undecided=True), Quiet())
    if changes:
        changes.write_text("\n".join(seen))


def _leave(home: Path, *, cut: bool) -> None:
    """Be gone. With ``cut``, unfinished files are left as when the process was killed while it wrote them."""
    for part in home.rglob(f"*{PART}") if cut else ():
        os.truncate(part, part.stat().st_size // 2)
    os._exit(KILLED)
