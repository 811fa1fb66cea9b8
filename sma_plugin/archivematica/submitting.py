"""Submitting one package: checked, put where Archivematica takes it from, started, followed, reconciled, receipted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from sma_plugin.archivematica.dashboard import STANDARD
from sma_plugin.archivematica.following import EVERY, Follow, Reached, follow
from sma_plugin.archivematica.receipt import Receipt
from sma_plugin.archivematica.restricted import not_apart
from sma_plugin.archivematica.services import Services
from sma_plugin.archivematica.settling import settle
from sma_plugin.archivematica.starting import LostError, Starting
from sma_plugin.archivematica.submission import Kept, Submission, claim, name_of
from sma_plugin.check import check
from sma_plugin.findings import Finding, Language, make, worst
from sma_plugin.notation import size
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.package.records import PackageRecord, read_record
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

End = Literal["stored", "started", "waits", "failed", "refused"]
"""Where a submission got to in this run."""
_TOLD_EVERY = 64 << 20
"""Bytes between two lines on how much was copied."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a run. ``again``: a person saw that an earlier start came to nothing."""

    wait: bool = True
    accession: str | None = None
    again: bool = False
    patience: float = 0.0
    language: Language = "en"
    every: float = EVERY


@dataclass
class Submitted:
    """What came of submitting one package."""

    path: Path
    end: End
    findings: list[Finding] = field(default_factory=list)
    submission: Submission | None = None
    receipt: Receipt | None = None
    page: Path | None = None
    error: UserError | None = None

    @property
    def outcome(self) -> Outcome:
        """How the run ends for this package."""
        if self.error or self.end in ("failed", "refused") or worst(self.findings) == "error":
            return Outcome.ERRORS
        return Outcome.NEEDS_DECISION if self.end == "waits" else Outcome.OK


def submit(path: Path, given: Services, asked: Asked) -> Submitted:
    """Submit one package, or go on with it. Raises :class:`UserError` for what keeps it from being submitted at all."""
    package = Package(path.resolve())
    try:
        record = read_record(package.record)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise UserError("client_no_package", path=path) from error
    kept = Kept(receipts(given.settings, path), name_of(record))
    with kept.held():
        return _Submitting(package, record, kept, given, asked).run()


def receipts(settings: Settings, path: Path) -> Path:
    """The folder for receipts: the configured one, else one beside the packages."""
    named = settings.archivematica.receipts
    return settings.resolve(named) if named else path.resolve().parent / "receipts"


class _Submitting:
    """One package on its way."""

    def __init__(self, package: Package, record: PackageRecord, kept: Kept, given: Services, asked: Asked) -> None:
        self._package, self._record, self._kept, self._given, self._asked = package, record, kept, given, asked
        self._starting = Starting(
            given.dashboard, given.storage, given.settings, given.tell, given.clock, record.package.created
        )

    def run(self) -> Submitted:
        """From where it is to where it can go now. Raises :class:`UserError`."""
        submission = self._kept.read() or Submission(
            str(uuid.uuid4()), str(self._package.root), name_of(self._record), self._record.package.id
        )
        receipt = self._before() if submission.stage == "stored" else None
        if receipt and receipt.is_sound:
            self._given.tell("client_stored_before", receipt=self._kept.page)
            return self._ended(submission, "stored", receipt.findings, receipt)
        if submission.stage == "ended" or (submission.stage == "stored" and self._asked.again):
            submission = self._anew(submission)
        try:
            if submission.stage == "new":
                if wrong := self._refused():
                    return self._ended(submission, "refused", wrong)
                submission = self._starting.start(self._kept, self._placed(submission))
            elif submission.stage == "starting":
                submission = self._starting.resume(self._kept, submission, again=self._asked.again)
        except LostError:
            submission = self._kept.read() or submission
            return self._ended(submission, "failed", (make("SMA-A070", path=submission.name, name=submission.name),))
        if submission.stage == "transfer":
            self._given.tell("client_under_way", uuid=submission.transfer)
        follows = self._asked.wait or submission.stage == "stored"
        return self._followed(submission) if follows else self._ended(submission, "started", ())

    def _before(self) -> Receipt | None:
        """The receipt that an earlier run made; one that cannot be read is made again."""
        try:
            return read_json(self._kept.receipt, Receipt)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def _anew(self, submission: Submission) -> Submission:
        """A package that failed is started again only when a person says so, and while no AIP of it is in storage.

        Raises :class:`UserError`.
        """
        if not self._asked.again:
            raise UserError("client_failed_before", name=submission.name, uuid=submission.aip or submission.transfer)
        if submission.aip and self._starting.is_stored(submission.aip):
            return self._kept.write(replace(submission, stage="stored"))
        ended = tuple(one for one in (submission.transfer, submission.aip) if one)
        return replace(submission, stage="new", transfer=None, aip=None, before=(*submission.before, *ended))

    # --- before -------------------------------------------------------------------------------------------------------

    def _refused(self) -> list[Finding]:
        """Why a package may not be submitted: it is made for tests, or has errors."""
        self._given.tell("client_checks")
        if self._record.package.seeded:
            return [make("SMA-V007", path=self._record.package.name)]
        found = check(self._package.root, self._given.settings, Quiet())
        return found if worst(found) == "error" else []

    def _placed(self, submission: Submission) -> Submission:
        """The package claimed, and in the transfer source; its record says where."""
        submission = replace(submission, accession=self._asked.accession or _accession(self._package))
        submission = self._kept.write(self._starting.chosen(self._package, submission))
        claim(self._given.source.claim_of(submission.name), submission)
        inside = self._given.source.holds(self._package.root)
        if inside is None:
            self._given.tell("client_copies", path=self._given.source.root)
            inside = self._given.source.put(self._package, submission.name, self._copied())
            submission = replace(submission, copied=True)
        self._given.tell(
            "client_starts",
            type=submission.type,
            processing=submission.processing,
            accession=submission.accession or "–",
        )
        return self._kept.write(replace(submission, source=inside))

    def _copied(self) -> Callable[[int], None]:
        """Tells now and then how much was copied."""
        done = told = 0

        def on_bytes(count: int) -> None:
            nonlocal done, told
            done += count
            if done - told >= _TOLD_EVERY:
                told = done
                self._given.tell("client_job_copy", done=size(done, self._asked.language))

        return on_bytes

    # --- on its way ---------------------------------------------------------------------------------------------------

    def _followed(self, submission: Submission) -> Submitted:
        asked = Follow(
            self._given.dashboard, self._given.tell, self._given.clock, self._asked.patience, self._asked.every
        )
        if submission.stage == "transfer":
            reached = follow(asked, "transfer", submission.transfer or "")
            if reached.findings:
                return self._stopped(submission, reached)
            submission = self._kept.write(
                replace(submission, stage="ingest", aip=reached.status and reached.status.sip_uuid)
            )
        if submission.stage == "ingest":
            reached = follow(asked, "ingest", submission.aip or "")
            if reached.findings:
                return self._stopped(submission, reached)
            submission = self._kept.write(replace(submission, stage="stored"))
        self._given.tell("client_reconciles", uuid=submission.aip)
        receipt = settle(self._package, self._record, self._kept, submission, self._given, self._asked.language)
        if receipt.is_whole and submission.copied and submission.source:
            self._given.source.take_back(submission.source)
        return self._ended(submission, "stored", receipt.findings, receipt)

    def _stopped(self, submission: Submission, reached: Reached) -> Submitted:
        if reached.may_go_on:
            return self._ended(submission, "waits", reached.findings)
        submission = self._kept.write(replace(submission, stage="ended"))
        return self._ended(submission, "failed", reached.findings)

    def _ended(
        self, submission: Submission, end: End, findings: Iterable[Finding], receipt: Receipt | None = None
    ) -> Submitted:
        page = self._kept.page if receipt else None
        notes = [make("SMA-A071", path=submission.name)] if submission.type == STANDARD else []
        if submission.restricted and not receipt:
            notes += not_apart(submission.name, self._given.settings.archivematica.restricted_location)
        return Submitted(self._package.root, end, [*notes, *findings], submission, receipt, page)


def _accession(package: Package) -> str | None:
    """The number of the accession on record: that of the agreement or of the declaration of transfer."""
    position = read_json(package.decisions, PackageDecisions).legal_position
    return position.number if position else None
