"""Which format a file has: PRONOM's signatures in this process, and our own ids for what PRONOM lacks."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import msgspec


class Format(msgspec.Struct, frozen=True, omit_defaults=True):
    """A format: PRONOM id (``None`` when unknown), name, version, MIME type, what the identification rests on."""

    mime: str
    puid: str | None = None
    name: str | None = None
    version: str | None = None
    basis: str | None = None


class OwnFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``own_formats.toml``: what a file name's end means where PRONOM has no format or only a vaguer one."""

    endings: tuple[str, ...]
    name: str
    mime: str
    instead_of: tuple[str, ...] = ()


_WHOLE = 16 << 20
UNKNOWN = Format("application/octet-stream")


@cache
def _siegfried() -> ModuleType:
    """Loaded when the first file is identified: loading reads all signatures and starts threads."""
    import pygfried  # noqa: PLC0415

    return pygfried


@cache
def own_formats() -> tuple[OwnFormat, ...]:
    """Formats that PRONOM lacks."""
    text = files("sma_plugin.fpr_rules").joinpath("own_formats.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["format"], tuple[OwnFormat, ...])


def identify(path: Path) -> Format:
    """The format of a file by its bytes, then by its name; :data:`UNKNOWN` when neither tells."""
    if path.stat().st_size == 0:
        return UNKNOWN
    with _short(path) as short:
        found = _siegfried().identify(str(short), detailed=True)["files"][0]["matches"]
    match = next((one for one in found if one["id"] != "UNKNOWN"), None)
    puid = match["id"] if match else None
    own = next((one for one in own_formats() if path.name.lower().endswith(one.endings)), None)
    if own and (puid is None or puid in own.instead_of):
        return Format(own.mime, None, own.name, None, "name")
    if match is None:
        return UNKNOWN
    return Format(
        # PRONOM has no MIME type for some formats that it knows.
        match["mime"].split(",")[0].strip() or (own.mime if own else UNKNOWN.mime),
        puid,
        match["format"] or None,
        match["version"] or None,
        match["basis"] or None,
    )


@contextmanager
def _short(path: Path) -> Iterator[Path]:
    """A large file's two ends as a file of the same name: a format that is not known is looked for in all of it.

    Zip files are known by their first bytes, and what they hold by their last ones; they are looked at as they are.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        if size <= _WHOLE or stream.read(2) == b"PK":
            yield path
            return
        stream.seek(0)
        with tempfile.TemporaryDirectory(prefix="sma-") as folder:
            short = Path(folder, path.name)
            head = stream.read(_WHOLE // 2)
            stream.seek(size - _WHOLE // 8)
            short.write_bytes(head + stream.read())
            yield short


@cache
def tool() -> tuple[str, str]:
    """Name and version of the tool and its signatures, for the event."""
    return "siegfried", str(_siegfried().version())
