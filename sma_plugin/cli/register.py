"""``sma register``: the register of accounts, from an empty table to an overview of what was captured."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    commands,
    err_console,
    must_exist,
    out_console,
    print_json,
    say,
    settings_of,
    tell,
)
from sma_plugin.findings import Finding, gather, worst
from sma_plugin.notation import moment_meant, number
from sma_plugin.register import checks, looking, showing, writing
from sma_plugin.register.overview import write_overview
from sma_plugin.reporting import Outcome
from sma_plugin.selection.lists import load_lists
from sma_plugin.selection.register import load_register
from sma_plugin.selection.tables import TableError
from sma_plugin.settings import Settings
from sma_plugin.stored.holders import holders
from sma_plugin.terminal import Bars, print_findings, write
from sma_plugin.texts import UserError

app = commands("register")
File = Annotated[Path | None, typer.Argument(help=say("help_register_file"), metavar="REGISTER")]
On = Annotated[str | None, typer.Option("--on", help=say("help_register_on"))]
Paths = list[Path] | None


def _settings(register: Path | None, config: Path | None, lang: str | None) -> Settings:
    """The configuration, with the register that was named instead of its own. Raises :class:`UserError`."""
    settings = settings_of(config, lang)
    if register is not None:
        must_exist(register)
        if not register.is_file():
            raise UserError("register_no_file", path=register)
        named = replace(settings.paths, registers=(str(register.resolve()),))
        return replace(settings, paths=named, named=(*settings.named, "registers"))
    if config is None or not any(settings.resolve(name).exists() for name in settings.paths.registers):
        raise UserError("register_none")
    return settings


def _day(on: str | None) -> str:
    told = moment_meant(on or "") if on else date.today().isoformat()  # noqa: DTZ011 -- as the user's calendar has it
    if told is None or len(told) < len("2026-01-31"):
        raise UserError("register_no_day", value=on)
    return told[:10]


@command(app, "new", "register_new")
def new(
    out: Annotated[Path, typer.Argument(help=say("help_register_out"), metavar="FILE")],
    source: Annotated[Paths, typer.Option("--from", help=say("help_register_from"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make a register to fill in."""
    settings = settings_of(config, lang)
    findings: list[Finding] = []
    with Bars(err_console, LANGUAGE) as bars:
        rows = writing.rows_from(looking.seen_at(source or (), settings, bars, findings))
    writing.write_register(out, rows, LANGUAGE, explained=True)
    write(out_console, say("register_made", path=out, count=len(rows)))
    tell(findings)


@command(app, "check", "register_check")
def check(
    register: File = None,
    against: Annotated[Paths, typer.Option("--against", help=say("help_register_against"))] = None,
    on: On = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Check the register."""
    settings, day = _settings(register, config, lang), _day(on)
    known, lists = load_register(settings), load_lists(settings)
    findings = [*known.findings, *lists.findings, *checks.checked(known, lists)]
    if against:
        with Bars(err_console, LANGUAGE) as bars:
            seen = looking.seen_at(against, settings, bars, findings)
        findings += checks.against(known, seen, day)
    found = gather(findings)
    if as_json:
        print_json(found)
    else:
        print_findings(out_console, found, LANGUAGE)
        done = "register_counted" if found else "register_sound"
        write(out_console, say(done, count=number(len(known.entries), LANGUAGE)))
    raise typer.Exit(_code(found))


@command(app, "show", "register_show")
def show(
    register: File = None,
    account: Annotated[str | None, typer.Option("--account", help=say("help_register_account"))] = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Show all accounts or one."""
    known = load_register(_settings(register, config, lang))
    entries = [showing.account_called(known, account)] if account else known.entries
    if as_json:
        print_json([showing.shown(entry) for entry in entries])
    else:
        for line in showing.lines_about(entries[0], LANGUAGE) if account else showing.lines_of(known, LANGUAGE):
            write(out_console, line, hanging=2)
    tell(known.findings)


@command(app, "export", "register_export")
def export(
    out: Annotated[Path, typer.Option("--out", help=say("help_register_out"))],
    register: File = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Convert the register."""
    settings = _settings(register, config, lang)
    findings: list[Finding] = []
    try:
        rows = writing.every_row([settings.resolve(name) for name in settings.paths.registers], findings)
    except TableError as error:
        tell([error.finding])
        return
    writing.write_register(out, rows, LANGUAGE)
    write(out_console, say("register_exported", path=out, count=number(len(rows), LANGUAGE)))
    tell(findings)


@command(app, "overview", "register_overview")
def overview(
    packages: Annotated[list[Path], typer.Option("--packages", help=say("help_register_packages"))],
    out: Annotated[Path, typer.Option("--out", help=say("help_register_page"))],
    register: File = None,
    on: On = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make an overview page."""
    settings, day = _settings(register, config, lang), _day(on)
    if out.suffix.lower() not in (".html", ".htm"):
        raise UserError("register_page_ending", path=out)
    if out.exists():
        raise UserError("exists", path=out)
    for path in packages:
        must_exist(path)
        if not holders(path):
            raise UserError("register_packages_none", path=path)
    known = load_register(settings)
    findings = list(known.findings)
    with Bars(err_console, LANGUAGE) as bars:
        seen = looking.seen_at(packages, settings, bars, findings)
    write_overview(out, known, seen, gather(findings), day, LANGUAGE)
    write(out_console, say("written", path=out))
    tell(findings)


def _code(findings: list[Finding]) -> int:
    return int(Outcome.ERRORS if worst(findings) == "error" else Outcome.OK)
