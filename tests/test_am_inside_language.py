"""What lives inside Archivematica is Python 3.8, and imports the standard library and Archivematica alone."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from am_jobs import INSIDE

OURS, DJANGO = "sma_archivematica", "django"


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield OURS if node.level else node.module or ""
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_only_the_standard_library_and_archivematica_are_imported() -> None:
    """Archivematica's own modules are named in one place, which loads them by name (``layouts.py``)."""
    known = sys.stdlib_module_names | {OURS, DJANGO}
    foreign = {(path.name, name) for path in INSIDE.rglob("*.py") for name in imported(path)}
    assert {(path, name) for path, name in foreign if name.partition(".")[0] not in known} == set()


@pytest.mark.parametrize("name", ["clientScripts", "main.models", "server.packages", "settings.common"])
def test_one_module_alone_knows_where_things_are(name: str) -> None:
    telling = [path.name for path in INSIDE.rglob("*.py") if name in path.read_text(encoding="utf-8")]
    assert telling == ["layouts.py"]


def test_it_needs_no_more_than_python_3_8() -> None:
    vermin = shutil.which("vermin", path=str(Path(sys.executable).parent)) or shutil.which("vermin")
    if vermin is None:
        pytest.skip("vermin is not installed: pip install vermin")
    told = subprocess.run(
        [vermin, "-q", "--no-tips", "-t=3.8-", str(INSIDE)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout.strip()) == (0, "")


def test_a_client_script_is_a_few_lines() -> None:
    assert {path.name for path in (INSIDE / "client_scripts").glob("*.py") if _statements(path) > 30} == set()


def _statements(path: Path) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
