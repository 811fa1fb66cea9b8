"""Tells what an Archivematica is, as one line of JSON: run with its own Python and the environment of one component.

``python - COMPONENT OURS [HOME] < probe.py``; OURS is the folder that this package lies in, HOME the folder that the
component is started from, which comes first on its path. Nothing is changed. What cannot be told is in ``troubles``
with the reason; the rest is told all the same.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import shutil
import sys
import warnings
from configparser import RawConfigParser
from pathlib import Path
from typing import Any, Callable

OPTIONS = {
    "mcp-server": ("WORKFLOW_FILE", "SHARED_DIRECTORY", "WATCH_DIRECTORY", "WATCH_DIRECTORY_METHOD"),
    "mcp-client": (
        "CLIENT_MODULES_FILE",
        "CLIENT_ASSETS_DIRECTORY",
        "SHARED_DIRECTORY",
        "METADATA_XML_VALIDATION_ENABLED",
        "MAX_TASKS_PER_CHILD",
        "CLAMAV_CLIENT_BACKEND",
        "CLAMAV_CLIENT_MAX_FILE_SIZE",
        "CLAMAV_CLIENT_MAX_SCAN_SIZE",
        "CLAMAV_PASS_BY_STREAM",
    ),
    "dashboard": ("SHARED_DIRECTORY",),
}
TOOLS = ("sf", "ffmpeg", "ffprobe", "exiftool", "mediainfo", "jhove", "clamscan", "clamdscan")


def attempt(told: dict[str, Any], name: str, tell: Callable[[], Any]) -> None:
    """Put what ``tell`` tells in its place, or the reason why it cannot."""
    try:
        told[name] = tell()
    except Exception as error:  # noqa: BLE001 -- whatever an installation may answer is told, and the rest goes on
        told["troubles"][name] = reason(error)


def reason(error: Any) -> str:
    """Why something could not be told, in one line."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def layout_here() -> str:
    """Which of the two ways of importing this Archivematica has."""
    return "package" if layouts().named("models").startswith("archivematica.") else "folders"


def layouts() -> Any:
    """What knows where things are in Archivematica; it is found when the paths are set."""
    return importlib.import_module("sma_archivematica.layouts")


def folder_of(name: str) -> Path:
    """The folder of a package, which is not imported for it."""
    spec = importlib.util.find_spec(layouts().named(name))
    return Path(next(iter((spec and spec.submodule_search_locations) or ())))


def version() -> str:
    """The version that Archivematica says to be."""
    return ".".join(str(part) for part in layouts().module("version").ARCHIVEMATICA_VERSION)


def server_files() -> dict[str, str]:
    """Where the stock workflow and its schema are."""
    assets = folder_of("server").parent / "assets"
    return {"workflow": str(assets / "workflow.json"), "schema": str(assets / "workflow-schema-v1.json")}


def client_files() -> dict[str, str]:
    """Where the stock client modules and scripts are."""
    scripts = folder_of("client scripts")
    return {"modules": str(scripts.parent / "archivematicaClientModules"), "scripts": str(scripts)}


def set_up() -> bool:
    """Load the settings and all apps, ours too where they are chosen."""
    importlib.import_module("django").setup()
    return True


def settings() -> Any:
    """The settings as they work out, from files, environment and defaults together."""
    return importlib.import_module("django.conf").settings


def validated() -> list[str]:
    """For which namespaces and root names metadata in XML is taken over."""
    return sorted(str(key) for key in getattr(settings(), "XML_VALIDATION", None) or ())


def loaded(path: str) -> dict[str, str]:
    """Our client modules that the given list names: why each cannot be loaded by Archivematica's own loader, if so."""
    listed = RawConfigParser()
    listed.read(path)
    rows = listed.items("supportedBatchCommands")
    return {name: why_not_loaded(module) for name, module in rows if name.startswith("sma_")}


def why_not_loaded(module: str) -> str:
    """What Archivematica's loader warns of; it gives nothing for a module that it cannot import."""
    loader = layouts().module("loader")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            if loader.load_module(module) is not None:
                return ""
        except Exception as error:  # noqa: BLE001 -- the reason is what is asked for
            return reason(error)
    return next((reason(one.message) for one in reversed(warned)), "it was not found")


def applied() -> list[str]:
    """The migrations that were run, ours and those of the Format Policy Registry."""
    recorder = importlib.import_module("django.db.migrations.recorder").MigrationRecorder
    rows = recorder(importlib.import_module("django.db").connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in rows if app in ("fpr", "sma_archivematica"))


def waiting() -> list[str]:
    """Migrations of Archivematica itself that were not run yet."""
    executor = importlib.import_module("django.db.migrations.executor").MigrationExecutor(
        importlib.import_module("django.db").connection
    )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{one.app_label}.{one.name}" for one, _ in plan if one.app_label != "sma_archivematica"]


def storage() -> str:
    """The address of the Storage Service, as the dashboard knows it."""
    known = layouts().module("models").DashboardSetting.objects
    row = known.filter(name="storage_service_url").first()
    return str(row.value) if row else ""


def locations() -> dict[str, str]:
    """The places where packages may be stored: identifier and description of each."""
    told = layouts().module("storage").get_location(purpose="AS")
    return {one["uuid"]: one.get("description") or "" for one in told or ()}


def probe(component: str) -> dict[str, Any]:
    """All that is told of a component."""
    told: dict[str, Any] = {
        "component": component,
        "python": platform.python_version(),
        "tools": {name: shutil.which(name) or "" for name in TOOLS},
        "troubles": {},
    }
    attempt(told, "layout", layout_here)
    if "layout" not in told:
        return told
    stock = layouts().stock_settings(component.replace("-", ""))
    told["settings"] = os.environ.setdefault("DJANGO_SETTINGS_MODULE", stock)
    attempt(told, "version", version)
    if component == "mcp-server":
        attempt(told, "files", server_files)
    if component == "mcp-client":
        attempt(told, "files", client_files)
    attempt(told, "set_up", set_up)
    if "set_up" in told:
        attempt(told, "options", lambda: {name: getattr(settings(), name, None) for name in OPTIONS[component]})
        more(told, component)
    return told


def more(told: dict[str, Any], component: str) -> None:
    """What only a component that is set up can tell."""
    if component == "mcp-client":
        attempt(told, "validated", validated)
        attempt(told, "loaded", lambda: loaded(told["options"]["CLIENT_MODULES_FILE"]))
    if component == "dashboard":
        attempt(told, "applied", applied)
        if "applied" in told:
            attempt(told, "waiting", waiting)
            attempt(told, "storage", storage)
            attempt(told, "locations", locations)


if __name__ == "__main__":
    sys.path[:1] = sys.argv[3:4]
    sys.path.append(sys.argv[2])
    sys.stdout.write("\n" + json.dumps(probe(sys.argv[1]), default=str) + "\n")
