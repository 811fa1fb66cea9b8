"""What an installation of the plugin is to hold: files, folders and the environment of each component."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from uuid import UUID

import msgspec

from sma_plugin.archivematica import workflow
from sma_plugin.archivematica.client_modules import client_modules
from sma_plugin.archivematica.components import known, unit
from sma_plugin.archivematica.environments import Environment, loading, written
from sma_plugin.archivematica.probing import Found
from sma_plugin.archivematica.processing import processing_xml
from sma_plugin.archivematica.record import CODE
from sma_plugin.archivematica.restricted import restricted_processing
from sma_plugin.archivematica.shared_folder import inotify_works
from sma_plugin.archivematica.workflow.checking import schema_beside
from sma_plugin.findings import text as told
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS
from sma_plugin.package.files import json_bytes
from sma_plugin.preferred.policy import chosen
from sma_plugin.preferred.registry import registry
from sma_plugin.settings import Archivematica, Settings
from sma_plugin.texts import UserError, refusal
from sma_plugin.validate.schemas import find, official

_MADE_BY_PYTHON = "__pycache__"
PROCESSING = "sharedMicroServiceTasksConfigs/processingMCPConfigs"
"""Where processing configurations are, in the shared directory."""
CONFIGURATION = "ProcessingMCP.xml"
"""What the name of one ends in."""


class Choice(msgspec.Struct, frozen=True):
    """What whoever installs has chosen."""

    target: Path
    python: Path
    settings: Settings
    config: Path | None = None
    systemd: Path | None = None
    env_files: tuple[Path, ...] = ()

    @property
    def step(self) -> Path:
        """The command that microservices start. Raises :class:`UserError` where this environment has none."""
        return _program("sma-step")


def _program(name: str) -> Path:
    path = Path(sys.executable).parent / name
    if not path.is_file():
        raise UserError("am_no_step", path=path)
    return path


class Wanted(msgspec.Struct, frozen=True):
    """Everything that is to be there. Files that make components use it come last: ``switches``."""

    files: dict[Path, bytes]
    switches: dict[Path, bytes]
    folders: tuple[Path, ...]
    environment: dict[str, Environment]


def wanted(found: Mapping[str, Found], choice: Choice) -> Wanted:
    """What is to be installed for these components. Raises :class:`UserError`."""
    contents = dict(_code(choice.target / CODE))
    contents[choice.target / CODE / "fpr.json"] = json_bytes(registry(chosen(choice.settings)))
    folders: tuple[Path, ...] = ()
    if "mcp-server" in found:
        stock = _stock(found["mcp-server"])
        merged = _merged(stock, found, choice.settings)
        contents[choice.target / "workflow.json"] = merged
        contents |= _processing(found["mcp-server"], merged, choice.settings.archivematica)
        folders = tuple(_watched(found["mcp-server"], merged, stock))
    if "mcp-client" in found:
        contents[choice.target / "archivematicaClientModules"] = _modules(found["mcp-client"])
        contents[choice.target / "bin" / "sma-format"] = f'#!/bin/sh\nexec {_program("sma-format")} "$@"\n'.encode()
        contents[choice.target / "metadata_xml.py"] = _metadata_xml(found["mcp-client"].environment)
        contents |= _schemas(choice.target / "schemas")
    environment = {name: _environment(name, one, choice) for name, one in found.items()}
    contents |= {choice.target / f"{name}.env": written(one) for name, one in environment.items()}
    return Wanted(contents, dict(_switches(found, choice)), folders, environment)


def _code(into: Path) -> Iterator[tuple[Path, bytes]]:
    """The Django app, as it is to lie in the target."""
    yield from _copied(files("sma_plugin.microservices.sma_archivematica"), into)


def _copied(folder: Traversable, into: Path) -> Iterator[tuple[Path, bytes]]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != _MADE_BY_PYTHON:
            yield from _copied(one, into / one.name)
        elif one.is_file() and one.name != "installed.json":
            yield into / one.name, one.read_bytes()


def _read(path: Path) -> bytes:
    """A file of Archivematica. Raises :class:`UserError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError("am_read_refused", path=path, **refusal(error)) from error


def _stock(server: Found) -> bytes:
    """The workflow that the server has."""
    return _read(_stock_path(server))


def _stock_path(server: Found) -> Path:
    return Path(server.told.options["WORKFLOW_FILE"] or server.told.files["workflow"])


def _merged(stock: bytes, found: Mapping[str, Found], settings: Settings) -> bytes:
    """The workflow with ours in it. Raises :class:`UserError` when it would not do."""
    path = _stock_path(found["mcp-server"])
    merged = workflow.merged(stock, workflow.decisions(settings), path)
    modules = _modules(found["mcp-client"]) if "mcp-client" in found else None
    schema = schema_beside(Path(found["mcp-server"].told.files["workflow"]))
    for one in workflow.checked(merged, modules, _read(schema) if schema else None, path):
        if one.severity == "error":
            raise UserError("am_workflow_unfit", code=one.code, reason_nl=told(one, "nl"), reason_en=told(one, "en"))
    return merged


_NAME = re.compile(r"\w{1,16}", re.ASCII)


def _processing(server: Found, merged: bytes, told: Archivematica) -> dict[Path, bytes]:
    """The processing configuration, and one for restricted packages where they have a location of their own."""
    if not _NAME.fullmatch(told.processing):
        raise UserError("am_bad_processing", value=told.processing)
    made = {told.processing: processing_xml(merged, _stock_path(server))}
    if told.restricted_location:
        location = f"/api/v2/location/{_uuid(told.restricted_location)}/"
        apart = processing_xml(merged, _stock_path(server), {"aip-location": location})
        if location.encode() not in apart:
            raise UserError("am_no_location_asked", path=_stock_path(server))
        made[restricted_processing(told.processing)] = apart
    folder = Path(server.told.options["SHARED_DIRECTORY"]) / PROCESSING
    return {folder / f"{name}{CONFIGURATION}": data for name, data in made.items()}


def _uuid(location: str) -> UUID:
    try:
        return UUID(location)
    except ValueError as error:
        raise UserError("am_bad_location", value=location) from error


def _modules(client: Found) -> bytes:
    path = Path(client.told.options["CLIENT_MODULES_FILE"])
    return client_modules(_read(path), path)


def _watched(server: Found, merged: bytes, stock: bytes) -> Iterator[Path]:
    """The folders that our chains begin with: Archivematica makes its own only, and does not start without them."""
    theirs = {one["path"] for one in msgspec.json.decode(stock)["watched_directories"]}
    for one in msgspec.json.decode(merged)["watched_directories"]:
        if one["path"] not in theirs:
            yield Path(server.told.options["WATCH_DIRECTORY"]) / one["path"].strip("/")


_XML = '''"""Metadata in XML that packages of sma-plugin bring along is put into the METS file.

Made by 'sma archivematica install'. Packages are checked against their schemas before they come here and after they
are described, so that nothing is checked, or looked for on the internet, in between.
"""

import runpy

BEFORE = {before!r}
_theirs = runpy.run_path(BEFORE) if BEFORE else {{}}
XML_VALIDATION = dict(_theirs.get("XML_VALIDATION") or {{}})
for _namespace in {namespaces!r}:
    XML_VALIDATION.setdefault(_namespace, None)
XML_VALIDATION_FAIL_ON_ERROR = _theirs.get("XML_VALIDATION_FAIL_ON_ERROR", False)
__all__ = ["XML_VALIDATION", "XML_VALIDATION_FAIL_ON_ERROR"]
'''


def _metadata_xml(environment: Environment) -> bytes:
    """The settings of Archivematica's import of XML: those it had, and our namespaces."""
    before = environment.get("METADATA_XML_VALIDATION_SETTINGS_FILE", "")
    return _XML.format(before=before, namespaces=namespaces()).encode()


def namespaces() -> tuple[str, ...]:
    """The namespaces of metadata that our packages have for Archivematica to take over."""
    return (official()["mdto"].namespace, ACCOUNT, CHARACTERISTICS)


def _schemas(into: Path) -> dict[Path, bytes]:
    """The official schemas that are on this machine, put where the user that runs Archivematica can read them."""
    found = {into / schema.names[0]: find(schema) for schema in official().values()}
    there = {path: path if path.is_file() else None for path in found}
    return {path: _read(one) for path in found if (one := found[path] or there[path])}


def _environment(component: str, found: Found, choice: Choice) -> Environment:
    """The variables that make a component use the plugin, and those that are faster than what it starts with."""
    about = known().components[component].environment
    variables = {name: value.format(target=choice.target) for name, value in about.items()}
    variables |= loading(component, choice.target, found.environment, found.told.settings)
    if component == "mcp-client":
        variables |= _for_client(found, choice)
    if component == "mcp-server" and not inotify_works(Path(found.told.options["WATCH_DIRECTORY"])):
        variables = {name: value for name, value in variables.items() if not name.endswith("WATCH_DIRECTORY_METHOD")}
    return variables


def _for_client(found: Found, choice: Choice) -> Environment:
    """What starts our programs. Rules call ``sma-format``, which is behind all others on the path: it hides none."""
    started = {"SMA_STEP": str(choice.step), "SMA_SCHEMAS": str(choice.target / "schemas")}
    started["PATH"] = f"{found.environment['PATH']}:{choice.target}/bin"
    return started | ({"SMA_CONFIG": str(choice.config.resolve())} if choice.config else {})


def switch(systemd: Path, component: str) -> Path:
    """The addition to a component's service that makes it load the plugin."""
    return systemd / f"{unit(component)}.service.d" / "sma-plugin.conf"


def _switches(found: Mapping[str, Found], choice: Choice) -> Iterator[tuple[Path, bytes]]:
    """Additions to the units of systemd: of two environment files the later one holds, and this one comes later."""
    if choice.systemd:
        for name in found:
            lines = f"[Service]\nEnvironmentFile={choice.target}/{name}.env\n"
            yield switch(choice.systemd, name), lines.encode()
