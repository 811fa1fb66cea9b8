"""The register as people keep them: CSV or XLSX, headings in Dutch or English, with mistakes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sma_plugin import sheets
from sma_plugin.findings import Finding, text
from sma_plugin.selection.register import Register, load_register
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Paths, Settings, load
from sma_plugin.texts import LANGUAGES

openpyxl = pytest.importorskip("openpyxl")
REGISTER = [
    ["Platform", "Accountnummer", "Accountnaam", "Soort account", "Reacties mogelijk", "Selectielijst", "Categorie"],
    ["X", 1234567890, "@vbstad", "zakelijk", "ja", "Voorbeeldlijst", "20.1"],
    ["mastodon", "", "gemeente@social.voorbeeldstad.example", "Hybride", "", "", ""],
]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def loaded(folder: Path, register: str) -> Register:
    return load_register(Settings(paths=Paths(registers=(register,)), base=str(folder)))


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


def test_workbooks_with_dutch_headings_and_words_are_read(tmp_path: Path) -> None:
    workbook(tmp_path / "register.xlsx", REGISTER)
    found = loaded(tmp_path, "register.xlsx")
    assert found.findings == ()
    first, second = (entry.account for entry in found.entries)
    assert (first.platform, first.native_id, first.handle) == ("x", "1234567890", "vbstad")
    assert (first.kind, first.scenario) == ("corporate", "B")
    assert (second.kind, second.scenario) == ("hybrid", "C")


def test_a_heading_that_is_missing_is_named_with_what_is_there_instead(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text("platvorm;accountnaam\nx;vbstad\n", encoding="utf-8")
    (finding,) = loaded(tmp_path, "register.csv").findings
    assert finding.code == "SMA-S011"
    assert "platform" in text(finding, "nl")
    assert "platvorm" in text(finding, "nl")


@pytest.mark.parametrize(
    ("column", "value", "used"), [("kind", "zakenlijk", False), ("scenario", "D", False), ("status", "weg", True)]
)
def test_a_value_that_means_nothing_is_told_and_never_makes_an_account_look_harmless(
    tmp_path: Path, column: str, value: str, *, used: bool
) -> None:
    (tmp_path / "register.csv").write_text(f"platform,handle,{column}\nx,vbstad,{value}\n", encoding="utf-8")
    found = loaded(tmp_path, "register.csv")
    assert codes(found.findings) == ["SMA-S015" if used else "SMA-S014"]
    assert len(found.entries) == used


def entities() -> bytes:
    """A workbook whose sheet defines entities."""
    source, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + data
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04 cut off", entities()])
def test_a_workbook_that_is_none_is_one_finding(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "register.xlsx").write_bytes(data)
    assert codes(loaded(tmp_path, "register.xlsx").findings) == ["SMA-S010"]


def test_a_workbook_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MAX_UNPACKED", 100)
    workbook(tmp_path / "register.xlsx", REGISTER)
    assert codes(loaded(tmp_path, "register.xlsx").findings) == ["SMA-S010"]


def test_a_table_that_the_configuration_names_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "sma.toml").write_text('[paths]\nregisters = ["register.csv"]\n', encoding="utf-8")
    assert codes(load_register(load(tmp_path / "sma.toml")).findings) == ["SMA-S010"]
    (tmp_path / "sma.toml").write_text("", encoding="utf-8")
    assert load_register(load(tmp_path / "sma.toml")).findings == ()


def test_columns_have_words_of_their_own_in_both_languages() -> None:
    for table in ("register", "selection_list"):
        for language in LANGUAGES:
            words = [column.words[language] for column in columns(table)]
            assert len(words) == len(set(words))
