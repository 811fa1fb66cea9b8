"""Starting a package in Archivematica, once: whatever happens, it is looked for before it is started again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Tell
from sma_plugin.archivematica.dashboard import OURS, STANDARD, Dashboard, Request
from sma_plugin.archivematica.pausing import Clock
from sma_plugin.archivematica.restricted import is_restricted, restricted_processing
from sma_plugin.archivematica.storage import Storage
from sma_plugin.archivematica.submission import Kept, Submission, now
from sma_plugin.package import Package
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

SETTLES = 45.0
"""Seconds: the dashboard gives its server 30 to begin, so what is not there by then does not come any more."""
_STEP = 5.0
_A_DAY = timedelta(days=1)
"""Clocks differ, and so do their zones."""


class LostError(Exception):
    """It cannot be told whether Archivematica has the package in hand."""


@dataclass(frozen=True)
class Starting:
    """What starting a package needs. ``created``: when the package was made, so that no AIP of it is older."""

    dashboard: Dashboard
    storage: Storage
    settings: Settings
    tell: Tell
    clock: Clock
    created: str | None

    def chosen(self, package: Package, submission: Submission) -> Submission:
        """With type and processing configuration: a restricted package gets the one that stores it in a location of
        its own, where one is configured.

        Raises :class:`UserError` for a configuration that is not there: Archivematica would take its default one,
        which may extract web archives and delete them.
        """
        told, restricted, known = self.settings.archivematica, is_restricted(package), self.dashboard.configurations()
        apart = restricted and bool(told.restricted_location)
        processing = restricted_processing(told.processing) if apart else told.processing
        if processing not in known:
            why = "client_no_restricted" if apart else "client_no_processing"
            raise UserError(why, name=processing, known=", ".join(known) or "-", package=submission.name)
        type_ = OURS if OURS in (self.dashboard.types() or ()) else STANDARD
        return replace(submission, type=type_, processing=processing, restricted=restricted)

    def start(self, kept: Kept, submission: Submission) -> Submission:
        """Start a package that is in the transfer source; gives the record of where it is now.

        Raises :class:`CallError` when it was certainly not started, :class:`LostError` when that is not known.
        """
        if found := self.found(submission):
            return kept.write(found)
        request = self._request(submission)
        named = self.dashboard.transfers_named(submission.name)
        unplaced = named.unplaced if named else ()
        submission = kept.write(replace(submission, stage="starting", asked=now(), unplaced=unplaced))
        try:
            uuid = self.dashboard.start(request)
        except CallError as error:
            if not error.arrived:
                kept.write(replace(submission, stage="new"))
                raise
            self.tell("client_answer_lost", why=error)
            if found := self._found_late(submission, SETTLES):
                return kept.write(found)
            kept.write(replace(submission, stage="new"))
            raise
        return kept.write(replace(submission, stage="transfer", transfer=uuid))

    def resume(self, kept: Kept, submission: Submission, *, again: bool) -> Submission:
        """Go on with a package whose start was never answered; ``again``: a person saw that it was not started.

        Raises as :meth:`start` does.
        """
        passed = (datetime.now(UTC) - datetime.fromisoformat(submission.asked or now())).total_seconds()
        if not again and (found := self._found_late(submission, SETTLES - max(passed, 0.0))):
            return kept.write(found)
        return self.start(kept, submission)

    def found(self, submission: Submission) -> Submission | None:
        """Where a package already is in Archivematica, by its name, which no other package has."""
        named = self.dashboard.transfers_named(submission.name)
        for one in named.transfers if named else ():
            if one.uuid not in submission.before:
                return replace(submission, stage="transfer", transfer=one.uuid)
        for unit in self.dashboard.waiting():
            if unit.sip_name == submission.name and unit.sip_uuid not in submission.before:
                return self._of_unit(submission, unit.sip_uuid)
        for aip in self.storage.aips_since(self._since()) if self.created else ():
            if aip.is_of(submission.name) and aip.is_kept and aip.uuid not in submission.before:
                return replace(submission, stage="stored", aip=aip.uuid)
        return None

    def is_stored(self, aip: str) -> bool:
        """Whether an AIP is in storage: its ingest may have failed after that, and it may have been deleted since."""
        try:
            return self.storage.package(aip).is_kept
        except CallError as error:
            if error.name != "call_missing":
                raise
            return False

    def _found_late(self, submission: Submission, seconds: float) -> Submission | None:
        """Where a package is, looked for until it cannot turn up any more.

        Raises :class:`LostError` when not finding it says nothing.
        """
        until = self.clock.now() + seconds
        while True:
            if found := self.found(submission):
                return found
            named = self.dashboard.transfers_named(submission.name)
            if named is None:
                raise LostError
            if self.clock.now() >= until:
                if set(named.unplaced) - set(submission.unplaced):
                    raise LostError
                return None
            self.clock.wait(_STEP)

    def _of_unit(self, submission: Submission, uuid: str) -> Submission:
        """A waiting unit is a transfer, or the ingest that came of one."""
        try:
            self.dashboard.status("transfer", uuid)
        except CallError as error:
            if error.status != 400:
                raise
            return replace(submission, stage="ingest", aip=uuid)
        return replace(submission, stage="transfer", transfer=uuid)

    def _since(self) -> str:
        return (datetime.fromisoformat(self.created or "") - _A_DAY).strftime("%Y-%m-%dT%H:%M:%S")

    def _request(self, submission: Submission) -> Request:
        location = self.storage.location(self.settings.archivematica.transfer_source)
        return Request(
            submission.name,
            f"{location.path.rstrip('/')}/{submission.source}",
            submission.type or STANDARD,
            submission.processing or "",
            submission.id,
            location.uuid,
            submission.accession,
        )
