"""Printing to a terminal: progress, findings, summaries. Delivered names and texts are data, never markup."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from sma_plugin.describe.report import unit_label
from sma_plugin.findings import Finding, Language, consequences, remedy
from sma_plugin.findings import text as finding_text
from sma_plugin.ingest import Result
from sma_plugin.reporting import Outcome
from sma_plugin.show import Shown
from sma_plugin.texts import text

_STYLES = {"error": "bold red", "decision": "bold magenta", "warning": "yellow", "info": "dim"}


class Bars:
    """A reporter with one progress bar per step, in bytes and posts; findings are printed at the end, not here."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._progress = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            TextColumn("{task.fields[size]}"),
            TextColumn("{task.fields[posts]}"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID | None = None
        self._posts = 0
        self._total: int | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """A new bar."""
        self._posts = 0
        self._total = total_bytes
        self._task = self._progress.add_task(text(f"step_{step}", self._language), total=total_bytes, posts="", size="")

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """Move the bar."""
        if self._task is None:
            return
        self._posts += posts
        shown = f"{self._posts:,} {text('posts', self._language)}" if self._posts else ""
        done = int(self._progress.tasks[self._task].completed) + read_bytes
        size = f"{decimal(done)}/{decimal(self._total)}" if self._total else ""
        self._progress.update(self._task, advance=read_bytes, posts=shown, size=size)

    def finding(self, finding: Finding) -> None:
        """Kept by the step's own log."""

    def end(self, step: str, outcome: Outcome) -> None:
        """The bar is full."""
        if self._task is not None:
            done = max(int(self._progress.tasks[self._task].completed), 1)
            self._progress.update(self._task, total=done, completed=done)
            self._task = None


def print_findings(console: Console, findings: Iterable[Finding], language: Language) -> None:
    """Findings with what to do, worst first; consequences are folded under their cause."""
    found = list(findings)
    if not found:
        console.print(text("no_findings", language))
        return
    console.print(f"[bold]{text('findings', language)}[/bold]")
    for finding, folded in consequences(found):
        style = _STYLES[finding.severity]
        severity = text(f"severity_{finding.severity}", language)
        times = f" ({text('times', language, count=finding.count)})" if finding.count > 1 else ""
        sentence = escape(finding_text(finding, language))
        console.print(f"  [{style}]{severity}[/{style}] {finding.code} {sentence}{times}", highlight=False)
        for place in finding.places[:3] if finding.count > 1 else ():
            at = f" @ {place.offset}" if place.offset is not None else ""
            console.print(f"      - {escape(place.path or '')}{at}", highlight=False)
        if finding.severity != "info":
            console.print(f"      → {escape(remedy(finding, language))}", highlight=False, style="dim")
        for one in folded:
            console.print(f"      + {one.code} {escape(finding_text(one, language))}", highlight=False, style="dim")


def print_result(console: Console, result: Result, language: Language) -> None:
    """What came of an ingest, for a person."""
    seen: set[str] = set()
    console.print()
    print_findings(console, result.findings, language)
    seen.update(finding.code for finding in result.findings)
    for package in result.packages:
        own = [finding for finding in package.findings if finding not in result.findings and finding.code not in seen]
        if own:
            console.print(f"\n[bold]{escape(package.path.name)}[/bold]")
            print_findings(console, own, language)
    console.print()
    if result.packages:
        console.print(f"[bold]{text('packages_made', language)}[/bold]")
    else:
        console.print(f"[bold]{text('no_packages', language)}[/bold]")
    for package in result.packages:
        console.print(f"  {escape(package.label)}  {package.period}", highlight=False)
        console.print(
            f"    {text('package_at', language)}: {escape(str(package.path))}", highlight=False, soft_wrap=True
        )
        console.print(
            f"    {text('report_at', language)}: {escape(str(package.report))}", highlight=False, soft_wrap=True
        )
    if result.held:
        console.print(f"[bold]{text('held', language)}[/bold]: {escape(', '.join(result.held))}", highlight=False)
    if result.work and result.work.exists():
        console.print(text("resume", language, path=escape(str(result.work))), highlight=False, soft_wrap=True)


def print_shown(console: Console, shown: Shown, language: Language) -> None:
    """What is in a delivery or package."""
    console.print(f"[bold]{escape(shown.name)}[/bold]")
    table = Table(box=None, pad_edge=False)
    for column in ("", text("platform", language), text("technique", language)):
        table.add_column(column)
    for capture in shown.captures:
        table.add_row(escape(capture.id), escape(capture.platform or "-"), capture.technique)
    console.print(text("captures", language), style="bold")
    console.print(table)
    console.print(f"[bold]{text('accounts', language)}[/bold]: {escape(', '.join(shown.accounts)) or '-'}")
    period = " – ".join((day or "?")[:10] for day in shown.period)
    console.print(f"[bold]{text('period', language)}[/bold]: {period}", highlight=False)
    if shown.value:
        console.print(f"[bold]{text('value', language)}[/bold]: {shown.value}")
    console.print(f"[bold]{text('counts', language)}[/bold]")
    for unit, count in shown.counts.items():
        if count:
            console.print(f"  {count:>9,}  {unit_label(unit, language)}", highlight=False)
    print_findings(console, shown.findings, language)
