"""What may be destroyed on a day and why, the approval of a list, and the declaration afterwards."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from lxml import etree

from conftest import ROOT
from making import ACTOR, mastodon, note, zipped
from sma_plugin.destruction.approving import Decided, approve
from sma_plugin.destruction.days import day_named
from sma_plugin.destruction.declaring import declare, executed_as, read_approval, read_form
from sma_plugin.destruction.judging import held_by, judged
from sma_plugin.destruction.keeping import folder_for, keep_approval, keep_declaration, write_listing
from sma_plugin.destruction.listing import listed
from sma_plugin.destruction.pages import list_page
from sma_plugin.destruction.records import DestructionList, Item
from sma_plugin.destruction.stopping import in_force
from sma_plugin.destruction.telling import answer, lines, reasons
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_json
from sma_plugin.reporting import Quiet
from sma_plugin.selection.records import AccountRecord, Category, Hold, Hotspot, PackageDecisions, Reference, Term
from sma_plugin.settings import Paths, Role, Settings
from sma_plugin.texts import UserError

LISTS = "list,version,category,value,term,ground\nlijst,2020,1,B,,Trend\nlijst,2020,2,V,P1Y,Risico\n"
DAY = "2026-11-01"
SAID = {"date": "2-11-2026", "manner": "gewist uit het e-depot", "executor": "Beheer e-depot"}
COVERED = {"replicas": "ja", "dips": "nvt", "overviews": "ja, ook vernietigd", "indexes": "yes", "suppliers": "nee"}
DECIDED = Decided("archivaris", "1-11-2026", "Besluit 2026/9")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with packages: kept for ever, for one year (2025), and of no category."""
    home = tmp_path_factory.mktemp("destruction")
    for number, category in ((1, "1"), (2, "2"), (3, "")):
        (home / "register.csv").write_text(
            f"platform,native_id,handle,kind,list,category\nmastodon,{ACTOR},,corporate,lijst,{category}\n"
        )
        (home / "selection-list.csv").write_text(LISTS)
        bundle = zipped(home / f"{number}.zip", mastodon([note(1, "Dag"), note(2, "Weer")]))
        (package,) = ingest([bundle], home / "out" / str(number), Settings(base=str(home)), Quiet()).packages
        package.path.rename(home / "out" / str(number) / f"pakket-{number}")
    return home / "out"


@pytest.fixture
def packages(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "pakketten")
    return tmp_path / "pakketten"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    roles = {"archivaris": Role(("destruction",)), "stagiair": Role(())}
    return Settings(base=str(tmp_path), roles=roles, paths=Paths(destruction="vernietiging"))


def verdicts(found: DestructionList) -> dict[str, str]:
    return {Path(item.path).name: item.verdict for item in found.items}


def the_list(tmp_path: Path, packages: Path, settings: Settings, name: str = "lijst.json") -> Path:
    write_listing(tmp_path / name, listed([packages], DAY, settings), settings, "nl")
    return tmp_path / name


# --- the list --------------------------------------------------------------------------------------------------------


def test_a_folder_of_packages_is_told_by_what_may_happen(packages: Path, settings: Settings) -> None:
    found = listed([packages], DAY, settings)
    assert [(item.verdict, item.value, item.posts) for item in found.items] == [
        ("may", "V", 2),
        ("unknown", "N", 2),
        ("permanent", "B", 2),
    ]
    may = found.items[0]
    assert reasons(may, "nl") == (
        "de bewaartermijn van 1 jaar begon op 1 maart 2025 en was voorbij op 1 maart 2026; "
        "er is geen bevriezing en geen hotspot"
    )
    assert may.ground == "2 2 (lijst 2020); Risico"
    assert may.bytes > 10_000
    assert answer(found, "en").startswith("On 1 November 2026 1 package may be destroyed: 2 own posts, ")
    assert not any("Dag" in line for line, _, _ in lines(found, "nl"))


@pytest.mark.parametrize(
    ("on", "verdict"), [("2026-02-28", "not-yet"), ("2026-03-01", "not-yet"), ("2026-03-02", "may")]
)
def test_a_term_has_to_be_over(packages: Path, settings: Settings, on: str, verdict: str) -> None:
    (item,) = (one for one in listed([packages], on, settings).items if one.value == "V")
    assert item.verdict == verdict


def packed(packages: Path, form: str, tmp_path: Path) -> Path:
    """The package that may be destroyed as an AIP in an archive, in a folder of its own."""
    source = packages / "2" / "pakket-2"
    aip = tmp_path / "aip" / "naam-1234"
    shutil.copytree(source / "objects", aip / "data" / "objects")
    shutil.copytree(source / "metadata", aip / "data" / "objects" / "metadata" / "transfers" / "pakket-2")
    target = tmp_path / "opslag" / f"naam.{form}"
    target.parent.mkdir()
    if form == "7z":
        py7zr = pytest.importorskip("py7zr")
        with py7zr.SevenZipFile(target, "w") as archive:
            archive.writeall(aip, "naam-1234")
    elif form == "tar":
        with tarfile.open(target, "w") as tar:
            tar.add(aip, "naam-1234")
    elif form == "zip":
        with zipfile.ZipFile(target, "w") as zipfolder:
            for path in sorted(aip.rglob("*")):
                zipfolder.write(path, f"naam-1234/{path.relative_to(aip).as_posix()}")
    else:
        shutil.copytree(aip, target)
    return target


@pytest.mark.parametrize("form", ["zip", "tar", "7z", "map"])
def test_an_aip_tells_what_its_package_told(packages: Path, settings: Settings, tmp_path: Path, form: str) -> None:
    aip = packed(packages, form, tmp_path)
    (item,) = listed([aip.parent], DAY, settings).items
    (known,) = (one for one in listed([packages], DAY, settings).items if one.value == "V")
    assert (item.id, item.digest, item.verdict, item.why) == (known.id, known.digest, "may", known.why)
    assert Path(item.path) == aip


def test_a_mets_beside_its_objects_will_do(packages: Path, settings: Settings) -> None:
    mets = packages / "2" / "pakket-2" / "metadata" / "sma" / "mets.xml"
    assert [one.verdict for one in listed([mets], DAY, settings).items] == ["may"]


def test_what_cannot_be_read_is_told_and_the_others_go_on(packages: Path, settings: Settings) -> None:
    (packages / "kapot.zip").write_bytes(b"PK\x03\x04 kapot")
    (packages / "foto.zip").write_bytes(_zip({"foto.jpg": b"x"}))
    (packages / "2" / "pakket-2" / "metadata" / "sma" / "decisions.json").write_text("{")
    found = {Path(one.path).name: one for one in listed([packages], DAY, settings).items}
    assert "foto.zip" not in found
    assert found["2" if "2" in found else "pakket-2"].why[0].name == "no-decisions"
    assert sum(one.verdict == "unknown" for one in found.values()) >= 2


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_where_no_package_is_that_is_said(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "leeg").mkdir()
    with pytest.raises(UserError, match="No package or AIP"):
        listed([tmp_path / "leeg"], DAY, settings)
    with pytest.raises(UserError, match="nietbestaand"):
        listed([tmp_path / "nietbestaand"], DAY, settings)


# --- judging ---------------------------------------------------------------------------------------------------------

V = Category("lijst", "2020", "2", "Overig", "V", term="P1Y")
RUNS = Term("P1Y", None, "2025-03-01", "2026-03-01")
HOLD = Hold("Rechtszaak", "Brief 4", "2026-01-01")
SPOT = Hotspot("Hoogwater", "Hotspotlijst", "2025")


def decisions(**fields: Any) -> PackageDecisions:
    known: dict[str, Any] = {"value": "V", "category": V, "term": RUNS} | fields
    return PackageDecisions(AccountRecord("x", "1"), series=Reference("Sociale media"), **known)


@pytest.mark.parametrize(
    ("decided", "verdict", "names"),
    [
        (decisions(), "may", ["may"]),
        (decisions(holds=(HOLD,)), "stopped", ["hold"]),
        (decisions(holds=(msgspec.structs.replace(HOLD, until="2026-10-31"),)), "may", ["may"]),
        (decisions(holds=(msgspec.structs.replace(HOLD, until="2026-11-01"),)), "stopped", ["hold-until"]),
        (decisions(holds=(msgspec.structs.replace(HOLD, since="2026-11-02"),)), "may", ["may"]),
        (decisions(value="B", term=None, hotspots=(SPOT,)), "stopped", ["hotspot"]),
        (decisions(value="B", term=None), "permanent", ["permanent"]),
        (decisions(value="B", term=None, holds=(HOLD,)), "permanent", ["permanent", "hold"]),
        (decisions(value="N", category=None, term=None), "unknown", ["undetermined"]),
        (decisions(value="N", category=None, term=None, holds=(HOLD,)), "stopped", ["hold", "undetermined"]),
        (decisions(term=None), "unknown", ["no-term"]),
        (decisions(term=Term("P1Y", "sluiting account")), "unknown", ["trigger-unknown"]),
        (decisions(term=Term("P1Y")), "unknown", ["no-trigger"]),
        (decisions(term=msgspec.structs.replace(RUNS, ends="2027-01-01")), "not-yet", ["term-runs"]),
    ],
)
def test_why_a_package_may_go_or_not(decided: PackageDecisions, verdict: str, names: list[str]) -> None:
    found, why = judged(decided, DAY, [held_by(one) for one in decided.holds if in_force(one, DAY)])
    assert (found, [one.name for one in why]) == (verdict, names)
    for language in ("nl", "en"):
        assert "{" not in reasons(Item("", "", "", "", found, why), language)


@pytest.mark.parametrize("told", ["1 januari 2031", "1 January 2031", "1-1-2031", "2031-01-01"])
def test_a_day_may_be_written_as_people_do(told: str) -> None:
    assert day_named(told) == "2031-01-01"


@pytest.mark.parametrize("told", ["2031", "31-2-2031", "31 februari 2031", "ooit"])
def test_what_is_no_day_is_refused(told: str) -> None:
    with pytest.raises(UserError, match="is no day"):
        day_named(told)


# --- holds and hotspots of the configuration -------------------------------------------------------------------------

ON_HOLD = "Rechtszaak;Brief 4;1-1-2026;{until};archivaris;2-1-2026;{accounts}"


def with_holds(settings: Settings, *rows: str) -> Settings:
    head = "naam;grond;van;tot en met;rol;datum;accounts"
    Path(settings.base, "bevriezingen.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    paths = msgspec.structs.replace(settings.paths, holds=("bevriezingen.csv",))
    roles = settings.roles | {"archivaris": Role(("destruction", "hold"))}
    return msgspec.structs.replace(settings, paths=paths, roles=roles)


@pytest.mark.parametrize(
    ("until", "accounts", "verdict"),
    [
        ("", "", "stopped"),
        ("", ACTOR, "stopped"),
        ("", "x:iemand", "may"),
        ("31-10-2026", "", "may"),
        ("1-11-2026", "", "stopped"),
    ],
)
def test_a_hold_of_today_stops_a_package_of_before(
    packages: Path, settings: Settings, until: str, accounts: str, verdict: str
) -> None:
    now = with_holds(settings, ON_HOLD.format(until=until, accounts=accounts))
    (item,) = (one for one in listed([packages], DAY, now).items if one.value == "V")
    assert item.verdict == verdict
    if verdict == "stopped":
        assert reasons(item, "nl").startswith("bevroren: Rechtszaak, ")


def test_a_hold_that_the_table_lifted_is_lifted(packages: Path, settings: Settings) -> None:
    known = Package(packages / "2" / "pakket-2").decisions
    write_json(known, msgspec.structs.replace(read_json(known, PackageDecisions), holds=(HOLD,)))
    assert the_verdict(packages, settings) == "stopped"
    assert the_verdict(packages, with_holds(settings, ON_HOLD.format(until="1-2-2026", accounts=""))) == "may"


def the_verdict(packages: Path, settings: Settings) -> str:
    (item,) = (one for one in listed([packages], DAY, settings).items if one.value == "V")
    return item.verdict


def test_a_row_that_cannot_be_used_leaves_no_certainty(packages: Path, settings: Settings) -> None:
    with pytest.raises(UserError, match="no certainty"):
        listed([packages], DAY, with_holds(settings, "Rechtszaak;;1-1-2026;;archivaris;2-1-2026;"))


@pytest.mark.parametrize(("words", "verdict"), [("weer", "stopped"), ("hoogwater", "may")])
def test_a_hotspot_that_was_listed_since_is_tried_on_the_posts(
    packages: Path, settings: Settings, words: str, verdict: str, tmp_path: Path
) -> None:
    Path(settings.base, "hotspots.csv").write_text(
        f"naam;lijst;versie;van;tot en met;trefwoorden\nStorm;Hotspotlijst;2026;1-1-2025;31-12-2025;{words}\n"
    )
    paths = msgspec.structs.replace(settings.paths, hotspots=("hotspots.csv",))
    now = msgspec.structs.replace(settings, paths=paths)
    assert the_verdict(packages, now) == verdict
    aip = packed(packages, "zip", tmp_path)
    (item,) = listed([aip], DAY, now).items
    assert item.verdict == verdict
    if verdict == "stopped":
        assert item.why[0].params == {"name": "Storm", "list": "Hotspotlijst 2026", "count": "1"}


def test_a_hold_after_the_list_stops_the_approval(tmp_path: Path, packages: Path, settings: Settings) -> None:
    path = the_list(tmp_path, packages, settings)
    since = "Onderzoek;Brief 5;20-11-2026;;archivaris;20-11-2026;"
    with pytest.raises(UserError, match="may not be destroyed: on hold: Onderzoek"):
        approve(path, (), DECIDED, with_holds(settings, since))


def test_a_hold_after_the_approval_stops_the_declaration(tmp_path: Path, packages: Path, settings: Settings) -> None:
    made = approve(the_list(tmp_path, packages, settings), (), DECIDED, settings)
    destroyed(packages)
    since = f"Onderzoek;Brief 5;2-11-2026;;archivaris;2-11-2026;{ACTOR}"
    with pytest.raises(UserError, match="no destruction can be declared: on hold: Onderzoek"):
        declare(made, SAID | COVERED, (), with_holds(settings, since))


# --- how the list goes out -------------------------------------------------------------------------------------------


def test_the_page_loads_nothing_and_says_why(packages: Path, settings: Settings) -> None:
    page = list_page(listed([packages], DAY, settings), "nl").decode()
    assert "default-src 'none'" in page
    assert "Mag worden vernietigd (1)" in page
    assert "Risico" in page
    assert "src=" not in page


def test_a_list_is_not_written_over_another(tmp_path: Path, packages: Path, settings: Settings) -> None:
    the_list(tmp_path, packages, settings)
    with pytest.raises(UserError, match="exists"):
        the_list(tmp_path, packages, settings)
    with pytest.raises(UserError, match=r"\.xlsx, \.csv, \.html or \.json"):
        the_list(tmp_path, packages, settings, "lijst.txt")


# --- approval --------------------------------------------------------------------------------------------------------


def filled(path: Path, target: Path, *rows: int, **values: str) -> Path:
    """The table with its first rows filled in."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream, delimiter=";"))
    for number in rows:
        table[number] |= values
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(table[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(table)
    return target


ANSWER = {"besluit": "vernietigen", "rol": "archivaris", "datum": "1-11-2026", "grond": "Besluit 9"}


def test_a_table_comes_back_with_the_decision_in_it(tmp_path: Path, packages: Path, settings: Settings) -> None:
    table = filled(the_list(tmp_path, packages, settings, "l.csv"), tmp_path / "terug.csv", 0, **ANSWER)
    made = approve(table, (), Decided(), settings)
    assert (made.role, made.date, made.ground, made.on) == ("archivaris", "2026-11-01", "Besluit 9", DAY)
    assert [one.item.name for one in made.approved] == [the_package(packages).name]


def test_a_workbook_comes_back_too(tmp_path: Path, packages: Path, settings: Settings) -> None:
    path = the_list(tmp_path, packages, settings, "l.xlsx")
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book.active[1]]
    for heading, value in ANSWER.items():
        book.active.cell(2, headings.index(heading) + 1).value = value
    book.save(path)
    assert len(approve(path, (), Decided(), settings).approved) == 1


def the_package(packages: Path) -> Item:
    (item,) = (one for one in listed([packages], DAY, Settings()).items if one.verdict == "may")
    return item


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        (Decided(), "role is not filled in"),
        (DECIDED._replace(role="archivist"), "archivaris may be meant"),
        (DECIDED._replace(role="stagiair"), "These may: archivaris"),
        (DECIDED._replace(date="1-1-2199"), "in the future"),
        (DECIDED._replace(date="ooit"), "is no day"),
        (DECIDED._replace(ground=" "), "ground is not filled in"),
        (DECIDED._replace(left_out=("pakje",)), "is not on"),
    ],
)
def test_what_nobody_could_approve_is_refused(
    tmp_path: Path, packages: Path, settings: Settings, decided: Decided, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        approve(the_list(tmp_path, packages, settings), (), decided, settings)


@pytest.mark.parametrize(
    ("rows", "values", "said"),
    [
        ((0,), ANSWER | {"besluit": "wegdoen"}, "is no decision"),
        ((0,), ANSWER | {"besluit": "bewaren"}, "Nothing is left"),
        ((2,), ANSWER, "may not be destroyed: to be kept permanently"),
        ((0,), ANSWER | {"controlegetal": "0" * 64}, "not what it was"),
        ((0,), ANSWER | {"plaats": "elders"}, "was not found"),
        ((0,), ANSWER | {"peildatum": "2020-01-01"}, "no list of destruction"),
    ],
)
def test_a_table_that_does_not_hold_is_refused(
    tmp_path: Path, packages: Path, settings: Settings, rows: tuple[int, ...], values: dict[str, str], said: str
) -> None:
    table = filled(the_list(tmp_path, packages, settings, "l.csv"), tmp_path / "terug.csv", *rows, **values)
    with pytest.raises(UserError, match=said):
        approve(table, (), Decided(), settings)


def test_a_package_can_be_left_out(tmp_path: Path, packages: Path, settings: Settings) -> None:
    path = the_list(tmp_path, packages, settings)
    with pytest.raises(UserError, match="Nothing is left"):
        approve(path, (), DECIDED._replace(left_out=(the_package(packages).name,)), settings)


def test_a_package_that_changed_since_the_list_is_noticed(tmp_path: Path, packages: Path, settings: Settings) -> None:
    path = the_list(tmp_path, packages, settings)
    known = Package(packages / "2" / "pakket-2").decisions
    decided = read_json(known, PackageDecisions)
    write_json(known, msgspec.structs.replace(decided, holds=(HOLD,)))
    with pytest.raises(UserError, match="not what it was"):
        approve(path, (), DECIDED, settings)


def test_packages_that_moved_are_found_where_somebody_says(tmp_path: Path, packages: Path, settings: Settings) -> None:
    path = the_list(tmp_path, packages, settings)
    packages.rename(tmp_path / "elders")
    with pytest.raises(UserError, match="was not found"):
        approve(path, (), DECIDED, settings)
    assert len(approve(path, [tmp_path / "elders"], DECIDED, settings).approved) == 1


# --- declaration -----------------------------------------------------------------------------------------------------


@pytest.fixture
def approved(tmp_path: Path, packages: Path, settings: Settings) -> Iterator[Path]:
    made = approve(the_list(tmp_path, packages, settings), (), DECIDED, settings)
    path, form = keep_approval(made, folder_for(settings, None), "nl")
    assert form.is_file()
    yield path
    assert json.loads(path.read_bytes())["role"] == "archivaris"


def destroyed(packages: Path) -> None:
    shutil.rmtree(packages / "2")


def test_what_was_destroyed_is_declared(approved: Path, packages: Path, settings: Settings, tmp_path: Path) -> None:
    destroyed(packages)
    made = declare(read_approval(approved), SAID | COVERED, [packages], settings)
    assert made.executed.covered == {
        "replicas": "yes",
        "dips": "not-applicable",
        "overviews": "yes",
        "indexes": "yes",
        "suppliers": "no",
    }
    target = keep_declaration(made, folder_for(settings, None), settings, "nl")
    page = (target / "declaration.html").read_text(encoding="utf-8")
    for told in ("Verklaring van vernietiging", "Besluit 2026/9", "gewist uit het e-depot", "nee, niet vernietigd"):
        assert told in page
    events = etree.parse(target / "premis.xml").getroot()
    space = {"p": "http://www.loc.gov/premis/v3"}
    assert [one.text for one in events.iterfind(".//p:eventType", space)] == ["deletion"]
    agents = {one.text for one in events.iterfind(".//p:agentIdentifierValue", space)}
    assert agents == {one.text for one in events.iterfind(".//p:linkingAgentIdentifierValue", space)}
    (record,) = (target / "mdto").iterdir()
    mdto = etree.parse(record).getroot()
    labels = [one.text for one in mdto.iterfind(".//{*}event/{*}eventType/{*}begripLabel")]
    assert labels[-1] == "Vernietigen"
    sheet = openpyxl.load_workbook(target / "declaration.xlsx").active
    assert sheet.max_row == 2
    assert not list(tmp_path.rglob("*.part"))


def test_the_data_of_a_declaration_are_valid(approved: Path, packages: Path, settings: Settings) -> None:
    from sma_plugin.validate import schemas  # noqa: PLC0415

    if schemas.missing():
        pytest.skip("the official schemas are not at hand: set SMA_SCHEMAS")
    destroyed(packages)
    made = declare(read_approval(approved), SAID | COVERED, (), settings)
    target = keep_declaration(made, folder_for(settings, None), settings, "nl")
    for path in (target / "premis.xml", *(target / "mdto").iterdir()):
        driver = schemas.single("premis" if path.name == "premis.xml" else "mdto")
        assert driver.validate(etree.parse(path)), driver.error_log


def test_while_a_package_is_still_there_nothing_is_declared(approved: Path, settings: Settings) -> None:
    with pytest.raises(UserError, match="is still there"):
        declare(read_approval(approved), SAID | COVERED, (), settings)


def test_a_copy_elsewhere_is_noticed(approved: Path, packages: Path, settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(packages / "2", tmp_path / "kopie")
    destroyed(packages)
    with pytest.raises(UserError, match="is still there"):
        declare(read_approval(approved), SAID | COVERED, [tmp_path / "kopie"], settings)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"executor": ""}, "Carried out by"),
        ({"suppliers": ""}, "copies held by suppliers"),
        ({"dips": "misschien"}, "is no answer"),
        ({"date": "1-1-2199"}, "in the future"),
        ({"date": "31-10-2026"}, "allowed from 2026-11-01"),
    ],
)
def test_what_cannot_be_declared_is_refused(
    approved: Path, packages: Path, settings: Settings, told: dict[str, str], said: str
) -> None:
    destroyed(packages)
    with pytest.raises(UserError, match=said):
        declare(read_approval(approved), SAID | COVERED | told, (), settings)


def test_without_an_approval_nothing_is_declared(tmp_path: Path, packages: Path, settings: Settings) -> None:
    with pytest.raises(UserError, match="is no approval"):
        read_approval(the_list(tmp_path, packages, settings))


def test_the_form_is_filled_in_and_comes_back(approved: Path) -> None:
    form = approved.with_name(f"{approved.stem}-formulier.csv")
    answers = SAID | COVERED
    rows = form.read_text(encoding="utf-8-sig").splitlines()
    form.write_text("\n".join([row + answers.get(row.partition(";")[0], "") for row in rows]), encoding="utf-8")
    assert executed_as(read_form(form)).executor == "Beheer e-depot"


def test_nothing_in_the_house_deletes_from_a_package() -> None:
    """The room for destruction has no means to delete."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sma_plugin" / "destruction").glob("*.py"))
    assert [word for word in ("unlink", "rmtree", "os.remove", "rmdir", ".rename(") if word in code] == []
