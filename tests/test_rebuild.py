"""A history written as normalised posts and read back into an empty store is the same history."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from history_stores import histories
from sma_plugin.formats.activitystreams import decode, encode
from sma_plugin.history.rebuild import items_of
from sma_plugin.model import (
    Account,
    AccountHistory,
    AccountRef,
    Alias,
    Counts,
    Evidence,
    Handle,
    HistoryItem,
    Item,
    Link,
    Media,
    Moment,
    Observation,
    Post,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)
from sma_plugin.readers.mastodon import api as mastodon_api
from sma_plugin.readers.mastodon import archive as mastodon_archive
from sma_plugin.testing import capture, folder

CITY = AccountRef("100", "vbstad", "Gemeente Voorbeeldstad", "https://x.com/vbstad")
CITIZEN = AccountRef("200", "wandelaar_voorbeeld")
NAMELESS = AccountRef(handle="alleen_een_naam")
DAY = 86_400_000_000


def post(number: str | None, text: str = "Goedemorgen", *, day: int = 1, **values: Any) -> Post:
    values.setdefault("author", CITY)
    values.setdefault("evidence", (Evidence("a.jsonl", "bytes", day * 100, 50, capture="01"),))
    state = values.pop("state", PostState(text=text))
    return Post("x", values.pop("author"), number, Moment(day * DAY, f"day {day}"), state, **values)


def profile(day: int, handle: str = "vbstad", **values: Any) -> ProfileVersion:
    evidence = (Evidence("profile.json", capture="01"),)
    return ProfileVersion("x", CITY, Moment(day * DAY), handle=handle, evidence=evidence, **values)


def rebuilt(path: Path, found: list[HistoryItem]) -> list[HistoryItem]:
    lines = [encode(item) for item in found]
    return histories(path, items_of(lambda: map(decode, lines)))


def agree(tmp_path: Path, items: Iterable[Item]) -> list[HistoryItem]:
    """Check that a history of these items survives; gives the history."""
    found = histories(tmp_path / "first.sqlite", items)
    assert found
    assert rebuilt(tmp_path / "second.sqlite", found) == found
    return found


ITEMS: dict[str, list[Item]] = {
    "versions with evidence of two captures": [
        post("1", "Open tot 17 uur", counts=Counts({"likes": 1}, Moment(DAY))),
        post("1", "Open tot 17 uur", evidence=(Evidence("b.json", capture="02"),)),
        post("1", "Open tot 18 uur", edited=Moment(2 * DAY, "later"), counts=Counts({"likes": 3}, Moment(2 * DAY))),
    ],
    "revisions with ids of their own": [
        post("2", "tweede", day=2, revision_of="1", revisions=("1", "2"), edited=Moment(2 * DAY)),
        post("1", "eerste", revisions=("1", "2")),
    ],
    "a revision without an id of its own": [post("1", revision_of="1", url="https://x.com/i/status/1")],
    "threads": [
        post("1", "vraag", author=CITIZEN),
        post("2", "antwoord", day=2, relations=(Relation("reply", "1", target_account=CITIZEN),)),
        post("3", "dank", day=3, author=CITIZEN, relations=(Relation("reply", "2", state="deleted"),)),
        post("4", "kijk", day=4, relations=(Relation("quote", "9"), Relation("quote", target_url="https://b.example"))),
        post("9", "aangehaald", author=CITIZEN, included=True),
    ],
    "posts without an id": [post(None, "a"), post(None, "b"), post(None, "c", day=2, author=CITIZEN)],
    "a post only known by word of it": [Observation("x", "7", None, Moment(DAY), None, "not-found", "404")],
    "profiles and handles": [
        Account("x", CITY, owner=True, created=Moment(DAY, "toen"), evidence=(Evidence("account.js", capture="01"),)),
        profile(2, "vbstad_oud", bio="Nieuws"),
        profile(3, bio="Nieuws", fields=(("Loket", "14 000"),), avatar=Media("image", path="a.png")),
        profile(8, bio="Nieuws", fields=(("Loket", "14 000"),), avatar=Media("image", path="a.png")),
        Observation("x", account=CITY, at=Moment(8 * DAY), counts={"followers": 12}),
        post("1", author=AccountRef("100", "vbstad_nog_ouder")),
    ],
    "profiles out of the order of time": [profile(2, bio="a"), profile(5, bio="b"), profile(3, bio="a")],
    "a profile that came back": [profile(2, bio="a"), profile(9, bio="a"), profile(5, bio="b")],
    "handles that no profile bears": [
        Account("x", CITY, handles=(Handle("oude_naam", DAY, 3 * DAY), Handle("vbstad", 3 * DAY, None))),
        profile(4, handle="VBstad"),
        ProfileVersion("x", AccountRef(None, "vbstad"), Moment(9 * DAY), handle="vbstad"),
    ],
    "accounts that turn out to be one": [
        post("1", author=AccountRef(url="https://a.example/@stad")),
        post("2", author=AccountRef("u/stad", aliases=(Alias("local", "9"),))),
        post("3", author=AccountRef("u/stad", url=None, aliases=(Alias("url", "https://a.example/@stad"),))),
    ],
    "an account by handle alone": [post("1", author=NAMELESS), post("2", author=NAMELESS, day=2)],
    "an account under two ids": [
        post("1", author=AccountRef("100", aliases=(Alias("local", "9"),))),
        ProfileVersion("x", AccountRef("u/100", aliases=(Alias("local", "9"),)), Moment(DAY), name="Voorbeeldstad"),
    ],
    "no author": [post("1", author=AccountRef())],
    "what a post can be besides": [
        post(
            "1",
            state=PostState(
                "a", "<p>a</p>", hashtags=(), media=(Media("image", "m"),), links=(Link("https://a.example"),)
            ),
            audience="followers",
            withdrawn=Withdrawal("deleted", Moment(DAY), "gemeente"),
            pinned=False,
            aliases=(Alias("url", "https://x.com/i/status/1"),),
        )
    ],
    "resources": [
        Resource(
            "failure", "https://x.com/login", Moment(DAY), status=403, evidence=(Evidence("w.warc", capture="02"),)
        )
    ],
}


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS.keys())
def test_a_history_comes_back_whole(tmp_path: Path, items: list[Item]) -> None:
    agree(tmp_path, items)


def test_a_history_of_everything_comes_back_whole(tmp_path: Path) -> None:
    found = agree(tmp_path, [item for items in ITEMS.values() for item in items])
    assert {type(item) for item in found} == {AccountHistory, PostHistory, Resource}


def test_a_post_that_there_is_only_word_of_comes_back_as_that(tmp_path: Path) -> None:
    where = (Evidence("a.jsonl", "bytes", 5, 9, capture="01"),)
    word = Observation("x", "9", CITY, Moment(DAY), status="deleted", evidence=where, created=Moment(7, "7"))
    found = agree(tmp_path, [post("1"), word, Observation("x", "9", status="withheld", evidence=where)])
    (gone,) = [one for one in found if isinstance(one, PostHistory) and one.native_id == "9"]
    assert (gone.author.native_id, gone.created, gone.versions) == ("100", Moment(7, "7"), ())


def test_a_derived_id_stays_derived(tmp_path: Path) -> None:
    found = histories(tmp_path / "a.sqlite", [post(None, "a")])
    (again,) = [item for item in rebuilt(tmp_path / "b.sqlite", found) if isinstance(item, PostHistory)]
    assert again.derived_id


def test_the_last_moment_that_a_handle_was_seen_comes_back(tmp_path: Path) -> None:
    found = agree(tmp_path, [profile(2), profile(9)])
    (account,) = [item for item in found if isinstance(item, AccountHistory)]
    assert [(one.first_seen, one.last_seen) for one in account.handles] == [(2 * DAY, 9 * DAY)]
    assert len(account.profiles) == 1


def test_a_post_history_without_versions_is_still_a_post() -> None:
    history = PostHistory("x", CITY, "1", Moment(), "note", "own", ())
    (item,) = items_of(lambda: [history])
    assert isinstance(item, Post)
    assert (item.native_id, item.state) == ("1", PostState())


def test_posts_that_came_along_are_marked_so_and_others_are_not() -> None:
    version = (PostVersion(PostState()),)
    own = PostHistory("x", CITY, "1", Moment(), "note", "own", version)
    context = PostHistory("x", CITIZEN, "2", Moment(), "note", "context", version)
    items = [*items_of(lambda: [own, context])]
    assert [item.included for item in items if isinstance(item, Post)] == [False, True]


REAL = {
    "fedi-archive-tool-example": mastodon_archive,
    "mastodonpy-api-2025": mastodon_api,
    "mastodonpy-api-cassettes": mastodon_api,
}


@pytest.mark.parametrize(("name", "reader"), REAL.items())
def test_a_history_of_a_real_capture_comes_back_whole(tmp_path: Path, samples: Path, name: str, reader: Any) -> None:
    contents = folder(samples / "mastodon" / name)
    found = agree(tmp_path, reader.read(capture(contents, reader)))
    assert any(isinstance(item, PostHistory) for item in found)
