"""What is restricted, on which ground and how long: tables, decisions and statutes, up to a described package."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from lxml import etree

from conftest import SHARED
from making import ACTOR, mastodon, note, zipped
from sma_plugin.findings import Finding
from sma_plugin.ingest import Result, ingest, work_area
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.accessions import load_accessions
from sma_plugin.selection.asking import Question
from sma_plugin.selection.code_lists import Codes
from sma_plugin.selection.laws import grant_of, law_of, laws, statute_named
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.records import UNDETERMINED, LegalPosition, PackageDecisions
from sma_plugin.selection.register import load_register
from sma_plugin.selection.restriction_table import Rule, load_rules, restriction_named
from sma_plugin.settings import Archive, Paths, Policy, Role, Settings

LEVENSSFEER = "Openbaarheid/AW1995/BeperktOpenbaar-Levenssfeer/1.0"
PRIVATE = "beperkt openbaar; levenssfeer"
CODES = f"""begripCode;begripLabel;definitie
{LEVENSSFEER};"{PRIVATE}";x
Persoonsgegevens/AVG/OverigePersoonsgegevens/1.0;overige persoonsgegevens;x
IntellectueelEigendom/Auteurswet/Voorbehoud-OpenbareMacht /1.0;voorbehouden;x
Triggers/Creatie/1.0;Creatie;x
Triggers/Overlijden/1.0;Overlijden betrokkene;x
"""
AVG = "Persoonsgegevens/AVG/OverigePersoonsgegevens/1.0"
DECIDED = {"besluitnummer": "2026/7", "besluitdatum": "1-2-2026", "rol": "archivaris"}
NS = {"mdto": "https://www.nationaalarchief.nl/mdto", "premis": "http://www.loc.gov/premis/v3"}


def configured(
    tmp_path: Path, rows: list[dict[str, str]], accessions: tuple[dict[str, str], ...] = (), **more: Any
) -> Settings:
    (tmp_path / "codes.csv").write_text(CODES, encoding="utf-8")
    head = "platform,native_id,handle,kind,list,category"
    (tmp_path / "register.csv").write_text(f"{head}\nmastodon,{ACTOR},gemeente,corporate,lijst,1\n")
    (tmp_path / "selection-list.csv").write_text("list,version,category,value\nlijst,2020,1,B\nlijst,2020,2,B\n")
    named: dict[str, Any] = {}
    for name, table in {"restrictions": rows, "accessions": list(accessions)}.items():
        if table:
            columns = list(dict.fromkeys(column for row in table for column in row))
            with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, columns, delimiter=";", restval="")
                writer.writeheader()
                writer.writerows(table)
            named[name] = (f"{name}.csv",)
    paths = Paths(restriction_codes=("codes.csv",), decisions="besluiten", **named)
    roles = {"archivaris": Role(("restriction",)), "stagiair": Role(())}
    return msgspec.structs.replace(Settings(base=str(tmp_path), paths=paths, roles=roles), **more)


def row(code: str = LEVENSSFEER, **values: str) -> dict[str, str]:
    return {"beperking": code, **DECIDED, **values}


def rules(settings: Settings) -> tuple[tuple[Rule, ...], list[Finding]]:
    found = load_rules(settings, Codes(settings), load_register(settings), Lists(()))
    return found.rules, list(found.findings)


def run(tmp_path: Path, settings: Settings) -> Result:
    bundle = tmp_path / "archief.zip"
    if not bundle.exists():
        zipped(bundle, mastodon([note(1, "Dag"), note(30, "Later")]))
    return ingest([bundle], tmp_path / "out", settings, Quiet(), force=True, keep=True)


def packaged(tmp_path: Path, settings: Settings) -> tuple[Package, PackageDecisions, Result]:
    result = run(tmp_path, settings)
    package = Package(result.packages[0].path)
    return package, read_json(package.decisions, PackageDecisions), result


def decide(tmp_path: Path, decided: str) -> None:
    folder = tmp_path / "besluiten"
    folder.mkdir(exist_ok=True)
    told = f"restriction/mastodon/{ACTOR}", decided, "archivaris", "2026-02-01", "Besluit 12"
    with (folder / "a.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("question", "decided", "role", "date", "ground"), told])


def codes_of(result: Result) -> list[str]:
    """What was told about restrictions and legal position."""
    told = (one.code for package in result.packages for one in package.findings)
    return sorted(code for code in told if code.startswith("SMA-S09"))


# --- what a row says -------------------------------------------------------------------------------------------------


def test_a_row_says_ground_decision_term_and_trigger(tmp_path: Path) -> None:
    told = row(AVG, toelichting="reacties", termijn="75 jaar", **{"aanvang termijn": "Overlijden betrokkene"})
    ((rule,), findings) = rules(configured(tmp_path, [told]))
    one = rule.restriction
    assert findings == []
    assert (one.code, one.label, one.list_name) == (
        AVG,
        "overige persoonsgegevens",
        "Begrippenlijst Persoonsgegevens AVG",
    )
    assert (one.basis, one.grant, one.note) == ("statute", "Conditional", "reacties")
    assert (one.number, one.date, rule.role) == ("2026/7", "2026-02-01", "archivaris")
    assert (one.trigger_code, one.duration, one.until) == ("Triggers/Overlijden/1.0", "P75Y", None)


@pytest.mark.parametrize(
    ("told", "label"),
    [
        (LEVENSSFEER, PRIVATE),
        (LEVENSSFEER.upper(), PRIVATE),
        (PRIVATE, PRIVATE),
        ("IntellectueelEigendom/Auteurswet/Voorbehoud-OpenbareMacht /1.0", "voorbehouden"),
        ("geen beperking", "Geen beperking"),
        ("Triggers/Creatie/1.0", None),
        ("iets anders", None),
    ],
)
def test_a_restriction_is_known_by_its_code_or_its_label(tmp_path: Path, told: str, label: str | None) -> None:
    found = restriction_named(told, Codes(configured(tmp_path, [])))
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("values", "code", "column"),
    [
        ({"beperking": "Openbaarheid/AW1995/BeperktOpenbaar-Levensfeer/1.0"}, "SMA-S090", "beperking"),
        ({"aanvang termijn": "Triggers/Overleden/1.0"}, "SMA-S090", "aanvang termijn"),
        ({"besluitdatum": "gisteren"}, "SMA-S014", "besluitdatum"),
        ({"besluitdatum": "2026"}, "SMA-S014", "besluitdatum"),
        ({"tot": "ooit"}, "SMA-S014", "tot"),
        ({"termijn": "lang"}, "SMA-S014", "termijn"),
        ({"soorten media": "webpagina"}, "SMA-S014", "soorten media"),
        ({"rechten": "vast wel"}, "SMA-S014", "rechten"),
        ({"beperking": "Overig"}, "SMA-S012", "toelichting"),
        ({"beperking": ""}, "SMA-S012", "beperking"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_by_row_and_column(
    tmp_path: Path, values: dict[str, str], code: str, column: str
) -> None:
    found, findings = rules(configured(tmp_path, [row(**{"tot": "2030-01-01"} | values)]))
    assert found == ()
    assert [(one.code, one.params["row"], one.params["column_nl"]) for one in findings] == [(code, 2, column)]


def test_the_nearest_known_code_is_told(tmp_path: Path) -> None:
    _, (finding,) = rules(configured(tmp_path, [row("Openbaarheid/AW1995/BeperktOpenbaar-Levensfeer/1.0")]))
    assert LEVENSSFEER in str(finding.params["near_nl"])


@pytest.mark.parametrize("absent", ["besluitnummer", "besluitdatum", "rol"])
def test_a_row_without_its_decision_is_a_proposal(tmp_path: Path, absent: str) -> None:
    (rule,), (finding,) = rules(configured(tmp_path, [row() | {absent: ""}]))
    assert (rule.decided, finding.code, finding.params["column_nl"]) == (False, "SMA-S091", absent)


def test_a_role_that_may_not_decide_restricts_nothing(tmp_path: Path) -> None:
    settings = configured(tmp_path, [row(rol="stagiair")])
    (rule,), (finding,) = rules(settings)
    assert (rule.decided, finding.code) == (False, "SMA-S020")


def test_a_workbook_will_do(tmp_path: Path) -> None:
    settings = configured(tmp_path, [])
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for values in (
        ["restriction", "decision number", "decision date", "role", "until"],
        [AVG, 7, "2026-02-01", "archivaris", 2090],
    ):
        sheet.append(values)
    book.save(tmp_path / "r.xlsx")
    paths = msgspec.structs.replace(settings.paths, restrictions=("r.xlsx",))
    (rule,), findings = rules(msgspec.structs.replace(settings, paths=paths))
    assert (rule.restriction.number, rule.restriction.until, findings) == ("7", "2090", [])


# --- what holds for an account ---------------------------------------------------------------------------------------


def test_without_anything_decided_it_is_yet_to_be_determined(tmp_path: Path) -> None:
    settings = configured(tmp_path, [])
    _, decided, result = packaged(tmp_path, settings)
    assert decided.restrictions == decided.series_restrictions == (UNDETERMINED,)
    assert (result.outcome, codes_of(result)) == (Outcome.OK, [])


def test_every_ground_is_one_and_the_narrowest_row_holds(tmp_path: Path) -> None:
    rows = [
        row(toelichting="voor alle", tot="2040-01-01"),
        row(AVG, toelichting="voor de serie", selectielijst="lijst", categorie="1"),
        row(AVG, toelichting="voor een andere serie", selectielijst="lijst", categorie="2"),
        row(toelichting="voor het account", platform="Mastodon", account="@Gemeente", tot="2030-01-01"),
    ]
    _, decided, result = packaged(tmp_path, configured(tmp_path, rows))
    assert [(one.code, one.note) for one in decided.restrictions] == [
        (LEVENSSFEER, "voor het account"),
        (AVG, "voor de serie"),
    ]
    assert [one.note for one in decided.series_restrictions] == ["voor alle", "voor de serie"]
    taken = [one for one in decided.decisions if one.subject == "restriction"]
    assert [(one.decided, one.role, one.at, one.ground) for one in taken] == [
        (LEVENSSFEER, "archivaris", "2026-02-01", "2026/7"),
        (AVG, "archivaris", "2026-02-01", "2026/7"),
    ]
    assert codes_of(result) == []


def test_a_role_decides_where_the_tables_do_not(tmp_path: Path) -> None:
    settings = configured(tmp_path, [row() | {"besluitnummer": ""}])
    run(tmp_path, settings)
    puts = {one.subject: one for one in read_json(work_area(tmp_path / "out", settings).questions, list[Question])}
    assert puts["restriction"].proposal == LEVENSSFEER
    decide(tmp_path, f"{LEVENSSFEER}; {AVG}")
    _, decided, _ = packaged(tmp_path, settings)
    assert [(one.code, one.number, one.date) for one in decided.restrictions] == [
        (LEVENSSFEER, "Besluit 12", "2026-02-01"),
        (AVG, "Besluit 12", "2026-02-01"),
    ]


def test_a_label_with_a_semicolon_is_one_restriction(tmp_path: Path) -> None:
    decide(tmp_path, PRIVATE)
    _, decided, _ = packaged(tmp_path, configured(tmp_path, []))
    assert [one.code for one in decided.restrictions] == [LEVENSSFEER]


def test_a_decision_that_names_no_known_restriction_is_told(tmp_path: Path) -> None:
    decide(tmp_path, "geheim")
    result = run(tmp_path, configured(tmp_path, []))
    told = [one.code for one in result.findings if one.severity == "error"]
    assert (result.outcome, told) == (Outcome.ERRORS, ["SMA-S090"])


def test_a_standing_policy_decides_unattended(tmp_path: Path) -> None:
    policy = Policy("archivaris", "2026-01-01", "Besluit 3", LEVENSSFEER)
    _, decided, _ = packaged(tmp_path, configured(tmp_path, [], policies={"restriction": policy}))
    assert [(one.code, one.number) for one in decided.restrictions] == [(LEVENSSFEER, "Besluit 3")]


def test_a_term_runs_from_the_last_post_where_its_trigger_says_so(tmp_path: Path) -> None:
    known = row(termijn="P75Y", **{"aanvang termijn": "Creatie"})
    unknown = row(AVG, termijn="P10Y", **{"aanvang termijn": "Overlijden betrokkene"})
    _, decided, result = packaged(tmp_path, configured(tmp_path, [known, unknown]))
    assert [(one.starts, one.until) for one in decided.restrictions] == [("2025-03-02", "2100-03-02"), (None, None)]
    assert decided.series_restrictions[0].until is None
    assert codes_of(result) == []


# --- what statutes have against it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"tot": "2100-03-02"}, []),
        ({"tot": "2100-03-03"}, ["SMA-S095"]),
        ({"tot": "2150", "langer dan de wet": "besluit minister 4"}, []),
        ({}, ["SMA-S096"]),
        ({"termijn": "P9000Y", "van": "2026-01-01"}, ["SMA-S095"]),
    ],
)
def test_the_archiefwet_1995_allows_no_more_than_75_years_unless_decided(
    tmp_path: Path, values: dict[str, str], told: list[str]
) -> None:
    _, _, result = packaged(tmp_path, configured(tmp_path, [row(**values)]))
    assert codes_of(result) == told


def test_the_legal_position_is_the_narrowest_that_is_given(tmp_path: Path) -> None:
    accessions = (
        {"juridische positie": "uitgeplaatst", "datum": "1-1-2026", "nummer": "U1"},
        {"juridische positie": "vervroegd overgebracht", "datum": "1-3-2026", "account": "gemeente", "wet": "AW1995"},
    )
    settings = configured(tmp_path, [], accessions, archive=Archive(statute="Archiefwet 1995"))
    package, decided, _ = packaged(tmp_path, settings)
    assert decided.legal_position == LegalPosition("transferred early", "Archiefwet 1995", "2026-03-01")
    record = etree.parse(str(package.mdto / "dossier.MDTO.xml"))
    events = record.xpath("//mdto:event/mdto:eventType/mdto:begripLabel/text()", namespaces=NS)
    assert events == ["Overbrenging"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"juridische positie": "geleend"}, "SMA-S014"),
        ({"juridische positie": ""}, "SMA-S012"),
        ({"datum": ""}, "SMA-S012"),
        ({"datum": "2026"}, "SMA-S014"),
        ({"wet": "Archiefwet 1962"}, "SMA-S090"),
        ({"rol": "niemand"}, "SMA-S090"),
    ],
)
def test_an_accession_that_cannot_be_used_is_told(tmp_path: Path, values: dict[str, str], code: str) -> None:
    told = {"juridische positie": "overgebracht", "datum": "2026-01-01"} | values
    settings = configured(tmp_path, [], (told,))
    found = load_accessions(settings, load_register(settings), Lists(()))
    assert ([one.code for one in found.findings], found.rows) == ([code], ())


def test_the_archive_says_from_when_a_statute_is_in_force(tmp_path: Path) -> None:
    told = {"juridische positie": "overgebracht", "datum": "2026-07-01", "wet": "nieuwe Archiefwet"}

    def found(**archive: Any) -> list[str]:
        settings = configured(tmp_path, [], (told,), archive=Archive(**archive))
        return [one.code for one in load_accessions(settings, load_register(settings), Lists(())).findings]

    assert found() == ["SMA-S099"]
    assert found(in_force={"AW2021": "2027-01-01"}) == ["SMA-S099"]
    assert found(in_force={"AW2021": "2026-07-01"}) == []


def test_statutes_have_terms_of_their_own() -> None:
    terms = {one.key: one.transfer_after for one in laws().statute}
    assert terms == {"AW1995": "P20Y", "AW2021": "P10Y"}
    assert statute_named("archiefwet 1995") is not None
    assert statute_named("Archiefwet 1962") is None


def test_every_published_code_has_its_law_and_what_may_be_done() -> None:
    folder = SHARED / "standards" / "data" / "nha"
    if not folder.is_dir():
        pytest.skip("the published lists are not at hand")
    names = tuple(str(path) for path in sorted(folder.glob("[iopt]*.csv")))
    codes = Codes(Settings(paths=Paths(restriction_codes=names)))
    every = [code for trigger in (True, False) for code in list(codes.names(triggers=trigger))[::2]]
    assert [code for code in every if law_of(code) is None] == []
    granted = {code: grant_of(code) for code in every}
    assert {code for code in granted if "NietOpenbaar" in code or "NietToegestaan" in code} == {
        code for code, grant in granted.items() if grant == "Disallow"
    }
    assert {code.split("/")[1] for code, grant in granted.items() if grant == "Allow" and "/AW" in code} == {
        "AW1995",
        "AW2021",
    }


# --- what the documentation shows ------------------------------------------------------------------------------------


def shown_tables(name: str) -> list[list[dict[str, str]]]:
    """The tables of a page, each as rows by heading."""
    page = (Path(__file__).parent.parent / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    tables = [[_cells(line) for line in block.splitlines()] for block in blocks]
    return [[dict(zip(table[0], row, strict=True)) for row in table[2:]] for table in tables]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("name", ["beperkingen.md", "restrictions.md"])
def test_the_tables_of_the_documentation_can_be_used(tmp_path: Path, name: str) -> None:
    restricted, positions = shown_tables(name)
    settings = configured(tmp_path, restricted, tuple(positions))
    settings = msgspec.structs.replace(settings, roles={"archivist": Role(("restriction",))})
    found, findings = rules(settings)
    assert [one.code for one in findings if one.code != "SMA-S094"] == []
    assert [one.decided for one in found] == [True, True, True]
    accessions = load_accessions(settings, load_register(settings), Lists(()))
    assert [one.position.position for one in accessions.rows] == ["transferred"]
