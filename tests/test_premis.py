"""PREMIS in the METS: objects, events, agents and rights that hang together, in the Library of Congress's terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import describe_cases as cases
import describe_records as known
from describe_cases import described
from describe_records import NS
from describe_schemas import errors
from sma_plugin.describe.context import without_names
from sma_plugin.describe.terms import uri, vocabularies
from sma_plugin.package import Package
from sma_plugin.selection.records import Restriction

SCHEMA = "premis/premis-v3.xsd"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
KINDS = ("event", "agent", "object", "rightsStatement")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return described(tmp_path_factory.mktemp("premis"))[0]


@pytest.fixture(scope="module")
def tree(package: Package) -> Any:
    return cases.mets_of(package)


def texts(tree: Any, path: str) -> list[str]:
    return [found.text for found in tree.xpath(path, namespaces=NS)]


def of_kind(tree: Any, kind: str) -> list[Any]:
    return list(tree.xpath(f"//premis:object[@xsi:type='premis:{kind}']", namespaces={**NS, "xsi": XSI[1:-5]}))


def related(node: Any, subtype: str) -> list[str]:
    path = f"premis:relationship[premis:relationshipSubType='{subtype}']//premis:relatedObjectIdentifierValue"
    return texts(node, path)


def test_every_fragment_is_valid_by_itself(tree: Any) -> None:
    found = [node for kind in KINDS for node in tree.xpath(f"//mets:xmlData/premis:{kind}", namespaces=NS)]
    assert len(found) > 20
    for node in found:
        assert errors(etree.fromstring(etree.tostring(node)), SCHEMA) == []


def test_one_entity_is_represented_by_every_capture_and_the_normalised_form(tree: Any) -> None:
    entities, representations = of_kind(tree, "intellectualEntity"), of_kind(tree, "representation")
    own = [texts(one, "premis:objectIdentifier/premis:objectIdentifierValue")[0] for one in representations]
    assert len(entities) == 1
    assert len(own) == 3
    assert related(entities[0], "is Represented By") == own
    names = texts(tree, "//premis:object[not(premis:objectCharacteristics)]/premis:originalName")
    assert names[1:] == [known.EXPORT, known.HARVEST, "normalised"]


def test_representations_include_their_files_and_files_say_so(tree: Any) -> None:
    holders = {
        uuid: texts(one, "premis:objectIdentifier/premis:objectIdentifierValue")[0]
        for one in of_kind(tree, "representation")
        for uuid in related(one, "includes")
    }
    files = of_kind(tree, "file")
    assert len(files) == len(holders) == 6
    for file in files:
        uuid = texts(file, "premis:objectIdentifier/premis:objectIdentifierValue")[0]
        assert related(file, "is Included In") == [holders[uuid]]


def test_the_normalised_form_derives_from_the_captures(tree: Any) -> None:
    *captures, normalised = of_kind(tree, "representation")
    sources = [texts(one, "premis:objectIdentifier/premis:objectIdentifierValue")[0] for one in captures]
    assert related(normalised, "has Source") == sources
    derived = [file for file in of_kind(tree, "file") if related(file, "has Source")]
    assert len(derived) == 2


def test_files_carry_digest_size_and_pronom_key(tree: Any) -> None:
    for file in of_kind(tree, "file"):
        uuid = texts(file, "premis:objectIdentifier/premis:objectIdentifierValue")[0]
        mets = tree.xpath(f"//mets:file[@ID='file-{uuid}']", namespaces=NS)[0]
        assert texts(file, ".//premis:messageDigest") == [mets.get("CHECKSUM")]
        assert texts(file, ".//premis:size") == [mets.get("SIZE")]
    assert texts(tree, "//premis:formatRegistryKey") == ["fmt/13"]


def test_characteristics_stand_as_significant_properties_with_their_count(tree: Any) -> None:
    first = of_kind(tree, "representation")[0]
    types = texts(first, "premis:significantProperties/premis:significantPropertiesType")
    assert types[:3] == ["context:techniek", "context:platform", "inhoud:video's"]
    assert {name.partition(":")[0] for name in types} == {"inhoud", "context", "vormelementen", "gedrag", "structuur"}
    measured = first.xpath(".//smac:characteristic", namespaces=NS)
    assert [one.get("score") for one in measured] == ["+", "?", "-", "niet vastgesteld", "+"]
    assert {one.get("count") for one in measured} == {"3"}


def test_every_event_has_agent_object_term_outcome_and_time(tree: Any) -> None:
    described_objects = set(texts(tree, "//premis:objectIdentifierValue"))
    described_agents = set(texts(tree, "//premis:agentIdentifierValue"))
    events = tree.xpath("//premis:event", namespaces=NS)
    assert len(events) == 9
    for event in events:
        agents = texts(event, "premis:linkingAgentIdentifier/premis:linkingAgentIdentifierValue")
        objects = texts(event, "premis:linkingObjectIdentifier/premis:linkingObjectIdentifierValue")
        assert agents
        assert set(agents) <= described_agents
        assert objects
        assert set(objects) <= described_objects
        assert event.find("premis:eventType", NS).get("valueURI", "").startswith("http://id.loc.gov/")
        assert texts(event, ".//premis:eventOutcome") == ["success"]


def test_every_representation_is_the_outcome_of_an_event(tree: Any) -> None:
    made = "//premis:linkingObjectIdentifier[premis:linkingObjectRole='outcome']/premis:linkingObjectIdentifierValue"
    outcomes = set(texts(tree, made))
    own = {
        texts(one, "premis:objectIdentifier/premis:objectIdentifierValue")[0] for one in of_kind(tree, "representation")
    }
    assert own <= outcomes


def test_times_are_the_recorded_ones_and_doubt_is_said(tree: Any) -> None:
    times = dict(
        zip(texts(tree, "//premis:event/premis:eventType"), texts(tree, "//premis:eventDateTime"), strict=True)
    )
    assert times["creation"] == "2024-06-01T12:00:00+02:00"
    assert times["capture"] == "2024-07"
    assert times["policy assignment"] == "2025-01-01T00:00:00+01:00"
    notes = texts(tree, "//premis:eventOutcomeDetailNote")
    assert notes == [
        "recorded without a time zone (2024-08-01T12:00:00); UTC assumed",
        "recorded as: voorjaar 2024",
    ]


def test_agents_are_described_once_with_type_and_version(tree: Any) -> None:
    names = texts(tree, "//premis:agentName")
    assert sorted(names) == sorted(set(names))
    assert "sma-plugin" in names
    crawler = tree.xpath("//premis:agent[premis:agentName='crawler']", namespaces=NS)[0]
    assert texts(crawler, "premis:agentType") == ["software"]
    assert texts(crawler, "premis:agentVersion") == ["1"]


def test_delivered_names_do_not_stand_in_events(tree: Any) -> None:
    transfer = tree.xpath("//premis:event[premis:eventType='transfer']", namespaces=NS)[0]
    assert texts(transfer, ".//premis:eventDetail") == ["received: delivery 1"]
    assert without_names("a.zip and data.zip", ["a.zip"]) == "delivery 1 and data.zip"


def test_each_basis_has_its_own_information(tmp_path: Path) -> None:
    bases = ("statute", "copyright", "license", "other", "institutional policy")
    restrictions = tuple(Restriction(f"grond {basis}", "Lijst", basis=basis, until="2040-01-01") for basis in bases)  # type: ignore[arg-type]
    package, _ = described(tmp_path, decided=known.decisions("B", None, restrictions))
    tree = cases.mets_of(package)
    assert errors(tree) == []
    every = tree.xpath("//premis:rightsStatement", namespaces=NS)
    statements, of_media = every[: len(bases)], every[len(bases) :]
    assert [texts(one, "premis:rightsBasis")[0] for one in statements] == list(bases)
    assert [texts(one, "premis:rightsBasis")[0] for one in of_media] == ["copyright", "statute"]
    assert texts(of_media[0], ".//premis:copyrightStatus") == ["unknown"]
    assert texts(of_media[1], ".//premis:statuteCitation") == ["Databankenwet"]
    kinds = ["statute", "copyright", "license", "otherRights", "otherRights"]
    assert [etree.QName(one[2]).localname for one in statements] == [f"{kind}Information" for kind in kinds]
    assert texts(statements[0], ".//premis:statuteCitation") == ["Archiefwet 1995"]
    assert {one.text for one in tree.xpath("//premis:termOfRestriction/premis:endDate", namespaces=NS)} == {
        "2040-01-01"
    }


def test_terms_are_the_library_of_congress_ones(shared: Path) -> None:
    known = json.loads((shared / "standards" / "loc-preservation-vocabularies.json").read_text())["vocabularies"]
    for vocabulary, labels in vocabularies().items():
        assert {term["label"]: term["uri"] for term in known[vocabulary]} == {
            label: uri(vocabulary, label) for label in labels
        }
