"""The official schemas: found in a folder, an Archivematica installation or the user's cache, never over the network.

A schema is found by its file name and recognised by its target namespace and version. ``SMA_SCHEMAS`` names a folder;
else Archivematica's assets and the cache are looked through. Only :func:`install` may use the network.
"""

from __future__ import annotations

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from sma_plugin.facts import facts
from sma_plugin.package.files import write_bytes
from sma_plugin.texts import UserError

ARCHIVEMATICA = Path("/usr/lib/archivematica/archivematicaCommon/assets")
_MAX_SCHEMA = 8 << 20
_TIMEOUT = 30


class SchemaError(UserError):
    """A schema that is not there or is not what it should be; the message says which, and what to do."""


class Schema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One official schema (``schemas.toml``)."""

    namespace: str
    version: str
    names: tuple[str, ...]
    address: str
    sha256: str


@cache
def official() -> dict[str, Schema]:
    """The official schemas by short name."""
    return facts(__package__, "schemas.toml", dict[str, Schema])


def cache_folder() -> Path:
    """Where ``sma schemas install`` puts them."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sma-plugin" / "schemas"


def places() -> Iterator[Path]:
    """Folders to look in, in order."""
    if named := os.environ.get("SMA_SCHEMAS"):
        yield Path(named)
        return
    yield cache_folder()
    yield ARCHIVEMATICA


def find(schema: Schema) -> Path | None:
    """The file of an official schema, if it is anywhere."""
    for folder in places():
        for name in schema.names:
            for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
                if _is(path, schema):
                    return path
    return None


def _is(path: Path, schema: Schema) -> bool:
    """Whether a file is this schema: its target namespace and, where the schema states one, its version."""
    try:
        root = etree.parse(path, _parser()).getroot()
    except (etree.XMLSyntaxError, OSError):
        return False
    stated = root.get("version", schema.version)
    return root.get("targetNamespace") == schema.namespace and (not schema.version or stated == schema.version)


def missing() -> list[str]:
    """Short names of the official schemas that are nowhere to be found."""
    return [name for name, schema in official().items() if find(schema) is None]


class _ByNamespace(etree.Resolver):
    """Answers every request for a schema with the local file of that name; anything else gets nothing."""

    def __init__(self) -> None:
        self._paths: dict[str, Path] = {}
        for schema in official().values():
            path = find(schema)
            if path:
                self._paths.update(dict.fromkeys((*schema.names, schema.address.rpartition("/")[2]), path))
        own = files("sma_plugin.mets_profiles")
        for resource in own.iterdir():
            if resource.name.endswith(".xsd"):
                with as_file(resource) as path:
                    self._paths[resource.name] = path

    def resolve(self, url: str, _pubid: str, context: Any) -> Any:  # type: ignore[override]
        """The local file for a schema's address."""
        path = self._paths.get(url.rpartition("/")[2])
        resolver: Any = self  # the stubs lack these two
        return resolver.resolve_filename(str(path), context) if path else resolver.resolve_empty(context)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _compile(path: Path) -> etree.XMLSchema:
    parser = _parser()
    parser.resolvers.add(_ByNamespace())
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise SchemaError("schema_unusable", name=path.name, reason=error) from error


@cache
def driver() -> etree.XMLSchema:
    """METS with PREMIS, MDTO and our own records in one schema. Raises :class:`SchemaError` when one is missing."""
    absent = missing()
    if absent:
        raise SchemaError("schema_absent", name=", ".join(absent))
    with as_file(files("sma_plugin.mets_profiles").joinpath("driver.xsd")) as path:
        return _compile(path)


@cache
def single(name: str) -> etree.XMLSchema:
    """One official schema by itself. Raises :class:`SchemaError` when it is missing, ``KeyError`` for another name."""
    path = find(official()[name])
    if path is None:
        raise SchemaError("schema_absent", name=name)
    return _compile(path)


def compile_all() -> None:
    """Compile every schema that is there now, before threads begin.

    How lxml looks up what a schema imports is one setting of the whole process, which every parse sets and puts back: a
    schema that is compiled while another thread parses may be left without what it imports, and refuse what is valid.
    """
    with suppress(SchemaError):  # told where it is needed
        driver()
    for name in official():
        with suppress(SchemaError):
            single(name)


def install(source: Path | None = None) -> Iterator[Path]:
    """Fill the user's cache from a folder, or from where the schemas are published.

    Yields each file as it is put in place. Raises :class:`SchemaError` when one cannot be had, or is not the one that
    was tried: its SHA-256 is pinned.
    """
    for schema in official().values():
        data = _from_folder(schema, source) if source else _download(schema)
        if hashlib.sha256(data).hexdigest() != schema.sha256:
            raise SchemaError("schema_other", name=schema.names[0], sha256=schema.sha256)
        target = cache_folder() / schema.names[0]
        write_bytes(target, data)
        yield target


def _from_folder(schema: Schema, source: Path) -> bytes:
    for name in schema.names:
        for path in sorted(source.rglob(name)):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == schema.sha256:
                return data
    raise SchemaError("schema_not_in", path=source, name=schema.names[0], sha256=schema.sha256)


def _download(schema: Schema) -> bytes:
    try:
        with urllib.request.urlopen(schema.address, timeout=_TIMEOUT) as answer:  # noqa: S310 -- our own https address
            data: bytes = answer.read(_MAX_SCHEMA)
            return data
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise SchemaError(
            "schema_out_of_reach", address=schema.address, reason=getattr(error, "reason", error)
        ) from error
