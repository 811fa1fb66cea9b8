"""Our client scripts with Archivematica's real jobs, models and loader, on a database.

``ARCHIVEMATICA_SRC`` names a source tree of Archivematica, ``ARCHIVEMATICA_PYTHON`` a Python that has its requirements.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from am_jobs import INSIDE, UNIT
from am_transfers import LACKING, transfer
from conftest import ROOT

NAMES = ["sma_check", "sma_compose", "sma_receive", "sma_return"]


@pytest.fixture(scope="module")
def tree() -> list[Path]:
    """Where Archivematica's modules are, in either layout."""
    named = os.environ.get("ARCHIVEMATICA_SRC")
    if not named or not os.environ.get("ARCHIVEMATICA_PYTHON"):
        pytest.skip("set ARCHIVEMATICA_SRC (a source tree) and ARCHIVEMATICA_PYTHON (a Python with its requirements)")
    source = Path(named, "src")
    if (source / "archivematica").is_dir():
        source /= "archivematica"
        return [source / "MCPClient", source / "dashboard", source / "common"]
    common = source / "archivematicaCommon" / "lib"
    return [source / "MCPClient" / "lib", source / "MCPClient", source / "dashboard" / "src", common]


@pytest.fixture(scope="module")
def told(tree: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of a transfer that lacks something, put through our links by a worker."""
    home = tmp_path_factory.mktemp("real")
    made = transfer(home, LACKING)
    (home / "sma.toml").write_text(
        '[paths]\nworking_area = "work"\n[archivematica]\nreturned = "returned"\noperator_role = "archivaris"\n'
        '[roles.archivaris]\ndecides = ["incomplete", "platform-terms"]\n'
        '[policies.platform-terms]\nrole = "archivaris"\ndate = "2026-01-01"\nground = "Besluit 1"\n',
        encoding="utf-8",
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(map(str, [INSIDE.parent, *tree])),
        "DJANGO_SETTINGS_MODULE": "sma_archivematica.settings.mcpclient",
        "ARCHIVEMATICA_MCPCLIENT_MCPCLIENT_DJANGO_SECRET_KEY": "x",
        "SMA_STEP": str(Path(sys.executable).parent / "sma-step"),
        "SMA_CONFIG": str(home / "sma.toml"),
    }
    words = [str(ROOT / "tests" / "am_inside_real.py"), str(home / "mcp.db"), str(made.root)]
    run = subprocess.run(
        [os.environ["ARCHIVEMATICA_PYTHON"], *words], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_the_real_loader_finds_our_client_scripts(told: dict[str, Any]) -> None:
    assert told["loaded"] == [f"{name}_v0.0" for name in NAMES]


def test_exit_codes_and_output_are_in_the_database(told: dict[str, Any]) -> None:
    ((code, out, err),) = told["receive"]
    assert (code, "SMA-S021" in out, err) == (3, True, "")
    ((code, out, err),) = told["compose"]
    assert (code, "SMA-S110" in out, err) == (0, True, "")
    assert told["check"][0][0] == 0


def test_a_full_batch_and_a_job_without_arguments_end_each_by_itself(told: dict[str, Any]) -> None:
    assert told["batch"] == [0] * 128
    assert told["broken"][0][0] == 1


def test_a_package_of_our_own_type_is_not_checked_twice(told: dict[str, Any]) -> None:
    assert told["own"] == [[0, "", ""]]
    assert told["check"][0][1]
    assert UNIT
