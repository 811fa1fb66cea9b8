"""Statements of the end and the hand-over of keys: who did it when and why, which key, what can no longer be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from conversations import BY, Home, home
from sma_plugin.cli import app
from sma_plugin.findings import Language
from sma_plugin.privacy.entering import Asked, enter
from sma_plugin.privacy.keys import Deed, Keys
from sma_plugin.privacy.statements import statement

WHO = ["--role", "archivist", "--reason", "Besluit 2026/14"]
NO_LONGER: dict[Language, str] = {"nl": "kan hier niemand meer", "en": "nobody here can any more"}
LAW: dict[Language, str] = {"nl": "AVG, art. 4", "en": "GDPR, art. 4"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COLUMNS", "2000")
    return home(tmp_path)


def done(place: Home, deed: Deed) -> Keys:
    """The keys after something was done with the one that there was."""
    keys, key = Keys(place.keys.path), place.key
    if deed == "destroyed":
        keys.destroy(key.id, BY)
    elif deed == "lost":
        keys.path.unlink()
        Keys(keys.path).lose(key.id, BY)
    else:
        keys.register.add(BY.row(key, deed, to="Streekarchief"))
    return Keys(keys.path)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("deed", ["destroyed", "lost", "handed-over"])
def test_a_statement_says_all_that_has_to_be_known(place: Home, deed: Deed, language: Language) -> None:
    key = place.key
    enter(place.keys, Asked("refused", "x", "jan", (), "1", "2026-02-01"), BY, [])
    keys = done(place, deed)
    told = " ".join(statement(keys, language))
    row = keys.register.rows()[-1]
    assert row.at[:4] in told
    assert all(one in told for one in (key.id, key.fingerprint, "archivaris" if language == "nl" else "archivist"))
    assert BY.reason in told
    assert LAW[language] in told
    assert (NO_LONGER[language] in told) == (deed != "handed-over")
    assert ("Streekarchief" in told) == (deed == "handed-over")
    assert (": 1." in told) == (deed != "handed-over")  # the request that lapses
    assert key.secret not in told


def test_the_commands_end_in_the_statement(place: Home) -> None:
    told, key = ["--config", str(place.config)], place.key
    word, sealed = place.config.with_name("wachtzin"), place.config.with_name("over.sealed")
    word.write_text("een wachtzin die lang genoeg is")
    over = ["key", "hand-over", key.id, "--to", "Streekarchief", "--out", str(sealed), "--passphrase-file", str(word)]
    handed = CliRunner().invoke(app, [*over, *WHO, *told])
    assert handed.exit_code == 0, handed.output
    assert "was handed over to Streekarchief on" in handed.output
    assert "by another way than the file" in handed.output
    gone = CliRunner().invoke(app, ["key", "destroy", key.id, "--confirm", key.id, *WHO, *told])
    assert gone.exit_code == 0, gone.output
    assert gone.output.index(NO_LONGER["en"]) < gone.output.index("was destroyed on")
    assert "Besluit 2026/14" in gone.output
    CliRunner().invoke(app, ["key", "new", *WHO, *told])
    place.keys.path.unlink()
    missing = Keys(place.keys.path).absent()[0]
    lost = CliRunner().invoke(app, ["key", "lost", missing, *WHO, *told])
    assert lost.exit_code == 0, lost.output
    assert f"Key {missing} (fingerprint " in lost.output
    assert "sma key new" in lost.output
