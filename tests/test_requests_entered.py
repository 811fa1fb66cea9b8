"""Entering requests under the AVG: what is kept says nothing of anybody, and applies to all that they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from conversations import BY, JAN, ROOS, Home, talk
from sma_plugin.cli import app
from sma_plugin.model import AccountRef, Moment, PostHistory, PostState, PostVersion
from sma_plugin.privacy.entering import Asked, Entered, end, enter
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.privacy.rotation import carry_over
from sma_plugin.privacy.stored_posts import stored_posts
from sma_plugin.texts import UserError


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return talk(tmp_path_factory.mktemp("gesprek"))


@pytest.fixture
def place(stored: Home, tmp_path: Path) -> Home:
    keys = Keys(tmp_path / "keys" / "k")
    keys.new(BY)
    return stored._replace(keys=keys)


def entered(place: Home, outcome: str = "suppressed", account: str = "", *posts: str, **values: str) -> Entered:
    said = Asked(outcome, values.pop("platform", "x"), account, posts, "2026/21", "1-2-2026", values.get("statement"))
    with stored_posts([place.out]) as packages:
        return enter(Keys(place.keys.path), said, BY, packages)


def held(place: Home) -> Requests:
    keys = Keys(place.keys.path)
    return Requests(listed(keys).rows(), list(keys))


def by(author: AccountRef, number: str = "99") -> PostHistory:
    return PostHistory("x", author, number, Moment(1), "note", "reply", (PostVersion(PostState(text="Dag")),))


@pytest.mark.parametrize("account", ["@JAN_jansen84", "22222222", "https://x.com/jan_jansen84"])
def test_with_packages_an_account_is_known_by_all_it_is_called(place: Home, account: str) -> None:
    assert entered(place, "suppressed", account).found == 1
    for ref in (AccountRef("22222222"), AccountRef(None, "Jan_Jansen84")):
        assert held(place).suppressed(by(ref))
    assert not held(place).suppressed(by(AccountRef(ROOS["id"], ROOS["username"])))


@pytest.mark.parametrize("named", ["30", "https://x.com/jan_jansen84/status/30"])
def test_a_request_about_a_post_is_about_no_other(place: Home, named: str) -> None:
    assert entered(place, "removed", "", named).found == 1
    ref = AccountRef(JAN["id"], JAN["username"])
    assert held(place).suppressed(by(ref, "30"))
    assert not held(place).suppressed(by(ref, "99"))


def test_a_statement_goes_with_its_posts(place: Home) -> None:
    entered(place, "statement", "", "30", statement="Dit was sarcasme")
    ref = AccountRef(JAN["id"])
    assert held(place).statements(by(ref, "30")) == ("Dit was sarcasme",)
    assert held(place).statements(by(ref, "99")) == ()


def test_what_is_kept_names_nobody(place: Home) -> None:
    entered(place, "suppressed", "jan_jansen84")
    entered(place, "removed", "", "30")
    beside = b"".join(path.read_bytes() for path in place.keys.path.parent.iterdir()).lower()
    assert not [one for one in JAN.values() if one.lower().encode() in beside]
    assert listed(place.keys).path.stat().st_mode & 0o777 == 0o600


def test_a_request_that_was_taken_back_holds_no_more_and_stays_on_record(place: Home) -> None:
    one = entered(place, "suppressed", "jan_jansen84").request
    end(Keys(place.keys.path), one.id, BY)
    assert not held(place).suppressed(by(AccountRef(JAN["id"])))
    assert [row.ends for row in listed(place.keys).rows()] == [None, one.id]
    for wrong in (one.id, "avg-9", f"{one.id}-end"):
        with pytest.raises(UserError, match="no request"):
            end(Keys(place.keys.path), wrong, BY)
    assert entered(place, "suppressed", "roosje_v").request.id != one.id


def test_requests_go_over_to_a_new_key_for_who_is_met(place: Home) -> None:
    entered(place, "suppressed", "jan_jansen84")
    entered(place, "suppressed", "iemand_anders")
    keys = Keys(place.keys.path)
    old = place.key
    keys.new(BY)
    with stored_posts([place.out]) as packages:
        done = carry_over(keys, old, [one.read for one in packages])
    assert (done.requests, done.left) == (1, 1)
    keys.destroy(old.id, BY)
    assert held(place).suppressed(by(AccountRef(JAN["id"])))
    assert held(place).suppressed(by(AccountRef(None, "jan_jansen84")))
    assert held(place).lost == ["avg-2"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("weg", "x", "jan", (), "1", "2026-02-01"), "no outcome"),
        (Asked("refused", "x", "jan", (), "1", "gisteren"), "no date"),
        (Asked("refused", "x", "jan", (), "1", "2026"), "no date"),
        (Asked("refused", "x", "", (), "1", "2026-02-01"), "whom it is about"),
        (Asked("refused", "x", "jan", (), " ", "2026-02-01"), "number of the decision"),
        (Asked("statement", "x", "jan", (), "1", "2026-02-01", "Nee"), "goes with"),
        (Asked("suppressed", "x", "jan", (), "1", "2026-02-01", "Nee"), "goes with"),
        (Asked("refused", "hyves", "jan", (), "1", "2026-02-01"), "no platform"),
        (Asked("refused", "mastodon", "", ("https://x.com/jan/status/30",), "1", "2026-02-01"), "no post on"),
    ],
)
def test_what_cannot_be_applied_is_refused_in_a_sentence(place: Home, asked: Asked, said: str) -> None:
    with pytest.raises(UserError, match=said):
        enter(place.keys, asked, BY, [])
    assert listed(place.keys).rows() == []


def test_the_commands_say_what_was_kept_and_whom_it_concerns(stored: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    told = ["--config", str(stored.config)]
    who = ["--role", "archivist", "--reason", "AVG art. 21"]
    new = ["privacy", "request", "new", str(stored.out), "--platform", "x", "--decision", "2026/21", *who, *told]
    made = CliRunner().invoke(app, [*new, "--outcome", "suppressed", "--account", "jan_jansen84"])
    assert made.exit_code == 0, made.output
    assert "in the packages: 1" in made.output
    shown = CliRunner().invoke(app, ["privacy", "request", "list", str(stored.out), *told]).output
    assert "avg-1" in shown
    assert "2 left out" in shown  # the post, and the account's record
    assert "jan" not in shown.replace(str(stored.out), "")
    assert CliRunner().invoke(app, ["privacy", "request", "end", "avg-1", *who, *told]).exit_code == 0
    assert "0 left out" in CliRunner().invoke(app, ["privacy", "request", "list", str(stored.out), *told]).output
