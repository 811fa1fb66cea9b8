"""What installing will change, told before anything is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.environments import read_environment
from sma_plugin.archivematica.probing import Found, Probed
from sma_plugin.archivematica.record import CODE, Record, digest, record_path
from sma_plugin.archivematica.wanted import CONFIGURATION, Choice, Wanted
from sma_plugin.texts import UserError

Kind = Literal["add", "replace", "same", "keep", "remove"]


class Change(msgspec.Struct, frozen=True):
    """What becomes of one file. ``keep`` is one that was changed by hand and stays as it is."""

    path: Path
    kind: Kind


class Variable(msgspec.Struct, frozen=True):
    """A variable in the environment of a component, as it was (or not) and as it will be."""

    component: str
    name: str
    before: str | None
    after: str


class Plan(msgspec.Struct, frozen=True):
    """Everything that installing will change."""

    wanted: Wanted
    record: Record
    """The record as it will be."""
    changes: tuple[Change, ...]
    folders: tuple[Path, ...]
    variables: tuple[Variable, ...]
    migrations: tuple[str, ...]
    """Those that have to be run."""
    noted: tuple[str, ...] = ()
    """What of the record becomes different, by the names of its fields: how steps are started, say."""

    @property
    def nothing(self) -> bool:
        """Whether all of it is there already."""
        done = all(one.kind in ("same", "keep") for one in self.changes)
        return done and not self.folders and not self.migrations and not self.noted


def plan(
    found: Mapping[str, Found],
    wanted: Wanted,
    choice: Choice,
    before: Record | None,
    version: str,
    *,
    force: bool = False,
    migrate: bool = True,
) -> Plan:
    """What has to be changed. Raises :class:`UserError` for what may not be, or only with ``force``."""
    _refuse_later(before, version)
    _refuse_unknown(found, choice.target, force=force)
    changes = tuple(_changes(wanted, before, force=force))
    kept = {one.path for one in changes if one.kind == "keep"}
    contents = wanted.files | wanted.switches
    hashes = {str(path): hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    folders = tuple(_folders(contents, wanted.folders, choice.target))
    record = Record(
        state="installing",
        version=version,
        archivematica=next(iter(found.values())).told.version,
        python=str(choice.python),
        step=str(choice.step),
        config=str(choice.config.resolve()) if choice.config else None,
        returned=choice.settings.archivematica.returned,
        language=choice.settings.defaults.language,
        components={name: str(one.home) if one.home else None for name, one in found.items()},
        environment={
            name: {one: found[name].environment.get(one) for one in wanted.environment[name]} for name in found
        },
        env_files=tuple(map(str, choice.env_files)),
        files={path: _recorded(path, one, before, kept) for path, one in hashes.items()} | _kept_on(before, kept),
        earlier=_earlier(before),
        folders=tuple(dict.fromkeys([*(before.folders if before else ()), *map(str, folders)])),
        systemd=str(choice.systemd) if choice.systemd else None,
        migrations=own_migrations(wanted, choice.target),
        database=bool(before and before.database) or (migrate and "dashboard" in found),
    )
    to_run = _to_run(found, record, changes, choice.target) if migrate else ()
    variables = tuple(_variables(found, wanted, choice.target))
    return Plan(wanted, record, changes, folders, variables, to_run, _noted(before, record))


_OF_NOW = ("state", "earlier", "files", "folders")
"""What of a record is told by the changes of files."""


def _noted(before: Record | None, record: Record) -> tuple[str, ...]:
    names = (one for one in record.__struct_fields__ if one not in _OF_NOW)
    return tuple(one for one in names if before and getattr(before, one) != getattr(record, one))


def _kept_on(before: Record | None, kept: set[Path]) -> dict[str, str]:
    """What we wrote of files that are no longer wanted, and that somebody changed: they are named when we go."""
    return {path: one for path, one in _earlier(before).items() if Path(path) in kept}


def _refuse_later(before: Record | None, version: str) -> None:
    if before and _number(before.version) > _number(version):
        raise UserError("am_later_installed", installed=before.version, version=version)


def _number(version: str) -> tuple[int, ...]:
    """A version to compare by; what follows its numbers (``.dev0``) does not count."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _refuse_unknown(found: Mapping[str, Found], target: Path, *, force: bool) -> None:
    for name, one in found.items():
        if one.told.settings.partition(".")[0] == CODE:
            raise UserError("am_loaded_already", name=name, path=target)
        if not one.told.usable:
            why = next(iter(one.told.troubles.values()), "?")
            raise UserError("am_component_trouble", name=name, reason=why)
        if one.told.release not in known().known and not force:
            raise UserError("am_version_unknown", version=one.told.version, known=", ".join(known().known))


def _changes(wanted: Wanted, before: Record | None, *, force: bool) -> Iterator[Change]:
    contents = wanted.files | wanted.switches
    for path, data in contents.items():
        here = digest(path)
        if here is None:
            yield Change(path, "add")
        elif here == hashlib.sha256(data).hexdigest():
            yield Change(path, "same")
        elif here in _written(before, path):
            yield Change(path, "replace")
        elif not _written(before, path):
            raise UserError("am_not_ours", path=path)
        elif path.name.endswith(CONFIGURATION):  # it is there to be changed by those who use it
            yield Change(path, "keep")
        elif force:
            yield Change(path, "replace")
        else:
            raise UserError("am_changed_by_hand", path=path)
    for name in sorted(_earlier(before)):
        path = Path(name)
        if path not in contents and (here := digest(path)) is not None:
            yield Change(path, "remove" if here in _written(before, path) or force else "keep")


def _written(before: Record | None, path: Path) -> set[str]:
    """What was written at a path: now, or by an earlier installation that this one was to replace."""
    if before is None:
        return set()
    return {one[str(path)] for one in (before.files, before.earlier) if str(path) in one}


def _earlier(before: Record | None) -> dict[str, str]:
    """All that may have been written up to now."""
    return before.earlier | before.files if before else {}


def _recorded(path: str, wanted: str, before: Record | None, kept: set[Path]) -> str:
    """What is on record of a file: what we wrote, also where somebody changed it since."""
    return before.files[path] if before and Path(path) in kept else wanted


def _folders(contents: Iterable[Path], more: Iterable[Path], target: Path) -> Iterator[Path]:
    """Folders to be made, outer ones first. Those of a run that was stopped at once are ours."""
    needed = {above for path in contents for above in path.parents} | {record_path(target).parent}
    needed |= {above for path in more for above in (path, *path.parents)}
    for path in sorted(needed):
        if not path.exists() or (
            path in (target, target / CODE) and (target / CODE).is_dir() and not _has_files(target)
        ):
            yield path


def _has_files(folder: Path) -> bool:
    return any(not path.is_dir() for path in folder.rglob("*"))


def own_migrations(wanted: Wanted, target: Path) -> tuple[str, ...]:
    """The migrations that this version of the plugin has."""
    folder = target / CODE / "migrations"
    return tuple(sorted(path.stem for path in wanted.files if path.parent == folder and path.stem != "__init__"))


def refuse_unreachable(dashboard: Probed) -> None:
    """Raise :class:`UserError` where the dashboard could not tell what is in the database; an empty one it can."""
    if "applied" in dashboard.troubles:
        raise UserError("am_no_database", reason=dashboard.troubles["applied"].rstrip("."))


def _to_run(found: Mapping[str, Found], record: Record, changes: Iterable[Change], target: Path) -> tuple[str, ...]:
    """Migrations to run: those that were not, and the last one again where its rules are others than they were."""
    if "dashboard" not in found:
        return ()
    told = found["dashboard"].told
    refuse_unreachable(told)
    if told.waiting:
        raise UserError("am_database_behind", name=told.waiting[0])
    new = tuple(one for one in record.migrations if f"sma_archivematica.{one}" not in told.applied)
    rules = any(one.path == target / CODE / "fpr.json" and one.kind != "same" for one in changes)
    return new or (record.migrations[-1:] if rules else ())


def _variables(found: Mapping[str, Found], wanted: Wanted, target: Path) -> Iterator[Variable]:
    """What changes in the environment of components, against the environment files that are there."""
    for component, variables in wanted.environment.items():
        path = target / f"{component}.env"
        there = read_environment(path) if path.is_file() else {}
        for name, after in sorted(variables.items()):
            before = there.get(name, found[component].environment.get(name))
            if before != after:
                yield Variable(component, name, before, after)
