"""What one file shows of the essential characteristics, as XML that Archivematica puts in its METS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from conftest import ROOT
from history_values import simple
from making import PNG, mastodon, note, zipped
from making_media import film, needs_ffmpeg
from planting_web import Answer, in_wacz, warc
from sma_plugin.characterise import UntoldError, characterised, kinds
from sma_plugin.format_command import command
from sma_plugin.formats.activitystreams import encode
from sma_plugin.formats.magic import is_own, signatures
from sma_plugin.model import Link, Media, Moment, PostState, PostVersion, Relation

SCHEMA = etree.XMLSchema(etree.parse(str(ROOT / "mets_profiles" / "characteristics-1.0.xsd")))
SMAC = "{https://w3id.org/sma-plugin/characteristics/1.0}"
ANSWER = Answer("https://voorbeeldstad.example/", b'{"a": 1}')


def told(path: Path) -> dict[str, str]:
    """Properties, counts and characteristics (count of expected) by name."""
    root = etree.fromstring(characterised(path))
    SCHEMA.assertValid(root)
    found = {str(one.get("name")): one.text or "" for one in root.iter(f"{SMAC}property")}
    found |= {str(one.get("unit")): one.text or "" for one in root.iter(f"{SMAC}count")}
    for one in root.iter(f"{SMAC}characteristic"):
        found[str(one.get("name"))] = f"{one.get('score')} {one.get('count')}/{one.get('expected', '')}"
    return found


@pytest.mark.parametrize("state", [PostState(text="Dicht 🚧"), PostState(html="<p>🚧</p>"), PostState(title="🚧")])
def test_an_emoji_counts_in_a_text_and_in_a_title(state: PostState, tmp_path: Path) -> None:
    posts = [simple(versions=(PostVersion(state),)), simple(native_id="2", state=PostState(text="a", title="b"))]
    (tmp_path / "posts.jsonl").write_bytes(b"".join(map(encode, posts)))
    assert told(tmp_path / "posts.jsonl")["emoji's"] == "niet vastgesteld 1/"


def test_normalised_posts_are_counted_by_characteristic(tmp_path: Path) -> None:
    media = (Media("image", path="objects/a.png"), Media("image"), Media("video", path="objects/a.mp4"))
    full = PostState(text="Dicht 🚧", media=media, links=(Link("https://voorbeeldstad.example/"),), language="nl")
    items = [
        simple(native_id="1", state=full, url="https://x.example/1"),
        simple(native_id="2", klass="reply", relations=(Relation("reply", "1"),), parent="1", thread="1", depth=1),
        simple(native_id="3", created=Moment(), versions=(PostVersion(PostState()), PostVersion(PostState(text="a")))),
    ]
    (tmp_path / "posts.jsonl").write_bytes(b"".join(map(encode, items)))
    found = told(tmp_path / "posts.jsonl")
    assert (found["own"], found["reply"], found["form"]) == ("2", "1", "normalised posts")
    assert found["tekst"] == "niet vastgesteld 3/"
    assert found["afbeeldingen"] == "- 1/2"
    assert found["video's"] == "+ 1/1"
    assert found["emoji's"] == "niet vastgesteld 1/"
    assert found["reactiedraad"] == "+ 1/1"
    assert found["datum en tijd"] == "- 2/3"
    assert found["bewerkingen"] == "niet vastgesteld 1/"
    assert found["adres"] == "- 1/3"


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("lijnen.jsonl", lambda: b'{"a": 1}\n{"a": 2}\n', {"lines": "2"}),
        ("punt.png", lambda: PNG, {"plays": "yes", "width": "1", "height": "1", "frames": "1"}),
        ("half.png", lambda: PNG[:-20], None),
        (
            "web.warc.gz",
            lambda: warc([ANSWER])["web.warc.gz"],
            {"records": "2", "response records": "1", "warcinfo records": "1", "faults of the file": "0"},
        ),
        (
            "web.wacz",
            lambda: in_wacz([ANSWER])["web.wacz"],
            {"records": "2", "web archives": "1", "faults of the file": "0"},
        ),
    ],
)
def test_each_kind_of_file_shows_what_it_is(
    tmp_path: Path, name: str, make: Callable[[], bytes], expected: dict[str, str] | None
) -> None:
    (tmp_path / name).write_bytes(make())
    if expected is None:
        with pytest.raises(UntoldError):
            told(tmp_path / name)
    else:
        assert expected.items() <= told(tmp_path / name).items()


def test_a_whole_account_is_measured_as_a_delivery_and_names_nobody(tmp_path: Path) -> None:
    path = zipped(tmp_path / "archief.zip", mastodon([note(1, "Dicht 🚧 @bewoner"), note(2, "Open")]))
    found = told(path)
    assert (found["posts"], found["tekst"], found["emoji's"]) == ("2", "+ 2/2", "+ 1/1")
    xml = characterised(path).decode()
    assert not [word for word in ("bewoner", "voorbeeldstad", "Dicht") if word in xml.lower()]


def test_what_a_record_says_of_itself_is_told_only_where_it_is_what_it_should_be(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: Jan Jansen\r\nWARC-Date: gisteren\r\nContent-Length: 900\r\n\r\nx"
    (tmp_path / "a.warc").write_bytes(head)
    found = told(tmp_path / "a.warc")
    assert (found["other records"], found["truncated records"], found["bytes in blocks"]) == ("1", "1", "0")
    assert "Jansen" not in characterised(tmp_path / "a.warc").decode()
    assert "first day" not in found


@needs_ffmpeg
def test_a_film_is_decoded(tmp_path: Path) -> None:
    found = told(film(tmp_path / "a.mp4"))
    assert (found["kind"], found["plays"], found["width"], found["frames"]) == ("video", "yes", "160", "20")
    assert 1.9 < float(found["seconds"]) < 2.2


def test_of_what_no_row_names_one_sentence_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brief.txt").write_bytes(b"Goedemorgen\n")
    assert command(["characterise", str(tmp_path / "brief.txt")]) == 1
    assert command(["characterise", str(tmp_path / "weg.warc")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.rpartition("/")[2] for line in said.err.splitlines()] == [
        "brief.txt: nothing is told of files of this format by themselves",
        "weg.warc: No such file or directory",
    ]


def test_the_rows_name_formats_once_and_ours_as_they_are() -> None:
    own = {row.id for row in signatures("own_formats")}
    named = [puid for row in {id(row): row for row in kinds().values()}.values() for puid in row["formats"]]
    assert len(named) == len(set(named))
    assert {puid for puid in named if is_own(puid)} <= own
