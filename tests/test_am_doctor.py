"""What the doctor does not find in a sound installation, and finds in one where a single thing is otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from finding_cases_install import seen, sound, variable
from making_archivematica import Installation
from sma_plugin.archivematica import doctor_checks, running
from sma_plugin.archivematica.doctor_programs import _WARC
from sma_plugin.archivematica.environments import read_environment
from sma_plugin.archivematica.service_user import User, may_not, tried
from sma_plugin.formats.magic import by_ends

NOBODY = User(65534, 65534)
Change = Callable[[Installation], object]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return sound(tmp_path / "archief")


def codes(made: Installation) -> list[str]:
    return [one.code for one in seen(made)]


def test_nothing_is_found_where_all_is_well(here: Installation) -> None:
    assert seen(here) == []


def restricted(location: str, known: dict[str, str] | None) -> Change:
    """A configured location for restricted packages, and those that the Storage Service tells of."""

    def change(made: Installation) -> None:
        made.settings = replace(
            made.settings, archivematica=replace(made.settings.archivematica, restricted_location=location)
        )
        made.tell("dashboard", locations=known)

    return change


GOOD: dict[str, Change] = {
    "a location of its own that the Storage Service has": restricted("2", {"1": "AIPs", "2": "Beperkt"}),
    "limits of the virus scanner where there are no packages": lambda made: made.tell(
        "mcp-client", options={**made.told["mcp-client"]["options"], "CLAMAV_CLIENT_MAX_FILE_SIZE": 0.0}
    ),
    "no limits of the virus scanner at all": lambda made: made.tell("mcp-client", options=made._told()["options"]),
    "tools that nobody needs": lambda made: made.tell(
        "mcp-client", tools={**made.told["mcp-client"]["tools"], "clamscan": ""}
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_well_is_not_told(name: str, here: Installation) -> None:
    GOOD[name](here)
    assert seen(here) == []


def test_polling_over_a_network_is_as_it_should_be(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here.target / "mcp-server.env"
    variable("mcp-server", "WATCH_DIRECTORY_METHOD", "poll")(here, None)
    assert codes(here) == ["SMA-A019"]
    monkeypatch.setattr(doctor_checks, "inotify_works", lambda _folder: False)
    assert codes(here) == []
    assert read_environment(path)["ARCHIVEMATICA_MCPSERVER_MCPSERVER_WATCH_DIRECTORY_METHOD"] == "poll"


@pytest.mark.parametrize(("environment", "told"), [("ours", []), ("none", ["SMA-A024"])])
def test_a_dashboard_that_runs_without_the_plugin_is_told(
    environment: str, told: list[str], here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would: its part of the database is there, and the type of transfer is not known."""
    given = here.found()["dashboard"].environment
    ours = given | read_environment(here.target / "dashboard.env") if environment == "ours" else given
    proc = here.runs("dashboard", 4_000_000_000, ours)
    (proc / "42" / "cmdline").write_text("/venv/bin/python\0-m\0archivematica.dashboard.wsgi\0")
    monkeypatch.setattr(running, "_PROC", proc)
    assert codes(here) == told


def test_a_rule_that_was_changed_by_hand_is_told(here: Installation) -> None:
    path = here.root / "bin" / "registry.json"
    path.write_text(path.read_text().replace("sma-format validate", "sma-format validate anders", 1))
    assert codes(here) == ["SMA-A031"]


def test_identification_that_would_fall_back_is_told(here: Installation) -> None:
    """The rule hides why ``sma-format`` failed, since siegfried is asked then."""
    path = here.target / "bin" / "sma-format"
    for script, reason in (
        ("#!/bin/sh\nexec /weg/sma-format\n", "not found"),
        ("#!/bin/sh\necho x-fmt/266\n", "says 'x-fmt/266' of a compressed WARC"),
        ("#!/bin/sh\necho geen lxml >&2; exit 1\n", "geen lxml"),
    ):
        path.write_text(script)
        found = {one.code: one for one in seen(here)}
        assert set(found) == {"SMA-A022", "SMA-A097"}
        assert reason in str(found["SMA-A097"].params["reason_en"])
    path.chmod(0o644)
    assert "not found on PATH=" in str({one.code: one for one in seen(here)}["SMA-A097"].params["reason_en"])


def test_the_sample_is_what_other_tools_take_for_gzip(tmp_path: Path) -> None:
    path = tmp_path / "sample.warc.gz"
    path.write_bytes(_WARC)
    found = by_ends(str(path))
    assert found is not None
    assert found.id == "sma-fmt/11"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as another user")
def test_programs_and_folders_are_tried_as_the_user_that_archivematica_runs_as(here: Installation) -> None:
    os.chown(here.shared, *NOBODY)
    (here.root.parent).chmod(0o700)
    found = {one.code: one for one in seen(here)}
    assert {"SMA-A097", "SMA-A028", "SMA-A099"} <= set(found)
    assert "no access" in str(found["SMA-A097"].params["reason_en"])
    assert "geen toegang" in str(found["SMA-A097"].params["reason_nl"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a program as another user")
def test_a_program_runs_with_the_groups_of_its_user(tmp_path: Path) -> None:
    assert tried(["id", "-u"], os.environ, NOBODY).output == "65534\n"
    assert tried(["id", "-G"], os.environ, User(4242, 4242)).output == "4242\n"
    assert may_not("write", tmp_path, NOBODY)
    assert not may_not("write", tmp_path, None)


def test_what_another_user_may_is_not_told_by_who_cannot_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    assert not may_not("write", tmp_path / "weg", NOBODY)
    assert may_not("write", tmp_path / "weg", None)
