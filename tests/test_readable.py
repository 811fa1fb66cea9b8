"""Posts as a table and as pages: every post once, safe in a spreadsheet and in a browser."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import BinaryIO

import pytest
from lxml import etree

from history_values import simple
from sma_plugin.cli import app
from sma_plugin.formats.activitystreams import encode
from sma_plugin.model import AccountRef, Link, Media, Moment, Poll, PostHistory, PostState, Relation
from sma_plugin.package.files import write_bytes
from sma_plugin.package.files import writing as into_place
from sma_plugin.readable import writing
from sma_plugin.readable.row import columns, row_of
from sma_plugin.readable.source import Source
from sma_plugin.readable.writing import Written, write_readable
from sma_plugin.texts import UserError
from test_posts_compared import HARD

YEAR = 31_557_600_000_000


def written(
    tmp_path: Path, *posts: PostHistory, files: dict[str, bytes] | None = None, protected: bool = True
) -> tuple[Path, Written]:
    place = tmp_path / "pakket"
    write_bytes(place / "posts.jsonl", b"".join(map(encode, posts)))
    for name, data in (files or {}).items():
        write_bytes(place / name, data)
    out = tmp_path / "leesbaar"
    return out, write_readable(Source(place / "posts.jsonl", place, protected=protected), out, "nl", lambda _: None)


def rows(out: Path) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO((out / "posts.csv").read_bytes().decode("utf-8-sig"), newline=""), delimiter=";")
    )


class Texts(HTMLParser):
    """The texts of a page, and the elements that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_every_post_is_one_row_and_stands_on_the_page_of_its_threads_year(tmp_path: Path) -> None:
    first = simple(native_id="1", created=Moment(54 * YEAR))
    reply = simple(native_id="2", created=Moment(56 * YEAR), depth=1, parent="1", thread="1")
    out, made = written(tmp_path, first, reply, simple(native_id="3", created=Moment()))
    assert [(row["id"], row["antwoord op"], row["diepte"]) for row in rows(out)] == [
        ("1", "", "0"),
        ("2", "1", "1"),
        ("3", "", "0"),
    ]
    assert made == Written(3, {"2024": 2, "undated": 1})
    assert (out / "2024.html").read_text().count("<article") == 2
    assert 'href="undated.html"' in (out / "index.html").read_text()


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_stand_in_table_and_page_as_they_are(tmp_path: Path, text: str) -> None:
    out, _ = written(tmp_path, simple(state=PostState(text=text)))
    plain = text.replace("\0", "").replace("\ud83d", "?")
    assert rows(out)[0]["tekst"] == plain
    page = Texts(next(out.glob("[0-9u]*.html")).read_text("utf-8"))
    shown = re.sub(
        "[\x00\x0b\r\u202a-\u202e\ud800-\udfff]", lambda one: f"\\u{ord(one.group()):04x}", text.replace("\r\n", "\n")
    )
    assert shown in page.said
    assert "b" not in page.elements


@pytest.mark.parametrize("text", ["=1+1", "+31", "-2", "@stad", "\t=x", '=HYPERLINK("https://a.example";"x")'])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    out, _ = written(tmp_path, simple(state=PostState(text=text), author=AccountRef("1", None, text)))
    (row,) = rows(out)
    assert row["tekst"] == row["auteur"] == f"'{text}"


def test_nothing_of_a_delivery_is_markup_and_nothing_is_loaded_from_outside(tmp_path: Path) -> None:
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    state = PostState(
        text=nasty,
        title=nasty,
        content_warning=nasty,
        language=nasty,
        links=(Link(f"javascript:{nasty}", title=nasty),),
        media=(Media("image", path="../buiten.jpg", source="https://a.example/m.jpg", alt=nasty),),
        poll=Poll((nasty,)),
    )
    out, _ = written(tmp_path, simple(state=state, author=AccountRef("1", nasty, nasty)))
    (tmp_path / "buiten.jpg").write_bytes(b"x")
    for path in out.glob("*.html"):
        page = path.read_text("utf-8")
        assert {"script", "img", "iframe", "link"}.isdisjoint(Texts(page).elements)
        assert "default-src 'none'" in page
        assert not re.search(r'(?:href|src)="(?!index\.html|posts\.csv|\w+\.html)', page)
        assert html.unescape(page).count("alert(1)") >= page.count("<script") == 0


def test_a_medium_is_linked_when_its_file_is_there(tmp_path: Path) -> None:
    media = (Media("image", path="media/é 1.jpg", alt="bord"), Media("video", path="weg.mp4"))
    out, _ = written(tmp_path, simple(state=PostState(media=media)), files={"media/é 1.jpg": b"x"})
    page = next(out.glob("[0-9u]*.html")).read_text("utf-8")
    assert '<a href="../pakket/media/%C3%A9%201.jpg">afbeelding</a>: <bdi>bord</bdi>' in page
    assert "video (niet in deze kopie)" in page


@pytest.mark.parametrize(("protected", "told"), [(True, "niet in deze kopie"), (False, "ontbreekt")])
def test_a_medium_that_is_not_there_is_absent_from_a_copy_or_missing(
    protected: bool,  # noqa: FBT001
    told: str,
    tmp_path: Path,
) -> None:
    post = simple(state=PostState(media=(Media("video", path="weg.mp4"),)))
    out, _ = written(tmp_path, post, protected=protected)
    assert f"video ({told})" in next(out.glob("[0-9u]*.html")).read_text("utf-8")


@pytest.mark.parametrize("depth", [0, 1])
def test_what_a_post_answers_is_named_where_it_does_not_stand_above_it(depth: int, tmp_path: Path) -> None:
    answer = simple(native_id="2", depth=depth, parent="1", relations=(Relation("reply", "1"),))
    out, _ = written(tmp_path, simple(native_id="1"), answer)
    page = next(out.glob("[0-9u]*.html")).read_text("utf-8")
    assert ("Antwoordt op: <bdi>1</bdi>" in page) == (depth == 0)


def test_pages_are_well_formed_and_say_their_language(tmp_path: Path) -> None:
    out, _ = written(tmp_path, simple(state=PostState(text="dag", content_warning="let op", poll=Poll(("ja",)))))
    for path in out.glob("*.html"):
        page = etree.fromstring(path.read_bytes().replace(b"<!DOCTYPE html>", b""), etree.XMLParser(recover=True))
        assert page.get("lang") == "nl"
        assert len(page.findall(".//h1")) == len(page.findall(".//main")) == 1


def test_the_table_has_a_cell_for_every_column_and_every_column_is_explained() -> None:
    assert list(row_of(simple())) == list(columns())
    assert all({"nl", "en", "holds"} <= column.keys() for column in columns().values())


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "leesbaar").mkdir()
    with pytest.raises(UserError):
        written(tmp_path, simple())


@pytest.mark.parametrize("case", ["nothing", "no package", "no copy", "damaged"])
def test_bad_input_is_one_sentence(tmp_path: Path, case: str) -> None:
    place = tmp_path / "pakket"
    if case != "nothing":
        place.mkdir()
    if case in ("no copy", "damaged"):
        write_bytes(place / "objects/derived/normalised/posts.jsonl", b"{kapot\n")
    more = ["--original"] if case == "damaged" else []
    with pytest.raises(UserError):
        app(["posts", str(place), "--out", str(tmp_path / "uit"), *more], standalone_mode=False)
    assert list(tmp_path.glob("uit*")) == []


def test_a_copy_that_was_made_anew_can_be_shown_too(tmp_path: Path) -> None:
    write_bytes(tmp_path / "kopie" / "posts.jsonl", encode(simple(state=PostState(text="dag"))))
    with pytest.raises(UserError):
        app(["posts", str(tmp_path / "kopie"), "--out", str(tmp_path / "uit")], standalone_mode=False)
    write_bytes(tmp_path / "kopie" / "access.json", b"{}")
    app(["posts", str(tmp_path / "kopie"), "--out", str(tmp_path / "uit")], standalone_mode=False)
    assert [row["tekst" if "tekst" in row else "text"] for row in rows(tmp_path / "uit")] == ["dag"]


def test_a_year_with_many_posts_has_more_pages_and_no_thread_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_FULL", 2)
    moment = Moment(54 * YEAR)
    first, third = simple(native_id="1", created=moment), simple(native_id="3", created=moment)
    replies = [simple(native_id=f"2{one}", created=moment, depth=1, parent="1", thread="1") for one in "ab"]
    out, made = written(tmp_path, first, *replies, third, simple(native_id="4", created=Moment()))
    assert made == Written(5, {"2024": 3, "2024-2": 1, "undated": 1})
    index = (out / "index.html").read_text("utf-8")
    assert '<a href="2024-2.html">2024, deel 2</a> – 1 bericht<' in index
    assert "2024, deel 2</h1>" in (out / "2024-2.html").read_text("utf-8")


def test_no_more_pages_are_open_than_posts_still_come_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[Path] = set()
    most: list[int] = []

    @contextmanager
    def noted(path: Path) -> Iterator[BinaryIO]:
        opened.add(path)
        most.append(len(opened))
        with into_place(path) as stream:
            yield stream
        opened.remove(path)

    monkeypatch.setattr(writing, "writing", noted)
    monkeypatch.setattr(writing, "_FULL", 1)
    posts = [simple(native_id=str(one), created=Moment(54 * YEAR)) for one in range(9)]
    out, made = written(tmp_path, *posts)
    assert (len(made.pages), len(list(out.glob("2024*.html"))), max(most)) == (9, 9, 2)  # the table, and a page
    assert all(page.read_bytes().endswith(b"</html>\n") for page in out.glob("2024*.html"))


def test_of_a_post_of_which_only_the_day_is_known_no_time_is_shown(tmp_path: Path) -> None:
    out, _ = written(tmp_path, simple(created=Moment(54 * YEAR, "1 jan. 2024", "date")))
    assert rows(out)[0]["geplaatst (UTC)"] == "2024-01-01"
    assert "1 januari 2024 · " in Texts((out / "2024.html").read_text("utf-8")).said


def test_what_is_repeated_or_quoted_is_named(tmp_path: Path) -> None:
    out, _ = written(tmp_path, simple(kind="repost", relations=(Relation("repost", "77"),)))
    assert "<bdi>77</bdi>" in next(out.glob("[0-9u]*.html")).read_text("utf-8")
