"""``sma plan``: the improvement plan (verbeterplan) over packages, as a list, a page or a table, and back."""

from __future__ import annotations

from datetime import date
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
    err_console,
    out_console,
    print_json,
    say,
    settings_of,
    tell,
)
from sma_plugin.findings import gather
from sma_plugin.improvement import taking
from sma_plugin.improvement.wording import lacking
from sma_plugin.notation import day, platform, word
from sma_plugin.package.files import json_bytes, write_bytes
from sma_plugin.package.improvement import Plan, Point
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import print_findings, write
from sma_plugin.texts import UserError

app = commands("plan")
Packages = Annotated[list[Path], typer.Argument(help=say("help_plan_packages"), metavar="PACKAGE")]


@command(app, "show", "plan_show")
def show(packages: Packages, as_json: AsJson = False, config: Config = None, lang: Lang = None) -> None:
    """Show the points of the plan."""
    now = taking.plans_now(packages, settings_of(config, lang))
    if as_json:
        print_json(now.plans)
    for plan in () if as_json else now.plans:
        write(out_console, f"{platform(plan.platform)} {plan.label}", style="bold")
        for line in map(_line, plan.points):
            write(out_console, line, hanging=4)
        if not plan.points:
            write(out_console, f"  {say('plan_page_nothing')}")
    if not now.plans:
        write(out_console, say("plan_none"))
    tell(now.findings)


@command(app, "make", "plan_make")
def make(
    packages: Packages,
    out: Annotated[Path, typer.Option("--out", help=say("help_plan_out"))],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Write the plan as a table, page or JSON."""
    settings = settings_of(config, lang)
    now = taking.plans_now(packages, settings)
    _write(out, now.plans)
    count = sum(len(plan.points) for plan in now.plans)
    write(out_console, say("plan_made", path=out, count=count))
    if count and out.suffix.lower() in (".xlsx", ".csv"):
        write(out_console, say("plan_send"))
    tell(now.findings)


@command(app, "take", "plan_take")
def take(
    packages: Packages,
    table: Annotated[Path, typer.Option("--in", help=say("help_plan_in"))],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Take in a table that was edited."""
    taken = taking.take_in(table, packages, settings_of(config, lang))
    if taken.path is None:
        print_findings(err_console, gather(taken.findings), LANGUAGE)
        write(out_console, say("plan_not_taken", path=table))
        raise typer.Exit(int(Outcome.ERRORS))
    write(out_console, say("plan_taken", path=taken.path, count=taken.changed))
    tell(taken.findings)


def _line(point: Point) -> str:
    """A point in one line: what is missing, how bad, where, who sees to it, by when, and its state."""
    told = [
        point.label[LANGUAGE],
        word("plan_level", point.level, LANGUAGE) if point.level else "",
        "; ".join(lacking(lack, LANGUAGE) for lack in point.lacks),
        point.owner or say("plan_no_owner"),
        say("plan_until", day=day(point.due, LANGUAGE)) if point.due else "",
        word("plan_status", point.status, LANGUAGE),
    ]
    return "  " + " · ".join(filter(None, told))


def _write(out: Path, plans: tuple[Plan, ...]) -> None:
    """Write the plans as the ending says. Raises :class:`UserError` for another one, and for a file that is there."""
    from sma_plugin.describe.plan_page import render_plans  # noqa: PLC0415 -- only a page needs lxml

    ending = out.suffix.lower()
    if ending in (".xlsx", ".csv"):
        taking.write_plans(out, plans, LANGUAGE)
        return
    if ending not in (".json", ".html", ".htm"):
        raise UserError("plan_ending", path=out)
    if out.exists():
        raise UserError("exists", path=out)
    today = date.today().isoformat()  # noqa: DTZ011 -- the day as the user's calendar has it
    out.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(out, json_bytes(plans) if ending == ".json" else render_plans(plans, today, LANGUAGE))
