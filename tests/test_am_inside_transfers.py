"""What ``sma-step`` does for the links of a transfer: a delivery becomes a package in its place, or goes back."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import shutil
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from am_jobs import UNIT
from am_transfers import LACKING, ROLE, SOUND, transfer
from making import mastodon, note
from sma_plugin.archivematica import returning, swapping, transfers
from sma_plugin.findings import worst
from sma_plugin.ingest import ingest
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.pipeline import locked
from sma_plugin.reporting import Quiet
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Archivematica, Defaults, Paths, Policy
from sma_plugin.step_command import command
from sma_plugin.texts import UserError
from sma_plugin.validate.step import validate_path


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


SUM = hashlib.sha256(SOUND["outbox.json"]).hexdigest()
DAMAGED = SOUND | {"manifest-sha256.txt": f"{SUM}  outbox.json\n{SUM}  ontbreekt.png\n".encode()}
"""A manifest names a file that was not delivered."""
CHANGED = SOUND | {"manifest-sha256.txt": f"{'0' * 64}  outbox.json\n".encode()}
"""A manifest names another digest."""
EMPTY = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", bytes([0, 0, 0, 4, 0, 0, 0, 4, 8, 2, 0, 0, 0]))
    + _chunk(b"IDAT", zlib.compress(b"\0" * 4))
    + _chunk(b"IEND", b"")
)
"""A picture with fewer pixels than it says."""
DAY = datetime.now(tz=UTC).astimezone().date().isoformat()
STANDING = Policy(ROLE, "2026-01-01", "Besluit 2", choose="accept-incomplete:gone")


def test_a_sound_delivery_becomes_a_package_in_its_place_and_goes_back(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    assert [made.run("receive"), made.run("compose")] == [0, 0]
    assert made.names() == ["metadata", "objects"]
    assert worst(validate_path(made.root)) != "error"
    assert sorted(one.name for one in made.returned.iterdir()) == ["capture.toml", "delivery"]
    assert {name: (made.returned / "delivery" / name).read_bytes() for name in SOUND} == SOUND
    assert not made.work.exists()


def test_the_package_is_the_one_that_the_command_makes(tmp_path: Path) -> None:
    """The local run and Archivematica run the very same steps."""
    made = transfer(tmp_path)
    made.run("receive")
    made.run("compose")
    (package,) = ingest([made.returned], tmp_path / "again", made.settings, Quiet()).packages
    assert Package(package.path).posts.read_bytes() == Package(made.root).posts.read_bytes()


def test_what_is_open_is_told_with_the_command_that_puts_it(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    assert made.run("receive") == 3
    assert "SMA-S021" in made.codes
    assert f"sma decide {made.work}" in made.told.texts[-1]
    assert made.names() == ["capture.toml", "delivery"]


@pytest.mark.parametrize("choice", ["accept", "accept-incomplete:follow-up"])
def test_what_the_operator_accepts_is_on_record_as_a_decision_of_that_role(tmp_path: Path, choice: str) -> None:
    made = transfer(tmp_path, LACKING)
    assert [made.run("receive"), made.run("compose", choice)] == [3, 0]
    decided = read_json(Package(made.root).decisions, PackageDecisions).decisions
    (one,) = [one for one in decided if one.subject == "incomplete"]
    assert (one.decided, one.role, one.at) == (choice, ROLE, DAY)
    assert one.ground == "besloten in het dashboard van Archivematica"
    events = (made.root / "metadata" / "premis.xml").read_text(encoding="utf-8")
    assert f"incomplete: decided {choice}" in Package(made.root).all_events.read_text(encoding="utf-8")
    assert f"incomplete: decided {choice}" in events


def test_hold_keeps_the_delivery_and_looks_again(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    assert [made.run("receive"), made.run("compose", "hold"), made.run("receive")] == [3, 3, 3]
    assert made.names() == ["capture.toml", "delivery"]


def test_what_was_decided_in_the_meantime_ends_a_hold(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    (question,) = json.loads((made.work / "steps/compose/questions.json").read_text(encoding="utf-8"))
    (tmp_path / "decisions").mkdir()
    row = f"question;decided;role;date;ground\n{question['id']};accept;{ROLE};2026-01-02;Besluit 3\n"
    (tmp_path / "decisions" / "besluiten.csv").write_text(row, encoding="utf-8")
    assert made.run("compose", "hold") == 0
    assert any("aanhouden is voorbij" in one for one in made.told.texts)
    assert "metadata" in made.names()


@pytest.mark.parametrize("folder", ["decisions", "operator", "steps/compose", "."])
def test_a_decision_in_the_delivery_decides_nothing(tmp_path: Path, folder: str) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    (question,) = json.loads((made.work / "steps/compose/questions.json").read_text(encoding="utf-8"))
    shutil.rmtree(made.work)
    row = f"question;decided;role;date;ground\n{question['id']};accept;{ROLE};2026-01-02;Besluit 3\n"
    policy = f'[policies.incomplete]\nrole = "{ROLE}"\ndate = "2026-01-01"\nground = "x"\nchoose = "accept"\n'
    told = {f"{folder}/dashboard.csv": row.encode(), f"{folder}/sma.toml": policy.encode()}
    made = transfer(tmp_path, LACKING | told)
    assert [made.run("receive"), made.run("compose"), made.run("compose", "hold")] == [3, 3, 3]
    assert made.names() == ["capture.toml", "delivery"]


def test_reject_gives_everything_back_with_a_line_on_it(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    assert [made.run("receive"), made.run("compose", "reject")] == [3, 6]
    assert made.names() == []
    assert not made.work.exists()
    assert (made.returned / "delivery" / "outbox.json").is_file()
    assert ROLE in made.returned.with_name(f"{made.returned.name}.txt").read_text(encoding="utf-8")


def test_what_only_composing_can_tell_is_decided_in_the_dashboard_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that cannot be shown is met while the package is made: then there is a question after all."""
    monkeypatch.setattr("sma_plugin.compose.permits.lacking_codes", lambda: frozenset({"SMA-K020"}))
    picture = {"type": "Document", "mediaType": "image/png", "url": "/media_attachments/weg.png"}
    made = transfer(tmp_path, mastodon([note(1, "Kijk", attachment=[picture])], **{"media_attachments/weg.png": EMPTY}))
    assert [made.run("receive"), made.run("compose"), made.run("receive")] == [0, 3, 3]
    assert "sma decide" in made.told.texts[-1]
    assert [made.run("compose", "hold"), made.run("compose", "accept")] == [3, 0]
    decided = read_json(Package(made.root).decisions, PackageDecisions).decisions
    assert [one.role for one in decided if one.subject == "incomplete"] == [ROLE]


def test_a_job_that_another_worker_does_again_ends_the_same(tmp_path: Path) -> None:
    """Archivematica gives a job to another worker when the one that did it is gone."""
    made = transfer(tmp_path, LACKING)
    assert [made.run("compose", "reject"), made.run("compose", "reject")] == [6, 6]


def test_a_run_that_is_ending_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = transfer(tmp_path)
    ending = contextlib.ExitStack()
    ending.enter_context(locked(WorkArea(made.work)))
    monkeypatch.setattr("sma_plugin.pipeline.sleep", lambda _seconds: ending.close())
    assert made.run("receive") == 0
    with locked(WorkArea(made.work)):
        monkeypatch.setattr(transfers, "_PATIENCE", 0)
        with pytest.raises(UserError, match="Another"):
            made.run("receive")


def test_a_role_that_rejected_before_is_followed(tmp_path: Path) -> None:
    rejecting = Policy(ROLE, "2026-01-01", "Besluit 2", choose="reject")
    made = transfer(tmp_path, LACKING)
    made = transfer(tmp_path, LACKING, policies=made.settings.policies | {"incomplete": rejecting})
    assert [made.run("receive"), made.run("compose"), made.names()] == [0, 6, []]
    note = made.returned.with_name(f"{made.returned.name}.txt").read_text(encoding="utf-8")
    assert "2026-01-01" in note  # when the role did, not when the operator's transfer ran
    assert made.run("compose") == 6  # done again by another worker


def test_a_standing_policy_decides_where_nobody_was_asked(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    made = transfer(tmp_path, LACKING, policies=made.settings.policies | {"incomplete": STANDING})
    assert [made.run("receive"), made.run("compose")] == [0, 0]


def test_what_a_role_must_decide_is_not_decided_in_the_dashboard(tmp_path: Path) -> None:
    """An account of a person (scenario C) waits, whatever the operator chooses."""
    made = transfer(tmp_path, LACKING)
    register = (tmp_path / "register.csv").read_text(encoding="utf-8").replace("corporate", "personal")
    (tmp_path / "register.csv").write_text(register, encoding="utf-8")
    assert [made.run("receive"), made.run("compose", "accept")] == [3, 3]
    assert "sma decide" in made.told.texts[-1]
    assert made.names() == ["capture.toml", "delivery"]


@pytest.mark.parametrize("name", ["processingMCP.xml", "metadata/metadata.csv", "manualNormalization/a", ".hidden"])
def test_anything_beside_the_delivery_makes_it_refused(tmp_path: Path, name: str) -> None:
    made = transfer(tmp_path)
    (made.root / name).parent.mkdir(exist_ok=True)
    (made.root / name).write_text("x", encoding="utf-8")
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])
    assert made.told.findings[0].params["names"] == name.partition("/")[0] + ("/" if "/" in name else "")


def test_a_declaration_without_a_delivery_is_refused(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    shutil.rmtree(made.root / "delivery")
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])


def test_what_the_system_refuses_is_said_in_the_language_of_the_archive(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = transfer(tmp_path)
    config = tmp_path / "sma.toml"
    config.write_text('[paths]\nworking_area = "bestand/work"\n[archivematica]\nreturned = "r"\n', encoding="utf-8")
    (tmp_path / "bestand").touch()
    assert command(["transfer-receive", str(made.root), "--unit", UNIT, "--config", str(config)]) == 1
    told = capfd.readouterr().err
    assert told.startswith(str(tmp_path / "bestand"))
    assert told.count("\n") == 1
    assert "Traceback" not in told


def test_several_packages_are_refused_with_the_command_that_makes_them(tmp_path: Path) -> None:
    years = mastodon([note(1, "oud", published="2024-12-30T10:00:00Z"), note(2, "nieuw")])
    made = transfer(tmp_path, years, defaults=Defaults(period_cut="year"))
    assert (made.run("receive"), made.codes) == (1, ["SMA-A091", "SMA-K010"])
    out = tmp_path / "packages" / f"bundel-{UNIT}"
    said = made.told.findings[0].params["command"]
    assert said == f"sma ingest {made.returned} --out {out} && sma submit --many {out}"
    assert (made.run("give_back"), made.names()) == (0, [])
    assert (made.returned / "delivery").is_dir()


def test_several_packages_are_made_beside_what_went_back_where_no_folder_is_named_for_them(tmp_path: Path) -> None:
    years = mastodon([note(1, "oud", published="2024-12-30T10:00:00Z"), note(2, "nieuw")])
    paths = Paths(working_area="work", decisions="decisions")
    made = transfer(tmp_path, years, defaults=Defaults(period_cut="year"), paths=paths)
    made.run("receive")
    assert f" --out {made.returned}.packages " in made.told.findings[0].params["command"]


def test_a_delivery_that_nobody_can_read_fails_and_goes_back(tmp_path: Path) -> None:
    made = transfer(tmp_path, {"onbekend.bin": b"\x00\x01"})
    assert made.run("receive") == 1
    assert worst(made.told.findings) == "error"
    assert (made.run("give_back"), made.names()) == (0, [])


def test_damage_is_not_accepted_by_a_standing_policy_alone(tmp_path: Path) -> None:
    """A capture that is damaged is put to somebody, who may still accept it."""
    made = transfer(tmp_path, DAMAGED)
    made = transfer(tmp_path, DAMAGED, policies=made.settings.policies | {"incomplete": STANDING})
    assert [made.run("receive"), made.run("compose")] == [3, 3]
    assert "SMA-B012" in made.codes
    assert made.run("compose", "accept-incomplete:gone") == 0


def test_what_was_changed_on_the_way_fails_whatever_was_chosen(tmp_path: Path) -> None:
    made = transfer(tmp_path, CHANGED)
    assert [made.run("receive"), made.run("compose", "accept")] == [1, 1]
    assert worst(made.told.findings) == "error"


@pytest.mark.parametrize("config", [Archivematica(), Archivematica(returned="shared/watchedDirectories/x")])
def test_it_works_only_where_deliveries_can_go_back(tmp_path: Path, config: Archivematica) -> None:
    made = transfer(tmp_path, archivematica=config)
    with pytest.raises(UserError, match="returned"):
        made.run("receive")
    assert made.names() == ["capture.toml", "delivery"]


@pytest.mark.parametrize("work", [None, "shared/watchedDirectories/work", "shared/currentlyProcessing/bundel/work"])
def test_it_works_only_outside_the_folders_of_archivematica(tmp_path: Path, work: str | None) -> None:
    made = transfer(tmp_path, paths=Paths(working_area=work))
    with pytest.raises(UserError, match="working_area"):
        made.run("receive")


def test_a_package_is_checked_and_left_as_it_is(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    made.run("receive")
    made.run("compose")
    before = {path: path.stat().st_mtime_ns for path in made.root.rglob("*")}
    assert [made.run("receive"), made.run("check"), made.run("compose")] == [4, 0, 0]
    assert {path: path.stat().st_mtime_ns for path in made.root.rglob("*")} == before
    assert list(made.root.parent.iterdir()) == [made.root]
    Package(made.root).posts.write_bytes(b"{}\n")
    assert [made.run("receive"), made.run("check")] == [1, 1]


def test_what_is_none_of_ours_passes_untouched(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    shutil.rmtree(made.root)
    (made.root / "objects").mkdir(parents=True)
    assert [made.run("check"), made.names()] == [0, ["objects"]]


def test_a_transfer_of_our_type_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    """An export that lies loose in the transfer is not taken in as it is, with all that may not be in it."""
    made = transfer(tmp_path)
    shutil.rmtree(made.root)
    made.root.mkdir()
    (made.root / "outbox.json").write_bytes(SOUND["outbox.json"])
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])
    assert made.told.findings[0].params["names"] == "outbox.json"
    assert (made.run("give_back"), made.names()) == (0, [])
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])


class KilledError(BaseException):
    """What stands for a process that is killed."""


def killed_at(number: int, moved: list[str]) -> Callable[..., Any]:
    """Moving that is killed before so many files or folders were moved."""
    real = returning._move

    def move(entry: Path, target: Path) -> None:
        if len(moved) == number:
            raise KilledError
        moved.append(entry.name)
        real(entry, target)

    return move


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("afterwards", ["compose", "give_back"])
def test_a_swap_that_was_killed_goes_on_or_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, afterwards: str
) -> None:
    made = transfer(tmp_path)
    made.run("receive")
    with monkeypatch.context() as patched:
        patched.setattr(returning, "_move", killed_at(number, []))
        with pytest.raises(KilledError):
            made.run("compose")
    assert made.run(afterwards) == 0
    assert {name: (made.returned / "delivery" / name).read_bytes() for name in SOUND} == SOUND
    assert made.names() == (["metadata", "objects"] if afterwards == "compose" else [])
    assert not made.work.exists()
    if afterwards == "compose":
        assert worst(validate_path(made.root)) != "error"


def elsewhere(self: Path, target: Path) -> Path:
    """A move to another disk."""
    raise OSError(errno.EXDEV, "other disk", str(self), None, str(target))


def test_to_another_disk_it_is_copied_compared_and_then_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = transfer(tmp_path)
    (made.root / "delivery" / "verwijzing").symlink_to("/etc/hostname")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", elsewhere)
        assert made.run("give_back") == 0
    assert made.names() == []
    assert {name: (made.returned / "delivery" / name).read_bytes() for name in SOUND} == SOUND
    assert (made.returned / "delivery" / "verwijzing").is_symlink()


def test_a_copy_that_differs_leaves_the_delivery_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = transfer(tmp_path)
    copy = returning._copy

    def spoilt(entry: Path, part: Path) -> None:
        copy(entry, part)
        (part / "outbox.json" if part.is_dir() else part).write_bytes(b"")

    monkeypatch.setattr(Path, "rename", elsewhere)
    monkeypatch.setattr(returning, "_copy", spoilt)
    with pytest.raises(UserError, match="intact"):
        made.run("give_back")
    assert (made.root / "capture.toml").is_file()
    assert (made.root / "delivery" / "outbox.json").read_bytes() == SOUND["outbox.json"]


def test_nothing_that_lies_there_is_overwritten(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    (made.returned / "delivery").mkdir(parents=True)
    (made.returned / "delivery" / "outbox.json").write_bytes(b"iets anders")
    with pytest.raises(UserError, match="nothing was overwritten"):
        made.run("give_back")
    assert (made.root / "delivery" / "outbox.json").read_bytes() == SOUND["outbox.json"]


def test_giving_back_again_changes_nothing(tmp_path: Path) -> None:
    made = transfer(tmp_path)
    assert [made.run("give_back"), made.run("give_back")] == [0, 0]
    assert "niets meer" in made.told.texts[-1]


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", "..", "x" * 300])
def test_the_name_of_a_transfer_is_no_path(tmp_path: Path, name: str) -> None:
    made = transfer(tmp_path)
    unit = transfers.unit_of([str(made.root), "--unit", UNIT, "--name", name])
    assert transfers.returned_to(unit, made.settings).parent == tmp_path / "returned"


@pytest.mark.parametrize("name", ["--config", "--verify", "--decision", "--help"])
def test_the_name_of_a_transfer_is_no_option(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    made = transfer(tmp_path)
    config = tmp_path / "sma.toml"
    config.write_text('[paths]\nworking_area = "work"\n[archivematica]\nreturned = "r"\n', encoding="utf-8")
    words = [str(made.root), "--unit", UNIT, "--name", name, "--config", str(config)]
    assert command(["transfer-return", *words]) == 0
    assert (tmp_path / "r" / f"{name}-{UNIT}" / "delivery").is_dir()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "words", [[], ["--unit", UNIT], ["."], [".", "--unit", "1"], [".", "--unit", UNIT, "--no", "x"], [".", "--unit"]]
)
def test_wrong_use_is_one_sentence(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert command(["transfer-receive", *words]) == 1
    told = capfd.readouterr()
    assert "--unit UUID" in told.err
    assert told.err.count("\n") == 1
    assert json.loads(told.out) == {"event": "over", "code": 1}


def test_every_line_has_its_text_in_the_language_of_the_archive(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = transfer(tmp_path, LACKING)
    config = tmp_path / "sma.toml"
    config.write_text(
        '[paths]\nworking_area = "work"\n[archivematica]\nreturned = "returned"\n[defaults]\nlanguage = "nl"\n',
        encoding="utf-8",
    )
    words = [str(made.root), "--unit", UNIT, "--name", "bundel", "--config", str(config)]
    assert command(["transfer-receive", *words]) == 3
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    (asked,) = [row["text"] for row in rows if row.get("finding", {}).get("code") == "SMA-S021"]
    assert asked.startswith("besluit nodig SMA-S021: Er ontbreekt iets aan de vastlegging")
    assert rows[-1] == {"event": "over", "code": 3}


def test_the_record_of_a_swap_names_what_goes_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = transfer(tmp_path)
    made.run("receive")
    monkeypatch.setattr(swapping, "finish", lambda *_: None)
    made.run("compose")
    told = json.loads((made.work / "swap.json").read_text(encoding="utf-8"))
    assert (told["parts"], told["returned"]) == (["metadata", "objects"], str(made.returned))
