"""Standing policies: what a role decided once and for all, and what is wrong with one that nobody could have set."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sma_plugin.misconfigured import SettingsError
from sma_plugin.selection.standing import load_checked
from sma_plugin.step_command import command

ROLE = '[roles.archivaris]\ndecides = ["values", "scenario"]\n[roles.stagiair]\ndecides = []\n'
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011


def configured(tmp_path: Path, subject: str = "values", **told: str) -> Path:
    policy = {"role": "archivaris", "date": "2026-01-01", "ground": "Besluit 1"} | told
    lines = [f'{name} = "{value}"' for name, value in policy.items()]
    path = tmp_path / "sma.toml"
    path.write_text(f"{ROLE}[policies.{subject}]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_policy_that_a_role_could_set_is_used(tmp_path: Path) -> None:
    assert load_checked(configured(tmp_path, choose="split")).policies["values"].ground == "Besluit 1"


@pytest.mark.parametrize(
    ("subject", "told", "said"),
    [
        ("value", {}, "values may be meant"),
        ("values", {"role": "archivist"}, "archivaris may be meant"),
        ("values", {"role": "stagiair"}, "These may: archivaris"),
        ("values", {"date": "1-1-2026"}, "is no date"),
        ("values", {"date": TOMORROW}, "lies in the future"),
        ("values", {"ground": " "}, "names no ground"),
        ("values", {"choose": "splits"}, "split may be meant"),
    ],
)
def test_a_policy_that_nobody_could_set_is_refused(
    tmp_path: Path, subject: str, told: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load_checked(configured(tmp_path, subject, **told))


def test_a_policy_chooses_among_the_reasons_of_the_archive(tmp_path: Path) -> None:
    path = configured(tmp_path, "incomplete", choose="accept-incomplete:gone")
    text = path.read_text().replace('"scenario"', '"incomplete"')
    path.write_text(text)
    assert load_checked(path).policies["incomplete"].choose == "accept-incomplete:gone"
    path.write_text(text + '[reasons.incomplete]\nlaat = { nl = "te laat", en = "too late" }\n')
    with pytest.raises(SettingsError, match="Known are: accept, accept-incomplete:laat, hold, reject"):
        load_checked(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[roles.archivaris]\ndecides = ["scenaro"]\n', "scenario may be meant"),
        ('[reasons.values]\nx = { nl = "x", en = "x" }\n', "Known are: incomplete"),
        ('[reasons.incomplete]\n"Te laat" = { nl = "x", en = "x" }\n', "supplier-stops"),
        ('[reasons.incomplete]\nlaat = { nl = "x" }\n', "en"),
        ('[defaults]\nmentions = "keep"\n', r"\[policies.mentions\]"),
    ],
)
def test_what_a_role_decides_is_no_other_word_or_setting(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sma.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_checked(tmp_path / "sma.toml")


def test_what_a_role_may_do_beside_answering_is_known(tmp_path: Path) -> None:
    (tmp_path / "sma.toml").write_text('[roles.archivaris]\ndecides = ["restriction", "reveal"]\n', encoding="utf-8")
    assert load_checked(tmp_path / "sma.toml").roles["archivaris"].decides == ("restriction", "reveal")


def test_a_step_for_machines_refuses_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "place"
    assert command(["select", str(place), "--config", str(configured(tmp_path, "value"))]) == 2
    assert "values may be meant" in capsys.readouterr().err
