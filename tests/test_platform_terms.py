"""Terms of platforms warn and are decided on; a place of storage outside the EEA is told."""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest

from finding_cases import LISTED, REGISTER
from finding_cases_privacy import conversation
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import Capture
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.platform_terms import load_terms
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.storage import countries_in, stored
from sma_plugin.settings import Archive, Paths, Policy, Role, Settings

DECLARED = 'technique = "api"\ncaptured = "{captured}"\n'


def run(
    tmp_path: Path, captured: str = "2026-04-01", policies: dict[str, Policy] | None = None, **paths: Any
) -> Result:
    (tmp_path / "register.csv").write_text(REGISTER.replace("x,4242,", "x,1,"), encoding="utf-8")
    (tmp_path / "selection-list.csv").write_text(LISTED, encoding="utf-8")
    (tmp_path / "a.json").write_bytes(conversation("Dag"))
    (tmp_path / "a.capture.toml").write_text(DECLARED.format(captured=captured))
    roles = {"archivaris": Role(("platform-terms",))}
    settings = Settings(base=str(tmp_path), paths=Paths(**paths), policies=policies or {}, roles=roles)
    return ingest([tmp_path / "a.json"], tmp_path / "out", settings, Quiet())


def told(result: Result) -> list[str]:
    """The terms that were told as undecided, in English."""
    found = (one for package in result.packages for one in package.findings if one.code == "SMA-S101")
    return [str(one.params["terms_en"]) for one in found]


def decided(result: Result) -> PackageDecisions:
    (one,) = result.packages
    return read_json(Package(one.path).decisions, PackageDecisions)


def test_terms_warn_and_stop_nothing(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.outcome, len(result.packages)) == (Outcome.OK, 1)
    (terms,) = told(result)
    assert "identifiers only" in terms
    assert "2021" not in terms


def test_what_was_captured_when_older_terms_held_comes_under_those(tmp_path: Path) -> None:
    (terms,) = told(run(tmp_path, captured="2021-06-01"))
    assert "may not be published again" in terms
    assert "Verkenning" in terms
    assert "50,000" not in terms
    assert "24 hours" not in terms


def test_a_decision_is_on_record_and_silences_the_warning(tmp_path: Path) -> None:
    result = run(tmp_path, policies={"platform-terms": Policy("archivaris", "2026-01-01", "Besluit 9")})
    assert told(result) == []
    one = decided(result)
    assert [(d.decided, d.role, d.ground) for d in one.decisions if d.subject == "platform-terms"] == [
        ("archive", "archivaris", "Besluit 9")
    ]
    assert [restriction.label for restriction in one.restrictions] == ["Nader te bepalen"]


def test_giving_nothing_to_others_is_a_restriction_of_its_own(tmp_path: Path) -> None:
    policy = Policy("archivaris", "2026-01-01", "Besluit 9", "closed")
    result = run(tmp_path, policies={"platform-terms": policy})
    (restriction,) = decided(result).restrictions
    assert (restriction.label, restriction.grant, restriction.number) == ("Overig", "Disallow", "Besluit 9")
    rights = (Package(result.packages[0].path).metadata / "rights.csv").read_text(encoding="utf-8")
    (row, *_) = csv.DictReader(rights.splitlines())
    assert (row["basis"], row["grant_restriction"]) == ("Other", "Disallow")


def test_an_archive_has_terms_of_its_own(tmp_path: Path) -> None:
    own = '[[x]]\nid = "x-api-redistribution"\ntext.nl = "anders"\ntext.en = "otherwise"\n'
    own += 'source = "brief"\nseen = "2026"\n'
    (tmp_path / "terms.toml").write_text(own)
    (terms,) = told(run(tmp_path, platform_terms=("terms.toml",)))
    assert terms == "otherwise (brief; not checked in the terms themselves; by what others write, looked at on 2026)"


def test_what_was_not_read_in_the_terms_themselves_is_told_so(tmp_path: Path) -> None:
    """Also in the question that a role answers and in the restriction that follows from it."""
    shipped = tomllib.loads(files("sma_plugin.selection").joinpath("platform_terms.toml").read_text(encoding="utf-8"))
    rows = [row for several in shipped.values() for row in several]
    assert all(isinstance(row.get("first_hand"), bool) for row in rows)
    assert {row["id"] for row in shipped["tiktok"] if not row["first_hand"]} == {"tiktok-automated"}
    result = run(tmp_path, policies={"platform-terms": Policy("archivaris", "2026-01-01", "Besluit 9", "closed")})
    one = decided(result)
    (restriction,) = one.restrictions
    assert "niet in de voorwaarden zelf nagelezen" in (restriction.note or "")
    (decision,) = (d for d in one.decisions if d.subject == "platform-terms")
    assert "not checked in the terms themselves" in decision.reason


def test_what_was_read_in_the_terms_themselves_is_told_so(tmp_path: Path) -> None:
    own = '[[x]]\nid = "x-api-redistribution"\ntext.nl = "anders"\ntext.en = "otherwise"\n'
    own += 'source = "brief"\nseen = "2026-03-01"\nfirst_hand = true\n'
    (tmp_path / "terms.toml").write_text(own)
    assert told(run(tmp_path, platform_terms=("terms.toml",))) == [
        "otherwise (brief; read in the terms themselves on 1 March 2026)"
    ]


def test_a_file_of_terms_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "terms.toml").write_text('[[x]]\nid = "a"\n')
    paths = Paths(platform_terms=("terms.toml", "weg.toml"))
    _, findings = load_terms(Settings(base=str(tmp_path), paths=paths))
    assert [one.code for one in findings] == ["SMA-S010", "SMA-S010"]


def test_every_clause_is_dated_and_has_a_source() -> None:
    terms, _ = load_terms(Settings())
    clauses = [one for several in terms.values() for one in several]
    assert len({one.id for one in clauses}) == len(clauses)
    assert all(one.source and one.seen[:4].isdigit() for one in clauses)
    assert {one.id for one in terms["x"] if one.until} == {
        "x-2021-sets",
        "x-2021-ids",
        "x-2021-download",
        "x-2021-deleted",
    }


@pytest.mark.parametrize(
    ("location", "countries"),
    [
        ("e-depot Streekarchief Voorbeeldland", []),
        ("datacentrum Frankfurt, Duitsland", ["DE"]),
        ("Londen (Verenigd Koninkrijk)", ["GB"]),
        ("Belfast, Noord-Ierland", ["GB"]),
        ("Dublin, IE", ["IE"]),
        ("eu-west-2", ["GB"]),
        ("S3, us-east-1 en eu-central-1", ["DE", "US"]),
        ("Zürich, Zwitserland", ["CH"]),
        ("Reykjavik, IJsland", ["IS"]),
    ],
)
def test_a_place_tells_its_country_where_it_names_one(location: str, countries: list[str]) -> None:
    assert countries_in(location) == countries


def test_only_what_is_declared_outside_the_eea_is_told() -> None:
    captures = [Capture("01-x", storage_location="Dublin, Ierland"), Capture("02-x", storage_location="Ashburn, VS")]
    archive = Archive(storage_location="Bern, Zwitserland")
    found = list(stored(msgspec.structs.replace(Settings(), archive=archive), captures))
    assert [(one.code, one.params["country_en"]) for one in found] == [
        ("SMA-S102", "United States"),
        ("SMA-S102", "Switzerland"),
    ]
