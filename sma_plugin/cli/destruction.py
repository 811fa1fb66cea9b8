"""``sma destruction``: what may be destroyed, who decided so, what was declared. Nothing is deleted by it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    commands,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.terminal import write
from sma_plugin.texts import UserError

app = commands("destruction")
Folders = Annotated[list[Path], typer.Argument(help=say("help_destruction_folders"), metavar="FOLDER")]
Where = Annotated[list[Path] | None, typer.Argument(help=say("help_destruction_where"), metavar="FOLDER")]
Kept = Annotated[Path | None, typer.Option("--out", help=say("help_destruction_kept"))]


@command(app, "list", "destruction_list")
def list_(
    folders: Folders,
    on: Annotated[str, typer.Option("--on", help=say("help_destruction_on"))],
    out: Annotated[list[Path] | None, typer.Option("--out", help=say("help_destruction_out"))] = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """What may be destroyed on a day."""
    from sma_plugin.destruction.days import day_named  # noqa: PLC0415 -- only these commands need any of it
    from sma_plugin.destruction.keeping import write_listing  # noqa: PLC0415
    from sma_plugin.destruction.listing import listed  # noqa: PLC0415
    from sma_plugin.destruction.telling import lines  # noqa: PLC0415

    settings = settings_of(config, lang)
    made = listed(folders, day_named(on), settings)
    for path in out or ():
        write_listing(path, made, settings, LANGUAGE)
    if as_json:
        print_json(made)
        return
    for line, indent, bold in lines(made, LANGUAGE):
        write(out_console, line, indent, style="bold" if bold else None)
    for path in out or ():
        write(out_console, say("written", path=path))


@command(app, "approve", "destruction_approve")
def approve(
    listing: Annotated[Path, typer.Argument(help=say("help_destruction_listing"), metavar="LIST")],
    folders: Where = None,
    role: Annotated[str | None, typer.Option("--role", help=say("help_destruction_role"))] = None,
    date: Annotated[str | None, typer.Option("--date", help=say("help_destruction_date"))] = None,
    ground: Annotated[str | None, typer.Option("--ground", help=say("help_destruction_ground"))] = None,
    left_out: Annotated[list[str] | None, typer.Option("--leave-out", help=say("help_destruction_leave_out"))] = None,
    out: Kept = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Record the decision of a role on a list."""
    from sma_plugin.destruction import approving  # noqa: PLC0415
    from sma_plugin.destruction.keeping import folder_for, keep_approval  # noqa: PLC0415

    settings = settings_of(config, lang)
    folder = folder_for(settings, out)
    decided = approving.Decided(role, date, ground, tuple(left_out or ()))
    made = approving.approve(listing, folders or (), decided, settings)
    path, form = keep_approval(made, folder, LANGUAGE)
    write(out_console, say("destruction_approved", count=len(made.approved), left=len(made.left_out), path=path))
    write(out_console, say("destruction_next", form=form, path=path))


@command(app, "declare", "destruction_declare")
def declare(
    approval: Annotated[Path, typer.Argument(help=say("help_destruction_approval"), metavar="APPROVAL")],
    folders: Where = None,
    form: Annotated[Path | None, typer.Option("--form", help=say("help_destruction_form"))] = None,
    date: Annotated[str | None, typer.Option("--date", help=say("help_destruction_done"))] = None,
    manner: Annotated[str | None, typer.Option("--manner", help=say("help_destruction_manner"))] = None,
    executor: Annotated[str | None, typer.Option("--executor", help=say("help_destruction_executor"))] = None,
    covered: Annotated[list[str] | None, typer.Option("--covered", help=say("help_destruction_covered"))] = None,
    remark: Annotated[str | None, typer.Option("--remark", help=say("help_destruction_remark"))] = None,
    out: Kept = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Record that what was approved is destroyed, and make the declaration."""
    from sma_plugin.destruction import declaring  # noqa: PLC0415
    from sma_plugin.destruction.keeping import folder_for, keep_declaration  # noqa: PLC0415

    settings = settings_of(config, lang)
    folder = folder_for(settings, out)
    known = declaring.read_approval(approval)
    told = declaring.read_form(form) if form else {}
    said = {"date": date, "manner": manner, "executor": executor, "remark": remark}
    told |= {name: value for name, value in said.items() if value} | _covered(covered or ())
    made = declaring.declare(known, told, folders or (), settings)
    write(out_console, say("destruction_declared", path=keep_declaration(made, folder, settings, LANGUAGE)))


def _covered(told: list[str] | tuple[str, ...]) -> dict[str, str]:
    """``replicas=yes`` as a name with its answer."""
    found = {}
    for one in told:
        name, equals, answer = one.partition("=")
        if not equals:
            raise UserError("destruction_covered_form", value=one)
        found[name.strip()] = answer.strip()
    return found
