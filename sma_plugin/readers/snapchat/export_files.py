"""The lists of My Data that are read: account.json, snap_pro.json and story_history.json, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sma_plugin.model import (
    Account,
    AccountRef,
    Counts,
    Exclusion,
    Item,
    Link,
    Media,
    Moment,
    Observation,
    Post,
    PostKind,
    PostState,
    Problem,
    ProfileVersion,
)
from sma_plugin.readers.allowed import kept_out
from sma_plugin.readers.contract import Member, Source
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.json_items import MAX_ITEM, Piece
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.left_out import item_left_out, whole_left_out
from sma_plugin.readers.nested import items_of, pairs, value_at
from sma_plugin.readers.remarks import with_remarks
from sma_plugin.readers.values import MediaKind, iso_moment

NAME, PLATFORM = "snapchat-export", "snapchat"
_ROLES = (
    ("account", re.compile(rb'"Basic Information"\s*:\s*\{[^{}]*"Username"\s*:')),
    ("stories", re.compile(rb'"(?:Your Story Views|Friend and Public Story Views)"\s*:')),
    ("public-profile", re.compile(rb'"Profile"\s*:\s*\{[^{}]*"Profile Title"\s*:')),
    ("memories", re.compile(rb'"Saved Media"\s*:\s*\[\s*(?:\]|\{[^{}]*"Media Type"\s*:)')),
)
_OWN = "Your Story Views"
_SHOWN: dict[str, PostKind] = {"Spotlights": "video", "Saved Stories": "story"}
"""What the public profile shows, and what kind of post it is."""
_MEDIA: dict[str, MediaKind] = {"video": "video", "image": "image", "photo": "image"}
_WHOLE_HOUR = re.compile(r".* \d\d:00:00 UTC")
_CUT = f"{NAME}.account-data"
_RULES = {"account": _CUT, "public-profile": f"{NAME}.profile-data", "stories": f"{NAME}.stories-seen"}
"""What of each list stays is named by its rule."""


def role_of(member: Member) -> str | None:
    """Which list of the export a member is, by its first names."""
    if member.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    return next((role for role, form in _ROLES if form.search(member.head)), None)


class File:
    """The reading of one list, and what is known after it: ``author`` is whose export it is.

    ``profile`` is the profile so far: name and public profile stand in two lists, and are one profile.
    """

    def __init__(self, source: Source, role: str, author: AccountRef, profile: ProfileVersion | None = None) -> None:
        self._source, self._path, self._role = source, source.path, role
        self.author, self.profile = author, profile

    def items(self) -> Iterator[Item]:
        """What the list tells, and what of it is cut. Of a damaged list nothing stays."""
        data = self._source.stream.read(MAX_ITEM)
        start = len(data) - len(data.removeprefix(b"\xef\xbb\xbf").lstrip())
        piece = Piece(start, data[start:].rstrip())
        try:
            decoded = tolerant(piece.data)
        except ValueError as error:
            yield unreadable(self._path, piece, str(error))
            yield from whole_left_out(_CUT, self._source)
            return
        reader = {"account": self._account, "public-profile": self._profile, "stories": self._stories}[self._role]
        yield from reader(piece, Fields(decoded))
        for one in kept_out(piece, _RULES[self._role]):
            yield from self._cut(_RULES[self._role], one)

    def _account(self, piece: Piece, given: Fields) -> Iterator[Item]:
        told = given.object("Basic Information")
        handle, name = told.text("Username"), told.text("Name")
        url = f"https://www.snapchat.com/add/{handle}" if handle else None
        self.author = AccountRef(handle, handle, name, url)
        evidence = (self._source.evidence(piece.offset, len(piece.data)),)
        yield Account(PLATFORM, self.author, owner=True, created=_moment(told.text("Creation Date")), evidence=evidence)
        self.profile = ProfileVersion(PLATFORM, self.author, name=name, handle=handle, url=url, evidence=evidence)

    def _profile(self, piece: Piece, given: Fields) -> Iterator[Item]:
        told = given.object("Profile")
        pictures = [told.text(name) for name in ("Profile Photo", "Hero Image")]
        avatar, header = (Media("image", source=_unsigned(one)) if one else None for one in pictures)
        website = told.text("Profile Website")
        known = self.profile or ProfileVersion(PLATFORM, self.author)
        self.profile = msgspec.structs.replace(
            known,
            name=told.text("Profile Title") or known.name,
            bio=told.said("Bio"),
            links=(Link(website),) if website else (),
            location=told.text("Location"),
            avatar=avatar,
            header=header,
            kind="public profile",
            evidence=(*known.evidence, self._source.evidence(piece.offset, len(piece.data))),
        )
        for name, _, value in pairs(piece):
            if name in _SHOWN:
                yield from self._shown(name, value)

    def _shown(self, name: str, value: Piece) -> Iterator[Item]:
        """What the profile shows to everyone: when it was placed, and where its picture or film could be had."""
        unknown = 0
        for piece, given in self._listed(value):
            created, source = _moment(given.text("Date")), given.text("Download URL")
            if created is None or source is None:
                unknown += 1
                continue
            kind = _MEDIA.get((given.text("Media Type") or "").casefold(), "unknown")
            post = Post(
                PLATFORM,
                self.author,
                None,
                created,
                PostState(media=(Media(kind, source=_unsigned(source)),)),
                "image" if kind == "image" and _SHOWN[name] == "video" else _SHOWN[name],
                audience="public",
                evidence=(self._source.evidence(piece.offset, len(piece.data)),),
            )
            yield from with_remarks(post, self._path, piece)
        if unknown or value.data[:1] not in (b"[", b"n"):
            yield Problem("SMA-R165", self._path, params={"value": name, "items": unknown or 1})

    def _stories(self, piece: Piece, _given: Fields) -> Iterator[Item]:
        rows = list(self._listed(value_at(piece, _OWN) or Piece(0, b"")))
        hours = all(_WHOLE_HOUR.fullmatch(given.text("Story Date") or "") for _, given in rows)
        for one, given in rows:
            yield from self._hour(one, given) if hours else self._story(one, given)
        if rows and hours:
            yield Problem("SMA-R280", self._path, params={"hours": len(rows)})

    def _listed(self, value: Piece) -> Iterator[tuple[Piece, Fields]]:
        """The objects in a list; the list was read as a whole before."""
        for piece in items_of(value):
            if given := Fields(tolerant(piece.data)):
                yield piece, given

    def _hour(self, piece: Piece, given: Fields) -> Iterator[Item]:
        """How often stories were seen in an hour: it says nothing of which stories there were."""
        if counts := {name: value for name, value in _stated(given).items() if value}:
            at, evidence = _moment(given.text("Story Date")), self._source.evidence(piece.offset, len(piece.data))
            yield Observation(PLATFORM, account=self.author, at=at, counts=counts, evidence=(evidence,))

    def _story(self, piece: Piece, given: Fields) -> Iterator[Item]:
        """A story that was placed: of what it showed nothing is left, and who could see it is not told."""
        counts = _stated(given)
        post = Post(
            PLATFORM,
            self.author,
            None,
            _moment(given.text("Story Date")) or Moment(),
            PostState(media=(Media("unknown"),)),
            "story",
            counts=Counts(counts) if counts else None,
            evidence=(self._source.evidence(piece.offset, len(piece.data)),),
        )
        yield from with_remarks(post, self._path, piece)

    def _cut(self, rule: str, piece: Piece) -> Iterator[Item]:
        if self._source.exact:
            yield Exclusion(rule, self._path, piece.offset, len(piece.data))
        else:
            yield from item_left_out(rule, self._source, piece.offset, len(piece.data))


def _stated(given: Fields) -> dict[str, int]:
    stated = {"views": given.whole("Story Views"), "replies": given.whole("Story Replies")}
    return {name: value for name, value in stated.items() if value is not None}


def _moment(raw: str | None) -> Moment | None:
    """A moment such as ``2020-03-02 21:35:00 UTC``."""
    found = iso_moment(f"{raw.removesuffix(' UTC')}Z" if raw and raw.endswith(" UTC") else raw)
    return Moment(found.us, raw, found.assumed) if found else None


def _unsigned(address: str) -> str | None:
    """An address without what signs it and lets it expire."""
    return re.split(r"[?#]", address, maxsplit=1)[0] if "://" in address else None
