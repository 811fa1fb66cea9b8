"""What the link before Archivematica's METS does with a SIP of ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sma_archivematica import bridge

if TYPE_CHECKING:
    from sma_archivematica.jobs import Job

TABLE = "sma-provenance.jsonl"
"""What ``sma-step provenance`` leaves in the root of a SIP, of which nothing is stored there."""


def is_ours(folder: str) -> bool:
    """Whether a SIP holds a package of ours; looks at names alone."""
    return next(Path(folder).glob("objects/metadata/transfers/*/sma/captures.toml"), None) is not None


def record(job: Job) -> int:
    """Record what the table says; gives the exit code of the job."""
    sip, unit = Path(job.args[1]), job.args[2]
    if not is_ours(str(sip)):
        return 0
    table = sip / TABLE
    try:
        return bridge.run(job, "provenance") or _written(job, sip, unit, table)
    finally:
        if table.exists():
            table.unlink()


def _written(job: Job, sip: Path, unit: str, path: Path) -> int:
    from sma_archivematica import dip, records  # noqa: PLC0415 -- a SIP that is none of ours needs no database

    if dip.is_made(sip) and dip.is_transcribed(sip):
        return bridge.failed(job, "transcribed")
    table = records.read(path)
    try:
        files = records.known_files(table, unit)
    except records.UnknownFileError as error:
        return bridge.failed(job, "unknown_file", path=error.path)
    if records.is_reingested(unit):
        bridge.done(job, "reingested")
    else:
        events, derived = records.write(table, files, unit)
        bridge.done(job, "recorded", events=events, derived=derived)
    if dip.is_made(sip):
        copies = dip.fill(sip, unit, table, files)
        bridge.done(job, "filled" if copies else "empty", count=copies)
    return 0
