"""``sma``: every command has help with an example and stands in the README; wrong use is one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from making import mastodon, zipped
from sma_plugin.cli import app
from sma_plugin.findings import codes

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return zipped(tmp_path / "in" / "archief.zip", mastodon())


def sma(*arguments: str, expect: int = 0) -> str:
    """Run the command in a process of its own; gives what it printed, errors too."""
    done = subprocess.run(
        [sys.executable, "-c", "from sma_plugin.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def commands(group: Any, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command, with the names of the groups that it is in."""
    for name, one in group.commands.items():
        yield from commands(one, *before, name) if hasattr(one, "commands") else [(*before, name)]


@pytest.mark.parametrize("names", list(commands(get_command(app))), ids=" ".join)
def test_every_command_stands_in_the_readme_and_has_help_with_an_example(names: tuple[str, ...]) -> None:
    assert f"sma {' '.join(names)}" in README
    shown = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"}).output
    assert re.search(rf"(Example|Voorbeeld): sma {' '.join(names)}", shown), shown
    assert "env var" not in shown


def test_help_is_in_the_language_that_is_asked_for() -> None:
    assert "Verwerk aanleveringen" in sma("ingest", "--help", "--lang", "nl")
    assert "Turn deliveries" in sma("ingest", "--help", "--lang", "en")


@pytest.mark.parametrize(("language", "why"), [("nl", "bestaat niet"), ("en", "does not exist")])
def test_why_a_configuration_cannot_be_read_is_told_in_one_language(language: str, why: str, tmp_path: Path) -> None:
    config = str(tmp_path / "nee.toml")
    assert why in sma("formats", "list", "--config", config, "--lang", language, expect=2)


def test_show_tells_what_is_in_a_delivery_and_writes_nothing(bundle: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.rglob("*"))
    shown = sma("show", str(bundle), "--lang", "en")
    assert "Mastodon @gemeente@social.voorbeeldstad.example" in shown
    assert "own posts" in shown
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_show_speaks_json_to_machines(bundle: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(bundle), "--json"])
    assert json.loads(result.stdout)["counts"]["posts"] == 3


def test_describe_drafts_a_declaration_that_ingest_takes(bundle: Path) -> None:
    draft = bundle.with_name("archief.capture.toml")
    sma("describe", str(bundle), "--out", str(draft), "--lang", "nl")
    text = draft.read_text(encoding="utf-8")
    assert 'technique = "platform-export"' in text
    text = re.sub(r"^# (agent|ground) = .*$", r'\1 = "Team Communicatie"', text, flags=re.MULTILINE)
    draft.write_text(text, encoding="utf-8")
    shown = sma("show", str(bundle), "--lang", "en")
    assert "who captured it" not in shown
    sma("describe", str(bundle), "--out", str(draft), expect=2)


def test_describe_makes_a_form(bundle: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    form = tmp_path / "formulier.xlsx"
    sma("describe", str(bundle), "--out", str(form), "--lang", "nl")
    book = openpyxl.load_workbook(form)
    rows = {row[0]: row[2] for row in book.worksheets[0].iter_rows(values_only=True)}
    book.close()
    assert rows["platform"] == "Mastodon"


def test_ingest_tells_where_package_and_report_are(bundle: Path, tmp_path: Path) -> None:
    shown = sma("ingest", str(bundle), "--out", str(tmp_path / "out"), "--undecided", "--lang", "nl")
    assert "report.html" in shown
    (package,) = [path for path in (tmp_path / "out").iterdir() if path.name.startswith("mastodon")]
    assert "3" in sma("show", str(package), "--lang", "nl")
    assert sma("validate", str(package), "--lang", "en").strip().endswith(package.name)


def test_validate_checks_a_delivery_and_writes_a_page(bundle: Path, tmp_path: Path) -> None:
    """A cut archive: the finding stands on the screen, in the JSON and on a page in both languages."""
    cut = tmp_path / "in" / "half.zip"
    cut.write_bytes(bundle.read_bytes()[:900])
    page = tmp_path / "uitkomst.html"
    result = CliRunner().invoke(app, ["validate", str(cut), "--json", "--html", str(page)])
    assert result.exit_code == 1
    codes_found = {one["code"] for one in json.loads(result.stdout)}
    text = page.read_text(encoding="utf-8")
    assert codes_found
    assert all(code in text for code in codes_found)
    assert "Uitkomst van een controle" in text
    assert "Result of a check" in text
    assert "://" not in text
    assert "bestaat al" in sma("validate", str(cut), "--html", str(page), "--lang", "nl", expect=2)


def test_validate_finds_nothing_wrong_with_a_sound_delivery(bundle: Path) -> None:
    assert "No errors" in sma("validate", str(bundle), "--lang", "en")


def test_findings_are_explained() -> None:
    everything = sma("findings", "--lang", "nl")
    assert all(code in everything for code in codes())
    one = sma("findings", "--explain", "sma-r001", "--lang", "en")
    assert "SMA-R001" in one
    assert "SMA-R002" not in one
    assert sma("findings", "--explain", "r001", "--lang", "en") == one
    assert "SMA-X999" in sma("findings", "--explain", "SMA-X999", expect=2)
    nl, en = (sma("findings", "--explain", "SMA-H001", "--lang", name) for name in ("nl", "en"))
    assert "Uitgangspunt: er wordt niets beweerd dat niet is gezien" in nl
    assert "Principle: nothing is claimed that was not seen" in en
    assert all("SMA-W019" in shown for shown in (nl, en))
    assert "Heeft tot gevolg, eronder getoond: SMA-H001" in sma("findings", "--explain", "SMA-W019", "--lang", "nl")


def test_a_screen_that_lacks_a_character_gets_its_code(bundle: Path) -> None:
    command = [sys.executable, "-c", "from sma_plugin.cli import main; main()", "show", str(bundle), "--lang", "nl"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, b"\\u2192" in done.stdout) == (0, True), done.stderr


def test_errors_are_in_the_language_that_is_asked_for(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    wrong = {
        "bestaat niet": ["show", "/nowhere.zip"],
        "bedoelt u '--config'": ["show", ".", "--confg", "x"],
        "ontbreekt": ["ingest"],
        "is een bestand": ["ingest", str(bundle), "--out", str(tmp_path / "bestand")],
        "geen .xlsx of .toml": ["describe", str(bundle), "--out", str(tmp_path / "form.docx")],
        "Bedoelt u 'ingest'": ["ingst"],
    }
    for words, arguments in wrong.items():
        told = sma(*arguments, "--lang", "nl", expect=2)
        assert words.lower() in told.lower()
        assert len(told.strip().splitlines()[-1]) > 20


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "/nowhere.zip", "--out", "never"],
        ["show", "/nowhere.zip"],
        ["validate", "/nowhere"],
        ["show", ".", "--lang", "fr"],
        ["ingest"],
        ["unknown"],
        ["ingest", ".", "--out", "x", "--config", "/nowhere/sma.toml"],
    ],
)
def test_wrong_use_is_code_2_without_a_traceback(arguments: list[str]) -> None:
    assert sma(*arguments, expect=2).strip()
