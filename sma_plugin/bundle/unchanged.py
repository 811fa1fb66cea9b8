"""Whether a delivery still has the bytes that were read: its files hashed again, when somebody asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.view import MemberFixity
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, read_json_lines


def changed(place: WorkArea) -> Iterator[Path]:
    """The delivered files whose SHA-256 is not what *read* found. Nothing is known of members that stay out."""
    if not (place.delivery.is_file() and place.members.is_file()):
        return
    record = read_json(place.delivery, DeliveryRecord)
    archives = dict(read_json_lines(place.step("read") / "units.jsonl", tuple[str, str | None]))
    files = {row.path: row.sha256 for row in read_json_lines(place.members, MemberFixity)}
    for number, unit in enumerate(record.units):
        path = Path(unit.path)
        if unit.form not in ("folder", "file") and archives.get(str(number)) not in (None, _sha256(path)):
            yield path
    for member in record.members:
        unit = record.units[member.unit]
        if unit.form in ("folder", "file") and member.path in files:
            root = Path(unit.path) if unit.form == "folder" else Path(unit.path).parent
            if _sha256(root / member.entry.name) != files[member.path]:
                yield root / member.entry.name


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
