"""The plugin in a fictional Archivematica: what is written, told, mended, brought up to date and taken away again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from making_archivematica import LISTED, STOCK, Installation, changed
from making_workflow import identity, link
from sma_plugin.archivematica import installing, record
from sma_plugin.archivematica.client_modules import stock_modules
from sma_plugin.archivematica.environments import read_environment, written
from sma_plugin.archivematica.installing import Left
from sma_plugin.archivematica.probing import interpreter, look
from sma_plugin.archivematica.record import digest, held, record_path, write_record
from sma_plugin.archivematica.wanted import PROCESSING, _metadata_xml
from sma_plugin.archivematica.workflow import stock_workflow
from sma_plugin.settings import Archivematica
from sma_plugin.texts import UserError


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "archief")


def kinds(made: Installation, **options: bool) -> set[str]:
    return {one.kind for one in made.planned(**options).changes}


def test_merged_files_lie_beside_the_stock_ones_which_stay_as_they_are(here: Installation) -> None:
    here.install()
    assert stock_workflow((here.target / "workflow.json").read_bytes()) == STOCK
    assert stock_modules((here.target / "archivematicaClientModules").read_bytes()) == LISTED
    assert Path(here.path("MCPServer/lib/assets/workflow.json")).read_bytes() == STOCK


def test_services_load_the_plugin_on_top_of_what_they_had(here: Installation) -> None:
    here.install()
    server = read_environment(here.target / "mcp-server.env")
    path = here.systemd / "archivematica-mcp-server.service.d" / "sma-plugin.conf"
    assert path.read_text() == f"[Service]\nEnvironmentFile={here.target}/mcp-server.env\n"
    assert server["PYTHONPATH"].split(":")[0] == str(here.target)
    assert server["PYTHONPATH"].endswith(":" + here.path("dashboard/src"))
    assert server["DJANGO_SETTINGS_MODULE"] == "sma_archivematica.settings.mcpserver"
    assert server["SMA_STOCK_SETTINGS"] == "settings.common"
    assert server["ARCHIVEMATICA_MCPSERVER_MCPSERVER_WORKFLOW_FILE"] == f"{here.target}/workflow.json"


def test_programs_that_rules_call_hide_none_of_archivematica(here: Installation) -> None:
    here.install()
    programs = read_environment(here.target / "mcp-client.env")["PATH"].split(":")
    assert programs[-1] == f"{here.target}/bin"
    assert [path.name for path in (here.target / "bin").iterdir()] == ["sma-format"]
    assert (here.target / "bin" / "sma-format").stat().st_mode & 0o777 == 0o755


def test_metadata_in_xml_is_taken_over_beside_what_was_configured(here: Installation) -> None:
    theirs = here.root / "etc" / "lido.py"
    theirs.write_text("XML_VALIDATION = {'http://lido.example': None}\nXML_VALIDATION_FAIL_ON_ERROR = True\n")
    with here.environment.open("a") as stream:
        stream.write(f"METADATA_XML_VALIDATION_SETTINGS_FILE={theirs}\n")
    found = look(here.python, [here.root / "etc" / "archivematica"], (), here.target, None)
    assert found["mcp-client"].environment["METADATA_XML_VALIDATION_SETTINGS_FILE"] == str(theirs)
    told: dict[str, object] = {}
    exec(_metadata_xml(found["mcp-client"].environment), told)  # noqa: S102 -- as Archivematica does with it
    assert isinstance(told["XML_VALIDATION"], dict)
    assert set(told["XML_VALIDATION"]) > {"http://lido.example", "https://www.nationaalarchief.nl/mdto"}
    assert told["XML_VALIDATION_FAIL_ON_ERROR"] is True


def test_the_folder_that_bundles_arrive_in_is_made(here: Installation) -> None:
    here.install()
    arriving = here.shared / "watchedDirectories" / "activeTransfers"
    assert sorted(path.name for path in arriving.iterdir()) == ["socialMediaBundle", "standardTransfer"]


def test_processing_configurations_lie_among_those_of_archivematica(here: Installation) -> None:
    location = "424d7b3f-3256-4d0e-a282-f46abc9324e4"
    here.settings = replace(here.settings, archivematica=Archivematica(restricted_location=location))
    here.install()
    folder = here.shared / PROCESSING
    assert sorted(path.name for path in folder.iterdir()) == [
        "social_mediaProcessingMCP.xml",
        "social_media_rProcessingMCP.xml",
    ]
    usual, apart = ((folder / f"{name}ProcessingMCP.xml").read_text() for name in ("social_media", "social_media_r"))
    assert usual.replace("/api/v2/location/default/AS/", f"/api/v2/location/{location}/") == apart != usual
    assert {"keep"} == changed_in(here, folder / "social_mediaProcessingMCP.xml", b"<processingMCP/>")


def test_a_workflow_that_does_not_ask_where_to_store_cannot_store_apart(here: Installation) -> None:
    stock = Path(here.path("MCPServer/lib/assets/workflow.json"))
    stock.write_bytes(STOCK.replace(b"%AIPsStore%", b"%DIPsStore%"))
    assert {one.kind for one in here.planned().changes} == {"add"}
    location = "424d7b3f-3256-4d0e-a282-f46abc9324e4"
    here.settings = replace(here.settings, archivematica=Archivematica(restricted_location=location))
    with pytest.raises(UserError, match=r"does not ask where an AIP is stored"):
        here.planned()


def changed_in(made: Installation, path: Path, data: bytes) -> set[str]:
    """What becomes of a file that is changed by hand to hold this."""
    path.write_bytes(data)
    return {one.kind for one in made.planned().changes if one.path == path}


@pytest.mark.parametrize("told", [{"processing": "te lang voor de API"}, {"restricted_location": "elders"}])
def test_what_archivematica_would_not_take_is_refused(told: dict[str, str], here: Installation) -> None:
    here.settings = replace(here.settings, archivematica=Archivematica(**told))
    with pytest.raises(UserError, match=r"sma\.toml.*\[archivematica\]"):
        here.planned()


def test_nothing_is_written_before_it_was_told(here: Installation) -> None:
    before = here.everything()
    planned = here.planned()
    assert here.everything() == before
    assert {one.kind for one in planned.changes} == {"add"}
    assert {one.component for one in planned.variables} == {"mcp-server", "mcp-client", "dashboard"}


def test_a_second_time_changes_nothing_and_says_so(here: Installation) -> None:
    here.install()
    before = here.everything()
    assert here.planned().nothing
    assert here.planned().variables == ()
    here.install()
    assert here.everything() == before
    assert here.database["runs"] == 1


def test_what_is_taken_away_leaves_all_as_it_was(here: Installation) -> None:
    before, rows = here.everything(), here.database
    here.install()
    cache = here.target / "sma_archivematica" / "migrations" / "__pycache__"
    cache.mkdir()
    (cache / "mcpserver.cpython-39.pyc").write_bytes(b"made of our files")
    assert here.uninstall() == Left([], [])
    assert here.everything() == before
    assert here.database["applied"] == rows["applied"]
    assert here.database["types"] == rows["types"]


def test_a_later_version_replaces_what_differs_and_takes_away_what_it_no_longer_has(here: Installation) -> None:
    here.install("1.0")
    old = here.target / "sma_archivematica" / "old.py"
    old.write_text("# of version 1.0")
    write_record(here.target, changed(here.record, files={**here.record.files, str(old): digest(old)}))
    planned = here.install("1.1")
    assert {(one.path, one.kind) for one in planned.changes if one.kind != "same"} == {(old, "remove")}
    assert not old.exists()
    assert here.record.version == "1.1"


def test_rules_cannot_be_taken_out_without_their_code_and_nothing_is_taken_away(here: Installation) -> None:
    here.install()
    (here.target / "sma_archivematica" / "migrations" / "0002_registry_rules.py").unlink()
    before = here.everything()
    with pytest.raises(UserError, match="install' first, which puts them back"):
        here.uninstall()
    assert here.everything() == before
    here.install()
    assert here.uninstall() == Left([], [])


def test_an_earlier_version_is_refused(here: Installation) -> None:
    here.install("1.1")
    with pytest.raises(UserError, match=r"A later version of the plugin is installed \(1\.1\) than this one \(1\.0\)"):
        here.planned("1.0")


def test_rules_that_differ_are_put_in_again(here: Installation) -> None:
    here.install()
    rules = here.target / "sma_archivematica" / "fpr.json"
    rules.write_text("{}")
    write_record(here.target, changed(here.record, files={**here.record.files, str(rules): digest(rules)}))
    here.install()
    assert here.database["runs"] == 2


def test_what_was_changed_by_hand_is_named_and_left_unless_it_is_forced(here: Installation) -> None:
    here.install()
    path = here.target / "archivematicaClientModules"
    path.write_bytes(LISTED)
    with pytest.raises(UserError, match=f"{path} was changed by hand"):
        here.planned()
    assert kinds(here, force=True) == {"same", "replace"}
    assert here.uninstall() == Left([path], [])
    assert path.read_bytes() == LISTED


def test_what_was_changed_by_hand_goes_when_that_is_forced(here: Installation) -> None:
    before = here.everything()
    here.install()
    (here.target / "archivematicaClientModules").write_bytes(LISTED)
    assert here.uninstall(force=True) == Left([], [])
    assert here.everything() == before


def test_what_is_not_ours_is_never_written_over(here: Installation) -> None:
    path = here.systemd / "archivematica-dashboard.service.d" / "sma-plugin.conf"
    path.parent.mkdir()
    path.write_text("[Service]\nNice=5\n")
    with pytest.raises(UserError, match=f"{path} is there already"):
        here.planned(force=True)


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 1])
def test_a_run_that_is_killed_is_finished_by_the_next_one(
    part: float, here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here.everything()
    stopped_after(round(part * (len(here.planned().changes) + 1)), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        here.install()
    monkeypatch.undo()
    assert here.record is None or here.record.state == "installing"
    here.install()
    assert here.record.state == "installed"
    assert here.planned().nothing
    here.uninstall()
    assert here.everything() == before


@pytest.mark.parametrize("writes", [1, 5, 20])
def test_a_run_that_is_killed_can_be_taken_away(
    writes: int, here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here.everything()
    stopped_after(writes, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        here.install()
    monkeypatch.undo()
    here.uninstall()
    assert here.everything() == before


def stopped_after(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the machine stop at a write."""
    left = iter(range(writes))

    def write(path: Path, data: bytes) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        path.write_bytes(data)

    monkeypatch.setattr(record, "write_bytes", write)


def test_taking_away_that_was_killed_is_finished_by_the_next_time(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here.everything()
    here.install()
    taken = iter(range(4))
    take = installing._take

    def stop(path: Path) -> None:
        if next(taken, None) is None:
            raise KeyboardInterrupt
        take(path)

    monkeypatch.setattr(installing, "_take", stop)
    with pytest.raises(KeyboardInterrupt):
        here.uninstall()
    monkeypatch.undo()
    assert here.record.state == "removing"
    here.uninstall()
    assert here.everything() == before


def test_a_migration_that_fails_is_told_and_the_next_time_goes_on(here: Installation) -> None:
    here.tell(migrating="server has gone away")
    with pytest.raises(UserError, match=r"could not be put in or taken out of the database: .*server has gone away"):
        here.install()
    assert here.record.state == "installing"
    assert not (here.systemd / "archivematica-mcp-server.service.d" / "sma-plugin.conf").exists()
    here.tell(migrating="")
    here.install()
    assert here.record.state == "installed"


def test_a_machine_with_a_client_only_gets_what_a_client_needs(here: Installation) -> None:
    names = {one.path.name for one in here.planned(components=("mcp-client",)).changes}
    assert "archivematicaClientModules" in names
    assert not names & {"mcp-server.env", "dashboard.env"}
    assert here.target / "workflow.json" not in {one.path for one in here.planned(components=("mcp-client",)).changes}


def with_a_way_past_ours(made: Installation) -> None:
    """A workflow in which a package can be stored without being described."""
    told = json.loads(STOCK)
    told["links"][identity("start-sip")] = link("moveSIP_v0.0", "empty", "bag")
    Path(made.path("MCPServer/lib/assets/workflow.json")).write_text(json.dumps(told))


REFUSED: dict[str, tuple[Callable[[Installation], object], str]] = {
    "an unknown version": (
        lambda made: made.tell("mcp-server", version="1.99.0"),
        r"This is Archivematica 1\.99\.0, and the plugin was tried on 1\.17, 1\.18",
    ),
    "no database": (
        lambda made: made.tell(troubles={"applied": "OperationalError: (2002)"}),
        r"database cannot be reached \(OperationalError: \(2002\)\)",
    ),
    "a database with nothing in it": (
        lambda made: (made.tell(waiting=["auth.0001_initial"]), made.empty()),
        "migration auth.0001_initial was not run yet",
    ),
    "a database that is behind": (
        lambda made: made.tell(waiting=["fpr.0044_remove_fits"]),
        "migration fpr.0044_remove_fits was not run yet",
    ),
    "an old Python": (lambda made: made.tell("mcp-server", python="3.7.9"), r"is version 3\.7\.9"),
    "no answer": (
        lambda made: made.tell("mcp-server", silent=True),
        r"cannot tell what is installed \(No such thing\)",
    ),
    "no Archivematica": (
        lambda made: [made.tell(name, layout="", troubles={"layout": "none here"}) for name in made.told],
        r"no Archivematica is to be found \(none here\)",
    ),
    "a stock file that is gone": (
        lambda made: Path(made.path("MCPServer/lib/assets/workflow.json")).unlink(),
        "workflow.json cannot be read",
    ),
    "a workflow with a way past ours": (with_a_way_past_ours, r"will not do \(SMA-A006\)"),
    "a damaged record": (
        lambda made: (record_path(made.target).parent.mkdir(parents=True), record_path(made.target).write_text("{")),
        "is damaged",
    ),
    "a script for an environment": (
        lambda made: made.environment.write_text("set -a\n"),
        "Line 1 of .* has not the form NAME=value",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(name: str, here: Installation) -> None:
    spoil, sentence = REFUSED[name]
    spoil(here)
    before = here.everything()
    with pytest.raises(UserError, match=sentence):
        here.planned()
    assert here.everything() == before


def test_a_version_that_was_not_tried_can_be_forced(here: Installation) -> None:
    for name in here.told:
        here.tell(name, version="1.99.0")
    assert kinds(here, force=True) == {"add"}


def test_a_folder_that_may_not_be_written_in_is_told(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(UserError, match=r"cannot be written.*the same command then goes on"):
        here.install()


def test_two_at_a_time_are_refused(here: Installation) -> None:
    with held(here.target), pytest.raises(UserError, match="Another is installing"), held(here.target):
        pytest.fail("held twice")


def test_a_python_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be run"):
        interpreter(tmp_path, None)


@pytest.mark.parametrize("line", ["export A=1 B=2", "export PYTHONPATH=$HOME/lib", "set -a", "for a in b; do"])
def test_a_script_is_not_taken_for_an_environment_file(line: str, tmp_path: Path) -> None:
    path = tmp_path / "omgeving"
    path.write_text(f"# diensten\n{line}\n")
    with pytest.raises(UserError, match="Line 2 of"):
        read_environment(path)


def test_an_environment_file_is_read_as_services_read_it(tmp_path: Path) -> None:
    path = tmp_path / "omgeving"
    path.write_text('; uitleg\nexport A=1\nB="twee woorden"\nC=\n\nD=a=b $x\n')
    assert read_environment(path) == {"A": "1", "B": "twee woorden", "C": "", "D": "a=b $x"}


@pytest.mark.parametrize("value", ["/opt/de plugin", "/opt/$HOME", "/opt/50%", "/opt/'a'", "/opt/a#b"])
def test_a_value_that_services_would_read_differently_is_refused(value: str) -> None:
    with pytest.raises(UserError, match="PYTHONPATH would get the value"):
        written({"PYTHONPATH": value})


def test_passwords_of_an_environment_file_are_never_told(tmp_path: Path) -> None:
    path = tmp_path / "omgeving"
    path.write_text("A=1\nfor secret in geheim; do\n")
    with pytest.raises(UserError, match="Line 2 of") as error:
        read_environment(path)
    assert "geheim" not in error.value.sentence("nl") + error.value.sentence("en")


def test_the_environment_before_is_known_again_from_one_that_has_ours(here: Installation) -> None:
    here.install()
    ours = here.root / "ours-mcp-server"
    ours.write_bytes(here.environment.read_bytes() + (here.target / "mcp-server.env").read_bytes())
    found = look(here.python, [ours], ("mcp-server",), here.target, here.record)["mcp-server"]
    assert found.environment == here.found()["mcp-server"].environment
    assert found.given["SMA_STOCK_SETTINGS"] == "settings.common"


def test_the_record_tells_microservices_how_to_start(here: Installation) -> None:
    here.install()
    told = json.loads(record_path(here.target).read_text())
    assert Path(told["step"]).name == "sma-step"
    assert told["language"] == "nl"
    assert told["returned"] == "terug"
