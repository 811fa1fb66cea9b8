"""Photos and videos that no post in the export shows: of albums, uncategorised ones, and videos.

Each was placed on the profile by itself. What was uploaded together (one second, one caption) is one post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sma_plugin.model import Evidence, Location, Media, Post, PostKind, PostState, Problem, Relation
from sma_plugin.readers.facebook.export_layout import PLATFORM
from sma_plugin.readers.facebook.export_parts import place
from sma_plugin.readers.facebook.export_posts import Posts, named
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.text import hashtags, links, members_of, moment, objects, with_names, words
from sma_plugin.readers.remarks import with_remarks


class Photos:
    """Makes posts of the photos in one document; ``album`` is the name of the album that it is of."""

    def __init__(self, posts: Posts, path: str, album: str | None) -> None:
        self._posts, self._path, self._album = posts, path, album
        self._held: list[tuple[Record, Media]] = []
        self._key: tuple[Any, Any] = (None, None)

    def items(self, records: Iterable[Record | Problem]) -> Iterator[Post | Problem]:
        """The posts of what no post shows yet, and what is to be said of the rest."""
        for record in records:
            if isinstance(record, Problem):
                yield record
                continue
            if "uri" not in record.value:
                yield from self._posts.items(record, "posts", self._path)
                continue
            yield from self._photo(record)
        yield from self._release()

    def _photo(self, record: Record) -> Iterator[Post | Problem]:
        problems: list[Problem] = []
        medium = self._posts.media.medium(record.value, self._path, problems)
        yield from problems
        yield from self._comments(record)
        if medium is None or (medium.path or medium.source or "") in self._posts.shown:
            return
        self._posts.shown.add(medium.path or medium.source or "")
        key = (record.value.get("creation_timestamp"), words(record.value.get("description")))
        if key != self._key or key[0] is None:
            yield from self._release()
        self._key = key
        self._held.append((record, medium))

    def _release(self) -> Iterator[Post | Problem]:
        """The post of the photos that were uploaded together."""
        if not self._held:
            return
        records, media = zip(*self._held, strict=True)
        self._held = []
        first: Record = records[0]
        said = words(first.value.get("description"))
        text, mentioned = with_names(said or "")
        title = words(first.value.get("title"))
        raw = {name: value for name, value in (("album", self._album), ("title", title)) if value}
        if said and text != said:
            raw["description"] = said
        post = Post(
            platform=PLATFORM,
            author=self._posts.owner,
            native_id=None,
            created=moment(first.value.get("creation_timestamp")),
            state=PostState(
                text=text,
                hashtags=hashtags(text),
                mentions=mentioned or None,
                links=links(text),
                media=media,
                location=_location(first.value),
                raw=raw or None,
            ),
            kind=_kind(media),
            evidence=tuple(record.evidence for record in records),
        )
        yield from with_remarks(post, self._path, first.piece)

    def _comments(self, record: Record) -> Iterator[Post]:
        """Exports until 2020 tell of the comments below a photo, with the name of who wrote each."""
        for one in objects(record.value.get("comments")):
            said = words(one.get("comment"))
            if said is not None:
                yield self._comment(one, said, record.evidence)

    def _comment(self, one: dict[str, Any], said: str, evidence: Evidence) -> Post:
        text, mentioned = with_names(said)
        name = words(one.get("author"))
        owner = self._posts.owner
        ours = name is not None and name == owner.name
        return Post(
            platform=PLATFORM,
            author=owner if ours else named(name),
            native_id=None,
            created=moment(one.get("timestamp")),
            state=PostState(text=text, hashtags=hashtags(text), mentions=mentioned or None, links=links(text)),
            relations=(Relation("reply", target_account=owner),),
            evidence=(evidence,),
            placed_on=None if ours else owner,
        )


def _kind(media: tuple[Media, ...]) -> PostKind:
    return "video" if all(one.kind == "video" for one in media) else "image"


def _location(item: dict[str, Any]) -> Location | None:
    """Where a photo was said to be taken: its place, never what the camera knew."""
    return place(members_of(item.get("place")))
