"""The deliberate gaps of the examples: each is in a finding that the reports or the summary of the run show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sma_plugin.ingest import Result, ingest
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import load

EXAMPLES = Path(__file__).parent.parent / "examples"
CONTENTS: dict[str, Any] = json.loads((EXAMPLES / "contents.json").read_bytes())
CAPTURES = {
    "mastodon-archive.zip": "04-mastodon-platform-export",
    "x-archive.zip": "05-x-platform-export",
    "x-api/timeline.jsonl": "02-x-api",
    "x-api.warc.gz": "01-x-api",
    "x-page.wacz": "03-x-web-harvest",
}
TOLD_OF_A_LATER_CAPTURE = {"gone-later": CAPTURES["x-archive.zip"]}
SECRET = b"FICTITIOUS-TOKEN"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    home = tmp_path_factory.mktemp("examples")
    settings = load(EXAMPLES / "sma.toml")
    paths = msgspec.structs.replace(settings.paths, working_area=str(home / "work"))
    settings = msgspec.structs.replace(settings, paths=paths)
    return ingest([EXAMPLES / "captures"], home / "packages", settings, Quiet())


def gaps() -> Iterator[tuple[str, str, list[str]]]:
    for path, capture in CONTENTS.items():
        for gap in capture["gaps"]:
            yield path, gap["gap"], gap["shown"]


def test_one_account_waits_and_three_packages_are_made(result: Result) -> None:
    assert result.outcome is Outcome.NEEDS_DECISION
    assert result.held == ["X (Twitter) @burgemeestervbs"]
    assert len(result.packages) == 3


@pytest.mark.parametrize(("path", "gap", "shown"), [row for row in gaps() if row[1] != "secret"])
def test_every_gap_is_shown(result: Result, path: str, gap: str, shown: list[str]) -> None:
    assert shown, gap
    pages = [package.report.read_text(encoding="utf-8") for package in result.packages]
    everywhere = [finding for package in result.packages for finding in package.findings] + result.findings
    for code in shown:
        told = [finding for finding in everywhere if finding.code == code]
        capture = TOLD_OF_A_LATER_CAPTURE.get(gap, CAPTURES[path])
        assert any(finding.capture in (None, capture) for finding in told), (gap, code)
        if code not in ("SMA-B018", "SMA-S001"):  # a section of its own; of no package
            assert any(f"<code>{code}</code>" in page for page in pages)


def test_what_stays_out_is_a_section_of_the_report(result: Result) -> None:
    pages = "".join(package.report.read_text(encoding="utf-8") for package in result.packages)
    for words in ("Privéberichten", "Beveiligingsgegevens van het account", "Contacten en volgers", "Eigen likes"):
        assert words in pages


def test_a_secret_in_a_capture_stays_in_it(result: Result) -> None:
    holding = [path for one in result.packages for path in one.path.rglob("*") if path.is_file()]
    assert [path for path in holding if SECRET in path.read_bytes()] == []
    assert all(Package(one.path).mets.is_file() for one in result.packages)
