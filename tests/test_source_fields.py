"""Nothing that the samples hold is passed over in silence: it comes through, or the table of fields says why not."""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

import making_feeds
import test_facebook_export_html as html_export
import test_instagram_export as instagram_export
import test_linkedin_workbook as linkedin_workbook
import test_youtube_takeout as youtube_takeout
from conftest import ROOT
from every_reader import declared
from meta_exports import JPEG, PAGE
from planting_web import PLATFORMS, har
from sma_plugin.model import Item, Post
from sma_plugin.package import WorkArea
from sma_plugin.package.items import read_items
from sma_plugin.pipeline import prepare, run
from sma_plugin.readers.registry import readers, recognise
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import MemoryCapture, listing
from sma_plugin.testing import folder as files_of
from source_fields import Told, json_told_by, passed_over
from source_forms import told_by

SAMPLES = (
    ("bluesky", "bluesky/granary-bsky-json"),
    ("facebook", "facebook/page-export-2025/facebook-examplepage-2026-3-6-AbCd"),
    ("facebook", "facebook/python-facebook-graph"),
    ("instagram", "instagram/ddptracker-fictional/*.zip"),
    ("instagram", "instagram/python-facebook-iggraph"),
    ("mastodon", "mastodon/fossilizer-export/*.zip"),
    ("mastodon", "mastodon/fedi-archive-tool-example"),
    ("mastodon", "mastodon/granary-activitypub"),
    ("mastodon", "mastodon/mastodonpy-api-2025"),
    ("mastodon", "mastodon/mastodonpy-api-cassettes"),
    ("tiktok", "tiktok/ddptracker-fictional/*.zip"),
    ("x", "x/assembled-graphql-usertweets"),
    ("youtube", "youtube/python-youtube-dataapi"),
)


EXAMPLES = (("x", "x-api"), ("x", "x-archive.zip"), ("mastodon", "mastodon-archive.zip"))


@cache
def table() -> list[dict[str, str | list[str]]]:
    rows: list[dict[str, str | list[str]]] = tomllib.loads(
        files("sma_plugin.readers").joinpath("unread.toml").read_text(encoding="utf-8")
    )["unread"]
    return rows


def unpacked(found: Path, target: Path) -> Path:
    if found.suffix != ".zip":
        return found
    with zipfile.ZipFile(found) as archive:
        archive.extractall(target / found.stem)
    return target / found.stem


def read(folder: Path, work: Path) -> list[Item]:
    place = WorkArea(work)
    prepare(place, [folder])
    run(("receive", "read"), place, Settings(), Quiet())
    return [item for _, item in read_items(place.items)]


def unexplained(platform: str, found: Path, target: Path, told_by: Told = json_told_by) -> dict[str, str | float]:
    """What of a delivery did not come through, and is not in the table either."""
    folder = unpacked(found, target)
    items = read(folder, target / "work")
    assert len(items) > 1
    patterns = [field for row in table() if row["platform"] in (platform, "all") for field in row["fields"]]
    over = passed_over(items, folder, told_by)
    return {field: value for field, value in over.items() if not any(fits(field, one) for one in patterns)}


def fits(field: str, pattern: str) -> bool:
    return fnmatchcase(f".{field}", f"*.{pattern}")


@pytest.mark.parametrize(("platform", "sample"), SAMPLES)
def test_every_value_of_a_sample_comes_through_or_is_in_the_table(
    platform: str, sample: str, samples: Path, tmp_path: Path
) -> None:
    (found,) = samples.glob(sample)
    assert unexplained(platform, found, tmp_path) == {}


@pytest.mark.parametrize(("platform", "example"), EXAMPLES)
def test_every_value_of_an_example_comes_through_or_is_in_the_table(
    platform: str, example: str, tmp_path: Path
) -> None:
    assert unexplained(platform, ROOT / "examples" / "captures" / example, tmp_path) == {}


def delivery(contents: dict[str, bytes], folder: Path) -> Path:
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


FEEDS = {
    "youtube": making_feeds.YOUTUBE,
    "mastodon": making_feeds.MASTODON,
    "ostatus": making_feeds.OSTATUS,
    "bluesky": making_feeds.BLUESKY.replace(b"\n\n[contains quote post or other embedded content]", b""),
    "nitter": making_feeds.NITTER,
    "modules": making_feeds.MODULES,
}
OTHERWISE = {
    ("youtube", "entry.id"),
    ("mastodon", "item.description"),  # the warning before the text is apart
    *(("modules", f"item.{name}") for name in ("author", "georss:point", "itunes:duration", "media:keywords")),
    *(("modules", f"item.media:content{name}") for name in ("@duration", ".media:rating")),
    ("mastodon", "item.media:content.media:rating"),
    ("ostatus", "entry.link@href"),  # "everyone" is the audience
}
"""What comes through in a form of its own; tests of the reader say in which."""


@pytest.mark.parametrize("name", FEEDS)
def test_every_value_of_a_feed_comes_through_or_is_in_the_table(name: str, tmp_path: Path) -> None:
    of_server = declared("mastodon", native_id="https://sociaal.voorbeeldstad.example/users/gemeente")
    folder = delivery({"feed.xml": FEEDS[name], **(of_server if name == "modules" else {})}, tmp_path / "in")
    assert unexplained("feeds", folder, tmp_path, told_by).keys() == {way for feed, way in OTHERWISE if feed == name}


ROWS = {
    "linkedin": {linkedin_workbook.NAME: linkedin_workbook.POSTS},
    "youtube": {
        **youtube_takeout.videos(youtube_takeout.video()),
        f"{youtube_takeout.EN}comments/comments.csv": youtube_takeout.table(
            youtube_takeout.COMMENTS[2], youtube_takeout.comment(youtube_takeout.COMMENTS[2])
        ),
    },
}


@pytest.mark.parametrize("platform", ROWS)
def test_every_cell_of_a_table_comes_through_or_is_in_the_table(platform: str, tmp_path: Path) -> None:
    folder = delivery(ROWS[platform], tmp_path / "in")
    lasts = {"Approx Duration (ms)"}  # in seconds
    assert unexplained(platform, folder, tmp_path, told_by).keys() - lasts == set()


@pytest.mark.parametrize(
    ("platform", "sample", "otherwise"),
    [
        ("linkedin", "linkedin/silkyrich-sample_export/sample_export", {"Twitter Handles", "Websites"}),
        ("bluesky", "bluesky/indigo-cars", set()),
        ("x", "warc/assembled-social", set()),
    ],
)
def test_every_value_of_rows_blocks_and_records_comes_through_or_is_in_the_table(
    platform: str, sample: str, otherwise: set[str], samples: Path, tmp_path: Path
) -> None:
    assert unexplained(platform, samples / sample, tmp_path, told_by).keys() == otherwise


def test_every_value_of_answers_in_a_web_archive_comes_through_or_is_in_the_table(tmp_path: Path) -> None:
    packed = ROOT / "examples" / "captures" / "x-api.warc.gz"
    folder = delivery({packed.name: packed.read_bytes()}, tmp_path / "in")
    assert unexplained("x", folder, tmp_path, told_by).keys() <= {"created_at"}  # of an account known by another answer


ANSWERED = {"instagram": {"id"}, "youtube": {"contentDetails.duration"}}
"""What comes through otherwise: two numbers in one, a length as a period."""


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_value_of_an_answer_in_a_browsers_record_comes_through_or_is_in_the_table(
    name: str, tmp_path: Path
) -> None:
    platform, asked = name.partition("-")[0], PLATFORMS[name]
    contents = har([asked.public]) | (declared(platform, native_id=asked.owner) if asked.owner else {})
    over = unexplained(platform, delivery(contents, tmp_path / "in"), tmp_path, told_by)
    assert over.keys() == ANSWERED.get(name, set())


def facebook_page() -> dict[str, bytes]:
    picture = "your_facebook_activity/posts/media/Markt_1/a.jpg"
    row = '<table><tr><td class="_a6_q">{}</td><td class="_2piu _a6_r">{}</td></tr></table>'
    shown = (
        f'<div class="_2pin"><div><div><a href="{picture}"><img src="{picture}" class="_a6_o" /></a></div>'
        f'<div class="_3-95">De markt</div>{row.format("Upload-IP", "203.0.113.5")}</div></div>'
    )
    link = '<div class="_2pin"><a href="https://voorbeeldstad.example/a">Het bericht</a></div>'
    body = shown + html_export.said("De kade &amp; meer &#064;[100:2048:Wijkraad Oost]") + link
    body += row.format("Plaats", "Kade Verzonnen") + html_export.said("Updated May 02, 2021 8:12:17 am")
    card = html_export.section("Gemeente heeft een foto toegevoegd.", body, "Dec 25, 2020 11:30:00 pm")
    answer = html_export.section(
        "Gemeente replied to Jan Voorbeeld's comment.", html_export.said("Dank"), "Dec 25, 2020 11:31:00 pm"
    )
    pages = {html_export.POSTS: html_export.page(card), html_export.COMMENTS: html_export.page(answer)}
    return {**pages, picture: JPEG, "logged_information/location/timezone.html": html_export.ZONE}


def instagram_page() -> dict[str, bytes]:
    shown = (
        '<div class="pam _a6-g uiBoxWhite noborder"><a href="media/posts/1/a.jpg"><img src="media/posts/1/a.jpg"/></a>'
        '<table><tr><td class="_a6_q">Breedtegraad</td><td class="_a6_r">52.1</td></tr></table></div>'
    )
    card = instagram_export.card("Café &#064;wijkraad<br/>open", shown, "Sep 28, 2020, 3:08 PM")
    body = PAGE.format(f'<main class="_a706" role="main">{card}</main>').encode()
    return {instagram_export.ACTIVITY + "media/posts_1.html": body, "media/posts/1/a.jpg": JPEG}


@pytest.mark.parametrize(("platform", "made"), [("facebook", facebook_page), ("instagram", instagram_page)])
def test_every_text_and_address_on_a_page_of_an_export_comes_through_or_is_in_the_table(
    platform: str, made: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    over = unexplained(platform, delivery(made(), tmp_path / "in"), tmp_path, told_by)
    of_the_export = "https://www.facebook.com/dyi/l/?l=AbC"  # from a date to the export, never to the post
    assert over in ({}, {"a@href": of_the_export})


SWITCHES = (
    ("facebook", "facebook/page-export-2025/facebook-examplepage-2026-3-6-AbCd"),
    ("facebook", "facebook/python-facebook-graph"),
    ("instagram", "instagram/ddptracker-fictional/*.zip"),
    ("instagram", "instagram/python-facebook-iggraph"),
    ("mastodon", "mastodon/fossilizer-export/*.zip"),
    ("mastodon", "mastodon/mastodonpy-api-2025"),
    ("tiktok", "tiktok/ddptracker-fictional/*.zip"),
    ("x", "x/assembled-graphql-usertweets"),
    ("youtube", "youtube/python-youtube-dataapi"),
)


@pytest.mark.parametrize(("platform", "sample"), SWITCHES)
def test_whatever_is_true_or_false_makes_a_difference_or_is_in_the_table(
    platform: str, sample: str, samples: Path, tmp_path: Path
) -> None:
    (found,) = samples.glob(sample)
    contents = files_of(unpacked(found, tmp_path))
    names = sorted(
        {name for data in contents.values() for name in re.findall(rb'"(\w+)"\s*:\s*(?:true|false)\b', data)}
    )
    patterns = [field for row in table() if row["platform"] in (platform, "all") for field in row["fields"]]
    told = [name for name in names if any(fits(name.decode(), one) for one in patterns)]
    whole = said_in(contents)
    assert said_in(switched(contents, told)) == whole
    assert [name for name in names if name not in told and said_in(switched(contents, [name])) == whole] == []


def switched(contents: dict[str, bytes], names: list[bytes]) -> dict[str, bytes]:
    """The same delivery with the other truth in these fields."""
    pattern = re.compile(rb'("(?:' + b"|".join(names or [b"-"]) + rb')"\s*:\s*)(true|false)\b')
    other = {b"true": b"false", b"false": b"true"}
    return {path: pattern.sub(lambda found: found[1] + other[found[2]], data) for path, data in contents.items()}


def said_in(contents: dict[str, bytes]) -> list[Any]:
    """What readers give of a delivery; where it stands in its bytes is none of it."""
    members = listing(contents)
    found = (readers()[one.reader].read(MemoryCapture(one, members, contents)) for one in recognise(members))
    return [_without_places(msgspec.to_builtins(item)) for items in found for item in items]


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        places = ("evidence", "offset", "length")
        return {name: _without_places(one) for name, one in value.items() if name not in places}
    return list(map(_without_places, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("lost", ["text", "html", "hashtags", "media"])
def test_what_a_reader_would_lose_is_found(lost: str, tmp_path: Path) -> None:
    folder = unpacked(ROOT / "examples" / "captures" / "mastodon-archive.zip", tmp_path)
    items = read(folder, tmp_path / "work")
    gone = {lost: None} if lost != "html" else {"html": None, "text": None}
    without = [replace(one, state=replace(one.state, **gone)) if isinstance(one, Post) else one for one in items]
    found = passed_over(without, folder).keys() - passed_over(items, folder).keys()
    assert found if lost != "text" else not found


def test_a_row_of_the_table_says_why_in_both_languages() -> None:
    assert all(row["nl"] and row["en"] and row["fields"] for row in table())
