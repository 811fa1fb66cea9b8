"""The report: both languages, nothing from outside, delivered text as data; and in a real browser."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from making import mastodon, note, zipped
from sma_plugin.describe.chart import chart, covered_until
from sma_plugin.describe.report import collect, render
from sma_plugin.ingest import ingest
from sma_plugin.notation import word
from sma_plugin.package import Package
from sma_plugin.package.records import read_record
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings

HOSTILE = "<script>alert(1)</script>\u202egnp.exe [bold]x[/bold] {{ 7*7 }}"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    home = tmp_path_factory.mktemp("report")
    members = mastodon([note(1, "een"), note(2, "twee", published="2025-05-01T00:00:00Z")])
    members["actor.json"] = members["actor.json"].replace(b'"Gemeente Voorbeeldstad"', f'"{HOSTILE}"'.encode())
    bundle = zipped(home / "in" / "archief.zip", members)
    ingest([bundle], home / "out", Settings(undecided=True), Quiet())
    (root,) = [path for path in (home / "out").iterdir() if path.name != "for-depositor"]
    return Package(root)


def test_the_page_is_complete_in_both_languages(package: Package) -> None:
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    for words in ("Wat is aangeleverd", "What was delivered", "Wat te doen", "What to do", "nader te bepalen"):
        assert words in page
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).replace("{{ 7*7 }}", "")


def test_a_single_post_is_told_in_the_singular_and_a_role_by_its_name(package: Package) -> None:
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    assert ": 1 eigen bericht</title>" in page
    assert ": 1 eigen berichten</title>" not in page
    assert word("role", "custodian-delegate", "nl") == "gemandateerde van de zorgdrager"


def test_the_page_loads_nothing_and_runs_nothing(package: Package) -> None:
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object)\b|url\(|@import|\son\w+=|javascript:", page)


def test_the_page_can_be_read_by_those_who_do_not_see_it(package: Package) -> None:
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<th(?![^>]*scope=)(?!ead)", page)
    assert page.count("<svg") == len(re.findall(r'<svg[^>]*role="img" aria-label="[^"]{20,}"', page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r'(?:href="#|for="|aria-labelledby=")([^"]+)"', page)
    assert set(used) <= set(ids)
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_values_are_in_words_and_dates_as_people_write_them(package: Package) -> None:
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"<code>.*?</code>|<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert "archiveringsfunctie platform" in text
    assert "1 maart 2025" in text
    assert not re.search(r"\d{4}-\d\d-\d\dT|platform-export|account-owner|media missing", text)


def test_validation_stands_in_the_report(package: Package) -> None:
    assert "SMA-S002" in (package.sma / "report.html").read_text(encoding="utf-8")
    assert (package.sma / "report.json").is_file()


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 9999), st.integers(1, 12)).map(lambda pair: f"{pair[0]:04d}-{pair[1]:02d}"),
        st.dictionaries(st.sampled_from(["own", "reply", "context"]), st.integers(1, 10**6), min_size=1),
        max_size=6,
    )
)
def test_the_picture_holds_every_post_and_stays_in_its_frame(months: dict[str, dict[str, int]]) -> None:
    picture = chart(months)
    if not months:
        assert picture is None
        return
    assert picture is not None
    assert sum(bar.total for bar in picture.bars) == sum(sum(counts.values()) for counts in months.values())
    assert len(picture.bars) <= 49
    for bar in picture.bars:
        assert picture.left <= bar.x
        assert bar.x + bar.width <= picture.width + 0.01
        assert all(y >= -0.01 and y + height <= picture.base + 0.01 for _, y, height, _ in bar.parts)


def test_a_short_period_is_drawn_by_day_and_captures_by_what_they_cover() -> None:
    days = {"2024-02-28": {"own": 1}, "2024-03-02": {"own": 2, "reply": 1}}
    spans = [("01", "2024-02-28T06:00:00Z", "2024-03-02T12:00:00Z"), ("02", None, None)]
    picture = chart({"2024-02": {"own": 1}, "2024-03": {"own": 3}}, days, spans)
    assert picture
    assert (picture.unit, [bar.total for bar in picture.bars]) == ("day", [1, 0, 0, 3])
    assert [bar.start for bar in picture.bars] == ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]
    assert len(picture.empty) == 2
    ((name, y, x, width),) = picture.lanes
    assert name == "01"
    assert picture.base < y < picture.height
    assert picture.left < x < x + width < picture.width


@pytest.mark.parametrize(("first", "last"), [("2024-03", "2024-03"), ("2024-01", "2025-12"), ("2010-01", "2024-12")])
def test_labels_do_not_overlap(first: str, last: str) -> None:
    picture = chart({first: {"own": 1}, last: {"own": 1}})
    assert picture
    places = [x for x, _ in picture.labels]
    assert all(later - earlier > 62 for earlier, later in itertools.pairwise(places))
    assert covered_until(picture.bars[-1].start, picture.unit, picture.step) >= last


def test_the_label_of_a_narrow_last_bar_is_whole() -> None:
    days = {f"2024-03-{day:02d}": {"own": 1} for day in (1, 25)}
    picture = chart({"2024-03": {"own": 2}}, days)
    assert picture
    place, start = picture.labels[-1]
    assert start == "2024-03-25"
    assert place + 36 < picture.room  # "25 mrt 2024" in letters of 11 units


def test_an_undated_history_has_no_picture() -> None:
    assert chart({"undated": {"own": 3}}) is None


def test_what_was_delivered_cannot_disguise_itself(package: Package) -> None:
    page = render(collect(package))
    assert "\u202e" not in page


@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine: apt-get install chromium")
def test_a_browser_shows_it(package: Package, tmp_path: Path) -> None:
    picture = tmp_path / "report.png"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1000,2000",
        f"--screenshot={picture}",
        (package.sma / "report.html").resolve().as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert picture.stat().st_size > 20_000


def test_an_account_is_called_by_its_own_name_when_the_register_gives_none(package: Package) -> None:
    assert read_record(package.record).package.account.name == HOSTILE
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;\\u202egnp.exe" in (package.sma / "report.html").read_text("utf-8")
