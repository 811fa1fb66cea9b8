"""Packages that not everybody may see, which have a storage location of their own where one is configured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import UNDETERMINED, PackageDecisions

SUFFIX = "_r"
LONGEST = 16
"""Word characters that the name of a processing configuration may have (Archivematica's API)."""


def is_restricted(package: Package) -> bool:
    """Whether a role decided that not everybody may use it; what is yet to be determined was not decided."""
    decided = read_json(package.decisions, PackageDecisions).restrictions
    return any(one != UNDETERMINED and one.grant != "Allow" for one in decided)


def restricted_processing(processing: str) -> str:
    """The name of the processing configuration that stores restricted packages in a location of their own.

    >>> restricted_processing("social_media"), restricted_processing("sixteen_letters_")
    ('social_media_r', 'sixteen_letter_r')
    """
    return processing[: LONGEST - len(SUFFIX)] + SUFFIX


def not_apart(name: str, wanted: str | None, location: str | None = None) -> Iterator[Finding]:
    """That a restricted package goes where all others go, or is stored at another ``location`` than ``wanted``."""
    if not wanted:
        yield make("SMA-A018", path=name)
    elif location is not None and location.lower() != wanted.lower():
        yield make("SMA-A087", path=name, location=location, wanted=wanted)


def packages_in(folder: Path) -> Iterator[Package]:
    """The packages that lie in a folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        package = Package(path)
        if package.decisions.is_file():
            yield package


def restricted(folder: Path) -> Iterator[Path]:
    """The restricted packages of a folder; one that cannot be read is left to ``sma validate``."""
    for package in packages_in(folder):
        try:
            if is_restricted(package):
                yield package.root
        except (OSError, msgspec.MsgspecError):
            continue
