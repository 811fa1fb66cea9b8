"""``sma archivematica workflow`` and ``modules`` write beside the stock file and never over it, nor what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from making_workflow import MODULES, link, stock
from sma_plugin.archivematica.client_modules import client_modules
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.cli import app
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

ANYTHING = b'{"properties": {"links": {}}}'


class Installation:
    """The files of a fictional Archivematica, and where the merged ones go."""

    def __init__(self, folder: Path) -> None:
        self.workflow, self.modules = folder / "workflow.json", folder / "archivematicaClientModules"
        self.workflow.write_bytes(stock())
        self.modules.write_bytes(MODULES)
        (folder / "workflow-schema-v1.json").write_bytes(ANYTHING)
        self.out = folder / "ours" / "workflow.json"

    def run(self, command: str, *options: object) -> str:
        """What a command prints; raises what it refuses."""
        done = CliRunner().invoke(app, ["archivematica", command, *map(str, options)])
        if isinstance(done.exception, UserError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def there(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_the_merged_workflow_is_written_beside_the_stock_one(there: Installation) -> None:
    told = there.run("workflow", "--stock", there.workflow, "--out", there.out)
    assert there.out.read_bytes() == merged(stock(), decisions(Settings()))
    assert there.workflow.read_bytes() == stock()
    assert "SMA-A007" not in told


def test_with_the_merged_client_modules_it_is_checked_that_all_is_carried_out(there: Installation) -> None:
    ours = there.out.with_name("modules")
    there.run("modules", "--stock", there.modules, "--out", ours)
    assert ours.read_bytes() == client_modules(MODULES)
    there.run("workflow", "--stock", there.workflow, "--out", there.out, "--modules", ours)
    assert there.out.is_file()


def test_nothing_is_written_of_a_workflow_that_is_wrong(there: Installation) -> None:
    options = ("--stock", str(there.workflow), "--out", str(there.out), "--modules", str(there.modules))
    done = CliRunner().invoke(app, ["archivematica", "workflow", *options])
    assert done.exit_code == 1
    assert "SMA-A004" in done.output
    assert not there.out.exists()


@pytest.mark.parametrize("command", ["workflow", "modules"])
def test_what_is_merged_already_is_said_so_and_becomes_the_same(there: Installation, command: str) -> None:
    first = there.workflow if command == "workflow" else there.modules
    there.run(command, "--stock", first, "--out", there.out)
    again = there.out.with_name("again")
    assert "had our parts in it already" in there.run(command, "--stock", there.out, "--out", again, "--lang", "en")
    assert again.read_bytes() == there.out.read_bytes()


def test_what_somebody_changed_in_it_is_said(there: Installation) -> None:
    there.out.parent.mkdir()
    there.out.write_bytes(merged(stock(), decisions(Settings())).replace(b"Do bagit_v0.0", b"Put in a bag"))
    again = there.out.with_name("again")
    assert "was changed since" in there.run("workflow", "--stock", there.out, "--out", again, "--lang", "en")
    assert b"Put in a bag" in again.read_bytes()


@pytest.mark.parametrize("command", ["workflow", "modules"])
def test_the_stock_file_is_never_written_over(there: Installation, command: str) -> None:
    mine = there.workflow if command == "workflow" else there.modules
    before = mine.read_bytes()
    linked = there.out.parent.parent / "linked"
    linked.symlink_to(mine)
    for out in (mine, linked):
        with pytest.raises(UserError, match="never written over"):
            there.run(command, "--stock", mine, "--out", out, "--force")
    assert mine.read_bytes() == before


def test_another_file_is_written_over_only_when_asked_for(there: Installation) -> None:
    there.out.parent.mkdir()
    there.out.write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        there.run("workflow", "--stock", there.workflow, "--out", there.out)
    assert there.out.read_text() == "mine"
    there.run("workflow", "--stock", there.workflow, "--out", there.out, "--force")
    assert there.out.read_bytes() != b"mine"


def test_what_cannot_be_read_or_written_is_one_sentence(there: Installation, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        there.run("workflow", "--stock", tmp_path, "--out", there.out)
    with pytest.raises(UserError, match="cannot be read"):
        there.run("workflow", "--stock", there.workflow, "--out", there.out, "--schema", tmp_path / "none")
    with pytest.raises(UserError, match="cannot be written"):
        there.run("workflow", "--stock", there.workflow, "--out", there.workflow / "in-a-file")
    with pytest.raises(UserError, match="cannot be written"):
        there.run("workflow", "--stock", there.workflow, "--out", tmp_path, "--force")


def test_a_version_without_a_place_that_we_need_is_named_and_nothing_is_written(there: Installation) -> None:
    there.workflow.write_bytes(stock(hidden=link("something_v1.0")))
    with pytest.raises(UserError, match="no place where hidden files are taken out"):
        there.run("workflow", "--stock", there.workflow, "--out", there.out)
    assert not there.out.exists()
