"""What the Django app adds to Archivematica, in each layout of its source."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from am_jobs import INSIDE, UNIT, TaskJob, layouts, script
from making_workflow import stock
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.settings import Settings

TOP = {
    "clientScripts/__init__.py": "",
    "server/__init__.py": "",
    "server/packages.py": "from collections import namedtuple\n"
    'StartingPoint = namedtuple("StartingPoint", "watched_dir chain link")\nPACKAGE_TYPE_STARTING_POINTS = {}\n',
    "server/processing_config.py": "from collections import namedtuple\n"
    'ReplaceDictField = namedtuple("ReplaceDictField", "link_id name")\n'
    'processing_fields = [ReplaceDictField("x", "y")]\n',
    "components/filesystem_ajax/views.py": "TRANSFER_TYPE_DIRECTORIES = {}\n",
    "settings/__init__.py": "",
    "settings/common.py": 'INSTALLED_APPS = ("main", "fpr")\nSECRET_KEY = "x"\nlower = 1\n',
    "settings/production.py": 'INSTALLED_APPS = ["main", "fpr"]\n',
}
"""1.17 and before: everything at the top."""
BELOW = {
    "archivematica/MCPClient/clientScripts/__init__.py": TOP["clientScripts/__init__.py"],
    "archivematica/MCPServer/server/packages.py": TOP["server/packages.py"],
    "archivematica/MCPServer/server/processing_config.py": TOP["server/processing_config.py"],
    "archivematica/dashboard/components/filesystem_ajax/views.py": TOP["components/filesystem_ajax/views.py"],
    "archivematica/MCPClient/settings/common.py": TOP["settings/common.py"],
    "archivematica/MCPServer/settings/common.py": TOP["settings/common.py"],
    "archivematica/dashboard/settings/production.py": TOP["settings/production.py"],
}
"""1.18 and later: everything below ``archivematica``."""
FOLDERS = ("archivematica/MCPClient", "archivematica/MCPServer", "archivematica/dashboard")
"""What a component is started from, where packages of 1.18 start it by its file."""
ROOTS = ("clientScripts", "server", "components", "settings", "archivematica")
COMPONENTS = ("mcpserver", "mcpclient", "dashboard")


@pytest.fixture(params=[(TOP, ()), (BELOW, ()), (BELOW, FOLDERS)], ids=["1.17", "1.18", "1.18 from its folders"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tree of Archivematica's source, in small, with a stand-in for Django."""
    files, folders = request.param
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in folders:
        monkeypatch.syspath_prepend(str(tmp_path / name))
    monkeypatch.delenv("SMA_STOCK_SETTINGS", raising=False)
    yield tmp_path
    for name in [one for one in sys.modules if one.partition(".")[0] in ROOTS]:
        del sys.modules[name]


@pytest.mark.parametrize("component", COMPONENTS)
def test_settings_are_those_of_the_installation_with_our_app(source: Path, component: str) -> None:
    found = layouts.settings_with_ours(component)
    assert found["INSTALLED_APPS"] == ["main", "fpr", "sma_archivematica"]
    assert found["SMA_COMPONENT"] == component
    assert source.is_dir()
    assert "lower" not in found


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_component_has_a_settings_module(source: Path, component: str) -> None:
    name = f"sma_archivematica.settings.{component}"
    try:
        module = importlib.import_module(name)
        assert component == module.SMA_COMPONENT
        assert source.is_dir()
    finally:
        sys.modules.pop(name, None)


def test_the_settings_that_an_installation_had_go_first(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "ours").mkdir()
    (source / "ours" / "local.py").write_text('INSTALLED_APPS = ("main",)\nDEBUG = True\n', encoding="utf-8")
    monkeypatch.setenv("SMA_STOCK_SETTINGS", "ours.local")
    assert layouts.settings_with_ours("dashboard")["DEBUG"] is True
    monkeypatch.setenv("SMA_STOCK_SETTINGS", "sma_archivematica.settings.dashboard")
    with pytest.raises(layouts.NotArchivematicaError, match="of sma-plugin itself"):
        layouts.settings_with_ours("dashboard")


def test_where_archivematica_is_not_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(layouts.NotArchivematicaError, match=r"archivematica\.MCPClient\.clientScripts, clientScripts"):
        layouts.module("client scripts")


def test_a_module_that_lacks_another_is_not_taken_for_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clientScripts.py").write_text("import lacking_altogether\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="lacking_altogether"):
        layouts.module("client scripts")


@pytest.fixture
def app(source: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The app's module, with as much of Django as it asks for."""
    workflow = source / "workflow.json"
    workflow.write_bytes(merged(stock(), decisions(Settings())))
    settings = SimpleNamespace(WATCH_DIRECTORY=str(source / "watchedDirectories"), WORKFLOW_FILE=str(workflow))
    for name, known in {
        "django": {},
        "django.apps": {"AppConfig": object},
        "django.conf": {"settings": settings},
        "sma_archivematica.dashboard_api": {"extend": lambda: None},  # held by the tests of the client
    }.items():
        module = ModuleType(name)
        vars(module).update(known)
        monkeypatch.setitem(sys.modules, name, module)
    inside = importlib.import_module("sma_archivematica")
    monkeypatch.setattr(inside, "dashboard_api", sys.modules["sma_archivematica.dashboard_api"], raising=False)
    monkeypatch.delitem(sys.modules, "sma_archivematica.apps", raising=False)
    loaded = importlib.import_module("sma_archivematica.apps")
    monkeypatch.delitem(sys.modules, "sma_archivematica.apps")
    return loaded


def ready(app: ModuleType, component: str | None) -> None:
    if component:
        app.settings.SMA_COMPONENT = component
    app.SmaArchivematicaConfig.ready(None)
    app.SmaArchivematicaConfig.ready(None)  # a server may load its apps twice


def test_client_scripts_are_found_among_archivematicas_own(app: ModuleType) -> None:
    ready(app, "mcpclient")
    for scripts in layouts.modules("client scripts"):
        assert list(scripts.__path__).count(str(INSIDE / "client_scripts")) == 1
        assert importlib.import_module(f"{scripts.__name__}.sma_receive").call


def test_names_within_the_package_go_before_the_same_files_at_the_top(source: Path) -> None:
    """What is extended at the top would be a copy that Archivematica does not look at."""
    within = (source / "archivematica").is_dir()
    for name in ("packages", "transfer pages", "client scripts"):
        assert layouts.module(name).__name__.startswith("archivematica.") == within
        assert layouts.named(name).startswith("archivematica.") == within


def test_a_transfer_of_our_type_starts_in_our_chain_and_has_a_folder(app: ModuleType, source: Path) -> None:
    ready(app, "mcpserver")
    (start,) = layouts.module("packages").PACKAGE_TYPE_STARTING_POINTS.items()
    ids = json.loads((INSIDE / "workflow.json").read_text(encoding="utf-8"))["ids"]
    watched = source / "watchedDirectories" / "activeTransfers" / "socialMediaBundle"
    assert start == ("social media bundle", (str(watched), ids["approved"], ids["type"]))
    assert watched.is_dir()


def fields() -> list[tuple[str, str]]:
    return [tuple(one) for one in layouts.module("processing fields").processing_fields]


def test_the_decision_is_a_field_of_processing_configurations(
    app: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    ready(app, "mcpserver")
    assert fields() == [("x", "y"), (fragment().ids["decide"], "social_media_decision")]
    assert caplog.text == ""


@pytest.mark.parametrize("workflow", [None, "", "stock", "absent"])
def test_without_our_workflow_there_is_no_field_that_would_break_the_form(
    app: ModuleType, source: Path, workflow: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    (source / "stock").write_bytes(stock())
    app.settings.WORKFLOW_FILE = workflow and str(source / workflow)
    ready(app, "mcpserver")
    assert fields() == [("x", "y")]
    assert "get no field" in caplog.text


@pytest.mark.parametrize(
    "text", [None, "", "processing_fields = {'x': {'type': 'replace_dict'}}\n", "processing_fields = []\n"]
)
def test_a_version_without_such_fields_starts_all_the_same(
    app: ModuleType,
    source: Path,
    text: str | None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMA_LANGUAGE", "nl")
    for path in source.rglob("processing_config.py"):
        path.unlink()
        if text is not None:
            path.write_text(text, encoding="utf-8")
    ready(app, "mcpserver")
    assert layouts.module("packages").PACKAGE_TYPE_STARTING_POINTS
    assert "komt geen veld voor het besluit" in caplog.text


def test_the_dashboard_knows_the_folder_of_our_type(app: ModuleType) -> None:
    ready(app, "dashboard")
    assert layouts.module("transfer pages").TRANSFER_TYPE_DIRECTORIES == {"social media bundle": "socialMediaBundle"}


def test_elsewhere_nothing_is_changed(app: ModuleType, source: Path) -> None:
    ready(app, None)
    assert not (source / "watchedDirectories").exists()


def test_a_package_of_our_own_type_was_checked_where_it_came_in(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {UNIT: [SimpleNamespace(type="Social media bundle")], "other": [SimpleNamespace(type="Standard")]}
    objects = SimpleNamespace(filter=lambda uuid: known.get(uuid, []))
    monkeypatch.setattr(layouts, "module", lambda _name: SimpleNamespace(Transfer=SimpleNamespace(objects=objects)))
    monkeypatch.setenv("SMA_STEP", str(source / "absent"))
    (tmp_path / "metadata" / "sma").mkdir(parents=True)
    jobs = [TaskJob("sma_check_v0.0", str(tmp_path), unit) for unit in (UNIT, "other", "unknown")]
    script("sma_check").call(jobs)
    assert [job.code for job in jobs] == [0, 1, 1]
