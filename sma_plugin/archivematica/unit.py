"""A transfer as Archivematica hands it to a link: its folder, and what lies in that."""

from __future__ import annotations

import re
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sma_plugin.bundle.declared import is_declaration
from sma_plugin.ingest import WATCHED
from sma_plugin.package import Package, WorkArea
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

DELIVERY = "delivery"
"""The folder in a transfer with what was delivered."""
_PROCESSING = "currentlyProcessing"
"""The folder of Archivematica's shared directory where transfers are while they are worked on."""
_OPTIONS = ("--unit", "--name", "--decision")
_NAME = 100
"""Characters of a transfer's name that are in that of a folder."""
_UNSET = re.compile(r"%\w+%")
"""A replacement that nothing was filled in for: Archivematica leaves its name."""


class Unit(NamedTuple):
    """A transfer: its folder, its UUID, its name, and what the operator chose (nothing where nobody was asked)."""

    root: Path
    identifier: str
    name: str
    decision: str | None

    @property
    def delivery(self) -> Path:
        """What was delivered."""
        return self.root / DELIVERY

    @property
    def folder(self) -> str:
        """The name of a folder that is this transfer's alone."""
        return f"{re.sub(r'[^A-Za-z0-9._-]', '_', self.name).strip('.')[:_NAME] or 'transfer'}-{self.identifier}"


class Kind(Enum):
    """What lies in a transfer."""

    DELIVERY = auto()
    PACKAGE = auto()
    OTHER = auto()


def unit_of(words: list[str]) -> Unit:
    """The transfer that a job was called for. Raises :class:`UserError`."""
    root, told = (words[0] if words else ""), dict(zip(words[1::2], words[2::2], strict=False))
    if not root or root in _OPTIONS or len(words) % 2 == 0 or set(told) - set(_OPTIONS):
        raise UserError("transfer_usage")
    if not Path(root).is_dir():
        raise UserError("nothing_there", path=root)
    try:
        identifier = str(UUID(told.get("--unit", "")))
    except ValueError as error:
        raise UserError("transfer_usage") from error
    decision = told.get("--decision", "")
    asked = None if not decision or _UNSET.fullmatch(decision) else decision
    return Unit(Path(root).absolute(), identifier, told.get("--name") or Path(root).name, asked)


def kind_of(unit: Unit) -> Kind:
    """What lies in a transfer; a declaration alone makes it a delivery, that is then refused for what it lacks."""
    if unit.delivery.is_dir() or any(is_declaration(one.name) for one in unit.root.iterdir()):
        return Kind.DELIVERY
    return Kind.PACKAGE if Package(unit.root).sma.is_dir() else Kind.OTHER


def strange_in(unit: Unit) -> list[str]:
    """What should not lie in the root of a transfer beside a delivery and what is declared of it."""
    return sorted(one.name + ("/" if one.is_dir() else "") for one in unit.root.iterdir() if not is_delivered(one))


def is_delivered(entry: Path) -> bool:
    """Whether something in the root of a transfer is what was delivered, or what is declared of that."""
    return entry.name == DELIVERY or is_declaration(entry.name)


def work_area(unit: Unit, settings: Settings) -> WorkArea:
    """Where a transfer is worked on. Raises :class:`UserError` where that would be within what Archivematica keeps."""
    if not settings.paths.working_area:
        raise UserError("transfer_no_work", file=settings.file or "sma.toml")
    return WorkArea(_outside(settings.resolve(settings.paths.working_area), unit) / f"transfer-{unit.identifier}")


def returned_to(unit: Unit, settings: Settings) -> Path:
    """Where the delivery of a transfer goes back to. Raises :class:`UserError`, as :func:`work_area` does."""
    if not settings.archivematica.returned:
        raise UserError("transfer_no_returned", file=settings.file or "sma.toml")
    return _outside(settings.resolve(settings.archivematica.returned), unit) / unit.folder


def _outside(folder: Path, unit: Unit) -> Path:
    """A folder that is neither watched nor in a folder that Archivematica keeps transfers in."""
    found = folder.absolute().resolve()
    if {WATCHED, _PROCESSING} & set(found.parts) or found.is_relative_to(unit.root.resolve()):
        raise UserError("transfer_within", path=found)
    return found
