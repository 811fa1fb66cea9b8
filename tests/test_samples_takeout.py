"""A Takeout of others, at hand as a sample: history and follows, and not a single post."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from sma_plugin.model import Exclusion, Post, Tally
from sma_plugin.readers.youtube import takeout
from sma_plugin.testing import capture

SAMPLE = "youtube/ddptracker-fictional/takeout-youtube-2026-09.zip"


def test_what_was_watched_and_followed_is_counted_and_stays_out(samples: Path) -> None:
    with zipfile.ZipFile(samples / SAMPLE) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    view = capture(contents, takeout)
    items = list(takeout.read(view))
    assert set(view.match.paths) == set(contents)
    assert not [item for item in items if isinstance(item, Post)]
    assert {item.path for item in items if isinstance(item, Exclusion)} == set(contents)
    (followed,) = [path for path in contents if path.endswith(".csv")]
    rows = list(csv.DictReader(io.StringIO(contents[followed].decode(), newline="")))
    assert [item.counted for item in items if isinstance(item, Tally)] == [len(rows)]
