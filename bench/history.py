"""Bundle to account history, and history to ActivityStreams, beside the fastest ways of merely reading the bytes."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))

POSTS = 200_000


def make(folder: Path) -> tuple[Path, Path]:
    """The bench's own data: JSON Lines of flattened posts, and API pages in WARC."""
    from make_many import write_api_warc

    lines = write_lines(folder / "lines" / "posts.jsonl", POSTS)
    pages = folder / "pages" / "pages.warc.gz"
    pages.parent.mkdir(parents=True)
    write_api_warc(pages, POSTS)
    return lines, pages


def write_lines(path: Path, posts: int) -> Path:
    """Flattened posts as JSON Lines."""
    from make_many import many_tweets

    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        for line in many_tweets(posts):
            data = line if isinstance(line, bytes) else line.encode()
            stream.write(data if data.endswith(b"\n") else data + b"\n")
    return path


def ours(bundle: str) -> tuple[int, int]:
    """Receive, read and history of a bundle, full text left out (it is counted apart)."""
    import sqlite3

    from sma_plugin.history import build
    from sma_plugin.history.load import Loader
    from sma_plugin.package import WorkArea
    from sma_plugin.pipeline import prepare, run
    from sma_plugin.reporting import Outcome, Quiet
    from sma_plugin.settings import Settings

    class WithoutFullText(Loader):
        def finish(self, *, full_text: bool = False) -> sqlite3.Connection:
            return super().finish(full_text=False)

    build.Loader = WithoutFullText
    with tempfile.TemporaryDirectory() as folder:
        place = WorkArea(Path(folder) / "work")
        prepare(place, [Path(bundle)])
        outcome = run(("receive", "read", "history"), place, Settings(), Quiet())
        assert outcome is Outcome.OK
        db = sqlite3.connect(place.history)
        posts = db.execute("SELECT count(*) FROM post").fetchone()[0]
        db.close()
        keep = Path(bundle).with_suffix(".sqlite")
        if not keep.exists():
            shutil.copyfile(place.history, keep)
    return posts, Path(bundle).stat().st_size


def full_text(store: str) -> tuple[int, int]:
    """Only the full-text index."""
    import sqlite3

    from sma_plugin.history.load import FULL_TEXT

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "h.sqlite"
        shutil.copyfile(store, path)
        db = sqlite3.connect(path)
        db.executescript(FULL_TEXT)
        posts = db.execute("SELECT count(*) FROM post").fetchone()[0]
        db.close()
    return posts, Path(store).stat().st_size


def normalise(store: str) -> tuple[int, int]:
    """The whole history as ActivityStreams lines, written to disk."""
    from sma_plugin.formats.activitystreams import encode
    from sma_plugin.history.store import HistoryStore

    posts = size = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "posts.jsonl").open("wb") as stream,
        HistoryStore(Path(store)) as history,
    ):
        for item in history.histories():
            size += stream.write(encode(item))
            posts += 1
    return posts, size


def standard_json(lines: str) -> tuple[int, int]:
    """The standard library, decoding only."""
    posts = 0
    with Path(lines).open("rb") as stream:
        for line in stream:
            json.loads(line)
            posts += 1
    return posts, Path(lines).stat().st_size


def orjson_lines(lines: str) -> tuple[int, int]:
    """orjson, decoding only."""
    import orjson

    posts = 0
    with Path(lines).open("rb") as stream:
        for line in stream:
            orjson.loads(line)
            posts += 1
    return posts, Path(lines).stat().st_size


def warcio_json(warc: str) -> tuple[int, int]:
    """Decoding with warcio and the standard library only."""
    from warcio.archiveiterator import ArchiveIterator

    posts = 0
    with Path(warc).open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                posts += len(json.loads(record.content_stream().read()).get("data", ()))
    return posts, Path(warc).stat().st_size


def fastwarc_orjson(warc: str) -> tuple[int, int]:
    """Decoding with fastwarc and orjson only."""
    import orjson
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    posts = 0
    with Path(warc).open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, auto_decode="all"):
            posts += len(orjson.loads(record.reader.read()).get("data", ()))
    return posts, Path(warc).stat().st_size
