"""The package takes the place of the delivery in a transfer, and the delivery goes back where it came from.

What is going on is on record before it starts, so that it goes on, or is undone, after a run that was killed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from sma_plugin.archivematica.returning import move_into
from sma_plugin.archivematica.unit import Unit, is_delivered
from sma_plugin.ingest import take_away
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json, write_json


class Swap(msgspec.Struct, frozen=True):
    """Which package goes where the delivery is, what it is made of, and where the delivery goes."""

    package: str
    parts: tuple[str, ...]
    returned: str


def _journal(place: WorkArea) -> Path:
    return place.root / "swap.json"


def is_swapping(place: WorkArea) -> bool:
    """Whether a package is on its way into the transfer."""
    return _journal(place).is_file()


def swap(place: WorkArea, package: Package, unit: Unit, returned: Path) -> None:
    """Put a finished package in the place of the delivery."""
    parts = tuple(sorted(one.name for one in package.root.iterdir()))
    write_json(_journal(place), Swap(package.root.name, parts, str(returned)))
    finish(place, unit)


def finish(place: WorkArea, unit: Unit) -> None:
    """Do what is left of it: the delivery out, the package in, the working area away."""
    going = read_json(_journal(place), Swap)
    package = Package(place.packages / going.package)
    returned = Path(going.returned)
    move_into(returned, sorted(one for one in unit.root.iterdir() if is_delivered(one)))
    _list_what_stayed_out(package, returned)
    move_into(unit.root, sorted(package.root.iterdir()) if package.root.is_dir() else [])
    take_away(place)


def give_back(place: WorkArea, unit: Unit, returned: Path) -> bool:
    """Move all of a delivery back, and take away what was made of it; gives whether anything was moved."""
    parts: tuple[str, ...] = ()
    if is_swapping(place):
        parts = read_json(_journal(place), Swap).parts
        for path in (unit.root / name for name in parts):
            if path.is_dir():
                shutil.rmtree(path)
    entries = sorted(unit.root.iterdir())
    move_into(returned, entries)
    if place.root.is_dir():
        take_away(place)
    return bool(entries) or bool(parts)


def _list_what_stayed_out(package: Package, returned: Path) -> None:
    """The list for the depositor goes beside the delivery."""
    listing = package.step("compose") / "excluded.csv" if package.root.is_dir() else None
    if listing and listing.is_file():
        shutil.copyfile(listing, returned.with_name(f"{returned.name}.excluded.csv"))
