"""A package that came as a transfer of another type is checked; anything else passes at once, without a process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sma_archivematica import TRANSFER_TYPE, bridge, layouts

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job


def call(jobs: list[Job]) -> None:
    """Exit codes: 0 in order or none of ours, 1 not in order."""
    bridge.each(jobs, _check)


def _check(job: Job) -> int:
    folder, identifier = job.args[1:3]
    if not Path(folder, "metadata", "sma").is_dir() or _was_checked(identifier):
        return 0
    return bridge.run(job, "transfer-check")


def _was_checked(identifier: str) -> bool:
    """Whether the transfer is of our own type, which was checked where it came in."""
    transfers = layouts.module("models").Transfer.objects
    return [one.type.lower() for one in transfers.filter(uuid=identifier)] == [TRANSFER_TYPE]
