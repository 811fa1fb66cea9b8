"""The METS file section and the physical structMap, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sma_plugin.describe.context import DERIVED, Subject
from sma_plugin.describe.moments import zoned
from sma_plugin.describe.xml import quoted
from sma_plugin.package.records import FileRecord

MAX_DIRECTORIES = 100
"""How deep directories nest before the rest of the path is one label; XML parsers stop at 256 elements."""
UNKNOWN_TYPE = "application/octet-stream"


def file_section(subject: Subject) -> Iterator[str]:
    """Originals by capture, then derived files by use."""
    yield '<mets:fileSec>\n<mets:fileGrp USE="original">\n'
    for capture, one in subject.captures.items():
        group = f'<mets:fileGrp ID="grp-{one.key}" USE="original" ADMID="{one.amd}">\n'
        yield from _group(group, subject.files.group("original", capture), subject.made)
    yield from _group(
        '<mets:fileGrp ID="grp-other" USE="original">\n', subject.files.stray(subject.captures), subject.made
    )
    yield "</mets:fileGrp>\n"
    for use in DERIVED:
        group = f'<mets:fileGrp ID="grp-{DERIVED[use]}" USE="{use}" ADMID="amd-rep-{DERIVED[use]}">\n'
        yield from _group(group, subject.files.group(use), subject.made)
    yield "</mets:fileSec>\n"


def _group(opening: str, records: Iterable[FileRecord], made: str) -> Iterator[str]:
    """A group with its files; no group when there are none."""
    opened = False
    for piece in _files(records, made):
        if not opened:
            opened = True
            yield opening
        yield piece
    if opened:
        yield "</mets:fileGrp>\n"


def _files(records: Iterable[FileRecord], made: str) -> Iterator[str]:
    for record in records:
        changed = zoned(record.modified) if record.modified else None
        yield (
            f'<mets:file ID="file-{record.id}" GROUPID="Group-{record.id}" ADMID="amd-file-{record.id}"'
            f' DMDID="dmd-file-{record.id}" MIMETYPE="{quoted(record.mime or UNKNOWN_TYPE)}" SIZE="{record.size:d}"'
            f' CHECKSUM="{record.sha256}" CHECKSUMTYPE="SHA-256" CREATED="{changed.text if changed else made}">'
            f'<mets:FLocat LOCTYPE="OTHER" OTHERLOCTYPE="SYSTEM" xlink:href="{quoted(record.path)}"'
            ' xlink:type="simple"/></mets:file>\n'
        )


def physical_map(subject: Subject) -> Iterator[str]:
    """The folders as they are. Paths in order keep each folder together, so that only the current path is kept."""
    name = quoted(subject.record.package.name)
    yield '<mets:structMap ID="structMap-physical" TYPE="physical">\n'
    yield f'<mets:div TYPE="Directory" LABEL="{name}" ADMID="amd-package">\n'
    inside: list[str] = []
    for path, uuid in subject.files.places(within=False):
        *folders, item = _shallow(path)
        if folders != inside:
            shared = _shared(inside, folders)
            yield "</mets:div>\n" * (len(inside) - shared)
            yield from (f'<mets:div TYPE="Directory" LABEL="{quoted(folder)}">\n' for folder in folders[shared:])
            inside = folders
        yield f'<mets:div TYPE="Item" LABEL="{quoted(item)}"><mets:fptr FILEID="file-{uuid}"/></mets:div>\n'
    yield "</mets:div>\n" * len(inside)
    yield "</mets:div>\n</mets:structMap>\n"


def _shallow(path: str) -> list[str]:
    return path.split("/", MAX_DIRECTORIES)


def _shared(one: list[str], other: list[str]) -> int:
    """How many leading folders two paths have in common."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
