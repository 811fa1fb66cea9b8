"""The probe and the settings in a tree as packages of 1.18 install it: everything within ``archivematica``.

What stands in the files is told by Archivematica's own of that layout: two folders on the path, each with a part of the
package; settings that name apps within it; a loader that imports client scripts by their whole name. Django is a
stand-in that loads the settings and our app.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from making_archivematica import LISTED, STOCK
from sma_plugin.archivematica import installing
from sma_plugin.archivematica.client_modules import OURS
from sma_plugin.archivematica.planning import Plan, plan
from sma_plugin.archivematica.probing import Found, look, probe
from sma_plugin.archivematica.record import CODE
from sma_plugin.archivematica.wanted import Choice, wanted
from sma_plugin.settings import Settings

COMMON = """import os
SHARED_DIRECTORY = os.environ["SHARED"] + "/"
WATCH_DIRECTORY = os.environ["SHARED"] + "/watchedDirectories/"
INSTALLED_APPS = ("archivematica.dashboard.main", "archivematica.dashboard.fpr")
"""
FILES = {
    "lib/archivematica/archivematicaCommon/version.py": "ARCHIVEMATICA_VERSION = (1, 18, 0)\n",
    "lib/archivematica/MCPServer/archivematicaMCP.py": "",
    "lib/archivematica/MCPServer/server/__init__.py": "",
    "lib/archivematica/MCPServer/server/packages.py": "import archivematica.MCPServer.server as within\n"
    "from collections import namedtuple\n"
    'StartingPoint = namedtuple("StartingPoint", "watched_dir chain link")\nPACKAGE_TYPE_STARTING_POINTS = {}\n',
    "lib/archivematica/MCPServer/settings/common.py": COMMON
    + 'WORKFLOW_FILE = os.environ.get("ARCHIVEMATICA_MCPSERVER_MCPSERVER_WORKFLOW_FILE", "")\n'
    + 'WATCH_DIRECTORY_METHOD = "poll"\n',
    "lib/archivematica/MCPClient/archivematicaClient.py": "",
    "lib/archivematica/MCPClient/client/__init__.py": "",
    "lib/archivematica/MCPClient/client/loader.py": """import importlib, warnings
def load_module(name):
    try:
        return importlib.import_module("archivematica.MCPClient.clientScripts." + name)
    except ImportError as error:
        warnings.warn("not loaded: " + str(error), RuntimeWarning)
""",
    "lib/archivematica/MCPClient/clientScripts/__init__.py": "",
    "lib/archivematica/MCPClient/settings/common.py": COMMON
    + "CLIENT_MODULES_FILE = os.environ.get('ARCHIVEMATICA_MCPCLIENT_MCPCLIENT_ARCHIVEMATICACLIENTMODULES') or "
    + "os.path.dirname(os.path.dirname(__file__)) + '/archivematicaClientModules'\n",
    "share/archivematica/dashboard/manage.py": "",
    "share/archivematica/dashboard/main/models.py": "",
    "share/archivematica/dashboard/settings/base.py": "",
    "share/archivematica/dashboard/settings/production.py": COMMON,
    "python/django/__init__.py": """import importlib, os
def setup():
    from django.conf import settings
    for name in settings.INSTALLED_APPS:
        if name == "sma_archivematica" and settings.SMA_COMPONENT != "dashboard":
            importlib.import_module("sma_archivematica.apps").SmaArchivematicaConfig.ready(None)
""",
    "python/django/apps.py": "AppConfig = object\n",
    "python/django/conf.py": "import importlib, os\n"
    'settings = importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])\n',
}
LAYOUT = {"mcp-server": "MCPServer.settings.common", "mcp-client": "MCPClient.settings.common"}


class Tree:
    """A small Archivematica of 1.18, and the environment files of its services."""

    def __init__(self, root: Path, path: str) -> None:
        self.root, self.target = root, root / "opt"
        self.python = root / "venv" / "bin" / "python"
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        (root / "lib/archivematica/MCPServer/assets").mkdir()
        (root / "lib/archivematica/MCPServer/assets/workflow.json").write_bytes(STOCK)
        (root / "lib/archivematica/MCPClient/archivematicaClientModules").write_bytes(LISTED)
        (root / "shared" / "watchedDirectories" / "activeTransfers").mkdir(parents=True)
        self.python.parent.mkdir(parents=True)
        within = f"${{PYTHONPATH:+$PYTHONPATH:}}{root}/python:{path.format(root=root)}"
        self.python.write_text(f'#!/bin/sh\nPYTHONPATH="{within}" exec {sys.executable} -S "$@"\n')
        self.python.chmod(0o755)
        self.files = []
        for component in ("mcp-server", "mcp-client", "dashboard"):
            file = root / f"archivematica-{component}"
            module = f"archivematica.{LAYOUT.get(component, 'dashboard.settings.production')}"
            lines = [f"DJANGO_SETTINGS_MODULE={module}", f"SHARED={root}/shared"]
            if not path:
                lines.append(f"PYTHONPATH={root}/lib/:{root}/share/")
            file.write_text("\n".join([*lines, ""]), encoding="utf-8")
            self.files.append(file)

    def found(self) -> dict[str, Found]:
        return look(self.python, self.files, (), self.target, None)


@pytest.fixture(params=["", "{root}/lib:{root}/share"], ids=["on PYTHONPATH", "in its environment"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    return Tree(tmp_path, request.param)


def test_what_it_is_is_told_of_every_component(tree: Tree) -> None:
    found = tree.found()
    assert {name: (one.told.layout, one.told.release) for name, one in found.items()} == dict.fromkeys(
        ("mcp-server", "mcp-client", "dashboard"), ("package", "1.18")
    )
    assert Path(found["mcp-server"].told.files["workflow"]).read_bytes() == STOCK
    assert Path(found["mcp-client"].told.files["modules"]).read_bytes() == LISTED


@pytest.mark.parametrize("home", ["", "lib/archivematica/MCPServer", "lib/archivematica/MCPClient"])
@pytest.mark.parametrize("component", ["mcp-server", "mcp-client"])
def test_a_component_loads_the_plugin(tree: Tree, component: str, home: str) -> None:
    """Also where it is started by its file, so that the folder of that comes first on its path."""
    found = tree.found()
    planned = planned_in(tree, found)
    installing.install(planned, tree.target, None, lambda _name, _about: None)
    ours = found[component].environment | planned.wanted.environment[component]
    told = probe(tree.python, component, tree.root / home if home else None, ours)
    assert told.troubles == {}
    assert told.settings == f"sma_archivematica.settings.{component.replace('-', '')}"
    assert ours["SMA_STOCK_SETTINGS"] == f"archivematica.{LAYOUT[component]}"
    assert told.loaded == (dict.fromkeys((f"{name}_v0.0" for name in OURS), "") if component == "mcp-client" else {})
    arriving = tree.root / "shared" / "watchedDirectories" / "activeTransfers" / "socialMediaBundle"
    assert arriving.is_dir()


def test_why_a_client_module_is_not_loaded_is_told_by_archivematica_itself(tree: Tree) -> None:
    found = tree.found()
    planned = planned_in(tree, found)
    installing.install(planned, tree.target, None, lambda _name, _about: None)
    scripts = tree.target / CODE / "client_scripts"
    (scripts / "sma_check.py").unlink()
    (scripts / "sma_return.py").write_text("import nothing_of_the_kind\n", encoding="utf-8")
    ours = found["mcp-client"].environment | planned.wanted.environment["mcp-client"]
    told = probe(tree.python, "mcp-client", found["mcp-client"].home, ours).loaded
    assert {name for name, why in told.items() if why} == {"sma_check_v0.0", "sma_return_v0.0"}
    assert "not loaded: No module named 'nothing_of_the_kind'" in told["sma_return_v0.0"]


def planned_in(tree: Tree, found: dict[str, Found]) -> Plan:
    choice = Choice(tree.target, tree.python, Settings(), None, None)
    return plan(found, wanted(found, choice), choice, None, "1.0", migrate=False)
