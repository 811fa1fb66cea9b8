"""A second capture in which only counts changed: recognised as the same posts, in one run and beside a package."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from bench.harness import spent

POSTS = 100_000
SECOND = "second.msgpack"
DIGEST = "metadata/checksum.sha256"


def made(folder: Path) -> tuple[Path, Path]:
    """What readers yielded of two captures, and a stored package of the first one."""
    return folder / "items.msgpack", folder / "package"


def make(folder: Path) -> None:
    """Make what :func:`made` names."""
    import hashlib

    from bench.history import write_lines
    from sma_plugin.package import Package, WorkArea
    from sma_plugin.package.items import ItemWriter, read_items
    from sma_plugin.pipeline import prepare, run
    from sma_plugin.reporting import Quiet
    from sma_plugin.settings import Settings

    items, root = made(folder)
    place, package = WorkArea(folder / "work"), Package(root)
    prepare(place, [write_lines(folder / "again" / "posts.jsonl", POSTS)])
    run(("receive", "read"), place, Settings(), Quiet())
    with ItemWriter(items) as both, ItemWriter(folder / SECOND) as second:
        for _, item in read_items(place.items):
            both.add(0, item)
        for _, item in read_items(place.items):
            both.add(1, _counted_later(item))
            second.add(0, _counted_later(item))
    _store(package, place.items)
    digest = hashlib.sha256(package.posts.read_bytes()).hexdigest()
    (package.root / DIGEST).write_text(f"{digest}  ../objects/derived/normalised/posts.jsonl\n", encoding="utf-8")


def _counted_later(item: Any) -> Any:
    import msgspec

    from sma_plugin.model import Counts, Moment, Post

    if not isinstance(item, Post) or item.counts is None:
        return item
    counts = {name: count + 3 for name, count in item.counts.values.items()}
    return msgspec.structs.replace(item, counts=Counts(counts, Moment(1_800_000_000_000_000)))


def _store(package: Any, items: Path) -> None:
    """The first capture as a package: its normalised posts, and its record."""
    from sma_plugin.formats import activitystreams
    from sma_plugin.history.load import Loader
    from sma_plugin.history.store import HistoryStore
    from sma_plugin.history.threads import order_threads
    from sma_plugin.model import AccountRef, Capture
    from sma_plugin.package.items import read_items
    from sma_plugin.package.records import PackageIdentity, PackageRecord, write_record

    capture = Capture(id="01", technique="api", platform="x", captured="2025-04-01")
    store = package.root.with_name("own.sqlite")
    loader = Loader(store)
    loader.capture(capture)
    for _, item in read_items(items):
        loader.add(0, item)
    db = loader.finish()
    order_threads(db)
    native = db.execute(_MOST).fetchone()[0]
    db.execute("UPDATE account SET own = 1")
    db.close()
    package.normalised.mkdir(parents=True)
    with HistoryStore(store) as history, package.posts.open("wb") as stream:
        stream.writelines(activitystreams.encode(one) for one in history.histories())
    package.sma.mkdir(parents=True)
    identity = PackageIdentity("1", "first", "1", "x", AccountRef(native))
    write_record(package.record, PackageRecord(identity, (capture,)))


_MOST = """
SELECT account.native_id FROM account JOIN post ON post.account = account.id
GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""


def second_capture(items: str) -> tuple[int, int, float]:
    """Loading the second capture into the history of the first: the time of the second only."""
    import tempfile

    from sma_plugin.history.load import Loader
    from sma_plugin.model import Capture
    from sma_plugin.package.items import read_items, without_collector

    with tempfile.TemporaryDirectory() as folder, without_collector():
        loader = Loader(Path(folder) / "h.sqlite")
        numbers = [loader.capture(Capture(id=name)) for name in ("01", "02")]
        start = None
        for number, item in read_items(Path(items)):
            if number and start is None:
                start = spent()
            loader.add(numbers[number], item)
        db = loader.finish()
        seconds = spent() - (start or 0)
        posts, versions = db.execute(
            "SELECT (SELECT count(*) FROM post), (SELECT count(*) FROM post_version)"
        ).fetchone()
        assert posts == versions == POSTS, (posts, versions)
        db.close()
    return POSTS, Path(items).stat().st_size // 2, seconds


def beside_package(items: str, package: str) -> tuple[int, int]:
    """``--previous``: verify a stored package, read its posts back, and relate those of the second capture to them."""
    import tempfile
    from contextlib import closing

    from sma_plugin.model import Capture
    from sma_plugin.package.files import read_only
    from sma_plugin.package.items import read_items
    from sma_plugin.stored.chain import CHAIN, relate_all, sides_of
    from sma_plugin.stored.relating import Relating

    captures = [Capture(id="02", technique="api", platform="x", captured="2025-05-01")]
    second = read_items(Path(items).with_name(SECOND))
    with tempfile.TemporaryDirectory() as name:
        folder, own = Path(name), Path(package).with_name("own.sqlite")
        found = list(relate_all(folder, [Path(package)], own, captures, second))
        assert found == [], found
        sides = sides_of(folder)
        assert sides is not None
        with closing(sqlite3.connect(read_only(folder / CHAIN), uri=True, isolation_level=None)) as db:
            related = Relating(db, sides).related("x", sides.predecessors[0].native_id, (None, None))
        assert related is not None
        assert related.counts["known"] == POSTS, related.counts
        assert related.counts["changed"] == related.counts["new"] == 0, related.counts
    return 2 * POSTS, (Path(package) / "objects/derived/normalised/posts.jsonl").stat().st_size
