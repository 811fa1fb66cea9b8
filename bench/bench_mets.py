"""METS for many files: ours against metsrw writing the same (PREMIS object and MDTO record per file).

    python bench/bench_mets.py [files]

Prints seconds, the ratio, and the peak memory of each in a process of its own (resident set, less what the process
had when the modules were loaded).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import metsrw
from lxml import etree
from metsrw.plugins import premisrw

from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe import mdto_parts as parts
from sma_plugin.describe.context import DescribeContext, Subject
from sma_plugin.describe.files import FileTable
from sma_plugin.describe.mets import write_mets
from sma_plugin.describe.mets_structmap import LogicalMap
from sma_plugin.describe.structmap_writer import OwnMap
from sma_plugin.describe.terms import AUTHORITY, uri
from sma_plugin.describe.xml import element
from sma_plugin.model import AccountRef, Capture
from sma_plugin.package import Package
from sma_plugin.package.records import ExcludedRecord, FileRecord, PackageIdentity, PackageRecord
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import AccountRecord, PackageDecisions, Reference

IDS = Stamps("bench")
CAPTURE = Capture("01", IDS.identifier("01"), "platform-export", "mastodon")
MOMENT = "2026-01-01T00:00:00+00:00"


def records(count: int) -> Iterator[FileRecord]:
    for number in range(count):
        path = f"objects/captures/01/media/{number // 100:03d}/image_{number:06d}.jpg"
        uuid = IDS.identifier(path)
        yield FileRecord(path, uuid.replace("-", "") * 2, number, "original", uuid, "01", puid="fmt/44")


def subject(root: Path, files: FileTable) -> Subject:
    creator = Reference("Gemeente Voorbeeldstad")
    identity = PackageIdentity(IDS.identifier("p"), "bench", IDS.identifier("e"), "mastodon", AccountRef("1"))
    return Subject(
        Package(root),
        DescribeContext(IDS, creator, creator, "Voorbeeldarchief"),
        PackageRecord(identity, (CAPTURE,)),
        PackageDecisions(AccountRecord("mastodon", "1", "voorbeeldstad"), "N", Reference("Serie", "s", "a")),
        Assessment((), {}, ()),
        ExcludedRecord(),
        files,
        (),
        MOMENT,
    )


def ours(root: Path, found: list[FileRecord]) -> None:
    with FileTable(root / "files.sqlite", found) as files:
        one = subject(root, files)
        with (root / "logical.xml").open("wb") as stream:
            LogicalMap(one, (OwnMap(stream),)).write(())
        with (root / "mets.xml").open("wb") as stream:
            write_mets(stream, one, root / "logical.xml", None)


def theirs(root: Path, found: list[FileRecord]) -> None:
    """What metsrw is for: entries with PREMIS objects of its own making; MDTO records are built with lxml."""
    folders: dict[str, list[metsrw.FSEntry]] = {}
    for record in found:
        entry = metsrw.FSEntry(
            path=record.path, file_uuid=record.id, checksum=record.sha256, checksumtype="SHA-256", use="original"
        )
        entry.add_premis_object(premisrw.PREMISObject(data=premis_file(record)))
        entry.add_dmdsec(bestand(record), "OTHER", othermdtype="MDTO")
        folders.setdefault(record.path.rpartition("/")[0], []).append(entry)
    tree = [metsrw.FSEntry.dir(folder.rpartition("/")[2], entries) for folder, entries in folders.items()]
    whole = metsrw.FSEntry.dir("objects", tree)
    whole.add_premis_object(premisrw.PREMISObject(data=premis_representation(found)))
    whole.add_dmdsec(archiefstuk(found), "OTHER", othermdtype="MDTO")
    document = metsrw.METSDocument()
    document.append_file(whole)
    document.write(str(root / "metsrw.xml"), fully_qualified=True)


def term(name: str, vocabulary: str, label: str) -> tuple[str, dict[str, str], str]:
    known = {"authority": vocabulary, "authorityURI": AUTHORITY, "valueURI": uri(vocabulary, label) or ""}
    return name, known, label


def identified(kind: str, uuid: str) -> tuple[object, ...]:
    return f"{kind}_identifier", (f"{kind}_identifier_type", "UUID"), (f"{kind}_identifier_value", uuid)


def premis_object(kind: str, uuid: str, *rest: object) -> tuple[object, ...]:
    meta = {**premisrw.PREMIS_3_0_META, "xsi:type": f"premis:{kind}"}
    return "object", meta, identified("object", uuid), *rest


def tied(subtype: str, uuids: list[str]) -> tuple[object, ...]:
    return (
        "relationship",
        term("relationship_type", "relationshipType", "structural"),
        term("relationship_sub_type", "relationshipSubType", subtype),
        *(identified("related_object", uuid) for uuid in uuids),
    )


def premis_file(record: FileRecord) -> tuple[object, ...]:
    return premis_object(
        "file",
        record.id,
        (
            "object_characteristics",
            (
                "fixity",
                term("message_digest_algorithm", "cryptographicHashFunctions", "SHA-256"),
                ("message_digest", record.sha256),
            ),
            ("size", str(record.size)),
            (
                "format",
                ("format_designation", ("format_name", "unknown")),
                (
                    "format_registry",
                    ("format_registry_name", "PRONOM"),
                    ("format_registry_key", record.puid),
                    term("format_registry_role", "formatRegistryRole", "specification"),
                ),
            ),
        ),
        ("original_name", record.path),
        tied("is Included In", [str(CAPTURE.uuid)]),
    )


def premis_representation(found: list[FileRecord]) -> tuple[object, ...]:
    return premis_object("representation", str(CAPTURE.uuid), tied("includes", [record.id for record in found]))


def archiefstuk(found: list[FileRecord]) -> etree._Element:
    root, made = parts.new_record("informatieobject")
    for record in found:
        name = record.path.rpartition("/")[2]
        parts.reference(made, "heeftRepresentatie", Reference(name, record.id, "Voorbeeldarchief"))
    return root


def bestand(record: FileRecord) -> etree._Element:
    root, made = parts.new_record("bestand")
    lists = parts.lists()["lists"]
    parts.identification(made, "identificatie", record.id, "Voorbeeldarchief")
    element(made, "naam", record.path.rpartition("/")[2])
    element(made, "omvang", str(record.size))
    parts.concept(made, "bestandsformaat", "JPEG", lists["pronom"], record.puid)
    checksum = element(made, "checksum")
    parts.concept(checksum, "checksumAlgoritme", "SHA-256", lists["checksums"])
    element(checksum, "checksumWaarde", record.sha256)
    element(checksum, "checksumDatum", MOMENT)
    parts.reference(made, "isRepresentatieVan", Reference("Account", IDS.identifier("e"), "Voorbeeldarchief"))
    return root


def measured(write: Callable[[Path, list[FileRecord]], None], count: int) -> tuple[float, float]:
    """Seconds, and MB above what the process had before, the list of files included."""
    found = list(records(count))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write(Path(folder), found)
        seconds = time.perf_counter() - start
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def apart(name: str, count: int) -> tuple[float, float]:
    """The same in a process of its own: the best time of three, the most memory."""
    command = [sys.executable, __file__, str(count), name]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    return min(float(run[0]) for run in runs), max(float(run[1]) for run in runs)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        print(*measured({"ours": ours, "metsrw": theirs}[sys.argv[2]], count))
        return
    (mine, mine_memory), (other, other_memory) = apart("ours", count), apart("metsrw", count)
    print(f"files                {count:>10,}")
    print(f"sma-plugin           {mine:>10.2f} s {mine_memory:>8.0f} MB")
    print(f"metsrw               {other:>10.2f} s {other_memory:>8.0f} MB")
    print(f"ratio                {other / mine:>10.1f}")


if __name__ == "__main__":
    main()
