"""Archivematica's import files: the shape that its client scripts demand."""

from __future__ import annotations

import csv
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from metsrw.plugins import premisrw

import describe_cases as cases
import describe_records as known
from describe_cases import described
from describe_records import NS
from describe_schemas import errors
from sma_plugin.package import Package
from sma_plugin.selection.records import Restriction

COLUMNS = (
    "file,basis,status,determination_date,jurisdiction,start_date,end_date,terms,citation,note,grant_act,"
    "grant_restriction,grant_start_date,grant_end_date,grant_note,doc_id_type,doc_id_value,doc_id_role"
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return described(tmp_path_factory.mktemp("import"))[0]


def on_disk(package: Package) -> list[str]:
    return sorted(path.relative_to(package.root).as_posix() for path in package.objects.rglob("*") if path.is_file())


def rows(package: Package, name: str) -> list[dict[str, str]]:
    with (package.metadata / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# --- checksums, identifiers, Dublin Core, source metadata ------------------------------------------------------------


def test_checksums_have_one_line_per_file_relative_to_metadata(package: Package) -> None:
    lines = (package.metadata / "checksum.sha256").read_text().splitlines()
    assert len(lines) == len(on_disk(package))
    for line in lines:
        digest, path = line.split("  ", 1)
        assert path.startswith("../objects/")
        assert hashlib.sha256((package.metadata / path).read_bytes()).hexdigest() == digest


def test_identifiers_name_the_whole_and_every_file(package: Package) -> None:
    found = json.loads((package.metadata / "identifiers.json").read_text())
    assert [row["file"] for row in found] == ["objects/", *on_disk(package)]
    for row in found:
        assert all(set(one) == {"identifierType", "identifier"} for one in row["identifiers"])
        assert row["identifiers"]


def test_dublin_core_is_about_the_whole(package: Package) -> None:
    (row,) = rows(package, "metadata.csv")
    assert row["filename"] == "objects"
    assert row["dc.title"] == "Account @voorbeeldstad op Mastodon, 2024-03-01 t/m 2024-05-02"
    assert row["dc.creator"] == "Gemeente Voorbeeldstad"
    assert all(name == "filename" or name.startswith("dc.") for name in row)
    assert "dc.type" not in row  # an AIP with one is stored, and cannot be reingested


def test_source_metadata_names_files_that_are_there_with_one_type_each(package: Package) -> None:
    found = rows(package, "source-metadata.csv")
    assert {row["filename"] for row in found} == {"objects"}
    types = [row["type"] for row in found]
    assert len(types) == len(set(types)) == 5
    assert "CUSTOM" not in types
    for row in found:
        root = etree.parse(str(package.metadata / row["metadata"])).getroot()
        assert etree.QName(root).namespace


# --- rights ----------------------------------------------------------------------------------------------------------


def test_rights_have_one_row_per_file_and_basis(tmp_path: Path) -> None:
    restrictions = (
        known.PRIVACY,
        Restriction("AVG", "Lijst", basis="statute", citation="AVG art. 89"),
        Restriction("Auteursrecht", "Lijst", basis="copyright", until="2090-01-01", citation="Auteurswet art. 1"),
        Restriction("Voorwaarden", "Lijst", basis="other", note="geen heruitgave", citation="art. 3"),
    )
    package, _ = described(tmp_path, decided=known.decisions("B", None, restrictions))
    found = rows(package, "rights.csv")
    assert ",".join(found[0]) == COLUMNS
    assert [(row["file"], row["basis"]) for row in found] == [
        (path, basis) for path in on_disk(package) for basis in ("Statute", "Copyright", "Other")
    ]
    statute, copyrighted, other = found[:3]
    assert (statute["note"], copyrighted["note"], other["note"]) == (
        "Bevat reacties van derden.",
        "Auteurswet art. 1",
        "geen heruitgave; art. 3",
    )
    assert statute["citation"] == "Archiefwet 1995, art. 15 lid 1 onder a; AVG art. 89"
    assert (statute["jurisdiction"], statute["grant_end_date"]) == ("nl", "open")
    assert (copyrighted["status"], copyrighted["grant_end_date"]) == ("copyrighted", "2090-01-01")
    assert {row["grant_restriction"] for row in found} == {"Conditional"}
    assert {row["grant_act"] for row in found} == {"disseminate"}


def test_values_are_fit_for_the_xml_that_they_end_up_in(tmp_path: Path) -> None:
    restriction = Restriction("kwaad\x0b\n,\"'", "Lijst", note="nul\x00")
    package, _ = described(tmp_path, decided=known.decisions("B", None, (restriction,)))
    row = rows(package, "rights.csv")[0]
    assert row["note"] == "nul⟨U+0000⟩"
    assert row["grant_note"] == "kwaad⟨U+000B⟩\n,\"'"


# --- the logical map -------------------------------------------------------------------------------------------------


def test_the_map_is_valid_by_itself_and_points_by_path(package: Package) -> None:
    tree = etree.parse(str(package.metadata / "mets_structmap.xml"))
    assert errors(tree, "mets/mets-1.12.1.xsd") == []
    assert [child.get("TYPE") for child in tree.getroot()] == ["logical"]
    pointing = tree.xpath("//mets:fptr | //mets:area", namespaces=NS)
    assert {node.get("CONTENTIDS") for node in pointing} == set(on_disk(package))
    assert tree.xpath("//*[@CONTENTIDS]") == pointing
    ids = set(tree.xpath("//@ID"))
    assert all(area.get("FILEID") in ids for area in tree.xpath("//mets:area", namespaces=NS))
    assert not tree.xpath("//@DMDID | //@ADMID | //mets:fptr/@FILEID", namespaces=NS)


def test_the_map_is_the_one_of_the_mets(package: Package) -> None:
    def shape(tree: Any) -> list[tuple[str, ...]]:
        divs = tree.xpath("//mets:structMap[@TYPE='logical']//mets:div", namespaces=NS)
        paths = dict(
            zip(
                tree.xpath("//mets:file/@ID", namespaces=NS),
                tree.xpath("//mets:FLocat/@*[name()='xlink:href']", namespaces=NS),
                strict=True,
            )
        )
        return [
            (
                div.get("TYPE"),
                div.get("LABEL"),
                *(
                    f"{node.get('CONTENTIDS') or paths[node.get('FILEID')]} {node.get('BEGIN')} {node.get('EXTENT')}"
                    for node in div.xpath("mets:fptr[not(mets:area)] | mets:fptr/mets:area", namespaces=NS)
                ),
            )
            for div in divs
        ]

    imported = shape(etree.parse(str(package.metadata / "mets_structmap.xml")))
    assert len(imported) > 15
    assert imported == shape(cases.mets_of(package))


# --- events ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def premis(package: Package) -> Any:
    return etree.parse(str(package.metadata / "premis.xml"))


def identifiers(node: Any, path: str) -> set[str]:
    return {found.text for found in node.xpath(path, namespaces=NS)}


def test_events_are_valid_and_nothing_stands_alone(package: Package, premis: Any) -> None:
    """Archivematica drops the whole import when one file, event or agent is unrelated, or one name unknown."""
    assert errors(premis, "premis/premis-v3.xsd") == []
    files = identifiers(premis, "//premis:objectIdentifierValue")
    agents = identifiers(premis, "//premis:agentIdentifierValue")
    assert identifiers(premis, "//premis:originalName") <= set(on_disk(package))
    events = premis.xpath("//premis:event", namespaces=NS)
    assert len(events) == 9
    linked_files = [identifiers(event, ".//premis:linkingObjectIdentifierValue") for event in events]
    linked_agents = [identifiers(event, ".//premis:linkingAgentIdentifierValue") for event in events]
    assert all(linked_files)
    assert all(linked_agents)
    assert set().union(*linked_files) == files
    assert set().union(*linked_agents) == agents


def test_event_identifiers_are_fresh_random_looking_uuids(package: Package, premis: Any) -> None:
    found = identifiers(premis, "//premis:eventIdentifierValue")
    assert len(found) == 9
    assert all(uuid.UUID(one).version == 4 for one in found)
    assert not found & identifiers(cases.mets_of(package), "//premis:eventIdentifierValue")


def test_an_event_of_a_capture_stands_on_each_of_its_files(premis: Any) -> None:
    names = {
        node.xpath("string(premis:objectIdentifier/premis:objectIdentifierValue)", namespaces=NS): node.xpath(
            "string(premis:originalName)", namespaces=NS
        )
        for node in premis.xpath("//premis:object", namespaces=NS)
    }

    def of(kind: str) -> list[str]:
        event = premis.xpath(f"//premis:event[premis:eventType='{kind}']", namespaces=NS)[0]
        return sorted(names[one] for one in identifiers(event, ".//premis:linkingObjectIdentifierValue"))

    assert of("creation") == [known.PHOTO, known.JSON_PATH, known.SPARE]
    assert of("redaction") == [known.JSON_PATH]
    assert of("appraisal") == [known.POSTS]
    assert of("normalization") == [known.POSTS, known.POSTS.replace(".jsonl", ".meta.json")]


def test_metsrw_reads_the_events_as_archivematica_does(premis: Any) -> None:
    namespaces = premisrw.PREMIS_VERSIONS_MAP["3.0"]["namespaces"]
    times = {}
    for element in premis.findall("premis:event", namespaces):
        event = premisrw.PREMISEvent(data=premisrw.premis_to_data(element))
        times[event.type] = event.date_time
        assert event.findall("linking_agent_identifier")
    assert times["creation"] == "2024-06-01T12:00:00+02:00"
    assert times["capture"] == "2024-07-01"
    for element in premis.findall("premis:agent", namespaces):
        agent = premisrw.PREMISAgent(data=premisrw.premis_to_data(element))
        assert agent.name
        assert agent.type
