"""What Archivematica's registry gets is whole: rows refer to rows that are there, fit its models, and do their work."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from typer.testing import CliRunner

from conftest import ROOT
from making import PNG
from sma_plugin.characterise import kinds
from sma_plugin.cli import app
from sma_plugin.format_command import USAGE
from sma_plugin.formats.identify import identify
from sma_plugin.formats.magic import is_own, signatures
from sma_plugin.preferred.policy import policies_named, shipped
from sma_plugin.preferred.registry import registry
from sma_plugin.settings import Settings

SETTINGS = Settings(base=str(ROOT))
MADE: dict[str, Any] = registry(policies_named(SETTINGS, ("open-formats",)))
COMMANDS = {row["uuid"]: row for row in MADE["commands"]}
PURPOSES = {"access", "characterization", "preservation", "thumbnail", "validation"}
PLACES = re.compile(r"%\w+%")
"""What Archivematica puts in, by name (``ReplacementDict`` and what normalising adds)."""


def asking(tmp_path: Path, text: str) -> dict[str, Any]:
    (tmp_path / "p.toml").write_text(f'[name]\nnl = "x"\nen = "x"\n{text}', encoding="utf-8")
    return registry(policies_named(Settings(base=str(tmp_path)), ("p.toml",)))


# --- the document ----------------------------------------------------------------------------------------------------


def test_every_row_has_an_identifier_of_its_own_that_does_not_change() -> None:
    rows = [MADE["tool"], MADE["id_tool"], MADE["id_command"], *MADE["commands"], *MADE["rules"], *MADE["formats"]]
    ids = [*(row["uuid"] for row in rows), *(row["version_uuid"] for row in MADE["formats"])]
    assert len(ids) == len(set(ids))
    assert {uuid.UUID(one).version for one in ids} == {5}
    assert registry(policies_named(SETTINGS, ("open-formats",))) == MADE
    assert json.loads(json.dumps(MADE)) == MADE


def test_rows_refer_to_rows_that_are_there() -> None:
    own = {row.id for row in signatures("own_formats") if is_own(row.id)}
    assert {row["puid"] for row in MADE["formats"] if is_own(row["puid"])} == own
    assert {rule["command"] for rule in MADE["rules"]} <= set(COMMANDS)
    assert {rule["format"] for rule in MADE["rules"] if is_own(rule["format"])} <= own
    details = {row["event_detail_command"] for row in MADE["commands"]} - {None}
    assert {COMMANDS[one]["command_usage"] for one in details} == {"event_detail"}
    assert {name for row in MADE["commands"] for name in row["needs"]} <= set(MADE["tools"])


def test_what_stands_in_rows_fits_the_models_of_the_registry() -> None:
    lengths = {"description": 256, "script_type": 16, "command_usage": 16}
    assert [row for row in MADE["commands"] for key, most in lengths.items() if len(row[key]) > most] == []
    assert {row["script_type"] for row in MADE["commands"]} == {"command"}
    assert all(len(row["format"]) <= 128 and len(row["version"]) <= 10 for row in MADE["formats"])
    assert {rule["purpose"] for rule in MADE["rules"]} == PURPOSES
    assert re.fullmatch(r"[a-z0-9-]{1,50}", MADE["tool"]["slug"])


def test_the_identification_command_is_one_line_that_begins_with_the_script() -> None:
    (line,) = MADE["id_command"]["script"].splitlines()
    assert line.startswith('sma-format identify "$1" ')


def test_one_rule_holds_for_a_format_where_archivematica_takes_one() -> None:
    one = [(rule["purpose"], rule["format"]) for rule in MADE["rules"] if rule["purpose"] in MADE["one_rule_only"]]
    assert len(one) == len(set(one))


@pytest.mark.parametrize("row", MADE["commands"], ids=lambda row: row["description"])
def test_every_command_is_one_line_that_calls_the_script(row: dict[str, Any]) -> None:
    words = shlex.split(row["command"])
    assert "\n" not in row["command"]
    assert words[0] == "echo" or " ".join(words[:2]) in USAGE
    # Without a format of what comes of it Archivematica's job fails, once a file did come of it.
    assert bool(row["output_location"]) <= bool(row["output_format"])


def test_what_has_a_form_for_its_characteristics_is_characterised() -> None:
    asked = {rule["format"] for rule in MADE["rules"] if rule["purpose"] == "characterization"}
    assert asked <= set(kinds())


def test_what_compressed_web_archives_are_told_to_be_has_no_rule_that_unpacks_them() -> None:
    unpacked = {"x-fmt/263", "x-fmt/265", "x-fmt/266", "x-fmt/268", "fmt/484"}
    assert not unpacked & {rule["format"] for rule in MADE["rules"]}


def test_rules_for_keeping_follow_from_the_policy() -> None:
    kept = registry(policies_named(SETTINGS, ("keep",)))
    assert {rule["purpose"] for rule in kept["rules"]} == {"access", "characterization", "validation"}
    made = {
        rule["format"]: COMMANDS[rule["command"]]["description"]
        for rule in MADE["rules"]
        if rule["purpose"] == "preservation"
    }
    (policy,) = policies_named(SETTINGS, ("open-formats",)).policies
    wanted = {puid: rule.command for rule in policy.format if rule.status == "convert" for puid in rule.puids}
    left = {row["format"] for row in MADE["left_out"]}
    assert left == {"fmt/1840"}
    assert made == {puid: f"Convert: {name} (sma-format)" for puid, name in wanted.items() if puid not in left}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('puids = ["fmt/566"]\ncommand = "image-png"\nask = true', "a role decide"),
        ('puids = ["fmt/1840"]\ncommand = "wacz-to-warcs"', "several files"),
        ('puids = ["fmt/43"]\ncommand = "warc-to-warc-1.1"', "not made for this format"),
        ('puids = ["fmt/43"]\ncommand = "bestaat-niet"', "not known"),
    ],
)
def test_what_a_rule_cannot_do_is_told_and_left_out(tmp_path: Path, rule: str, why: str) -> None:
    made = asking(tmp_path, f'[[format]]\nstatus = "convert"\n{rule}\n')
    assert "preservation" not in {one["purpose"] for one in made["rules"]}
    assert why in made["left_out"][0]["why"]["en"]


def test_the_command_writes_the_document_for_the_policy_that_is_named(tmp_path: Path) -> None:
    words = ["formats", "registry", "--policy", "open-formats", "--out", str(tmp_path / "fpr.json")]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, json.loads((tmp_path / "fpr.json").read_bytes())) == (0, MADE)
    assert "fmt/1840 (wacz-to-warc-1.1): " in " ".join(done.output.split())
    again = CliRunner().invoke(app, words)
    assert (again.exit_code, (tmp_path / "fpr.json").is_file()) == (1, True)


def test_formats_that_policies_and_commands_name_are_in_the_registry_or_added() -> None:
    """PRONOM 116 ends where Archivematica's list does: what is newer has to be among those that are added."""
    named = {puid for one in shipped().values() for rule in one.format for puid in rule.puids}
    newer = {puid for puid in named if re.fullmatch(r"fmt/\d+", puid) and int(puid[4:]) > 2000}
    assert newer <= {row["puid"] for row in MADE["formats"]}


# --- as Archivematica runs it ----------------------------------------------------------------------------------------


def run(line: str, places: dict[str, str]) -> str:
    """A command of the registry with its places filled in, split and started as Archivematica does; what it printed."""
    for name, value in places.items():
        line = line.replace(name, value)
    assert not PLACES.search(line)
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(shlex.split(line), check=True, capture_output=True, text=True, env={**os.environ, **path})
    return done.stdout


def ruled(purpose: str, puid: str) -> dict[str, Any]:
    (rule,) = [one for one in MADE["rules"] if (one["purpose"], one["format"]) == (purpose, puid)]
    return COMMANDS[rule["command"]]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "een foto.webp"
    Image.new("RGB", (300, 200), "teal").save(path, lossless=True)
    return path


@pytest.mark.parametrize(("purpose", "largest"), [("preservation", 300), ("access", 300), ("thumbnail", 100)])
def test_a_picture_is_made_into_what_the_purpose_asks(picture: Path, purpose: str, largest: int) -> None:
    row = ruled(purpose, identify(picture).puid or "")
    places = {
        "%fileFullName%": str(picture),
        "%outputDirectory%": f"{picture.parent}/",
        "%prefix%": "",
        "%fileName%": picture.stem,
        "%postfix%": "-7b3c",
    }
    run(row["command"], places)
    target = Path(
        row["output_location"]
        .replace("%fileName%", picture.stem)
        .replace("%postfix%", "-7b3c")
        .replace("%outputDirectory%", f"{picture.parent}/")
        .replace("%prefix%", "")
    )
    assert identify(target).puid == row["output_format"]
    with Image.open(target) as image:
        assert image.width == largest
    detail = run(COMMANDS[row["event_detail_command"]]["command"], {})
    assert re.fullmatch(r'program="sma-plugin"; version="[^"]+"; program="pillow"; version="[^"]+"\n', detail)


def test_a_picture_is_characterised_in_xml(picture: Path) -> None:
    row = ruled("characterization", identify(picture).puid or "")
    assert row["output_format"] == "fmt/101"
    root = etree.fromstring(run(row["command"], {"%fileFullName%": str(picture)}).encode())
    assert root.get("format") == identify(picture).puid


def test_json_lines_are_validated_in_the_words_that_archivematica_reads(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_bytes(b'{"a": 1}\n')
    told = run(ruled("validation", "fmt/2054")["command"], {"%fileFullName%": str(tmp_path / "posts.jsonl")})
    assert ast.literal_eval(told)["eventOutcomeInformation"] == "pass"


def test_an_export_gives_nothing_to_what_others_get(tmp_path: Path) -> None:
    row = ruled("access", "sma-fmt/20")
    assert (row["output_location"], row["output_format"]) == (None, None)
    assert "copies of its own" in run(row["command"], {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="Archivematica's identification is a script for bash")
def test_what_the_script_does_not_know_is_asked_of_siegfried(tmp_path: Path) -> None:
    """With a program of that name in its place: what it says is handed on, and only where it was asked."""
    sf = tmp_path / "sf"
    sf.write_text("#!/bin/sh\nprintf 'filename,namespace,id\\n%s,pronom,fmt/40\\n' \"$2\"\n")
    sf.chmod(0o755)
    script = tmp_path / "script"
    script.write_text(f"#!/bin/bash\n{MADE['id_command']['script']}")
    script.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for name, data, puid in (("punt.png", PNG, "fmt/11"), ("brief.doc", b"\0\1\2", "fmt/40")):
        (tmp_path / name).write_bytes(data)
        done = subprocess.run(
            [str(script), str(tmp_path / name)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path},
        )
        assert done.stdout.strip() == puid
