"""The Format Policy Registry of a running Archivematica, as ``registry/export.py`` tells it with its own Python."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.texts import UserError, refusal

_SECONDS = 300
Row = dict[str, Any]


class RegistryExport(msgspec.Struct, frozen=True):
    """The registry's tables by name, and what our migrations changed: ``None`` where they never ran."""

    schema: int
    tables: dict[str, list[Row]]
    changes: list[Row] | None

    def rows(self, table: str) -> dict[str, Row]:
        """The rows of a table by their UUID, as those who write the registry read it."""
        return {row["uuid"]: row for row in self.tables.get(table, [])}


def exported(python: Path, home: Path | None, environment: Mapping[str, str]) -> bytes:
    """What is in the registry, as JSON. Raises :class:`UserError` where Archivematica's Python cannot tell."""
    script = files("sma_plugin.microservices.sma_archivematica.registry").joinpath("export.py").read_bytes()
    command = [str(python), "-", *([str(home)] if home else [])]
    try:
        done = subprocess.run(
            command, input=script, env=dict(environment), capture_output=True, timeout=_SECONDS, check=False
        )
    except OSError as error:
        raise UserError("am_python_refused", python=python, **refusal(error)) from error
    except subprocess.TimeoutExpired as error:
        raise UserError("am_python_silent", python=python, seconds=_SECONDS) from error
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["?"])[-1]
        raise UserError("fpr_untold", python=python, reason=reason)
    return done.stdout


def decoded(data: bytes, path: Path | None = None) -> RegistryExport:
    """An export as it was written. Raises :class:`UserError`."""
    try:
        found = msgspec.json.decode(data, type=RegistryExport)
    except msgspec.DecodeError as error:
        raise UserError("fpr_no_export", path=path or "-", reason=error) from error
    if found.schema != 1 or any("uuid" not in row for rows in found.tables.values() for row in rows):
        raise UserError("fpr_no_export", path=path or "-", reason=f"schema {found.schema}")
    return found
