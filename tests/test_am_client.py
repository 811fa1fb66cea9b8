"""Submitting packages to a server that answers as Archivematica does, and that fails in every way."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from archivematica_server import AM_KEY, SS_KEY, STORE, USER, Archivematica, Fault, serving, status
from conftest import ROOT
from finding_cases_client import Racing
from sma_plugin.archivematica import calls, starting, submitting
from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Caller
from sma_plugin.archivematica.credentials import Key, dashboard_key
from sma_plugin.archivematica.dashboard import Dashboard, Named
from sma_plugin.archivematica.many import _ended, submit_all
from sma_plugin.archivematica.pausing import Clock, Pauses
from sma_plugin.archivematica.services import services
from sma_plugin.archivematica.submission import Submission
from sma_plugin.archivematica.submitting import Asked, Submitted, submit
from sma_plugin.package.files import read_json
from sma_plugin.reporting import Outcome
from sma_plugin.settings import Archivematica as Configured
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError
from sma_plugin.validate import schemas
from stored_package import made

START = "/api/v2beta/package/"


@dataclass
class World:
    """An Archivematica, a package, and the configuration that leads from one to the other."""

    am: Archivematica
    settings: Settings
    package: Path
    said: list[tuple[str, dict[str, Any]]]

    def tell(self, name: str, **params: Any) -> None:
        self.said.append((name, params))

    def submit(self, path: Path | None = None, **asked: Any) -> Submitted:
        given = services(self.settings, self.tell, Racing(), Pauses(chance=Random(1)))
        return submit(path or self.package, given, Asked(every=3600.0, **asked))

    @property
    def record(self) -> Submission:
        (path,) = (self.package.parent / "receipts").glob("*.submission.json")
        return read_json(path, Submission)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("SMA_AM_KEY", AM_KEY)
    monkeypatch.setenv("SMA_SS_KEY", SS_KEY)
    monkeypatch.delenv("SMA_SEED", raising=False)
    package = Path(shutil.copytree(made(), tmp_path / "pakketten" / made().name))
    (source := tmp_path / "bron").mkdir()
    with serving(source) as (am, address):
        configured = Configured(dashboard=address, storage_service=address, user=USER, transfer_source_path=str(source))
        yield World(am, Settings(base=str(tmp_path), archivematica=configured), package, [])


def codes(done: Submitted) -> list[str]:
    return sorted(finding.code for finding in done.findings if finding.code != "SMA-V002")


# --- the way through -------------------------------------------------------------------------------------------------


def test_a_package_is_copied_started_followed_and_receipted(world: World) -> None:
    done = world.submit(accession="2026.014")
    assert (done.end, codes(done)) == ("stored", ["SMA-A054"])
    (started,) = world.am.started
    assert (started["type"], started["processing_config"]) == ("social media bundle", "social_media")
    assert started["accession"] == "2026.014"
    assert started["name"].startswith(world.package.name)
    assert done.receipt is not None
    assert done.receipt.is_whole
    assert done.receipt.reconciled is not None
    assert done.receipt.reconciled.files.submitted == sum(path.is_file() for path in world.package.rglob("*"))
    assert done.receipt.reconciled.events.found > 5
    assert done.receipt.reconciled.records.found > 5
    assert (done.receipt.archivematica, done.receipt.location) == ("1.17.0", "E-depot")
    page = done.page.read_text(encoding="utf-8") if done.page else ""
    assert done.receipt.aip in page
    assert "default-src 'none'" in page
    assert [path.name for path in world.am.source.iterdir()] == [f"{started['name']}.claim.json"]
    jobs = [params["job"] for name, params in world.said if name.startswith("client_job_")]
    assert jobs[0] == "Assign checksums and file sizes"
    assert jobs[-1] == "Remove the processing directory"


def test_a_package_in_the_transfer_source_stays_where_it_lies(world: World) -> None:
    inside = Path(shutil.move(world.package, world.am.source / "map" / "pakket"))
    done = world.submit(inside)
    assert done.end == "stored"
    assert world.am.started[0]["path"] == "/bron/map/pakket"
    assert inside.is_dir()


def test_how_much_was_copied_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "_TOLD_EVERY", 1)
    world.submit(wait=False)
    assert [params["done"] for name, params in world.said if name == "client_job_copy"][-1].endswith(" kB")


def test_a_stored_package_is_not_submitted_again(world: World) -> None:
    first = world.submit()
    second = world.submit()
    assert len(world.am.started) == 1
    assert second.receipt == first.receipt
    assert world.said[-1][0] == "client_stored_before"


def test_a_package_that_was_not_found_whole_is_compared_again(world: World) -> None:
    whole = world.am.mets
    world.am.mets = lambda root: whole(root).replace(b">creation</", b">capture</")
    assert "SMA-A081" in codes(world.submit())
    (stored,) = world.am.stored
    world.am.files[f"data/METS.{stored['uuid']}.xml"] = whole(world.am.source / world.am.started[0]["name"])
    assert codes(world.submit(again=True)) == ["SMA-A054"]
    assert len(world.am.started) == 1
    assert [path.suffix for path in world.am.source.iterdir()] == [".json"]


def test_a_package_that_was_not_found_whole_is_started_again_once_its_aip_is_deleted(world: World) -> None:
    whole = world.am.mets
    world.am.mets = lambda root: whole(root).replace(b">creation</", b">capture</")
    world.submit()
    world.am.mets = whole
    world.am.stored[0]["status"] = "DELETED"
    assert codes(world.submit(again=True)) == ["SMA-A054"]
    assert len(world.am.started) == 2


def test_a_receipt_that_is_damaged_is_made_again(world: World) -> None:
    first = world.submit()
    (world.package.parent / "receipts" / f"{world.record.name}.receipt.json").write_text("{")
    second = world.submit()
    assert first.receipt is not None
    assert second.receipt is not None
    assert second.receipt.mets_sha256 == first.receipt.mets_sha256


def test_a_copy_that_somebody_removed_is_no_failure(world: World) -> None:
    world.submit(wait=False)
    aip_mets, name = world.am.mets, world.am.started[0]["name"]

    def removed(root: Path) -> bytes:
        made_ = aip_mets(root)
        shutil.rmtree(world.am.source / name)
        return made_

    world.am.mets = removed
    assert world.submit().end == "stored"


def test_a_stored_package_is_found_when_its_record_is_gone(world: World) -> None:
    world.submit()
    shutil.rmtree(world.package.parent / "receipts")
    (world.am.source / f"{world.am.started[0]['name']}.claim.json").unlink()
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_without_wait_it_is_started_and_followed_later(world: World) -> None:
    assert world.submit(wait=False).end == "started"
    assert world.record.stage == "transfer"
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_a_package_made_for_tests_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    record = world.package / "metadata" / "sma" / "captures.toml"
    record.write_text(
        record.read_text(encoding="utf-8").replace("[package]", "[package]\nseeded = true"), encoding="utf-8"
    )
    monkeypatch.setenv("SMA_SEED", "proef")
    done = world.submit()
    assert (done.end, codes(done), world.am.started) == ("refused", ["SMA-V007"], [])


def test_a_package_with_errors_is_refused(world: World) -> None:
    (world.package / "objects" / "captures" / "extra.txt").parent.mkdir(exist_ok=True)
    (world.package / "objects" / "captures" / "extra.txt").write_text("niet beschreven")
    done = world.submit()
    assert (done.end, done.outcome, world.am.started) == ("refused", Outcome.ERRORS, [])
    assert done.findings


def test_a_processing_configuration_that_is_not_there_is_refused(world: World) -> None:
    world.am.configurations = ["automated", "default"]
    with pytest.raises(UserError, match=r"social_media.*automated, default"):
        world.submit()
    assert world.am.started == []


# --- restricted packages ---------------------------------------------------------------------------------------------


def restricted(world: World, monkeypatch: pytest.MonkeyPatch, location: str | None) -> World:
    """The package is restricted, and this is the location for such packages."""
    monkeypatch.setattr(starting, "is_restricted", lambda _: True)
    told = replace(world.settings.archivematica, restricted_location=location)
    return dataclasses.replace(world, settings=replace(world.settings, archivematica=told))


def test_a_restricted_package_is_stored_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = restricted(world, monkeypatch, STORE.upper()).submit()
    assert world.am.started[0]["processing_config"] == "social_media_r"
    assert (done.end, codes(done)) == ("stored", ["SMA-A054"])


@pytest.mark.parametrize("location", [None, ""])
def test_a_restricted_package_is_never_silently_stored_with_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, location: str | None
) -> None:
    given = restricted(world, monkeypatch, location)
    assert codes(given.submit(wait=False)) == ["SMA-A018"]
    assert world.am.started[0]["processing_config"] == "social_media"
    done = given.submit()
    assert done.receipt is not None
    assert {"SMA-A018"} < {one.code for one in done.receipt.findings}
    assert codes(done) == ["SMA-A018", "SMA-A054"]


def test_a_restricted_package_waits_for_its_processing_configuration(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.am.configurations = ["automated", "social_media"]
    with pytest.raises(UserError, match=r"restricted.*'social_media_r'.*automated, social_media"):
        restricted(world, monkeypatch, STORE).submit()
    assert world.am.started == []


# --- it waits, or fails ----------------------------------------------------------------------------------------------


def test_it_tells_which_job_waits_for_a_choice_and_goes_on_afterwards(world: World) -> None:
    world.am.ingest = [status("USER_INPUT", "Store AIP location")]
    world.am.jobs = [{"uuid": "1", "name": "Store AIP location", "status": "USER_INPUT", "microservice": "Store AIP"}]
    done = world.submit()
    assert (done.end, done.outcome) == ("waits", Outcome.NEEDS_DECISION)
    assert done.findings[0].params["job"] == "Store AIP: Store AIP location"
    world.am.ingest = [status("COMPLETE")]
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_a_job_that_goes_on_is_told_again(world: World) -> None:
    """A transfer may wait for hours behind others: nobody should think that nothing happens."""
    world.am.transfer = [*[status("PROCESSING", "Scan for viruses")] * 3, status("COMPLETE")]
    world.submit()
    jobs = [params["job"] for name, params in world.said if name == "client_job_transfer"]
    assert jobs.count("Scan for viruses") == 3


def test_patience_waits_for_the_choice(world: World) -> None:
    world.am.transfer = [status("USER_INPUT", "Approve"), status("USER_INPUT", "Approve"), status("COMPLETE")]
    assert world.submit(patience=3 * 3600.0).end == "stored"
    assert "client_waits" in [name for name, _ in world.said]


def test_a_failure_is_told_with_what_the_task_wrote(world: World) -> None:
    world.am.transfer = [status("FAILED", "Failed transfer")]
    tasks = [{"uuid": "t1", "exit_code": 0}, {"uuid": "t2", "exit_code": 1}]
    world.am.jobs = [
        {"uuid": "j", "name": "Verify checksums", "status": "FAILED", "microservice": "Verify", "tasks": tasks}
    ]
    world.am.written = {"t2": {"output": "", "error": "Traceback\n  posts.jsonl:   checksum differs\n"}}
    done = world.submit()
    assert done.end == "failed"
    assert done.findings[0].params["job"] == "Verify: Verify checksums"
    assert done.findings[0].params["reason_nl"] == "Traceback / posts.jsonl: checksum differs"
    with pytest.raises(UserError, match="--again"):
        world.submit()
    world.am.transfer = [status("COMPLETE")]
    assert world.submit(again=True).end == "stored"
    assert len(world.am.started) == 2


def test_what_was_stored_before_it_failed_is_not_started_again(world: World) -> None:
    world.am.ingest = [status("FAILED", "Index AIP")]
    assert world.submit().end == "failed"
    world.am.store(world.record.name, world.record.aip or "")
    assert world.submit(again=True).end == "stored"
    assert len(world.am.started) == 1


def test_without_our_part_a_failure_says_where_the_text_is(world: World) -> None:
    world.am.ours = False
    world.am.transfer = [status("FAILED", "Failed transfer")]
    world.am.jobs = [{"uuid": "j1", "name": "Verify", "status": "FAILED", "tasks": [{"uuid": "t", "exit_code": 1}]}]
    done = world.submit()
    assert str(done.findings[-1].params["reason_en"]).endswith("/tasks/j1/")


def test_a_transfer_that_is_still_being_copied_is_waited_for(world: World) -> None:
    world.am.transfer = [status("NONE"), status("NONE"), status("NONE"), status("COMPLETE")]
    assert world.submit().end == "stored"
    assert "client_not_begun" in [name for name, _ in world.said]


def test_a_choice_is_waited_for_as_long_as_was_said(world: World) -> None:
    hours = 48
    world.am.transfer = [*[status("USER_INPUT", "Approve")] * hours, status("COMPLETE")]
    assert world.submit(patience=3 * 24 * 3600.0).end == "stored"


# --- never twice -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault(START, after=True),
        Fault(START, after=True, status=502),
        Fault(START, after=True, raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    ],
)
def test_a_lost_answer_to_the_start_starts_nothing_twice(world: World, fault: Fault) -> None:
    world.am.faults = [fault]
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_a_start_that_came_to_nothing_may_be_made_again(world: World) -> None:
    world.am.faults = [Fault(START, status=500, body=b'{"error": true, "message": "Package cannot be created"}')]
    with pytest.raises(CallError, match="Package cannot be created"):
        world.submit()
    assert world.record.stage == "new"
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_a_lost_answer_where_names_cannot_be_looked_up_waits_for_a_person(world: World) -> None:
    world.am.ours = False
    world.am.faults = [Fault(START, after=True)]
    assert codes(world.submit()) == ["SMA-A070", "SMA-A071"]
    assert codes(world.submit()) == ["SMA-A070", "SMA-A071"]
    assert len(world.am.started) == 1
    assert world.submit(again=True).end == "stored"
    assert len(world.am.started) == 2


def test_a_package_that_may_still_be_copied_is_not_started_again(world: World) -> None:
    world.am.copying = True
    world.am.faults = [Fault(START, after=True)]
    assert codes(world.submit()) == ["SMA-A070"]
    assert codes(world.submit()) == ["SMA-A070"]
    world.am.copying = False
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_without_names_a_package_is_found_where_it_waits(world: World) -> None:
    world.am.ours = False
    world.am.faults = [Fault(START, after=True)]
    world.submit()
    (started,) = world.am.started
    world.am.package["waiting"] = [{"sip_uuid": started["uuid"], "sip_name": started["name"], "sip_directory": "x"}]
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


def test_another_machine_has_it_in_hand(world: World) -> None:
    world.am.transfer = [status("USER_INPUT", "Approve")]
    world.submit()
    elsewhere = Path(shutil.copytree(world.package, world.package.parent.parent / "elders" / world.package.name))
    world.am.ours, world.am.known = False, {}
    with pytest.raises(UserError, match=r"has .* in hand since"):
        world.submit(elsewhere)
    assert len(world.am.started) == 1


def test_two_runs_at_once_start_it_once(world: World) -> None:
    world.am.faults = [Fault("/api/processing-configuration/", status=503, headers={"Retry-After": "1"})]
    ended: list[object] = []

    def go() -> None:
        try:
            ended.append(world.submit().end)
        except UserError as error:
            ended.append(error.name)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(world.am.started) == 1
    assert set(ended) <= {"stored", "client_held"}
    assert "stored" in ended


class StoppedError(BaseException):
    """The run is killed here."""


@pytest.mark.parametrize("at", range(14))
def test_a_run_that_is_killed_at_any_call_goes_on(world: World, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = iter(range(100))
    answer = Caller._answer

    def killed(self: Caller, *args: Any, **options: Any) -> Any:
        number = next(counted)
        before = number == at and at % 2
        if before:
            raise StoppedError
        done = answer(self, *args, **options)
        if number == at:
            raise StoppedError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(Caller, "_answer", killed)
        with suppress(StoppedError):
            world.submit()
    assert world.submit().end == "stored"
    assert len(world.am.started) == 1


# --- many ------------------------------------------------------------------------------------------------------------


def test_one_bad_package_stops_no_other(world: World) -> None:
    folder = world.package.parent
    for number in range(3):
        copy = Path(shutil.copytree(world.package, folder / f"pakket-{number}"))
        record = copy / "metadata" / "sma" / "captures.toml"
        text = record.read_text(encoding="utf-8")
        known = next(line for line in text.splitlines() if line.startswith("id = "))
        record.write_text(
            text.replace(known, f'id = "0000000{number}{known[14:]}') if number < 2 else "stuk", encoding="utf-8"
        )
    paths = sorted(path for path in folder.iterdir() if path.is_dir())
    ended = list(submit_all(paths, world.settings, Asked(every=0.01), lambda _: world.tell, 2, Pauses(first=0.01)))
    assert sorted(one.end for one in ended) == ["failed", "stored", "stored", "stored"]
    assert [one.error.name for one in ended if one.error] == ["client_no_package"]


def test_schemas_are_compiled_before_packages_go_side_by_side(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    schemas.driver.cache_clear()
    schemas.single.cache_clear()
    by, compiled = set(), schemas._compile

    def noted(path: Path) -> Any:
        by.add(threading.current_thread())
        return compiled(path)

    monkeypatch.setattr(schemas, "_compile", noted)
    (done,) = submit_all([world.package], world.settings, Asked(wait=False), lambda _: world.tell)
    assert (done.end, by) == ("started", {threading.main_thread()})


def test_only_so_many_are_on_their_way_at_once() -> None:
    under_way, most = [], []

    def one(path: Path) -> Submitted:
        under_way.append(path)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.remove(path)
        if path.name == "3":
            raise ZeroDivisionError
        return Submitted(path, "stored")

    ended = list(_ended([Path(str(number)) for number in range(7)], one, 2, threading.Event()))
    assert max(most) == 2
    assert sorted(one.path.name for one in ended) == [*"0123456"]
    assert [(one.path.name, one.error.name) for one in ended if one.error] == [("3", "fault")]


# --- every answer is one sentence ------------------------------------------------------------------------------------


ANSWERS = st.one_of(
    st.builds(
        Fault,
        where=st.just("/api/"),
        status=st.sampled_from([200, 202, 204, 301, 302, 400, 401, 403, 404, 409, 416, 429, 500, 502, 503, 504]),
        body=st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [
                    b"",
                    b"{}",
                    b"[]",
                    b"null",
                    b"<html>",
                    b'{"id": 3}',
                    b'{"status": []}',
                    b'{"message": {"a": 1}}',
                    b"[" * 5000,
                ]
            ),
        ),
        headers=st.sampled_from(
            [
                {},
                {"Retry-After": "3"},
                {"Retry-After": "x"},
                {"Location": "http://elders.example/"},
                {"Location": "/api/"},
                {"Content-Encoding": "gzip"},
                {"Content-Length": "9999"},
            ]
        ),
    ),
    st.builds(Fault, where=st.just("/api/"), raw=st.one_of(st.none(), st.binary(max_size=60))),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(ANSWERS, min_size=1, max_size=4), skipped=st.integers(0, 8))
def test_whatever_it_answers_there_is_one_sentence(world: World, faults: list[Fault], skipped: int) -> None:
    shutil.rmtree(world.package.parent / "receipts", ignore_errors=True)
    for path in world.am.source.iterdir():
        path.unlink() if path.is_file() else shutil.rmtree(path)
    world.am.__init__(world.am.source)  # type: ignore[misc]
    calls.READ, kept = 0.5, calls.READ
    world.am.faults = [Fault("/api/", after=True, times=0) for _ in range(skipped)] + faults
    try:
        done = world.submit()
    except UserError as error:
        sentences = [error.sentence("nl"), error.sentence("en")]
        assert all("\n" not in one and AM_KEY not in one and SS_KEY not in one for one in sentences)
    else:
        assert done.end in ("stored", "waits", "failed", "started")
    finally:
        calls.READ = kept
    assert len(world.am.started) <= 1


# --- what went wrong is told apart -----------------------------------------------------------------------------------


def caller(address: str, tell: Any = lambda *_, **__: None, **pauses: Any) -> Caller:
    return Caller("dashboard", address, Key(USER, AM_KEY), tell, Racing(), Pauses(chance=Random(1), **pauses))


TOLD_APART = [
    (Fault("/", status=400, body=b'{"message": "No path"}', times=9), "call_refused", 1),
    (Fault("/", status=403, times=9), "call_denied", 1),
    (Fault("/", status=404, times=9), "call_missing", 1),
    (Fault("/", status=429, headers={"Retry-After": "1"}, times=9), "call_refused", 1),
    (Fault("/", status=400, headers={"Content-Length": "99"}, body=b"{", times=9), "call_refused", 1),
    (Fault("/", status=301, headers={"Location": "http://elders.example/"}, times=9), "call_moved", 1),
    (Fault("/", status=302, headers={"Location": "/administration/accounts/login/"}, times=9), "call_moved", 1),
    (Fault("/", status=302, headers={"Location": "http://[::1"}, times=9), "call_garbled", 1),
    (Fault("/", status=500, times=9), "call_failing", 3),
    (Fault("/", status=503, headers={"Retry-After": "7"}, times=9), "call_failing", 3),
    (Fault("/", status=503, headers={"Retry-After": "7200"}, times=9), "call_failing", 1),
    (Fault("/", times=9), "call_broken", 3),
    (Fault("/", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", times=9), "call_broken", 3),
    (Fault("/", raw=b"HTTP/1.1 200 OK\r\n\r\n", late=0.5, times=9), "call_late", 3),
    (Fault("/", status=200, body=b"<html>Log in</html>", times=9), "call_garbled", 1),
    (Fault("/", status=200, body=b'{"processing_configurations": 3}', times=9), "call_garbled", 1),
    (Fault("/", status=200, body=b"[" * 100_000, times=9), "call_garbled", 1),
]


@pytest.mark.parametrize(("fault", "name", "attempts"), TOLD_APART, ids=lambda value: str(value)[:40])
def test_failures_are_told_apart_and_only_some_are_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Fault, name: str, attempts: int
) -> None:
    monkeypatch.setattr(calls, "READ", 0.2)
    fault.times = 9
    world.am.faults = [fault]
    address = world.settings.archivematica.dashboard or ""
    with pytest.raises(CallError) as told:
        caller(address, attempts=3).get("/api/processing-configuration/", dict[str, list[str]])
    assert told.value.name == name
    assert len(world.am.requests) == attempts


def test_an_answer_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_SLOWEST", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        one = Caller("dashboard", address, Key(USER, AM_KEY), lambda *_, **__: None, Clock(), Pauses(attempts=1))
        with pytest.raises(CallError) as told:
            one.get("/api/x/", int)
    assert told.value.name == "call_late"


def test_a_key_that_a_server_sends_back_as_an_address_is_not_shown(world: World) -> None:
    world.am.faults = [Fault("/", status=302, headers={"Location": f"http://elders.example/{AM_KEY}\x1b[31m"})]
    with pytest.raises(CallError, match="elders") as told:
        caller(world.settings.archivematica.dashboard or "").get("/api/x/", int)
    assert AM_KEY not in str(told.value)
    assert "\x1b" not in str(told.value)


def test_once_our_part_has_answered_a_fault_of_the_server_is_a_fault(world: World) -> None:
    dashboard = Dashboard(caller(world.settings.archivematica.dashboard or "", attempts=2))
    world.am.faults = [Fault("/api/sma/", status=500)]
    assert dashboard.types() is None
    assert dashboard.types()
    world.am.faults = [Fault("/api/sma/", status=500)]
    assert dashboard.transfers_named("pakket") == Named(())


def test_a_server_that_asks_for_time_gets_it(world: World) -> None:
    world.am.faults = [Fault("/", status=503, headers={"Retry-After": "40"})]
    waited: list[int] = []
    one = caller(world.settings.archivematica.dashboard or "", lambda _, **params: waited.append(params["seconds"]))
    assert one.get("/api/processing-configuration/", dict[str, list[str]])
    assert waited == [40]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://127.0.0.1:9", "call_unreachable"),
        ("https://127.0.0.1:{port}", "call_insecure"),
        ("http://bestaat-niet.invalid", "call_unreachable"),
    ],
)
def test_a_service_that_is_not_there_is_told(world: World, address: str, name: str) -> None:
    port = (world.settings.archivematica.dashboard or "").rpartition(":")[2]
    with pytest.raises(CallError) as told:
        caller(address.format(port=port), attempts=1).get("/api/x/", dict[str, str])
    assert (told.value.name, told.value.arrived) == (name, False)


def test_a_file_with_certificates_that_is_not_there_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/bestaat/niet.pem")
    address = (world.settings.archivematica.dashboard or "").replace("http:", "https:")
    with pytest.raises(CallError) as told:
        caller(address, attempts=1).get("/api/x/", dict[str, str])
    assert told.value.name == "call_insecure"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://am.example",
        "am.example",
        "https://u:sleutel@am.example",
        "http://[::1",
        "http://x:999999",
        "http://am example",
        "http://.example",
        "https://am.example/?api_key=1",
    ],
)
def test_an_address_that_is_none_or_holds_a_key_is_refused(address: str) -> None:
    with pytest.raises(UserError) as told:
        caller(address)
    assert told.value.name == "client_address"
    assert "sleutel" not in str(told.value)


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_is_in_nothing_that_is_written(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told: list[str] = []
    of = {"config": AM_KEY, "v2beta/package": AM_KEY, "status": AM_KEY, "v2/file": SS_KEY, "extract": SS_KEY}
    for where, key in of.items():
        echo = json.dumps({"message": f"wrong key {key}"}).encode()
        world.am.faults = [Fault(where, status=400 if where in ("config", "status") else 500, body=echo)]
        try:
            world.submit(again=True)
        except UserError as error:
            told.append(repr(error) + error.sentence("nl") + repr(error.params))
    world.submit(again=True)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    asked = [path for _, path, _ in world.am.requests]
    for key in (AM_KEY, SS_KEY):
        assert key.encode() not in written
        assert key not in caplog.text
        assert not [path for path in asked if key in path]
        assert key not in "".join(told)
        assert key not in "".join(f"{name} {params}" for name, params in world.said)
    assert AM_KEY not in repr(dashboard_key(world.settings))


def test_keys_come_from_a_file_that_its_owner_alone_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMA_AM_KEY", raising=False)
    path = tmp_path / "keys.toml"
    path.write_text('dashboard = "uit-het-bestand"\n', encoding="utf-8")
    settings_ = Settings(base=str(tmp_path), archivematica=Configured(user=USER, credentials="keys.toml"))
    for mode, name in ((0o644, "client_keys_open"), (0o640, "client_keys_open")):
        path.chmod(mode)
        with pytest.raises(UserError) as told:
            dashboard_key(settings_)
        assert told.value.name == name
    path.chmod(0o600)
    assert dashboard_key(settings_).header == f"ApiKey {USER}:uit-het-bestand"
    monkeypatch.setenv("SMA_AM_KEY", "uit-de-omgeving")
    assert dashboard_key(settings_).header.endswith("uit-de-omgeving")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dashboard = geheim", "client_keys_no_file"),
        ('dashboard = "a b"', "client_key_unfit"),
        ('anders = "geheim"', "client_keys_no_file"),
        ("", "client_no_key"),
    ],
)
def test_a_file_with_keys_that_is_wrong_is_told_without_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    monkeypatch.delenv("SMA_AM_KEY", raising=False)
    path = tmp_path / "keys.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(UserError) as told:
        dashboard_key(Settings(base=str(tmp_path), archivematica=Configured(user=USER, credentials=str(path))))
    assert told.value.name == name
    assert "geheim" not in str(told.value)


# --- the command -----------------------------------------------------------------------------------------------------


def command(world: World, *words: str) -> list[str]:
    """A command as it is given, in Dutch, with a configuration for this Archivematica."""
    configured = world.settings.archivematica
    config = world.package.parent.parent / "sma.toml"
    config.write_text(
        f'[archivematica]\ndashboard = "{configured.dashboard}"\nstorage_service = "{configured.storage_service}"\n'
        f'user = "{USER}"\ntransfer_source_path = "{world.am.source}"\n',
        encoding="utf-8",
    )
    started = [sys.executable, "-c", "from sma_plugin.cli import main; main()"]
    return [*started, *words, "--config", str(config), "--lang", "nl"]


def run(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(world, *words), capture_output=True, text=True, check=False, cwd=ROOT, env=dict(os.environ)
    )


def test_a_run_that_is_killed_before_it_knew_that_the_package_was_started_goes_on(world: World) -> None:
    world.am.transfer, world.am.ingest = world.am.transfer[-1:], world.am.ingest[-1:]
    world.am.faults = [Fault(START, after=True, late=5.0)]
    with subprocess.Popen(command(world, "submit", str(world.package)), cwd=ROOT, stderr=subprocess.DEVNULL) as killed:
        until = time.monotonic() + 60
        while not world.am.started and time.monotonic() < until:
            time.sleep(0.02)
        killed.kill()
    assert (world.record.stage, world.record.transfer) == ("starting", None)
    done = run(world, "submit", str(world.package), "--wait")
    assert (done.returncode, world.record.stage) == (0, "stored")
    assert len(world.am.started) == 1


def test_the_commands_from_a_package_to_what_is_stored(world: World) -> None:
    world.am.ingest = world.am.ingest[-1:]
    world.am.transfer = world.am.transfer[-1:]
    done = run(world, "submit", str(world.package), "--wait")
    assert (done.returncode, "opgeslagen" in done.stdout, "Ontvangstbewijs: " in done.stdout) == (0, True, True)
    (stored,) = world.am.stored
    shown = run(world, "aip", "show", stored["uuid"])
    assert "UPLOADED" in shown.stdout
    assert "E-depot" in shown.stdout
    checked = run(world, "aip", "validate", stored["uuid"])
    assert "SMA-A054" in checked.stdout
    wrong = run(world, "aip", "show", "geen-uuid")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    absent = run(world, "aip", "show", "00000000-0000-4000-8000-000000000000")
    assert "kent" in absent.stderr
    assert "Traceback" not in shown.stderr + checked.stderr + absent.stderr


def test_a_folder_of_packages_ends_in_a_table(world: World) -> None:
    done = run(world, "submit", "--many", str(world.package.parent), "--at-once", "1")
    assert done.returncode == 0
    assert "1 van 1 opgeslagen." in done.stdout
