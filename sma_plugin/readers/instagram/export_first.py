"""Instagram's export of the first generation (2018 to 2020): ``media.json``, ``comments.json`` and ``profile.json``."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Post, Problem, ProfileVersion, Relation
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.instagram.export_layout import NAME, PLATFORM, PROFILE
from sma_plugin.readers.instagram.export_posts import Posts
from sma_plugin.readers.json_members import members
from sma_plugin.readers.meta.captions import state
from sma_plugin.readers.meta.documents import Document, Record, is_sound
from sma_plugin.readers.meta.profile import Owner
from sma_plugin.readers.meta.text import words
from sma_plugin.readers.remarks import with_remarks
from sma_plugin.readers.values import iso_moment

_MEDIA = ("photos", "videos", "stories", "profile", "direct")
_COMMENTS = ("media_comments", "live_comments", "story_comments", "reels_comments")
_KEPT = frozenset({"username", "name", "biography", "website", "private_account", "date_joined"})


def media_items(capture: CaptureView, path: str, posts: Posts, owner: Owner) -> Iterator[Item]:
    """The posts, stories and profile pictures in ``media.json``; media of messages are cut out."""
    for record in Document(capture, path, _MEDIA):
        if isinstance(record, Problem):
            yield record
        elif record.listed == "direct":
            yield Exclusion(f"{NAME}.direct", path, record.piece.offset, len(record.piece.data))
        else:
            yield from _medium(record, path, posts, owner)


def _medium(record: Record, path: str, posts: Posts, owner: Owner) -> Iterator[Post | ProfileVersion | Problem]:
    item = record.value
    problems: list[Problem] = []
    medium = posts.media.medium({"uri": item.get("path")}, path, problems)
    yield from problems
    created = iso_moment(words(item.get("taken_at")))
    if record.listed == "profile":
        if medium and created:
            yield owner.picture(record, medium, created)
        return
    if created is None or medium is None:
        params: dict[str, str | int] = {"path": path, "reason": "a medium without file and moment"}
        yield Problem("SMA-R001", path, record.piece.offset, len(record.piece.data), params)
        return
    post = Post(
        platform=PLATFORM,
        author=posts.owner,
        native_id=None,
        created=created,
        state=state(words(item.get("caption")), (medium,)),
        kind="story" if record.listed == "stories" else "note",
        evidence=(record.evidence,),
    )
    yield from with_remarks(post, path, record.piece)


def comment_items(capture: CaptureView, path: str, posts: Posts) -> Iterator[Post | Problem]:
    """The comments in ``comments.json``: rows of a moment, a text and whose post it was said to."""
    for record in Document(capture, path, _COMMENTS, rows=True):
        if isinstance(record, Problem):
            yield record
            continue
        row = record.value.get("row")
        when, text, owner = (*map(words, row), None, None, None)[:3] if isinstance(row, list) else (None, None, None)
        created = iso_moment(when)
        if created is None or text is None:
            params: dict[str, str | int] = {"path": path, "reason": "a comment without text or moment"}
            yield Problem("SMA-R001", path, record.piece.offset, len(record.piece.data), params)
            continue
        answered = AccountRef(handle=owner) if owner else None
        post = Post(
            platform=PLATFORM,
            author=posts.owner,
            native_id=None,
            created=created,
            state=state(text, ()),
            relations=(Relation("reply", target_account=answered),),
            evidence=(record.evidence,),
        )
        yield from with_remarks(post, path, record.piece)


def profile_items(capture: CaptureView, path: str, owner: Owner) -> Iterator[Problem | Exclusion]:
    """Take in ``profile.json``, and cut out all but what it says to everyone."""
    records = list(Document(capture, path))
    yield from (one for one in records if isinstance(one, Problem))
    if not is_sound(records):
        yield Exclusion(PROFILE, path)
        return
    for record in records:
        if isinstance(record, Record):
            _take(record, owner)
            yield from _kept_out(record, path)


def _take(record: Record, owner: Owner) -> None:
    said = record.value
    owner.handle = owner.handle or words(said.get("username"))
    owner.name = owner.name or words(said.get("name"))
    owner.bio = owner.bio or words(said.get("biography"))
    owner.website = owner.website or words(said.get("website"))
    owner.private = owner.private or said.get("private_account") is True
    owner.evidence.append(record.evidence)


def _kept_out(record: Record, path: str) -> Iterator[Exclusion]:
    piece = record.piece
    try:
        found = [(start, end) for name, start, _, end in members(piece.data) if name not in _KEPT]
    except (ValueError, RecursionError):
        found = [(0, len(piece.data))]
    for start, end in found:
        yield Exclusion(PROFILE, path, piece.offset + start, end - start)
