"""Cases of SMA-A010 to SMA-A029: an Archivematica with the plugin in which one thing is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from finding_cases import Bench, Case
from making_archivematica import Installation, changed
from making_workflow import MODULES, stock
from sma_plugin.archivematica import running
from sma_plugin.archivematica.doctor import Asked, doctor
from sma_plugin.archivematica.environments import read_environment, written
from sma_plugin.archivematica.record import digest, write_record
from sma_plugin.archivematica.wanted import PROCESSING
from sma_plugin.findings import Finding
from sma_plugin.package.files import read_json, write_json
from sma_plugin.selection.records import PackageDecisions, Restriction
from sma_plugin.validate.schemas import official

Fault = Callable[[Installation, Bench], object]


def looked_at(spoil: Fault) -> Callable[[Bench], list[Finding]]:
    """What the doctor finds of an installation that was sound before."""

    def go(bench: Bench) -> list[Finding]:
        made = sound(bench.home / "archief")
        spoil(made, bench)
        return seen(made)

    return go


def sound(root: Path) -> Installation:
    """An installation of which the doctor finds nothing."""
    made = Installation(root)
    made.install()
    for schema in official().values():
        (made.target / "schemas").mkdir(exist_ok=True)
        (made.target / "schemas" / schema.names[0]).touch()
    files = {path: one for path, one in made.record.files.items() if not path.endswith(".xsd")}
    write_record(made.target, changed(made.record, files=files))
    return made


def seen(made: Installation) -> list[Finding]:
    """What the doctor finds."""
    return list(doctor(Asked(made.target, made.settings, None, [made.environment])))


def variable(component: str, ending: str, value: str | None) -> Fault:
    """The environment that the plugin gives to a component has a variable with another value, or not at all."""

    def spoil(made: Installation, _bench: Bench) -> None:
        path = made.target / f"{component}.env"
        told = read_environment(path)
        name = next(name for name in told if name.endswith(ending))
        told.pop(name)
        path.write_bytes(written(told | ({name: value} if value else {})))
        rewritten(made, path)

    return spoil


def rewritten(made: Installation, path: Path) -> None:
    """A file is on record as it is now."""
    write_record(made.target, changed(made.record, files={**made.record.files, str(path): digest(path)}))


def with_packages(made: Installation, bench: Bench) -> Path:
    """The archive's folder of packages, with one in it."""
    folder = made.root / "pakketten"
    folder.mkdir()
    (folder / bench.package.name).symlink_to(bench.package)
    made.settings = replace(made.settings, paths=replace(made.settings.paths, packages=str(folder)))
    return folder / bench.package.name


def of_another_version(made: Installation, _bench: Bench) -> None:
    for name in made.told:
        made.tell(name, version="1.99.0")


def large(made: Installation, bench: Bench) -> None:
    with_packages(made, bench)
    made.tell("mcp-client", options={**made.told["mcp-client"]["options"], "CLAMAV_CLIENT_MAX_SCAN_SIZE": 0.0001})


def secret(made: Installation, bench: Bench) -> None:
    """A package with a restriction that a role decided on."""
    folder = made.root / "pakketten" / "beperkt" / "metadata" / "sma"
    folder.mkdir(parents=True)
    decided = read_json(bench.package / "metadata" / "sma" / "decisions.json", PackageDecisions)
    limited = Restriction("Eerbiediging persoonlijke levenssfeer", "Begrippenlijst", date="2026-01-15")
    write_json(folder / "decisions.json", replace(decided, restrictions=(limited,)))
    made.settings = replace(made.settings, paths=replace(made.settings.paths, packages="pakketten"))


def half(made: Installation, _bench: Bench) -> None:
    write_record(made.target, changed(made.record, state="installing"))


def altered(made: Installation, _bench: Bench) -> None:
    path = made.target / "archivematicaClientModules"
    path.write_bytes(path.read_bytes() + b"# nog iets\n")


def without_its_program(made: Installation, bench: Bench) -> None:
    variable("mcp-client", "SMA_STEP", str(made.root / "weg"))(made, bench)


def without_its_configuration(made: Installation, _bench: Bench) -> None:
    write_record(made.target, changed(made.record, config=str(made.root / "weg.toml")))


def own_answers(made: Installation, _bench: Bench) -> None:
    """Somebody changed the processing configuration in the dashboard."""
    (made.shared / PROCESSING / "social_mediaProcessingMCP.xml").write_text("<processingMCP/>")


def nowhere_back(made: Installation, _bench: Bench) -> None:
    (made.root / "terug").rmdir()


def nowhere_to_work(made: Installation, _bench: Bench) -> None:
    made.settings = replace(made.settings, paths=replace(made.settings.paths, working_area=None))


def of(component: str, **told: object) -> Fault:
    """A component that answers otherwise."""
    return lambda made, _bench: made.tell(component, **told)


def stock_again(made: Installation, bench: Bench) -> None:
    path = made.root / "workflow.json"
    path.write_bytes(stock())
    variable("mcp-server", "WORKFLOW_FILE", str(path))(made, bench)


def modules_again(made: Installation, bench: Bench) -> None:
    path = made.root / "modules"
    path.write_bytes(MODULES)
    variable("mcp-client", "CLIENTMODULES", str(path))(made, bench)


def upgraded(made: Installation, _bench: Bench) -> None:
    """A newer Archivematica was installed, with another workflow."""
    path = Path(made.path("MCPServer/lib/assets/workflow.json"))
    path.write_bytes(path.read_bytes() + b"\n")


def unwatched(made: Installation, _bench: Bench) -> None:
    (made.shared / "watchedDirectories" / "activeTransfers" / "socialMediaBundle").rmdir()


def no_schema(made: Installation, _bench: Bench) -> None:
    (made.target / "schemas" / official()["mdto"].names[0]).unlink()


def no_tool(made: Installation, _bench: Bench) -> None:
    made.tell("mcp-client", tools={**made.told["mcp-client"]["tools"], "ffmpeg": ""})


def without_rules(made: Installation, _bench: Bench) -> None:
    made.reached.migrate(back=True)


def not_restarted(made: Installation, bench: Bench) -> None:
    """The server runs with the plugin, since long before it was written last."""
    environment = made.found()["mcp-server"].environment | read_environment(made.target / "mcp-server.env")
    bench.patch.setattr(running, "_PROC", made.runs("mcp-server", 2000, environment))


CASES = [
    Case("SMA-A010", looked_at(variable("mcp-client", "METADATA_XML_VALIDATION_ENABLED", None))),
    Case("SMA-A011", looked_at(stock_again)),
    Case("SMA-A012", looked_at(of_another_version)),
    Case("SMA-A013", looked_at(upgraded)),
    Case("SMA-A014", looked_at(modules_again)),
    Case("SMA-A015", looked_at(no_schema)),
    Case("SMA-A016", looked_at(no_tool)),
    Case("SMA-A017", looked_at(large)),
    Case("SMA-A018", looked_at(secret)),
    Case("SMA-A019", looked_at(variable("mcp-server", "WATCH_DIRECTORY_METHOD", "poll"))),
    Case("SMA-A020", looked_at(variable("mcp-client", "MAX_TASKS_PER_CHILD", "10"))),
    Case("SMA-A021", looked_at(half)),
    Case("SMA-A022", looked_at(altered)),
    Case("SMA-A023", looked_at(without_rules)),
    Case("SMA-A024", looked_at(not_restarted)),
    Case("SMA-A025", looked_at(without_its_program)),
    Case("SMA-A026", looked_at(own_answers)),
    Case("SMA-A027", looked_at(unwatched)),
    Case("SMA-A028", looked_at(nowhere_back)),
    Case("SMA-A096", looked_at(without_its_configuration)),
    Case("SMA-A097", looked_at(variable("mcp-client", "PATH", "/nonexistent/bin"))),
    Case("SMA-A098", looked_at(of("dashboard", set_up=False, troubles={"set_up": "ImproperlyConfigured: SECRET_KEY"}))),
    Case("SMA-A099", looked_at(nowhere_to_work)),
    Case("SMA-A029", looked_at(of("dashboard", locations=None, troubles={"locations": "ConnectionError: refused"}))),
]
