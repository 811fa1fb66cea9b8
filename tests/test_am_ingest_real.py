"""Our links of an ingest with Archivematica's own models, job, import of PREMIS and METS, where its source is at hand.

Set ``ARCHIVEMATICA_SRC`` to a source tree (or several, with colons between), and ``ARCHIVEMATICA_PYTHON`` to a Python
that has what it needs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from bench.archivematica import UNIT, sip_of
from sma_plugin.validate.step import validate_path
from stored_package import sip
from test_am_provenance import with_copies

SOURCES = [one for one in os.environ.get("ARCHIVEMATICA_SRC", "").split(os.pathsep) if one]
PYTHON = os.environ.get("ARCHIVEMATICA_PYTHON", sys.executable)
STEP = Path(sys.executable).with_name("sma-step")
pytestmark = [
    pytest.mark.skipif(not SOURCES, reason="set ARCHIVEMATICA_SRC to a source tree of Archivematica"),
    pytest.mark.skipif(not STEP.is_file(), reason="sma-step is not installed beside this Python"),
    pytest.mark.parametrize("source", SOURCES or [""], ids=lambda source: Path(source).name),
]


@cache
def ingested(source: str, *how: str) -> tuple[Path, dict[str, Any]]:
    """A SIP that went through, and what was told and what the database holds."""
    folder = Path(mkdtemp(prefix="sma-test-"))
    unit = sip_of(with_copies(), folder) if "copies" in how else sip(folder)
    (unit / f"METS.{UNIT}.xml").unlink()
    command = [PYTHON, str(Path(__file__).with_name("archivematica_ingest.py")), source, str(unit), str(STEP), *how]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return unit, json.loads(done.stdout.splitlines()[-1])


def told(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["code"], one["err"]) for one in found["told"]]


def keys(found: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """How often each event is there: file, type, moment, detail."""
    return Counter(tuple(event[:4]) for event in found["events"])


def test_what_was_imported_is_not_doubled_and_what_was_not_is_made_good(source: str) -> None:
    _, imported = ingested(source)
    _, dropped = ingested(source, "drop")
    assert told(imported) == told(dropped) == [(0, "")] * 3
    assert set(keys(imported).values()) == {1}
    assert {key[:2] for key in keys(imported)} == {key[:2] for key in keys(dropped)}
    assert keys(imported).keys() == keys(dropped).keys()
    assert len(imported["events"]) == len(dropped["events"]) > 10


def test_derived_files_have_their_use_and_one_derivation(source: str) -> None:
    _, found = ingested(source, "copies")
    derived = Counter(file for file, _, _ in found["derivations"])
    assert set(derived.values()) == {1}
    uses = {path.removeprefix("%SIPDirectory%"): use for path, use in found["uses"].items()}
    assert uses["objects/derived/normalised/posts.jsonl"] == "preservation"
    assert uses["objects/derived/access/posts.jsonl"] == "access"
    assert all(event for _, _, event in found["derivations"])


@pytest.mark.parametrize("how", [(), ("copies",)])
def test_the_mets_that_archivematica_wrote_is_described_and_stored(
    source: str, how: tuple[str, ...], tmp_path: Path
) -> None:
    unit, found = ingested(source, *how)
    assert told(found) == [(0, "")] * 3
    shutil.copytree(unit, tmp_path / "data")
    assert [one for one in validate_path(tmp_path) if one.code not in ("SMA-V002", "SMA-V007")] == []


def test_a_dip_holds_copies_for_access_alone(source: str) -> None:
    unit, found = ingested(source, "copies", "dip")
    held = list((unit / "DIP" / "objects").iterdir())
    assert held
    assert b"raw" not in {path.read_bytes() for path in held}
    assert not any((unit / "thumbnails").glob("*"))
    assert found["removed"] > 0
    without, _ = ingested(source, "dip")
    assert not (without / "DIP").exists()
