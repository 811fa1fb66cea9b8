"""A capture in memory, for tests of readers: ours and those that others write.

>>> view = capture({"outbox.json": b"{}"}, reader)     # doctest: +SKIP
>>> items = list(reader.read(view))                     # doctest: +SKIP
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sma_plugin.bundle.gzip_member import MAGIC
from sma_plugin.model import Evidence
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Match, Member, Reader, Source
from sma_plugin.readers.values import shown_head


@dataclass
class MemoryCapture:
    """A :class:`~sma_plugin.readers.contract.CaptureView` over bytes in memory."""

    match: Match
    listing: Listing
    contents: Mapping[str, bytes]

    def open(self, path: str) -> Source:
        """The member at ``path``; raises ``KeyError`` when there is none."""
        data = self.contents[path]
        packed = data[:3] == MAGIC
        body = gzip.decompress(data) if packed else data
        return Source(path, io.BytesIO(body), Evidence(path), size=len(body), exact=not packed)

    def sources(self, path: str) -> Iterator[Source]:
        """The member itself; containers of responses are the bundle's business."""
        yield self.open(path)


def listing(contents: Mapping[str, bytes]) -> Listing:
    """The listing of a bundle with these members."""
    heads = {path: shown_head(data[:HEAD_BYTES], HEAD_BYTES) for path, data in contents.items()}
    return Listing(tuple(Member(path, len(data), heads[path]) for path, data in contents.items()))


def folder(path: Path) -> dict[str, bytes]:
    """Every file below ``path``, by its path relative to it, in name order."""
    found = (entry for entry in sorted(path.rglob("*")) if entry.is_file())
    return {entry.relative_to(path).as_posix(): entry.read_bytes() for entry in found}


def capture(contents: Mapping[str, bytes], reader: Reader) -> MemoryCapture:
    """The capture that ``reader`` recognises in ``contents``; raises ``LookupError`` when it recognises none."""
    members = listing(contents)
    match = reader.recognise(members)
    if match is None:
        raise LookupError("not recognised")
    return MemoryCapture(match, members, contents)
