"""What the doctor looks at, one check each. A check yields nothing about a component that is on another machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sma_plugin.archivematica.client_modules import has_ours
from sma_plugin.archivematica.components import known, unit
from sma_plugin.archivematica.doctor_programs import folders, formats, program
from sma_plugin.archivematica.doctor_seen import Check, Seen
from sma_plugin.archivematica.fpr_diff import differences
from sma_plugin.archivematica.fpr_export import decoded, exported
from sma_plugin.archivematica.record import digest, record_path
from sma_plugin.archivematica.restricted import packages_in, restricted
from sma_plugin.archivematica.running import use_of
from sma_plugin.archivematica.shared_folder import inotify_works
from sma_plugin.archivematica.status import status
from sma_plugin.archivematica.wanted import PROCESSING, namespaces
from sma_plugin.archivematica.workflow import merged_by
from sma_plugin.findings import Finding, make
from sma_plugin.preferred.policy import chosen
from sma_plugin.preferred.registry import registry
from sma_plugin.texts import UserError
from sma_plugin.validate.schemas import official

_MB = 1 << 20
_FEW_TASKS = 100
"""Below so many tasks a worker spends more time on loading everything again than on small files."""


def version(seen: Seen) -> Iterator[Finding]:
    """A version that was not tried."""
    told = next((one for one in seen.now.values() if one.version), None)
    if told and told.release not in known().known:
        yield make("SMA-A012", version=told.version, known=", ".join(known().known))


def workflow(seen: Seen) -> Iterator[Finding]:
    """Whether the server uses a workflow with ours in it."""
    if "mcp-server" not in seen.now:
        return
    told = seen.now["mcp-server"]
    path = Path(seen.option("mcp-server", "WORKFLOW_FILE") or told.files.get("workflow", "?"))
    try:
        ours = merged_by(path.read_bytes(), path)
    except (OSError, UserError):
        ours = None
    if ours is None:
        yield make("SMA-A011", path=str(path), variables=seen.recommended("WORKFLOW_FILE"))
        return
    before = seen.record.environment.get("mcp-server", {}).get("ARCHIVEMATICA_MCPSERVER_MCPSERVER_WORKFLOW_FILE")
    stock = Path(before or told.files.get("workflow", "?"))
    if digest(stock) != ours.stock:
        yield make("SMA-A013", path=str(stock))


def modules(seen: Seen) -> Iterator[Finding]:
    """Whether the client can load what our links call."""
    if "mcp-client" not in seen.now:
        return
    told, variables = seen.now["mcp-client"], seen.recommended("CLIENTMODULES")
    path = Path(seen.option("mcp-client", "CLIENT_MODULES_FILE") or "?")
    if not path.is_file() or not has_ours(path.read_bytes()):
        yield make("SMA-A014", command="sma_receive", reason=str(path), variables=variables)
    for module, reason in told.loaded.items():
        if reason:
            yield make("SMA-A014", command=module, reason=reason, variables=variables)


def metadata(seen: Seen) -> Iterator[Finding]:
    """Whether metadata in XML is taken over."""
    if "mcp-client" not in seen.now:
        return
    on = seen.option("mcp-client", "METADATA_XML_VALIDATION_ENABLED")
    lacking = set(namespaces()) - set(seen.now["mcp-client"].validated)
    if not on or lacking:
        option = min(lacking) if on else "metadata_xml_validation_enabled = false"
        variable = seen.recommended("METADATA_XML_VALIDATION_ENABLED", "METADATA_XML_VALIDATION_SETTINGS_FILE")
        yield make("SMA-A010", option=option, variable=variable)


def rules(seen: Seen) -> Iterator[Finding]:
    """Whether our rules are in the database as we put them there."""
    if "dashboard" not in seen.now:
        return
    told = seen.now["dashboard"]
    absent = [one for one in seen.record.migrations if f"sma_archivematica.{one}" not in told.applied]
    if absent:
        yield make("SMA-A023", reason=told.troubles.get("applied", ", ".join(absent)))
        return
    home = seen.record.home("dashboard")
    there = decoded(exported(seen.python, home, seen.environment["dashboard"]))
    found = differences(registry(chosen(seen.settings)), there)
    yield from (one for one in found if one.severity != "info")


def schemas(seen: Seen) -> Iterator[Finding]:
    """Whether the official schemas are where Archivematica's user can read them."""
    if "mcp-client" in seen.now:
        folder = Path(seen.environment["mcp-client"].get("SMA_SCHEMAS", seen.target / "schemas"))
        absent = [one.names[0] for one in official().values() if not any(_in(folder, name) for name in one.names)]
        for name in absent:
            yield make("SMA-A015", names=", ".join(absent), item=name)


def _in(folder: Path, name: str) -> bool:
    return next(folder.rglob(name), None) is not None


def tools(seen: Seen) -> Iterator[Finding]:
    """Programs that Archivematica runs on our files."""
    if "mcp-client" in seen.now:
        for name, tool in known().tools.items():
            if not seen.now["mcp-client"].tools.get(name):
                what = tool.what
                yield make("SMA-A016", command=name, how=tool.how, what_nl=what["nl"], what_en=what["en"])


def virus_scanner(seen: Seen) -> Iterator[Finding]:
    """Files that are larger than what is scanned."""
    limits = [seen.option("mcp-client", f"CLAMAV_CLIENT_MAX_{kind}_SIZE") for kind in ("FILE", "SCAN")]
    sizes = [float(one) for one in limits if one is not None]
    largest = max(_sizes(seen), default=(0, ""))
    if sizes and largest[0] > min(sizes) * _MB:
        wanted = -(-largest[0] // _MB)
        names = (f"ARCHIVEMATICA_MCPCLIENT_MCPCLIENT_CLAMAV_CLIENT_MAX_{one}_SIZE={wanted}" for one in ("FILE", "SCAN"))
        yield make("SMA-A017", path=largest[1], limit=f"{min(sizes):g}", size=wanted, variables=" ".join(names))


def _sizes(seen: Seen) -> Iterator[tuple[int, str]]:
    """Size and path of every file in the packages of the configured folder."""
    if seen.settings.paths.packages:
        for package in packages_in(seen.settings.resolve(seen.settings.paths.packages)):
            for path in package.objects.rglob("*"):
                if path.is_file():
                    yield path.stat().st_size, str(path)


def storage(seen: Seen) -> Iterator[Finding]:
    """Whether the Storage Service answers, and whether restricted packages are stored apart."""
    if "dashboard" not in seen.now:
        return
    told = seen.now["dashboard"]
    if told.applied and told.locations is None:
        reason = told.troubles.get("locations", "?")
        yield make("SMA-A029", address=told.storage or "?", reason=reason)
    location = seen.settings.archivematica.restricted_location
    if seen.settings.paths.packages and (location is None or location not in (told.locations or {location})):
        for path in restricted(seen.settings.resolve(seen.settings.paths.packages)):
            yield make("SMA-A018", path=str(path))


def slow(seen: Seen) -> Iterator[Finding]:
    """Defaults that make Archivematica slow."""
    folder = seen.option("mcp-server", "WATCH_DIRECTORY")
    if folder and seen.option("mcp-server", "WATCH_DIRECTORY_METHOD") in ("", "poll") and inotify_works(Path(folder)):
        yield make("SMA-A019", variable=seen.recommended("WATCH_DIRECTORY_METHOD"))
    number = seen.option("mcp-client", "MAX_TASKS_PER_CHILD")
    if number is not None and number < _FEW_TASKS:
        yield make("SMA-A020", number=int(number), variable=seen.recommended("MAX_TASKS_PER_CHILD"))


def files(seen: Seen) -> Iterator[Finding]:
    """Files that are not as they were written, and watched folders that are gone."""
    told = status(seen.record, seen.target)
    for path in (*told.changed, *told.missing):
        yield make("SMA-A026" if PROCESSING in path else "SMA-A022", path=path)
    watched = seen.option("mcp-server", "WATCH_DIRECTORY")
    for name in seen.record.folders if watched else ():
        if Path(name).is_relative_to(watched) and not Path(name).is_dir():
            yield make("SMA-A027", path=name)


def restarts(seen: Seen) -> Iterator[Finding]:
    """Components that were started before the last change; a dashboard without the plugin is told by nothing else."""
    changed = record_path(seen.target).stat().st_mtime
    for name in seen.record.components:
        use = use_of(name, seen.record.home(name), seen.target, changed) if name in seen.now else None
        if use == "before" or (use == "without" and name == "dashboard"):
            yield make("SMA-A024", component=name, unit=unit(name))


CHECKS: tuple[Check, ...] = (
    version, workflow, modules, metadata, rules, schemas, tools, virus_scanner, storage, slow, files, restarts,
    program, formats, folders,
)  # fmt: skip
"""All checks, in the order in which a reader wants to know."""
