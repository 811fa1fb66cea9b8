"""A LinkedIn export of others, at hand as a sample: numbers worked out from its files by other means."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from sma_plugin.model import Exclusion, Item, Post, Problem, ProfileVersion, Tally
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.linkedin import export
from sma_plugin.testing import capture, folder

SAMPLE = "linkedin/silkyrich-sample_export/sample_export"


@pytest.fixture(scope="module")
def files(samples: Path) -> dict[str, bytes]:
    return folder(samples / SAMPLE)


@pytest.fixture(scope="module")
def items(files: dict[str, bytes]) -> list[Item]:
    return list(export.read(capture(files, export)))


def rows(data: bytes) -> list[list[str]]:
    """As the library reads them, with backslashes for quotes; without the header and blank rows."""
    read = csv.reader(io.StringIO(data.decode(), newline=""), escapechar="\\")
    return [row for row in read if row][1:]


def test_every_share_comment_and_article_is_a_post_with_its_own_bytes(
    files: dict[str, bytes], items: list[Item]
) -> None:
    posts = [item for item in items if isinstance(item, Post)]
    found = Counter(post.evidence[0].path for post in posts)
    articles = [path for path in files if path.endswith(".html")]
    assert found == Counter(
        {"Shares.csv": len(rows(files["Shares.csv"])), "Comments.csv": len(rows(files["Comments.csv"]))}
        | dict.fromkeys(articles, 1)
    )
    assert found.total() == 90
    for post in posts:
        (evidence,) = post.evidence
        if evidence.kind == "bytes":
            (row,) = rows(b"header\n" + files[evidence.path][evidence.offset :][: evidence.length])
            assert row in rows(files[evidence.path])
            assert post.created.raw == row[0]
            assert post.state.text in row


def test_texts_and_words_for_the_audience_that_stand_beside_their_headings_are_told_apart(
    files: dict[str, bytes], items: list[Item]
) -> None:
    shares = [item for item in items if isinstance(item, Post) and item.evidence[0].path == "Shares.csv"]
    words = Counter(row[2] for row in rows(files["Shares.csv"]))
    assert Counter(post.audience for post in shares) == {"public": words["PUBLIC"], "followers": words["CONNECTIONS"]}
    assert set(words) == {"PUBLIC", "CONNECTIONS"}
    assert {post.state.text.split()[0] for post in shares if post.state.text} == {"Sharing"}
    assert Counter(item.code for item in items if isinstance(item, Problem)) == {
        "SMA-R002": 25,
        "SMA-R140": 1,
        "SMA-R141": 5,
    }


def test_reactions_and_votes_are_counted(files: dict[str, bytes], items: list[Item]) -> None:
    counted = {item.path: item.counted for item in items if isinstance(item, Tally)}
    assert counted == {path: len(rows(files[path])) for path in ("Reactions.csv", "Votes.csv")}


def test_what_is_private_is_cut_or_left_out(files: dict[str, bytes], items: list[Item]) -> None:
    cut = [item for item in items if isinstance(item, Exclusion) and item.path == "Profile.csv"]
    gone = [files["Profile.csv"][item.offset :][: item.length] for item in cut]
    row = rows(files["Profile.csv"])[0]
    assert [text.decode().strip('"') for text in gone] == [row[3], row[4], row[8]]
    claimed = set(capture(files, export).match.paths)
    assert {path for path in files if path not in claimed and rule_for(export.NAME, path) is None} == set()


def test_the_profile_is_read(items: list[Item]) -> None:
    (profile,) = [item for item in items if isinstance(item, ProfileVersion)]
    assert profile.bio
    assert profile.location == "London, England, United Kingdom"
