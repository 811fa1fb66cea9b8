"""Whether every byte area holds the JSON of the very post that it names: in ``posts.jsonl`` and in the kept evidence.

Areas are checked file by file in the order of their offsets; one file is open at a time, and nothing is read whole.
"""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import MalformedLineError, decode
from sma_plugin.model import PostHistory
from sma_plugin.validate.mets_stream import POSTS, Area, Document, post_areas

MAX_AREA = 64 << 20
"""A larger area is not searched through; that its file holds so many bytes is checked by the profile."""


def check_areas(root: Path, document: Document) -> Iterator[Finding]:
    """Check every byte area of every post of a package."""
    lines: dict[str, Area] = {}
    evidence: dict[str, list[Area]] = defaultdict(list)
    for area in post_areas(document):
        file = document.files.get(area.file)
        if file and file.path == POSTS and area.first:
            lines[area.div] = area
        elif file:
            evidence[file.path].append(area)
    names: dict[str, tuple[str, ...]] = {}
    yield from _check_lines(root / POSTS, lines, names)
    for path in sorted(evidence):
        yield from _check_evidence(root / path, path, evidence[path], names)


def _check_lines(path: Path, lines: dict[str, Area], names: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Every first area is one line of ``posts.jsonl``, and that line is a post; its names are remembered."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        for div, area in sorted(lines.items(), key=lambda pair: pair[1].begin):
            stream.seek(area.begin)
            data = stream.read(min(area.extent, MAX_AREA))
            try:
                post = decode(data)
            except MalformedLineError as error:
                yield make("SMA-V020", path=POSTS, offset=area.begin, item=div, reason=str(error)[:200])
                continue
            if not isinstance(post, PostHistory) or b"\n" in data:
                yield make("SMA-V020", path=POSTS, offset=area.begin, item=div, reason="no post")
                continue
            # The label of an own post is its native id; a third party's is a running number.
            if post.klass == "own" and area.label not in (post.native_id, ""):
                yield make("SMA-V021", path=POSTS, offset=area.begin, item=div)
            names[div] = _names(post)


def _names(post: PostHistory) -> tuple[str, ...]:
    """Everything by which the bytes of a post can show whose they are."""
    found = [post.native_id, *(post.revisions or ()), *(alias.value for alias in post.aliases)]
    found += [version.native_id for version in post.versions if version.native_id]
    if post.derived_id:
        found += [version.state.text for version in post.versions if version.state.text]
        found += [post.created.raw] if post.created.raw else []
    return tuple(name for name in found if name)


def _check_evidence(path: Path, name: str, areas: list[Area], names: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    if not path.is_file():
        return
    with path.open("rb") as stream:
        for area in sorted(areas, key=lambda one: one.begin):
            wanted = names.get(area.div)
            if wanted is None or area.extent > MAX_AREA:
                continue
            stream.seek(area.begin)
            data = stream.read(area.extent)
            if len(data) == area.extent and not _holds(data, wanted):
                yield make("SMA-V022", path=name, offset=area.begin, item=area.div)


def _holds(data: bytes, wanted: tuple[str, ...]) -> bool:
    """Whether bytes hold one of the names: as they are, or within a gzip member and its encoded body."""
    return any(_in(name, form) for form in _forms(data) for name in wanted)


def _in(name: str, data: bytes) -> bool:
    plain = name.encode("utf-8", "replace")
    tail = plain.rpartition(b"/")[2]
    escaped = plain.replace(b"/", b"\\/")
    return plain in data or escaped in data or (len(tail) > 5 and tail in data)


def _forms(data: bytes) -> Iterator[bytes]:
    yield data
    if data[:2] != b"\x1f\x8b":
        inner = data
    else:
        try:
            inner = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
        yield inner
    at = inner.find(b"\x1f\x8b\x08")
    if at > 0:
        yield _inflated(inner[at:])


def _inflated(data: bytes) -> bytes:
    """As much as can be had of an encoded body that begins here."""
    try:
        return zlib.decompressobj(31).decompress(data, MAX_AREA)
    except zlib.error:
        return b""
