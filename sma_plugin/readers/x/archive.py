"""The archive that X (Twitter) gives an account of itself, in all its eras: Grailbird, tweet.js, tweets.js in parts.

Recognised by structure, read in this order: the account and its profile; posts, each file in the order of its items;
long texts that join no post; deletions and headers; what the archive states about itself beside what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sma_plugin.model import Item, Post, Problem, Tally
from sma_plugin.readers.contract import CaptureView, Listing, Match
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x import fields
from sma_plugin.readers.x.archive_files import ListFile, refused
from sma_plugin.readers.x.archive_grailbird import csv_posts, read_details
from sma_plugin.readers.x.archive_headers import read_deletions, read_headers
from sma_plugin.readers.x.archive_layout import POST_LISTS, Part, parts_of
from sma_plugin.readers.x.archive_manifest import Manifest
from sma_plugin.readers.x.archive_media import MediaFiles
from sma_plugin.readers.x.archive_notes import Note, NoteItem, Notes, note
from sma_plugin.readers.x.archive_owner import Profile, read_owner
from sma_plugin.readers.x.archive_posts import Posts
from sma_plugin.readers.x.archive_recognise import matches
from sma_plugin.readers.x.archive_rest import likes, unread_lists, unrecognised
from sma_plugin.readers.x.archive_tweet import Item as TweetItem
from sma_plugin.readers.x.common import native

_OWNER_LISTS = ("account", "profile", "verified", "protection", "handles")
_TWEET, _NOTE = Ladder(TweetItem), Ladder(NoteItem)


def recognise(listing: Listing) -> Match | None:
    """The first archive in the bundle; ``recognise_all`` gives every one."""
    return next(matches(listing), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per account and export."""
    return list(matches(listing))


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one archive (module docstring for their order)."""
    yield from _Reading(capture).items()


class _Reading:
    """One archive while it is read."""

    def __init__(self, capture: CaptureView) -> None:
        self._capture = capture
        paths = capture.match.paths
        self._parts = parts_of(capture, paths)
        self._first = self._parts[0].path if self._parts else paths[0]
        self._media = MediaFiles(paths, {member.path for member in capture.listing.members if member.size == 0})
        self._manifest = Manifest()
        self._notes = Notes()
        self._counted = 0

    def items(self) -> Iterator[Item]:
        """Everything in the archive."""
        profile, remarks = self._owner()
        yield from profile.items(self._media, self._manifest.at)
        yield from remarks
        author = profile.identity()
        if author.native_id is None and author.handle is None:
            yield Problem("SMA-R020", self._first)
        posts = Posts(author, self._manifest.at, self._media, self._notes, protected=profile.protected)
        unheld: list[Note] = []
        yield from self._read_notes(unheld)
        posts.circle = self._circle()
        yield from self._posts(posts)
        yield from self._lone(posts, unheld)
        yield from read_deletions(self._capture, self._listed("deletions"), author, self._manifest)
        yield from read_headers(self._capture, self._listed("headers"), posts.chains, self._manifest)
        yield from self._remarks(posts)

    def _listed(self, *names: str) -> list[Part]:
        """The files of some lists, list by list, each in the natural order of its parts."""
        found = [part for part in self._parts if part.name in names]
        return sorted(found, key=lambda part: (names.index(part.name), part.order))

    def _owner(self) -> tuple[Profile, list[Item]]:
        """Whose archive it is, with what is to be said about the files that tell it (a handful of items)."""
        remarks: list[Item] = list(self._manifest.read(self._capture, self._parts))
        profile = Profile(self._capture.match.account or self._manifest.account)
        for part in self._listed("grailbird-user"):
            remarks.extend(read_details(self._capture, part, profile))
        remarks.extend(read_owner(self._capture, self._listed(*_OWNER_LISTS), profile))
        return profile, remarks

    def _read_notes(self, unheld: list[Note]) -> Iterator[Problem | Tally]:
        for part in self._listed("notes", "deleted-notes"):
            listed = ListFile(self._capture, part.path, _NOTE)
            for item in listed:
                if isinstance(item, Problem):
                    yield item
                    continue
                one = note(item.value.body, item.evidence, part.path, deleted=part.name == "deleted-notes")
                if one is None:
                    yield refused(part.path, item.evidence, "a long text without text")
                elif not self._notes.add(one):
                    unheld.append(one)
            yield from self._manifest.tally(part, listed.counted)

    def _circle(self) -> frozenset[str]:
        """The posts of circles, which stand among the others in tweets.js too and must not pass for public there."""
        found = (
            native(item.value.post.native_id)
            for part in self._listed("circle")
            for item in ListFile(self._capture, part.path, _TWEET)
            if not isinstance(item, Problem) and item.value.post is not None
        )
        return frozenset(filter(None, found))

    def _posts(self, posts: Posts) -> Iterator[Item]:
        for part in self._listed(*POST_LISTS, "grailbird"):
            counted = 0
            for item in self._of_list(posts, part):
                counted += isinstance(item, Post)
                yield item
            self._counted += counted
            yield from self._manifest.tally(part, counted)
        if self._listed(*POST_LISTS, "grailbird"):
            return
        for part in self._listed("grailbird-csv"):
            for row in csv_posts(self._capture, part.path):
                for item in (row,) if isinstance(row, Problem) else posts.items(*row, part.path, part.name):
                    self._counted += isinstance(item, Post)
                    yield item

    def _of_list(self, posts: Posts, part: Part) -> Iterator[Item]:
        watch = fields.of_archive()
        for item in ListFile(self._capture, part.path, _TWEET):
            if isinstance(item, Problem):
                yield item
                continue
            watch.look(item.piece.data)
            tweet = item.value.post
            if tweet is None:
                yield refused(part.path, item.evidence, "a post without id and text")
            else:
                yield from posts.items(tweet, item.evidence, part.path, part.name)
        yield from watch.remarks(part.path)

    def _lone(self, posts: Posts, unheld: Sequence[Note]) -> Iterator[Item]:
        """Long texts that join no post: kept under their own id, and said so."""
        yield from _each_lone(posts, self._notes.left())
        yield from _each_lone(posts, unheld)

    def _remarks(self, posts: Posts) -> Iterator[Item]:
        missing = posts.chains.missing()
        if missing:
            yield Problem("SMA-R022", self._first, params={"missing": len(missing), "posts": posts.chains.posts})
        yield from self._media.remarks(self._first)
        yield from self._manifest.absent(self._parts, self._first)
        if self._manifest.total is not None:
            stated, path = self._manifest.total
            yield Tally("posts", stated, self._counted, path)
        yield from likes(self._capture, self._manifest)
        yield from unread_lists(self._capture)
        yield from unrecognised(self._capture, self._parts)


def _each_lone(posts: Posts, notes: Iterable[Note]) -> Iterator[Item]:
    for one in notes:
        yield Problem("SMA-R023", one.path, one.evidence.offset, one.evidence.length)
        yield posts.lone_note(one)
