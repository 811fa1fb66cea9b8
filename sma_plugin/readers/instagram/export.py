"""Instagram's own export of an account, in JSON and in HTML, of every generation since 2018.

Recognised by structure: renamed files, wrapper folders and parts do not matter. Read in this order: the account and its
profile; posts, reels and videos; what was archived or deleted; stories; reposts and comments; what is counted and not
kept. What is Threads' within it is left to the reader of Threads. Source: formats/PLATFORM_FORMATS.md 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Observation, Post, Problem, Tally
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.instagram import export_first
from sma_plugin.readers.instagram.export_layout import LEFT_OUT, NAME, PLATFORM, PROFILE, READ, Role, names_in, role_of
from sma_plugin.readers.instagram.export_pages import page_items
from sma_plugin.readers.instagram.export_posts import Posts
from sma_plugin.readers.instagram.export_recognise import EXPORT, counted
from sma_plugin.readers.meta.documents import Document
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.pages import Pages, is_page, named_on
from sma_plugin.readers.meta.profile import Owner, kept_out, photo
from sma_plugin.readers.meta.text import moment
from sma_plugin.readers.meta.traces import traces
from sma_plugin.readers.meta.tree import Place, below, handle_in, places

recognise, recognise_all = EXPORT.recognise, EXPORT.recognise_all


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one export (module docstring for their order)."""
    yield from _Reading(capture).items()


class _Reading:
    """One export while it is read."""

    def __init__(self, capture: CaptureView) -> None:
        self._capture = capture
        found = [(place, role_of(place.member, place.inner)) for place in places(capture)]
        self._places = [(place, role) for place, role in found if role is not None]
        self._left = {place.path: role for place, role in self._places if role in LEFT_OUT}
        self._media = MediaFiles(capture.listing.by_path[path] for path in capture.match.paths)
        self._owner = Owner(PLATFORM, capture.match.account or AccountRef(), handle_in(capture.match.roots))

    def items(self) -> Iterator[Item]:
        """Everything in the export."""
        remarks = list(self._profile())
        yield from self._owner.items(self._capture.match.paths[0])
        yield from remarks
        yield from self._pictures()
        posts = Posts(self._owner.ref(), self._media, self._owner.private)
        pages = Pages(self._capture, None)
        for role in READ:
            for place in self._of(role):
                if is_page(place.member.head):
                    yield from page_items(pages, place, role, posts)
                elif role == "first-media":
                    yield from export_first.media_items(self._capture, place.path, posts, self._owner)
                elif role == "first-comments":
                    yield from export_first.comment_items(self._capture, place.path, posts)
                else:
                    yield from self._file(posts, place, role)
                yield from traces(self._capture, place.path, f"{NAME}.upload")
        yield from self._counted()

    def _of(self, role: Role) -> list[Place]:
        return [place for place, one in self._places if one == role]

    def _records(self, path: str) -> Document:
        return Document(self._capture, path, names_in(self._capture.listing.by_path[path]))

    def _profile(self) -> Iterator[Problem | Exclusion]:
        """Whose export it is, and what is cut from the profile."""
        for place in self._of("first-profile"):
            yield from export_first.profile_items(self._capture, place.path, self._owner)
        for place in self._of("profile"):
            for record in self._records(place.path):
                if isinstance(record, Problem):
                    yield record
                    continue
                problems: list[Problem] = []
                self._owner.take(record, self._media.medium(dict(photo(record)), place.path, problems, "SMA-R065"))
                yield from problems
            yield from kept_out(self._capture, place.path, "profile_user", PROFILE)
        if not self._owner.handle:
            # The profile in HTML stays out as a whole, but it is told whose it is.
            paths = (member.path for member in self._capture.listing.members)
            pages = (path for path in paths if path.lower().endswith("/personal_information.html"))
            said = named_on(self._capture, pages, ("username", "name"))
            self._owner.handle, self._owner.name = said.get("username"), self._owner.name or said.get("name")

    def _pictures(self) -> Iterator[Item]:
        """The pictures that the profile has and had."""
        for place in self._of("profile-photos"):
            for record in () if is_page(place.member.head) else self._records(place.path):
                if isinstance(record, Problem):
                    yield record
                    continue
                problems: list[Problem] = []
                medium = self._media.medium(record.value, place.path, problems, "SMA-R065")
                yield from problems
                if medium is not None:
                    yield self._owner.picture(record, medium, moment(record.value.get("creation_timestamp")))

    def _file(self, posts: Posts, place: Place, role: Role) -> Iterator[Item]:
        posts.unknown.clear()
        made = 0
        for record in self._records(place.path):
            if isinstance(record, Problem):
                yield record
                continue
            for item in posts.items(record, role, place.path):
                made += isinstance(item, Post)
                yield item
        if posts.unknown:
            names = ", ".join(posts.unknown)[:200]
            yield Problem("SMA-R101", place.path, params={"path": place.path, "names": names})
        if role == "other" and made:
            yield Problem("SMA-R105", place.path, params={"path": place.path, "count": made})

    def _counted(self) -> Iterator[Item]:
        """What is left out whole; own likes, followers and who is followed are counted before they are."""
        counts: dict[str, int] = {}
        for member in self._capture.listing.members:
            inner = below(member.path, self._capture.match.roots)
            by_path = rule_for(NAME, inner)
            role = self._left.get(member.path)
            unit = counted(inner) if by_path else role and ("own likes" if role == "likes" else role)
            if unit is None or not member.path.lower().endswith(".json"):
                continue
            count = self._records(member.path).count()
            if role is not None:
                yield Exclusion(LEFT_OUT[role], member.path, count=count)
            if unit == "own likes":
                yield Tally(unit, None, count, member.path)
            else:
                counts[unit] = counts.get(unit, 0) + count
        if counts:
            yield Observation(PLATFORM, account=self._owner.ref(), counts=counts)
