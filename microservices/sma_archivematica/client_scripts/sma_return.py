"""The delivery of each transfer back where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sma_archivematica import bridge

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 it is back, 1 it could not be moved."""
    bridge.each(jobs, lambda job: bridge.run(job, "transfer-return"))
