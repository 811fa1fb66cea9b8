"""The working area and the package on disk: their paths, their logs, their records. Nothing else knows the layout.

A *place* is where a step works: the working area up to and including compose, a package after it
(CONTRACTS.md, "Steps"). Both keep what a step leaves for later steps under ``steps/<name>/``; a package keeps that
beside itself (``<name>.steps``), because a package that leaves the house holds nothing of our workshop.
"""

from __future__ import annotations

from pathlib import Path

from sma_plugin.package.information_package import PACKAGE_STEPS, READABLE, Package
from sma_plugin.package.place import Place
from sma_plugin.package.work_area import WorkArea

__all__ = ["PACKAGE_STEPS", "READABLE", "NotAPlaceError", "Package", "Place", "WorkArea", "packages_at", "place_at"]


class NotAPlaceError(ValueError):
    """A path that is neither a working area nor a package."""


def packages_at(path: Path) -> list[Package]:
    """The package in a folder, or those in an unpacked AIP, which has a transfer's metadata among its objects."""
    if (path / "metadata" / "sma").is_dir():
        return [Package(path)]
    data = path / "data"
    found = sorted(data.glob("objects/metadata/transfers/*/sma"))
    return [Package(data, metadata=sma.parent) for sma in found if sma.is_dir()]


def place_at(path: Path) -> Place:
    """The place at ``path``. Raises :class:`NotAPlaceError`."""
    if (path / WorkArea.MARKER).is_file():
        return WorkArea(path)
    if (path / "metadata" / "sma").is_dir():
        return Package(path)
    raise NotAPlaceError(f"{path} is neither a working area nor a package")
