"""What a DIP holds of a package: its copies for access, and nothing of what third parties wrote or are shown in.

Archivematica makes a DIP of everything that it normalised for access, which are originals, with their thumbnails and
the text that it read in pictures. Where it was told to make one, it gets the copies for access instead.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from django.utils import timezone
from sma_archivematica import layouts
from sma_archivematica.records import Table

FOLDER = "DIP"
_TRANSCRIBED = "objects/metadata/OCRfiles"
_PAGES = (".html",)
_LINK = re.compile(rb"(\s(?:href|src|poster)=\")([^\"#?:]+)([\"#?])")


def is_made(sip: Path) -> bool:
    """Whether Archivematica is to make a DIP of a SIP."""
    return (sip / FOLDER).is_dir()


def is_transcribed(sip: Path) -> bool:
    """Whether there is text that Archivematica read in pictures, all of which goes into the DIP."""
    return (sip / _TRANSCRIBED).is_dir()


def fill(sip: Path, unit: str, table: Table, files: dict[int, str]) -> int:
    """Let the DIP hold the copies for access alone; gives how many there are. Without any there is no DIP."""
    names = {
        table.files[number]["path"]: name_of(table.files[number]["path"], files[number]) for number in table.access
    }
    objects = sip / FOLDER / "objects"
    for folder in (objects, sip / "thumbnails"):
        _empty(folder)
    _forget(unit)
    if not names:
        shutil.rmtree(str(sip / FOLDER))
        return 0
    objects.mkdir(exist_ok=True)
    for path, name in names.items():
        if path.endswith(_PAGES):
            (objects / name).write_bytes(_led((sip / path).read_bytes(), path, names))
        else:
            shutil.copyfile(str(sip / path), str(objects / name))
    return len(names)


def name_of(path: str, uuid: str) -> str:
    """What a file is called in a DIP, where all lie in one folder: its UUID and its name."""
    return f"{uuid}-{PurePosixPath(path).name}"


def _empty(folder: Path) -> None:
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(str(one))
        else:
            one.unlink()


def _forget(unit: str) -> None:
    """Files of the DIP that Archivematica has on record are no longer there."""
    models = layouts.module("models")
    gone: list[Any] = []
    made = models.File.objects.filter(sip_id=unit, filegrpuse__in=("access", "thumbnail"), removedtime__isnull=True)
    for uuid, location in made.values_list("uuid", "currentlocation"):
        where = bytes(location or b"")
        if where.startswith((b"%SIPDirectory%DIP/", b"%SIPDirectory%thumbnails/")):
            gone.append(uuid)
    models.Derivation.objects.filter(derived_file_id__in=gone).delete()
    models.File.objects.filter(uuid__in=gone).update(removedtime=timezone.now(), filegrpuse="deleted")


def _led(page: bytes, path: str, names: dict[str, str]) -> bytes:
    """A page whose links lead to the same files under the names that they have in the DIP."""
    folder = PurePosixPath(path).parent

    def link(found: re.Match[bytes]) -> bytes:
        target = normpath(str(folder / found.group(2).decode("utf-8", "replace")))
        name = names.get(target)
        return found.group(1) + name.encode() + found.group(3) if name else found.group()

    return _LINK.sub(link, page)
