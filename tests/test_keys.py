"""Keys to pseudonyms: who may have them, where they may lie, and what is on record of them."""

from __future__ import annotations

import base64
import os
import stat
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from sma_plugin.privacy.chained import Chained
from sma_plugin.privacy.keys import By, Done, Key, Keys
from sma_plugin.provenance import Stamps
from sma_plugin.settings import Paths, Settings
from sma_plugin.texts import UserError

STAMPS = Stamps("proef")


def by(reason: str = "Besluit 1") -> By:
    return By(STAMPS, "archivaris", reason)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "sleutels" / "pseudoniemen.key")


def spellings(key: Key) -> list[bytes]:
    """The secret as it may turn up: raw, in hexadecimal, in base 64."""
    return [key.value, key.secret.encode(), key.secret.upper().encode(), base64.b64encode(key.value).rstrip(b"=")]


def test_a_key_is_for_its_owner_alone_and_is_never_shown(keys: Keys) -> None:
    key = keys.new(by(), custody="Informatiebeheer")
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.path.parent.stat().st_mode) == 0o700
    assert key.secret not in f"{key!r} {key} {[key]} {vars(keys)}"
    beside = b"".join(path.read_bytes() for path in keys.path.parent.iterdir() if path != keys.path)
    assert key.id.encode() in beside
    assert not any(secret in beside for secret in spellings(key))
    assert Keys(keys.path).current == key


def test_the_register_says_who_made_a_key_when_and_why(keys: Keys) -> None:
    key = keys.new(by("Besluit 2026/1"), custody="Informatiebeheer")
    (row,) = keys.register.rows()
    assert (row.key, row.deed, row.role, row.reason) == (key.id, "made", "archivaris", "Besluit 2026/1")
    assert (row.custody, row.fingerprint) == ("Informatiebeheer", key.fingerprint)
    assert row.at.startswith("2026")


def test_keys_of_two_organisations_have_other_names(keys: Keys, tmp_path: Path) -> None:
    other = Keys(tmp_path / "elders" / "pseudoniemen.key")
    assert keys.new(by()).id != other.new(by()).id


@pytest.mark.parametrize(
    ("which", "mode", "said"),
    [("file", 0o640, "can be read by others"), ("file", 0o602, "can be read"), ("folder", 0o750, "open to others")],
)
def test_a_key_that_others_can_reach_is_not_used(keys: Keys, which: str, mode: int, said: str) -> None:
    keys.new(by())
    (keys.path if which == "file" else keys.path.parent).chmod(mode)
    with pytest.raises(UserError, match=said):
        Keys(keys.path)


def test_a_key_of_another_user_is_not_used(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.new(by())
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UserError, match="belongs to another user"):
        Keys(keys.path)


@pytest.mark.parametrize(
    "text", ['[{"id": "k-1", "secret": "geheim", "since": "2026"}]', "geheim", '[{"id": "geheim"}]']
)
def test_a_damaged_key_file_is_refused_without_a_word_of_it(keys: Keys, text: str) -> None:
    keys.new(by())
    keys.path.write_text(text)
    with pytest.raises(UserError) as refused:
        Keys(keys.path)
    assert "geheim" not in "".join(traceback.format_exception(refused.value))


def test_the_life_of_keys_is_on_record(keys: Keys) -> None:
    first, second = keys.new(by()), keys.new(by("Besluit 2"))
    keys.destroy(first.id, by("Overgedragen"))
    assert [(row.key, row.deed) for row in keys.register.rows()] == [
        (first.id, "made"),
        (second.id, "rotated"),
        (first.id, "destroyed"),
    ]
    assert list(Keys(keys.path)) == [second]


def test_the_key_in_use_is_not_destroyed_while_an_older_one_would_take_its_place(keys: Keys) -> None:
    first, second = keys.new(by()), keys.new(by())
    with pytest.raises(UserError, match="in use"):
        keys.destroy(second.id, by())
    keys.destroy(first.id, by())
    keys.destroy(second.id, by())
    assert keys.current is None


def test_a_key_that_went_missing_is_missed(keys: Keys) -> None:
    key = keys.new(by())
    keys.path.unlink()
    again = Keys(keys.path)
    assert again.absent() == [key.id]
    with pytest.raises(UserError, match="should be in"):
        again.new(by())
    again.lose(key.id, by("Schijf defect"))
    assert again.new(by()).id != key.id


def test_a_key_that_came_back_can_go_missing_again(keys: Keys) -> None:
    key = keys.new(by())
    keys.destroy(key.id, by())
    assert keys.absent() == []
    keys.take([key], by(), "Streekarchief")
    assert keys.current == key
    with pytest.raises(UserError, match="already"):
        keys.take([key], by(), "Streekarchief")
    keys.path.unlink()
    assert Keys(keys.path).absent() == [key.id]


def test_a_key_that_is_here_is_not_lost(keys: Keys) -> None:
    key = keys.new(by())
    with pytest.raises(UserError, match="is not lost"):
        keys.lose(key.id, by())
    with pytest.raises(UserError, match="is not in"):
        keys.lose("k-zzzzz", by())


@pytest.mark.parametrize(
    ("folder", "sign"),
    [
        ("a", "metadata/sma"),
        ("a", "objects/captures"),
        ("a", "place.json"),
        ("a", "bagit.txt"),
        ("a", "capture.toml"),
        ("a.steps", "compose"),
    ],
)
def test_a_key_within_something_that_is_archived_is_refused(tmp_path: Path, folder: str, sign: str) -> None:
    (tmp_path / folder / sign).mkdir(parents=True)
    settings = Settings(paths=Paths(key_file=f"{folder}/sleutels/k"), base=str(tmp_path))
    with pytest.raises(UserError, match="a package, delivery or working area"):
        Keys.configured(settings)


@pytest.mark.parametrize("paths", [Paths(packages="uit"), Paths(working_area="uit"), Paths()])
def test_a_key_where_packages_come_to_be_is_refused(tmp_path: Path, paths: Paths) -> None:
    settings = Settings(paths=Paths(key_file="uit/k", packages=paths.packages), base=str(tmp_path))
    with pytest.raises(UserError, match="a package, delivery or working area"):
        Keys.configured(settings, *(() if paths.packages else (tmp_path / "uit",)))


def changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b"Besluit 1", b"Besluit 9"), *lines[1:]]


@pytest.mark.parametrize(
    "alter",
    [changed, lambda lines: lines[1:], lambda lines: lines[:-1], lambda lines: [*lines[:1], *lines[2:]], lambda _: []],
)
def test_a_register_that_was_touched_shows_it(keys: Keys, alter: Callable[[list[bytes]], list[bytes]]) -> None:
    for number in (1, 2, 3):
        keys.new(by(f"Besluit {number}"))
    path = keys.register.path
    path.write_bytes(b"".join(line + b"\n" for line in alter(path.read_bytes().splitlines())))
    with pytest.raises(UserError, match="no longer as it was left"):
        keys.register.rows()
    with pytest.raises(UserError, match="no longer as it was left"):
        keys.register.add(Done(key="k-1", deed="lost", at="2026", role="r", reason="x"))


def test_a_row_whose_end_was_not_yet_told_when_the_machine_stopped_counts(keys: Keys) -> None:
    keys.new(by())
    end = keys.register.path.with_name(f"{keys.register.path.name}.end")
    before = end.read_text()
    keys.new(by("Besluit 2"))
    end.write_text(before)
    assert [row.reason for row in Chained(keys.register.path, Done).rows()] == ["Besluit 1", "Besluit 2"]
    keys.new(by("Besluit 3"))
    assert len(keys.register.rows()) == 3
