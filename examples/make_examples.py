"""Write the fictional example organisation: ``python examples/make_examples.py``.

Everything is made from ``source/`` and always comes out the same, byte for byte. ``--check`` writes nothing and says
which files differ from what would be written (exit code 1).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import make_mastodon
import make_tables
import make_x_api
import make_x_archive
import make_x_wacz
import make_x_warc

HERE = Path(__file__).parent
CAPTURES = "captures"

MAKERS: dict[str, Callable[[], bytes]] = {
    "register.csv": make_tables.register,
    "selection-list.csv": make_tables.selection_list,
    "contents.json": make_tables.contents,
    f"{CAPTURES}/mastodon-archive.zip": make_mastodon.archive,
    f"{CAPTURES}/x-archive.zip": make_x_archive.archive,
    f"{CAPTURES}/x-api/timeline.jsonl": make_x_api.timeline,
    f"{CAPTURES}/x-api.warc.gz": make_x_warc.warc,
    f"{CAPTURES}/x-page.wacz": make_x_wacz.wacz,
}


def made() -> dict[str, bytes]:
    """Every generated file by its path below ``examples/``."""
    files = {path: make() for path, make in MAKERS.items()}
    return files | {f"{CAPTURES}/{path}": data for path, data in make_tables.capture_files().items()}


def differences(folder: Path) -> list[str]:
    """Paths of generated files that are not in ``folder`` as they would be made, and of captures nobody makes."""
    files = made()
    present = (path for path in (folder / CAPTURES).rglob("*") if path.is_file())
    strangers = {path.relative_to(folder).as_posix() for path in present} - set(files)
    differing = {
        path for path, data in files.items() if not (folder / path).is_file() or (folder / path).read_bytes() != data
    }
    return sorted(strangers | differing)


def write(folder: Path) -> None:
    """Write every generated file below ``folder``; files that are right already are left alone."""
    for path, data in made().items():
        target = folder / path
        if target.is_file() and target.read_bytes() == data:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main() -> int:
    """Write, or with ``--check`` compare; the exit code says whether the files are as they should be."""
    parser = argparse.ArgumentParser(description="Make the fictional example organisation.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    if not parser.parse_args().check:
        write(HERE)
        return 0
    found = differences(HERE)
    for path in found:
        sys.stderr.write(f"{path} differs from what the script makes: run python examples/make_examples.py\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
