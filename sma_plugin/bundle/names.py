"""Delivered names: checked, told apart, and never used as paths."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from sma_plugin.findings import Finding, make

_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_ASCII_NAME = re.compile(r"[^A-Za-z0-9._-]+")
NOISE = re.compile(r"(?:^|/)(?:__MACOSX(?:/.*)?|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""What operating systems add to archives and folders; it is listed as left out and never read."""


MAX_PATH = 400


def bundle_path(name: str) -> str:
    """A delivered name as a path within the bundle: forward slashes, nothing that leads out, no empty parts.

    >>> bundle_path("../../etc/./passwd")
    'etc/passwd'
    """
    parts = _DRIVE.sub("", name.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "_"


def leads_out(name: str) -> bool:
    """Whether a name tries to leave the folder that it is unpacked in."""
    flat = name.replace("\\", "/")
    return flat.startswith("/") or bool(_DRIVE.match(flat)) or ".." in flat.split("/")


def printable(name: str) -> str:
    """A name fit for messages: control and direction characters shown by their code."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", name)


def told_apart(names: Iterable[str]) -> Iterator[tuple[str, Finding | None]]:
    """Each name with a path of its own; a second one of the same name gets a number and a finding."""
    seen: set[str] = set()
    folded: set[str] = set()
    for name in names:
        path = bundle_path(name)
        finding = None
        if leads_out(name):
            finding = make("SMA-B004", path=printable(name))
        if path in seen:
            finding = make("SMA-B006", path=printable(path))
            path = _numbered(path, seen)
        elif (fold := unicodedata.normalize("NFC", path).casefold()) in folded:
            finding = make("SMA-B007", path=printable(path))
        else:
            folded.add(fold)
        seen.add(path)
        yield path, finding


def _numbered(path: str, seen: set[str]) -> str:
    number = 2
    while f"{path}~{number}" in seen:
        number += 1
    return f"{path}~{number}"


def ascii_path(path: str) -> str:
    """A path in ASCII without spaces, as Archivematica leaves it alone.

    Each part has at most 120 characters, the whole at most 400: of a longer one the middle gives way to its hash.

    >>> ascii_path("Mijn foto's/café 1.jpg")
    'Mijn_foto_s/cafe_1.jpg'
    """
    parts = []
    for part in path.split("/"):
        plain = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode()
        clean = _NOT_ASCII_NAME.sub("_", plain).strip("_") or "_"
        clean = "_" + clean.lstrip(".") if clean.startswith(".") else clean
        stem, dot, ending = clean.rpartition(".")
        parts.append(clean if len(clean) <= 120 else f"{(stem or ending)[: 119 - len(ending)]}{dot}{ending}"[:120])
    whole = "/".join(parts)
    if len(whole) <= MAX_PATH:
        return whole
    return "/".join((parts[0], hashlib.sha256(whole.encode()).hexdigest()[:16], parts[-1]))
