"""The migrations of the registry, run by Archivematica's own ``manage.py`` on its own models and data (SQLite).

Set ``ARCHIVEMATICA_SRC`` to a source tree (or several, with colons between) and ``ARCHIVEMATICA_PYTHON`` to the Python
of an environment with its requirements.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from sma_plugin.archivematica.fpr_diff import differences
from sma_plugin.archivematica.fpr_export import decoded, exported
from sma_plugin.findings import gather
from sma_plugin.preferred.policy import chosen, policies_named
from sma_plugin.preferred.registry import registry
from sma_plugin.settings import Settings

SOURCES = [Path(one) for one in os.environ.get("ARCHIVEMATICA_SRC", "").split(os.pathsep) if one]
PYTHON = Path(os.environ.get("ARCHIVEMATICA_PYTHON", sys.executable))
TABLES = ("format", "formatgroup", "formatversion", "idtool", "idcommand", "idrule", "fptool", "fpcommand", "fprule")
SETTINGS = """
from {base} import *
INSTALLED_APPS = [*INSTALLED_APPS, "sma_archivematica"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {database!r}}}}}
"""
TOLD = registry(chosen(Settings()))
OURS = TOLD["id_command"]["uuid"]
RULE = next(one for one in TOLD["rules"] if one["purpose"] == "validation")

pytestmark = pytest.mark.skipif(not SOURCES, reason="set ARCHIVEMATICA_SRC to a source tree of Archivematica")


class Archivematica:
    """A database of Archivematica, in a folder of its own."""

    def __init__(self, source: Path, home: Path) -> None:
        self.home, self.database = home, home / "am.sqlite"
        self.dashboard, path, base = _layout(source)
        shutil.copytree(ROOT / "microservices" / "sma_archivematica", home / "sma_archivematica")
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(str(one) for one in (home, *path)),
            "DJANGO_SETTINGS_MODULE": "settings_with_ours",
            "ARCHIVEMATICA_DASHBOARD_DASHBOARD_DJANGO_SECRET_KEY": "-",
            "ARCHIVEMATICA_DASHBOARD_DASHBOARD_DJANGO_ALLOWED_HOSTS": "*",
            "ARCHIVEMATICA_DASHBOARD_DASHBOARD_SEARCH_ENABLED": "false",
        }
        made = SETTINGS.format(base=base, database=str(self.database))
        (home / "settings_with_ours.py").write_text(made, encoding="utf-8")

    def manage(self, *words: str) -> str:
        command = [str(PYTHON), "manage.py", *words]
        done = subprocess.run(
            command, cwd=self.dashboard, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def put_in(self) -> str:
        return self.manage("migrate", "sma_archivematica")

    def again(self) -> str:
        """As any migration of Archivematica does it, by the signal that follows."""
        return self.manage("migrate", "fpr")

    def take_out(self) -> str:
        return self.manage("migrate", "sma_archivematica", "zero")

    def sql(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def rows(self) -> dict[str, list[Any]]:
        """All that is in the registry."""
        return {name: self.sql(f"SELECT * FROM fpr_{name} ORDER BY id") for name in TABLES}

    def told(self) -> list[str]:
        """The codes of ``sma archivematica fpr diff``."""
        found = decoded(exported(PYTHON, self.dashboard, self.environment))
        return [one.code for one in gather(differences(TOLD, found))]

    def enabled(self, table: str, uuid: str) -> bool:
        ((found,),) = self.sql(f"SELECT enabled FROM fpr_{table} WHERE uuid = ?", uuid)
        return bool(found)


def _layout(source: Path) -> tuple[Path, list[Path], str]:
    """Where the dashboard is, what has to be on the path, and its settings."""
    folders = [source / "src/dashboard/src", source / "src/archivematicaCommon/lib"]
    if folders[0].is_dir():
        return folders[0], folders, "settings.local"
    dashboard, common = source / "src/archivematica/dashboard", source / "src/archivematica/common"
    if "archivematica.dashboard" in (dashboard / "settings" / "base.py").read_text(encoding="utf-8"):
        return dashboard, [source / "src"], "archivematica.dashboard.settings.local"
    return dashboard, [dashboard, common], "settings.local"


@pytest.fixture(scope="module", params=SOURCES, ids=lambda one: one.name)
def stock(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as Archivematica's own migrations make it."""
    made = Archivematica(request.param, tmp_path_factory.mktemp("stock"))
    made.manage("migrate", "fpr")
    made.manage("migrate", "main")
    return made.database


@pytest.fixture
def here(stock: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Archivematica:
    source = request.node.callspec.params["stock"]
    made = Archivematica(source, tmp_path)
    shutil.copy(stock, made.database)
    return made


def test_what_was_put_in_is_taken_out_without_a_trace_and_put_in_again(here: Archivematica) -> None:
    before = here.rows()
    here.put_in()
    first = here.rows()
    assert here.told() == ["SMA-A036"]
    here.again()
    assert here.rows() == first
    here.take_out()
    assert here.rows() == before
    assert here.told() == ["SMA-A030"]
    here.put_in()
    assert here.told() == ["SMA-A036"]
    assert here.manage("makemigrations", "--check", "--dry-run", "sma_archivematica")


def test_what_was_half_applied_is_finished(here: Archivematica) -> None:
    before = here.rows()
    here.put_in()
    here.sql("DELETE FROM fpr_fprule WHERE uuid = ?", RULE["uuid"])
    here.sql("DELETE FROM django_migrations WHERE app = 'sma_archivematica' AND name LIKE '0002%'")
    assert here.told() == ["SMA-A030", "SMA-A036"]
    here.put_in()
    assert here.told() == ["SMA-A036"]
    here.take_out()
    assert here.rows() == before


def test_what_was_changed_by_hand_stays_and_goes_with_the_rest(here: Archivematica) -> None:
    before = here.rows()
    here.put_in()
    here.sql("UPDATE fpr_fprule SET enabled = 0 WHERE uuid = ?", RULE["uuid"])
    here.sql("UPDATE fpr_fpcommand SET command = 'sma-format validate anders' WHERE uuid = ?", RULE["command"])
    assert "changed by hand" in here.again()
    assert not here.enabled("fprule", RULE["uuid"])
    assert here.told() == ["SMA-A031", "SMA-A032", "SMA-A036"]
    here.take_out()
    assert here.rows() == before


def test_who_chose_another_identification_by_hand_keeps_it(here: Archivematica) -> None:
    ((theirs,),) = here.sql("SELECT uuid FROM fpr_idcommand WHERE enabled")
    here.put_in()
    here.sql("UPDATE fpr_idcommand SET enabled = (uuid = ?)", theirs)
    here.again()
    assert (here.enabled("idcommand", theirs), here.enabled("idcommand", OURS)) == (True, False)
    assert "SMA-A038" in here.told()
    here.take_out()
    assert here.sql("SELECT uuid FROM fpr_idcommand WHERE enabled") == [(theirs,)]


def test_it_is_told_when_nothing_is_left_that_identifies(here: Archivematica) -> None:
    here.put_in()
    here.sql("DELETE FROM fpr_idrule")
    here.sql("DELETE FROM fpr_idcommand WHERE uuid <> ?", OURS)
    assert "no identification command is switched on" in here.take_out()


def test_what_a_newer_archivematica_brings_goes_before_ours_and_stays(here: Archivematica) -> None:
    ((theirs,),) = here.sql("SELECT uuid FROM fpr_idcommand WHERE enabled")
    here.put_in()
    _copied(here, "idcommand", theirs, "newer", replaces_id=theirs, enabled=1)
    ours = next(one for one in TOLD["formats"] if one["puid"] == "fmt/2054")
    _copied(here, "formatversion", ours["version_uuid"], "their-version")
    assert "SMA-A033" in here.told()
    here.again()
    assert here.told() == ["SMA-A036"]
    assert here.sql("SELECT uuid FROM fpr_idcommand WHERE enabled") == [(OURS,)]
    assert here.sql("SELECT uuid FROM fpr_formatversion WHERE enabled AND pronom_id = 'fmt/2054'") == [
        ("their-version",)
    ]
    here.take_out()
    assert here.sql("SELECT uuid FROM fpr_idcommand WHERE enabled") == [("newer",)]


def test_what_records_of_files_name_stays_switched_off_and_comes_back(here: Archivematica) -> None:
    here.put_in()
    version = next(one["version_uuid"] for one in TOLD["formats"] if one["puid"] == "sma-fmt/20")
    (table, column) = _naming(here, "fpr_formatversion")
    here.sql(f"INSERT INTO {table} ({column}) VALUES (?)", version)
    said = here.take_out()
    assert "sma-fmt/20" in said or "X archive" in said
    assert not here.enabled("formatversion", version)
    assert here.sql("SELECT count(*) FROM fpr_fprule WHERE uuid = ?", RULE["uuid"]) == [(0,)]
    here.put_in()
    assert here.enabled("formatversion", version)
    assert here.told() == ["SMA-A036"]


def test_a_rule_that_somebody_made_with_a_command_of_ours_is_switched_off(here: Archivematica) -> None:
    here.put_in()
    _copied(here, "fprule", RULE["uuid"], "own", purpose="characterization")
    assert here.told() == ["SMA-A036", "SMA-A039"]
    assert "switched off" in here.take_out()
    assert not here.enabled("fprule", "own")


def test_a_rule_for_keeping_takes_the_place_of_theirs_as_long_as_it_is_there(here: Archivematica) -> None:
    told = registry(policies_named(Settings(), ["open-formats"]))
    rule = next(one for one in told["rules"] if one["purpose"] == "access" and one["format"] == "fmt/566")
    (here.home / "sma_archivematica" / "fpr.json").write_text(json.dumps(told), encoding="utf-8")
    ((version,),) = here.sql("SELECT uuid FROM fpr_formatversion WHERE enabled AND pronom_id = 'fmt/566'")
    ((access,),) = here.sql("SELECT uuid FROM fpr_fprule WHERE purpose = 'access' AND enabled LIMIT 1")
    _copied(here, "fprule", access, "theirs", format_id=version)
    before = here.rows()
    here.put_in()
    assert (here.enabled("fprule", "theirs"), here.enabled("fprule", rule["uuid"])) == (False, True)
    (here.home / "sma_archivematica" / "fpr.json").write_text(json.dumps(TOLD), encoding="utf-8")
    here.again()
    assert here.enabled("fprule", "theirs")
    assert here.sql("SELECT count(*) FROM fpr_fprule WHERE uuid = ?", rule["uuid"]) == [(0,)]
    here.take_out()
    assert here.rows() == before


def _copied(here: Archivematica, table: str, uuid: str, copy: str, **changed: object) -> None:
    """Another row like this one."""
    with closing(sqlite3.connect(here.database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute(f"SELECT * FROM fpr_{table} WHERE uuid = ?", [uuid]).fetchone())
        row = {**row, **changed, "uuid": copy}
        row.pop("id")
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO fpr_{table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def _naming(here: Archivematica, table: str) -> tuple[str, str]:
    """A table of Archivematica's own, made to take any row, and its column that names rows of the registry's table."""
    for (name,) in here.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fpr_%'"):
        for one in here.sql(f"PRAGMA foreign_key_list({name})"):
            if one[2] == table:
                here.sql(f"DROP TABLE {name}")
                here.sql(
                    f"CREATE TABLE {name} (id integer PRIMARY KEY, {one[3]} varchar(36) REFERENCES {table} (uuid))"
                )
                return name, str(one[3])
    raise AssertionError(table)
