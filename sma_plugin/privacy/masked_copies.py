"""Copies of a package's web archives without keys and cookies, where that was asked for: files, record, events."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import msgspec

from sma_plugin.bundle.responses import is_web_archive
from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.model import Agent, Event
from sma_plugin.package import Package
from sma_plugin.package.files import PART, publish, read_json, read_json_lines, write_json
from sma_plugin.package.records import FileRecord
from sma_plugin.privacy.agreement import REDACTION
from sma_plugin.privacy.masked_block import LARGEST, Left
from sma_plugin.privacy.masked_warc import Masking, NotMaskableError, Written
from sma_plugin.privacy.step import STEP
from sma_plugin.selection.laws import statute_named
from sma_plugin.selection.records import (
    KEYS,
    RESTRICTION_TYPES,
    UNDETERMINED,
    MaskedCopy,
    MaskedFile,
    PackageDecisions,
    Restriction,
)
from sma_plugin.settings import Settings

REPRESENTATION = "representation:masked"
_ENDING = re.compile(r"\.w?arc(?:\.\w+)?$", re.IGNORECASE)
_HEAD = 4096
_NOT_GIVEN_OUT = "Niet uit te geven tot daarover is besloten: er staan sleutels, cookies of ondertekende adressen in"
_SECURITY = "Algemene verordening gegevensbescherming, artikel 5, eerste lid, onder f, en artikel 32"


class _Made(NamedTuple):
    """What came of one web archive: what goes on record, and what is to be told."""

    file: MaskedFile | None
    told: tuple[Event | Finding, ...]


def write_masked(place: Package, settings: Settings) -> list[Event | Finding]:
    """Replace the copies and their record; gives events and findings."""
    shutil.rmtree(place.masked, ignore_errors=True)
    place.masked_record.unlink(missing_ok=True)
    if not settings.defaults.mask_secrets:
        return []
    masking = Masking()
    originals = (one for one in read_json_lines(place.files, FileRecord) if one.use == "original")
    made = [one for record in originals for one in _copies(place, record, masking, settings)]
    if place.masked.is_dir() and not any(place.masked.iterdir()):
        place.masked.rmdir()
    if files := tuple(one.file for one in made if one.file):
        identifier = settings.stamps.identifier(f"masked/{place.root.name}")
        dated = settings.stamps.now(f"masked/{place.root.name}")
        write_json(place.masked_record, MaskedCopy(identifier, restriction_of(place, settings), files, dated))
    return [told for one in made for told in one.told]


def restriction_of(place: Package, settings: Settings) -> Restriction:
    """What holds for files with keys in them while no role decided: nothing is given out, on a ground to be decided."""
    position = read_json(place.decisions, PackageDecisions).legal_position
    statute = statute_named(position.statute if position else settings.archive.statute)
    article = f"{statute.name}, {statute.keys_article}; " if statute and statute.keys_article else ""
    proposal = f"; voorstel: {statute.keys}" if statute and statute.keys else ""
    return Restriction(
        UNDETERMINED.label,
        RESTRICTION_TYPES,
        note=f"{_NOT_GIVEN_OUT}{proposal}",
        basis="statute",
        citation=f"{article}{_SECURITY}",
        media=(KEYS,),
        grant="Disallow",
    )


def _copies(place: Package, record: FileRecord, masking: Masking, settings: Settings) -> Iterator[_Made]:
    """The copy of each web archive that a kept file is or holds, as far as something has to go from it."""
    for number, source in enumerate(_warcs(place.path(record.path)), 1):
        stem = _ENDING.sub("", Path(record.path).name)
        target = place.masked / f"{record.capture or 'x'}-{stem}{f'-{number}' if number > 1 else ''}-masked.warc"
        place.masked.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + PART)
        try:
            with source as stream, part.open("wb") as out:
                written = masking.write(stream, out, target.name, f"sha256:{record.sha256}")
        except NotMaskableError as error:
            part.unlink()
            yield _Made(MaskedFile(record.path), (make("SMA-P032", path=record.path, reason=str(error)),))
            continue
        if not written.values:
            part.unlink()  # nothing in it had to go
            if told := tuple(_unread(record.path, written)):
                yield _Made(None, told)
            continue
        publish(part, target)
        copy = MaskedFile(
            record.path, target.relative_to(place.root).as_posix(), values=written.values, records=written.changed
        )
        yield _Made(copy, (_event(settings, copy, written), *_left_alone(record.path, written)))


@contextmanager
def _member(path: Path, name: str) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
        yield cast("BinaryIO", stream)


def _warcs(path: Path) -> Iterator[AbstractContextManager[BinaryIO]]:
    """The WARC files in a kept file, each to be opened once."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if is_web_archive(path.name, head):
        yield path.open("rb")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if is_web_archive(name)]
        yield from (_member(path, name) for name in names)


def _event(settings: Settings, copy: MaskedFile, written: Written) -> Event:
    left = "".join(f"; {_places(why, written)}" for why in sorted(written.left))
    return settings.stamps.event(
        REDACTION,
        "copy of a web archive without the values of cookies, log-ins, keys and signatures; lengths and digests "
        "recalculated; the file that it was made of stays as it is, and restricted",
        step=STEP,
        key=copy.path or copy.source,
        note=f"{copy.values} values in {copy.records} of {written.records} records{left}",
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=(copy.source, *filter(None, [copy.path]), REPRESENTATION),
    )


def _places(why: Left, written: Written) -> str:
    """How many bodies were left alone for a reason, and where the first of them are."""
    places = ", ".join(map(str, written.places[why]))
    more = ", …" if written.left[why] > MAX_PLACES else ""
    return f"{written.left[why]} bodies not looked through ({why}), in the records at byte {places}{more}"


def _unread(path: str, written: Written) -> Iterator[Finding]:
    """Records in which keys may be left."""
    unread = Counter({why: count for why, count in written.left.items() if why != "no text"})
    if unread:
        found = make("SMA-P035", path=path, records=unread.total(), size=LARGEST >> 20)
        yield _placed(found, path, [at for why in sorted(unread) for at in written.places[why]])


def _left_alone(path: str, written: Written) -> Iterator[Finding]:
    """The same, and those that are no text."""
    yield from _unread(path, written)
    if pictures := written.left["no text"]:
        yield _placed(make("SMA-P036", path=path, records=pictures), path, written.places["no text"])


def _placed(found: Finding, path: str, offsets: list[int]) -> Finding:
    return msgspec.structs.replace(found, places=tuple(Place(path, at) for at in offsets[:MAX_PLACES]))
