"""Posts and accounts out of the records of a supplier, by the mapping that says what its values mean."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from typing import Any, cast

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Link,
    Media,
    Moment,
    Observation,
    Post,
    PostKind,
    PostState,
    Problem,
    Relation,
    RelationKind,
)
from sma_plugin.readers.permalinks import Permalink, permalink
from sma_plugin.readers.suppliers.mapping import Mapping
from sma_plugin.readers.suppliers.record import Record
from sma_plugin.readers.suppliers.said import Meanings, Said
from sma_plugin.readers.values import html_text, media_kind

_RELATIONS: dict[str, RelationKind] = {"reply_to": "reply", "repost_of": "repost", "quote_of": "quote"}


class Reading:
    """The reading of records by one mapping. ``files`` are the delivered files by name."""

    def __init__(self, mapping: Mapping, files: dict[str, str], platforms: frozenset[str]) -> None:
        self._supplier, self._platforms = mapping.supplier, platforms
        self._meanings = Meanings(mapping, files)

    @property
    def unknown(self) -> dict[str, int]:
        """How often values were met that a list of words does not have."""
        return self._meanings.unknown

    def items(self, record: Record) -> Iterator[Post | Observation | Problem]:
        """The post of one record, and word that it was deleted."""
        said = Said(self._meanings, record)
        link = permalink(said.text("url") or "") if said.text("url") else None
        platform = said.text("platform") or (link.platform if link else None)
        place = (record.evidence.path, record.evidence.offset, record.evidence.length)
        if platform not in self._platforms:
            yield Problem("SMA-R231", *place, {"value": (platform or "?")[:60]})
            return
        post = _post(said, platform, link)
        if post.native_id is None and post.state.text is None and not post.aliases:
            yield Problem("SMA-R001", *place, {"reason": "a post without id and text"})
            return
        yield post
        gone = said.moment("deleted")
        if gone is not None and post.native_id is not None:
            yield Observation(
                platform,
                post.native_id,
                post.author,
                gone,
                status="deleted",
                detail=self._supplier,
                evidence=(record.evidence,),
                created=post.created,
            )


def _post(said: Said, platform: str, link: Permalink | None) -> Post:
    counts = said.meanings.counts(said.record)
    created = said.moment("created") or (link.created if link else Moment())
    edited = said.moment("edited")
    return Post(
        platform,
        _author(said, link),
        said.text("id") or (link.native_id if link else None),
        created,
        _state(said),
        kind=cast("PostKind", said.text("kind") or "note"),
        url=said.text("url"),
        aliases=(link.aliases if link else ()) or _address(said),
        relations=tuple(_relations(said)),
        counts=Counts(counts) if counts else None,
        audience=cast("Audience | None", said.text("audience")),
        edited=edited if edited and edited.us != created.us else None,
        placed_on=AccountRef(whose) if (whose := said.text("placed_on")) else None,
        evidence=(said.record.evidence,),
    )


def _address(said: Said) -> tuple[Alias, ...]:
    url = said.text("url")
    return (Alias("url", url),) if url else ()


def _author(said: Said, link: Permalink | None) -> AccountRef:
    handle = (said.text("author_handle") or "").lstrip("@") or None
    own = AccountRef(said.text("author_id"), handle, said.text("author_name"))
    if link is None or own.native_id or own.handle:
        return own
    return AccountRef(link.author.native_id, link.author.handle, own.name, link.author.url, link.author.aliases)


def _state(said: Said) -> PostState:
    markup, text = said.text("html"), said.text("text")
    if text is None and markup is not None:
        text = html_text(markup)
    resolved = None if text is None else said.meanings.resolved(said.record, text)
    media = tuple(_media(said))
    return PostState(
        text=resolved,
        html=markup,
        title=said.text("title"),
        language=said.text("language"),
        hashtags=tuple(said.texts("hashtags")) or None,
        links=tuple(Link(one) for one in re.findall(r"https?://[^\s<>\"]+", resolved or "")) or None,
        media=media or None,
        tool=said.text("tool"),
        raw={"text": text} if resolved != text else None,
    )


def _media(said: Said) -> Iterator[Media]:
    alts = said.texts("alt")
    for number, value in enumerate(said.texts("media")):
        address = said.meanings.resolved(said.record, value)
        web = address.lower().startswith(("http://", "https://"))
        path = said.meanings.file(value) or (said.meanings.file(address.partition("?")[0]) if web else None)
        alt = alts[number] if number < len(alts) else None
        kind = _kind_of(path or address.partition("?")[0])
        yield Media(kind, path=path, source=address if web else None, alt=alt)


def _relations(said: Said) -> Iterator[Relation]:
    for name, kind in _RELATIONS.items():
        for value in said.texts(name):
            link = permalink(value)
            if link is None:
                yield Relation(kind, value)
            else:
                yield Relation(kind, link.native_id, link.url, link.author)


def _kind_of(name: str) -> Any:
    mime = mimetypes.guess_type(name)[0]
    return media_kind(mime) if mime else "unknown"
