"""The command ``sma`` itself, and the commands that belong to no group."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from sma_plugin import findings as finding_codes
from sma_plugin import usage
from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.bundle.draft import described
from sma_plugin.cli import (
    aip,
    archivematica,
    archivematica_fpr,
    archivematica_install,
    copies,
    destruction,
    formats,
    keys,
    plan,
    register,
    schemas,
)
from sma_plugin.cli.decide import decide
from sma_plugin.cli.posts import posts
from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    check_lang,
    command,
    common,
    err_console,
    must_exist,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.cli.submit import submit
from sma_plugin.drafts import write_drafts
from sma_plugin.findings import gather
from sma_plugin.ingest import ingest as ingest_bundles
from sma_plugin.ingest import with_choices
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.show import looked_into, show_delivery, show_package
from sma_plugin.stopping import stop_like_interrupted
from sma_plugin.stored.asked import history_of
from sma_plugin.terminal import Bars, print_findings, print_result, print_shown, write
from sma_plugin.terminal_codes import print_codes
from sma_plugin.terminal_history import print_history
from sma_plugin.usage import Group

app = typer.Typer(
    cls=Group,
    help=say("help"),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(keys.app, name="key")
app.add_typer(destruction.app, name="destruction")
app.add_typer(plan.app, name="plan")
app.add_typer(copies.app, name="privacy")
app.add_typer(register.app, name="register")
app.add_typer(formats.app, name="formats")
app.add_typer(aip.app, name="aip")
app.add_typer(schemas.app, name="schemas")
app.add_typer(archivematica.app, name="archivematica")
archivematica.app.add_typer(archivematica_fpr.app, name="fpr")
archivematica_install.register(archivematica.app)
app.callback(invoke_without_command=True)(common)


@command(app, "ingest", "ingest")
def ingest(
    bundles: Annotated[list[Path], typer.Argument(help=say("help_bundles"), metavar="BUNDLE")],
    out: Annotated[Path, typer.Option("--out", help=say("help_out"))],
    config: Config = None,
    undecided: Annotated[bool, typer.Option("--undecided", help=say("help_undecided"))] = False,
    previous: Annotated[list[Path] | None, typer.Option("--previous", help=say("help_previous"))] = None,
    force: Annotated[bool, typer.Option("--force", help=say("help_force"))] = False,
    keep: Annotated[bool, typer.Option("--keep-work", help=say("help_keep"))] = False,
    verify: Annotated[bool, typer.Option("--verify", help=say("help_verify"))] = False,
    lang: Lang = None,
) -> None:
    """Turn deliveries into packages."""
    settings = with_choices(settings_of(config, lang), undecided=undecided, previous=previous or ())
    if out.exists() and not out.is_dir():
        raise StepError("error_no_folder", path=out)
    with Bars(err_console, LANGUAGE) as bars:
        result = ingest_bundles(bundles, out, settings, bars, force=force, keep=keep, verify=verify)
    print_result(out_console, result, LANGUAGE)
    raise typer.Exit(int(result.outcome))


@command(app, "describe", "describe")
def describe(
    bundle: Annotated[Path, typer.Argument(help=say("help_bundle"), metavar="BUNDLE")],
    out: Annotated[Path | None, typer.Option("--out", help=say("help_describe_out"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Draft ``capture.toml``."""
    settings = settings_of(config, lang)
    must_exist(bundle)
    with looked_into([bundle], settings, Quiet(), ("receive",)) as place:
        found = described(read_json(place.delivery, DeliveryRecord))
        if not found:
            print_findings(err_console, gather(place.findings("receive")), LANGUAGE)
            raise typer.Exit(int(Outcome.ERRORS))
    for path in write_drafts(found, out, LANGUAGE):
        write(out_console, say("written", path=path))


command(app, "decide", "decide")(decide)


@command(app, "validate", "validate")
def validate(
    path: Annotated[Path, typer.Argument(help=say("help_validate_path"), metavar="PATH")],
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", help=say("help_html"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Check a package, METS or delivery."""
    from sma_plugin.check import check, write_page  # noqa: PLC0415 -- only this command loads lxml and schemas

    settings = settings_of(config, lang)
    must_exist(path)
    if html and html.exists():
        raise StepError("exists", path=html)
    with Bars(err_console, LANGUAGE) as bars:
        found = check(path, settings, bars)
    wrong = any(finding.severity == "error" for finding in found)
    if html:
        write_page(html, path, found, settings, LANGUAGE)
    if as_json:
        print_json(found)
    else:
        print_findings(out_console, found, LANGUAGE)
        write(out_console, say("not_valid" if wrong else "valid", path=path), style="bold")
    raise typer.Exit(int(Outcome.ERRORS if wrong else Outcome.OK))


@command(app, "show", "show")
def show(
    path: Annotated[Path, typer.Argument(help=say("help_show_path"), metavar="PATH")],
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Show what is there."""
    settings = settings_of(config, lang)
    must_exist(path)
    if (path / "metadata" / "sma").is_dir():
        shown = show_package(Package(path))
    else:
        with Bars(err_console, LANGUAGE) as bars:
            shown = show_delivery(path, settings, bars)
    if as_json:
        print_json(shown)
    else:
        print_shown(out_console, shown, LANGUAGE)
    if not shown.captures:
        raise typer.Exit(int(Outcome.ERRORS))


@command(app, "history", "history")
def history(
    account: Annotated[str, typer.Argument(help=say("help_history_account"), metavar="ACCOUNT")],
    packages: Annotated[list[Path], typer.Argument(help=say("help_history_packages"), metavar="PACKAGE")],
    out: Annotated[Path | None, typer.Option("--out", help=say("help_history_out"))] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show an account over packages."""
    check_lang(lang)
    told, found = history_of(account, packages, out)
    if as_json:
        print_json(told)
    else:
        print_history(out_console, told, LANGUAGE)
    if found:
        print_findings(err_console, found, LANGUAGE)
        raise typer.Exit(int(Outcome.ERRORS))


@command(app, "findings", "findings")
def findings(
    explain: Annotated[str | None, typer.Option("--explain", help=say("help_explain"))] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Codes with their meaning."""
    check_lang(lang)
    codes = finding_codes.codes()
    if explain is not None:
        code = f"SMA-{explain.upper().removeprefix('SMA-')}"
        if code not in codes:
            raise StepError("unknown_code", code=explain)
        codes = {code: codes[code]}
    codes = {name: replace(code, source=finding_codes.source(name, LANGUAGE)) for name, code in codes.items()}
    if as_json:
        print_json(codes)
    else:
        print_codes(out_console, codes, LANGUAGE, explained=explain is not None)


command(app, "posts", "posts")(posts)
command(app, "submit", "submit")(submit)


def main() -> None:
    """Run the command; every error that a user can cause is one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a character gets its code
            stream.reconfigure(errors="backslashreplace")
    stop_like_interrupted()
    code, sentence = usage.ended(lambda: app(standalone_mode=False), LANGUAGE)
    if sentence:
        write(err_console, f"sma: {sentence}", hanging=5)
    sys.exit(code)
