"""What is on record of a package that is on its way, so that a run that was ended goes on, and none begins twice.

The record lies beside the receipts and is written before anything is asked of Archivematica. A run holds it by a lock;
other machines see a claim beside the package in the transfer source, which is made once and by one of them only.
"""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.package.files import json_bytes, read_json, write_json
from sma_plugin.package.records import PackageRecord
from sma_plugin.texts import UserError

Stage = Literal["new", "starting", "transfer", "ingest", "stored", "ended"]
"""``starting``: Archivematica was asked, and its answer is not known. ``ended``: it stopped for good, in an error."""
_TOLD_APART = 8
"""So many characters of a package's id tell it from one of the same account and period that was made anew."""


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    """One package on its way. ``aip`` is the UUID of its ingest, which becomes that of its AIP."""

    id: str
    package: str
    name: str
    package_id: str
    stage: Stage = "new"
    source: str | None = None
    """Where it lies in the transfer source, as a path within it."""
    copied: bool = False
    """Whether it was copied there by us."""
    type: str | None = None
    processing: str | None = None
    accession: str | None = None
    restricted: bool = False
    asked: str | None = None
    transfer: str | None = None
    aip: str | None = None
    unplaced: tuple[str, ...] = ()
    """Transfers that had no name when this one was started: another one without a name may be it."""
    before: tuple[str, ...] = ()
    """Transfers and ingests of it that ended in an error, after which a person had it started again."""


def name_of(record: PackageRecord) -> str:
    """The name of a package's transfer: no other package has it."""
    return f"{record.package.name}-{record.package.id[:_TOLD_APART]}"


def now() -> str:
    """This moment, as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Kept:
    """The record of one submission on disk."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.submission.json"
        self.receipt = folder / f"{name}.receipt.json"
        self.page = folder / f"{name}.receipt.html"
        self.mets = folder / f"{name}.METS.xml"

    def read(self) -> Submission | None:
        """What is on record. Raises :class:`UserError` for a record that is damaged."""
        try:
            return read_json(self.path, Submission) if self.path.is_file() else None
        except msgspec.MsgspecError as error:
            raise UserError("client_record_damaged", path=self.path) from error

    def write(self, submission: Submission) -> Submission:
        """Put it on record."""
        write_json(self.path, submission)
        return submission

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the record. Raises :class:`UserError` while another run does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UserError("client_held", name=self.path.name) from error
            yield


class _Claim(msgspec.Struct, frozen=True):
    """Who has a package in hand: which submission, on which machine, since when."""

    submission: str
    machine: str
    since: str


def claim(path: Path, submission: Submission) -> None:
    """Claim a package for this submission, beside where it lies. Raises :class:`UserError` when another one did.

    The file is made anew or not at all: of two runs one succeeds, on shared disks too.
    """
    mine = _Claim(submission.id, platform.node() or "-", now())
    try:
        with path.open("xb") as stream:
            stream.write(json_bytes(mine))
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        _refuse_other(path, submission)


def _refuse_other(path: Path, submission: Submission) -> None:
    try:
        known = read_json(path, _Claim)
    except msgspec.MsgspecError as error:
        raise UserError("client_record_damaged", path=path) from error
    if known.submission != submission.id:
        raise UserError("client_claimed", name=submission.name, machine=known.machine, since=known.since, path=path)
