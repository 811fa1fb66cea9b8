"""Whose export of Instagram or Threads it is: what the profile says to everyone, and what of it must stay out."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import msgspec

from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Exclusion,
    Link,
    Media,
    Moment,
    Problem,
    ProfileVersion,
)
from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.documents import readable
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.json_members import members, split_array
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Labelled, Meaning, means
from sma_plugin.readers.meta.text import members_of, repaired, words

_KEPT: tuple[Meaning, ...] = ("username", "name", "bio", "website", "private", "photo")
"""What a profile says to everyone; all the rest of it is security data, or of the people who run the account."""
_MOST = 16 << 20
"""A profile in a document larger than this many bytes is left out whole."""
_PAGES = {"instagram": "https://www.instagram.com/{}/", "threads": "https://www.threads.com/@{}"}


@dataclass(slots=True)
class Owner:
    """What the export says of its account, gathered."""

    platform: str
    declared: AccountRef = field(default_factory=AccountRef)
    folder: str | None = None
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    website: str | None = None
    private: bool = False
    avatar: Media | None = None
    evidence: list[Evidence] = field(default_factory=list)

    def take(self, record: Record, media: Media | None = None) -> None:
        """Add what a profile says; the first that says something holds."""
        said = Labelled(record.value)
        self.handle = self.handle or said.text("username")
        self.name = self.name or said.text("name")
        self.bio = self.bio or said.text("bio")
        self.website = self.website or said.text("website")
        self.private = self.private or (said.text("private") or "").casefold() == "true"
        self.avatar = self.avatar or media
        self.evidence.append(record.evidence)

    def ref(self) -> AccountRef:
        """The account, by what was declared, by its profile, and by the name of the folder."""
        declared = self.declared
        handle = self.handle or declared.handle or self.folder
        url = declared.url or (_PAGES[self.platform].format(handle) if handle else None)
        return msgspec.structs.replace(declared, handle=handle, name=self.name or declared.name, url=url)

    def items(self, path: str) -> Iterator[Account | ProfileVersion | Problem]:
        """The account and its profile as it stood at the export at ``path``; that nothing tells whose it is."""
        ref, evidence = self.ref(), tuple(self.evidence)
        if not (ref.native_id or ref.handle or ref.aliases or ref.url):
            yield Problem("SMA-R100", path)
            return
        yield Account(self.platform, ref, owner=True, evidence=evidence)
        if self.evidence:
            yield ProfileVersion(
                self.platform,
                ref,
                name=ref.name,
                handle=ref.handle,
                bio=self.bio,
                url=ref.url,
                links=(Link(self.website),) if self.website else None,
                avatar=self.avatar,
                evidence=evidence,
            )

    def picture(self, record: Record, medium: Media, at: Moment) -> ProfileVersion:
        """The profile from the moment that it got a picture."""
        return ProfileVersion(self.platform, self.ref(), at, avatar=medium, evidence=(record.evidence,))


def photo(record: Record) -> dict[str, object]:
    """The picture in a profile, as it is described there."""
    labelled = Labelled(record.value).of("photo")
    return (
        labelled
        if words(labelled.get("uri"))
        else next(
            (one for one in map(members_of, members_of(record.value.get("media_map_data")).values()) if one.get("uri")),
            {},
        )
    )


def kept_out(capture: CaptureView, path: str, listed: str, rule: str) -> Iterator[Exclusion]:
    """All of the document with the profile but what it says to everyone, each name-value pair by its own bytes.

    ``listed`` is the name of the list with the profile. Where not all can be told apart, all of it goes.
    """
    try:
        with closing(capture.open(path).stream) as stream:
            data = stream.read(_MOST + 1)
        found = list(_private_of_document(data, listed)) if len(data) <= _MOST else None
    except (ValueError, RecursionError, KeyError, *DAMAGE):
        found = None
    if found is None:
        yield Exclusion(rule, path)
        return
    for start, end in found:
        yield Exclusion(rule, path, start, end - start)


def _private_of_document(data: bytes, listed: str) -> Iterator[tuple[int, int]]:
    """Start and end of what stays out of a document. Raises ``ValueError`` when it is no whole one."""
    if not readable(data.removeprefix(codecs.BOM_UTF8).strip()):
        raise ValueError("the object is cut off")
    at = len(data) - len(data.removeprefix(codecs.BOM_UTF8))
    for name, start, value, end in members(data[at:]):
        items = split_array(data[at + value : at + end], 0) if name == listed else None
        if items is None:
            yield at + start, at + end
            continue
        for offset, item in items:
            yield from _private(Piece(at + value + offset, item))


def _private(piece: Piece) -> Iterator[tuple[int, int]]:
    for name, start, value, end in members(piece.data):
        inside = piece.data[value:end]
        if name in ("title", "media_map_data"):
            continue
        if name != "string_map_data" or inside[:1] != b"{":
            yield piece.offset + start, piece.offset + end
            continue
        for label, pair, _, stop in members(inside):
            if not any(means(repaired(label), meaning) for meaning in _KEPT):
                yield piece.offset + value + pair, piece.offset + value + stop
