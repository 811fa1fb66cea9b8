"""Printing to a terminal: progress, findings, summaries. Delivered names and texts are data, never markup.

In a pipe or a file nothing is wrapped, coloured or drawn over.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sma_plugin.characteristics.completeness import label
from sma_plugin.characteristics.records import Share
from sma_plugin.findings import SEVERITIES, Finding, Language, consequences, remedy
from sma_plugin.findings import text as finding_text
from sma_plugin.ingest import Delivered, Result
from sma_plugin.notation import number, ordered, percent, period, platform, size, unit, word
from sma_plugin.reporting import Outcome
from sma_plugin.show import Shown
from sma_plugin.texts import text

_STYLES = {"error": "bold red", "decision": "bold magenta", "warning": "yellow", "info": "dim"}
_NARROW = 40
_SHOWN_PLACES = 3


class Bars:
    """A reporter with one progress bar per step, in bytes and posts; findings are printed at the end, not here.

    Where there is no terminal it writes one line per step that is done, and no bars.
    """

    def __init__(self, console: Console, language: Language) -> None:
        self._language, self._console = language, console
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[done]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: list[TaskID] = []
        self._step = ""
        self._bytes = self._posts = 0
        self._total: int | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def subject(self, name: str, number: int, count: int) -> None:
        """The next steps work on package ``number`` of ``count``; the bars of the one before make room."""
        for task in self._tasks:
            self._progress.remove_task(task)
        self._tasks = []
        heading = f"{text('package', self._language)} {number}/{count}: {name}"
        write(self._progress.console, heading)

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """A new bar."""
        self._step, self._bytes, self._posts, self._total = step, 0, 0, total_bytes
        self._tasks.append(self._progress.add_task(self._name(step), total=total_bytes, done=""))

    def _name(self, step: str) -> str:
        return f"{text(f'step_{step}', self._language):<20}"

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """Move the bar."""
        self._bytes += read_bytes
        self._posts += posts
        if self._tasks:
            self._progress.update(self._tasks[-1], advance=read_bytes, done=self._done())

    def _done(self) -> str:
        shown = []
        if self._bytes or self._total:
            whole = f" / {size(self._total, self._language)}" if self._total and self._bytes < self._total else ""
            shown.append(f"{size(self._bytes, self._language)}{whole}")
        if self._posts:
            what = text("post" if self._posts == 1 else "posts", self._language)
            shown.append(f"{number(self._posts, self._language)} {what}")
        return ", ".join(shown)

    def finding(self, finding: Finding) -> None:
        """Kept by the step's own log."""

    def end(self, step: str, outcome: Outcome) -> None:
        """The bar is full, and says what was done."""
        if self._step != step:
            return
        self._bytes = max(self._bytes, self._total or 0)
        if self._tasks:
            self._progress.update(self._tasks[-1], total=max(self._bytes, 1), completed=max(self._bytes, 1))
            self._progress.update(self._tasks[-1], done=self._done())
        if not self._console.is_terminal:
            write(self._console, ": ".join(part for part in (self._name(step).strip(), self._done()) if part), 2)
        self._step = ""


def write(console: Console, line: str, indent: int = 0, *, style: str | None = None, hanging: int = 0) -> None:
    """One paragraph, wrapped to the terminal with an indent; control codes in delivered text are shown, not obeyed."""
    visible = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line)
    room = max(console.width, _NARROW) if console.is_terminal else 1 << 20
    lines = textwrap.wrap(
        visible,
        room - 1,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    for one in lines or [""]:
        console.print(one, style=style, markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_findings(console: Console, findings: Iterable[Finding], language: Language) -> None:
    """Findings with what to do, worst first; consequences are folded under their cause."""
    found = list(findings)
    if not found:
        write(console, text("no_findings", language))
        return
    write(console, text("findings", language), style="bold")
    for finding, folded in consequences(found):
        times = f" ({text('times', language, count=number(finding.count, language))})" if finding.count > 1 else ""
        capture = f" · {finding.capture}" if finding.capture else ""
        heading = f"{word('severity', finding.severity, language)} {finding.code}{capture}{times}"
        write(console, heading, 2, style=_STYLES[finding.severity])
        write(console, finding_text(finding, language), 4)
        _print_places(console, finding, language)
        if finding.severity != "info":
            write(console, f"→ {remedy(finding, language)}", 4, hanging=2)
        for one in folded:
            write(console, f"+ {one.code} {finding_text(one, language)}", 4, hanging=2, style="dim")


def _print_places(console: Console, finding: Finding, language: Language) -> None:
    """Where it was found, when the sentence does not say it: one of several places, or one within a file."""
    said = finding_text(finding, language)
    for place in finding.places[:_SHOWN_PLACES]:
        whole = place.offset is None and not (place.path and place.item)
        if finding.count == 1 and whole and (place.path or place.item or "") in said:
            continue
        at = f", byte {number(place.offset, language)}" if place.offset is not None else ""
        shown = ": ".join(part for part in (place.path, place.item) if part)
        write(console, f"- {shown}{at}", 4, hanging=2)
    if finding.count > _SHOWN_PLACES:
        write(console, f"- {text('and_more', language)}", 4)


def print_result(console: Console, result: Result, language: Language) -> None:
    """What came of an ingest, for a person."""
    write(console, "")
    print_findings(console, [*result.findings, *_not_run(result)], language)
    seen = {finding.code for finding in result.findings}
    for package in result.packages:
        own = [finding for finding in package.findings if finding.severity != "info" and finding.code not in seen]
        if own:
            write(console, "")
            write(console, package.path.name, style="bold")
            print_findings(console, own, language)
    write(console, "")
    write(console, text("packages_made" if result.packages else "no_packages", language), style="bold")
    for package in result.packages:
        _print_package(console, package, language)
    if result.held:
        write(console, text("held", language), style="bold")
        for label in result.held:
            write(console, label, 2)
        if result.open and result.depositor:
            write(console, text("decide_hint", language, path=result.depositor.parent))
    if result.open and not result.held:
        write(console, text("still_open", language, count=number(result.open, language)), style="bold")
    if result.depositor and result.depositor.is_dir():
        write(console, text("for_depositor", language, path=result.depositor))
    if result.work and result.work.exists():
        write(console, text("resume", language, path=result.work))
    write(console, text(f"outcome_{result.outcome.name.lower()}", language, code=int(result.outcome)), style="bold")


def _not_run(result: Result) -> list[Finding]:
    """That checks were not run holds for every package: told once."""
    return [finding for package in result.packages[:1] for finding in package.findings if finding.code == "SMA-V002"]


def _print_package(console: Console, package: Delivered, language: Language) -> None:
    write(console, " · ".join(part for part in (package.label, package.period(language)) if part), 2, style="bold")
    counted = [f"{number(count, language)} {unit(name, count, language)}" for name, count in ordered(package.counts)]
    counted = counted or [text("no_posts", language)]
    write(console, f"{word('value', package.value, language)}. {', '.join(counted)}.", 4)
    write(console, f"{text('findings', language)}: {tallied(package.findings, language)}", 4)
    write(console, f"{text('package_at', language)}: {package.path}", 4)
    write(console, f"{text('report_at', language)}: {package.report}", 4)


def tallied(findings: Iterable[Finding], language: Language) -> str:
    """How many findings there are of each severity, worst first."""
    found = list(findings)
    shown = []
    for severity in SEVERITIES:
        count = sum(finding.severity == severity for finding in found)
        if count:
            shown.append(f"{count} {word('severity' if count == 1 else 'severities', severity, language)}")
    return ", ".join(shown) or text("none", language)


def print_shown(console: Console, shown: Shown, language: Language) -> None:
    """What is in a delivery or package."""
    write(console, shown.name, style="bold")
    write(console, f"{text('accounts', language)}: {', '.join(shown.accounts) or text('none', language)}")
    days = period(*shown.period, language)
    write(console, f"{text('period', language)}: {days or text('not_known', language)}")
    if shown.value:
        write(console, f"{text('value', language)}: {word('value', shown.value, language)}")
    write(console, text("captures", language), style="bold")
    for capture in shown.captures:
        named = f"{capture.id}: {platform(capture.platform)}, {word('technique', capture.technique, language)}"
        write(console, f"{named} ({', '.join(capture.delivered)})" if capture.delivered else named, 2, hanging=2)
    if not shown.captures:
        write(console, text("none", language), 2)
    write(console, text("counts", language), style="bold")
    for name, count in ordered(shown.counts):
        if count:
            write(console, f"{number(count, language):>9}  {unit(name, count, language)}", hanging=11)
    if not any(shown.counts.values()):
        write(console, text("none", language), 2)
    if shown.completeness:
        write(console, text("completeness", language), style="bold")
        _print_shares(console, shown.completeness, language)
    for name, shares in shown.of_captures.items():
        write(console, name, 2)
        _print_shares(console, shares, language, of_capture=True)
    print_findings(console, shown.findings, language)


def _print_shares(console: Console, shares: Iterable[Share], language: Language, *, of_capture: bool = False) -> None:
    for share in shares:
        counted = f"{number(share.complete, language)}/{number(share.of, language)}"
        told = f"{label(share.name, language, of_capture=of_capture)} ({counted})"
        write(console, f"{percent(share.complete, share.of, language):>9}  {told}", hanging=11)
