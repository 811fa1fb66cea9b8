"""What the pages of a timeline cover: a post that should stand on them and does not is not found since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from making import mastodon, note, zipped
from sma_plugin.findings import Finding
from sma_plugin.ingest import Result, ingest, with_choices
from sma_plugin.model import Covered, Span
from sma_plugin.package import Package
from sma_plugin.package.records import read_record
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.stored.asked import history_of
from test_bluesky_api import XRPC, view
from test_bluesky_api import post as record_of
from test_bluesky_api import read as bluesky
from test_mastodon_api import ACTOR, HOST, TIMELINE, account, response, status, together
from test_x_api import page, tweet
from warc_builders import record

LIST = "https://api.twitter.com/2/users/7/tweets?max_results=5&tweet.fields=created_at"


def at(number: int, **fields: Any) -> dict[str, Any]:
    """A post of the day of February with this number; ids grow with time."""
    return tweet(number, created_at=f"2023-02-{number:02d}T10:00:00.000Z", text=f"bericht {number}", **fields)


def paged(*numbers: int, asked: str = "", following: str = "", query: str = "", **fields: Any) -> dict[str, Any]:
    """A page of posts, newest first, as it was asked for."""
    url = LIST + query + (f"&pagination_token={asked}" if asked else "")
    meta = {"result_count": len(numbers), **({"next_token": following} if following else {})}
    return page(*(at(number, **fields) for number in numbers), url=url, meta=meta)


EARLIER = [paged(20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10)]


def captured(folder: Path, day: str, pages: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / f"{day}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in pages), encoding="utf-8")
    declared = f'captured = "{day}"\ntechnique = "api"\nplatform = "x"\naccount.native_id = "7"\n'
    path.with_suffix(".capture.toml").write_text(declared, encoding="utf-8")
    return path


def ingested(bundle: Path, out: Path, *previous: Path) -> Result:
    return ingest([bundle], out, with_choices(Settings(), undecided=True, previous=previous), Quiet())


def missed(result: Result, code: str = "SMA-H011") -> list[str]:
    """The numbers of the posts that are told as not found since."""
    (package,) = result.packages
    found: list[Finding] = [one for one in package.findings if one.code == code]
    return sorted((place.item or "").rpartition("/")[2] for one in found for place in one.places)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([paged(20, 19, 17, 16)], ["18"]),
        ([paged(20, 19, 17, following="b"), paged(16, 14, asked="b", following="c")], ["15", "18"]),
        ([paged(20, 19, 17, following="b"), paged(14, 13, asked="b"), paged(11, 10, asked="z")], ["15", "16", "18"]),
        ([paged(20, 19, 18, following="b"), paged(15, 14, 13, asked="c")], []),
        ([paged(20, 19, 18)], []),
        ([paged(20, 16, query="&exclude=replies")], []),
        ([paged(16, 20, 10)], []),
        ([paged(20, 19, 10, in_reply_to_user_id="7", referenced_tweets=[{"type": "retweeted", "id": "1"}])], []),
        ([paged(20, 10), page(at(15), url="https://api.twitter.com/2/tweets/15")],
         ["11", "12", "13", "14", "16", "17", "18", "19"]),
        ([], []),
    ],
    ids=["gap on a page", "gap between pages that join up", "pages that do not join", "page lost", "out of reach",
         "filtered", "out of order", "other kinds only", "found by itself", "nothing"],
)  # fmt: skip
def test_a_post_is_missed_only_where_pages_cover_its_place(
    tmp_path: Path, pages: list[dict[str, Any]], expected: list[str]
) -> None:
    captured(tmp_path / "in", "2023-03-01", EARLIER)
    captured(tmp_path / "in", "2023-04-01", pages or [page(url=LIST)])
    assert missed(ingested(tmp_path / "in", tmp_path / "out")) == expected


def test_a_page_with_a_post_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    captured(tmp_path / "in", "2023-03-01", EARLIER)
    broken = paged(20, 19, 17)
    broken["data"][1] = {**broken["data"][1], "id": None, "created_at": 12}
    captured(tmp_path / "in", "2023-04-01", [broken])
    assert missed(ingested(tmp_path / "in", tmp_path / "out")) == []


def test_next_month_is_held_against_a_stored_package_and_remembers_what_it_covers(tmp_path: Path) -> None:
    (march,) = ingested(captured(tmp_path / "march", "2023-03-01", EARLIER), tmp_path / "one").packages
    next_month = captured(tmp_path / "april", "2023-04-01", [paged(20, 18, 16)])
    result = ingested(next_month, tmp_path / "two", march.path)
    assert missed(result, "SMA-H016") == ["17", "19"]
    (april,) = result.packages
    (capture,) = read_record(Package(april.path).record).capture
    assert capture.covered == (Span("x", "7", "2023-02-16T10:00:00Z", "2023-02-20T10:00:00Z", ("note",)),)
    told, _ = history_of("x:voorbeeldstad7", [march.path, april.path], None)
    assert [one.address.rpartition("/")[2] for one in told.account.not_found] == ["17", "19"]


def test_what_only_followers_saw_is_not_missed_where_anyone_may_look(tmp_path: Path) -> None:
    followers = note(2, "voor volgers", to=[f"{HERE}/followers"])
    zipped(tmp_path / "in" / "a.zip", mastodon([note(1, "een"), followers, note(3, "drie"), note(4, "vier")]))
    (tmp_path / "in" / "a.capture.toml").write_text('captured = "2025-04-01"', encoding="utf-8")
    seen = [status(number, **known(number)) for number in (4, 1)]
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    address = "https://social.voorbeeldstad.example/api/v1/accounts/5/statuses?limit=40"
    (tmp_path / "in" / "b.warc").write_bytes(record(block=head.encode() + json.dumps(seen).encode(), url=address))
    (tmp_path / "in" / "b.capture.toml").write_text('captured = "2025-05-01"', encoding="utf-8")
    assert missed(ingested(tmp_path / "in", tmp_path / "out")) == ["3"]


HERE = "https://social.voorbeeldstad.example/users/gemeente"


def known(number: int) -> dict[str, Any]:
    """What makes a status the same post as a note of the archive."""
    page = f"https://social.voorbeeldstad.example/@gemeente/{number}"
    made = note(number, "")["object"]["published"]
    return {"uri": f"{HERE}/statuses/{number}", "url": page, "created_at": made, "account": account(url=page[:-2])}


def test_a_server_knows_all_posts_of_its_own_accounts_only() -> None:
    def spans(*statuses: dict[str, Any]) -> list[Covered]:
        return [one for one in together(response(list(statuses), TIMELINE)) if isinstance(one, Covered)]

    ours = [status(number, created_at=f"2023-02-{number:02d}T10:00:00.000Z") for number in (20, 10)]
    (found,) = spans(*ours)
    assert found.span == Span("mastodon", ACTOR, "2023-02-10T10:00:00Z", "2023-02-20T10:00:00Z", ("note",))
    there = account(acct="gemeente@elders.example", url="https://elders.example/@gemeente")
    theirs = [{**one, "uri": one["uri"].replace(HOST, "elders.example"), "account": there} for one in ours]
    assert spans(*theirs) == []


def test_a_feed_of_bluesky_covers_what_it_holds_unless_it_is_filtered() -> None:
    def spans(query: str) -> list[Span]:
        feed = {"feed": [{"post": view(f"3lb{day}", record={**record_of("x"), "createdAt": f"2025-03-{day}T10:00:00Z"})}
                         for day in (20, 10)]}  # fmt: skip
        items = bluesky(feed, url=f"{XRPC}app.bsky.feed.getAuthorFeed?actor=a{query}")
        return [one.span for one in items if isinstance(one, Covered)]

    (found,) = spans("")
    assert (found.first, found.last) == ("2025-03-10T10:00:00Z", "2025-03-20T10:00:00Z")
    assert spans("&filter=posts_with_media") == []
