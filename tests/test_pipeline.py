"""Steps by themselves, as machines call them, and the configuration that they are given."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from making import PNG, mastodon, note, tree, zipped
from sma_plugin import texts
from sma_plugin.misconfigured import SettingsError
from sma_plugin.package import Package, WorkArea, place_at
from sma_plugin.pipeline import STEPS, StepError, locked, place_of, prepare, run
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.resume import key_of
from sma_plugin.settings import Paths, Settings, load
from sma_plugin.step_command import command
from sma_plugin.texts import language, text


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkArea:
    monkeypatch.setenv("SMA_SEED", "proef")
    bundle = zipped(tmp_path / "in" / "archief.zip", mastodon())
    area = WorkArea(tmp_path / "work")
    prepare(area, [bundle])
    return area


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_steps_are_run_by_name_and_speak_json(place: WorkArea, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["receive,read,history,assess", str(place.root)]) == 0
    outcomes = [row["step"] for row in said(capsys) if row["event"] == "outcome"]
    assert outcomes == ["receive", "read", "history", "assess"]
    assert command(["select", str(place.root)]) == 3
    found = [row["finding"] for row in said(capsys) if row["event"] == "finding"]
    assert [one["code"] for one in found] == ["SMA-S001"]  # type: ignore[index]


def test_a_step_run_again_gives_the_same(place: WorkArea) -> None:
    names = "receive,read,history,assess,select,compose,normalise,describe"
    assert command([names, str(place.root), "--undecided"]) == 0
    before = tree(place.packages)
    for name in names.split(","):
        assert command([name, str(place.root), "--undecided"]) == 0
    after = tree(place.packages)
    assert {name for name in before if before[name] != after.get(name)} <= {
        name for name in before if name.endswith(".sqlite")
    }
    assert set(before) == set(after)


def test_a_package_whose_workshop_is_gone_normalises_to_the_same(place: WorkArea) -> None:
    assert command(["receive,read,history,assess,select,compose,normalise", str(place.root), "--undecided"]) == 0
    (root,) = [path for path in place.packages.iterdir() if not path.name.endswith(".steps")]
    package = Package(root)
    before = package.posts.read_bytes()
    package.history.unlink()
    assert command(["normalise", str(root)]) == 0
    assert package.posts.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "give the names"),
        (["receive"], "give the names"),
        (["unknown", "."], "neither"),
        (["receive", "/nowhere"], "neither"),
        (["receive", ".", "--config"], "--config needs"),
        (["receive", ".", "--config", "/nowhere/sma.toml"], "cannot be read"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(arguments) == 2
    assert word in capsys.readouterr().err


def test_an_unknown_step_is_named_with_those_there_are(place: WorkArea, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["reveive", str(place.root)]) == 2
    error = capsys.readouterr().err
    assert "reveive" in error
    assert all(name in error for name in STEPS)


def test_steps_of_the_working_area_do_not_run_on_a_package(place: WorkArea, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["receive,read,history,assess,select,compose", str(place.root), "--undecided"]) == 0
    (root,) = [path for path in place.packages.iterdir() if not path.name.endswith(".steps")]
    assert command(["receive", str(root)]) == 2
    assert "is a package" in capsys.readouterr().err


def test_a_place_is_held_by_one_run_at_a_time(place: WorkArea) -> None:
    with locked(place), pytest.raises(StepError, match="Another run"), locked(place):
        pytest.fail("the place was held twice")


def test_a_working_area_is_for_one_delivery(place: WorkArea, tmp_path: Path) -> None:
    other = zipped(tmp_path / "in" / "ander.zip", mastodon())
    with pytest.raises(StepError, match="another delivery"):
        prepare(place, [other])
    assert isinstance(place_of(place.root), WorkArea)
    with pytest.raises(ValueError, match="neither"):
        place_at(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[organisation]\ncreater = 'x'", ["creater", "organisation", "creator"]),
        ("[organization]\ncreator = 'x'", ["organization", "organisation"]),
        ("[defaults]\nlanguage = 'fr'", ["language"]),
        ("undecided = true", ["undecided"]),
        ("[organisation", ["TOML"]),
    ],
)
def test_a_wrong_configuration_is_told_with_the_nearest_name(tmp_path: Path, content: str, words: list[str]) -> None:
    path = tmp_path / "sma.toml"
    path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert all(word in str(caught.value) for word in [*words, "sma.toml"])


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "sma.toml"
    path.write_text("[paths]\nregisters = ['a/register.csv']")
    assert load(path).resolve("a/register.csv") == tmp_path / "a" / "register.csv"
    assert load(None).organisation.creator


@pytest.mark.parametrize(
    ("arguments", "locale", "expected"),
    [(["--lang", "nl"], "en_GB", "nl"), (["--lang=en"], "nl_NL", "en"), ([], "nl_NL.UTF-8", "nl"), ([], "C", "en")],
)
def test_the_language_is_chosen_or_that_of_the_locale(
    arguments: list[str], locale: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    assert language(arguments) == expected


def test_every_text_is_there_in_both_languages() -> None:
    for name in texts._texts():
        for one in texts.LANGUAGES:
            assert text(name, one).strip(), name


def test_what_is_done_is_passed_over_until_an_input_changes(place: WorkArea, tmp_path: Path) -> None:
    def steps_run() -> list[str]:
        reporter = Listening()
        run(["receive", "read", "history"], place, Settings(), reporter, resume=True)
        return reporter.ended

    assert steps_run() == ["receive", "read", "history"]
    assert steps_run() == []
    (tmp_path / "in" / "archief.capture.toml").write_text('agent = "Team Communicatie"')
    assert steps_run() == ["receive", "read", "history"]
    (place.step("history") / "done.json").unlink()
    assert steps_run() == ["history"]


@pytest.mark.parametrize(
    "table",
    [
        "registers",
        "selection_lists",
        "hotspots",
        "holds",
        "restrictions",
        "restriction_codes",
        "platform_terms",
        "accessions",
    ],
)
def test_a_table_that_changed_lets_roles_decide_anew(table: str, tmp_path: Path) -> None:
    settings = Settings(paths=msgspec.structs.replace(Paths(), **{table: ("table.toml",)}), base=str(tmp_path))
    keys = set()
    for content in ("", "[table]\n"):
        (tmp_path / "table.toml").write_text(content)
        keys.add(key_of("select", "", [], settings))
    assert len(keys) == 2


class Listening(Quiet):
    def __init__(self) -> None:
        super().__init__()
        self.ended: list[str] = []

    def end(self, step: str, outcome: Outcome) -> None:  # noqa: ARG002
        self.ended.append(step)


class Counting(Quiet):
    """Notes what each step says that it will read, and what it then reads."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: dict[str, tuple[int | None, int]] = {}

    def start(self, step: str, total_bytes: int | None = None) -> None:
        self.bars[step] = (total_bytes, self.read_bytes)

    def end(self, step: str, outcome: Outcome) -> None:  # noqa: ARG002
        total, before = self.bars[step]
        self.bars[step] = (total, self.read_bytes - before)


def test_the_bar_of_compose_is_full_when_the_media_were_tried_too(tmp_path: Path) -> None:
    """A medium is read twice: copied, and decoded."""
    picture = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/a.png"}
    place, report = WorkArea(tmp_path / "work"), Counting()
    prepare(place, [zipped(tmp_path / "archief.zip", mastodon([note(1, "Dag", attachment=[picture])]))])
    run(["receive", "read", "history", "assess", "select", "compose"], place, Settings(undecided=True), report)
    total, done = report.bars["compose"]
    (root,) = [path for path in place.packages.iterdir() if not path.name.endswith(".steps")]
    copied = sum(path.stat().st_size for path in (root / "objects").rglob("*") if path.is_file())
    assert done == copied + len(PNG)
    assert total == done
