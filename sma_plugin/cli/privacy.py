"""``sma privacy``: who stands behind a pseudonym, and requests under the AVG."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.keys import Reason, Role
from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    commands,
    err_console,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.notation import number, platform
from sma_plugin.privacy.entering import Asked, Entered, end, enter
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.privacy.roles import acting
from sma_plugin.privacy.stored_posts import stored_posts
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import print_findings, write
from sma_plugin.texts import UserError

app = commands("privacy")
request_app = commands("privacy_request")
app.add_typer(request_app, name="request")
Packages = Annotated[list[Path], typer.Argument(help=say("help_stored_packages"), metavar="PACKAGE")]
SomePackages = Annotated[list[Path] | None, typer.Argument(help=say("help_stored_packages"), metavar="PACKAGE")]


@command(app, "reveal", "privacy_reveal")
def reveal(
    pseudonym: Annotated[str, typer.Argument(help=say("help_pseudonym"), metavar="PSEUDONYM")],
    packages: Packages,
    role: Role,
    reason: Reason,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Tell who stands behind a pseudonym."""
    from sma_plugin.privacy import reveal as revealing  # noqa: PLC0415 -- needs an extra

    settings = settings_of(config, lang)
    by, keys = acting(settings, role, "reveal", reason), Keys.configured(settings, *packages)
    with stored_posts(packages) as stored:
        found = revealing.reveal(keys, pseudonym, stored, by)
    for one in found:
        named = say(f"revealed_{one.identity.kind}", platform=platform(one.identity.platform), id=one.identity.identity)
        write(out_console, f"{one.package}: {named}", style="bold")
        for ref in one.called:
            told = (ref.name, ref.handle and f"@{ref.handle.lstrip('@')}", ref.native_id, ref.url)
            write(out_console, " · ".join(part for part in told if part), 2)
    write(err_console, say("revealed_noted", path=keys.register.path))


@command(request_app, "new", "request_new")
def new(
    role: Role,
    reason: Reason,
    outcome: Annotated[str, typer.Option("--outcome", help=say("help_outcome"))],
    on: Annotated[str, typer.Option("--platform", help=say("help_platform"))],
    decision: Annotated[str, typer.Option("--decision", help=say("help_decision"))],
    packages: SomePackages = None,
    account: Annotated[str | None, typer.Option("--account", help=say("help_request_account"))] = None,
    posts: Annotated[list[str] | None, typer.Option("--post", help=say("help_request_post"))] = None,
    statement: Annotated[Path | None, typer.Option("--statement", help=say("help_statement"))] = None,
    day: Annotated[str | None, typer.Option("--date", help=say("help_request_date"))] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Note what was decided on a request."""
    settings = settings_of(config, lang)
    by, keys = acting(settings, role, "requests", reason), Keys.configured(settings, *packages or ())
    if account is None and not posts and sys.stdin.isatty():
        account = typer.prompt(say("request_whose"))
    said = statement.read_text(encoding="utf-8").strip() if statement else None
    day = day or date.today().isoformat()  # noqa: DTZ011 -- the day as the user's calendar has it
    asked = Asked(outcome, on, (account or "").strip(), tuple(posts or ()), decision, day, said)
    with stored_posts(packages or ()) as stored:
        entered = enter(keys, asked, by, stored)
    kept = "request_known" if entered.known else "request_kept"
    write(out_console, say(kept, request=entered.request.id, path=listed(keys).path))
    if packages:
        write(out_console, say("request_found", count=number(entered.found, LANGUAGE)))
        _tell_where(entered)
    elif entered.request.outcome != "refused":
        write(out_console, say("request_not_looked"))


@command(request_app, "form", "request_form")
def form(
    out: Annotated[Path, typer.Argument(help=say("help_request_form_out"), metavar="FILE")],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make an empty table of requests."""
    from sma_plugin.privacy.request_table import write_form  # noqa: PLC0415 -- only for tables

    write_form(out, settings_of(config, lang), LANGUAGE)
    write(out_console, say("request_form_written", path=out))


@command(request_app, "read", "request_read")
def read(
    table: Annotated[Path, typer.Argument(help=say("help_request_table"), metavar="TABLE")],
    packages: SomePackages = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Note what was decided on the requests of a table."""
    from sma_plugin.privacy.request_table import take_in  # noqa: PLC0415 -- only for tables

    settings = settings_of(config, lang)
    if not table.is_file():
        raise UserError("nothing_there", path=table)
    keys = Keys.configured(settings, *packages or ())
    if keys.current is None:
        raise UserError("key_none", path=keys.path)
    with stored_posts(packages or ()) as stored:
        entered, findings = take_in(table, keys, settings, stored)
    for one in entered:
        named = say(f"outcome_{one.request.outcome}")
        counted = say("request_found", count=number(one.found, LANGUAGE)) if packages else ""
        write(out_console, f"{one.request.id} · {named} · {one.request.decision}. {counted}".rstrip())
        _tell_where(one)
    if findings:
        print_findings(err_console, findings, LANGUAGE)
    write(out_console, say("request_taken_in", count=len(entered), path=listed(keys).path))
    if not packages and any(one.request.outcome != "refused" for one in entered):
        write(out_console, say("request_not_looked"))
    if any(one.severity == "error" for one in findings):
        raise typer.Exit(int(Outcome.ERRORS))


def _tell_where(entered: Entered) -> None:
    """Say which stored packages hold what is removed: it can only be destroyed there by a decision of the archive."""
    holding = {name: count for name, count in entered.holds.items() if count}
    if entered.request.outcome == "removed" and holding:
        for name, count in holding.items():
            write(out_console, say("request_stored", package=name, count=number(count, LANGUAGE)), 2)
        write(out_console, say("request_destroy"))


@command(request_app, "list", "request_list")
def list_requests(
    packages: SomePackages = None, as_json: AsJson = False, config: Config = None, lang: Lang = None
) -> None:
    """Show the requests, and which packages they concern."""
    keys = Keys.configured(settings_of(config, lang), *packages or ())
    rows = listed(keys).rows()
    requests = Requests(rows, list(keys))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        about = say("request_about", accounts=len(row.accounts), posts=len(row.posts))
        told = (row.id, row.date, say(f"outcome_{row.outcome}"), row.decision, row.role, row.ground, about)
        state = say("request_ends", request=row.ends) if row.ends else ""
        state = say("request_lost", key=row.key) if row.id in requests.lost else state
        write(out_console, " · ".join(part for part in (*told, state) if part), hanging=2)
    if not rows:
        write(out_console, say("request_none", path=listed(keys).path))
    with stored_posts(packages or ()) as stored:
        for one in stored:
            hidden = sum(requests.suppressed(item) for item in one.read())
            added = sum(len(requests.statements(item)) for item in one.read())
            write(out_console, say("request_in", package=one.name, hidden=hidden, added=added))


@command(request_app, "end", "request_end")
def end_request(
    request: Annotated[str, typer.Argument(help=say("help_request_id"), metavar="REQUEST")],
    role: Role,
    reason: Reason,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Take a request back."""
    settings = settings_of(config, lang)
    by, keys = acting(settings, role, "requests", reason), Keys.configured(settings)
    if keys.current is None:
        raise UserError("key_none", path=keys.path)
    end(keys, request, by)
    write(out_console, say("request_ended", request=request))
