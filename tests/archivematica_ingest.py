"""An ingest with Archivematica's own models, METS and job, run in its Python: ``archivematica_ingest.py SRC SIP STEP``.

A database in memory gets a SIP and its files as a transfer leaves them; ``premis.xml`` is imported by Archivematica's
own script. Then our links and "Generate METS" run in their order. ``dip``: after normalisation for access;
``drop``: the import of PREMIS was dropped. Prints what the database then holds as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import uuid
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings

UNIT = "3b4ceac0-948d-44ef-bbeb-41a5ea3f9782"
PATHS = ("dashboard/src", "archivematicaCommon/lib", "MCPClient/lib", "MCPClient/lib/clientScripts")
NEWER = tuple(f"archivematica/{one}" for one in ("dashboard", "common", "MCPClient", "MCPClient/clientScripts"))
"""Where modules are in 1.17, and in the first trees of 1.18, which still import them from the top."""


def main(source: str, folder: str, sma: str, *how: str) -> None:
    root = Path(source) / "src"
    paths = NEWER if (root / "archivematica").is_dir() else PATHS
    sys.path[:0] = [str(root / one) for one in paths]
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "microservices"))
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "main", "fpr"]
    settings.configure(
        INSTALLED_APPS=apps,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES={name.rpartition(".")[2]: None for name in apps},
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY="x",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        PROMETHEUS_ENABLED=False,
        SHARED_DIRECTORY="/",
        XML_VALIDATION={},
        METADATA_XML_VALIDATION_ENABLED=False,
        CAPTURE_CLIENT_SCRIPT_OUTPUT=True,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    sip = Path(folder)
    transfer, metadata = filled(sip)
    if "drop" not in how:
        imported(transfer, metadata)
    if "dip" in how:
        made_dip(sip)
    os.environ["SMA_STEP"] = sma
    told = [ran("sma_provenance", sip), ran("sma_provenance", sip)]
    generated(sip)
    told += [ran("sma_aip_mets", sip)]
    print(json.dumps({"told": told, **held()}))


def filled(sip: Path) -> tuple[Any, Path]:
    """The SIP, its transfer and its files in the database; gives the transfer, and the package's metadata."""
    tables = import_module("main.models")

    tables.Agent.objects.create(
        pk=2, identifiertype="repository code", identifiervalue="x", name="x", agenttype="organization"
    )
    tables.DashboardSetting.objects.get_or_create(name="checksum_type", value="sha256")
    unit = tables.SIP.objects.create(uuid=UNIT, currentpath=str(sip) + "/")
    transfer = tables.Transfer.objects.create(uuid=str(uuid.uuid4()), currentlocation=str(sip))
    (metadata,) = sip.glob("objects/metadata/transfers/*")
    for path in sorted((sip / "objects").rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(sip).as_posix()
        data = path.read_bytes()
        inside = path.is_relative_to(metadata)
        tables.File.objects.create(
            uuid=str(uuid.uuid4()),
            sip=unit,
            transfer=transfer,
            originallocation=f"%transferDirectory%{name}".encode(),
            currentlocation=f"%SIPDirectory%{name}".encode(),
            filegrpuse="metadata" if inside else "original",
            checksum=hashlib.sha256(data).hexdigest(),
            checksumtype="sha256",
            size=len(data),
        )
    return transfer, metadata


def imported(transfer: Any, metadata: Path) -> None:
    """``premis.xml`` as Archivematica imports it."""
    script, job_of = import_module("load_premis_events_from_xml"), import_module("client.job").Job

    schema = next(one for one in Path(script.__file__).parents[1].rglob("premis.xsd"))
    job = job_of(
        "loadPREMISEvents_v1.0", str(uuid.uuid4()), [str(transfer.uuid), str(schema), f"{metadata}/premis.xml"], True
    )
    script.call([job])
    if job.get_exit_code():
        raise SystemExit(job.get_stderr())


def made_dip(sip: Path) -> None:
    """A DIP as normalisation for access leaves it: copies of originals, with their thumbnails."""
    tables = import_module("main.models")

    (sip / "DIP" / "objects").mkdir(parents=True)
    (sip / "thumbnails").mkdir()
    for one in list(tables.File.objects.filter(filegrpuse="original")):
        name = f"{one.uuid}-{bytes(one.currentlocation).decode().rpartition('/')[2]}"
        (sip / "DIP" / "objects" / name).write_bytes(b"raw")
        (sip / "thumbnails" / f"{one.uuid}.jpg").write_bytes(b"raw")
        copy = tables.File.objects.create(
            uuid=str(uuid.uuid4()),
            sip_id=UNIT,
            originallocation=f"%SIPDirectory%DIP/objects/{name}".encode(),
            currentlocation=f"%SIPDirectory%DIP/objects/{name}".encode(),
            filegrpuse="access",
        )
        tables.Derivation.objects.create(source_file=one, derived_file=copy, event=None)


def ran(name: str, sip: Path) -> dict[str, object]:
    """A client script of ours, with Archivematica's own job."""
    job_of = import_module("client.job").Job

    job = job_of(f"{name}_v0.0", str(uuid.uuid4()), [f"{sip}/", UNIT, sip.name], True)
    import_module(f"sma_archivematica.client_scripts.{name}").call([job])
    return {"code": job.get_exit_code(), "out": job.get_stdout(), "err": job.get_stderr()}


def generated(sip: Path) -> None:
    """Archivematica's METS."""
    job_of = import_module("client.job").Job

    words = ["--amdSec", "--baseDirectoryPath", f"{sip}/", "--sipUUID", UNIT, "--xmlFile", f"{sip}/METS.{UNIT}.xml"]
    job = job_of("createMETS_v2.0", str(uuid.uuid4()), [*words, "--sipType", "SIP"], True)
    import_module("create_mets_v2").call([job])
    if job.get_exit_code():
        raise SystemExit(job.get_stderr())


def held() -> dict[str, object]:
    """What the database holds of files, events and derivations."""
    tables = import_module("main.models")

    files = {str(one.uuid): bytes(one.currentlocation).decode() for one in tables.File.objects.all()}
    return {
        "uses": {files[str(one.uuid)]: one.filegrpuse for one in tables.File.objects.all()},
        "events": [
            [files[str(one.file_uuid_id)], one.event_type, one.event_datetime.isoformat(), one.event_detail]
            for one in tables.Event.objects.all()
        ],
        "derivations": [
            [files[str(one.derived_file_id)], files[str(one.source_file_id)], one.event and one.event.event_type]
            for one in tables.Derivation.objects.all()
        ],
        "removed": tables.File.objects.filter(removedtime__isnull=False).count(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
