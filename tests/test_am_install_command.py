"""``sma archivematica install`` and what goes with it, as a user gives the commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from making_archivematica import Installation
from sma_plugin.cli import app
from sma_plugin.texts import UserError


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "archief")
    (made.root / "sma.toml").write_text('[archivematica]\nreturned = "terug"\n')
    return made


def sma(made: Installation, *words: str) -> tuple[int, str]:
    """Give a command about this installation; gives its exit code and what it printed."""
    known = ["--python", str(made.python), "--env-file", str(made.environment)] if words[0] != "status" else []
    done = CliRunner().invoke(app, ["archivematica", *words, "--target", str(made.target), *known, "--lang", "en"])
    if isinstance(done.exception, UserError):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def installed(made: Installation) -> tuple[int, str]:
    return sma(made, "install", "--config", str(made.root / "sma.toml"), "--systemd", str(made.systemd))


def test_what_will_change_is_shown_and_then_done(here: Installation) -> None:
    before = here.everything()
    config = str(here.root / "sma.toml")
    _, shown = sma(here, "install", "--config", config, "--systemd", str(here.systemd), "--dry-run", "--print-env")
    assert here.everything() == before
    code, done = installed(here)
    assert code == 0
    for line in ("Archivematica 1.17.0: mcp-server, mcp-client, dashboard", "writes in", "puts the rules into"):
        assert line in shown
        assert line in done
    assert "DJANGO_SETTINGS_MODULE=sma_archivematica.settings.dashboard" in shown
    assert "systemctl daemon-reload" in done
    assert "systemctl" not in shown


def test_a_shorter_command_takes_nothing_away_that_was_chosen_before(here: Installation) -> None:
    installed(here)
    before = here.everything()
    assert "nothing changes" in sma(here, "install")[1]
    assert here.everything() == before


def test_what_was_named_once_need_not_be_named_again(here: Installation) -> None:
    before = here.everything()
    installed(here)

    def shortly(*words: str) -> str:
        done = CliRunner().invoke(app, ["archivematica", *words, "--target", str(here.target), "--lang", "en"])
        assert done.exception is None, done.exception
        return " ".join(done.output.split())

    assert "nothing changes" in shortly("install")
    shortly("uninstall")
    assert here.everything() == before


def test_what_is_installed_is_told(here: Installation) -> None:
    installed(here)
    (here.target / "metadata_xml.py").write_text("")
    code, shown = sma(here, "status")
    assert code == 0
    assert "mcp-server: does not run on this machine" in shown
    assert f"changed by hand: {here.target}/metadata_xml.py" in shown


def test_the_doctor_says_what_to_do_and_errors_are_exit_code_1(here: Installation) -> None:
    assert sma(here, "doctor")[0] == 1
    installed(here)
    (here.root / "terug").rmdir()
    code, shown = sma(here, "doctor", "--config", str(here.root / "sma.toml"))
    assert code == 1
    assert "SMA-A028" in shown


def test_what_will_go_is_shown_and_then_goes(here: Installation) -> None:
    before = here.everything()
    installed(here)
    there = here.everything()
    assert "takes the rules out" in sma(here, "uninstall", "--dry-run")[1]
    assert here.everything() == there
    assert sma(here, "uninstall")[0] == 0
    assert here.everything() == before
    with pytest.raises(UserError, match="No plugin is installed"):
        sma(here, "uninstall")
