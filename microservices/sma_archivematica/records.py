"""What the table of a package says, written into Archivematica's database: events, uses, derivations.

Nothing is matched by identifiers: files by path and SHA-256, events by file, type, time and detail. What is there
stays, so that a job that runs twice writes nothing twice, and what Archivematica imported is not doubled. Files, their
sizes, digests and formats are Archivematica's own, because packages are made before it looks at files.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, time, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

from django.db import transaction
from django.utils import dateparse
from django.utils import timezone as zones
from sma_archivematica import layouts

AT_ONCE = 500
"""Rows that are written in one statement."""
Row = Dict[str, Any]
Key = Tuple[str, str, Optional[datetime], str]
_SIP, _TRANSFER = "%SIPDirectory%", "%transferDirectory%"


class UnknownFileError(Exception):
    """A file of the package that Archivematica does not have, or has with other bytes."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Table(NamedTuple):
    """The rows of a table by kind; files, agents and events by their number."""

    files: dict[int, Row]
    agents: dict[int, Row]
    events: dict[int, Row]
    access: list[int]


def read(path: Path) -> Table:
    """Read a table."""
    table = Table({}, {}, {}, [])
    kinds = {"file": table.files, "agent": table.agents, "event": table.events}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["row"] == "access":
                table.access.append(row["file"])
            else:
                kinds[row["row"]][row["number"]] = row
    return table


def known_files(table: Table, sip: str) -> dict[int, str]:
    """The UUID of each file of a table. Raises :class:`UnknownFileError`."""
    found = {}
    fields = ("uuid", "currentlocation", "originallocation", "checksum", "checksumtype")
    for row in layouts.module("models").File.objects.filter(sip_id=sip, removedtime__isnull=True).values(*fields):
        for name in ("originallocation", "currentlocation"):
            found[bytes(row[name] or b"").decode("utf-8", "replace")] = row
    uuids = {}
    for number, file in table.files.items():
        known = found.get(_SIP + file["path"]) or found.get(_TRANSFER + file["path"])
        sha256 = known and known["checksumtype"].lower().replace("-", "") == "sha256"
        if not known or (sha256 and known["checksum"] != file["sha256"]):
            raise UnknownFileError(file["path"])
        uuids[number] = str(known["uuid"])
    return uuids


def is_reingested(sip: str) -> bool:
    """Whether a SIP was made of a stored AIP, whose METS has what would be written here."""
    return any("REIN" in one.sip_type for one in layouts.module("models").SIP.objects.filter(uuid=sip))


def write(table: Table, files: dict[int, str], sip: str) -> tuple[int, int]:
    """Write what is not there yet, all of it or nothing; gives how many events and derivations."""
    with transaction.atomic():
        known, added = _events(table, files, sip)
        return added, _derived(table, files, known)


# --- events ------------------------------------------------------------------------------------------------------


def _events(table: Table, files: dict[int, str], sip: str) -> tuple[dict[Key, str], int]:
    """Every event with its id in the database, by what tells it from others, and how many were added."""
    models = layouts.module("models")
    known: dict[Key, str] = {}
    fields = ("event_id", "file_uuid_id", "event_type", "event_datetime", "event_detail")
    for name, file, kind, at, detail in models.Event.objects.filter(file_uuid__sip_id=sip).values_list(*fields):
        for moment in (_second(at), None):
            known.setdefault((str(file), kind, moment, detail), str(name))
    agents = {number: _agent(models, row) for number, row in table.agents.items()}
    # A package that was ingested before has its events under these ids.
    ids = [row["id"] for row in table.events.values()]
    taken = {str(one) for one in models.Event.objects.filter(event_id__in=ids).values_list("event_id", flat=True)}
    new: list[tuple[str, str, Row]] = []
    for row in table.events.values():
        for file in (files[number] for number in row["files"]):
            key = (file, row["type"], moment_of(row["at"]), row["detail"])
            if key not in known:
                # One event on several files has an id for each: Archivematica knows no event of several files.
                name = row["id"] if row["id"] not in taken else str(uuid.uuid4())
                taken.add(name)
                known[key] = name
                new.append((name, file, row))
    for start in range(0, len(new), AT_ONCE):
        _add(models, new[start : start + AT_ONCE], agents)
    return known, len(new)


def _add(models: Any, new: list[tuple[str, str, Row]], agents: dict[int, int]) -> None:
    """Add events with their agents; their moments afterwards, because the field takes that of its writing."""
    models.Event.objects.bulk_create(
        models.Event(
            event_id=name,
            file_uuid_id=file,
            event_type=row["type"],
            event_detail=row["detail"],
            event_outcome=row["outcome"],
            event_outcome_detail=row["note"],
        )
        for name, file, row in new
    )
    names = [name for name, _, _ in new]
    keys = {
        str(name): key for name, key in models.Event.objects.filter(event_id__in=names).values_list("event_id", "id")
    }
    link = models.Event.agents.through
    link.objects.bulk_create(
        link(event_id=keys[name], agent_id=agents[number]) for name, _, row in new for number in row["agents"]
    )
    moments: dict[datetime, list[int]] = {}
    for name, _, row in new:
        at = moment_of(row["at"])
        if at:
            moments.setdefault(at, []).append(keys[name])
    for at, ids in moments.items():
        models.Event.objects.filter(id__in=ids).update(event_datetime=at)


def _agent(models: Any, row: Row) -> int:
    told = {
        "identifiertype": row["type"],
        "identifiervalue": row["value"],
        "name": row["name"],
        "agenttype": row["kind"],
    }
    found = models.Agent.objects.filter(**told).first()
    agent = found or models.Agent.objects.create(**told)
    return int(agent.pk)


def moment_of(text: str) -> datetime | None:
    """A moment as Archivematica reads it in ``premis.xml``: a day is its first second, in the zone that is set."""
    try:
        at = dateparse.parse_datetime(text)
        if at is None:
            day = dateparse.parse_date(text)
            at = datetime.combine(day, time.min) if day else None
    except ValueError:
        return None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=zones.get_default_timezone())
    return at and _second(at)


def _second(at: datetime) -> datetime:
    """A moment to the second; a database that knows no zones keeps UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc).replace(microsecond=0)


# --- what derived files are --------------------------------------------------------------------------------------


def _derived(table: Table, files: dict[int, str], known: dict[Key, str]) -> int:
    """Uses and derivations; one derivation for each file, because Archivematica's METS asks for the only one."""
    models = layouts.module("models")
    added = 0
    for number, row in _made(table):
        file, source = files[number], files[row["source"]]
        group = source if row["use"] == "access" else ""
        models.File.objects.filter(uuid=file, filegrpuse="original").update(filegrpuse=row["use"], filegrpuuid=group)
        if not models.Derivation.objects.filter(derived_file_id=file).exists():
            event = table.events.get(row.get("event") or 0)
            key = event and (file, event["type"], moment_of(event["at"]), event["detail"])
            models.Derivation.objects.create(
                source_file_id=source, derived_file_id=file, event_id=known.get(key) if key else None
            )
            added += 1
    return added


def _made(table: Table) -> Iterator[tuple[int, Row]]:
    return ((number, row) for number, row in table.files.items() if row.get("source"))
