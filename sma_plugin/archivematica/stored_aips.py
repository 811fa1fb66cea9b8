"""Looking at a stored AIP, and validating it where it is."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from sma_plugin.archivematica.fetching import fetch
from sma_plugin.archivematica.receipt import Receipt
from sma_plugin.archivematica.settling import fetch_mets
from sma_plugin.archivematica.storage import Storage
from sma_plugin.findings import Finding, gather
from sma_plugin.package.files import read_json
from sma_plugin.selection.lists import load_lists
from sma_plugin.settings import Settings
from sma_plugin.stored.opened import open_stored
from sma_plugin.validate.aip import check_aip_mets
from sma_plugin.validate.step import validate_package

_EVERYTHING = re.compile("")


class ShownAip(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is stored. ``package`` and ``receipt`` where a receipt of it is at hand."""

    uuid: str
    name: str
    kind: str
    status: str
    size: int
    path: str
    location: str | None = None
    stored: str | None = None
    encrypted: bool = False
    replicas: int = 0
    package: str | None = None
    receipt: str | None = None


def show(storage: Storage, uuid: str, settings: Settings) -> ShownAip:
    """What is stored of an AIP. Raises :class:`~sma_plugin.archivematica.call_errors.CallError`."""
    stored = storage.package(uuid)
    location = storage.location_of(stored)
    path, receipt = _receipt_of(stored.uuid, settings) or (None, None)
    return ShownAip(
        uuid=stored.uuid,
        name=stored.name,
        kind=stored.package_type,
        status=stored.status,
        size=stored.size,
        path=stored.current_path,
        location=" · ".join(part for part in (location.description, location.path) if part) if location else None,
        stored=stored.stored_date,
        encrypted=stored.encrypted,
        replicas=len(stored.replicas),
        package=receipt.package if receipt else None,
        receipt=str(path) if path else None,
    )


def _receipt_of(uuid: str, settings: Settings) -> tuple[Path, Receipt] | None:
    """The receipt of an AIP in the configured folder; one that is damaged is passed over."""
    named = settings.archivematica.receipts
    for path in sorted(settings.resolve(named).glob("*.receipt.json")) if named else ():
        try:
            receipt = read_json(path, Receipt)
        except msgspec.MsgspecError:
            continue
        if receipt.aip == uuid:
            return path, receipt
    return None


def validate(
    storage: Storage, uuid: str, settings: Settings, on_bytes: Callable[[int], None], *, whole: bool
) -> list[Finding]:
    """What is wrong with an AIP: its METS, or with ``whole`` all of it. Raises as :func:`show` does."""
    with tempfile.TemporaryDirectory(prefix="sma-aip-") as name:
        folder = Path(name)
        if not whole:
            return gather(_of_mets(storage, uuid, folder))
        fetched = fetch(storage, uuid, folder, on_bytes)
        found = list(fetched.findings)
        if fetched.size:
            categories = load_lists(settings).categories
            for one in open_stored([fetched.path], folder / "unpacked", _EVERYTHING):
                found += validate_package(one.package, categories)
        return gather(found)


def _of_mets(storage: Storage, uuid: str, folder: Path) -> Iterator[Finding]:
    stored = storage.package(uuid)
    mets = folder / f"METS.{stored.uuid}.xml"
    fetch_mets(storage, stored, mets)
    return check_aip_mets(mets)
