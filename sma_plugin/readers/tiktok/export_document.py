"""One document of a TikTok export: the whole of it in memory, its parts by their own bytes; damaged ones in pieces."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Evidence, Exclusion, Item, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import cut_off, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members, split_array
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.left_out import item_left_out, whole_left_out
from sma_plugin.readers.remarks import nothing_read, with_remarks
from sma_plugin.readers.tiktok import export_posts
from sma_plugin.readers.tiktok.common import account
from sma_plugin.readers.tiktok.export_layout import (
    NAME,
    UNKNOWN,
    Pair,
    Part,
    count,
    is_blank,
    layout,
    pairs,
    parts,
    plain,
)
from sma_plugin.readers.tiktok.export_posts import Files, Makers
from sma_plugin.readers.tiktok.export_profile import CUT, Profile

MAX_DOCUMENT = 1 << 30
_BOM = b"\xef\xbb\xbf"
_TOLD = 3
"""So much of the path of an unknown section is told, two names: deeper ones can be those of people."""
_GIFTS, _DAMAGED = f"{NAME}.live-gifts", f"{NAME}.damaged"
_MAP = re.compile(rb'"ProfileMap"\s*:\s*(?=\{)')


class Document:
    """The reading of one document. ``author`` is whose it says that it is, once it was read."""

    def __init__(self, source: Source, files: Files, known: AccountRef | None) -> None:
        self._source, self._path = source, source.path
        self._files, self.author = files, known
        self._profile = Profile()
        self._told: Counter[str] = Counter()
        self._kept: list[tuple[int, int]] = []
        """Spans of what is kept of a damaged document."""

    def items(self) -> Iterator[Item]:
        """The profile, the posts in the order of the source, and what is cut."""
        data = self._source.stream.read(MAX_DOCUMENT + 1)
        if len(data) > MAX_DOCUMENT:
            yield nothing_read(self._path, "too large")
            yield from whole_left_out(_DAMAGED, self._source)
            return
        try:
            found = list(parts(data, data.startswith(_BOM) * len(_BOM), len(data.rstrip(b" \t\r\n\0"))))
        except ValueError:
            yield from self._saved(data)
        else:
            yield from self._sound(data, found)
        yield from self._remarks()

    def _sound(self, data: bytes, found: list[Part]) -> Iterator[Item]:
        for part in found:
            if part.section == "profile":
                self._profile.take(data, part.pair, self._path)
        yield from self._whose()
        for pair in self._profile.cut:
            yield from self._cut(CUT, pair)
        makers = Makers(self.author or account(), self._files)
        for part in found:
            if part.section is None:
                yield from self._left_out(data, part)
            elif part.section != "profile":
                yield from self._section(data, part, makers)

    def _whose(self) -> Iterator[Item]:
        if self._profile.fields:
            self.author = self._profile.ref
        yield from self._profile.items(self._source.fetched_at)

    def _left_out(self, data: bytes, part: Part) -> Iterator[Item]:
        """A pair that is cut: known ones by their rule; unknown ones are pointed out."""
        pair = part.pair
        if is_blank(data, pair.value, pair.end):
            return
        if part.rule is None:
            params: dict[str, str | int] = {
                "value": "/".join(part.path.split("/")[:_TOLD])[:200],
                "items": max(count(data, pair.value, pair.end), 1),
            }
            yield Problem("SMA-R162", self._path, pair.start, pair.end - pair.start, params)
        yield from self._cut(part.rule or UNKNOWN, pair, max(count(data, pair.value, pair.end), 1))

    def _cut(self, rule: str, pair: Pair, counted: int = 1) -> Iterator[Item]:
        if self._source.exact:
            yield Exclusion(rule, self._path, pair.start, pair.end - pair.start, counted)
        else:
            yield from item_left_out(rule, self._source, pair.start, pair.end - pair.start)

    def _section(self, data: bytes, part: Part, makers: Makers) -> Iterator[Item]:
        pair = part.pair
        if data[pair.value : pair.value + 1] != b"[":
            yield from self._left_out(data, Part(pair, part.path))
            return
        listed = split_array(data[pair.value : pair.end], 0)
        whole = data[pair.value : pair.end] if listed is None else b""
        pieces = ((one.offset, one.data) for one in ArrayItems(io.BytesIO(whole))) if listed is None else listed
        for offset, raw in pieces:
            yield from self._item(part.section or "", Piece(pair.value + offset, raw), makers)

    def _item(self, section: str, piece: Piece, makers: Makers) -> Iterator[Item]:
        try:
            decoded = tolerant(piece.data)
        except ValueError as error:
            yield unreadable(self._path, piece, str(error))
            return
        if not isinstance(decoded, dict):
            if decoded is not None:
                yield unreadable(self._path, piece, "no object")
            return
        evidence = self._source.evidence(piece.offset, len(piece.data), section)
        post = makers.make(section, export_posts.Item(decoded), evidence)
        self._told["audience"] += section in ("post", "story") and post.audience is None
        self._told["moment"] += export_posts.contradicts(post)
        yield from with_remarks(post, self._path, piece)
        if section == "live":
            for pair in pairs(piece.data, 0, len(piece.data)):
                if plain(pair.name) not in layout().live.names and not is_blank(piece.data, pair.value, pair.end):
                    moved = Pair(pair.name, *(at + piece.offset for at in pair[1:]))
                    yield from self._cut(_GIFTS, moved)

    def _remarks(self) -> Iterator[Problem]:
        for name, code in (("audience", "SMA-R063"), ("moment", "SMA-R163")):
            if self._told[name]:
                yield Problem(code, self._path, params={"path": self._path, "count": self._told[name]})

    def _saved(self, data: bytes) -> Iterator[Item]:
        """What can be saved of a document that is damaged or cut off; the rest of it goes, whatever it is."""
        named = _MAP.search(data)
        if named:
            yield from self._saved_profile(data, named.end())
        makers = Makers(self.author or account(), self._files)
        cut = not data.rstrip(b" \t\r\n\0").endswith(b"}")
        broken: list[tuple[Piece, str]] = []
        counted = 0
        for section, piece in _listed(data):
            if piece.whole:
                counted += 1
                self._kept.append((piece.offset, len(piece.data)))
                yield from self._item(section, piece, makers)
            else:
                broken.append((piece, "not well-formed"))
        if cut:
            tail = broken.pop()[0] if broken and broken[-1][0].offset + len(broken[-1][0].data) >= len(data) else None
            yield cut_off(self._path, tail, counted)
        elif not broken:
            yield Problem("SMA-R001", self._path, params={"path": self._path, "reason": "damaged around its items"})
        for piece, reason in broken:
            yield unreadable(self._path, piece, reason)
        yield from self._gaps(len(data))

    def _saved_profile(self, data: bytes, start: int) -> Iterator[Item]:
        try:
            for pair in _first_pairs(data, start):
                if self._profile.take_pair(data, pair):
                    self._profile.evidence.append(Evidence(self._path, "bytes", pair.start, pair.end - pair.start))
        except ValueError:
            # The damage is in the profile: what stands before it was taken.
            self._told["profile"] += 1
        self._kept.extend((one.offset or 0, one.length or 0) for one in self._profile.evidence)
        yield from self._whose()

    def _gaps(self, size: int) -> Iterator[Item]:
        """Everything that is not kept."""
        if not self._kept:
            yield from whole_left_out(_DAMAGED, self._source)
            return
        at = 0
        for offset, length in [*sorted(self._kept), (size, 0)]:
            if offset > at:
                yield from self._cut(_DAMAGED, Pair("", at, at, offset))
            at = max(at, offset + length)


def _first_pairs(data: bytes, start: int) -> Iterator[Pair]:
    """The pairs of an object in a damaged document, as far as they can be read."""
    for name, at, value, end in members(data[start : start + (1 << 16)]):
        yield Pair(name, start + at, start + value, start + end)


def _listed(data: bytes) -> Iterator[tuple[str, Piece]]:
    """The items of every list that is read, found by its own name and that of what holds it, in order.

    A broken item can hide the end of its list. What comes behind it counts only while it looks like what the list is
    of: other lists hold the log-ins and what was watched.
    """
    found = [
        (match.end() - 1, section)
        for section, form in layout().saved.items()
        for match in re.finditer(form.list.encode(), data)
    ]
    for start, section in sorted(found):
        # The bracket in front says that the list is part of an object, so that nothing is sought behind its end.
        stream = io.BytesIO(b"{" + data[start:])
        for piece in ArrayItems(stream, opening=r"^\{\[", start=start - 1):
            if piece.whole and not layout().saved[section].fits(piece.data):
                break
            yield section, piece
