"""``sma submit``: packages to Archivematica, followed until they are stored and compared."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from sma_plugin.cli.shared import LANGUAGE, Config, Lang, err_console, must_exist, out_console, say, settings_of
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import print_findings, write

if TYPE_CHECKING:
    from sma_plugin.archivematica.submitting import Submitted

_JOB = "client_job_"
_SELDOM = 30.0
"""Seconds between two lines about jobs where there is no terminal to draw on."""


def submit(
    package: Annotated[Path | None, typer.Argument(help=say("help_submit_package"), metavar="PACKAGE")] = None,
    many: Annotated[Path | None, typer.Option("--many", help=say("help_submit_many"))] = None,
    wait: Annotated[bool, typer.Option("--wait", help=say("help_submit_wait"))] = False,
    at_once: Annotated[int, typer.Option("--at-once", show_default=False, help=say("help_submit_at_once"))] = 2,
    accession: Annotated[str | None, typer.Option("--accession", help=say("help_submit_accession"))] = None,
    again: Annotated[bool, typer.Option("--again", help=say("help_submit_again"))] = False,
    patience: Annotated[int, typer.Option("--patience", show_default=False, help=say("help_submit_patience"))] = 0,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Submit packages."""
    from sma_plugin.archivematica.many import packages_in, submit_all  # noqa: PLC0415 -- needs an extra
    from sma_plugin.archivematica.services import unencrypted  # noqa: PLC0415 -- idem
    from sma_plugin.archivematica.submitting import Asked  # noqa: PLC0415 -- idem

    settings = settings_of(config, lang)
    named = package or many
    if named is None or (package and many):
        raise StepError("client_one_or_many")
    if at_once < 1:
        raise StepError("client_at_once")
    must_exist(named)
    asked = Asked(wait or many is not None, accession, again, patience * 60.0, LANGUAGE)
    paths = packages_in(named) if many else [named]
    for address in unencrypted(settings.archivematica.dashboard, settings.archivematica.storage_service):
        write(err_console, say("client_unencrypted", address=address), style="yellow")
    ended = []
    with Ways() as ways:
        for done in submit_all(paths, settings, asked, ways.of, at_once):
            ended.append(done)
            ways.done(done)
    if many:
        _print_table(ended)
    raise typer.Exit(int(Outcome.worst(*(one.outcome for one in ended))))


class Ways:
    """How packages go: a line for each on a terminal, with the job that runs; elsewhere a line now and then."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=err_console,
            transient=True,
            disable=not err_console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._one_writes = threading.Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def of(self, name: str) -> Callable[..., None]:
        """Who tells how one package goes."""
        with self._one_writes:
            task = self._tasks[name] = self._progress.add_task(name, total=None, visible=bool(name))
        last = -_SELDOM

        def tell(text_name: str, **params: object) -> None:
            nonlocal last
            sentence = say(text_name, **params)
            seldom = err_console.is_terminal or time.monotonic() - last < _SELDOM
            with self._one_writes:
                self._progress.update(task, description=f"{name} · {sentence}")
                if text_name.startswith(_JOB) and seldom:
                    return
                last = time.monotonic()
                write(err_console, f"{datetime.now().astimezone():%H:%M:%S} {name} · {sentence}", hanging=9)

        return tell

    def done(self, one: Submitted) -> None:
        """What came of one package. Its line makes room, and no line is drawn while this is printed: what goes to
        standard output is on the same terminal, and would be drawn over.
        """
        with self._one_writes:
            if one.path.name in self._tasks:
                self._progress.remove_task(self._tasks.pop(one.path.name))
            if self._progress.disable:
                _print_ended(one)
                return
            self._progress.stop()
            _print_ended(one)
            self._progress.start()


def _print_ended(one: Submitted) -> None:
    write(out_console, f"{one.path.name}: {say(f'client_end_{one.end}')}", style="bold")
    if one.error:
        write(out_console, one.error.sentence(LANGUAGE), 2)
    if one.findings:
        print_findings(out_console, one.findings, LANGUAGE)
    if one.end == "started" and one.submission:
        write(out_console, say("client_started", uuid=one.submission.transfer or one.submission.aip), 2)
    if one.page:
        write(out_console, say("client_receipt_at", path=one.page), 2)


def _print_table(ended: list[Submitted]) -> None:
    """One line per package."""
    write(out_console, "")
    for one in sorted(ended, key=lambda one: one.path.name):
        known = one.submission
        uuid = (known.aip or known.transfer) if known else None
        codes = ", ".join(sorted({finding.code for finding in one.findings if finding.severity == "error"}))
        told = (say(f"client_end_{one.end}"), one.path.name, uuid, codes)
        write(out_console, " · ".join(part for part in told if part), 2, hanging=2)
    stored = sum(one.end == "stored" for one in ended)
    write(out_console, say("client_many_done", stored=stored, count=len(ended)), style="bold")
