"""The plugin installed into real sources of Archivematica, with SQLite in the place of MySQL, and taken away again.

``ARCHIVEMATICA_SRC`` names a source tree (or several, with colons between), ``ARCHIVEMATICA_PYTHON`` the Python of an
environment with its requirements.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest

from sma_plugin.archivematica import installing
from sma_plugin.archivematica.client_modules import OURS
from sma_plugin.archivematica.installing import Left
from sma_plugin.archivematica.planning import Plan, plan
from sma_plugin.archivematica.probing import Found, look, probe
from sma_plugin.archivematica.record import CODE, Record, read_record
from sma_plugin.archivematica.wanted import Choice, wanted
from sma_plugin.settings import Settings

SOURCES = [Path(one) for one in os.environ.get("ARCHIVEMATICA_SRC", "").split(os.pathsep) if one]
PYTHON = Path(os.environ.get("ARCHIVEMATICA_PYTHON", sys.executable))
if not SOURCES:
    pytest.skip("ARCHIVEMATICA_SRC names no source tree of Archivematica", allow_module_level=True)


class Tree:
    """A copy of a source tree, with a shared directory, a database and environment files of its own."""

    def __init__(self, source: Path, root: Path) -> None:
        self.source, self.target, self.shared = root / "src", root / "opt" / "sma", root / "shared"
        shutil.copytree(source / "src", self.source, ignore=shutil.ignore_patterns("node_modules", "frontend"))
        self.common = next(
            one for one in (self.source / "archivematicaCommon" / "lib", *self.source.glob("*/common")) if one.is_dir()
        )
        self.dashboard = next(path.parent for path in self.source.rglob("manage.py"))
        (root / "opt").mkdir()
        (self.shared / "sharedMicroServiceTasksConfigs" / "processingMCPConfigs").mkdir(parents=True)
        (self.shared / "watchedDirectories" / "activeTransfers").mkdir(parents=True)
        self.database = root / "database.sqlite"
        modules = next(self.source.rglob("archivematicaClientModules"))
        self.env = {
            "mcp-server": self._environment(root, "MCPSERVER", "sharedDirectory", "watchDirectoryPath"),
            "mcp-client": self._environment(root, "MCPCLIENT", "sharedDirectoryMounted")
            | {"ARCHIVEMATICA_MCPCLIENT_MCPCLIENT_ARCHIVEMATICACLIENTMODULES": str(modules)},
            "dashboard": self._environment(root, "DASHBOARD", "shared_directory")
            | {"DJANGO_SETTINGS_MODULE": "settings.local"},
        }
        for name, told in self.env.items():
            lines = (f"{variable}={value}\n" for variable, value in told.items())
            (root / f"archivematica-{name}").write_text("".join(lines))
        self.files = [root / f"archivematica-{name}" for name in self.env]

    def _environment(self, root: Path, section: str, *folders: str) -> dict[str, str]:
        prefix = f"ARCHIVEMATICA_{section}"
        scripts = next(self.source.rglob("clientScripts"))
        path = [self.common, self.dashboard, *([scripts.parent, scripts] if section == "MCPCLIENT" else [])]
        told = {
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "DJANGO_SETTINGS_MODULE": "settings.common",
            f"{prefix}_CLIENT_ENGINE": "django.db.backends.sqlite3",
            f"{prefix}_CLIENT_DATABASE": str(root / "database.sqlite"),
            f"{prefix}_{section}_DJANGO_SECRET_KEY": "x",
            f"{prefix}_{section}_DJANGO_ALLOWED_HOSTS": "*",
            f"{prefix}_{section}_SEARCH_ENABLED": "false",
        }
        for one in folders:
            told[f"{prefix}_{section}_{one.upper()}"] = f"{self.shared}/" + (
                "watchedDirectories/" if "watch" in one else ""
            )
        return told

    @property
    def record(self) -> Record | None:
        return read_record(self.target)

    def found(self) -> dict[str, Found]:
        return look(PYTHON, self.files, (), self.target, self.record)

    def planned(self, *, migrate: bool) -> tuple[Plan, dict[str, Found]]:
        found = self.found()
        choice = Choice(self.target, PYTHON, Settings(), None, None)
        return plan(found, wanted(found, choice), choice, self.record, "1.0", migrate=migrate), found

    def digests(self) -> dict[str, str]:
        folders = (self.source, self.shared, self.target.parent)
        paths = [path for one in folders for path in one.rglob("*") if "__pycache__" not in path.parts]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in paths}


@pytest.fixture(params=SOURCES, ids=lambda path: path.name)
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    return Tree(request.param, tmp_path)


def test_what_it_is_is_told_of_every_component(tree: Tree) -> None:
    found = tree.found()
    assert {name: one.told.release for name, one in found.items()} == dict.fromkeys(tree.env, "1.17")
    assert {one.told.layout for one in found.values()} == {"folders"}
    assert Path(found["mcp-server"].told.files["workflow"]).is_file()
    assert found["mcp-client"].told.options["METADATA_XML_VALIDATION_ENABLED"] is False


def test_the_plugin_is_loaded_and_taken_away_without_a_trace(tree: Tree) -> None:
    before = tree.digests()
    planned, found = tree.planned(migrate=False)
    installing.install(planned, tree.target, None, lambda _name, _about: None)
    for name, one in found.items():
        told = probe(PYTHON, name, one.home, {**one.environment, **planned.wanted.environment[name]})
        assert {"set_up", "options"} & set(told.troubles) == set(), told.troubles
        assert told.settings == f"sma_archivematica.settings.{name.replace('-', '')}"
        if name == "mcp-client":
            scripts = tree.target / CODE / "client_scripts"
            absent = {f"{one}_v0.0" for one in OURS if not (scripts / f"{one}.py").is_file()}
            assert {module for module, why in told.loaded.items() if why} == absent, told.loaded
            assert told.loaded
            assert "https://www.nationaalarchief.nl/mdto" in told.validated
        if name == "mcp-server":
            assert told.options["WORKFLOW_FILE"] == str(tree.target / "workflow.json")
    assert tree.planned(migrate=False)[0].nothing
    assert installing.uninstall(tree.record, tree.target, None, lambda _name, _about: None, force=False) == Left([], [])
    assert tree.digests() == before
