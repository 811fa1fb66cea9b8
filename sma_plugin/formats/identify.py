"""Which format a file has: PRONOM's signatures in this process, and our own ids for what PRONOM lacks.

The signatures come with siegfried (``pygfried``); ``[paths] pronom_signatures`` names a newer file of them. They are
loaded once in a process, whatever the number of files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from sma_plugin.formats.magic import Signature, ends_of, signatures, told
from sma_plugin.misconfigured import SettingsError
from sma_plugin.settings import Settings

if TYPE_CHECKING:
    from pygfried import Match, Scanner

Basis = Literal["bytes", "text", "name"]
"""What an identification rests on: a signature; that it is text and no more; only how the name ends."""


class Format(msgspec.Struct, frozen=True, omit_defaults=True):
    """A format: id (PRONOM's or ours, ``None`` when unknown), name, version, MIME type, what it rests on.

    ``ill_named``: its bytes were recognised, and the name ends as one of another format. ``promised``: where nothing is
    recognised, the ids that its name promises. ``types``: all MIME types that PRONOM gives the format.
    """

    mime: str
    puid: str | None = None
    name: str | None = None
    version: str | None = None
    basis: Basis | None = None
    ill_named: bool = False
    promised: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Tool(msgspec.Struct, frozen=True):
    """What identifies, its version, and which signatures it uses."""

    name: str
    version: str
    signatures: str


_WHOLE = 16 << 20
UNKNOWN = Format("application/octet-stream")
_TEXT = "x-fmt/111"
_XML = "fmt/101"
"""Many formats with names of their own are written in it: that a name ends otherwise is no conflict."""
_WARNED: dict[str, Basis] = {"text only": "text", "extension only": "name"}
"""How siegfried says that an identification rests on less than bytes."""
_PROMISED = "possibilities based on extension are "


@cache
def _scanner(given: Path | None) -> Scanner:
    """Loaded when the first file is identified: loading reads all signatures and starts threads."""
    import pygfried  # noqa: PLC0415

    if given is None:
        return pygfried.Scanner()
    try:
        return pygfried.Scanner(signature=str(given))
    except OSError as error:
        missing = not given.is_file()
        raise SettingsError("signatures_missing" if missing else "signatures_unusable", path=given) from error


def signature_file(settings: Settings) -> Path | None:
    """The configured file of signatures; ``None`` for those that come with the software."""
    given = settings.paths.pronom_signatures
    return settings.resolve(given) if given else None


def check_signatures(settings: Settings) -> None:
    """Raise :class:`SettingsError` for a file of signatures that cannot be used, before hours of reading."""
    if given := signature_file(settings):
        _scanner(given)


def identify(path: Path, given: Path | None = None) -> Format:
    """The format of a file by its bytes, then by its name; :data:`UNKNOWN` when neither tells.

    ``given`` is a file of signatures, see :func:`signature_file`.
    """
    if path.stat().st_size == 0:
        return UNKNOWN
    with _short(path) as short:
        found = _scanner(given).identify(str(short), detailed=True)["files"][0]["matches"]
    matches = [one for one in found if one["id"] != "UNKNOWN"]
    by_pronom = _told(matches[0], path.suffix) if matches else None
    if own := _own(path, by_pronom):
        return _ours(own, path)
    if by_pronom is None:
        promised = found[0]["warning"].partition(_PROMISED)[2] if found else ""
        return msgspec.structs.replace(UNKNOWN, promised=tuple(promised.split(", ")) if promised else ())
    return by_pronom


def _own(path: Path, known: Format | None) -> Signature | None:
    """The row of ours that goes before what PRONOM tells, if there is one."""
    vague = known is None or known.basis != "bytes" or known.puid == _TEXT
    rows = [row for row in signatures("own_formats") if vague or (known and known.puid in row.instead_of)]
    name = path.name.lower()
    if not any(not row.endings or name.endswith(row.endings) for row in rows):
        return None
    return next(told(path.name, ends_of(path), rows), None)


def _ours(row: Signature, path: Path) -> Format:
    """A format by a row of ours, which always rests on bytes."""
    ill_named = bool(row.named and path.suffix) and not path.name.lower().endswith(row.named)
    return Format(row.mime, row.id, row.name, row.version or None, "bytes", ill_named)


def _told(first: Match, suffix: str) -> Format:
    """What siegfried tells, in our words."""
    basis: Basis = next((basis for words, basis in _WARNED.items() if words in first["warning"]), "bytes")
    types = tuple(one.strip() for one in first["mime"].split(",") if one.strip())
    return Format(
        types[0] if types else UNKNOWN.mime,  # PRONOM has no MIME type for some formats that it knows
        first["id"],
        first["format"] or None,
        first["version"] or None,
        basis,
        ill_named=basis == "bytes"
        and bool(suffix)
        and first["id"] != _XML
        and "extension mismatch" in first["warning"],
        types=types,
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
def tool(given: Path | None = None) -> Tool:
    """The tool and its signatures, for the event."""
    import pygfried  # noqa: PLC0415

    about = _scanner(given).identify("", detailed=True)
    return Tool("siegfried", str(pygfried.version()), "; ".join(one["details"] for one in about["identifiers"]))
