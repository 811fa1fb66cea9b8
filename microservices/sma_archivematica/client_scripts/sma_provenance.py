"""Records what a package knows of its files, and fills the DIP; a SIP that is none of ours passes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sma_archivematica import bridge, provenance

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 recorded or none of ours, 1 not in order, and then nothing is recorded."""
    bridge.each(jobs, provenance.record)
