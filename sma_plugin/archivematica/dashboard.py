"""The dashboard of Archivematica as a client sees it: starting packages, and how far they are.

Addresses and forms as the dashboard's own API has them (1.13 and later). What that API does not tell (whether a type of
transfer is known, which transfer has a name, what a task wrote), our own part in the dashboard does, where it is
installed (``api/sma/``).
"""

from __future__ import annotations

import base64
from typing import Literal, TypeVar
from urllib.parse import quote

import msgspec

from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Caller

T = TypeVar("T")
Unit = Literal["transfer", "ingest"]
WAITS = "USER_INPUT"
OURS = "social media bundle"
STANDARD = "standard"
"""Types of transfer."""


class Status(msgspec.Struct, frozen=True):
    """How far a transfer or ingest is. ``status`` is ``PROCESSING, USER_INPUT, COMPLETE, FAILED`` or ``REJECTED``."""

    status: str
    microservice: str = ""
    """The job that runs, or ran last."""
    name: str = ""
    sip_uuid: str | None = None
    """Of a transfer that is done: the ingest that goes on with it (also the AIP's UUID), or ``BACKLOG``."""


class Task(msgspec.Struct, frozen=True):
    """One task of a job."""

    uuid: str
    exit_code: int | None = None


class Job(msgspec.Struct, frozen=True):
    """One job of a transfer or ingest; ``microservice`` is the group that the dashboard shows it in."""

    uuid: str
    name: str = ""
    status: str | None = None
    microservice: str | None = None
    tasks: tuple[Task, ...] = ()


class Written(msgspec.Struct, frozen=True):
    """What a task wrote."""

    output: str = ""
    error: str = ""


class Offered(msgspec.Struct, frozen=True):
    """What our part in the dashboard says of itself."""

    types: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A transfer that was found by its name."""

    uuid: str
    accession: str = ""


class Named(msgspec.Struct, frozen=True):
    """The transfers of a name. ``unplaced`` are those that are still being copied, which have no name yet, or whose
    copying failed.
    """

    transfers: tuple[Found, ...]
    unplaced: tuple[str, ...] = ()


class Request(msgspec.Struct, frozen=True):
    """What is asked of Archivematica for one package. ``location`` is a transfer source of the Storage Service."""

    name: str
    path: str
    type: str
    processing: str
    key: str
    """Says that two requests are one and the same, for servers that know ``Idempotency-Key``."""
    location: str | None = None
    accession: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """A transfer or ingest that waits for a choice."""

    sip_uuid: str
    sip_name: str
    sip_directory: str = ""


class _AllWaiting(msgspec.Struct, frozen=True):
    results: tuple[Waiting, ...]


class _Configurations(msgspec.Struct, frozen=True):
    processing_configurations: tuple[str, ...]


class _Started(msgspec.Struct, frozen=True):
    id: str


class Dashboard:
    """Calls of the dashboard's API, each with what it answers. All of them raise :class:`CallError`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._is_ours = False

    @property
    def address(self) -> str:
        """Where it is."""
        return self._caller.address

    @property
    def version(self) -> str | None:
        """The version of Archivematica, once something was asked."""
        return self._caller.version

    def configurations(self) -> tuple[str, ...]:
        """The names of the processing configurations that there are."""
        return self._caller.get("/api/processing-configuration/", _Configurations).processing_configurations

    def start(self, asked: Request) -> str:
        """Start a package; gives the UUID of its transfer. Not tried again: it may have been started all the same."""
        source = f"{asked.location}:{asked.path}" if asked.location else asked.path
        body = {
            "name": asked.name,
            "path": base64.b64encode(source.encode()).decode(),
            "type": asked.type,
            "processing_config": asked.processing,
            "auto_approve": True,
        }
        if asked.accession:
            body["accession"] = asked.accession
        return self._caller.post("/api/v2beta/package/", _Started, body, **{"Idempotency-Key": asked.key}).id

    def status(self, unit: Unit, uuid: str) -> Status | None:
        """How far it is; ``None`` while it is known and no job of it has begun (a transfer that is being copied)."""
        try:
            return self._caller.get(f"/api/{unit}/status/{quote(uuid)}/", Status)
        except CallError as error:
            if error.status == 400 and "Unable to determine" in error.said:
                return None
            raise

    def jobs(self, uuid: str) -> tuple[Job, ...]:
        """Every job of a transfer or ingest, in order."""
        return self._caller.get(f"/api/v2beta/jobs/{quote(uuid)}/", tuple[Job, ...])

    def waiting(self) -> tuple[Waiting, ...]:
        """Every transfer and ingest that waits for a choice."""
        return self._caller.get("/api/ingest/waiting/", _AllWaiting).results

    # --- what only our part in the dashboard tells ---------------------------------------------------------------

    def types(self) -> tuple[str, ...] | None:
        """The types of transfer that it knows; ``None`` where our part is not installed."""
        offered = self._ours("/api/sma/", Offered)
        return offered.types if offered else None

    def transfers_named(self, name: str) -> Named | None:
        """The transfers of this name; ``None`` where our part is not installed."""
        return self._ours(f"/api/sma/transfers/{quote(name, safe='')}/", Named)

    def written(self, task: str) -> Written | None:
        """What a task wrote; ``None`` where our part is not installed."""
        return self._ours(f"/api/sma/written/{quote(task)}/", Written)

    def _ours(self, path: str, kind: type[T]) -> T | None:
        """What our part answers. An address that a dashboard does not know gives 404, its log-in page, or 500 where
        the page that says so cannot be made; once our part has answered, 500 is a fault like any other.
        """

        def ask() -> T | None:
            try:
                found = self._caller.once(path, kind)
            except CallError as error:
                if error.status == 404 or error.name == "call_moved" or (error.status == 500 and not self._is_ours):
                    return None
                raise
            self._is_ours = True
            return found

        return self._caller.again(ask)
