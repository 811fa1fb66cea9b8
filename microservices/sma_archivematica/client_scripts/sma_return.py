"""The delivery of each transfer back where it came from."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from sma_archivematica import bridge

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 it is back, 1 it could not be moved, and then it is told where it is."""
    bridge.each(jobs, _give_back)


def _give_back(job: Job) -> int:
    code = bridge.run(job, "transfer-return")
    if code:
        bridge.failed(job, "stayed", folder=job.args[1], name=PurePath(job.args[1]).name)
    return code
