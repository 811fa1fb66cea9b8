"""What stands in a package's own records: ``captures.toml`` and the list of files beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
import tomli_w

from sma_plugin.model import AccountRef, Capture
from sma_plugin.package.files import write_bytes

RECORD_SCHEMA = 1


class DeliveredMember(msgspec.Struct, frozen=True, omit_defaults=True):
    """One member of a delivered archive that was kept: its delivered path, size in bytes, SHA-256, package path."""

    path: str
    size: int
    sha256: str
    kept: str | None = None


class Delivered(msgspec.Struct, frozen=True, omit_defaults=True):
    """One delivered file or folder with its own fixity.

    ``sha256`` is ``None`` for a folder, which has no bytes of its own. ``members`` are the kept ones only: what was
    left out is in ``excluded.json`` without its names. ``shown`` is what stands for a name that tells of a third party.
    """

    name: str
    form: Literal["folder", "file", "zip", "tar", "tar.gz"]
    size: int
    sha256: str | None = None
    bag: bool = False
    members: tuple[DeliveredMember, ...] = ()
    shown: str | None = None


class PackageIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which package this is. ``seeded`` marks a package whose identifiers were not drawn at random (tests)."""

    id: str
    name: str
    entity_id: str
    platform: str
    account: AccountRef
    period_from: str | None = None
    period_until: str | None = None
    created: str | None = None
    language: str = "nl"
    seeded: bool = False


class PackageRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/captures.toml``."""

    package: PackageIdentity
    capture: tuple[Capture, ...]
    delivered: tuple[Delivered, ...] = ()
    schema: int = RECORD_SCHEMA


class Composed(msgspec.Struct, frozen=True):
    """``steps/compose/composed.json``: whole packages by name, each with a digest of what decides its content.

    ``waiting`` are the accounts of packages that wait for a decision on a file.
    """

    packages: dict[str, str]
    waiting: tuple[str, ...] = ()


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bytes that were cut: offset and length in the original, SHA-256 of what was cut, and the rule."""

    offset: int
    length: int
    sha256: str
    rule: str


class Extract(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a kept file is an extract: the original's SHA-256 and the spans that were cut (``extract.json``)."""

    original_sha256: str
    original_size: int
    spans: tuple[Span, ...]


class FileRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file under ``objects/``: package path, fixity, where it came from, what it is for.

    ``use`` is ``original`` (kept evidence), ``preservation`` (normalised), ``access`` or ``masked`` (a web archive
    without keys and cookies). ``delivered`` is the path as delivered; ``modified`` the delivered time of change, if the
    container states one. ``extract`` names the ``extract.json`` when the file is an extract. ``source`` is the package
    path of the one file that it was made of.
    """

    path: str
    sha256: str
    size: int
    use: Literal["original", "preservation", "access", "masked"] = "original"
    id: str = ""
    capture: str | None = None
    delivered: str | None = None
    modified: str | None = None
    mime: str | None = None
    puid: str | None = None
    format_name: str | None = None
    format_version: str | None = None
    extract: str | None = None
    source: str | None = None


class ExcludedClass(msgspec.Struct, frozen=True, omit_defaults=True):
    """One class of what was left out: how many items, how many bytes, and why, in both languages."""

    kind: str
    count: int
    bytes: int
    reason: dict[str, str]


class ExcludedRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/excluded.json``: no names, only classes, and one SHA-256 over the full list."""

    classes: tuple[ExcludedClass, ...] = ()
    list_sha256: str | None = None
    schema: int = RECORD_SCHEMA


def write_record(path: Path, record: PackageRecord) -> None:
    """Write ``captures.toml``."""
    plain = msgspec.to_builtins(record)
    write_bytes(path, tomli_w.dumps(plain).encode())


def read_record(path: Path) -> PackageRecord:
    """Read ``captures.toml``. Raises ``OSError``, ``tomllib.TOMLDecodeError``, :class:`msgspec.ValidationError`."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), PackageRecord)
