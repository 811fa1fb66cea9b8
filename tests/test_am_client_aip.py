"""Fetching stored AIPs, and holding them against what was submitted."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from archivematica_server import SS_KEY, USER, Archivematica, Fault, serving
from finding_cases_client import AIP, POINTER, Racing
from sma_plugin.archivematica import stored_aips
from sma_plugin.archivematica.aip_mets_step import describe_aip
from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.fetching import Fetched, fetch
from sma_plugin.archivematica.pausing import Pauses
from sma_plugin.archivematica.receipt import Receipt, receipt_page
from sma_plugin.archivematica.reconciling import Reconciled, Tally, reconcile
from sma_plugin.archivematica.services import storage_of
from sma_plugin.archivematica.storage import Storage
from sma_plugin.archivematica.stored_mets import told_by
from sma_plugin.describe.xml import METS, PREMIS
from sma_plugin.findings import make
from sma_plugin.model import AccountRef
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Archivematica as Configured
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError
from stored_aip import aip_mets
from stored_package import UNIT, made, sip

WHOLE = bytes(range(256)) * 2000
GOOD = POINTER % hashlib.sha256(WHOLE).hexdigest().encode()


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Archivematica, Storage]]:
    monkeypatch.setenv("SMA_SS_KEY", SS_KEY)
    with serving(tmp_path) as (am, address):
        am.stored = [{"uuid": AIP, "current_path": f"3b4c/pakket-{AIP}.7z", "status": "UPLOADED", "size": len(WHOLE)}]
        am.files["whole"], am.pointer = WHOLE, GOOD
        settings = Settings(archivematica=Configured(storage_service=address, user=USER))
        yield am, storage_of(settings, lambda *_, **__: None, Racing(), Pauses(chance=Random(1)))


def got(storage: Storage, folder: Path) -> Fetched:
    return fetch(storage, AIP, folder, lambda _: None)


def asked_from(am: Archivematica) -> list[str | None]:
    return [headers.get("Range") for _, path, headers in am.requests if "/download/" in path]


def test_an_aip_is_fetched_and_its_checksum_compared(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    _, storage = stored
    fetched = got(storage, tmp_path / "aips")
    assert fetched.path.read_bytes() == WHOLE
    assert (fetched.checked_by, fetched.findings) == ("server", ())
    assert [path.name for path in (tmp_path / "aips").iterdir()] == [f"pakket-{AIP}.7z"]
    with pytest.raises(UserError, match="is there already"):
        got(storage, tmp_path / "aips")


@pytest.mark.parametrize("ranges", [True, False])
def test_what_came_in_is_taken_up_where_the_server_can(
    stored: tuple[Archivematica, Storage], tmp_path: Path, *, ranges: bool
) -> None:
    am, storage = stored
    am.ranges = ranges
    half = len(WHOLE) // 2
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE[:half]
    am.faults = [Fault("/download/", raw=cut)]
    assert got(storage, tmp_path / "aips").path.read_bytes() == WHOLE
    first, second = asked_from(am)
    assert first is None
    assert second is not None
    assert 0 < int(second.removeprefix("bytes=").rstrip("-")) <= half


def test_a_part_that_is_no_longer_of_the_aip_is_left(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    (tmp_path / "aips").mkdir()
    (tmp_path / "aips" / f"pakket-{AIP}.7z.part").write_bytes(b"x" * (len(WHOLE) + 9))
    assert got(storage, tmp_path / "aips").path.read_bytes() == WHOLE
    assert asked_from(am) == [f"bytes={len(WHOLE) + 9}-", None]


def test_a_server_that_refuses_every_part_is_told(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    am.faults = [Fault("/download/", status=416, times=9)]
    with pytest.raises(CallError) as told:
        got(storage, tmp_path / "aips")
    assert told.value.status == 416


def test_a_pointer_file_is_asked_for_again_after_a_fault(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    am.faults = [Fault("/pointer_file/", status=502)]
    assert got(storage, tmp_path / "aips").checked_by == "server"


def test_another_file_stays_out(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    am.files["whole"] = WHOLE[:-1] + b"!"
    (finding,) = got(storage, tmp_path / "aips").findings
    assert finding.code == "SMA-A085"
    assert list((tmp_path / "aips").iterdir()) == []


def test_a_name_of_the_server_leads_nowhere_else(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    am.stored[0]["current_path"] = "3b4c/..\\..\n\x1b[31m.7z"
    assert got(storage, tmp_path / "aips").path.parent == tmp_path / "aips"


def bag(**files: bytes) -> bytes:
    """An AIP that is stored as a folder, as it comes: a tar made on the spot."""
    rows = "".join(f"{hashlib.sha256(b'actor').hexdigest()}  data/actor.json\n" for _ in range(1)).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in {"manifest-sha256.txt": rows, "data/actor.json": b"actor", **files}.items():
            entry = tarfile.TarInfo(f"pakket-{AIP}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    ("whole", "checked_by", "codes"),
    [
        (bag(), "bag", []),
        (bag(**{"data/actor.json": b"ander"}), "bag", ["SMA-A085"]),
        (bag(**{"manifest-sha256.txt": b"0" * 64 + b"  data/weg.json\n"}), "bag", ["SMA-A085"]),
        (bag(**{"data/meer.json": b"niet genoemd"}), "bag", ["SMA-A085"]),
        (bag()[:1800], "bag", ["SMA-A085"]),
    ],
    ids=["sound", "another file", "a file is gone", "a file too many", "cut off"],
)
def test_an_aip_without_a_checksum_is_held_against_its_manifest(
    stored: tuple[Archivematica, Storage], tmp_path: Path, whole: bytes, checked_by: str, codes: list[str]
) -> None:
    am, storage = stored
    am.stored[0] |= {"current_path": f"3b4c/pakket-{AIP}", "size": 7}
    am.files["whole"], am.pointer = whole, b""
    fetched = got(storage, tmp_path / "aips")
    assert (fetched.checked_by, [one.code for one in fetched.findings]) == (checked_by, codes)
    assert fetched.path.name.startswith(f"pakket-{AIP}.tar")


def test_a_whole_aip_is_validated(stored: tuple[Archivematica, Storage], tmp_path: Path) -> None:
    am, storage = stored
    name = f"pakket-{AIP}"
    data = tmp_path / name / "data"
    shutil.copytree(made() / "objects", data / "objects")
    shutil.copytree(made() / "metadata", data / "objects" / "metadata" / "transfers" / "pakket-0b1c")
    (data / f"METS.{AIP}.xml").write_bytes(aip_mets(made()))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(tmp_path / name, name)
    am.stored[0] |= {"current_path": f"3b4c/{name}", "size": 7}
    am.files["whole"], am.pointer = out.getvalue(), b""
    found = stored_aips.validate(storage, AIP, Settings(), lambda _: None, whole=True)
    assert sorted({one.code for one in found} - {"SMA-V002"}) == ["SMA-A054", "SMA-A086"]


def test_a_uuid_that_is_not_stored_is_one_sentence(stored: tuple[Archivematica, Storage]) -> None:
    _, storage = stored
    with pytest.raises(CallError) as told:
        stored_aips.show(storage, "00000000-0000-4000-8000-000000000000", Settings())
    assert told.value.name == "call_missing"


# --- the METS of an AIP against the package --------------------------------------------------------------------------


def test_what_archivematica_writes_of_a_package_is_found_again(tmp_path: Path) -> None:
    mets = tmp_path / "METS.xml"
    mets.write_bytes(aip_mets(made()))
    found = reconcile(Package(made()), mets)
    assert found.findings == ()
    assert found.files.is_whole
    assert found.events.is_whole
    assert found.records.is_whole
    assert found.events.submitted == len(Package(made()).all_events.read_bytes().splitlines())


def test_the_description_in_the_mets_of_an_aip_is_found_whole(tmp_path: Path) -> None:
    unit = sip(tmp_path)
    assert describe_aip(unit, UNIT, Settings(), Quiet()) is Outcome.OK
    found = reconcile(Package(made()), unit / f"METS.{UNIT}.xml")
    assert found.findings == ()
    assert found.events.is_whole
    assert found.records.is_whole


def events(*about: str, kind: str = "validation") -> str:
    """A METS with events of one type and moment, each about these things."""
    link = "<p:{0}><p:{0}Value>{1}</p:{0}Value></p:{0}>"
    told = "".join(
        f"<p:event><p:eventType>{kind}</p:eventType><p:eventDateTime>2026-11-27T10:00:00Z</p:eventDateTime>"
        f"{''.join(link.format('linkingObjectIdentifier', thing) for thing in one.split())}</p:event>"
        for one in about
    )
    return f'<m:mets xmlns:m="{METS}" xmlns:p="{PREMIS}"><m:amdSec ID="amd-1">{told}</m:amdSec></m:mets>'


@pytest.mark.parametrize(
    ("own", "stored", "lacking"),
    [
        (["a", "b", "c"], ["a", "b", "c"], 0),
        (["a", "b", "c"], [], 3),
        (["a", "b", "c"], ["b", "b"], 2),
        (["a b", "a"], ["a", "b"], 1),
        (["a b"], ["a"], 1),
        ([""], [], 1),
        ([""], ["a"], 0),
    ],
)
def test_every_event_that_is_lacking_counts(tmp_path: Path, own: list[str], stored: list[str], lacking: int) -> None:
    package = Package(tmp_path / "pakket")
    package.sma.mkdir(parents=True)
    package.mets.write_text(events(*own), encoding="utf-8")
    (aip := tmp_path / "METS.aip.xml").write_text(events(*stored), encoding="utf-8")
    found = reconcile(package, aip)
    assert found.events == Tally(len(own), len(own) - lacking)
    assert sum(one.count for one in found.findings if one.code == "SMA-A081") == lacking


def test_of_the_events_in_an_aip_only_those_that_were_submitted_are_kept(tmp_path: Path) -> None:
    (aip := tmp_path / "METS.aip.xml").write_text(events("a", kind="virus check"), encoding="utf-8")
    key = ("validation", "2026-11-27T10:00:00+00:00")
    assert told_by(aip, [key]).events == {}
    assert len(told_by(aip).events) == 1


def receipt(*codes: str, found: int = 3) -> Receipt:
    return Receipt(
        package="pakket",
        package_id="9c5227fb",
        name="pakket-9c5227fb",
        platform="mastodon",
        account=AccountRef(native_id="1", handle="<gemeente>"),
        period=("2025-01-01", "2025-12-31"),
        dashboard="https://am.example",
        storage_service="https://ss.example",
        aip=AIP,
        status="UPLOADED",
        path="a/b.7z",
        size=1_234_567,
        made="2026-11-27T18:23:40+00:00",
        mets_sha256="0" * 64,
        reconciled=Reconciled(Tally(3, found), Tally(2, 2), Tally(1, 1)),
        findings=tuple(make(code, path="objects/a.json", record="x") for code in codes),
    )


@pytest.mark.parametrize(
    ("language", "whole", "lacking"),
    [
        ("nl", "alles wat is ingediend", "2 van 3 teruggevonden"),
        ("en", "everything that was submitted", "2 of 3 found"),
    ],
)
def test_a_receipt_says_what_was_not_found(language: str, whole: str, lacking: str) -> None:
    sound = receipt_page(receipt(), language).decode()  # type: ignore[arg-type]
    assert whole in sound
    assert "&lt;gemeente&gt;" in sound
    told = receipt_page(receipt("SMA-A079", found=2), language).decode()  # type: ignore[arg-type]
    assert whole not in told
    assert lacking in told
    assert "SMA-A079" in told
    assert "objects/a.json" in told
