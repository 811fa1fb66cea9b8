"""LibreOffice as a subprocess: told what the file is, with a profile of its own, without macros, links and network.

A delivery is not trusted. What a file is shows in its bytes, and only that reader is used; nothing that a document
refers to is loaded; when the time is over, everything that was started ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.facts import facts
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError, tools
from sma_plugin.formats.limits import hold, limits

_LARGEST, _UNPACKED = 256 << 20, 2 << 30
_MANIFEST, _MIME = "META-INF/manifest.xml", "mimetype"
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody listens at."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``office.toml``: a kind of document, how it is known, and what LibreOffice reads it with.

    ``holds`` is a member of a zip in angle brackets, the name of a stream of OLE, or bytes.
    """

    name: str
    sort: Literal["text", "sheet", "slides"]
    form: Literal["zip", "ole", "rtf"]
    holds: str
    reader: str


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of ``office.toml``: one setting of LibreOffice."""

    path: str
    name: str
    value: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: tuple[Kind, ...]
    setting: tuple[Setting, ...]


@cache
def _table() -> _Table:
    return facts(__package__, "office.toml", _Table)


def program() -> str:
    """Where LibreOffice is. Raises :class:`MissingToolError`."""
    found = next((path for name in tools()["libreoffice"].programs if (path := shutil.which(name))), None)
    if found is None:
        raise MissingToolError("libreoffice")
    return found


@cache
def version() -> str:
    """As LibreOffice says it."""
    told = subprocess.run([program(), "--version"], check=True, capture_output=True, text=True, timeout=60).stdout
    return told.split()[1]


def kind_of(path: Path) -> Kind:
    """What kind of document a file is, by its bytes.

    Raises :class:`NotConvertibleError` for what is none, is damaged, too large, or closed with a password.
    """
    size = path.stat().st_size
    if not 0 < size <= _LARGEST:
        raise NotConvertibleError("too-large" if size else "empty")
    with path.open("rb") as stream:
        head = stream.read(8)
    form = next((name for name, start in _STARTS.items() if head.startswith(start)), "")
    held = _members(path) if form == "zip" else path.read_bytes() if form else b""
    if form == "ole" and "EncryptedPackage".encode("utf-16-le") in held:
        raise NotConvertibleError("closed")
    found = next((one for one in _table().kind if one.form == form and one.holds.encode(_CODES[form]) in held), None)
    if found is None:
        raise NotConvertibleError("unknown-form")
    return found


UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged zip raises."""
_STARTS = {"zip": b"PK\x03\x04", "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "rtf": b"{\\rtf"}
_CODES = {"zip": "utf-8", "ole": "utf-16-le", "rtf": "ascii"}


def _members(path: Path) -> bytes:
    """The names in a zip, with what a member named ``mimetype`` says; every member is read and is whole."""
    try:
        with zipfile.ZipFile(path) as whole:
            rows = whole.infolist()
            if sum(one.file_size for one in rows) > _UNPACKED:
                raise NotConvertibleError("too-large")
            if whole.testzip() is not None:
                raise NotConvertibleError("damaged")
            names = [one.filename for one in rows]
            if _MANIFEST in names and b"encryption-data" in whole.read(_MANIFEST):
                raise NotConvertibleError("closed")
            told = [whole.read(_MIME)[:200].decode("utf-8", "replace")] if _MIME in names else []
    except UNREADABLE as error:
        raise NotConvertibleError("damaged") from error
    return "".join(f"<{one}>" for one in (*names, *told)).encode()


def written(source: Path, kind: Kind, folder: Path, form: str, options: str = "") -> Path:
    """Have LibreOffice write a document in another form (``pdf``, ``odt``) into a folder; gives where it is.

    Raises :class:`NotConvertibleError` where it does not, or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="sma-office-") as home:
        _settle(Path(home))
        known = Path(home, f"document.{kind.name}")
        shutil.copyfile(source, known)
        asked = f"{form}:{options}" if options else form
        _run(Path(home), [f"--infilter={kind.reader}", "--convert-to", asked, "--outdir", str(folder), str(known)])
    made = folder / f"document.{form}"
    if not made.is_file() or not made.stat().st_size:
        raise NotConvertibleError("undecodable")
    return made


def _settle(home: Path) -> None:
    """Write the settings that LibreOffice starts with."""
    (home / "profile" / "user").mkdir(parents=True)
    rows = "".join(
        f'<item oor:path="{one.path}"><prop oor:name="{one.name}" oor:op="fuse"><value>{one.value}</value></prop>'
        "</item>"
        for one in _table().setting
    )
    spaces = 'xmlns:oor="http://openoffice.org/2001/registry"'
    whole = f'<?xml version="1.0" encoding="UTF-8"?><oor:items {spaces}>{rows}</oor:items>'
    (home / "profile" / "user" / "registrymodifications.xcu").write_text(whole, encoding="utf-8")


def _run(home: Path, arguments: list[str]) -> None:
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    fixed = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"]
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE)
    mine, known = limits().office, Path(arguments[-1])
    with subprocess.Popen(
        [program(), profile, *fixed, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C.UTF-8", **proxies},
        start_new_session=True,
    ) as process:
        hold(process.pid, mine.memory)
        try:
            process.wait(mine.time_for(known))
        except subprocess.TimeoutExpired:
            raise NotConvertibleError("too-long") from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End all that was started: LibreOffice runs its work in a child."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
