"""Harm done anywhere in a valid capture of X: nothing is raised, no neighbour is lost, and every loss is told."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.model import Item, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.x import api, archive
from sma_plugin.testing import MemoryCapture, listing
from test_x_api import flat, old, page, scraped
from test_x_archive import ACCOUNT, ID, PROFILE, WHEN, manifest, tweet, ytd

MARKS = [b"", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\0", b"\xff", b"null", b'\\ud83d"', b"};"]
PUT = st.sampled_from(MARKS) | st.binary(max_size=8)
HARM = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 60), PUT)
"""Where in a stretch of bytes, how many are taken out, and what is put in their place."""
Harm = tuple[float, int, bytes]


def harmed(data: bytes, harm: Harm) -> bytes:
    at = int(harm[0] * len(data))
    return data[:at] + harm[2] + data[at + harm[1] :]


def read(contents: dict[str, bytes], reader: Any, match: Match | None = None) -> list[Item]:
    members = listing(contents)
    found = match or reader.recognise(members)
    return list(reader.read(MemoryCapture(found, members, contents))) if found else []


def ids(items: list[Item]) -> set[str | None]:
    return {item.native_id for item in items if isinstance(item, Post)}


def counted(items: list[Item]) -> Counter[type]:
    """How many posts, profiles and observations there are."""
    return Counter(type(item) for item in items if isinstance(item, Post | ProfileVersion | Observation))


def told(items: list[Item]) -> bool:
    return any(isinstance(item, Problem) for item in items)


# --- archives --------------------------------------------------------------------------------------------------------

POSTS = [json.dumps(tweet(number, f"Bericht {number}"), indent=1).encode() for number in range(4)]


def listed(posts: list[bytes]) -> bytes:
    return b"window.YTD.tweets.part0 = [\n" + b",\n".join(posts) + b"\n]"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3), HARM)
def test_harm_to_one_item_of_a_list_costs_that_item_at_most(number: int, harm: Harm) -> None:
    spoilt = [harmed(post, harm) if at == number else post for at, post in enumerate(POSTS)]
    items = read({"data/account.js": ACCOUNT, "data/tweets.js": listed(spoilt)}, archive)
    assert ids(items) >= {str(ID + at) for at in range(4) if at != number}
    assert len(ids(items)) == 4 or told(items)


FILES = {
    "data/account.js": ACCOUNT,
    "data/profile.js": PROFILE,
    "data/manifest.js": manifest({"tweets": [("data/tweets.js", 4)]}),
    "data/tweets.js": listed(POSTS),
    "data/note-tweet.js": ytd("note_tweet", [{"noteTweet": {"noteTweetId": "5", "core": {"text": "Lang"}}}]),
    "data/deleted-tweet-headers.js": ytd("deleted_tweet_headers", [{"tweet": {"tweet_id": "6", "deleted_at": WHEN}}]),
    "data/tweet-headers.js": ytd("tweet_headers", [{"tweet": {"tweet_id": str(ID)}}]),
    "data/verified.js": ytd("verified", [{"verified": {"verified": True}}]),
    "data/js/tweets/2013_01.js": b'Grailbird.data.tweets_2013_01 = [ {"id_str":"7","text":"oud"} ]',
    "data/js/user_details.js": b'var user_details = {"screen_name": "voorbeeldstad", "id": "4242"}',
    "data/js/tweet_index.js": b'var tweet_index = [ {"file_name":"data/js/tweets/2013_01.js","tweet_count":1} ]',
}
WHOLE = archive.recognise(listing(FILES))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FILES)), HARM)
def test_harm_to_one_file_of_an_archive_costs_no_other_file(name: str, harm: Harm) -> None:
    contents = FILES | {name: harmed(FILES[name], harm)}
    items = read(contents, archive, WHOLE)
    assert ids(items) >= ({str(ID + at) for at in range(4)} if name != "data/tweets.js" else {"7"})
    assert told(items) or counted(items) == counted(read(FILES, archive, WHOLE))
    read(contents, archive)  # recognised anew, whatever is left of it


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(FILES)), st.binary(max_size=40)), max_size=6), st.sampled_from([0, 30])
)
def test_any_heads_are_recognised_or_not_without_being_raised(heads: list[tuple[str, bytes]], begun: int) -> None:
    members = [Member(path, 99, FILES[path][:begun] + head) for path, head in heads]
    for match in archive.recognise_all(Listing(tuple(members))):
        assert set(match.paths) <= {path for path, _ in heads}


# --- responses of the API --------------------------------------------------------------------------------------------

FORMS = {
    "flattened": [flat(number) for number in range(1, 5)],
    "pages": [page({**flat(number), "author": None}) for number in range(1, 5)],
    "statuses": [old(number) for number in range(1, 5)],
    "snscrape": [scraped(number) for number in range(1, 5)],
}
LINES = {name: [json.dumps(value).encode() for value in values] for name, values in FORMS.items()}
CLAIMED = Match("x-api", "x", "api", ("x.jsonl",))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(LINES)), st.integers(0, 3), HARM)
def test_harm_to_one_line_costs_that_line_at_most(form: str, number: int, harm: Harm) -> None:
    spoilt = [harmed(line, harm) if at == number else line for at, line in enumerate(LINES[form])]
    items = read({"x.jsonl": b"\n".join(spoilt) + b"\n"}, api, CLAIMED)
    assert ids(items) >= {str(at + 1) for at in range(4) if at != number}
    assert len(ids(items)) == 4 or told(items)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["flattened", "statuses", "snscrape"]), st.integers(0, 3), HARM)
def test_harm_to_one_item_of_an_array_costs_that_item_at_most(form: str, number: int, harm: Harm) -> None:
    spoilt = [harmed(line, harm) if at == number else line for at, line in enumerate(LINES[form])]
    items = read({"x.jsonl": b"[" + b",\n".join(spoilt) + b"]"}, api, CLAIMED)
    assert ids(items) >= {str(at + 1) for at in range(4) if at != number}
    assert len(ids(items)) == 4 or told(items)


PAGE = json.dumps({"data": [flat(number) for number in range(1, 5)], "includes": {"tweets": [flat(9)]}}, indent=1)


@settings(max_examples=200, deadline=None)
@given(HARM)
def test_harm_to_a_page_is_told(harm: Harm) -> None:
    items = read({"x.jsonl": harmed(PAGE.encode(), harm)}, api, CLAIMED)
    assert len(ids(items)) >= 5 or told(items)


@pytest.mark.parametrize("form", sorted(LINES))
@settings(max_examples=60, deadline=None)
@given(harm=HARM)
def test_any_first_bytes_are_recognised_or_not_without_being_raised(form: str, harm: Harm) -> None:
    match = api.recognise(Listing((Member("x.jsonl", 99, harmed(LINES[form][0], harm)),)))
    assert match is None or match.paths == ("x.jsonl",)
