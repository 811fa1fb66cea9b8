"""The whole history of an account over stored packages: rebuilt, told, kept; the same however it was split."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history_stores import settle
from sma_plugin.formats.activitystreams import encode
from sma_plugin.history.absent import absent, timed_captures, with_met
from sma_plugin.history.load import Loader
from sma_plugin.history.store import HistoryStore
from sma_plugin.model import (
    Account,
    AccountRef,
    Capture,
    Counts,
    Evidence,
    HistoryItem,
    Item,
    Moment,
    Observation,
    Post,
    PostHistory,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.package import Package
from sma_plugin.package.records import PackageIdentity, PackageRecord
from sma_plugin.stored.asked import history_of
from sma_plugin.stored.loading import load_package
from sma_plugin.stored.naming import account_called
from sma_plugin.stored.opened import Stored
from sma_plugin.stored.whole import account_told, packages_of, rebuild
from sma_plugin.texts import UserError
from test_previous import APRIL, MARCH, as_7z, as_tar, as_zip, delivery, run

CITY = AccountRef("100", "vbstad")
CALLED = "mastodon:gemeente@social.voorbeeldstad.example"
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stored packages of one account, a month apart; the second was related to the first."""
    folder = tmp_path_factory.mktemp("opslag")
    (first,) = run(delivery(folder / "in", "2025-04-01", MARCH), folder / "een").packages
    run(delivery(folder / "in", "2025-05-01", APRIL), folder / "twee", first.path)
    return folder


def test_the_history_over_packages_is_told_with_edits_and_what_was_not_found(packages: Path, tmp_path: Path) -> None:
    index = tmp_path / "index.sqlite"
    told, found = history_of(CALLED, [packages / "twee", packages / "een"], index)
    account = told.account
    assert found == []
    assert account.posts == {"own": 6}
    assert account.months == {"2025-03": {"own": 6}}
    assert [(one.captured, one.posts) for one in account.captures] == [("2025-04-01", 5), ("2025-05-01", 5)]
    assert [(one.earlier, one.later, one.days) for one in account.intervals] == [("2025-04-01", "2025-05-01", 30)]
    assert [(one.address[-2:], one.versions, one.fields) for one in account.edited] == [("/4", 2, ("text",))]
    assert [(one.address[-2:], one.last, one.since) for one in account.not_found] == [
        ("/3", "2025-04-01", "2025-05-01")
    ]
    assert (account.deleted, account.techniques) == ((), {"platform-export": 6})
    assert len(told.packages) == 2
    db = sqlite3.connect(index)
    assert db.execute("SELECT count(*) FROM post WHERE class = 'own'").fetchone() == (6,)
    assert db.execute("SELECT count(*) FROM text_search WHERE text_search MATCH 'aanvulling'").fetchone() == (1,)
    db.close()
    with pytest.raises(UserError):
        history_of(CALLED, [packages / "een"], index)


def test_packages_of_one_name_are_two_and_one_capture_in_both_is_one(tmp_path: Path) -> None:
    """A capture that was cut by year stands in two packages: neither lacks what stands in the other."""
    captured = Capture(
        "01",
        "u",
        "platform-export",
        "facebook",
        captured="2025-01-01",
        period_from="2023-01-01",
        period_until="2025-01-01",
    )
    loader = Loader(tmp_path / "h.sqlite")
    for year, at in (("2023", 1_680_000_000), ("2024", 1_710_000_000)):
        pointer = (Evidence("a.json", capture="01"),)
        item = Post("facebook", CITY, year, Moment(at * 1_000_000), PostState(text=year), evidence=pointer)
        stored = packed(tmp_path / year, "01", [item])
        identity = msgspec.structs.replace(stored.record.package, id=year, name="zelfde")
        load_package(loader, Stored(stored.named, stored.package, PackageRecord(identity, (captured,))))
    db = loader.finish()
    db.execute("UPDATE post SET class = 'own'")
    with_met(db)
    assert list(absent(db)) == []
    assert [one.numbers for one in timed_captures(db)] == [(0, 1)]
    db.close()


@pytest.mark.parametrize(
    "called",
    [
        "gemeente@social.voorbeeldstad.example",
        "@gemeente@social.voorbeeldstad.example",
        "mastodon/gemeente@social.voorbeeldstad.example",
        "https://social.voorbeeldstad.example/@gemeente",
        "https://social.voorbeeldstad.example/users/gemeente",
    ],
)
def test_an_account_is_called_by_handle_identifier_or_address(called: str, packages: Path) -> None:
    told, _ = history_of(called, [packages / "een"], None)
    assert told.account.platform == "mastodon"


def test_another_name_is_refused_with_the_nearest_and_a_display_name_is_none(packages: Path) -> None:
    for called in ("gemente", "Gemeente Voorbeeldstad", "x:gemeente"):
        with pytest.raises(UserError) as refused:
            history_of(called, [packages / "een"], None)
        assert "mastodon:gemeente@social.voorbeeldstad.example" in refused.value.sentence("nl")


def test_a_damaged_package_is_told_and_the_others_are_used(packages: Path, tmp_path: Path) -> None:
    shutil.copytree(packages / "een", tmp_path / "een")
    (posts,) = tmp_path.rglob("posts.jsonl")
    posts.write_bytes(posts.read_bytes()[:-10])
    told, found = history_of("gemeente@social.voorbeeldstad.example", [tmp_path / "een", packages / "twee"], None)
    assert [one.code for one in found] == ["SMA-H017"]
    assert told.account.posts == {"own": 5}


def test_what_was_counted_of_the_profile_is_a_series_and_who_deleted_a_post_is_told(tmp_path: Path) -> None:
    def seen(at: int, followers: int) -> Observation:
        return Observation("facebook", account=CITY, at=Moment(at * DAY), counts={"followers": followers})

    gone = Post(
        "facebook", CITY, "100-1", Moment(DAY), PostState(text="weg"), withdrawn=Withdrawal("deleted", None, "account")
    )
    notice = Observation("facebook", "100-1", CITY, Moment(7 * DAY), status="deleted")
    stored = packed(tmp_path, "01", [seen(9, 12), seen(5, 7), gone, notice])
    assert list(rebuild([stored], tmp_path / "h.sqlite")) != []  # nothing says what its posts should be
    (stored.package.metadata).mkdir(exist_ok=True)
    digest = hashlib.sha256(stored.package.posts.read_bytes()).hexdigest()
    (stored.package.metadata / "checksum.sha256").write_text(f"{digest}  ../objects/derived/normalised/posts.jsonl\n")
    (tmp_path / "h.sqlite").unlink()
    assert list(rebuild([stored], tmp_path / "h.sqlite")) == []
    db = sqlite3.connect(tmp_path / "h.sqlite")
    found = account_told(db, account_called(db, "facebook:vbstad"), packages_of(db, 1, [stored]))
    assert [(one.at, one.counts) for one in found.counts] == [
        ("1970-01-06T00:00:00Z", {"followers": 7}),
        ("1970-01-10T00:00:00Z", {"followers": 12}),
    ]
    assert [(one.ground, one.at, one.by) for one in found.deleted] == [("deleted", "1970-01-08T00:00:00Z", "account")]
    db.close()


def test_a_count_without_a_moment_is_of_the_moment_of_its_capture(tmp_path: Path) -> None:
    loader = Loader(tmp_path / "h.sqlite")
    for name, captured, followers in (("02", "2025-02-01", 9), ("01", "2025-01-01", 7)):
        number = loader.capture(Capture(name, "u", "api", "facebook", captured=captured))
        numbers = {"followers": followers}
        pointer = (Evidence(f"{name}.json", capture=name),)
        loader.add(number, Observation("facebook", account=CITY, counts=numbers, evidence=pointer))
    db = loader.finish()
    account = db.execute("SELECT id FROM account").fetchone()[0]
    found = account_told(db, account, ())
    assert [(one.at, one.counts["followers"]) for one in found.counts] == [("2025-01-01", 7), ("2025-02-01", 9)]
    db.close()


def test_packages_of_which_none_can_be_used_are_refused(packages: Path, tmp_path: Path) -> None:
    shutil.copytree(packages / "een", tmp_path / "een")
    (posts,) = tmp_path.rglob("posts.jsonl")
    posts.write_bytes(b"")
    with pytest.raises(UserError) as refused:
        history_of(CALLED, [tmp_path / "een"], None)
    assert refused.value.name == "history_unusable"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from([as_zip, as_tar, as_7z]), at=st.floats(0, 1), bit=st.integers(0, 7), cut=st.booleans())
def test_an_archive_that_was_damaged_anywhere_is_one_sentence(
    packages: Path, form: Callable[[Path, Path], Path], at: float, bit: int, *, cut: bool
) -> None:
    (package,) = (path for path in (packages / "een").iterdir() if path.name != "for-depositor")
    with tempfile.TemporaryDirectory() as folder:
        path = form(package, Path(folder))
        data = bytearray(path.read_bytes())
        place = int(at * (len(data) - 1))
        data[place] ^= 1 << bit
        path.write_bytes(data[: place + 1] if cut else data)
        try:
            told, found = history_of(CALLED, [path], None)
        except UserError:
            return
        assert (told.account.posts, found) == ({"own": 5}, [])


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    given = [sys.executable, "-c", "from sma_plugin.cli import main; main()", "history", *map(str, arguments)]
    return subprocess.run(given, capture_output=True, text=True, check=False)


def test_the_command_tells_in_both_languages_and_as_json(packages: Path, tmp_path: Path) -> None:
    asked = ("mastodon:gemeente@social.voorbeeldstad.example", packages / "een", packages / "twee")
    for language, words in (("nl", "Niet meer aangetroffen (1)"), ("en", "Not found since (1)")):
        shown = command(*asked, "--lang", language)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert words in shown.stdout
    found = command(*asked, "--json", "--out", tmp_path / "index")
    assert json.loads(found.stdout)["account"]["posts"] == {"own": 6}
    assert (tmp_path / "index" / "history.sqlite").is_file()
    wrong = command("gemeente", tmp_path / "nergens")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in wrong.stderr


# --- any split over packages -----------------------------------------------------------------------------------------

_states = st.sampled_from(["De brug is dicht", "De brug is dicht tot 17 uur", "De brug is open", "", None])
_posts = st.builds(
    lambda native, text, day, author, edited, likes, answered: Post(
        "facebook",
        author,
        native and f"{author.native_id}-{native}",
        Moment(day * DAY),
        PostState(text=text),
        edited=Moment(edited * DAY) if edited else None,
        counts=Counts({"likes": likes}, Moment(9 * DAY)),
        relations=(Relation("reply", f"100-{answered}"),) if answered else (),
    ),
    st.sampled_from(["1", "2", None]),
    _states,
    st.integers(1, 2),
    st.sampled_from([CITY, AccountRef("200")]),
    st.sampled_from([None, None, 5]),
    st.integers(0, 3),
    st.sampled_from([None, "1", "2"]),
)
_words = st.builds(
    lambda native, at: Observation("facebook", f"100-{native}", CITY, Moment(at * DAY), status="deleted"),
    st.sampled_from(["1", "3"]),
    st.integers(6, 8),
)
_captures = st.lists(st.lists(_posts | _words, min_size=1, max_size=4), min_size=2, max_size=3)


def settled(loader: Loader, path: Path) -> list[HistoryItem]:
    settle(loader)
    with HistoryStore(path) as store:
        return list(store.histories())


def at_once(folder: Path, captures: Sequence[tuple[str, Sequence[Item]]], name: str) -> list[HistoryItem]:
    loader = Loader(folder / name)
    for capture, items in captures:
        number = loader.capture(Capture(id=capture))
        loader.add(number, Account("facebook", CITY, owner=True))
        for item in items:
            loader.add(number, item)
    return settled(loader, folder / name)


def packed(folder: Path, capture: str, items: Sequence[Item]) -> Stored:
    """A package of one capture: its normalised posts and its record."""
    package = Package(folder / f"pakket-{capture}")
    folder.mkdir(exist_ok=True)
    package.normalised.mkdir(parents=True)
    histories = at_once(folder, [(capture, items)], f"{capture}.sqlite")
    package.posts.write_bytes(b"".join(encode(one) for one in histories))
    record = PackageRecord(PackageIdentity(capture, "p", capture, "facebook", CITY), (Capture(id=capture),))
    return Stored(package.root, package, record)


def told(histories: Sequence[HistoryItem]) -> list[bytes]:
    """What is to be the same: every post with its versions, counts, ties and class; captures by their own id."""
    posts = [one for one in histories if isinstance(one, PostHistory)]
    lines = [re.sub(rb'"c\d/', b'"', encode(msgspec.structs.replace(one, observations=_sorted(one)))) for one in posts]
    return sorted(lines)


def _sorted(history: PostHistory) -> tuple[Observation, ...]:
    return tuple(sorted(history.observations, key=lambda one: repr((one.at, one.counts, one.status))))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_captures)
def test_any_split_over_packages_gives_the_history_of_one_run(drawn: list[list[Post | Observation]]) -> None:
    captures = [
        (
            f"c{number}",
            [
                msgspec.structs.replace(item, evidence=(Evidence("a.json", "bytes", at, 1, None, f"c{number}"),))
                for at, item in enumerate(items)
            ],
        )
        for number, items in enumerate(drawn)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = at_once(folder, captures, "whole.sqlite")
        loader = Loader(folder / "rebuilt.sqlite")
        for capture, items in captures:
            load_package(loader, packed(folder, capture, items))
        assert told(settled(loader, folder / "rebuilt.sqlite")) == told(whole)
