"""The merged workflow in a real Archivematica: its own loader takes it, and the dashboard's texts are there.

Set ``ARCHIVEMATICA_SRC`` to a source tree (or several, with colons between), and ``ARCHIVEMATICA_PYTHON`` to the
interpreter that has what Archivematica needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import ROOT
from sma_plugin.archivematica.client_modules import client_modules
from sma_plugin.archivematica.workflow import checked, decisions, merged, stock_workflow
from sma_plugin.archivematica.workflow.checking import schema_beside
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.settings import Settings

SOURCES = [Path(one) for one in os.environ.get("ARCHIVEMATICA_SRC", "").split(os.pathsep) if one]
PYTHON = os.environ.get("ARCHIVEMATICA_PYTHON", sys.executable)
IDS = fragment().ids

pytestmark = pytest.mark.skipif(not SOURCES, reason="set ARCHIVEMATICA_SRC to a source tree of Archivematica")


class Source(NamedTuple):
    """A source tree: where its workflow and client modules are, what is on its path, and its settings."""

    workflow: Path
    modules: Path
    path: tuple[Path, ...]
    settings: str


def source(root: Path) -> Source:
    """The layout of a source tree: that of 1.18 and later, or that of before."""
    base = root / "src"
    if (base / "archivematica").is_dir():
        new = base / "archivematica"
        path = (base, new / "MCPServer", new / "common", new / "dashboard")
        modules = new / "MCPClient" / "archivematicaClientModules"
        return Source(
            new / "MCPServer" / "assets" / "workflow.json", modules, path, "archivematica.MCPServer.settings.common"
        )
    server = base / "MCPServer" / "lib"
    path = (server, base / "archivematicaCommon" / "lib", base / "dashboard" / "src")
    modules = base / "MCPClient" / "lib" / "archivematicaClientModules"
    return Source(server / "assets" / "workflow.json", modules, path, "settings.common")


def loaded(of: Source, *workflows: Path) -> list[dict[str, Any]]:
    """What Archivematica's loader makes of these files."""
    environment = {
        "ARCHIVEMATICA_MCPSERVER_MCPSERVER_DJANGO_SECRET_KEY": "only for this test",
        "DJANGO_SETTINGS_MODULE": of.settings,
        "PYTHONPATH": os.pathsep.join(map(str, of.path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.environ.get("PATH", ""),
    }
    done = subprocess.run(
        [PYTHON, str(ROOT / "tests" / "archivematica_loader.py"), *map(str, workflows)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("root", SOURCES, ids=lambda root: root.name)
def test_archivematica_loads_its_own_workflow_with_ours_in_it(root: Path, tmp_path: Path) -> None:
    of = source(root)
    stock, schema = of.workflow.read_bytes(), schema_beside(of.workflow)
    assert schema is not None
    made = merged(stock, decisions(Settings()), of.workflow)
    assert checked(made, client_modules(of.modules.read_bytes()), schema.read_bytes()) == []
    assert stock_workflow(made) == stock
    (tmp_path / "merged.json").write_bytes(made)
    (tmp_path / "broken.json").write_bytes(made.replace(b'"only_dirs"', b'"solely_dirs"', 1))
    before, after, broken = loaded(of, of.workflow, tmp_path / "merged.json", tmp_path / "broken.json")
    assert broken == {"refused": "SchemaValidationError"}
    assert set(before["links"]) < set(after["links"])
    assert after["links"][IDS["decide"]] == "Socialemediabundel: wat is er besloten?"
    assert after["watched"]["/activeTransfers/socialMediaBundle"] == IDS["arrived"]
    assert after["chains"][IDS["approved"]] == IDS["move"]
    assert after["next"][IDS["receive"]]["3"] == IDS["preset"]
    assert after["next"][IDS["preset"]]["0"] == IDS["decide"]
    assert after["next"][IDS["decide"]]["0"] == IDS["compose"]
