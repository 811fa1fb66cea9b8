"""Policies of preferred formats: made of tables, one before the other, and converting by them in the step normalise."""

from __future__ import annotations

import json
import tomllib
from multiprocessing import Value
from pathlib import Path

import msgspec
import openpyxl
import pytest
from lxml import etree
from typer.testing import CliRunner

import conversions_made
from conftest import ROOT
from conversions_made import PNG_PUIDS, policy
from finding_cases import LISTED, WEIGHED
from making import ACTOR, PNG, mastodon, note, zipped
from sma_plugin.cli import app
from sma_plugin.describe.xml import METS
from sma_plugin.formats import conversion
from sma_plugin.formats.identify import identify
from sma_plugin.formats.magic import signatures
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import Event
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.pipeline import run
from sma_plugin.preferred.checking import files_at, time_in_words
from sma_plugin.preferred.converting import Converting, Made, _Worker
from sma_plugin.preferred.importing import import_policy, write_policy
from sma_plugin.preferred.losses import kept, lost
from sma_plugin.preferred.planning import Cost, ToConvert
from sma_plugin.preferred.policy import Rule, policies_named, shipped
from sma_plugin.preferred.puids import read_puids
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.selection.asking import open_in
from sma_plugin.settings import Paths, Policy, Role, Settings
from sma_plugin.texts import UserError
from sma_plugin.validate.step import validate_path

PICTURE = {"type": "Document", "mediaType": "image/png", "url": "/media_attachments/a.png", "name": "plein"}
CONVERTED = "objects/derived/normalised/01-mastodon-platform-export/media_attachments/a.png.copy"
HEADINGS = ("Informatiesoort", "Extensie", "Versie en/of profiel", "Formaat naam", "Status", "PUID", "Opmerkingen")


def sma(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["formats", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.stdout


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "puids", "local", "unread"),
    [
        ("fmt/44", ("fmt/44",), (), ""),
        (" FMT/21-23 ", ("fmt/21", "fmt/22", "fmt/23"), (), ""),
        ("fmt/21 t/m fmt/22", ("fmt/21", "fmt/22"), (), ""),
        ("x-fmt/18\nfmt/1;fmt/2 en fmt / 3", ("x-fmt/18", "fmt/1", "fmt/2", "fmt/3"), (), ""),
        ("fmt/141, 142 en 145", ("fmt/141", "fmt/142", "fmt/145"), (), ""),
        ("fmt/1 (of fmt/2)", ("fmt/1", "fmt/2"), (), ""),
        ("TSS-fmt/9, fmt/4", ("fmt/4",), ("TSS-fmt/9",), ""),
        ("SMA-fmt/10-11", ("sma-fmt/10", "sma-fmt/11"), (), ""),
        ("Geen", (), (), ""),
        ("", (), (), ""),
        ("fmt/9-fmt/4", (), (), "fmt/9-fmt/4"),
        ("fmt/1-9000", (), (), "fmt/1-9000"),
        ("volgt, fmt/4", ("fmt/4",), (), "volgt"),
    ],
)
def test_cells_with_identifiers_are_read_as_people_write_them(
    cell: str, puids: tuple[str, ...], local: tuple[str, ...], unread: str
) -> None:
    assert read_puids(cell) == (puids, local, unread)


def norm(path: Path) -> Path:
    """A workbook in the form of the national norm, with titles, merged cells and a sheet that comes first."""
    book = openpyxl.Workbook()
    book.active.title = "Leeswijzer"
    sheet = book.create_sheet("Lijst Voorkeursformaten")
    sheet.append(["Norm (verzonnen)"])
    sheet.append([])
    sheet.append(HEADINGS)
    sheet.append(["Afbeelding", "PNG", "1.2", "Portable Network\nGraphics", "Voorkeur", "fmt/11-13", ""])
    sheet.append([None, "JPG", "", "JPEG", None, "fmt/41, fmt/43", "wijd verbreid"])
    sheet.append(["Tekst", "XYZ", "", "Eigen tekst", "Acceptabel", "Geen", ""])
    sheet.append(["Tekst", "TSS", "", "Lokaal", "Acceptabel", "TSS-fmt/9", ""])
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("E4:E5")
    book.create_sheet("Onderbouwing").append(["Formaat", "Toelichting"])
    book.save(path)
    return path


def test_the_norm_is_taken_from_its_workbook_with_merged_cells_ranges_and_local_ids(tmp_path: Path) -> None:
    found = import_policy(norm(tmp_path / "norm.xlsx"), "Norm")
    assert (found.rows, found.findings) == (4, [])
    assert [(one.status, one.puids, one.extensions, one.sort, one.name) for one in found.policy.format] == [
        ("preferred", ("fmt/11", "fmt/12", "fmt/13"), (), "Afbeelding", "Portable Network Graphics"),
        ("preferred", ("fmt/41", "fmt/43"), (), "Afbeelding", "JPEG"),
        ("acceptable", (), (".xyz",), "Tekst", "Eigen tekst"),
        ("acceptable", ("TSS-fmt/9",), (".tss",), "Tekst", "Lokaal"),
    ]


def test_a_table_is_read_as_people_leave_it_and_each_odd_cell_is_told_with_its_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = " Lijst Voorkeursformaten "
    sheet.append(HEADINGS)
    sheet.append(["AFBEELDINGEN"])  # a title over all columns
    sheet.merge_cells("A2:G2")
    sheet.append(["Afbeelding", ".TIF / *.tiff", "", "TIFF ", " voorkeur ", " fmt/353\u00a0", ""])
    sheet.append(["Afbeelding", "n.v.t.", "", "Raar", "Voorkeur", "fmt/x", ""])
    sheet.append(["Afbeelding", "gif", "", "GIF", '=IF(1,"Voorkeur","")', "fmt/3", ""])
    sheet.append(["Afbeelding", "bmp", "", "BMP", "#N/A", "fmt/116", ""])
    sheet["E6"].data_type = "e"
    sheet.append(["Video", "mp4", "", "MP4", "Acceptabel", "fmt/199", ""])
    sheet.append(["Video", "mov", "", "MOV", None, "x-fmt/384", ""])
    sheet.merge_cells("E7:E8")
    sheet.append(["Audio", "wav", "", "WAV", "Voorkeur", "fmt/141", ""])
    sheet.merge_cells("E9:F9")  # which of the two it is for, nobody can tell
    sheet.row_dimensions[7].hidden = True
    book.save(tmp_path / "norm.xlsx")
    found = import_policy(tmp_path / "norm.xlsx", "Norm")
    assert [(one.status, one.puids, one.extensions) for one in found.policy.format] == [
        ("preferred", ("fmt/353",), ()),
        ("acceptable", ("fmt/199",), ()),
        ("acceptable", ("x-fmt/384",), ()),
        ("preferred", (), (".wav",)),
    ]
    told = [(one.code, one.places[0].item, one.params.get("column")) for one in found.findings]
    assert sorted(told) == [
        ("SMA-F020", "4", "PUID (F)"),
        ("SMA-F025", "4", "PUID (F)"),
        ("SMA-F032", None, None),
        ("SMA-S043", "6", "Status (E)"),
        ("SMA-S062", "5", "Status (E)"),
    ]


def test_a_format_with_an_identifier_of_another_list_alone_goes_by_its_extension(tmp_path: Path) -> None:
    rules = 'puids = ["TSS-fmt/9"]\nextensions = [".tss"]'
    (tmp_path / "p.toml").write_text(f'[name]\nnl="x"\nen="x"\n[[format]]\nstatus="acceptable"\n{rules}\n')
    found = policies_named(Settings(base=str(tmp_path)), ("p.toml",))
    assert found.about(None, "meting.TSS")
    assert found.about("x-fmt/111", "meting.tss") is None


def test_an_archives_csv_and_json_give_the_same_policy_and_a_policy_reads_back_as_it_was(tmp_path: Path) -> None:
    rows = [
        {"type": "Audio", "extension": "WAV", "description": "Wave", "puid": "fmt/141", "categoryFormat": "Voorkeur"},
        {
            "type": "Video",
            "extension": "MP4",
            "description": "MPEG-4",
            "puid": "fmt/199",
            "categoryFormat": "Acceptabel",
        },
        {"type": "Beeld", "extension": "WEBP", "description": "x", "puid": "fmt/566", "categoryFormat": "Acceptabel"},
    ]
    rows[2] |= {"Omzetten met": "copied", "Vragen": "ja", "Reden": "te nieuw"}
    (tmp_path / "f.json").write_text(json.dumps(rows))
    columns = list(rows[2])
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    (tmp_path / "f.csv").write_text("\n".join(";".join(line) for line in lines))
    one, other = (import_policy(tmp_path / name, "Eigen").policy for name in ("f.json", "f.csv"))
    assert one.format == other.format
    last = one.format[2]
    assert (last.status, last.command, last.ask, last.why) == ("convert", "copied", True, "te nieuw")
    write_policy(tmp_path / "p.toml", one)
    assert policies_named(Settings(base=str(tmp_path)), ("p.toml",)).policies == (one,)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"naam;kleur\nx;y\n", "no table of formats"),
        ("a.json", b'{"a": 1}', "no table of formats"),
        ("a.json", b"[", "no table of formats"),
        ("a.json", b'[{"kleur": "rood"}]', "no table of formats"),
        ("a.xlsx", b"PK\x03\x04broken", "cannot be read"),
        ("a.pdf", b"%PDF", "is no table"),
    ],
)
def test_what_is_no_table_of_formats_is_said_in_one_sentence(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=said):
        import_policy(tmp_path / name, "x")


# --- policies --------------------------------------------------------------------------------------------------------


def test_of_several_policies_the_first_that_knows_a_format_decides(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(policy("copied", puids=("fmt/44",)))
    found = policies_named(Settings(base=str(tmp_path)), ("own.toml", "open-formats"))
    own, other = found.about("fmt/44", "x.jpg"), found.about("fmt/13", "x.png")
    assert own is not None
    assert other is not None
    assert (own.rule.status, own.policy.name.en) == ("convert", "Test policy")
    assert (other.rule.status, other.policy.name.en) == ("preferred", "Open formats (this project's proposal)")
    assert found.about("fmt/9999", "x.png") is None


def test_without_an_identifier_the_extension_decides_and_never_with_one(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[name]\nnl="x"\nen="x"\n[[format]]\nstatus="acceptable"\nextensions=[".png"]\n')
    found = policies_named(Settings(base=str(tmp_path)), ("p.toml",))
    assert found.about(None, "A.PNG")
    assert found.about("fmt/13", "a.png") is None


def test_policies_that_come_with_the_software_are_sound() -> None:
    assert shipped()["keep"].format == ()
    assert policies_named(Settings(), tuple(shipped())).findings == []


def test_the_policy_of_open_formats_speaks_of_every_format_that_is_told_by_an_id_of_ours() -> None:
    found = policies_named(Settings(), ("open-formats",))
    assert [row.id for row in signatures("own_formats") if not found.about(row.id, "")] == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("no.toml", None, "no format policy"),
        ("p.csv", "PUID;Status", "formats import"),
        ("p.toml", "format = 3", "cannot be read as a format policy"),
        ("p.toml", "[[", "cannot be read as a format policy"),
    ],
)
def test_a_policy_that_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=said):
        policies_named(Settings(base=str(tmp_path)), (name,))


@pytest.mark.parametrize("command", ["image-png", "schilderen"])
def test_a_command_of_what_is_not_converted_is_no_matter(command: str, tmp_path: Path) -> None:
    rule = f'[[format]]\nstatus = "preferred"\npuids = ["fmt/12"]\ncommand = "{command}"\n'
    (tmp_path / "p.toml").write_text(f'[name]\nnl = "x"\nen = "x"\n{rule}')
    assert policies_named(Settings(base=str(tmp_path)), ("p.toml",)).findings == []


# --- converting ------------------------------------------------------------------------------------------------------


def settings_at(home: Path, text: str | None, **more: object) -> Settings:
    (home / "register.csv").write_text(f"platform,native_id,handle,kind,category\nmastodon,{ACTOR},,corporate,1.1\n")
    (home / "selection-list.csv").write_text(LISTED)
    (home / "p.toml").write_text(text or "")
    paths = Paths(format_policy="p.toml" if text else (), decisions="besluiten")
    found = Settings(base=str(home), paths=paths, policies=WEIGHED, roles={"archivaris": Role(("conversion",))})
    return msgspec.structs.replace(found, **more)


def ingested(home: Path, settings: Settings, *, keep: bool = True, force: bool = False) -> Result:
    bundle = home / "archief.zip"
    if not bundle.exists():
        zipped(bundle, mastodon([note(1, "Plein", attachment=[PICTURE])]))
    return ingest([bundle], home / "out", settings, Quiet(), keep=keep, force=force)


def package_of(result: Result) -> Package:
    (found,) = result.packages
    return Package(found.path)


@pytest.fixture(autouse=True)
def _conversions(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "sound" not in request.node.name:
        conversions_made.use(monkeypatch)


def test_without_a_policy_every_file_stays_and_nothing_is_said(tmp_path: Path) -> None:
    result = ingested(tmp_path, settings_at(tmp_path, None))
    package = package_of(result)
    assert [path for path in package.normalised.iterdir() if path.is_dir()] == []
    assert not [one for one in result.packages[0].findings if one.code.startswith("SMA-F0")]


def test_a_converted_file_is_described_with_its_source_its_event_and_the_tool(tmp_path: Path) -> None:
    package = package_of(ingested(tmp_path, settings_at(tmp_path, policy("copied"))))
    assert package.path(CONVERTED).read_bytes() == PNG
    events = [one for one in read_json_lines(package.all_events, Event) if one.detail.startswith("copied")]
    source = CONVERTED.replace("objects/derived/normalised", "objects/captures").removesuffix(".copy")
    (event,) = [one for one in events if source in one.objects]
    assert (event.type, event.outcome, event.objects) == ("normalization", "success", (source, CONVERTED))
    assert ("cat", "9.1") in [(agent.name, agent.version) for agent in event.agents]
    assert event.note == "checked: all pixels equal"
    told = json.loads((package.sma / "report.json").read_text())["converted"]
    page = (package.sma / "report.html").read_text()
    assert told == {"Portable Network Graphics": 2}
    assert "Omgezette bestanden, naar formaat</dt><dd>Portable Network Graphics: 2<br>" in page
    assert "To be determined (Nader te bepalen)" in page
    assert "<dt>Besluit</dt><dd>categorie van de selectielijst: " in page
    assert [one for one in validate_path(package.root) if one.severity == "error"] == []


def test_a_file_and_what_came_of_it_are_one_medium_in_mets_and_tied_in_premis(tmp_path: Path) -> None:
    package = package_of(ingested(tmp_path, settings_at(tmp_path, policy("copied"))))
    tree = etree.parse(package.mets)
    names = {"m": METS, "p": "http://www.loc.gov/premis/v3"}
    href = "{http://www.w3.org/1999/xlink}href"
    files = {one.get("ID"): one[0].get(href) for one in tree.iterfind(".//m:file", names)}
    media = [
        [files[one.get("FILEID")] for one in div.iterfind("m:fptr", names)]
        or [files[one.get("FILEID")] for one in div.iterfind(".//m:area", names)]
        for div in tree.iterfind(".//m:div[@TYPE='media']", names)
    ]
    source = CONVERTED.replace("objects/derived/normalised", "objects/captures").removesuffix(".copy")
    assert [source, CONVERTED] in media
    (group,) = tree.iterfind(".//m:fileGrp[@USE='preservation']", names)
    assert CONVERTED in [one[0].get(href) for one in group.iterfind("m:file", names)]
    objects = {one.findtext("p:originalName", None, names): one for one in tree.iterfind(".//p:object", names)}
    uuid = objects[source].findtext(".//p:objectIdentifierValue", None, names)
    related = [one.text for one in objects[CONVERTED].iterfind(".//p:relatedObjectIdentifierValue", names)]
    assert uuid in related


def test_running_the_step_again_converts_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_at(tmp_path, policy("copied"))
    package = package_of(ingested(tmp_path, settings))
    steps = Package(package.root, tmp_path / ".out.sma-work" / "packages" / f"{package.root.name}.steps")
    before = list(read_json_lines(steps.step("normalise") / "files.jsonl", FileRecord))
    monkeypatch.setattr(conversions_made, "copied", conversions_made.refused)
    run(["normalise"], steps, settings, Quiet())
    after = list(read_json_lines(steps.step("normalise") / "files.jsonl", FileRecord))
    assert [(one.path, one.sha256) for one in after] == [(one.path, one.sha256) for one in before]
    assert not [one for one in steps.findings("normalise") if one.code == "SMA-F027"]
    package.path(CONVERTED).unlink()
    run(["normalise"], steps, settings, Quiet())
    assert [one.code for one in steps.findings("normalise")] == ["SMA-F027"]


def test_what_a_policy_no_longer_converts_leaves_the_package_again(tmp_path: Path) -> None:
    package = package_of(ingested(tmp_path, settings_at(tmp_path, policy("copied"))))
    steps = Package(package.root, tmp_path / ".out.sma-work" / "packages" / f"{package.root.name}.steps")
    run(["normalise"], steps, settings_at(tmp_path, None), Quiet())
    assert [path.name for path in package.normalised.iterdir() if path.is_dir()] == []
    assert all(
        "/normalised/0" not in one.path for one in read_json_lines(steps.step("normalise") / "files.jsonl", FileRecord)
    )


def test_several_files_that_come_of_one_are_kept_together(tmp_path: Path) -> None:
    package = package_of(ingested(tmp_path, settings_at(tmp_path, policy("unpacked"))))
    folder = package.path(CONVERTED.removesuffix(".copy") + ".files")
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "a/one",
        "three",
        "two",
    ]


def test_one_bad_file_stops_no_other_and_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some_copied = conversions_made.copied
    monkeypatch.setattr(
        conversions_made,
        "shrunk",
        lambda source, target: (
            conversions_made.deadly(source, target) if source.name == "a.png" else some_copied(source, target)
        ),
    )
    result = ingested(tmp_path, settings_at(tmp_path, policy("shrunk")))
    package = package_of(result)
    assert package.path(CONVERTED.replace("media_attachments/a.png", "avatar.png")).is_file()
    assert not package.path(CONVERTED).exists()
    (told,) = [one for one in result.packages[0].findings if one.code == "SMA-F027"]
    assert [place.path for place in told.places] == [
        "objects/captures/01-mastodon-platform-export/media_attachments/a.png"
    ]
    fails = [one for one in read_json_lines(package.all_events, Event) if one.outcome == "fail"]
    assert [one.type for one in fails] == ["normalization"]


def test_where_the_policy_wants_it_a_role_decides_first_with_the_cost_before_it(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, policy("copied", ask=True))
    result = ingested(tmp_path, settings, keep=False)
    package = package_of(result)
    assert result.open == 1
    assert not package.path(CONVERTED).exists()
    (asked,) = [one for one in open_in(WorkArea(tmp_path / ".out.sma-work")) if one.subject == "conversion"]
    assert asked.proposal == "keep"
    assert "files 2" in asked.reason["en"]
    (tmp_path / "besluiten").mkdir()
    (tmp_path / "besluiten" / "b.csv").write_text(
        f"question;decided;role;date;ground\n{asked.id};convert;archivaris;2026-01-15;Besluit 13\n"
    )
    again = ingested(tmp_path, settings)
    assert [one.code for one in again.findings if one.code == "SMA-S115"], "a package that was made is left as it is"
    package = package_of(ingested(tmp_path, settings, force=True))
    assert package.path(CONVERTED).is_file()
    (event,) = [one for one in read_json_lines(package.all_events, Event) if CONVERTED in one.objects]
    assert "decided convert" in (event.note or "")
    assert "Besluit 13" in (event.note or "")


def test_a_standing_policy_decides_without_asking(tmp_path: Path) -> None:
    standing = {**WEIGHED, "conversion": Policy("archivaris", "2026-01-15", "Besluit 14")}
    result = ingested(tmp_path, settings_at(tmp_path, policy("copied", ask=True), policies=standing))
    assert package_of(result).path(CONVERTED).is_file()
    assert result.open == 0


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_what_is_preferred_acceptable_and_neither_and_what_converting_costs(tmp_path: Path) -> None:
    folder = tmp_path / "bestanden"
    folder.mkdir()
    (folder / "a.png").write_bytes(PNG)
    (folder / "b.txt").write_text("tekst")
    (folder / "c.bin").write_bytes(b"\x00\x01\x02" * 9)
    kind = identify(folder / "a.png").puid
    assert kind in PNG_PUIDS
    text = policy("copied", ask=True) + '[[format]]\nstatus = "acceptable"\npuids = ["x-fmt/111"]\n'
    (tmp_path / "p.toml").write_text(text)
    (found,) = json.loads(sma("check", folder, "--policy", tmp_path / "p.toml", "--json")).values()
    rows = {one["example"].rpartition("/")[2]: one for one in found["formats"]}
    assert {name: one["verdict"] for name, one in rows.items()} == {
        "a.png": "convert",
        "b.txt": "acceptable",
        "c.bin": "unknown",
    }
    assert (rows["a.png"]["more_bytes"], rows["a.png"]["asks"]) == (2 * len(PNG), True)
    shown = sma("check", folder, "--policy", tmp_path / "p.toml")
    assert "by estimate" in shown
    assert "A role decides first" in shown


def test_what_is_missing_on_the_machine_is_told_first_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "p.toml").write_text(policy("cut"))
    shown = sma("check", tmp_path / "a.png", "--policy", tmp_path / "p.toml")
    assert shown.splitlines()[:2] == [
        "Tools that this machine lacks, and how to install them",
        "  shears: pip install shears",
    ]
    (tmp_path / "q.toml").write_text(policy("copied"))
    assert "lacks" not in sma("check", tmp_path / "a.png", "--policy", tmp_path / "q.toml")


def test_of_a_folder_with_packages_the_kept_files_of_each_are_looked_at(tmp_path: Path) -> None:
    for name in ("een", "twee"):
        (tmp_path / name / "metadata" / "sma").mkdir(parents=True)
        (tmp_path / name / "objects" / "captures").mkdir(parents=True)
        (tmp_path / name / "objects" / "captures" / "a.png").write_bytes(PNG)
    (tmp_path / "lijst.csv").write_text("a,b\n")
    found = [shown for _, shown in files_at(tmp_path)]
    assert found == ["een/objects/captures/a.png", "twee/objects/captures/a.png"]


def test_what_stands_converted_in_a_package_costs_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(policy("copied"))
    for name, made in (("a.png", "a.png.copy"), ("b.png", "")):
        kept = tmp_path / "een" / "objects" / "captures" / "01-x" / name
        done = tmp_path / "een" / "objects" / "derived" / "normalised" / "01-x" / (made or "posts.jsonl")
        for path in (kept, done):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(PNG)
    (tmp_path / "een" / "metadata" / "sma").mkdir(parents=True)
    shown = " ".join(sma("check", tmp_path / "een", "--policy", tmp_path / "p.toml").split())
    assert "Converted already with copied: 1." in shown
    assert "(files: 1)" in shown


def test_the_file_of_a_format_that_nothing_tells_is_named(tmp_path: Path) -> None:
    (tmp_path / "raar.blob").write_bytes(b"\0\1\2")
    assert "For example raar.blob." in " ".join(sma("check", tmp_path / "raar.blob", "--policy", "keep").split())


def test_estimates_are_by_command_and_format_and_their_rows_are_sound() -> None:
    rows = tomllib.loads((ROOT / "fpr_rules" / "costs.toml").read_text(encoding="utf-8"))["cost"]
    named = [(row["command"], puid) for row in rows for puid in row["of"]]
    assert len(named) == len(set(named))
    assert [pair for pair in named if not conversion.commands()[pair[0]].takes(pair[1])] == []
    assert all(row["growth"] > 0 and row["speed"] > 0 for row in rows)
    command = conversion.commands()["warc-to-warc-1.1"]
    plain, packed = (Cost().plus(1_000_000, command, puid) for puid in ("fmt/1355", "sma-fmt/10"))
    assert (plain.after, packed.after) == (1_000_000, 2_500_000)
    page = conversion.commands()["page-to-pdfa-2u"]
    assert Cost().plus(1_000, page, "fmt/471").seconds > 0.5
    assert Cost().plus(1_000, page, "fmt/9999").seconds == page.start + 1_000 / page.speed
    assert Cost().plus(1_000_000, command, "fmt/9999").after == 1_000_000 * command.growth


def test_of_a_version_that_no_policy_knows_it_is_told_which_are_known(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    named = 'name = "portable network graphics"\nstatus = "preferred"\npuids = ["fmt/9999"]\n'
    (tmp_path / "p.toml").write_text(f'[name]\nnl = "x"\nen = "x"\n[[format]]\n{named}')
    shown = sma("check", tmp_path / "a.png", "--policy", tmp_path / "p.toml")
    assert "Something of another version, though: fmt/9999." in " ".join(shown.split())
    assert "though" not in sma("check", tmp_path / "p.toml", "--policy", tmp_path / "p.toml")


def test_the_commands_import_and_list_tell_what_they_did(tmp_path: Path) -> None:
    shown = sma("import", norm(tmp_path / "norm.xlsx"), "--out", tmp_path / "norm.toml")
    assert "rows read: 4, rules: 4, PUIDs: 6" in " ".join(shown.split())
    listed = sma("list", "--policy", tmp_path / "norm.toml")
    assert "2 preferred, 2 acceptable, 0 convert" in " ".join(listed.split())
    assert "pip install shears" in listed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (59, "59 seconds"), (61, "2 minutes"), (3601, "2 hours"), (3600, "60 minutes")],
)
def test_stretches_of_time_are_rounded_up(seconds: float, words: str) -> None:
    assert time_in_words(seconds, "en") == words


def test_a_journal_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, policy("copied"))
    package = package_of(ingested(tmp_path, settings))
    steps = Package(package.root, tmp_path / ".out.sma-work" / "packages" / f"{package.root.name}.steps")
    journal = steps.step("normalise") / "converted-0.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    (steps.step("normalise") / "converting").mkdir()
    (steps.step("normalise") / "converting" / "half").write_bytes(b"x")
    run(["normalise"], steps, settings, Quiet())
    assert package.path(CONVERTED).read_bytes() == PNG
    assert [one.name for one in steps.step("normalise").glob("convert*")] == ["converted-0.jsonl"]


def test_a_package_without_its_workshop_keeps_what_was_converted(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, policy("copied"))
    package = package_of(ingested(tmp_path, settings, keep=False))
    run(["normalise"], package, settings, Quiet())
    assert package.path(CONVERTED).read_bytes() == PNG


def test_changes_are_told_in_the_readers_language() -> None:
    made = Made("a", "", "x", "", before={"width": 2, "seconds": 1}, after={"width": 1, "frames": 3})
    assert [(one.params["feature_nl"], one.params["unit_en"]) for one in lost(made)] == [
        ("leesbaar", "width"),
        ("leesbaar", "seconds"),
        ("leesbaar", "frames"),
    ]
    assert [(one.measure, one.files, one.same) for one in kept([made, made])] == [
        ("frames", 2, 0),
        ("seconds", 2, 0),
        ("width", 2, 0),
    ]
    assert made.changes() == "width 2 → 1, seconds 1 → -, frames - → 3"
    assert made.differs


def test_a_process_whose_run_was_killed_takes_no_further_file(tmp_path: Path) -> None:
    package = package_of(ingested(tmp_path, settings_at(tmp_path, policy("copied"))))
    converting = Converting(package, tmp_path, Stamps("x"))
    record = FileRecord("objects/captures/x", "", 1)
    planned = ToConvert(record, conversions_made.COMMANDS[0], Rule("convert"))
    assert _Worker(converting, [planned], 0, Value("q", 0), parent=-1).work(lambda _more: None) == 0
    assert list(tmp_path.glob("converted*")) == []
