"""What Archivematica's database is to know of a package's files: the table, and what the link inside writes of it."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from am_jobs import TaskJob, program, script
from archivematica_tables import models
from bench.archivematica import UNIT, sip_of
from conversations import JAN, ROOS, talk
from sma_plugin.archivematica.aip_mets_step import describe_aip
from sma_plugin.archivematica.provenance import TABLE, rows
from sma_plugin.archivematica.sip import packages_in
from sma_plugin.archivematica.sip_jobs import leave_table
from sma_plugin.package.records import DeliveredMember, read_record, write_record
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from stored_package import sip

Row = dict[str, Any]
EXPORT = "objects/captures/01-mastodon-platform-export/"


def table(unit: Path) -> list[Row]:
    (package,) = packages_in(unit)
    return list(rows(package, read_record(package.record)))


def of_kind(found: list[Row], kind: str) -> list[Row]:
    return [row for row in found if row["row"] == kind]


@cache
def with_copies() -> Path:
    """A package with copies for access."""
    return talk(Path(mkdtemp(prefix="sma-test-"))).package.root


# --- the table ---------------------------------------------------------------------------------------------------


def test_derived_files_have_one_source_and_the_event_that_made_them(tmp_path: Path) -> None:
    found = table(sip(tmp_path))
    files = {row["path"]: row for row in of_kind(found, "file")}
    events = {row["number"]: row for row in of_kind(found, "event")}
    posts = files["objects/derived/normalised/posts.jsonl"]
    assert posts["use"] == "preservation"
    assert posts["source"] == files[EXPORT + "outbox.json"]["number"]
    assert events[posts["event"]]["type"] == "normalization"
    assert "source" not in files[EXPORT + "outbox.json"]


def test_events_have_their_own_moments_and_agents(tmp_path: Path) -> None:
    found = table(sip(tmp_path))
    agents = {row["number"]: row["name"] for row in of_kind(found, "agent")}
    events = {row["type"]: row for row in of_kind(found, "event")}
    assert {"creation", "normalization", "appraisal"} <= set(events)
    assert all(row["at"][:4].isdigit() and row["agents"] and row["files"] for row in events.values())
    assert "sma-plugin" in {agents[number] for number in events["normalization"]["agents"]}


def test_copies_for_access_are_named_for_the_dip(tmp_path: Path) -> None:
    found = table(sip_of(with_copies(), tmp_path))
    files = {row["number"]: row for row in of_kind(found, "file")}
    named = [files[row["file"]]["path"] for row in of_kind(found, "access")]
    assert "objects/derived/access/posts.jsonl" in named
    assert all(path.startswith("objects/derived/access/") for path in named)
    assert {row["use"] for row in files.values()} == {"original", "preservation", "access"}


def renamed(unit: Path, delivered: str) -> list[Row]:
    """The events of a change of name, where a kept file was delivered under another one."""
    (package,) = packages_in(unit)
    record = read_record(package.record)
    member = DeliveredMember(delivered, 1, "a" * 64, EXPORT + "avatar.png")
    one = type(record.delivered[0])("archief.zip", "zip", 1, "b" * 64, members=(member,))
    write_record(package.record, type(record)(record.package, record.capture, (one,)))
    return [row for row in of_kind(table(unit), "event") if row["type"] == "filename change"]


def test_a_delivered_name_that_differs_by_characters_is_told(tmp_path: Path) -> None:
    assert renamed(sip(tmp_path), "avatar.png") == []
    (event,) = renamed(sip(tmp_path / "b"), "ávatar.png")
    assert event["note"] == 'Original name="ávatar.png"; New name="avatar.png"'


def test_a_delivered_name_that_no_xml_can_hold_is_shown_by_its_codes(tmp_path: Path) -> None:
    """Archivematica's METS would fail on it."""
    (event,) = renamed(sip(tmp_path), "avatar\u202e.png")
    assert event["note"] == 'Original name="avatar\\u202e.png"; New name="avatar.png"'
    (event,) = renamed(sip(tmp_path / "b"), "avatar.png\ufffe")
    assert event["note"] == 'Original name="avatar.png⟨U+FFFE⟩"; New name="avatar.png"'


@pytest.mark.parametrize("delivered", ["foto van Derde Persoon.png", "avatar.png?token=geheim", "Иванavatar.png"])
def test_a_delivered_name_that_tells_more_than_the_kept_one_is_not(tmp_path: Path, delivered: str) -> None:
    (event,) = renamed(sip(tmp_path), delivered)
    assert "captures.toml" in event["note"]
    assert not {"Derde", "geheim", "Иван/avatar.png"} & set(
        json.dumps(event).replace("=", " ").replace('"', " ").split()
    )


def test_the_table_is_left_in_the_sip(tmp_path: Path) -> None:
    unit = sip(tmp_path)
    assert leave_table(unit, Quiet()) is Outcome.OK
    assert [json.loads(line) for line in (unit / TABLE).read_text(encoding="utf-8").splitlines()] == table(unit)
    assert leave_table(tmp_path, Quiet()) is Outcome.OK
    assert not (tmp_path / TABLE).exists()


@pytest.mark.parametrize(("name", "code"), [("captures.toml", "SMA-V006"), ("mets.xml", "SMA-V001")])
def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, name: str, code: str) -> None:
    unit = sip(tmp_path)
    (path,) = unit.glob(f"objects/metadata/transfers/*/sma/{name}")
    path.write_bytes(b"<")
    report = Quiet()
    assert leave_table(unit, report) is Outcome.ERRORS
    assert [one.code for one in report.findings] == [code]


def test_nothing_of_a_third_party_gets_into_what_reaches_the_dip(tmp_path: Path) -> None:
    """The METS of the AIP is copied into the DIP; events of the table stand in that METS."""
    unit = sip_of(with_copies(), tmp_path)
    report = Quiet()
    assert describe_aip(unit, UNIT, Settings(), report) is Outcome.OK
    told = (unit / f"METS.{UNIT}.xml").read_text(encoding="utf-8") + json.dumps(table(unit), ensure_ascii=False)
    captured = "".join(path.read_text("utf-8") for path in (unit / "objects/captures").rglob("*.json"))
    for one in (JAN, ROOS):
        for value in one.values():
            assert value in captured
            assert value not in told


# --- the link inside ---------------------------------------------------------------------------------------------


class Inside:
    """A SIP of Archivematica's with its rows in the database, and the job of our link on it."""

    def __init__(self, unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from sma_archivematica import layouts

        self.unit, self.models = unit, models()
        for one in ("Derivation", "Event", "Agent", "File", "SIP"):
            getattr(self.models, one).objects.all().delete()
        monkeypatch.setattr(layouts, "module", lambda _: self.models)
        self.models.SIP.objects.create(uuid=UNIT)
        for path in sorted((unit / "objects").rglob("*")):
            if path.is_file():
                name = path.relative_to(unit).as_posix()
                self.add(name, "metadata" if "objects/metadata/" in name else "original", path.read_bytes())
        leave_table(unit, Quiet())
        lines = (unit / TABLE).read_text(encoding="utf-8")
        (unit / TABLE).unlink()
        (unit.parent / "table").write_text(lines, encoding="utf-8")
        body = f"""import pathlib
pathlib.Path(sys.argv[2], "{TABLE}").write_text(pathlib.Path("{unit.parent}/table").read_text("utf-8"), "utf-8")
print(json.dumps({{"event": "over", "code": 0}}))"""
        monkeypatch.setenv("SMA_STEP", str(program(unit.parent / "sma-step", body)))

    def add(self, name: str, use: str, data: bytes = b"") -> Any:
        location = f"%SIPDirectory%{name}".encode()
        digest = hashlib.sha256(data).hexdigest()
        return self.models.File.objects.create(
            sip_id=UNIT,
            originallocation=location.replace(b"%SIPDirectory%", b"%transferDirectory%"),
            currentlocation=location,
            filegrpuse=use,
            checksum=digest,
            checksumtype="sha256",
        )

    def run(self) -> TaskJob:
        job = TaskJob("sma_provenance_v0.0", f"{self.unit}/", UNIT, self.unit.name)
        script("sma_provenance").call([job])
        assert not (self.unit / TABLE).exists()
        return job

    def file(self, name: str) -> Any:
        return self.models.File.objects.get(currentlocation=f"%SIPDirectory%{name}".encode())

    def counts(self) -> tuple[int, ...]:
        return tuple(getattr(self.models, one).objects.count() for one in ("Event", "Derivation", "Agent"))


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    return Inside(sip_of(with_copies(), tmp_path), monkeypatch)


def test_events_get_their_real_moments_and_agents(inside: Inside) -> None:
    job = inside.run()
    assert (job.code, job.err) == (0, "")
    posts = inside.file("objects/derived/normalised/posts.jsonl")
    told = {one.event_type: one for one in inside.models.Event.objects.filter(file_uuid=posts)}
    row = next(row for row in table(inside.unit) if row["row"] == "event" and row["type"] == "normalization")
    assert told["normalization"].event_datetime.isoformat()[:19] == moment(row["at"])
    assert "sma-plugin" in {agent.name for agent in told["normalization"].agents.all()}


def moment(text: str) -> str:
    from sma_archivematica.records import moment_of

    found = moment_of(text)
    assert found
    return found.isoformat()[:19]


def test_running_twice_writes_nothing_twice(inside: Inside) -> None:
    inside.run()
    once = inside.counts()
    assert inside.run().code == 0
    assert inside.counts() == once
    assert all(once)


def test_events_that_archivematica_imported_are_not_doubled(inside: Inside) -> None:
    posts = inside.file("objects/derived/normalised/posts.jsonl")
    row = next(row for row in table(inside.unit) if row["row"] == "event" and row["type"] == "normalization")
    made = inside.models.Event.objects.create(
        event_id=row["id"], file_uuid=posts, event_type=row["type"], event_detail=row["detail"]
    )
    from sma_archivematica.records import moment_of

    inside.models.Event.objects.filter(pk=made.pk).update(event_datetime=moment_of(row["at"]))
    assert inside.run().code == 0
    same = inside.models.Event.objects.filter(file_uuid=posts, event_type=row["type"], event_detail=row["detail"])
    assert [one.pk for one in same] == [made.pk]
    assert inside.models.Derivation.objects.get(derived_file=posts).event.pk == made.pk


def test_a_package_that_was_ingested_before_has_events_of_its_own(inside: Inside) -> None:
    """Archivematica keeps the events of every SIP in one table, where an id stands once."""
    row = next(row for row in table(inside.unit) if row["row"] == "event" and row["type"] == "normalization")
    inside.models.SIP.objects.create(uuid=(other := str(uuid.uuid4())))
    before = inside.models.Event.objects.create(
        event_id=row["id"],
        file_uuid=inside.models.File.objects.create(sip_id=other, originallocation=b"x", filegrpuse="original"),
        event_type=row["type"],
        event_detail=row["detail"],
    )
    assert inside.run().code == 0
    posts = inside.file("objects/derived/normalised/posts.jsonl")
    made = inside.models.Derivation.objects.get(derived_file=posts)
    assert made.event.file_uuid == posts
    assert made.event.pk != before.pk


def test_each_derived_file_has_one_derivation_and_its_use(inside: Inside) -> None:
    inside.run()
    for name, use in (("normalised", "preservation"), ("access", "access")):
        posts = inside.file(f"objects/derived/{name}/posts.jsonl")
        made = inside.models.Derivation.objects.get(derived_file=posts)
        assert posts.filegrpuse == use
        assert made.event is not None
        assert bool(posts.filegrpuuid) is (
            use == "access"
        )  # Archivematica's METS groups these by derivation, those not
    assert {one.filegrpuse for one in inside.models.File.objects.filter(filegrpuuid="")} >= {"original", "metadata"}


def test_a_file_that_archivematica_does_not_have_stops_it_and_nothing_is_written(inside: Inside) -> None:
    posts = inside.file("objects/derived/normalised/posts.jsonl")
    posts.checksum = "0" * 64
    posts.save()
    job = inside.run()
    assert job.code == 1
    assert "objects/derived/normalised/posts.jsonl" in job.err
    assert "Traceback" not in job.err
    assert inside.counts() == (0, 0, 0)


def test_a_failure_in_the_database_leaves_nothing_half(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    from sma_archivematica import records

    def fail(*_: object) -> int:
        raise RuntimeError("gone away")

    monkeypatch.setattr(records, "_derived", fail)
    job = inside.run()
    assert job.code == 1
    assert "gone away" in job.err
    assert inside.counts()[0] == 0


def test_a_reingested_aip_has_it_in_its_mets_already(inside: Inside) -> None:
    inside.models.SIP.objects.update(sip_type="AIP-REIN")
    assert inside.run().code == 0
    assert inside.counts() == (0, 0, 0)


# --- the DIP -----------------------------------------------------------------------------------------------------


def as_normalised(inside: Inside) -> None:
    """A DIP as Archivematica makes it of originals."""
    objects = inside.unit / "DIP" / "objects"
    objects.mkdir(parents=True)
    (inside.unit / "thumbnails").mkdir()
    for one in list(inside.models.File.objects.filter(filegrpuse="original")):
        name = f"{one.uuid}-{bytes(one.currentlocation).decode().rpartition('/')[2]}"
        (objects / name).write_bytes(b"raw")
        (inside.unit / "thumbnails" / f"{one.uuid}.jpg").write_bytes(b"raw")
        copy = inside.add(f"DIP/objects/{name}", "access")
        inside.models.Derivation.objects.create(source_file=one, derived_file=copy)


def test_a_dip_holds_the_copies_for_access_alone(inside: Inside) -> None:
    as_normalised(inside)
    assert inside.run().code == 0
    held = {path.name: path.read_bytes() for path in (inside.unit / "DIP" / "objects").iterdir()}
    copies = sorted((inside.unit / "objects" / "derived" / "access").rglob("*.*"))
    assert len(held) == len([path for path in copies if path.is_file()])
    assert b"raw" not in held.values()
    posts = inside.file("objects/derived/access/posts.jsonl")
    assert held[f"{posts.uuid}-posts.jsonl"] == (inside.unit / "objects/derived/access/posts.jsonl").read_bytes()
    assert list((inside.unit / "thumbnails").iterdir()) == []
    everything = b"".join(held.values())
    for name in (b"jan_jansen84", b"Jan van Jansen", b"jan@voorbeeld.example", b"roosje_v"):
        assert name in b"".join(
            path.read_bytes() for path in (inside.unit / "objects/captures").rglob("*.*") if path.is_file()
        )
        assert name not in everything


def test_pages_in_a_dip_lead_to_each_other(inside: Inside) -> None:
    as_normalised(inside)
    inside.run()
    objects = inside.unit / "DIP" / "objects"
    (index,) = objects.glob("*-index.html")
    text = index.read_text(encoding="utf-8")
    years = [path.name for path in objects.glob("*-2024.html")]
    assert len(years) == 1
    assert f'href="{years[0]}"' in text


def test_without_copies_there_is_no_dip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = Inside(sip(tmp_path), monkeypatch)
    as_normalised(inside)
    assert inside.run().code == 0
    assert not (inside.unit / "DIP").exists()
    assert list((inside.unit / "thumbnails").iterdir()) == []


def test_text_that_was_read_in_pictures_does_not_get_into_a_dip(inside: Inside) -> None:
    as_normalised(inside)
    (inside.unit / "objects" / "metadata" / "OCRfiles").mkdir()
    job = inside.run()
    assert job.code == 1
    assert "OCRfiles" in job.err


def test_without_a_dip_none_is_made(inside: Inside) -> None:
    inside.run()
    assert not (inside.unit / "DIP").exists()


# --- what is none of ours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sma_provenance", "sma_aip_mets"])
def test_a_full_batch_of_others_passes_without_a_process(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMA_STEP", "/nowhere/sma-step")
    (tmp_path / "objects" / "metadata" / "transfers" / "x").mkdir(parents=True)
    jobs = [TaskJob(f"{name}_v0.0", f"{tmp_path}/", str(uuid.uuid4()), "x") for _ in range(128)]
    start = time.perf_counter()
    script(name).call(jobs)
    assert time.perf_counter() - start < 0.5
    assert {(job.code, job.out, job.err) for job in jobs} == {(0, "", "")}


@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_of_the_step_is_that_of_the_job(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = sip(tmp_path)
    over = {"event": "over", "code": code}
    body = f"""print(json.dumps({{"text": " ".join(sys.argv[1:3])}}))
print(json.dumps({over}))
sys.exit({code})"""
    monkeypatch.setenv("SMA_STEP", str(program(tmp_path / "sma-step", body)))
    job = TaskJob("sma_aip_mets_v0.0", f"{unit}/", UNIT, "x")
    script("sma_aip_mets").call([job])
    assert (job.code, job.out) == (code, f"aip-mets {unit}/\n")
