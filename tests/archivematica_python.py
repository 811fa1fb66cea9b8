"""The Python of a fictional Archivematica: answers to the probe and to migrations as a real one would."""

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

HERE = Path(sys.argv[0]).parent
TOLD = json.loads((HERE / "told.json").read_text())
ROWS = json.loads((HERE / "database.json").read_text())


def option(component: str, name: str) -> str | None:
    """An option of a component, from its environment."""
    prefix = component.upper().replace("-", "")
    return os.environ.get(f"ARCHIVEMATICA_{prefix}_{prefix}_{name}")


def client(told: dict[str, Any], options: dict[str, Any]) -> None:
    """What the client works out."""
    settings = os.environ.get("METADATA_XML_VALIDATION_SETTINGS_FILE")
    on = option("mcp-client", "METADATA_XML_VALIDATION_ENABLED") == "true"
    modules = option("mcp-client", "ARCHIVEMATICACLIENTMODULES") or told["files"]["modules"]
    lines = Path(modules).read_text().splitlines()
    options["CLIENT_MODULES_FILE"] = modules
    options["MAX_TASKS_PER_CHILD"] = int(option("mcp-client", "MAX_TASKS_PER_CHILD") or 10)
    options["METADATA_XML_VALIDATION_ENABLED"] = on
    told["validated"] = sorted(runpy.run_path(settings)["XML_VALIDATION"]) if on and settings else []
    why = "" if told["settings"].startswith("sma_archivematica.") else "ModuleNotFoundError: no such module"
    told["loaded"] = {line.split(" = ")[0]: why for line in lines if line.startswith("sma_")}


def answer(component: str) -> None:
    """What a component tells."""
    told = TOLD[component]
    if told.get("silent"):
        sys.exit("No such thing")
    told.update(component=component, settings=os.environ.get("DJANGO_SETTINGS_MODULE", "settings.common"))
    if component == "mcp-server":
        told["options"]["WORKFLOW_FILE"] = option(component, "WORKFLOW_FILE") or ""
        told["options"]["WATCH_DIRECTORY_METHOD"] = option(component, "WATCH_DIRECTORY_METHOD") or "poll"
    if component == "mcp-client":
        client(told, told["options"])
    if component == "dashboard" and "applied" not in told["troubles"]:
        told["applied"] = ROWS["applied"]
    sys.stdout.write("Starting up …\n" + json.dumps(told))


def migrate(*, back: bool) -> None:
    """Run the migrations of the plugin that is on the path, or take them back."""
    if TOLD["dashboard"].get("migrating"):
        sys.exit("django.db.utils.OperationalError: " + TOLD["dashboard"]["migrating"])
    folder = Path(os.environ["PYTHONPATH"].split(":")[0], "sma_archivematica", "migrations")
    ours = [] if back else [f"sma_archivematica.{path.stem}" for path in sorted(folder.glob("0*.py"))]
    ROWS["applied"] = [one for one in ROWS["applied"] if not one.startswith("sma_archivematica.")] + ours
    ROWS["types"] = ["registrychange"]
    ROWS["runs"] += 1
    sys.stdout.write("  sma-plugin: one row was left as it was found\n")


if __name__ == "__main__":
    if sys.argv[1] == "-":
        sys.stdin.buffer.read()
        if sys.argv[2] in TOLD:
            answer(sys.argv[2])
        else:
            sys.stdout.write((HERE / "registry.json").read_text())
    elif sys.argv[1:4] == ["-m", "django", "migrate"]:
        migrate(back="zero" in sys.argv)
    elif sys.argv[1] == "-c":
        ROWS["types"] = []
    (HERE / "database.json").write_text(json.dumps(ROWS))
