"""``sma privacy remake``: copies for access anew, beside the packages, with what there is to say of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conversations import BY, Home, talk
from sma_plugin.cli import app
from sma_plugin.privacy.entering import Asked, enter
from sma_plugin.privacy.keys import Keys


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return talk(tmp_path)


def remade(place: Home) -> Result:
    out = place.config.parent / "kopieen"
    return CliRunner().invoke(
        app, ["privacy", "remake", str(place.out), "--out", str(out), "--config", str(place.config)]
    )


def test_a_key_that_should_be_here_is_told_as_with_the_first_copy(place: Home) -> None:
    keys = Keys(place.keys.path)
    used = keys.path.read_text()
    gone = keys.new(BY)
    keys.path.write_text(used)
    told = remade(place)
    assert told.exit_code == 0
    assert told.output.count("SMA-P033") == 1
    assert gone.id in told.output
    assert "SMA-P034" not in told.output


def test_a_request_that_was_not_applied_is_told_as_with_the_first_copy(place: Home) -> None:
    keys, old = Keys(place.keys.path), place.key
    enter(keys, Asked("suppressed", "x", "jan_jansen84", (), "2026/21", "2026-02-01"), BY, [])
    keys.new(BY)
    keys.destroy(old.id, BY)
    told = remade(place)
    assert told.exit_code == 0
    assert told.output.count("SMA-P034") == 1
    assert "avg-1" in told.output
    assert "SMA-P033" not in told.output
