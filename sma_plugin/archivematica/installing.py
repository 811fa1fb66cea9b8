"""Installing the plugin into an Archivematica, and taking away exactly what was written.

The order makes it safe to be stopped at any moment. First the record of all that will be written; then files that
nobody uses yet; then the database; and last what makes the services load it, which they do when they are started.
Taking away goes the other way round.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from sma_plugin.archivematica.migrating import Database
from sma_plugin.archivematica.planning import Plan
from sma_plugin.archivematica.record import CODE, Record, digest, make_folder, put, record_path, write_record
from sma_plugin.texts import UserError, refusal

Told = Callable[[str, str], None]
"""Tells what is being done: the name of a text, and what it is about."""


def install(plan: Plan, target: Path, database: Database | None, told: Told) -> None:
    """Do what was planned. Raises :class:`UserError`; the same again goes on where it stopped."""
    _make(path for path in plan.folders if record_path(target).is_relative_to(path))
    write_record(target, plan.record)
    _make(plan.folders)
    told("am_writing", str(target))
    for change in plan.changes:
        if change.kind == "remove":
            _take(change.path)
    _put(plan, plan.wanted.files)
    if plan.migrations and database:
        told("am_migrating", ", ".join(plan.migrations))
        for line in database.migrate():
            told("am_migrated", line)
    _put(plan, plan.wanted.switches)
    write_record(target, replace(plan.record, state="installed", earlier={}))


def _make(folders: Iterable[Path]) -> None:
    for path in folders:
        if not path.is_dir():
            make_folder(path)


def _put(plan: Plan, contents: Mapping[Path, bytes]) -> None:
    for change in plan.changes:
        if change.kind in ("add", "replace") and change.path in contents:
            put(change.path, contents[change.path])


def uninstall(record: Record, target: Path, database: Database | None, told: Told, *, force: bool) -> list[Path]:
    """Take away what the record tells; gives what was changed by hand, which is left there unless it is forced."""
    if database and not all((target / CODE / "migrations" / f"{one}.py").is_file() for one in record.migrations):
        raise UserError("am_code_gone", path=target / CODE)
    write_record(target, replace(record, state="removing"))
    if database:
        told("am_migrating_back", ", ".join(record.migrations))
        for line in database.migrate(back=True):
            told("am_migrated", line)
    told("am_removing", str(target))
    kept = [Path(one) for one in (record.earlier | record.files) if not _taken(Path(one), record, force=force)]
    for cache in (target / "__pycache__", *sorted((target / CODE).rglob("__pycache__"))):
        if cache.is_dir():  # Archivematica's Python made them of our files
            shutil.rmtree(cache)
    _take(record_path(target))
    for folder in map(Path, reversed(record.folders)):
        if folder.is_dir() and not any(folder.iterdir()):
            _take(folder)
    return kept


def _taken(path: Path, record: Record, *, force: bool) -> bool:
    """Whether a file is gone: it was gone already, or is as it was written and is taken away."""
    here = digest(path)
    if here is None:
        return True
    if here not in (record.files.get(str(path)), record.earlier.get(str(path))) and not force:
        return False
    _take(path)
    return True


def _take(path: Path) -> None:
    """Take a file or an empty folder away. Raises :class:`UserError`."""
    try:
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError("am_write_refused", path=path, **refusal(error)) from error
