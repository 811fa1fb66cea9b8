"""Taking away returns an installation to exactly what it was, whatever happened to it in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from making_archivematica import Installation, changed
from sma_plugin.archivematica import installing, record
from sma_plugin.archivematica.installing import Left
from sma_plugin.archivematica.record import digest, record_path, write_record
from sma_plugin.cli import app
from sma_plugin.package.files import PART
from sma_plugin.settings import Defaults
from sma_plugin.texts import UserError


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "archief")


def stopping(after: int | None, patch: pytest.MonkeyPatch) -> list[Path]:
    """Have the machine stop when so many files and folders were taken away; gives what was."""
    seen: list[Path] = []
    take = installing._take

    def stop(path: Path) -> None:
        if len(seen) == after:
            raise KeyboardInterrupt
        seen.append(path)
        take(path)

    patch.setattr(installing, "_take", stop)
    return seen


def test_taking_away_can_be_stopped_at_any_moment(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here.everything()
    here.install()
    with monkeypatch.context() as patch:
        taken = stopping(None, patch)
        here.uninstall()
    last = taken.index(record_path(here.target))
    assert [path.is_relative_to(here.target) for path in taken[last + 2 :]] == [True, True]
    for after in (0, 1, last // 3, last // 2, *range(last - 12, last + 1)):
        here.install()
        with monkeypatch.context() as patch:
            stopping(after, patch)
            with pytest.raises(KeyboardInterrupt):
                here.uninstall()
        here.uninstall()
        assert here.everything() == before, taken[after]


def test_a_write_that_was_cut_off_leaves_nothing(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here.everything()
    for number in (1, 4, 30, 45):
        with monkeypatch.context() as patch:
            cut_off(number, patch)
            with pytest.raises(KeyboardInterrupt):
                here.install()
        assert here.everything() != before
        here.uninstall()
        assert here.everything() == before


def cut_off(number: int, patch: pytest.MonkeyPatch) -> None:
    """Have the machine stop in the middle of a write."""
    writes = iter(range(number))

    def write(path: Path, data: bytes) -> None:
        if next(writes, None) is None:
            path.with_name(path.name + PART).write_bytes(data[: len(data) // 2])
            raise KeyboardInterrupt
        path.write_bytes(data)

    patch.setattr(record, "write_bytes", write)


def test_an_upgrade_that_was_cut_off_is_taken_away_whole(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here.everything()
    earlier(here)
    with monkeypatch.context() as patch:
        cut_off(2, patch)
        with pytest.raises(KeyboardInterrupt):
            here.install("1.1")
    assert here.record.state == "installing"
    assert here.uninstall() == Left([], [])
    assert here.everything() == before


def earlier(made: Installation) -> Path:
    """Install a version with a file that is no more, and with another text in one that is."""
    made.install("1.0")
    old, other = (made.target / "sma_archivematica" / name for name in ("old.py", "jobs.py"))
    for path in (old, other):
        path.write_text("# of version 1.0\n")
    hashes = {str(path): digest(path) for path in (old, other)}
    write_record(made.target, changed(made.record, files={**made.record.files, **hashes}))
    return old


def test_what_was_changed_by_hand_of_an_earlier_version_is_still_named(here: Installation) -> None:
    old = earlier(here)
    old.write_text("# ours, with a change of somebody's\n")
    here.install("1.1")
    assert here.install("1.1").nothing
    assert here.uninstall() == Left([old], [])
    assert old.read_text() == "# ours, with a change of somebody's\n"


def test_a_folder_that_was_there_stays(here: Installation) -> None:
    here.target.mkdir()
    before = here.everything()
    here.install()
    here.uninstall()
    assert here.everything() == before


def test_what_somebody_put_in_our_folders_stays_and_is_named(here: Installation) -> None:
    here.install()
    arriving = here.shared / "watchedDirectories" / "activeTransfers" / "socialMediaBundle"
    (arriving / "bundel").mkdir()
    assert here.uninstall() == Left([], [arriving])
    assert (arriving / "bundel").is_dir()


def test_an_addition_to_a_service_that_was_changed_by_hand_is_not_overwritten_unless_forced(here: Installation) -> None:
    here.install()
    path = here.systemd / "archivematica-mcp-client.service.d" / "sma-plugin.conf"
    path.write_text("[Service]\nNice=5\n")
    with pytest.raises(UserError, match=f"{path} was changed by hand"):
        here.planned()
    assert {one.kind for one in here.planned(force=True).changes if one.path == path} == {"replace"}


def test_what_steps_are_started_with_is_recorded_though_no_file_differs(here: Installation) -> None:
    """Microservices read the language and where things go from the record."""
    here.install()
    here.settings = replace(here.settings, defaults=Defaults(language="en"))
    planned = here.planned()
    assert planned.noted == ("language",)
    assert not planned.nothing
    here.install()
    assert here.record.language == "en"
    assert here.planned().nothing


def test_an_environment_that_has_the_plugin_already_is_not_taken_for_archivematica_s_own(here: Installation) -> None:
    """As in a container of which the record was lost: its own settings would then be ours."""
    with here.environment.open("a") as stream:
        stream.write("DJANGO_SETTINGS_MODULE=sma_archivematica.settings.mcpserver\n")
    before = here.everything()
    with pytest.raises(UserError, match=f"has the plugin already, and {here.target} has no record of it"):
        here.planned()
    assert here.everything() == before


def uninstalled(made: Installation, *words: str) -> str:
    """Give the command; gives what it printed."""
    about = ["--target", str(made.target), "--python", str(made.python), "--env-file", str(made.environment)]
    done = CliRunner().invoke(app, ["archivematica", "uninstall", *words, *about, "--lang", "en"])
    if isinstance(done.exception, Exception):
        raise done.exception
    return " ".join(done.output.split())


def test_the_rules_go_also_where_the_dashboard_was_left_out_later(here: Installation) -> None:
    here.install()
    planned = here.planned(components=("mcp-client",))
    installing.install(planned, here.target, None, lambda _name, _about: None)
    assert list(here.record.components) == ["mcp-client"]
    assert "archivematica-mcp-client" in uninstalled(here)
    assert [one for one in here.database["applied"] if one.startswith("sma_")] == []


def test_what_django_remembers_goes_where_taking_away_was_stopped(here: Installation) -> None:
    before = here.everything()
    here.install()
    write_record(here.target, changed(here.record, state="removing"))
    rows = here.root / "bin" / "database.json"
    rows.write_text(json.dumps({**here.database, "applied": ["fpr.0001_initial"], "types": ["registrychange"]}))
    uninstalled(here)
    assert here.database["types"] == []
    assert here.everything() == before


def test_what_would_stay_is_shown_beforehand(here: Installation) -> None:
    here.install()
    path = here.target / "archivematicaClientModules"
    path.write_text("")
    shown = uninstalled(here, "--dry-run")
    assert f"leaves what was changed by hand, in {here.target}: archivematicaClientModules" in shown
    assert shown.endswith("Nothing was changed.")
    assert "leaves" not in uninstalled(here, "--dry-run", "--force")
    assert path.exists()


def test_without_systemd_whoever_set_the_environment_has_to_take_it_away(here: Installation) -> None:
    here.install()
    write_record(here.target, changed(here.record, systemd=None))
    assert "Take its environment away from each component" in uninstalled(here)
