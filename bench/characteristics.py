"""Measuring the essential characteristics of an account, beside merely decoding what its posts say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.history import ours, write_lines

POSTS = 22_000
"""As many as the published national pilot captured."""

CAPTURE = """
platform = "x"
technique = "api"
captured = "2024-02-12T09:00:00Z"
account = { native_id = "1234567890", handle = "vbstad" }
"""


def make(folder: Path) -> Path:
    """The history store of an account with so many posts."""
    lines = write_lines(folder / "lines" / "posts.jsonl", POSTS)
    (lines.parent / "capture.toml").write_text(CAPTURE, encoding="utf-8")
    ours(str(lines.parent))
    return lines.parent.with_suffix(".sqlite")


@contextmanager
def _opened(store: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        yield db


def measured(store: str) -> tuple[int, int]:
    """Every characteristic of each capture, each account and the whole, against the proposed profile."""
    from sma_plugin.characteristics.catalogue import wanted
    from sma_plugin.characteristics.measure import assess
    from sma_plugin.settings import Defaults, Settings

    with _opened(store) as db:
        aims, _ = wanted(Settings(defaults=Defaults(target_profile="voorstel")))
        assessment = assess(db, aims)
    assert any(one.standing == "met" for one in assessment.characteristics)
    return assessment.counts["posts"], Path(store).stat().st_size


def gaps(store: str) -> tuple[int, int]:
    """Every gap that the history shows."""
    from sma_plugin.characteristics.gaps import gaps as found_in

    with _opened(store) as db:
        list(found_in(db))
        (posts,) = db.execute("SELECT count(*) FROM post WHERE class = 'own'").fetchone()
    return int(posts), Path(store).stat().st_size


def standard_json(store: str) -> tuple[int, int]:
    """The standard library, decoding what every version says, and nothing more."""
    with _opened(store) as db:
        posts = sum(bool(json.loads(state)) for (state,) in db.execute("SELECT state FROM post_version"))
    return posts, Path(store).stat().st_size
