"""A fictional installation of Archivematica: folders, a small workflow, a Python that answers as its own would."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from finding_cases_am_fpr import installed as registry
from making_workflow import MODULES, choice, identity, link, workflow
from sma_plugin.archivematica import installing
from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.installing import Left
from sma_plugin.archivematica.migrating import Database
from sma_plugin.archivematica.planning import Plan, plan
from sma_plugin.archivematica.probing import Found, look
from sma_plugin.archivematica.processing import Question
from sma_plugin.archivematica.record import Record, read_record
from sma_plugin.archivematica.wanted import Choice, wanted
from sma_plugin.archivematica.workflow.model import ANSWER
from sma_plugin.archivematica.workflow.model import LISTED as GENERATED
from sma_plugin.facts import facts
from sma_plugin.settings import Archivematica, Paths, Settings

PYTHON = Path(__file__).with_name("archivematica_python.py").read_text(encoding="utf-8")
_TICKS = os.sysconf("SC_CLK_TCK")
REGISTRY = registry()
FRESH: dict[str, Any] = {"applied": ["fpr.0001_initial"], "types": [], "runs": 0}


def with_questions() -> bytes:
    """The small workflow, with every question in it that may not stay unanswered, and the one where to store."""
    made = workflow()
    for name, one in facts("sma_plugin.archivematica", "processing.toml", dict[str, Question]).items():
        if one.required or name == "aip-location":
            asked = _asked(name, one, made)
            asked["description"], asked["group"] = {"en": one.asks or name}, {"en": one.group or "Vragen"}
            made["links"][identity(f"ask-{name}")] = asked
    return json.dumps(made, indent=2).encode()


def _asked(name: str, question: Question, made: dict[str, Any]) -> dict[str, Any]:
    """A question with its answers: one sets something or is told by its words, or chains lead to what follows."""
    if question.location:
        told = {"@manager": GENERATED, "@model": "StandardTaskConfig", "execute": question.location.list}
        return choice() | {"config": told}
    if question.sets or question.answer:
        told = {"id": identity(name), "description": {"en": question.answer or "Yes"}, "items": question.sets or {}}
        return answered([told])
    follows = question.leads_to or question.other_than
    then = link(f"{follows}_v0.0") if follows else answered([{"items": {question.decides_not: "True"}}])
    chains = {f"{name}-yes": then, f"{name}-no": link("moveTransfer_v0.0")}
    for chain, begin in chains.items():
        made["links"][identity(f"begin-{chain}")] = begin
        made["chains"][identity(chain)] = {"description": {"en": chain}, "link_id": identity(f"begin-{chain}")}
    return choice(*chains)


def answered(replacements: list[dict[str, Any]]) -> dict[str, Any]:
    """A link at which an answer gives variables a value."""
    made = choice()
    config = {"@manager": ANSWER, "@model": "MicroServiceChoiceReplacementDic"}
    rows = [{"id": identity("yes"), "description": {"en": "Yes"}} | one for one in replacements]
    return made | {"config": config | {"replacements": rows}}


STOCK = with_questions()
EXECUTED = {str(one["config"].get("execute", "")) for one in json.loads(STOCK)["links"].values()} - {"", "%AIPsStore%"}
LISTED = (
    MODULES + "".join(f"{name} = x\n" for name in sorted(EXECUTED) if name.lower() not in MODULES.decode()).encode()
)


class Installation:
    """One Archivematica of a fictional archive, in which nothing of the plugin is yet."""

    def __init__(self, root: Path) -> None:
        self.root, self.target = root, root / "opt" / "sma"
        self.systemd = root / "etc" / "systemd"
        self.shared = root / "shared"
        self.python = root / "bin" / "python"
        self.environment = root / "etc" / "archivematica"
        self.settings = Settings(
            base=str(root), paths=Paths(working_area="werk"), archivematica=Archivematica(returned="terug")
        )
        for folder in ("bin", "opt", "etc/systemd", "terug", *_FOLDERS):
            (root / folder).mkdir(parents=True)
        for path, data in _FILES.items():
            (root / path).write_bytes(data)
        self.python.write_text(f"#!{sys.executable} -S\n{PYTHON}")
        self.python.chmod(0o755)
        lib, pages = self.path("archivematicaCommon/lib"), self.path("dashboard/src")
        self.environment.write_text(f'# omgeving\nPYTHONPATH="{lib}:{pages}"\nLANG=nl_NL.UTF-8\n')
        self.told: dict[str, Any] = {
            "mcp-server": self._told(WATCH_DIRECTORY="watchedDirectories/")
            | {"files": {"workflow": self.path("MCPServer/lib/assets/workflow.json")}},
            "mcp-client": self._told(CLAMAV_CLIENT_MAX_FILE_SIZE=42.0, CLAMAV_CLIENT_MAX_SCAN_SIZE=42.0)
            | {"files": {"modules": self.path("MCPClient/lib/archivematicaClientModules")}}
            | {"tools": dict.fromkeys(("sf", "ffmpeg", "ffprobe", "mediainfo", "exiftool", "jhove"), "/usr/bin/x")},
            "dashboard": self._told() | {"locations": {"1": "AIPs"}, "storage": "http://storage.voorbeeldstad.example"},
        }
        (root / "bin" / "registry.json").write_bytes(msgspec.json.encode(REGISTRY))
        self.tell()
        (root / "bin" / "database.json").write_text(json.dumps(FRESH))

    def path(self, name: str) -> str:
        """A file of Archivematica."""
        return str(self.root / "src" / name)

    def _told(self, **options: object) -> dict[str, Any]:
        shared = {name: f"{self.shared}/{value}" for name, value in options.items() if isinstance(value, str)}
        options = {"SHARED_DIRECTORY": f"{self.shared}/"} | options | shared
        return {
            "python": "3.9.18",
            "layout": "folders",
            "version": "1.17.0",
            "set_up": True,
            "options": options,
            "troubles": {},
        }

    def tell(self, component: str = "dashboard", **told: object) -> None:
        """Have a component answer otherwise."""
        self.told[component] |= told
        (self.root / "bin" / "told.json").write_text(json.dumps(self.told))

    def empty(self) -> None:
        """Have a database in which no migration was run."""
        (self.root / "bin" / "database.json").write_text(json.dumps({**FRESH, "applied": []}))

    @property
    def database(self) -> dict[str, Any]:
        """What the database holds."""
        return dict(json.loads((self.root / "bin" / "database.json").read_text()))

    @property
    def record(self) -> Record | None:
        """What is installed."""
        return read_record(self.target)

    def found(self, *components: str) -> dict[str, Found]:
        """What is told of it."""
        return look(self.python, [self.environment], components, self.target, self.record)

    def planned(self, version: str = "1.0", *, force: bool = False, components: tuple[str, ...] = ()) -> Plan:
        """What installing would change."""
        found = self.found(*components)
        choice = Choice(self.target, self.python, self.settings, None, self.systemd)
        return plan(found, wanted(found, choice), choice, self.record, version, force=force)

    def install(self, version: str = "1.0", *, force: bool = False) -> Plan:
        """Install the plugin."""
        planned = self.planned(version, force=force)
        installing.install(planned, self.target, self.reached, lambda _name, _about: None)
        return planned

    @property
    def reached(self) -> Database:
        """Its database."""
        return Database(self.python, self.found()["dashboard"], self.target)

    def uninstall(self, *, force: bool = False) -> Left:
        """Take the plugin away; gives what is left."""
        record = self.record
        assert record is not None
        rows = any(one.startswith("sma_archivematica.") for one in self.database["applied"])
        reached = self.reached if rows else None
        return installing.uninstall(record, self.target, reached, lambda _name, _about: None, force=force)

    def runs(self, component: str, started: int, environment: dict[str, str]) -> Path:
        """A folder as /proc, with a component in it that was started so many seconds after 1970."""
        proc = self.root.parent / "proc"
        process = proc / "42"
        process.mkdir(parents=True)
        home, entry = self.path("MCPServer/lib"), known().components[component].entry
        (proc / "stat").write_text("cpu 1 2 3\nbtime 1000\n")
        (process / "stat").write_text(f"42 (python (3)) S {' '.join(['0'] * 18)} {(started - 1000) * _TICKS} 0\n")
        (process / "cmdline").write_text(f"/usr/bin/python\0{home}/{entry}\0")
        (process / "environ").write_text("\0".join(f"{name}={value}" for name, value in environment.items()))
        (process / "cwd").symlink_to(home)
        return proc

    def everything(self) -> dict[str, bytes | None]:
        """Every folder and file, but for what stands for the database's own log."""
        rows = {path: path.read_bytes() if path.is_file() else None for path in self.root.rglob("*")}
        return {str(path.relative_to(self.root)): data for path, data in rows.items() if path.name != "database.json"}


_FOLDERS = (
    "src/archivematicaCommon/lib",
    "src/MCPServer/lib/assets",
    "src/MCPClient/lib/clientScripts",
    "src/dashboard/src/settings",
    "shared/sharedMicroServiceTasksConfigs/processingMCPConfigs",
    "shared/watchedDirectories/activeTransfers/standardTransfer",
)
_FILES = {
    "src/MCPServer/lib/archivematicaMCP.py": b"",
    "src/MCPServer/lib/assets/workflow.json": STOCK,
    "src/MCPClient/lib/archivematicaClient.py": b"",
    "src/MCPClient/lib/archivematicaClientModules": LISTED,
    "src/dashboard/src/manage.py": b"",
    "src/dashboard/src/settings/base.py": b"",
}


def changed(record: Record, **values: Any) -> Record:
    """A record with other values."""
    return msgspec.structs.replace(record, **values)
