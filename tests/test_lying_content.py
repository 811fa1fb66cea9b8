"""Deliveries that lie: each costs itself, never its neighbours, and never the run."""

from __future__ import annotations

import codecs
import gzip
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.findings import gather
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import Result, ingest
from sma_plugin.model import PostHistory
from sma_plugin.package import Package
from sma_plugin.pipeline import StepError
from sma_plugin.readers import json_items
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path

HUGE = 10**30


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")


def ingested(bundle: Path, out: Path) -> tuple[list[str | None], set[str], Result]:
    """The texts in the package, every code found, and the result; the package has to be sound."""
    result = ingest([bundle], out, Settings(undecided=True), Quiet())
    (package,) = result.packages
    assert [one.code for one in gather(validate_path(package.path)) if one.severity == "error"] == []
    posts = [line.item for line in read_lines(Package(package.path).posts) if isinstance(line.item, PostHistory)]
    found = {finding.code for finding in (*result.findings, *package.findings)}
    return [post.latest.text for post in posts], found, result


def lying(number: int, **values: Any) -> dict[str, Any]:
    activity = note(number, f"bericht {number}")
    activity["object"] |= values
    return activity


def test_a_pipe_is_refused_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "leiding")
    with pytest.raises(StepError):
        ingest([tmp_path / "leiding"], tmp_path / "out", Settings(), Quiet())


LIES: dict[str, dict[str, Any]] = {
    "a count beyond all bounds": {"likes": {"totalItems": HUGE}, "replies": {"totalItems": -HUGE}},
    "voters beyond all bounds": {"type": "Question", "votersCount": HUGE, "oneOf": [{"name": "ja"}]},
    "a picture beyond all bounds": {
        "attachment": [{"type": "Document", "url": "a.png", "width": HUGE, "height": "9" * 99}]
    },
    "an id that is a number beyond all bounds": {"id": HUGE, "inReplyTo": HUGE, "conversation": HUGE},
    "a NUL in the id": {"id": f"{ACTOR}/statuses/2\0", "atomUri": "\0"},
    "a lone surrogate": {"summary": "\ud800", "tag": [{"type": "Hashtag", "name": "#\udfff"}]},
    "a name that is no text": {"\ud800": {"\udc00": None}},
    "a date that is none": {"published": "9999-99-99T99:99:99Z", "updated": {"id": None}},
    "a date before all time": {"published": "0001-01-01T00:00:00+23:59"},
    "lists for values": {"content": [["x"]], "to": [[[]]], "cc": None, "tag": [None, [], 3]},
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_one_post_costs_no_other(name: str, tmp_path: Path) -> None:
    members = mastodon()
    outbox = json.loads(members["outbox.json"]) | {"orderedItems": [lying(1), lying(2, **LIES[name]), lying(3)]}
    members["outbox.json"] = json.dumps(outbox).encode()
    texts, _, _ = ingested(zipped(tmp_path / "in.zip", members), tmp_path / "out")
    assert {"bericht 1", "bericht 3"} <= set(texts)


def test_a_member_with_a_wrong_crc_is_read_and_told(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "in.zip", mastodon())
    data = bytearray(bundle.read_bytes())
    for magic, at, length in ((b"PK\x03\x04", 14, 30), (b"PK\x01\x02", 16, 46)):
        start = data.find(b"outbox.json") - length
        while data[start : start + 4] != magic:
            start = data.find(b"outbox.json", start + length + 1) - length
        data[start + at] ^= 1
    bundle.write_bytes(data)
    texts, found, _ = ingested(bundle, tmp_path / "out")
    assert len(texts) == 3
    assert "SMA-B016" in found


@pytest.mark.parametrize("member", ["outbox.json", "avatar.png"])
def test_a_member_that_is_damaged_within_costs_what_comes_after(member: str, tmp_path: Path) -> None:
    posts = [note(number, f"bericht {number} " + "abcdefgh"[number % 8] * (number % 90)) for number in range(1, 700)]
    bundle = tmp_path / "in.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in mastodon(posts).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        info = archive.getinfo(member)
    raw = bytearray(bundle.read_bytes())
    at = info.header_offset + 30 + len(member) + info.compress_size * 3 // 4
    raw[at : at + 3] = b"\xff\xff\xff"
    bundle.write_bytes(raw)
    texts, found, _ = ingested(bundle, tmp_path / "out")
    assert len(texts) > (200 if member == "outbox.json" else 690)
    assert "SMA-B016" in found
    assert "SMA-B019" not in found


@pytest.mark.parametrize("harm", ["cut", "checksum"])
def test_lines_in_damaged_gzip_are_read_and_the_damage_told(harm: str, tmp_path: Path) -> None:
    user = {"id": 7, "id_str": "7", "screen_name": "gemeente", "name": "Gemeente Voorbeeldstad", "followers_count": 3}
    when = "Sat Mar 01 10:00:00 +0000 2025"
    tweets = [{"id": n, "id_str": str(n), "created_at": when, "full_text": f"bericht {n}"} for n in range(101, 109)]
    lines = b"".join(json.dumps(tweet | {"user": user, "entities": {}}).encode() + b"\n" for tweet in tweets)
    packed = gzip.compress(lines)
    bundle = tmp_path / "tweets.jsonl.gz"
    bundle.write_bytes(packed[:-3] if harm == "cut" else packed[:-8] + b"12345678")
    texts, found, result = ingested(bundle, tmp_path / "out")
    assert len(texts) == 8
    assert "SMA-B002" in found
    assert result.outcome is Outcome.ERRORS


def test_a_post_of_which_nothing_is_known_is_kept_without_doubt_of_its_evidence(tmp_path: Path) -> None:
    bundle = tmp_path / "note.json"
    bundle.write_text(
        json.dumps(
            {"@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "image": ["https://x.example/a"]}
        )
    )
    texts, _, _ = ingested(bundle, tmp_path / "out")
    assert texts == [None]


STATUS = {
    "id": "1",
    "created_at": "2025-03-01T10:00:00.000Z",
    "url": "https://social.voorbeeldstad.example/@gemeente/1",
    "uri": f"{ACTOR}/statuses/1",
    "account": {"id": "7", "acct": "gemeente", "url": "https://social.voorbeeldstad.example/@gemeente"},
    "content": "<p>eerste</p>",
    "visibility": "public",
    "spoiler_text": "",
    "media_attachments": [],
    "in_reply_to_id": None,
    "reblogs_count": 0,
    "favourites_count": 0,
}


def status(number: int, **values: Any) -> dict[str, Any]:
    page = f"https://social.voorbeeldstad.example/@gemeente/{number}"
    return STATUS | {"id": str(number), "uri": f"{ACTOR}/statuses/{number}", "url": page} | values


@pytest.mark.parametrize(
    "lie",
    [
        {"in_reply_to_id": HUGE, "visibility": HUGE, "replies_count": "9" * 30},
        {"content": "\0", "spoiler_text": "\ud800"},
        {"created_at": [["a"]], "edited_at": {"id": None}},
        {"account": STATUS["account"] | {"url": "http://localhost:300voorbeeld"}},  # type: ignore[operator]
        {"account": STATUS["account"] | {"url": "https://social.example/@[x"}},  # type: ignore[operator]
        {"id": "\ud800", "uri": "\ud800\0", "url": None},
        {"uri": True, "url": True},
    ],
)
def test_a_lie_in_one_response_costs_no_other(lie: dict[str, Any], tmp_path: Path) -> None:
    bundle = tmp_path / "statuses.json"
    bundle.write_text(json.dumps([status(2, content="<p>tweede</p>"), status(3) | lie]))
    texts, found, _ = ingested(bundle, tmp_path / "out")
    assert "tweede" in texts
    assert "SMA-B019" not in found


def test_a_history_without_dates_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_text(json.dumps(STATUS))
    (tmp_path / "in" / "2.json").write_text(json.dumps([STATUS | {"created_at": [["a"]]}]))
    texts, found, _ = ingested(tmp_path / "in", tmp_path / "out")
    assert "eerste" in texts
    assert "SMA-B019" not in found


def tweets(*between: bytes) -> bytes:
    user = {"id": 7, "id_str": "7", "screen_name": "gemeente", "name": "Gemeente Voorbeeldstad"}
    rows = [
        {"id_str": str(n), "created_at": "Sat Mar 01 10:00:00 +0000 2025", "full_text": f"bericht {n}", "user": user}
        for n in range(101, 105)
    ]
    lines = [json.dumps(row | {"entities": {}}).encode() for row in rows]
    return b"\n".join((*lines[:2], *between, *lines[2:])) + b"\n"


WORD = tweets().split(b"\n")[0].replace(b"101", b"150")
ODD = {
    "deep nesting": WORD[:-1] + b', "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "no number": WORD[:-1] + b', "x": NaN, "y": -Infinity, "z": 1e9999, "w": ' + b"9" * 5000 + b"}",
    "a NUL": WORD[:-1] + b', "x": "\0"}',
    "a byte order mark": codecs.BOM_UTF8 + WORD,
    "no UTF-8": WORD[:-1] + b', "x": "\xff\xfe"}',
    "a lone surrogate": WORD[:-1] + b', "\\ud800": "\\udfff"}',
}
BROKEN = {
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "UTF-16": WORD.decode().encode("utf-16"),
    "NULs": bytes(5000),
    "blanks": b" " * (3 << 20),
}


@pytest.mark.parametrize("name", [*ODD, *BROKEN])
def test_an_odd_line_is_read_and_a_broken_one_costs_itself(name: str, tmp_path: Path) -> None:
    bundle = tmp_path / "tweets.jsonl"
    bundle.write_bytes(tweets(ODD.get(name) or BROKEN[name]))
    texts, found, _ = ingested(bundle, tmp_path / "out")
    assert {f"bericht {number}" for number in range(101, 105)} <= set(texts)
    assert ("bericht 150" in texts) == (name in ODD)
    told = bool({"SMA-R001", "SMA-R052"} & found)  # no JSON, or none that is known
    assert told == (name in BROKEN and name != "blanks")


@pytest.mark.parametrize("array", [False, True])
def test_a_value_that_is_too_long_for_memory_costs_itself(
    array: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_items, "MAX_ITEM", 2 << 20)
    monkeypatch.setattr(json_items, "MAX_BROKEN", 2 << 20)
    data = tweets(WORD[:-1] + b', "x": "' + b"a" * (9 << 20) + b'"}')
    if array:
        data = b"[" + data.strip().replace(b"\n", b",") + b"]"
    bundle = tmp_path / "tweets.json"
    bundle.write_bytes(data)
    texts, _, _ = ingested(bundle, tmp_path / "out")
    assert {f"bericht {number}" for number in range(101, 105)} <= set(texts)
