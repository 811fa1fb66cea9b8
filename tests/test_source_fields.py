"""Nothing that the samples hold is passed over in silence: it comes through, or the table of fields says why not."""

from __future__ import annotations

import tomllib
import zipfile
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import ROOT
from sma_plugin.model import Item, Post
from sma_plugin.package import WorkArea
from sma_plugin.package.items import read_items
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from source_fields import passed_over

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


def unexplained(platform: str, found: Path, target: Path) -> dict[str, str | float]:
    """What of a delivery did not come through, and is not in the table either."""
    folder = unpacked(found, target)
    items = read(folder, target / "work")
    assert len(items) > 1
    patterns = [field for row in table() if row["platform"] in (platform, "all") for field in row["fields"]]
    over = passed_over(items, folder)
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
