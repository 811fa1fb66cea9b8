"""From an ActivityStreams object to a post: what it says, its media, its poll, its ties to other posts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Link,
    Moment,
    Poll,
    Post,
    PostState,
    Relation,
)
from sma_plugin.readers.mastodon.attachments import media_of
from sma_plugin.readers.mastodon.common import PLATFORM, Files, full_handle, links_in
from sma_plugin.readers.mastodon.objects import (
    POST_KINDS,
    Thing,
    address,
    kind_of,
    listed,
    location,
    objects,
    page,
    reference,
    total,
    words,
)
from sma_plugin.readers.values import html_text, iso_moment, number

_LINKED_DATA = ("application/ld+json", "application/activity+json")
_WARNED = ("note", "question")
"""Of these a summary is shown as a warning before the text; of other kinds it is a summary."""


class Place(NamedTuple):
    """Where a thing was found: its evidence, and the files delivered with it (``None`` for an object on its own)."""

    evidence: Evidence
    files: Files | None = None


class Frame(NamedTuple):
    """What the activity around a thing adds to it."""

    author: AccountRef
    published: str | None = None
    edited: str | None = None
    audience: Audience | None = None
    included: bool = False


def post_of(thing: Thing, frame: Frame, place: Place) -> Post:
    """The post that an object is, as it stands in one activity or document."""
    url = page(thing.url)
    edited = thing.updated if thing.updated != thing.published else None
    return Post(
        platform=PLATFORM,
        author=_author(thing, frame.author),
        native_id=thing.id or None,
        created=iso_moment(thing.published or frame.published) or Moment(),
        state=_state(thing, place.files),
        kind=POST_KINDS.get(kind_of(thing.type), "note"),
        url=url,
        aliases=_aliases(thing, url),
        relations=tuple(_relations(thing)),
        counts=_counts(thing),
        audience=frame.audience,
        edited=iso_moment(edited or frame.edited),
        included=frame.included,
        evidence=(place.evidence,),
    )


def _author(thing: Thing, actor: AccountRef) -> AccountRef:
    """The account that the object names; the activity's, which is known better, when that is the same or the only."""
    named = reference(thing.attributed_to)
    return actor if named == AccountRef() or named.native_id == actor.native_id is not None else named


def _aliases(thing: Thing, url: str | None) -> tuple[Alias, ...]:
    found = [Alias("url", url)] if url else []
    if thing.atom_uri and thing.atom_uri != thing.id:
        found.append(Alias("atom-uri", thing.atom_uri))
    return tuple(found)


def _state(thing: Thing, files: Files | None) -> PostState:
    html, language = _content(thing)
    kind = POST_KINDS.get(kind_of(thing.type), "note")
    warned = kind in _WARNED
    return PostState(
        text=None if html is None else html_text(html),
        html=html,
        title=None if warned else thing.name or None,
        content_warning=(thing.summary or None) if warned else None,
        sensitive=thing.sensitive,
        language=language,
        hashtags=_hashtags(thing.tag),
        mentions=_mentions(thing.tag),
        links=_links(thing, html),
        media=media_of(thing, files),
        location=location(thing.location),
        poll=_poll(thing),
        tool=next((words(one.get("name")) for one in objects(thing.generator)), None),
        raw=_raw(thing, warned=warned),
    )


def _content(thing: Thing) -> tuple[str | None, str | None]:
    """The HTML, and its language when the map of languages tells it: the only one, or the one with that very text."""
    by_language = {code: text for code, text in (thing.content_map or {}).items() if text is not None}
    html = thing.content
    if html is None and by_language:
        return next(iter(by_language.values())), next(iter(by_language))
    if len(by_language) == 1:
        return html, next(iter(by_language))
    alike = [code for code, text in by_language.items() if text == html]
    return html, alike[0] if len(alike) == 1 else None


def _raw(thing: Thing, *, warned: bool) -> dict[str, Any] | None:
    emoji = {
        name: address(one.get("icon"))
        for one in objects(thing.tag)
        if one.get("type") == "Emoji" and (name := words(one.get("name")))
    }
    several = thing.content_map if thing.content_map and len(thing.content_map) > 1 else None
    found = {
        "conversation": thing.conversation,
        "context": address(thing.context),
        "contentMap": several,
        "emoji": emoji,
        "interactionPolicy": thing.interaction_policy,
        "quoteAuthorization": address(thing.quote_authorization),
        "summary": None if warned else thing.summary,
        "startTime": thing.start_time,
        "endTime": thing.end_time if kind_of(thing.type) == "Event" else None,
        "type": kind_of(thing.type) if kind_of(thing.type) == "Audio" else None,
    }
    return {name: value for name, value in found.items() if value} or None


def _hashtags(tags: Any) -> tuple[str, ...] | None:
    if tags is None:
        return None
    named = (words(one.get("name")) for one in objects(tags) if one.get("type") in ("Hashtag", "Tag"))
    return tuple(name.removeprefix("#") for name in named if name)


def _mentions(tags: Any) -> tuple[AccountRef, ...] | None:
    if tags is None:
        return None
    return tuple(_mention(one) for one in objects(tags) if one.get("type") == "Mention")


def _mention(tag: dict[str, Any]) -> AccountRef:
    href, name = words(tag.get("href")), words(tag.get("name"))
    if name and not name.startswith("@"):
        return AccountRef(href, name=name)
    return AccountRef(href, full_handle(name, href))


def _links(thing: Thing, html: str | None) -> tuple[Link, ...] | None:
    mentioned = [one.native_id for one in _mentions(thing.tag) or () if one.native_id]
    attached = [
        Link(href, title=words(one.get("name")))
        for one in objects(thing.attachment)
        if one.get("type") == "Link" and (href := words(one.get("href")) or page(one.get("url")))
    ]
    if html is None and not attached:
        return None
    return (*links_in(html, mentioned), *attached)


def _poll(thing: Thing) -> Poll | None:
    if thing.one_of is None and thing.any_of is None:
        return None
    options = objects(thing.any_of) or objects(thing.one_of)
    ends = thing.end_time or words(thing.closed)
    return Poll(tuple(words(one.get("name")) or "" for one in options), bool(thing.any_of), iso_moment(ends))


def _relations(thing: Thing) -> Iterator[Relation]:
    for one in listed(thing.in_reply_to):
        if target := address(one):
            yield Relation("reply", target, page(one.get("url")) if isinstance(one, dict) else None)
    quoted: set[str | None] = set()
    for one in [*_quotes(thing), *_quote_tags(thing.tag)]:
        target = address(one)
        # A Tombstone without an address is how Mastodon writes that what was quoted is gone.
        gone = isinstance(one, dict) and one.get("type") == "Tombstone"
        if (target or gone) and target not in quoted:
            quoted.add(target)
            yield Relation("quote", target, state="deleted" if gone else None)


def _quotes(thing: Thing) -> list[Any]:
    return [one for one in (thing.quote, thing.quote_uri, thing.quote_url, thing.misskey_quote) if one]


def _quote_tags(tags: Any) -> list[Any]:
    """Quotes as links among the tags (FEP-e232)."""
    return [
        words(one.get("href"))
        for one in objects(tags)
        if one.get("type") == "Link" and str(one.get("mediaType", "")).startswith(_LINKED_DATA)
    ]


def _counts(thing: Thing) -> Counts | None:
    found = {"likes": total(thing.likes), "reposts": total(thing.shares), "replies": total(thing.replies)}
    options = objects(thing.any_of) or objects(thing.one_of)
    found.update((f"votes:{index}", total(one.get("replies"))) for index, one in enumerate(options, 1))
    found["voters"] = number(thing.voters_count)
    values = {name: count for name, count in found.items() if count is not None}
    return Counts(values) if values else None
