"""From receive to select, for each transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sma_archivematica import bridge

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 decided, 3 open, 4 a package already, 1 failed."""
    bridge.each(jobs, lambda job: bridge.run(job, "transfer-receive"))
