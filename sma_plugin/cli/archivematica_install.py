"""``sma archivematica install``, ``status`` and ``uninstall``: the plugin in an installation of Archivematica."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from sma_plugin import __version__
from sma_plugin.archivematica import installing
from sma_plugin.archivematica.components import unit
from sma_plugin.archivematica.doctor import Asked, doctor
from sma_plugin.archivematica.migrating import Database
from sma_plugin.archivematica.planning import Plan, plan, refuse_unreachable
from sma_plugin.archivematica.probing import Found, interpreter, look
from sma_plugin.archivematica.record import Record, held, read_record
from sma_plugin.archivematica.status import status
from sma_plugin.archivematica.wanted import Choice, wanted
from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    check_lang,
    command,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.findings import gather, worst
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import print_findings, write
from sma_plugin.texts import UserError

TARGET = Path("/opt/sma-archivematica")
Target = Annotated[Path, typer.Option("--target", help=say("help_am_target"))]
Python = Annotated[Path | None, typer.Option("--python", help=say("help_am_python"))]
EnvFiles = Annotated[list[Path] | None, typer.Option("--env-file", help=say("help_am_env_file"))]
Components = Annotated[list[str] | None, typer.Option("--component", help=say("help_am_component"))]
SkipMigrations = Annotated[bool, typer.Option("--skip-migrations", help=say("help_am_skip_migrations"))]
Force = Annotated[bool, typer.Option("--force", help=say("help_am_install_force"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("help_am_dry_run"))]


def install(
    target: Target = TARGET,
    python: Python = None,
    env_file: EnvFiles = None,
    component: Components = None,
    systemd: Annotated[Path | None, typer.Option("--systemd", help=say("help_am_systemd"))] = None,
    print_env: Annotated[bool, typer.Option("--print-env", help=say("help_am_print_env"))] = False,
    skip_migrations: SkipMigrations = False,
    dry_run: DryRun = False,
    force: Force = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Install the plugin into Archivematica, or bring it up to date."""
    check_lang(lang)
    target = target.absolute()
    with held(target):
        record = read_record(target)
        executable = interpreter(python, record)
        config = config or _before(record.config if record else None)
        systemd = systemd or _before(record.systemd if record else None)
        systemd, files = systemd and systemd.absolute(), [one.absolute() for one in env_file or ()]
        files = files or [Path(one) for one in (record.env_files if record else ())]
        choice = Choice(target, executable, settings_of(config, lang), config, systemd, tuple(files))
        wanted_here = component or tuple(record.components if record else ())
        found = look(executable, files, wanted_here, target, record)
        made = wanted(found, choice)
        planned = plan(found, made, choice, record, __version__, force=force, migrate=not skip_migrations)
        _show(planned, found, record)
        if not dry_run and not (planned.nothing and record and record.state == "installed"):
            database = Database(executable, found["dashboard"], target) if "dashboard" in found else None
            installing.install(planned, target, database, _told)
            _say_what_next(planned, target)
    if print_env:
        _print_environment(planned)
    if dry_run:
        write(out_console, say("am_nothing_done"))


def _before(path: str | None) -> Path | None:
    """What was chosen the last time holds where nothing else is said, so that a short command takes nothing away."""
    return Path(path) if path else None


def _told(name: str, about: str) -> None:
    write(out_console, say(name, about=about))


def _show(planned: Plan, found: dict[str, Found], record: Record | None) -> None:
    """What will be changed, before it is."""
    version = next(iter(found.values())).told
    write(out_console, say("am_here", version=version.version, components=", ".join(found)), style="bold")
    if record and record.state != "installed":
        write(out_console, say("am_half_installed", state=say(f"am_state_{record.state}")))
    if planned.nothing and record:
        write(out_console, say("am_nothing_to_do", version=record.version))
        return
    for folder in planned.folders:
        write(out_console, say("am_add_folder", path=folder), 2, hanging=2)
    for kind in ("add", "replace", "keep", "remove"):
        for where, names in _by_folder(one.path for one in planned.changes if one.kind == kind):
            write(out_console, say(f"am_{kind}", path=where, names=", ".join(names)), 2, hanging=2)
    if planned.migrations:
        write(out_console, say("am_run_migrations", names=", ".join(planned.migrations)), 2, hanging=2)
    if planned.noted:
        write(out_console, say("am_note", names=", ".join(planned.noted)), 2, hanging=2)
    for one in planned.variables:
        before = say("am_not_set") if one.before is None else one.before
        after = f":{one.after}:".replace(f":{before}:", ":…:")[1:-1]  # what a path had before is not told twice
        line = say("am_variable", component=one.component, variable=one.name, before=before, after=after)
        write(out_console, line, 2, hanging=2)


def _by_folder(paths: Iterable[Path]) -> Iterator[tuple[Path, list[str]]]:
    """The folders of files, each with the names in it."""
    for folder, within in groupby(sorted(paths, key=lambda path: (path.parent, path)), key=lambda path: path.parent):
        yield folder, [path.name for path in within]


def _say_what_next(planned: Plan, target: Path) -> None:
    components = planned.record.components
    write(out_console, say("am_done_installing", version=planned.record.version), style="bold")
    if planned.wanted.switches:
        write(out_console, say("am_restart", services=" ".join(unit(name) for name in components)))
    else:
        files = ", ".join(str(target / f"{name}.env") for name in components)
        write(out_console, say("am_load_environment", files=files))


def _print_environment(planned: Plan) -> None:
    for component, variables in planned.wanted.environment.items():
        write(out_console, f"# {unit(component)}")
        for name, value in sorted(variables.items()):
            write(out_console, f"{name}={value}")


def uninstall(
    target: Target = TARGET,
    python: Python = None,
    env_file: EnvFiles = None,
    skip_migrations: SkipMigrations = False,
    dry_run: DryRun = False,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """Take the plugin out of Archivematica again."""
    check_lang(lang)
    target = target.absolute()
    with held(target):
        record = read_record(target)
        if record is None:
            raise UserError("am_not_installed", path=target)
        database = None if skip_migrations else _database(record, target, python, env_file or ())
        if dry_run:
            _show_removal(record, database, force=force)
            return
        left = installing.uninstall(record, target, database, _told, force=force)
    for name, paths in (("am_left", left.files), ("am_left_folder", left.folders)):
        for path in paths:
            write(out_console, say(name, path=path), 2, hanging=2)
    done = "am_done_removing" if record.systemd else "am_done_removing_environment"
    write(out_console, say(done, services=" ".join(map(unit, record.components))), style="bold")


def _show_removal(record: Record, database: Database | None, *, force: bool) -> None:
    if database:
        write(out_console, say("am_take_back_migrations", names=", ".join(record.migrations)), 2, hanging=2)
    for name, paths in zip(("am_remove", "am_keep"), installing.split(record, force=force), strict=True):
        for where, names in _by_folder(paths):
            write(out_console, say(name, path=where, names=", ".join(names)), 2, hanging=2)
    for folder in reversed(record.folders):
        write(out_console, say("am_remove_folder", path=folder), 2, hanging=2)
    write(out_console, say("am_nothing_done"))


def _database(record: Record, target: Path, python: Path | None, env_files: Iterable[Path]) -> Database | None:
    """The database, where something of ours may be in it. Raises :class:`UserError` where that cannot be known.

    Where taking away was stopped, Django may still remember our tables after our migrations were taken back.
    """
    if not record.database and "dashboard" not in record.components:
        return None
    executable = interpreter(python, record)
    dashboard = look(executable, tuple(env_files), ("dashboard",), target, record)["dashboard"]
    refuse_unreachable(dashboard.told)
    ours = any(one.startswith("sma_archivematica.") for one in dashboard.told.applied)
    again = record.state == "removing" and installing.has_migrations(record, target)
    return Database(executable, dashboard, target) if ours or again else None


def show_status(target: Target = TARGET, as_json: AsJson = False, lang: Lang = None) -> None:
    """Show what is installed and whether it is used."""
    check_lang(lang)
    target = target.absolute()
    record = read_record(target)
    if record is None:
        raise UserError("am_not_installed", path=target)
    told = status(record, target)
    if as_json:
        print_json(told)
        return
    state = say(f"am_state_{told.state}")
    write(out_console, say("am_installed", version=told.version, state=state, path=target), style="bold")
    write(out_console, say("am_installed_for", version=told.archivematica), 2)
    write(out_console, say("am_config", path=told.config or say("am_not_set")), 2)
    for component, use in told.use.items():
        write(out_console, f"{component}: {say('am_use_' + use.replace(' ', '_'))}", 2, hanging=2)
    for name, paths in (("am_was_changed", told.changed), ("am_was_lost", told.missing)):
        for path in paths:
            write(out_console, say(name, path=path), 2, hanging=2)
    if told.state != "installed":
        write(out_console, say(f"am_finish_{told.state}"))


def diagnose(
    target: Target = TARGET,
    python: Python = None,
    env_file: EnvFiles = None,
    component: Components = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Look whether all is set up well."""
    target = target.absolute()
    record = read_record(target)
    config = config or _before(record.config if record else None)
    asked = Asked(target, settings_of(config, lang), python, env_file or (), component or ())
    found = gather(doctor(asked))
    if as_json:
        print_json(found)
    else:
        print_findings(out_console, found, LANGUAGE)
        if not found:
            write(out_console, say("am_healthy"), style="bold")
    raise typer.Exit(int(Outcome.ERRORS if worst(found) == "error" else Outcome.OK))


def register(app: typer.Typer) -> None:
    """These commands among those of ``sma archivematica``."""
    for name, function in (
        ("install", install),
        ("status", show_status),
        ("doctor", diagnose),
        ("uninstall", uninstall),
    ):
        command(app, name, f"archivematica_{name}")(function)
