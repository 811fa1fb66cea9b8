"""Following a package through transfer and ingest, until it is stored, fails, or waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Tell
from sma_plugin.archivematica.dashboard import WAITS, Dashboard, Job, Status, Unit
from sma_plugin.archivematica.pausing import Clock
from sma_plugin.findings import Finding, make
from sma_plugin.texts import LANGUAGES, text

EVERY = 5.0
"""Seconds between two questions."""
SILENT = 900.0
"""Seconds after which it is told that nothing has begun: copying takes long, and may have failed unseen."""
UNCHANGED = 24 * 3600.0
"""Seconds without any change after which a run goes no further; the record lets the next one go on."""
BACKLOG = "BACKLOG"
_FAILED = "FAILED"
_FAILURES = 3
_LINES, _LONGEST = 12, 1200
"""So many last lines, and characters, of what a task wrote are told."""


@dataclass(frozen=True)
class Follow:
    """What following a package needs. ``patience``: seconds to wait for a choice that a person has to make."""

    dashboard: Dashboard
    tell: Tell
    clock: Clock
    patience: float = 0.0
    every: float = EVERY


@dataclass(frozen=True)
class Reached:
    """Where a unit got to, with the findings when that is not where it should end."""

    status: Status | None
    findings: tuple[Finding, ...] = ()

    @property
    def may_go_on(self) -> bool:
        """Whether the unit is still alive: it waits for a person, or only for longer than we do."""
        return not self.findings or self.findings[0].code in ("SMA-A073", "SMA-A078")


def follow(one: Follow, unit: Unit, uuid: str) -> Reached:
    """Wait until a transfer or ingest is done. Raises :class:`CallError` when Archivematica cannot be asked."""
    seen: Status | None = None
    since, told = one.clock.now(), False
    while True:
        try:
            status = one.dashboard.status(unit, uuid)
        except CallError as error:
            if error.status == 400 and "Cannot fetch" in error.said:
                return Reached(seen, (make("SMA-A077", path=uuid),))
            raise
        if status != seen:
            seen, since, told = status, one.clock.now(), False
        if status and status.status != WAITS:  # also unchanged: whoever shows it decides how often
            one.tell(f"client_job_{unit}", job=status.microservice)
        passed = one.clock.now() - since
        if end := _end(one, unit, uuid, status, passed):
            return end
        if not told and ((status is None and passed > SILENT) or (status and status.status == WAITS)):
            told = True
            _tell_waiting(one, uuid, status)
        one.clock.wait(one.every)


def _end(one: Follow, unit: Unit, uuid: str, status: Status | None, passed: float) -> Reached | None:
    """Where a unit ends that has had this status for so long, or ``None`` while there is something to wait for."""
    state = status.status if status else "PROCESSING"
    job = status.microservice if status else "-"
    found: list[Finding] = []
    if status and state == WAITS and passed >= one.patience:
        found = [make("SMA-A073", path=uuid, job=_waiting_job(one.dashboard, uuid, status))]
    elif state == _FAILED:
        found = _failures(one.dashboard, uuid, job)
    elif state == "REJECTED":
        found = [make("SMA-A075", path=uuid, job=job)]
    elif status and status.sip_uuid == BACKLOG:
        found = [make("SMA-A076", path=uuid)]
    elif passed > UNCHANGED and state != WAITS:
        found = [make("SMA-A078", path=uuid, job=job)]
    done = status and state == "COMPLETE" and (unit == "ingest" or status.sip_uuid)
    return Reached(status, tuple(found)) if found or done else None


def _tell_waiting(one: Follow, uuid: str, status: Status | None) -> None:
    if status is None:
        one.tell("client_not_begun")
    else:
        one.tell("client_waits", job=_waiting_job(one.dashboard, uuid, status), minutes=round(one.patience / 60))


def _waiting_job(dashboard: Dashboard, uuid: str, status: Status) -> str:
    """The job that waits for a choice, with the group in which the dashboard shows it."""
    waiting = [job for job in dashboard.jobs(uuid) if job.status == WAITS]
    return _name(waiting[-1]) if waiting else status.microservice


def _failures(dashboard: Dashboard, uuid: str, last: str) -> list[Finding]:
    """The last jobs that failed, each with what its task wrote; else the job that came last."""
    jobs = [job for job in dashboard.jobs(uuid) if job.status == _FAILED]
    if not jobs:
        return [make("SMA-A074", path=uuid, job=last, **_reason(dashboard, "", f"/transfer/{uuid}/"))]
    return [_failure(dashboard, uuid, job) for job in jobs[-_FAILURES:]]


def _failure(dashboard: Dashboard, uuid: str, job: Job) -> Finding:
    failed = next((task for task in job.tasks if task.exit_code), None)
    written = dashboard.written(failed.uuid) if failed else None
    said = _last_lines(written.error or written.output) if written else ""
    return make("SMA-A074", path=uuid, job=_name(job), **_reason(dashboard, said, f"/tasks/{job.uuid}/"))


def _reason(dashboard: Dashboard, said: str, page: str) -> dict[str, Any]:
    """The error text, or where it can be read."""
    address = f"{dashboard.address}{page}"
    return {f"reason_{one}": said or text("client_error_text_at", one, address=address) for one in LANGUAGES}


def _name(job: Job) -> str:
    return f"{job.microservice}: {job.name}" if job.microservice else job.name


def _last_lines(written: str) -> str:
    """The last lines that a task wrote: what it failed on stands there."""
    lines = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    return " / ".join(lines[-_LINES:])[-_LONGEST:]
