"""Requests under the AVG: kept without a name, applied by what was decided."""

from __future__ import annotations

from sma_plugin.model import AccountHistory, AccountRef, Handle, Moment, PostHistory, PostState, PostVersion
from sma_plugin.privacy.keys import Key
from sma_plugin.privacy.requests import Digests, Outcome, Request, Requests

KEY, OTHER = (Key(f"k-{number}", f"{number:02d}" * 32, "2026-01-01") for number in (1, 2))
JAN = AccountRef("1234567890", "Jan_Jansen84", "Jan van Jansen-Voorbeeld")


def post(author: AccountRef, number: str = "30", platform: str = "x") -> PostHistory:
    return PostHistory(platform, author, number, Moment(1), "note", "reply", (PostVersion(PostState(text="Dag")),))


def request(outcome: Outcome, *, posts: tuple[str, ...] = (), key: Key = KEY, ends: str | None = None) -> Request:
    digests = Digests(key)
    return Request(
        id=f"avg-{outcome}",
        outcome=outcome,
        key=key.id,
        role="privacy officer",
        date="2026-02-01",
        ground="AVG art. 21",
        decision="2026/7",
        at="2026-02-01T09:00:00+01:00",
        accounts=digests.account("x", JAN.native_id, JAN.handle),
        posts=tuple(digests.post("x", one) for one in posts),
        statement="Dit was sarcasme" if outcome == "statement" else None,
        ends=ends,
    )


def test_a_request_is_applied_to_all_of_an_account_by_number_or_handle() -> None:
    requests = Requests([request("suppressed")], [KEY])
    assert requests.suppressed(post(AccountRef("1234567890"), "30"))
    assert requests.suppressed(post(AccountRef(None, "@jan_jansen84"), "31"))
    assert not requests.suppressed(post(AccountRef("1234567890"), "30", "mastodon"))
    assert not requests.suppressed(post(AccountRef("2", "piet"), "30"))


def test_the_record_of_an_account_goes_with_its_posts() -> None:
    requests = Requests([request("suppressed")], [KEY])
    assert requests.suppressed(AccountHistory("x", "name:jan", handles=(Handle("Jan_jansen84"),)))
    assert not requests.suppressed(AccountHistory("x", "2"))


def test_a_request_about_posts_is_applied_to_those_only() -> None:
    requests = Requests([request("suppressed", posts=("30",))], [KEY])
    assert requests.suppressed(post(JAN, "30"))
    assert not requests.suppressed(post(JAN, "31"))


def test_what_was_refused_or_taken_back_changes_nothing() -> None:
    taken_back = [request("suppressed"), request("removed", ends="avg-suppressed")]
    assert not Requests([request("refused")], [KEY]).suppressed(post(JAN))
    assert not Requests(taken_back, [KEY]).suppressed(post(JAN))


def test_a_statement_is_added_once_and_hides_nothing() -> None:
    requests = Requests([request("statement")], [KEY])
    assert list(requests.statements(post(JAN))) == ["Dit was sarcasme"]
    assert not requests.suppressed(post(JAN, "30"))


def test_requests_of_an_older_key_still_hold_and_those_of_a_lost_one_are_told() -> None:
    requests = Requests([request("suppressed"), request("removed", key=OTHER)], [KEY])
    assert requests.suppressed(post(JAN, "30"))
    assert requests.lost == ["avg-removed"]


def test_without_the_key_the_list_says_nothing_of_anybody() -> None:
    told = repr(request("suppressed", posts=("30",))).lower()
    assert not [name for name in ("1234567890", "jan", "'30'") if name in told]
    assert not set(Digests(KEY).account("x", "1", None)) & set(Digests(OTHER).account("x", "1", None))
