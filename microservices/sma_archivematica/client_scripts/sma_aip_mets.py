"""Writes a package's description into the METS of its AIP; a SIP that is none of ours passes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sma_archivematica import bridge
from sma_archivematica.provenance import is_ours

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 described, valid and in its place, or none of ours; 1 not, and then the METS is what it was."""
    bridge.each(jobs, _describe)


def _describe(job: Job) -> int:
    return bridge.run(job, "aip-mets") if is_ours(job.args[1]) else 0
