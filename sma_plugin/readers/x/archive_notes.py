"""Posts too long for ``tweets.js``: their full text stands in ``note-tweet.js`` and is joined to the post here.

A note has an id of its own and does not name its post. It is joined by equal id where there is one, else by moment and
text. A note is made some 10 to 40 milliseconds before its post, so mostly in the same second. The texts differ in their
short links (each has its own) and in those to media, which only the post has; a post can have a note and yet be whole.
Source: formats/PLATFORM_FORMATS.md 2.1, and archives of 2024 and 2025.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from sma_plugin.model import AccountRef, Evidence, Link, Moment
from sma_plugin.readers.x.archive_tweet import Id
from sma_plugin.readers.x.common import created, native, unescape

MAX_TEXT = 64 << 20
"""So many characters of notes are held in memory for joining; notes beyond are given as posts of their own."""
_SHORT_LINK = re.compile(r"https?://t\.co/\w+")
_ANY_LINK = "\0"
_ENDING = re.compile(r"(?P<cut>\s*(?:…|\.\.\.))?[\s\0]*\Z")
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
        if found is None and moment.us is not None and text:
            second = moment.us // _SECOND
            made = [*self._by_second.get(second, ()), *self._by_second.get(second - 1, ())]
            # A post in two lists asks for its own note twice.
            free = [one for one in made if one.joined is None or one.joined == post]
            found = _closest([one for one in free if _begins(text, one.text)], post) if free else None
        if found is not None:
            found.joined = post or ""
        return found

    def left(self) -> Iterator[Note]:
        """Notes that joined no post, in the order of the source."""
        return (one for one in self._all if one.joined is None)


def _begins(text: str, whole: str) -> bool:
    """Whether a post's text is the beginning of a note's, or, when it was not cut, all of it."""
    bare = _SHORT_LINK.sub(_ANY_LINK, text)
    ending = _ENDING.search(bare, max(0, len(bare) - _TAIL))
    if ending is None:  # an ending longer than any that X writes
        return False
    start, note_text = bare[: ending.start()], _SHORT_LINK.sub(_ANY_LINK, whole)
    # A reply's text begins with those it answers; the note's need not.
    answered = _ANSWERED.match(start)
    starts = (start, start[answered.end() :]) if answered else (start,)
    if ending["cut"]:
        return any(one and note_text.startswith(one) for one in starts)
    return note_text.rstrip(f"{_ANY_LINK} \n") in starts


def _closest(found: list[Note], post: str | None) -> Note | None:
    """Of notes that fit equally the one whose id, which counts time, is nearest to the post's."""
    if len(found) < 2 or not (post or "").isdecimal():
        return next(iter(found), None)
    near = [one for one in found if (one.id or "").isdecimal()]
    return min(near or found, key=lambda one: abs(int(one.id or 0) - int(post or 0)))
