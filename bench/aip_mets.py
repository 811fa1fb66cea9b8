"""The METS of an AIP of 500 MB, described and validated as a stream, beside what a reader of the whole tree takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

COMPOSITIONS = ((14_000, 110_000, 24), (50_000, 1_000, 7), (100, 650_000, 2))
"""Media, posts of the account, and events that Archivematica has on each file: some 500 MB each, one of what accounts
have, one of files and one of posts.
"""
_POST = 400
"""Bytes of a post, in the export and in the normalised posts."""


def make(folder: Path, files: int, posts: int, events: int) -> Path:
    """A SIP with its METS and the package's own METS; the files themselves are not needed for that."""
    from bench.archivematica import UNIT, Known, write_mets
    from bench.bench_mets import IDS, records
    from sma_plugin.package import Package
    from sma_plugin.package.records import FileRecord

    def plain(path: str, use: str, size: int) -> FileRecord:
        uuid = IDS.identifier(path)
        capture = "01" if use == "original" else None
        return FileRecord(path, uuid.replace("-", "") * 2, size, use, uuid, capture)  # type: ignore[arg-type]

    package = Package(folder / "package")
    package.sma.mkdir(parents=True)
    kept = [
        *records(files),
        plain("objects/captures/01/outbox.json", "original", posts * _POST),
        plain("objects/derived/normalised/posts.jsonl", "preservation", posts * _POST),
    ]
    structmap = _describe(package, kept, posts)
    sip = folder / "sip"
    metadata = sip / "objects" / "metadata" / "transfers" / "package"
    shutil.move(package.sma, metadata / "sma")
    known = [Known(one.path, one.sha256, one.size) for one in kept]
    with (sip / f"METS.{UNIT}.xml").open("wb") as stream:
        write_mets(stream, "package", known, structmap, events)
    return sip


def _describe(package: object, kept: list[object], posts: int) -> Path:
    """Write the package's own METS; gives the structMap that Archivematica imports."""
    from bench.bench_mets import IDS, subject
    from sma_plugin.characteristics.records import Assessment, CaptureAssessment, Measured
    from sma_plugin.describe.files import FileTable
    from sma_plugin.describe.mets import write_mets
    from sma_plugin.describe.mets_structmap import LogicalMap
    from sma_plugin.describe.structmap_writer import ImportMap, OwnMap
    from sma_plugin.describe.xml import DECLARATION, METS, XLINK
    from sma_plugin.package import Package
    from sma_plugin.package.records import write_record
    from sma_plugin.provenance import Stamps

    assert isinstance(package, Package)
    stamps = Stamps("bench")
    measured = tuple(
        Measured(category, category, "+", "+", 1)  # type: ignore[arg-type]
        for category in ("inhoud", "context", "vormelementen", "gedrag", "structuur")
    )
    counts = {"posts": posts, "replies": 0, "others": 0}
    made = [
        stamps.event(kind, kind, step="bench", key=kind, objects=objects)
        for kind, objects in (
            ("creation", ("capture:01",)),
            ("appraisal", ("package",)),
            ("normalization", ("representation:normalised", "capture:01")),
        )
    ]
    with FileTable(package.sma / "files.sqlite", kept) as table:  # type: ignore[arg-type]
        one = replace(
            subject(package.root, table),
            assessment=Assessment(("inhoud",), counts, (CaptureAssessment("01", counts, measured),)),
            events=tuple(made),
            package=package,
        )
        prefix = f"sma-{one.record.package.id[:8]}-"
        structmap = package.sma.parent / "mets_structmap.xml"
        logical = package.sma / "logical.xml"
        with logical.open("wb") as own, structmap.open("wb") as imported:
            head = f'<mets:mets xmlns:mets="{METS}" xmlns:xlink="{XLINK}">\n<mets:structMap ID="{prefix}structMap"'
            imported.write(DECLARATION + head.encode() + b' TYPE="logical" LABEL="Account en berichten">\n')
            LogicalMap(one, (OwnMap(own), ImportMap(imported, prefix))).write(_lines(posts))
            imported.write(b"</mets:structMap>\n</mets:mets>\n")
        with package.mets.open("wb") as stream:
            write_mets(stream, one, logical, None)
    write_record(package.record, one.record)
    logical.unlink()
    (package.sma / "files.sqlite").unlink(missing_ok=True)
    assert IDS.seed == stamps.seed
    return structmap


def _lines(posts: int) -> Iterator[object]:
    from sma_plugin.formats.activitystreams import Line
    from sma_plugin.model import AccountRef, Evidence, PostHistory, PostState, PostVersion
    from sma_plugin.readers.values import iso_moment

    at, author = iso_moment("2025-03-01T10:00:00Z"), AccountRef("1")
    assert at
    for number in range(posts):
        evidence = Evidence("objects/captures/01/outbox.json", "bytes", number * _POST, _POST - 1, capture="01")
        version = PostVersion(PostState("Dag"), evidence=(evidence,))
        name = f"https://social.voorbeeldstad.example/users/gemeente/statuses/{number}"
        item = PostHistory("mastodon", author, name, at, "note", "own", (version,))
        yield Line(number * _POST, _POST - 1, item)


def ours(sip: str) -> tuple[int, int, float]:
    """Described and validated, as the link does it, each time from what Archivematica wrote."""
    from bench.archivematica import UNIT
    from bench.harness import spent
    from sma_plugin.archivematica.aip_mets_step import describe_aip
    from sma_plugin.reporting import Quiet
    from sma_plugin.settings import Settings

    with tempfile.TemporaryDirectory(dir=Path(sip).parent) as folder:
        unit = Path(folder)
        mets = shutil.copyfile(Path(sip) / f"METS.{UNIT}.xml", unit / f"METS.{UNIT}.xml")
        (unit / "objects").symlink_to(Path(sip) / "objects")
        size, report, start = mets.stat().st_size, Quiet(), spent()
        outcome = describe_aip(unit, UNIT, Settings(), report)
        seconds = spent() - start
    told = [one for one in report.findings if one.code != "SMA-V002"]
    if outcome or told:
        raise SystemExit(f"the METS is not in order: {told[:3]}")
    return 1, size, seconds


def whole_tree(sip: str) -> tuple[int, int]:
    """Only parsed, by lxml, as metsrw and Archivematica begin."""
    from lxml import etree

    from bench.archivematica import UNIT

    path = Path(sip) / f"METS.{UNIT}.xml"
    count = len(etree.parse(str(path), etree.XMLParser(huge_tree=True)).getroot())
    return int(count > 0), path.stat().st_size
