"""``sma decide``: open questions to whoever decides, and the answers into the folder for decisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.shared import LANGUAGE, Config, Lang, err_console, out_console, say, settings_of
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import print_findings, write


def decide(
    place: Annotated[Path, typer.Argument(help=say("help_decide_place"), metavar="PLACE")],
    out: Annotated[Path | None, typer.Option("--out", help=say("help_decide_out"))] = None,
    table: Annotated[Path | None, typer.Option("--in", help=say("help_decide_in"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=say("help_decide_all"))] = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Have open questions decided."""
    from sma_plugin import decide as deciding  # noqa: PLC0415 -- only this command asks
    from sma_plugin.selection.decision_table import write_questions  # noqa: PLC0415

    settings = settings_of(config, lang)
    folder = deciding.folder_for_decisions(settings)
    if table:
        _take_in(table, place, config, lang)
        return
    found = deciding.open_questions(place, settings, everything=everything)
    if found.findings:
        print_findings(err_console, found.findings, LANGUAGE)
    if found.answered:
        write(out_console, say("decide_answered", count=found.answered))
    if not found.questions:
        write(out_console, say("decide_none_open"))
    elif out:
        write_questions(out, found.questions, settings, LANGUAGE)
        write(out_console, say("decide_send", path=out, folder=folder))
    elif not sys.stdin.isatty():
        raise StepError("decide_no_terminal")
    elif decided := deciding.ask_all(found.questions, settings, LANGUAGE, input, _say):
        path = deciding.keep(decided, settings, LANGUAGE)
        write(out_console, say("decided_in", count=len(decided), path=path))


def _say(line: str) -> None:
    write(out_console, line)


def _take_in(table: Path, place: Path, config: Path | None, lang: str | None) -> None:
    """Put a table that came back where decisions count, or say what is wrong in it."""
    from sma_plugin import decide as deciding  # noqa: PLC0415

    target, found = deciding.take_in(table, place, settings_of(config, lang))
    if found.findings:
        print_findings(err_console, found.findings, LANGUAGE)
    if target is None:
        write(out_console, say("decide_not_taken", path=table))
        raise typer.Exit(int(Outcome.ERRORS))
    write(out_console, say("decided_in", count=found.answered, path=target))
    if found.questions:
        write(out_console, say("decide_left", count=len(found.questions)))
