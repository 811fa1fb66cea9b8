"""The operator's decision in the real form *Processing configuration*, and what the real MCPServer takes from it.

``ARCHIVEMATICA_SRC`` names a source tree of Archivematica, ``ARCHIVEMATICA_PYTHON`` a Python that has its requirements.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from am_jobs import INSIDE
from conftest import ROOT
from sma_plugin.archivematica.processing import processing_xml
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.archivematica.workflow.fragment import answer_id, fragment
from sma_plugin.settings import Settings
from test_am_workflow_loader import Source, source

DECIDE = fragment().ids["decide"]
CHOICES = decisions(Settings())


@pytest.fixture(scope="module")
def tree() -> Source:
    named = os.environ.get("ARCHIVEMATICA_SRC", "").split(os.pathsep)[0]
    if not named or not os.environ.get("ARCHIVEMATICA_PYTHON"):
        pytest.skip("set ARCHIVEMATICA_SRC (a source tree) and ARCHIVEMATICA_PYTHON (a Python with its requirements)")
    return source(Path(named))


class Real:
    """The merged workflow beside a folder of processing configurations, with Archivematica's own Python."""

    def __init__(self, tree: Source, home: Path) -> None:
        self.tree, self.home, self.workflow = tree, home, home / "workflow.json"
        self.workflow.write_bytes(merged(tree.workflow.read_bytes(), CHOICES))
        (home / "social_mediaProcessingMCP.xml").write_bytes(processing_xml(self.workflow.read_bytes()))

    def run(self, component: str, *words: str, told: Any = None) -> dict[str, Any]:
        path = self.tree.path if component == "server" else self.tree.path[::-1]  # each has its own at the top first
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, [INSIDE.parent, *path])),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SETTINGS_MODULE": f"sma_archivematica.settings.{component.replace('server', 'mcpserver')}",
            "ARCHIVEMATICA_MCPSERVER_MCPSERVER_DJANGO_SECRET_KEY": "only for this test",
            "ARCHIVEMATICA_MCPSERVER_MCPSERVER_WORKFLOW_FILE": str(self.workflow),
            "ARCHIVEMATICA_MCPSERVER_MCPSERVER_WATCHDIRECTORYPATH": str(self.home / "watched"),
            "ARCHIVEMATICA_DASHBOARD_DASHBOARD_DJANGO_SECRET_KEY": "only for this test",
            "ARCHIVEMATICA_DASHBOARD_DASHBOARD_DJANGO_ALLOWED_HOSTS": "*",
        }
        done = subprocess.run(
            [os.environ["ARCHIVEMATICA_PYTHON"], str(ROOT / "tests" / "archivematica_fields.py"), component, *words],
            env=environment,
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


@pytest.fixture
def real(tree: Source, tmp_path: Path) -> Real:
    return Real(tree, tmp_path)


def test_our_field_has_the_choices_of_the_fixed_list_in_both_languages(real: Real) -> None:
    told = real.run("server")
    for language, label in (
        ("en", "Social media bundle: what is decided?"),
        ("nl", "Socialemediabundel: wat is er besloten?"),
    ):
        (field,) = [one for one in told[language] if one["name"] == "social_media_decision"]
        assert (field["id"], field["label"]) == (DECIDE, label)
        offered = [(one["value"], one["label"]) for one in field["choices"]]
        assert offered == [(answer_id(name), words[language]) for name, words in CHOICES.items()]


def test_the_form_shows_saves_and_loads_it_and_ours_leave_it_empty(real: Real) -> None:
    fields, choice = real.run("server")["nl"], answer_id("accept")
    told = real.run("dashboard", str(real.home), DECIDE, choice, told=fields)
    assert f'name="{DECIDE}"' in told["shown"]
    assert all(words["nl"].split(":")[0] in told["shown"] for words in CHOICES.values())
    assert told["loaded"] == {"eigen": choice, "social_media": None}
    (real.home / "eigenProcessingMCP.xml").rename(real.home / "processingMCP.xml")
    assert real.run("server", str(real.home))["preset"] == {"%smaDecision%": "accept"}


def test_with_the_stock_workflow_the_form_is_as_it_was(real: Real) -> None:
    real.workflow.write_bytes(real.tree.workflow.read_bytes())
    told = real.run("server")
    assert len(told["en"]) > 20
    assert "social_media_decision" not in {one["name"] for one in told["en"]}
