"""``sma archivematica``: what an installation of Archivematica needs to run the plugin. Others register here too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.archivematica.client_modules import client_modules, has_ours
from sma_plugin.archivematica.workflow import altered, checked, decisions, merged, merged_by
from sma_plugin.archivematica.workflow.checking import schema_beside
from sma_plugin.cli.shared import (
    Config,
    Lang,
    check_lang,
    command,
    commands,
    out_console,
    say,
    settings_of,
    tell,
)
from sma_plugin.package.files import write_bytes
from sma_plugin.pipeline import StepError
from sma_plugin.terminal import write
from sma_plugin.texts import UserError, refusal

app = commands("archivematica")
Stock = Annotated[Path, typer.Option("--stock", help=say("help_am_stock"))]
Out = Annotated[Path, typer.Option("--out", help=say("help_am_out"))]
Force = Annotated[bool, typer.Option("--force", help=say("help_am_force"))]


@command(app, "workflow", "archivematica_workflow")
def workflow(
    stock: Stock,
    out: Out,
    modules: Annotated[Path | None, typer.Option("--modules", help=say("help_am_modules"))] = None,
    schema: Annotated[Path | None, typer.Option("--schema", help=say("help_am_schema"))] = None,
    config: Config = None,
    force: Force = False,
    lang: Lang = None,
) -> None:
    """Put our chains and links in a copy of the workflow."""
    settings = settings_of(config, lang)
    before = _read(stock)
    _say_if_merged(stock, ours=merged_by(before, stock) is not None)
    if altered(before, stock):
        write(out_console, say("am_merged_altered", path=stock))
    made = merged(before, decisions(settings), stock)
    schema = schema or schema_beside(stock)
    tell(checked(made, _read(modules) if modules else None, _read(schema) if schema else None, stock))
    _put(made, out, stock, force=force)


@command(app, "modules", "archivematica_modules")
def modules(stock: Stock, out: Out, force: Force = False, lang: Lang = None) -> None:
    """Add our client scripts to the client-modules file."""
    check_lang(lang)
    before = _read(stock)
    made = client_modules(before, stock)
    _say_if_merged(stock, ours=has_ours(before))
    _put(made, out, stock, force=force)


def _say_if_merged(stock: Path, *, ours: bool) -> None:
    if ours:
        write(out_console, say("am_merged_already", path=stock))


def _read(stock: Path) -> bytes:
    """A file of the installation. Raises :class:`UserError` when it cannot be read."""
    try:
        return stock.read_bytes()
    except OSError as error:
        raise UserError("am_unreadable", path=stock, **refusal(error)) from error


def _put(made: bytes, out: Path, stock: Path, *, force: bool) -> None:
    """Write beside, never over: the stock file stays as it is whatever is asked for."""
    if out.exists() and out.samefile(stock):
        raise StepError("am_over_stock", path=stock)
    if out.exists() and not force:
        raise StepError("am_exists", path=out)
    try:
        write_bytes(out, made)
    except OSError as error:
        raise UserError("am_unwritable", path=out, **refusal(error)) from error
    write(out_console, say("written", path=out))
