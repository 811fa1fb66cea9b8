"""Gaps that captures show themselves: named, counted, and never told as more than was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.findings import Finding, text
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from test_compose import timeline, tweet
from warc_builders import record, warcinfo

EXAMPLES = Path(__file__).parent.parent / "examples" / "captures"
POSTS: list[dict[str, Any]] = [note(number, f"bericht {number}") for number in range(1, 6)]


def delivered(folder: Path, captures: dict[str, list[dict[str, Any]]], technique: str = "platform-export") -> Path:
    """Archives of the same account, each with the moment that it was captured."""
    for moment, posts in captures.items():
        zipped(folder / f"{moment}.zip", mastodon(posts))
        declared = f'captured = "{moment}"\ntechnique = "{technique}"\n'
        (folder / f"{moment}.capture.toml").write_text(declared, encoding="utf-8")
    return folder


def found(folder: Path, out: Path) -> list[Finding]:
    """What is found in the package of the one account in a delivery."""
    (one,) = ingest([folder], out, Settings(undecided=True), Quiet()).packages
    return [finding for finding in one.findings if finding.code.startswith("SMA-H0")]


def test_a_post_that_a_later_export_lacks_is_told_as_not_found_with_its_address(tmp_path: Path) -> None:
    folder = delivered(tmp_path / "in", {"2025-04-01": POSTS, "2025-05-01": [*POSTS[:2], *POSTS[3:]]})
    (finding,) = found(folder, tmp_path / "out")
    assert (finding.code, finding.count) == ("SMA-H011", 1)
    assert [place.item for place in finding.places] == ["https://social.voorbeeldstad.example/@gemeente/3"]
    assert "1 mei 2025" in text(finding, "nl")
    assert text(finding, "nl").startswith("1 eigen bericht uit een eerdere vastlegging is")


@pytest.mark.parametrize(
    "later",
    [
        {"2025-05-01": POSTS},
        {"2025-05-01": POSTS[3:]},
        {"2025-05-01": [POSTS[0], POSTS[4]], "2025-06-01": POSTS},
    ],
)
def test_a_post_that_is_still_there_or_out_of_reach_is_no_gap(tmp_path: Path, later: dict[str, Any]) -> None:
    assert found(delivered(tmp_path / "in", {"2025-04-01": POSTS, **later}), tmp_path / "out") == []


def test_a_capture_that_does_not_say_what_it_covers_proves_nothing(tmp_path: Path) -> None:
    folder = delivered(tmp_path / "in", {"2025-04-01": POSTS, "2025-05-01": [POSTS[0], POSTS[4]]}, "unknown")
    for path in folder.glob("*.capture.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace('"unknown"', '"api"'), encoding="utf-8")
    assert found(folder, tmp_path / "out") == []


def test_a_login_wall_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("x-page.wacz", "x-page.capture.toml"):
        (tmp_path / "in" / name).write_bytes((EXAMPLES / name).read_bytes())
    told = {finding.code: finding for finding in found(tmp_path / "in", tmp_path / "out")}
    assert "inlogscherm" in text(told["SMA-H009"], "nl")
    assert "SMA-H010" not in told  # its posts were read from what the page loaded


def test_pages_of_which_no_posts_were_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "een.warc").write_bytes(warcinfo() + record())
    declared = 'captured = "2025-04-01"\nplatform = "x"\naccount = { native_id = "7" }\n'
    (tmp_path / "in" / "een.capture.toml").write_text(declared, encoding="utf-8")
    told = {finding.code: finding for finding in found(tmp_path / "in", tmp_path / "out")}
    assert told["SMA-H010"].params == {"count": 1, "hosts": "www.voorbeeldstad.example (1)"}


def test_pages_of_a_platform_are_told_unless_its_posts_came_with_them(tmp_path: Path) -> None:
    other = "https://nl-nl.facebook.com/voorbeeldstad"
    hosts = ["https://x.com/voorbeeldstad", other, other, *(f"https://w{at}.example/" for at in range(6))]
    pages = b"".join(record(url=url, number=number) for number, url in enumerate(hosts, 1))
    url, body, kind = timeline(tweet(1))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "een.warc").write_bytes(warcinfo() + pages + record(block=head + body, url=url, number=99))
    told = {finding.code: finding for finding in found(tmp_path / "in", tmp_path / "out")}
    named = "nl-nl.facebook.com (2), w0.example (1), w1.example (1), w2.example (1), w3.example (1) … (+2)"
    assert told["SMA-H010"].params == {"count": 8, "hosts": named}


def test_gaps_are_counted_per_package_and_not_over_the_delivery(tmp_path: Path) -> None:
    picture = {"type": "Document", "mediaType": "image/png", "url": "/media/{}.png"}

    def with_picture(number: int) -> dict[str, Any]:
        return note(number, "x", attachment=[{**picture, "url": f"/media/{number}.png"}])

    zipped(tmp_path / "in" / "een.zip", mastodon([with_picture(1), with_picture(2)]))
    members = mastodon([with_picture(7)])
    other = {name: data.replace(b"gemeente", b"haven") for name, data in members.items()}
    zipped(tmp_path / "in" / "twee.zip", other)
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    counts = {
        one.path.name[:17]: [finding.params["count"] for finding in one.findings if finding.code == "SMA-H005"]
        for one in result.packages
    }
    assert sorted(counts.values()) == [[1], [2]]
    assert all(Package(one.path).all_findings.is_file() for one in result.packages)


def silent(tmp_path: Path, days: list[str]) -> list[Finding]:
    notes = [note(number, "Dag", published=f"{day}T10:00:00Z") for number, day in enumerate(days)]
    zipped(tmp_path / "in" / "een.zip", mastodon(notes))
    return found(tmp_path / "in", tmp_path / "out")


def test_a_silence_is_told_with_its_days_when_it_is_unusual_for_the_account(tmp_path: Path) -> None:
    days = [f"2025-{month:02}-{day:02}" for month in (1, 3, 4) for day in range(1, 16)]
    (one,) = silent(tmp_path, days)
    assert (one.code, one.count, one.params) == ("SMA-H040", 2, {"days": 45, "usual": 1})
    assert [place.item for place in one.places] == ["2025-01-15 – 2025-03-01", "2025-03-15 – 2025-04-01"]


@pytest.mark.parametrize("days", [[f"2025-01-{day:02}" for day in range(1, 19)] + ["2025-12-01"], ["2025-01-01"]])
def test_of_few_posts_it_cannot_be_told_what_is_usual(days: list[str], tmp_path: Path) -> None:
    assert silent(tmp_path, days) == []


def test_an_account_that_posts_seldom_is_not_silent(tmp_path: Path) -> None:
    assert silent(tmp_path, [f"{year}-{month:02}-01" for year in (2023, 2024) for month in range(1, 13)]) == []


def test_replies_to_themselves_and_in_a_circle_answer_what_was_captured(tmp_path: Path) -> None:
    first, second, third, elsewhere = (f"{ACTOR}/statuses/{number}" for number in (1, 2, 3, 99))
    posts = [note(1, "a", inReplyTo=first), note(2, "b", inReplyTo=third), note(3, "c", inReplyTo=second)]
    assert found(delivered(tmp_path / "in", {"2025-04-01": posts}), tmp_path / "out") == []
    posts[1] = note(2, "b", inReplyTo=elsewhere)
    (finding,) = found(delivered(tmp_path / "in2", {"2025-04-01": posts}), tmp_path / "out2")
    assert (finding.code, finding.count) == ("SMA-H006", 1)
    assert [place.item for place in finding.places] == ["https://social.voorbeeldstad.example/@gemeente/2"]


def test_a_post_is_told_as_not_found_once_with_the_interval(tmp_path: Path) -> None:
    less = [*POSTS[:2], *POSTS[3:]]
    folder = delivered(
        tmp_path / "in", {"2025-03-02": POSTS, "2025-04-01": POSTS, "2025-05-01": less, "2025-06-01": less}
    )
    (finding,) = found(folder, tmp_path / "out")
    assert (finding.code, finding.count, finding.capture) == ("SMA-H011", 1, "03-mastodon-platform-export")
    assert text(finding, "en").endswith("last found on 1 April 2025.")
