"""Scenario C in RSS and Atom feeds: of a feed its frame and the chosen items enter; what cannot be cut is held."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from making_feeds import CHANNEL, MASTODON, YOUTUBE
from planting import LANGUAGES, PUBLIC, SECRET, Made
from sma_plugin.compose.extract import extract
from sma_plugin.compose.only_feed import feed_items
from sma_plugin.findings import remedy, text
from sma_plugin.reporting import Outcome
from test_compose import WHOLE
from test_deciding import decide
from test_scenario_c import made, shown

HANDLE = "gemeente@sociaal.voorbeeldstad.example"
RSS = (
    MASTODON.replace(b"Brand in de haven", SECRET.encode())
    .replace(b"De Stationsweg", PUBLIC.encode())
    .replace(
        b"<rss ", f'<?xml-stylesheet href="{SECRET}.xsl"?><!-- {SECRET} </rss> --><rss xml:base="{SECRET}" '.encode()
    )
    .replace(b"<lastBuildDate>", f"{SECRET} <![CDATA[{SECRET}</channel>]]><lastBuildDate>".encode())
    .replace(b"</generator>", f" {SECRET}</generator>".encode())
)
ATOM = YOUTUBE.replace(b"Raad van 1 maart", PUBLIC.encode()).replace(b"Raad van 2 maart", SECRET.encode())
UTF_16 = RSS.decode().replace(' encoding="UTF-8"', ' encoding="UTF-16"').encode("utf-16")
DECLARED = RSS.replace(b"<rss ", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss ')


def of_mastodon(home: Path, feed: bytes, kind: str = "personal") -> Made:
    return made(home, {"feed.rss": feed}, HANDLE, "mastodon", kind=kind)


def kept(found: Made) -> bytes:
    (data,) = (data for path, data in found.files.items() if "/objects/captures/" in path and path.endswith("feed.rss"))
    return data


@pytest.mark.parametrize("kind", ["personal", "hybrid"])
def test_of_a_feed_only_what_was_chosen_enters(tmp_path: Path, kind: str) -> None:
    found = of_mastodon(tmp_path, RSS, kind)
    assert found.marked() == [], shown(found)
    assert found.errors() == []
    data = kept(found)
    assert data.count(b"<item>") == 1
    assert data[data.index(b"<item>") :].startswith(RSS[RSS.index(b"<item>") : RSS.index(b"</item>")])
    assert (b"<title>Gemeente Voorbeeldstad</title>" in data) == (kind == "hybrid")
    assert found.unread([PUBLIC]) == []


def test_of_a_feed_in_atom_too(tmp_path: Path) -> None:
    found = made(tmp_path, {"feed.rss": ATOM}, CHANNEL, "youtube")
    assert found.marked() == [], shown(found)
    assert kept(found).count(b"<entry>") == 1
    assert found.errors() == []
    assert found.unread([PUBLIC]) == []


@pytest.mark.parametrize(
    ("feed", "outcome"),
    [(UTF_16, Outcome.NEEDS_DECISION), (RSS.replace(b"</rss>\n", b""), Outcome.ERRORS)],
    ids=["utf-16", "cut-off"],
)
def test_a_feed_that_cannot_be_cut_is_held_and_who_reads_that_knows_what_to_do(
    tmp_path: Path, feed: bytes, outcome: Outcome
) -> None:
    found = of_mastodon(tmp_path, feed)
    assert (found.result.packages, found.result.outcome) == ([], outcome)
    (held,) = (one for one in found.result.findings if one.code == "SMA-B028")
    said = {language: f"{text(held, language)} {remedy(held, language)}" for language in LANGUAGES}
    assert "feed.rss bevat behalve de gekozen berichten" in said["nl"]
    assert "Vraag dezelfde berichten in een vorm waaruit te knippen is" in said["nl"]
    assert "feed.rss holds other content beside the chosen posts" in said["en"]
    assert "Ask for the same posts in a form that can be cut" in said["en"]
    assert SECRET not in found.told


def test_only_a_decision_on_the_account_lets_a_file_in_whole(tmp_path: Path) -> None:
    """A policy for all accounts is about posts that belong elsewhere, not about what somebody wrote in private."""
    for home in ("a", "b"):
        (tmp_path / home).mkdir()
    by_policy = made(tmp_path / "a", {"feed.rss": UTF_16}, HANDLE, "mastodon", policies=WHOLE)
    assert by_policy.result.packages == []
    decide(tmp_path / "b", "heel.csv", question=f"whole-files/mastodon/{HANDLE}", decided="keep")
    decided = made(tmp_path / "b", {"feed.rss": UTF_16}, HANDLE, "mastodon")
    left = kept(decided).decode("utf-16")
    assert (left.count("<item>"), "xml-stylesheet" in left) == (1, True)  # what is known to be another post is cut
    assert "SMA-B023" in decided.told
    assert decided.unread([PUBLIC]) == []
    assert SECRET.encode() not in decided.posts


def cut(data: bytes, ours: list[tuple[int, int]]) -> bytes:
    cuts = feed_items(data, ours)
    assert cuts is not None
    out = io.BytesIO()
    extract(io.BytesIO(data), out.write, cuts)
    return out.getvalue()


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(["", "\n ", "x,", "<!-- </channel> -->", "<?a b?>", "<b/>", " ,"]))
    ),
    st.sampled_from(["<b>c</b>", "<b><![CDATA[</item>]]></b>", "a,", ""]),
)
def test_every_chosen_item_stays_to_the_byte_and_nothing_else(items: list[tuple[bool, str]], inside: str) -> None:
    data, ours = b'<?xml version="1.0"?>\n<rss version="2.0" lang="nl"><channel><title>t</title>', []
    for number, (chosen, between) in enumerate(items):
        item = f"<item><guid>{number}</guid>{inside}</item>".encode()
        ours += [(len(data), len(item))] if chosen else []
        data += item + between.encode()
    left = cut(data + b"</channel>z</rss>\n", ours)
    frame = b'<?xml version="1.0"?>', b'<rss version="2.0"><channel>', b"</channel></rss>"
    expected = b"".join([frame[0], frame[1], *(data[at : at + size] for at, size in ours), frame[2]])
    assert left.replace(b"\n ", b"").replace(b"\n", b"") == expected


@pytest.mark.parametrize("data", [b"<html><body><p>Dag</p></body></html>", DECLARED, b"<rss><channel><item></rss>"])
def test_what_is_no_sound_feed_is_not_taken_apart(data: bytes) -> None:
    assert feed_items(data, [(data.find(b"<item>"), 10)]) is None
