"""A package of ours in Archivematica: in a transfer as it was made, in a SIP with its metadata among the objects."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.package import Package


def packages_in(unit: Path) -> list[Package]:
    """The packages in a directory of Archivematica's: a transfer has one at most, a SIP one for each transfer."""
    if (unit / "metadata" / "sma").is_dir():
        return [Package(unit)]
    found = sorted(unit.glob("objects/metadata/transfers/*/sma"))
    return [Package(unit, metadata=folder.parent) for folder in found if (folder / "captures.toml").is_file()]
