"""Our calls are those that the maintained client makes: the same server gets the same requests from both."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from amclient import AMClient

from archivematica_server import AM_KEY, LOCATION, SS_KEY, USER, Archivematica, serving
from finding_cases_client import AIP
from sma_plugin.archivematica.calls import Caller
from sma_plugin.archivematica.credentials import Key
from sma_plugin.archivematica.dashboard import Dashboard, Request
from sma_plugin.archivematica.pausing import Clock
from sma_plugin.archivematica.settling import fetch_mets
from sma_plugin.archivematica.storage import Storage


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Archivematica, Dashboard, Storage, AMClient]]:
    (tmp_path / "pakket").mkdir()
    with serving(tmp_path) as (am, address):
        dashboard = Dashboard(Caller("dashboard", address, Key(USER, AM_KEY), lambda *_, **__: None, Clock()))
        storage = Storage(Caller("storage_service", address, Key(USER, SS_KEY), lambda *_, **__: None, Clock()))
        am.stored = [{"uuid": AIP, "current_path": f"a/pakket-{AIP}.7z", "status": "UPLOADED"}]
        am.files[f"data/METS.{AIP}.xml"] = b"<mets/>"
        theirs = AMClient(
            am_url=address, am_user_name=USER, am_api_key=AM_KEY, ss_url=address, ss_user_name=USER, ss_api_key=SS_KEY
        )
        yield am, dashboard, storage, theirs


def asked(am: Archivematica) -> tuple[str, str]:
    """Verb and path of the last request."""
    method, path, _ = am.requests[-1]
    return method, urlsplit(path).path.rstrip("/")


def test_starting_a_package(both: tuple[Archivematica, Dashboard, Storage, AMClient]) -> None:
    am, dashboard, _, theirs = both
    dashboard.start(Request("pakket", "/bron/pakket", "standard", "automated", "een", LOCATION, "2026.014"))
    ours = asked(am)
    theirs.transfer_source, theirs.transfer_directory, theirs.transfer_name = LOCATION, "/bron/pakket", "pakket"
    theirs.processing_config, theirs.idempotency_key = "automated", "een"
    theirs.create_package()
    assert asked(am) == ours
    mine, other = am.started
    assert {name: mine[name] for name in ("name", "path", "type", "processing_config")} == {
        name: other[name] for name in ("name", "path", "type", "processing_config")
    }
    assert (mine["accession"], other.get("accession")) == ("2026.014", None)
    assert [headers.get("Idempotency-Key") for _, _, headers in am.requests] == ["een", "een"]


def test_following_it_and_looking_at_what_is_stored(both: tuple[Archivematica, Dashboard, Storage, AMClient]) -> None:
    am, dashboard, storage, theirs = both
    uuid = am.start({"name": "p", "path": base64.b64encode(f"{LOCATION}:/bron/pakket".encode()).decode()})["id"]
    theirs.transfer_uuid = theirs.sip_uuid = theirs.unit_uuid = uuid
    theirs.package_uuid = AIP
    am.known[uuid] = "p"
    pairs = [
        (lambda: dashboard.status("transfer", uuid), theirs.get_transfer_status),
        (lambda: dashboard.jobs(uuid), theirs.get_jobs),
        (lambda: storage.package(AIP), theirs.get_package_details),
    ]
    for ours, other in pairs:
        ours()
        mine = asked(am)
        other()
        assert asked(am) == mine
        assert len({headers["Authorization"] for _, _, headers in am.requests[-2:]}) == 1


def test_the_mets_of_an_aip_is_asked_for_where_the_client_asks_for_it(
    both: tuple[Archivematica, Dashboard, Storage, AMClient], tmp_path: Path
) -> None:
    am, _, storage, theirs = both
    fetch_mets(storage, storage.package(AIP), tmp_path / "METS.xml")
    mine = am.requests[-1][1]
    theirs.package_uuid, theirs.relative_path, theirs.stream = AIP, f"pakket-{AIP}/data/METS.{AIP}.xml", True
    theirs.extract_file()
    assert urlsplit(am.requests[-1][1]).query.startswith(urlsplit(mine).query)
    assert SS_KEY in am.requests[-1][1]  # a reason not to use it: addresses end up in logs
    assert SS_KEY not in mine
