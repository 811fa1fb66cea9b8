"""``sma archivematica fpr``: Archivematica's registry of formats, and how it differs from what we put there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.archivematica.fpr_diff import differences
from sma_plugin.archivematica.fpr_export import RegistryExport, decoded, exported
from sma_plugin.archivematica.probing import interpreter, look
from sma_plugin.archivematica.record import read_record
from sma_plugin.cli.archivematica_install import TARGET, EnvFiles, Python, Target
from sma_plugin.cli.shared import (
    AsJson,
    Config,
    Lang,
    check_lang,
    command,
    commands,
    out_console,
    print_json,
    say,
    settings_of,
    tell,
)
from sma_plugin.findings import gather, worst
from sma_plugin.package.files import write_bytes
from sma_plugin.preferred.policy import chosen
from sma_plugin.preferred.registry import registry
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import write
from sma_plugin.texts import UserError, refusal

app = commands("archivematica_fpr")


@command(app, "export", "archivematica_fpr_export")
def export(
    out: Annotated[Path, typer.Option("--out", help=say("help_fpr_out"))],
    python: Python = None,
    env_file: EnvFiles = None,
    target: Target = TARGET,
    lang: Lang = None,
) -> None:
    """Write what is in the registry."""
    check_lang(lang)
    if out.exists():
        raise UserError("exists", path=out)
    told = _running(python, env_file or [], target)
    decoded(told)
    try:
        write_bytes(out, told)
    except OSError as error:
        raise UserError("am_unwritable", path=out, **refusal(error)) from error
    write(out_console, say("written", path=out))


@command(app, "diff", "archivematica_fpr_diff")
def diff(
    file: Annotated[Path | None, typer.Option("--registry", help=say("help_fpr_registry"))] = None,
    python: Python = None,
    env_file: EnvFiles = None,
    target: Target = TARGET,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Tell how the registry differs from what the plugin puts there."""
    told = registry(chosen(settings_of(config, lang)))
    found = differences(told, _read(file) if file else decoded(_running(python, env_file or [], target)))
    if as_json:
        print_json(gather(found))
        raise typer.Exit(int(Outcome.ERRORS if worst(found) == "error" else Outcome.OK))
    tell(found)
    if not any(one.severity != "info" for one in found):
        write(out_console, say("fpr_same"), style="bold")


def _running(python: Path | None, env_files: list[Path], target: Path) -> bytes:
    """The registry of the Archivematica on this machine, as JSON. Raises :class:`UserError`."""
    record = read_record(target.absolute())
    executable = interpreter(python, record)
    dashboard = look(executable, env_files, ("dashboard",), target.absolute(), record)["dashboard"]
    environment = {**dashboard.environment, "DJANGO_SETTINGS_MODULE": dashboard.told.settings}
    return exported(executable, dashboard.home, environment)


def _read(path: Path) -> RegistryExport:
    try:
        return decoded(path.read_bytes(), path)
    except OSError as error:
        raise UserError("fpr_unreadable", path=path, **refusal(error)) from error
