"""MDTO records: valid for every combination of value, restrictions and category; a chain without inheritance."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

import describe_cases as cases
import describe_records as known
from describe_cases import described
from describe_records import CATEGORY, NS, PRIVACY
from describe_schemas import errors
from sma_plugin.describe.mdto_references import is_web_address, list_title
from sma_plugin.package import Package
from sma_plugin.selection.records import Category, Restriction

SCHEMA = "mdto/MDTO-XML1.0.1.xsd"
LEVELS = ("serie", "dossier", "archiefstuk")
RESTRICTIONS: tuple[tuple[Restriction, ...], ...] = (
    (),
    (PRIVACY,),
    (PRIVACY, Restriction("Overig", ""), Restriction("Auteursrecht", "Lijst", basis="copyright", until="2090")),
)


def records(package: Package) -> dict[str, Any]:
    return {level: etree.parse(str(package.mdto / f"{level}.MDTO.xml")) for level in LEVELS}


def texts(tree: Any, path: str) -> list[str]:
    return [found.text for found in tree.xpath(path, namespaces=NS)]


@pytest.mark.parametrize(("value", "restrictions", "category"), list(product("BVN", RESTRICTIONS, (CATEGORY, None))))
def test_every_level_is_valid(
    tmp_path: Path, value: str, restrictions: tuple[Restriction, ...], category: Category | None
) -> None:
    package, _ = described(tmp_path, decided=known.decisions(value, category, restrictions))
    for level, tree in records(package).items():
        assert errors(tree, SCHEMA) == [], level
        listed = level == "serie"
        known_value = (category.value if category else "N") if listed else value
        assert texts(tree, "//mdto:waardering/mdto:begripCode") == [known_value]
        assert len(texts(tree, "//mdto:bewaartermijn")) == (known_value == "V")
        assert len(texts(tree, "//mdto:informatiecategorie")) == (category is not None)
        # Rights in the package's media are yet to be determined, which is said once.
        assert len(texts(tree, "//mdto:beperkingGebruik")) == (1 if listed else len(restrictions) + 1)
        assert texts(tree, "//mdto:archiefvormer/mdto:verwijzingNaam") == ["Gemeente Voorbeeldstad"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return described(tmp_path_factory.mktemp("mdto"), decided=known.decisions("V"))[0]


def test_records_form_a_chain_by_identifier(package: Package) -> None:
    found = records(package)
    kenmerk = "mdto:verwijzingIdentificatie/mdto:identificatieKenmerk"
    own = {
        level: texts(tree, "/mdto:MDTO/*/mdto:identificatie/mdto:identificatieKenmerk")[0]
        for level, tree in found.items()
    }
    assert texts(found["dossier"], f"//mdto:isOnderdeelVan/{kenmerk}") == [own["serie"]]
    assert texts(found["archiefstuk"], f"//mdto:isOnderdeelVan/{kenmerk}") == [own["dossier"]]
    assert texts(found["serie"], "//mdto:bevatOnderdeel") == []
    assert texts(found["dossier"], f"//mdto:bevatOnderdeel/{kenmerk}") == [own["archiefstuk"]]


def test_an_archival_item_refers_to_every_file_and_every_file_back(package: Package) -> None:
    item = records(package)["archiefstuk"]
    mets = cases.mets_of(package)
    kenmerk = "mdto:verwijzingIdentificatie/mdto:identificatieKenmerk"
    files = texts(mets, "//mdto:bestand/mdto:identificatie/mdto:identificatieKenmerk")
    assert len(files) == 6
    assert texts(item, f"//mdto:heeftRepresentatie/{kenmerk}") == files
    back = set(texts(mets, f"//mdto:bestand/mdto:isRepresentatieVan/{kenmerk}"))
    assert back == set(texts(item, "/mdto:MDTO/*/mdto:identificatie/mdto:identificatieKenmerk"))


def test_embedded_records_are_the_standalone_ones(package: Package) -> None:
    mets = cases.mets_of(package)
    for level, tree in records(package).items():
        inside = mets.xpath(f"//mets:dmdSec[@ID='dmd-{level}']//mdto:informatieobject", namespaces=NS)[0]
        alone = [(one.tag, (one.text or "").strip()) for one in tree.getroot()[0].iter()]
        assert [(one.tag, (one.text or "").strip()) for one in inside.iter()] == alone


def test_every_file_record_is_valid_by_itself(package: Package) -> None:
    found = cases.mets_of(package).xpath("//mdto:MDTO[mdto:bestand]", namespaces=NS)
    assert len(found) == 6
    for record in found:
        assert errors(etree.fromstring(etree.tostring(record)), SCHEMA) == []
    formats = {texts(record, ".//mdto:bestandsformaat/mdto:begripCode")[0] for record in found[:1]}
    assert formats == {"fmt/13"}


def test_coverage_runs_from_the_first_to_the_last_own_post(package: Package) -> None:
    item = records(package)["archiefstuk"]
    kinds = ["Periode van de vastgelegde berichten", "Capture-periode"]
    assert texts(item, "//mdto:dekkingInTijdType/mdto:begripLabel") == kinds
    assert texts(item, "//mdto:dekkingInTijdBegindatum") == ["2024-03-01", "2024-06-01"]
    assert texts(item, "//mdto:dekkingInTijdEinddatum") == ["2024-05-02", "2024-07"]


def test_without_posts_coverage_is_the_planned_period(tmp_path: Path) -> None:
    package, _ = described(tmp_path, found=[])
    assert texts(records(package)["archiefstuk"], "//mdto:dekkingInTijdEinddatum")[0] == "2024-12-31"


def test_the_term_says_trigger_start_duration_and_end(package: Package) -> None:
    term = records(package)["dossier"].xpath("//mdto:bewaartermijn", namespaces=NS)[0]
    assert [part.text for part in term[1:]] == ["2024-05-02", "P5Y", "2029-05-02"]
    assert term[0][0].text == "Sluiting dossier"


def test_events_are_mdto_events_with_organisations_or_functions(package: Package) -> None:
    item = records(package)["archiefstuk"]
    labels = texts(item, "//mdto:event/mdto:eventType/mdto:begripLabel")
    assert labels == ["Export", "Ontvangst", "Opname", "Wijziging", "Conversie"]
    actors = texts(item, "//mdto:eventVerantwoordelijkeActor/mdto:verwijzingNaam")
    assert set(actors) == {"Team Communicatie", "Gemeente Voorbeeldstad"}
    assert texts(item, "//mdto:event/mdto:eventTijd")[2] == "2024-07"


def test_the_default_restriction_is_yet_to_be_determined(tmp_path: Path) -> None:
    package, _ = described(tmp_path, decided=known.decisions("N", None, ()))
    for tree in records(package).values():
        assert texts(tree, "//mdto:beperkingGebruikType/mdto:begripLabel") == ["Nader te bepalen"]


def test_type_overig_has_a_description(tmp_path: Path) -> None:
    package, _ = described(tmp_path, decided=known.decisions("B", CATEGORY, (Restriction("Overig", "Lijst"),)))
    assert texts(records(package)["dossier"], "//mdto:beperkingGebruikNadereBeschrijving")[0]


def test_the_account_is_found_online_at_web_addresses_only(tmp_path: Path, package: Package) -> None:
    path = "//mdto:raadpleeglocatieOnline"
    assert texts(records(package)["dossier"], path) == ["https://social.example/@voorbeeldstad"]
    assert not any(map(is_web_address, ("javascript:alert(1)", "https://", "https://a b", "http://[", "at://did")))
    base = known.decisions()
    decided = msgspec.structs.replace(base, account=msgspec.structs.replace(base.account, url="at://did:plc:x"))
    other, _ = described(tmp_path, decided=decided)
    assert texts(records(other)["dossier"], path) == []


def test_a_selection_list_is_named_with_its_version_once() -> None:
    assert list_title(CATEGORY) == "Selectielijst gemeenten 2020"
    assert list_title(msgspec.structs.replace(CATEGORY, list_name="Lijst 2020")) == "Lijst 2020"
