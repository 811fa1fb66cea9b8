"""Posts too long for ``tweets.js``: their full text stands in ``note-tweet.js`` and is joined to the post here.

A note has an id of its own and does not name its post. It is joined by equal id where there is one, else by the same
second and a text that begins as the post does. Source: formats/PLATFORM_FORMATS.md 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from sma_plugin.model import AccountRef, Evidence, Link, Moment
from sma_plugin.readers.x.archive_tweet import Id
from sma_plugin.readers.x.common import created, native, unescape

MAX_TEXT = 64 << 20
"""So many characters of notes are held in memory for joining; notes beyond are given as posts of their own."""
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)(?:\s+https?://t\.co/\w+)*\s*$")
_ANSWERED = re.compile(r"(?:@\w{1,50}\s+)+")
_SECOND = 1_000_000
_TAIL = 300
"""An ellipsis is looked for in so many last characters."""


class NoteUrl(msgspec.Struct, frozen=True, gc=False):
    """``core.urls[]``."""

    expandedUrl: str | None = None  # noqa: N815 -- the platform's own name
    shortUrl: str | None = None  # noqa: N815 -- the platform's own name


class NoteMention(msgspec.Struct, frozen=True, gc=False):
    """``core.mentions[]``."""

    screenName: str | None = None  # noqa: N815 -- the platform's own name
    id: Id = None


class NoteHashtag(msgspec.Struct, frozen=True, gc=False):
    """``core.hashtags[]``."""

    text: str | None = None


class NoteCore(msgspec.Struct, frozen=True, gc=False):
    """``core`` of a note, or its later spelling ``noteTweetResults``."""

    text: str | None = None
    urls: list[NoteUrl] | None = None
    mentions: list[NoteMention] | None = None
    hashtags: list[NoteHashtag] | None = None


class NoteResults(NoteCore, frozen=True, gc=False):
    """``noteTweetResults``, with the text in ``result`` or directly."""

    result: NoteCore | None = None


class NoteBody(msgspec.Struct, frozen=True, gc=False):
    """A note."""

    noteTweetId: Id = None  # noqa: N815 -- the platform's own name
    createdAt: str | None = None  # noqa: N815 -- the platform's own name
    deletedAt: str | None = None  # noqa: N815 -- the platform's own name
    core: NoteCore | None = None
    noteTweetResults: NoteResults | None = None  # noqa: N815 -- the platform's own name

    @property
    def content(self) -> NoteCore | None:
        """Where the text stands."""
        results = self.noteTweetResults
        for core in (self.core, results.result if results else None, results):
            if core is not None and core.text is not None:
                return core
        return None


class NoteItem(NoteBody, frozen=True, gc=False):
    """One item of ``note-tweet.js`` or ``deleted-note-tweet.js``."""

    noteTweet: NoteBody | None = None  # noqa: N815 -- the platform's own name
    deletedNoteTweet: NoteBody | None = None  # noqa: N815 -- the platform's own name

    @property
    def body(self) -> NoteBody:
        """The note in the item."""
        return self.noteTweet or self.deletedNoteTweet or self


@dataclass(slots=True)
class Note:
    """A note as it can be joined: its id, moment, text and parts, and where it was read."""

    id: str | None
    created: Moment
    core: NoteCore
    text: str
    evidence: Evidence
    path: str
    deleted: bool = False
    deleted_at: str | None = None
    joined: str | None = None
    """The post that the note was joined to."""

    @property
    def hashtags(self) -> tuple[str, ...]:
        """Hashtags of the whole text."""
        return tuple(tag.text for tag in self.core.hashtags or () if tag.text)

    @property
    def mentions(self) -> tuple[AccountRef, ...]:
        """Accounts mentioned in the whole text."""
        return tuple(AccountRef(native(who.id), who.screenName) for who in self.core.mentions or ())

    @property
    def links(self) -> tuple[Link, ...]:
        """Links of the whole text."""
        found = ((link.expandedUrl or link.shortUrl, link.shortUrl) for link in self.core.urls or ())
        return tuple(Link(url, shown) for url, shown in found if url)


def note(body: NoteBody, evidence: Evidence, path: str, *, deleted: bool) -> Note | None:
    """The note in an item; ``None`` when it has no text."""
    core = body.content
    if core is None or core.text is None:
        return None
    moment = created(body.createdAt)
    return Note(native(body.noteTweetId), moment, core, unescape(core.text), evidence, path, deleted, body.deletedAt)


class Notes:
    """The notes of one archive, waiting for their posts."""

    def __init__(self) -> None:
        self._by_id: dict[str, Note] = {}
        self._by_second: dict[int, list[Note]] = {}
        self._all: list[Note] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._all)

    def add(self, one: Note) -> bool:
        """Hold a note for joining; false when there is no room for it."""
        self._size += len(one.text) + 200
        if self._size > MAX_TEXT:
            return False
        self._all.append(one)
        if one.id:
            self._by_id.setdefault(one.id, one)
        if one.created.us is not None:
            self._by_second.setdefault(one.created.us // _SECOND, []).append(one)
        return True

    def for_post(self, post: str | None, moment: Moment, text: str | None) -> Note | None:
        """The note that a post is the beginning of. ``text`` is the post's, with entities resolved."""
        found = self._by_id.get(post) if post else None
        if found is None and moment.us is not None:
            candidates = self._by_second.get(moment.us // _SECOND)
            found = _begun(candidates, text, post) if candidates and text else None
        if found is not None:
            found.joined = post or ""
        return found

    def left(self) -> Iterator[Note]:
        """Notes that joined no post, in the order of the source."""
        return (one for one in self._all if one.joined is None)


def _begun(candidates: Iterable[Note], text: str, post: str | None) -> Note | None:
    """The note that a shortened text begins; a post in two lists asks for its own note twice."""
    shortened = _ELLIPSIS.search(text, max(0, len(text) - _TAIL))
    if shortened is None:
        return None
    start = text[: shortened.start()]
    # A reply's text begins with those it answers; the note's need not.
    answered = _ANSWERED.match(start)
    spoken = start[answered.end() :] if answered else start
    free = [one for one in candidates if one.joined is None or one.joined == post]
    return next((one for one in free if one.text.startswith(start) or (spoken and one.text.startswith(spoken))), None)
