"""The improvement plan in a package that is described: its record, page, METS and PREMIS, and what carries it on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from lxml import etree

from conftest import ROOT
from describe_cases import CONTEXT, make_package, mets_of
from describe_records import NS, assessment
from describe_schemas import errors
from finding_cases_plan import point
from sma_plugin.characteristics.records import ChosenProfile, Measured
from sma_plugin.describe.describing import describe_package
from sma_plugin.describe.report import write_report
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_json
from sma_plugin.package.improvement import Carried, Plan

SHORT = Measured(
    "inhoud",
    "afbeeldingen",
    "-",
    declared="+",
    count=2,
    expected=5,
    target=100.0,
    minimum=62.5,
    standing="below minimum",
    feature="beschikbaar",
)
MET = msgspec.structs.replace(SHORT, name="tekst", score="+", count=5, standing="met")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    profile = ChosenProfile("streef-2026", {"nl": "Streefprofiel", "en": "Target profile"}, "Voorbeeldstad")
    measured = msgspec.structs.replace(assessment(), characteristics=(SHORT, MET), profile=profile)
    package = make_package(tmp_path_factory.mktemp("plan"))
    write_json(package.characteristics, measured)
    describe_package(package, CONTEXT, read_lines)
    return package


def test_the_record_and_the_page_stand_in_the_package(package: Package) -> None:
    plan = read_json(package.plan, Plan)
    assert [(one.id, one.level, one.status, one.duto) for one in plan.points] == [
        ("inhoud:afbeeldingen", "below minimum", "open", ("beschikbaar",))
    ]
    page = (package.sma / "plan.html").read_text(encoding="utf-8")
    assert "onder het minimum" in page
    assert "DUTO: beschikbaar" in page
    assert "DUTO: available" in page


def test_the_report_names_the_points_and_leads_to_the_plan(package: Package) -> None:
    write_report(package)
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    assert '<a href="plan.html">' in page
    assert "afbeeldingen: onder het minimum, open" in page
    assert "images: below the minimum, open" in page


def test_the_mets_holds_what_is_wanted_what_is_there_and_the_plan(package: Package) -> None:
    tree = mets_of(package)
    assert errors(tree) == []
    record = tree.xpath("//mets:dmdSec[@ID='dmd-characteristics']//smac:characteristics", namespaces=NS)[0]
    whole = record.xpath("smac:characteristic", namespaces=NS)
    assert dict(whole[0].attrib) == {
        "category": "inhoud",
        "name": "afbeeldingen",
        "score": "-",
        "declared": "+",
        "count": "2",
        "expected": "5",
        "target": "100",
        "minimum": "62.5",
        "standing": "below minimum",
        "feature": "beschikbaar",
    }
    assert record.xpath("string(smac:profile/@name)", namespaces=NS) == "streef-2026"
    (found,) = record.xpath("smac:plan/smac:point", namespaces=NS)
    lack = found.find("smac:lack", NS)
    assert (found.get("status"), lack.get("level"), lack.get("count"), lack.get("of")) == (
        "open",
        "below minimum",
        "2",
        "5",
    )


def test_the_record_beside_the_mets_keeps_to_its_schema(package: Package) -> None:
    schema = etree.XMLSchema(etree.parse(str(ROOT / "mets_profiles" / "characteristics-1.0.xsd")))
    schema.assertValid(etree.parse(str(package.sma / "characteristics.xml")))


def test_premis_says_of_the_account_what_all_captures_hold(package: Package) -> None:
    entity = "//premis:object[premis:significantProperties/premis:significantPropertiesType='streefprofiel']"
    (found,) = mets_of(package).xpath(entity, namespaces=NS)
    told: list[Any] = found.xpath("premis:significantProperties", namespaces=NS)
    values = {one[0].text: one[1].text for one in told if one[0].text != "streefprofiel"}
    assert values == {"streefprofiel:naam": "streef-2026", "inhoud:afbeeldingen": "-", "inhoud:tekst": "+"}


def test_the_target_profile_was_assigned_by_an_event(package: Package) -> None:
    kinds = mets_of(package).xpath("//premis:event[premis:eventType='policy assignment']", namespaces=NS)
    details = [one.findtext(".//premis:eventDetail", namespaces=NS) for one in kinds]
    assert details.count("target profile streef-2026 (Voorbeeldstad)") == 1


def test_points_of_earlier_packages_go_on_in_this_one(package: Package) -> None:
    carried = point(id="inhoud:tekst", label={"nl": "tekst", "en": "text"})
    named = msgspec.structs.replace(carried.lacks[0], posts=("101",))
    write_json(package.carried_plan, Carried((msgspec.structs.replace(carried, lacks=(named,)),), 3, ("101",)))
    found = describe_package(package, CONTEXT, read_lines)
    assert [one.code for one in found] == ["SMA-K031"]
    points = {one.id: one for one in read_json(package.plan, Plan).points}
    assert (points["inhoud:tekst"].status, points["inhoud:afbeeldingen"].status) == ("closed", "open")
