"""The step *compose*: write each planned package, with in-scope evidence only.

Works in ``packages/<name>`` of the working area and can be killed and run again at any point. What later steps need
and nobody should receive stands beside the package, in ``packages/<name>.steps``.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from sma_plugin.bundle.archives import DAMAGE
from sma_plugin.bundle.delivery import DeliveryRecord, MemberRecord
from sma_plugin.bundle.names import ascii_path, printable
from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.characteristics.gaps import gaps
from sma_plugin.characteristics.measure import assess
from sma_plugin.compose.copy import ChangedError, Copied, Copier
from sma_plugin.compose.cuts import Cuts
from sma_plugin.compose.excluded import Excluded
from sma_plugin.compose.extract import Cut, Moves, disjoint
from sma_plugin.compose.records import PackageParts, write_records
from sma_plugin.compose.slice import slice_history
from sma_plugin.findings import Finding, make
from sma_plugin.formats.identify import tool
from sma_plugin.model import Agent, Event
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import publish, read_json, read_json_lines, write_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.plan import AccountPlan, Plan, PlannedPackage
from sma_plugin.settings import Settings

STEP = "compose"
EARLIER = ("receive", "read", "history", "assess", "select")
_SPARE = 64 << 20


def compose(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Compose every planned package; one that cannot be composed does not hold up the others."""
    record = read_json(place.delivery, DeliveryRecord)
    plan = read_json(place.decisions, Plan)
    fixity = {row.path: row for row in read_json_lines(place.members, MemberFixity)}
    work = [(account, package) for account in plan.accounts for package in account.packages]
    report.start(STEP, sum(row.size for row in fixity.values()) * len(work))
    findings: list[Finding] = list(_room(place, fixity, len(work)))
    if findings:
        for finding in findings:
            report.finding(finding)
        place.log(STEP, [], findings)
        return Outcome.ERRORS
    spool = place.step("receive") / "spool"
    with closing(Delivery(record, spool, lambda _count: None)) as delivery:
        for account, planned in work:
            stage = _Composing(place, settings, report, delivery, fixity)
            findings.extend(stage.compose(account, planned))
    place.log(STEP, [], findings)
    return Outcome.ERRORS if any(finding.severity == "error" for finding in findings) else Outcome.OK


def _room(place: WorkArea, fixity: dict[str, MemberFixity], packages: int) -> Iterator[Finding]:
    needed = sum(row.size for row in fixity.values()) * packages + _SPARE
    free = shutil.disk_usage(place.root).free
    if free < needed:
        yield make("SMA-B020", path=str(place.root), needed=needed >> 20, free=free >> 20)


class _Composing:
    """One package."""

    def __init__(
        self,
        place: WorkArea,
        settings: Settings,
        report: Reporter,
        delivery: Delivery,
        fixity: dict[str, MemberFixity],
    ) -> None:
        self._place, self._settings, self._report = place, settings, report
        self._delivery, self._fixity = delivery, fixity
        self._findings: list[Finding] = []
        self._gaps: list[Finding] = []
        self._excluded = Excluded()

    def compose(self, account: AccountPlan, planned: PlannedPackage) -> list[Finding]:
        package = Package(self._place.packages / planned.name)
        package.sma.mkdir(parents=True, exist_ok=True)
        keep_mentions = self._settings.defaults.mentions == "keep"
        period = (planned.period_from, planned.period_until)
        part = package.history.with_name(package.history.name + ".part")
        db = slice_history(self._place.history, package.history, account.account, period, keep_mentions=keep_mentions)
        captures = [row[0] for row in db.execute("SELECT name FROM capture ORDER BY id")]
        with closing(Cuts(self._place.history, part)) as cuts:
            copied = [one for name in captures for one in self._copy(package, cuts, name)]
        self._relocate(db, copied)
        assessment = assess(db)
        self._gaps = list(gaps(db))
        period_shown = db.execute("SELECT min(created_us), max(created_us) FROM post WHERE class = 'own'").fetchone()
        db.execute("VACUUM")
        db.close()
        publish(part, package.history)
        write_json_lines(package.files, (one.file for one in copied))
        parts = PackageParts(package, account, planned, captures, copied, assessment, period_shown, self._excluded)
        write_records(parts, self._delivery.record, self._settings, self._place)
        package.log(STEP, list(self._events(account, captures, copied)), self._inherited(account, captures))
        return self._findings

    # --- evidence ----------------------------------------------------------------------------------------------------

    def _copy(self, package: Package, cuts: Cuts, capture: str) -> Iterator[Copied]:
        """Every member of a capture that is in scope, copied; what is not goes on the list of exclusions."""
        copier = Copier(package.root, package.step(STEP) / "journal.jsonl", self._progress)
        spans, whole = cuts.spans(capture), cuts.whole(capture)
        personal = {one.capture.id: one.personal_export for one in self._delivery.record.captures}[capture]
        for path, count in cuts.uncuttable(capture).items():
            self._note(make("SMA-B021", path=printable(path), capture=capture, count=count))
        taken: set[str] = set()
        for member in self._delivery.record.members:
            if member.capture != capture:
                continue
            rule = member.rule or whole.get(member.path)
            if rule:
                self._excluded.add(rule, member.path, member.entry.size)
            elif personal and not member.claimed:
                self._excluded.add("package.unclaimed", member.path, member.entry.size)
            elif member.path in self._fixity:
                copied = self._copy_one(copier, capture, member, spans, taken)
                if copied:
                    yield copied

    def _copy_one(
        self, copier: Copier, capture: str, member: MemberRecord, spans: dict[str, list[Cut]], taken: set[str]
    ) -> Copied | None:
        fixity = self._fixity[member.path]
        kept = _free(f"objects/captures/{capture}/{ascii_path(member.path)}", taken)
        record = FileRecord(
            path=kept,
            sha256=fixity.sha256,
            size=fixity.size,
            id=self._settings.stamps.identifier(f"file/{copier.name}/{kept}"),
            capture=capture,
            delivered=member.path,
            modified=member.entry.modified,
        )
        source = self._delivery.container(member)
        try:
            copied = copier.copy(lambda: source.open(member.entry), record, spans.get(member.path, []))
        except ChangedError:
            self._note(make("SMA-B022", path=printable(member.path)))
            return None
        except DAMAGE as error:
            self._note(make("SMA-B016", path=printable(member.path), reason=str(error)))
            return None
        # Separators have spans of their own in an extract, but are no items.
        for cut in disjoint(spans.get(member.path, ())) if copied.extract else ():
            self._excluded.add(cut.rule, f"{member.path}#{cut.offset}", cut.length)
        if copied.extract and not copied.file.size:  # nothing of it belongs here: it is left out whole
            copier.discard(copied.file)
            return None
        return copied

    def _relocate(self, db: sqlite3.Connection, copied: list[Copied]) -> None:
        """Let evidence and media point into the package: kept paths, and offsets in extracts."""
        db.execute("BEGIN")
        for one in copied:
            capture = db.execute("SELECT id FROM capture WHERE name = ?", (one.file.capture,)).fetchone()[0]
            db.execute(
                "INSERT INTO path (capture, path) SELECT ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM path WHERE capture = ? AND path = ?)",
                (capture, one.file.delivered) * 2,
            )
            db.execute(
                "UPDATE path SET kept = ? WHERE capture = ? AND path = ?", (one.file.path, capture, one.file.delivered)
            )
            if one.extract:
                db.create_function("moved", 1, Moves(one.extract.spans))
                db.execute(
                    "UPDATE evidence SET offset = moved(offset), length = moved(offset + length) - moved(offset)"
                    " WHERE offset IS NOT NULL"
                    " AND path IN (SELECT id FROM path WHERE kept = ?)",
                    (one.file.path,),
                )
        db.execute("DELETE FROM evidence WHERE path IN (SELECT id FROM path WHERE kept IS NULL)")
        db.execute("COMMIT")

    def _progress(self, count: int) -> None:
        self._report.progress(read_bytes=count)

    def _note(self, finding: Finding) -> None:
        self._findings.append(finding)
        self._report.finding(finding)

    # --- what happened -----------------------------------------------------------------------------------------------

    def _inherited(self, account: AccountPlan, captures: list[str]) -> list[Finding]:
        """The findings of the earlier steps that concern this package, and its own; gaps are counted in it anew."""
        found = [
            finding
            for finding in self._place.findings(*(step for step in EARLIER if step != "assess"))
            if finding.capture in (None, *captures) and finding.account in (None, account.label)
        ]
        return [*found, *self._gaps, *self._findings, *self._excluded.findings()]

    def _events(self, account: AccountPlan, captures: list[str], copied: list[Copied]) -> Iterator[Event]:
        objects = {f"capture:{capture}" for capture in captures}
        for event in self._place.events(*EARLIER):
            if f"account:{account.label}" in event.objects:
                yield _about_package(event)
            elif objects.intersection(event.objects):
                yield event
        name, version = tool()
        for capture in captures:
            yield self._settings.stamps.event(
                "format identification",
                "PRONOM signatures, and the project's own names for what PRONOM lacks",
                step=STEP,
                key=capture,
                agents=(Agent(name, "software", "executing program", version),),
                objects=(f"capture:{capture}",),
            )
        for one in copied:
            if one.extract:
                rules = ", ".join(sorted({span.rule for span in one.extract.spans}))
                yield self._settings.stamps.event(
                    "redaction",
                    f"{len(one.extract.spans)} items cut from an extract; rules: {rules}; see extract.json",
                    step=STEP,
                    key=one.file.path,
                    objects=(one.file.path,),
                )
        if self._excluded.count:
            yield self._settings.stamps.event(
                "appraisal",
                f"{self._excluded.count} items out of scope were left out; see excluded.json",
                step=STEP,
                key=f"excluded/{account.label}",
            )


def _about_package(event: Event) -> Event:
    return Event(
        event.id,
        event.type,
        event.at,
        event.detail,
        event.outcome,
        event.note,
        event.agents,
        ("package",),
        event.step,
    )


def _free(path: str, taken: set[str]) -> str:
    """A package path that no other file has, also where case does not count."""
    number, candidate = 2, path
    while candidate.casefold() in taken:
        stem, dot, ending = path.rpartition(".")
        candidate = f"{stem}_{number}{dot}{ending}" if dot and "/" not in ending else f"{path}_{number}"
        number += 1
    taken.add(candidate.casefold())
    return candidate
