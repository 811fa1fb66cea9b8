"""From compose to validate, by what was decided, for each transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sma_archivematica import bridge

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 the package is in its place, 3 still open, 6 rejected, 1 failed."""
    bridge.each(jobs, lambda job: bridge.run(job, "transfer-compose"))
