"""Mastodon's account archive, in all its containers and generations, and ActivityStreams objects on their own.

An archive is an ``outbox.json`` (an OrderedCollection of activities) with ``actor.json``, collections of likes and
bookmarks, and the media. Source: Mastodon's backup service; Pleroma's and Akkoma's backups have the same form.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Post, Problem, ProfileVersion, Tally
from sma_plugin.readers.allowed import kept_out
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member, Source, alone
from sma_plugin.readers.documents import Values, peek, unreadable
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.left_out import item_left_out, whole_left_out
from sma_plugin.readers.mastodon import linked
from sma_plugin.readers.mastodon.activities import Activities
from sma_plugin.readers.mastodon.actors import actor_items
from sma_plugin.readers.mastodon.common import MEDIA_NAME, PLATFORM, Files, full_handle
from sma_plugin.readers.mastodon.objects import (
    ACTIVITIES,
    Thing,
    kind_of,
    page,
    words,
)
from sma_plugin.readers.mastodon.outboxes import ANY_OPENING, Outboxes, stated_total
from sma_plugin.readers.mastodon.roles import LISTS, Role, role_of, stem
from sma_plugin.readers.remarks import no_posts

NAME = "mastodon-archive"
LOOSE_CONFIDENCE = 30
ARCHIVE_CONFIDENCE = 60

_UNITS = {
    "mastodon-archive.likes": "own likes",
    "mastodon-archive.bookmarks": "own bookmarks",
    "mastodon-archive.contacts": "contacts",
}
_ACTOR, _UNKNOWN, _OTHER_MEDIA = (f"{NAME}.{name}" for name in ("actor-data", "unknown", "other-media"))
_MAX_ACTOR = 16 << 20
_actors = Ladder(Thing)
_PROFILE_PICTURE = re.compile(r"(avatar|header)\.\w+", re.IGNORECASE)


def recognise(listing: Listing) -> Match | None:
    """The first archive in the listing, or else the ActivityStreams objects in it."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per archive (each has a folder of its own), and one for all objects on their own."""
    roles = {member.path: role for member in listing.members if (role := role_of(member))}
    roots = sorted({_folder(path) for path, role in roles.items() if role in ("outbox", "actor")})
    archives = [_archive(listing, root, roots, roles) for root in roots]
    loose = tuple(path for path, role in roles.items() if role == "object")
    if loose:
        archives.append(Match(NAME, PLATFORM, "unknown", loose, confidence=LOOSE_CONFIDENCE))
    return archives


def _archive(listing: Listing, root: str, roots: list[str], roles: dict[str, Role]) -> Match:
    deeper = tuple(other for other in roots if other != root and other.startswith(root))
    members = [member for member in listing.under(root) if not deeper or not member.path.startswith(deeper)]
    paths = tuple(member.path for member in members if _claimed(member.path, root, roles))
    actor = next((member for member in members if roles.get(member.path) == "actor"), None)
    return Match(
        NAME,
        PLATFORM,
        "platform-export",
        paths,
        roots=(root,),
        confidence=ARCHIVE_CONFIDENCE,
        account=_account(actor),
        personal_export=True,
    )


def _claimed(path: str, root: str, roles: dict[str, Role]) -> bool:
    inner = path[len(root) :]
    if path in roles:
        return roles[path] != "object" and _folder(path) == root
    return rule_for(NAME, inner) is not None or re.fullmatch(MEDIA_NAME, inner, re.IGNORECASE) is not None


def _account(actor: Member | None) -> AccountRef | None:
    seen = peek(actor.head) if actor else None
    native = words(seen.fields.get("id")) if seen else None
    if seen is None or native is None:
        return None
    handle = full_handle(words(seen.fields.get("preferredUsername")), native)
    return AccountRef(native, handle, words(seen.fields.get("name")), page(seen.fields.get("url")))


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one archive: the account and its profile, its activities in order, what is left out."""
    match = capture.match
    members = [capture.listing.by_path[path] for path in match.paths]
    if not match.personal_export:
        for member in members:
            yield from _objects(capture.open(member.path))
        return
    roles = {member.path: role_of(member) for member in members}
    shown: set[str] = set()
    for item in _account_and_posts(capture, members, roles):
        if isinstance(item, Post | ProfileVersion):
            shown.update(_media_of(item))
        yield item
    for path, role in roles.items():
        if role not in ("actor", "outbox"):
            yield from _left_out(capture, path, role, shown)


def _account_and_posts(capture: CaptureView, members: list[Member], roles: dict[str, Role | None]) -> Iterator[Item]:
    root = capture.match.roots[0]
    files = Files(members, root)
    actor: Thing | None = None
    for path in (path for path, role in roles.items() if role == "actor"):
        known = yield from _actor(capture.open(path), files, owner=actor is None)
        actor = actor or known
    outboxes = [path for path, role in roles.items() if role == "outbox"]
    yield from _incomplete(root, actor, outboxes)
    yield from Outboxes(files, actor).items(capture, outboxes)


def _media_of(item: Post | ProfileVersion) -> Iterator[str]:
    """The delivered files that a post or a profile shows."""
    media = (item.state.media or ()) if isinstance(item, Post) else (item.avatar, item.header)
    return (one.path for one in media if one and one.path)


def accepts(source: Source) -> bool:
    """Whether a response, wherever it comes from, is an ActivityStreams document."""
    return linked.accepts(source)


def reading() -> linked.Documents:
    """The reading of documents that belong together: pages of an outbox are followed."""
    return linked.Documents()


read_source = alone(reading)


def _incomplete(root: str, actor: Thing | None, outboxes: list[str]) -> Iterator[Problem]:
    if actor is None:
        yield Problem("SMA-R067", outboxes[0] if outboxes else None, params={"path": f"{root}actor.json"})
    if not outboxes:
        yield Problem("SMA-R066", params={"path": f"{root}outbox.json"})


def _actor(source: Source, files: Files, *, owner: bool) -> Generator[Item, None, Thing | None]:
    data = source.stream.read(_MAX_ACTOR)
    piece = Piece(0, data)
    try:
        decoded = _actors.decode(data.removeprefix(codecs.BOM_UTF8))
    except ValueError as error:
        yield unreadable(source.path, piece, str(error))
        yield from whole_left_out(_ACTOR, source)
        return None
    if decoded.rung:
        yield Problem("SMA-R002", source.path, 0, len(data), {"path": source.path})
    yield from actor_items(decoded.value, source.evidence(0, len(data)), files, owner=owner)
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    for one in kept_out(Piece(mark, data[mark:]), _ACTOR):
        yield from item_left_out(_ACTOR, source, one.offset, len(one.data))
    return decoded.value


def _left_out(capture: CaptureView, path: str, role: Role | None, shown: set[str]) -> Iterator[Item]:
    """What is no post: lists of likes, bookmarks and contacts stay out, counted; so do media that no post shows.

    An archive holds the media of direct messages and of posts that were planned as well.
    """
    member = capture.listing.by_path[path]
    inner = path[len(capture.match.roots[0]) :]
    rule = (_list_rule(member) if role == "collection" else None) or rule_for(NAME, inner)
    if role == "collection":
        source = capture.open(path)
        items = ArrayItems(source.stream, opening=ANY_OPENING)
        counted = sum(1 for _ in items)
        if rule is None:
            yield no_posts(path, stem(path), counted)
            yield from whole_left_out(_UNKNOWN, source, counted)
            return
        yield from whole_left_out(rule, source, counted)
        yield Tally(_UNITS[rule], stated_total(items), counted, path)
    elif rule is not None:
        yield from whole_left_out(rule, capture.open(path))
    elif member.size and path not in shown and not _PROFILE_PICTURE.fullmatch(inner):
        yield Exclusion(_OTHER_MEDIA, path)


def _list_rule(member: Member) -> str | None:
    seen = peek(member.head)
    named = (words(seen.fields.get("id")) if seen else None) or ""
    return LISTS.get(stem(named)) or LISTS.get(stem(member.path))


def _objects(source: Source) -> Iterator[Item]:
    """The items of a document with ActivityStreams objects on their own: one, an array, or one a line."""
    reader = Activities(source, None)
    values = Values(source)
    for value in values:
        if not isinstance(value.decoded, dict):
            yield unreadable(source.path, value.piece, "no object")
        elif kind_of(value.decoded.get("type")) in ACTIVITIES:
            yield from reader.items(value.piece, value.locator)
        else:
            yield from reader.alone(value.piece, value.locator)
    yield from values.problems()
    yield from reader.finish()
