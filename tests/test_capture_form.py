"""The form about captures, end to end: made by ``sma describe``, filled in, read back with the delivery."""

from __future__ import annotations

import csv
import doctest
import io
from pathlib import Path
from typing import Any

import pytest

from making import mastodon, note, zipped
from sma_plugin.bundle import draft, questions
from sma_plugin.bundle.declared import Declarations
from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.draft import described
from sma_plugin.drafts import write_drafts
from sma_plugin.findings import Finding
from sma_plugin.model import Capture
from sma_plugin.package.files import read_json
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.show import looked_into

openpyxl = pytest.importorskip("openpyxl")
ANSWERS = {
    "wie heeft vastgelegd": "Team Communicatie",
    "wie gaf toestemming": "Gemeentesecretaris",
    "grond": "Archiefwet 1995, art. 3",
    "toegang": "als beheerder van het account",
    "moment van vastlegging": "31-01-2026 14:00",
    "gereedschap": "exportfunctie",
    "opslagplaats": "Nederland",
}


def received(bundle: Path) -> tuple[dict[str, Capture], list[Finding]]:
    """Every capture of a delivery, by what was delivered of it, and what was found on receipt."""
    with looked_into([bundle], Settings(), Quiet(), ("receive",)) as place:
        record = read_json(place.delivery, DeliveryRecord)
        return {one.subject: one.capture for one in described(record)}, list(place.findings("receive"))


def form_of(bundle: Path, out: Path, language: Any = "nl") -> None:
    with looked_into([bundle], Settings(), Quiet(), ("receive",)) as place:
        list(write_drafts(described(read_json(place.delivery, DeliveryRecord)), out, language))


def answer(form: Path, answers: dict[str, str]) -> None:
    """Fill in every sheet, as a person does in a spreadsheet program."""
    book = openpyxl.load_workbook(form)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=4):
            if row[0].value in answers:
                row[2].value = answers[row[0].value]
    book.save(form)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_form_that_is_filled_in_describes_the_capture(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "archief.zip", mastodon())
    form_of(bundle, tmp_path / "archief.capture.xlsx")
    before, missing = received(bundle)
    assert codes(missing) == ["SMA-B014"]
    answer(tmp_path / "archief.capture.xlsx", ANSWERS)
    captures, findings = received(bundle)
    capture = captures["archief.zip"]
    assert findings == []
    assert capture.agent == "Team Communicatie"
    assert capture.access_level == "account-owner"
    assert capture.captured == "2026-01-31T14:00:00"
    assert (capture.platform, capture.technique) == ("mastodon", "platform-export")
    assert capture.account == before["archief.zip"].account


def test_one_form_describes_every_capture_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "levering"
    zipped(folder / "een.zip", mastodon())
    zipped(folder / "twee.zip", mastodon([note(9, "later")]))
    form_of(folder, folder / "capture.xlsx", "en")
    book = openpyxl.load_workbook(folder / "capture.xlsx")
    for number, sheet in enumerate(book.worksheets):
        for row in sheet.iter_rows(min_row=4):
            if row[0].value == "who captured it":
                row[2].value = f"Team {number}"
    book.save(folder / "capture.xlsx")
    captures, findings = received(folder)
    assert {subject: capture.agent for subject, capture in captures.items()} == {
        "een.zip": "Team 0",
        "twee.zip": "Team 1",
    }
    assert set(codes(findings)) == {"SMA-B014"}


def test_a_form_beside_a_folder_describes_it(tmp_path: Path) -> None:
    bundle = tmp_path / "archief"
    for name, data in mastodon().items():
        (bundle / name).parent.mkdir(parents=True, exist_ok=True)
        (bundle / name).write_bytes(data)
    form_of(bundle, tmp_path / "archief.capture.xlsx")
    answer(tmp_path / "archief.capture.xlsx", ANSWERS)
    captures, findings = received(bundle)
    assert findings == []
    assert [capture.agent for capture in captures.values()] == ["Team Communicatie"]
    (bundle / "capture.toml").write_text('agent = "In de map"\n')
    captures, _ = received(bundle)
    assert [capture.agent for capture in captures.values()] == ["In de map"]


def test_what_lies_beside_each_folder_within_the_delivered_one_describes_that_folder(tmp_path: Path) -> None:
    for name, items in (("een", None), ("twee", [note(9, "later")])):
        for path, data in mastodon(items).items() if items else mastodon().items():
            (tmp_path / "levering" / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "levering" / name / path).write_bytes(data)
        (tmp_path / "levering" / f"{name}.capture.toml").write_text(f'agent = "Team {name}"\n')
    captures, _ = received(tmp_path / "levering")
    assert sorted(capture.agent or "" for capture in captures.values()) == ["Team een", "Team twee"]


def test_one_form_beside_a_folder_describes_every_capture_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "levering"
    zipped(folder / "een.zip", mastodon())
    zipped(folder / "twee.zip", mastodon([note(9, "later")]))
    form_of(folder, tmp_path / "levering.capture.xlsx")
    answer(tmp_path / "levering.capture.xlsx", ANSWERS)
    captures, findings = received(folder)
    assert findings == []
    assert {subject: capture.agent for subject, capture in captures.items()} == dict.fromkeys(
        ("een.zip", "twee.zip"), "Team Communicatie"
    )


def test_a_form_may_be_kept_as_csv(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "archief.zip", mastodon())
    with (tmp_path / "archief.capture.csv").open("w", encoding="cp1252", newline="") as stream:
        rows = csv.writer(stream, delimiter=";")
        rows.writerow(("onderdeel", "antwoord"))
        rows.writerows([*ANSWERS.items(), ("instellingen", "'=alle berichten")])
    captures, findings = received(bundle)
    assert findings == []
    assert captures["archief.zip"].tool_settings == "=alle berichten"


def test_an_answer_that_cannot_be_used_costs_no_other_answer(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "archief.zip", mastodon())
    form_of(bundle, tmp_path / "archief.capture.xlsx")
    answer(
        tmp_path / "archief.capture.xlsx", {**ANSWERS, "toegang": "via via", "moment van vastlegging": "vorige week"}
    )
    captures, findings = received(bundle)
    assert sorted(codes(findings)) == ["SMA-B014", "SMA-B030", "SMA-B030"]
    assert captures["archief.zip"].ground == "Archiefwet 1995, art. 3"


def test_a_declaration_that_is_no_table_or_no_toml_is_a_finding(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "archief.zip", mastodon())
    (tmp_path / "archief.capture.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "capture.toml").write_bytes(b"agent = ")
    assert codes(received(bundle)[1]).count("SMA-B013") == 2


def test_toml_takes_dates_without_quotes_and_names_what_it_does_not_know() -> None:
    declared = Declarations()
    declared.add("capture.toml", b'captured = 2026-01-31\nagnt = "x"\n[account]\nhandle = "@gemeente"\n')
    capture = declared.get("capture.toml")
    assert capture
    assert capture.captured == "2026-01-31"
    assert capture.account
    assert capture.account.handle == "gemeente"
    (finding,) = declared.findings
    assert (finding.code, finding.params["near_nl"]) == ("SMA-B031", "'agent'")


def test_a_sheet_about_nothing_is_not_used() -> None:
    declared = Declarations()
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        sheet.append(("onderdeel", "vraag", "antwoord"))
        sheet.append(("grond", "?", "x"))
    out = io.BytesIO()
    book.save(out)
    declared.add("capture.xlsx", out.getvalue())
    assert codes(declared.findings) == ["SMA-B032", "SMA-B032"]


def test_drafts_of_several_captures_go_where_they_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "levering"
    zipped(folder / "een.zip", mastodon())
    zipped(folder / "twee.zip", mastodon([note(9, "later")]))
    with pytest.raises(StepError):
        form_of(folder, tmp_path / "capture.toml")
    form_of(folder, folder)
    for draft_ in sorted(folder.glob("*.capture.toml")):
        draft_.write_text(draft_.read_text(encoding="utf-8").replace("# agent =", "agent ="), encoding="utf-8")
    captures, _ = received(folder)
    assert [capture.agent for capture in captures.values()] == ["Team Communicatie", "Team Communicatie"]
    with pytest.raises(StepError):
        form_of(folder, folder)


def test_the_documentation_of_questions_and_drafts_holds() -> None:
    assert doctest.testmod(questions).failed == 0
    assert doctest.testmod(draft).failed == 0
