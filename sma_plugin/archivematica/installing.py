"""Installing the plugin into an Archivematica, and taking away exactly what was written.

The order makes it safe to be stopped at any moment. First the record of all that will be written; then files that
nobody uses yet; then the database; and last what makes the services load it, which they do when they are started.
Taking away goes the other way round.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from sma_plugin.archivematica.migrating import Database
from sma_plugin.archivematica.planning import Plan
from sma_plugin.archivematica.record import CODE, Record, digest, make_folder, put, record_path, write_record
from sma_plugin.package.files import PART
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


class Left(NamedTuple):
    """What is left when all else was taken away."""

    files: list[Path]
    """Those that were changed by hand."""
    folders: list[Path]
    """Those that hold what is not ours, and none of these files."""


def uninstall(record: Record, target: Path, database: Database | None, told: Told, *, force: bool) -> Left:
    """Take away what the record tells, but for what was changed by hand, which is left there unless it is forced."""
    if database and not has_migrations(record, target):
        raise UserError("am_code_gone", path=target / CODE)
    write_record(target, replace(record, state="removing"))
    if database:
        told("am_migrating_back", ", ".join(record.migrations))
        for line in database.migrate(back=True):
            told("am_migrated", line)
    told("am_removing", str(target))
    to_take, kept = split(record, force=force)
    for path in to_take:
        _take(path)
        _take(path.with_name(path.name + PART))  # of a run that was killed while it wrote
    for cache in (target / "__pycache__", *sorted((target / CODE).rglob("__pycache__"))):
        if cache.is_dir():  # Archivematica's Python made them of our files
            shutil.rmtree(cache)
    folders = [Path(one) for one in reversed(record.folders)]
    last = [one for one in folders if record_path(target).is_relative_to(one)]
    left = [one for one in folders if one not in last and not _taken(one)]
    _take(record_path(target))
    _take(record_path(target).with_name(record_path(target).name + PART))
    left += [one for one in last if not _taken(one)]
    known = [*kept, *left]
    return Left(kept, [one for one in left if not any(other != one and other.is_relative_to(one) for other in known)])


def has_migrations(record: Record, target: Path) -> bool:
    """Whether the files are there that take the rules out of the database."""
    return all((target / CODE / "migrations" / f"{one}.py").is_file() for one in record.migrations)


def split(record: Record, *, force: bool) -> tuple[list[Path], list[Path]]:
    """The files that are to go (also those that are gone), and those that were changed by hand and stay."""
    written = {path: {record.files.get(path), record.earlier.get(path)} for path in record.earlier | record.files}
    kept = [Path(path) for path, ours in written.items() if not force and digest(Path(path)) not in {*ours, None}]
    return [path for path in map(Path, written) if path not in kept], kept


def _taken(folder: Path) -> bool:
    """Whether a folder is gone; one in which something lies stays."""
    if folder.is_dir() and not any(folder.iterdir()):
        _take(folder)
    return not folder.is_dir()


def _take(path: Path) -> None:
    """Take a file or an empty folder away. Raises :class:`UserError`."""
    try:
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError("am_write_refused", path=path, **refusal(error)) from error
