"""Making a copy for access of one package's posts, in a folder of its own: in the package, or elsewhere later on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sma_plugin.formats import activitystreams
from sma_plugin.model import HistoryItem, PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import AT_ONCE, PART, write_bytes, write_json, write_json_lines, writing
from sma_plugin.package.items import without_collector
from sma_plugin.privacy.access import Access, Tally, is_gone, prepared
from sma_plugin.privacy.hidden import Hidden
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_in
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.requests import Requests, listed
from sma_plugin.privacy.rulings import Rulings
from sma_plugin.privacy.showing import Shown, shown
from sma_plugin.processes import Tick, shared_out, worth
from sma_plugin.reporting import Reporter
from sma_plugin.texts import UserError

POSTS, META, STATEMENTS = "posts.jsonl", "posts.meta.json", "statements.jsonl"
_SHIPPED = (activitystreams.CONTEXT_FILE, activitystreams.SCHEMA_FILE)
_TICK, _BLOCK = 500, 1 << 20


@dataclass
class Copied:
    """What came of it: the access copy's maker with its counts, and the files that were reviewed."""

    access: Access
    files: list[Shown] = field(default_factory=list)

    @property
    def left_out(self) -> list[Shown]:
        """The files that stay out all the same."""
        return [one for one in self.files if one.trouble]

    def with_metadata(self, came: Hidden) -> list[Shown]:
        """The files in the copy out of which what they say of themselves was taken, or could not be taken."""
        return [one for one in self.files if one.name and one.hidden == came]


Gone = frozenset[tuple[str, str]]
"""Platform and identifier of posts that are gone at their source."""


def gone_in(packages: Sequence[Package]) -> Gone:
    """The posts that any of these packages knows to be gone: a later capture tells it of what an earlier one holds."""
    items = (item for package in packages for item in items_of(package))
    return frozenset((one.platform, one.native_id) for one in items if isinstance(one, PostHistory) and is_gone(one))


def write_copy(
    package: Package, target: Path, keys: Keys, decided: Rulings, report: Reporter, gone: Gone = frozenset()
) -> Copied:
    """Write the copy into a folder: posts, their sidecar, what people had added, and the files that were reviewed.

    What lies there already is replaced. The keys have one in use. ``gone`` are posts that other packages tell of.
    """
    clear(target)
    with without_collector():
        access = access_of(package, keys, decided, Known.beside(keys.path))
        access.gone = gone
        files = list(shown(package, target, decided.files))
        access.parts.reviewed = {one.path: one.name for one in files if one.name}
        _write_posts(package, target, access, report)
    for name in _SHIPPED:
        write_bytes(target / name, activitystreams.shipped(name))
    if access.statements:
        write_json_lines(target / STATEMENTS, access.statements)
    return Copied(access, files)


def access_of(package: Package, keys: Keys, decided: Rulings, known: Known) -> Access:
    """What makes copies of the items of a package, once everybody in it was met."""
    if keys.current is None:
        raise UserError("key_none", path=keys.path)
    pseudonyms = Pseudonyms(keys.current)
    people = People(pseudonyms, decided.shown, known)
    access = prepared(met_in(package.posts), pseudonyms, people, decided.words)
    requests = Requests(listed(keys).rows(), list(keys))
    access.requests = requests if requests.apply else None
    access.keep_gone = decided.keep_gone
    return access


def items_of(package: Package) -> Iterator[HistoryItem]:
    """Everything that a package tells of."""
    return (line.item for line in activitystreams.read_lines(package.posts))


def clear(target: Path) -> None:
    """Take away the copy that an earlier run made."""
    for path in sorted(target.iterdir()) if target.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if target.is_dir():
        target.rmdir()


def _write_posts(package: Package, target: Path, access: Access, report: Reporter) -> None:
    """Write the posts, by as many processes as there is work and room for; the same bytes come of it."""
    counts = activitystreams.Counts()
    stretches = activitystreams.stretches(package.posts, worth(package.posts.stat().st_size))
    parts = [target / f"{POSTS}.{number}{PART}" for number in range(len(stretches))]
    works = [
        partial(_write_stretch, package.posts, stretch, part, access)
        for stretch, part in zip(stretches, parts, strict=True)
    ]
    target.mkdir(parents=True, exist_ok=True)
    with writing(target / POSTS) as stream:
        done = shared_out(works, lambda posts: report.progress(posts=posts)) if len(works) > 1 else None
        if done is None:
            done = [_write(package.posts, (0, None), stream, access, lambda posts: report.progress(posts=posts))]
        else:
            _join(parts, stream)
        for written, told in done:
            counts.include(written)
            access.include(told)
    for part in parts:
        part.unlink(missing_ok=True)
    write_json(target / META, activitystreams.meta(counts))


def _write_stretch(
    source: Path, stretch: tuple[int, int], part: Path, access: Access, tick: Tick
) -> tuple[activitystreams.Counts, Tally]:
    with part.open("wb", buffering=AT_ONCE) as stream:
        return _write(source, stretch, stream, access, tick)


def _write(
    source: Path, stretch: tuple[int, int | None], stream: BinaryIO, access: Access, tick: Tick
) -> tuple[activitystreams.Counts, Tally]:
    """Write the copy of a stretch of posts; gives what was counted."""
    access.tally()
    counts = activitystreams.Counts()
    posts = 0
    for item in access.items(line.item for line in activitystreams.read_lines(source, *stretch)):
        stream.write(activitystreams.encode(item))
        counts.add(item)
        if isinstance(item, PostHistory):
            posts += 1
            if posts % _TICK == 0:
                tick(_TICK)
    tick(posts % _TICK)
    return counts, access.tally()


def _join(parts: Sequence[Path], stream: BinaryIO) -> None:
    for part in parts:
        with part.open("rb") as written:
            shutil.copyfileobj(written, stream, _BLOCK)
