"""What others took away at the source stays out of copies for access, unless a role decides otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from conversations import TALK, Home, home, page
from sma_plugin.cli import app
from sma_plugin.ingest import ingest
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.reporting import Quiet
from sma_plugin.selection.standing import load_checked as load
from sma_plugin.settings import Policy

NOT_FOUND = {
    "value": "30",
    "detail": "Could not find tweet with ids: [30].",
    "title": "Not Found Error",
    "resource_type": "tweet",
    "parameter": "ids",
    "resource_id": "30",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}
GONE = json.dumps(json.loads(page()) | {"errors": [NOT_FOUND]}).encode()
MAIL = b"Mail mij op"


def delivered(place: Home, *policies: Policy, lost: bool, name: str = "levering") -> Package:
    folder = place.config.parent / name
    folder.mkdir()
    (folder / "antwoord.json").write_bytes(TALK)
    if lost:
        (folder / "later.json").write_bytes(GONE)
    settings = msgspec.structs.replace(load(place.config), policies=dict(zip(("gone",), policies, strict=False)))
    result = ingest([folder], place.out / name, settings, Quiet())
    assert result.packages, [(one.code, one.params) for one in result.findings]
    (package,) = result.packages
    return Package(package.path)


@pytest.mark.parametrize(("gone", "choose", "there"), [(False, None, True), (True, None, False), (True, "keep", True)])
def test_a_reply_that_is_gone_stays_out_unless_a_role_decides(
    tmp_path: Path, *, gone: bool, choose: str | None, there: bool
) -> None:
    policies = [Policy("archivist", "2026-02-01", "Besluit 9", choose)] if choose else []
    package = delivered(home(tmp_path), *policies, lost=gone)
    assert MAIL in package.posts.read_bytes()
    assert (MAIL in package.access_posts.read_bytes()) == there
    assert ("SMA-P004" in (package.sma / "report.html").read_text(encoding="utf-8")) == (gone and not there)
    notes = " ".join(one.note or "" for one in read_json_lines(package.all_events, Event) if one.type == "redaction")
    assert ("gone: decided keep" in notes) == bool(choose)


def test_what_a_later_package_knows_to_be_gone_stays_out_of_a_copy_that_is_remade(tmp_path: Path) -> None:
    place = home(tmp_path)
    first = delivered(place, lost=False, name="januari")
    second = delivered(place, lost=True, name="februari")
    assert MAIL in first.access_posts.read_bytes()
    out = tmp_path / "opnieuw"
    paths = [str(first.root), str(second.root)]
    for given, there, to in ((paths[:1], True, "alleen"), (paths, False, "samen")):
        line = ["privacy", "remake", *given, "--out", str(out / to), "--config", str(place.config)]
        done = CliRunner().invoke(app, line)
        assert done.exit_code == 0, done.output
        texts = [path.read_bytes() for path in (out / to).rglob("posts.jsonl")]
        assert any(MAIL in text for text in texts) == there
