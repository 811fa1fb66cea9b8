"""From an item of Facebook's export to the post as the product knows it: posts, comments, events, notes, photos.

The export gives no ids, no addresses, no audience and no counts of a post. Source: formats/PLATFORM_FORMATS.md 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Moment,
    Post,
    PostKind,
    PostState,
    Problem,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.facebook.export_layout import PLATFORM, Role, patterns
from sma_plugin.readers.facebook.export_parts import Parts, parts_of, place
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Labelled
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.text import fbid, hashtags, links, members_of, moment, objects, with_names, words
from sma_plugin.readers.remarks import with_remarks

_WITHDRAWN: dict[Role, Literal["archived", "deleted"]] = {"archive": "archived", "trash": "deleted"}
_KINDS: dict[Role, PostKind] = {"reels": "video", "stories": "story"}
_IN_GROUPS = ("group-posts", "group-comments")


@dataclass(slots=True)
class Posts:
    """Makes posts of the items of one export."""

    owner: AccountRef
    media: MediaFiles
    shown: set[str] = field(default_factory=set)
    """The files that posts show, so that a photo which stands in an album too is no second post."""

    def items(self, record: Record, role: Role, path: str) -> Iterator[Post | Problem]:
        """The post in one item of ``path``, after the problems it has; nothing when the item is none."""
        problems: list[Problem] = []
        if role in ("comments", "group-comments"):
            post = self._comment(record, role, path, problems)
        elif role == "events":
            post = self._event(record, path, problems)
        elif role == "notes":
            post = self._note(record, path, problems)
        else:
            post = self._post(record, role, path, problems)
        yield from problems
        if post is not None:
            yield from with_remarks(post, path, record.piece)

    def _post(self, record: Record, role: Role, path: str, problems: list[Problem]) -> Post:
        item = record.value
        data = objects(item.get("data"))
        labelled = Labelled(item)
        parts = parts_of(item, labelled, self.media, path, problems)
        self.shown.update(one.path or one.source or "" for one in parts.media)
        sentence = words(item.get("title"))
        said = _said(data) or labelled.text("text")
        created = moment(item.get("timestamp") if item.get("timestamp") is not None else labelled.time())
        target = _names(sentence)
        by, placed_on = self._visitor(sentence) if role == "visitors" else (self.owner, target.get("to"))
        state = _state(said, parts, sentence, data, target.get("group"), item)
        return Post(
            platform=PLATFORM,
            author=by,
            native_id=None,
            created=created,
            state=state,
            kind="question" if parts.poll else _KINDS.get(role, "note"),
            aliases=fbid(item),
            audience=_audience(role, None),
            edited=_edited(data, created),
            withdrawn=Withdrawal(_WITHDRAWN[role]) if role in _WITHDRAWN else None,
            pinned=True if role == "pinned" else None,
            evidence=(record.evidence,),
            placed_on=named(placed_on) if isinstance(placed_on, str) else placed_on,
        )

    def _visitor(self, sentence: str | None) -> tuple[AccountRef, AccountRef]:
        """Who wrote on the account's own page: the name that the sentence above the item opens with."""
        found = (pattern.fullmatch(sentence or "") for pattern in patterns("visits"))
        name = next((one["by"] for one in found if one), None)
        return named(name), self.owner

    def _comment(self, record: Record, role: Role, path: str, problems: list[Problem]) -> Post | None:
        item = record.value
        data = objects(item.get("data"))
        comment = next((members_of(one["comment"]) for one in data if "comment" in one), {})
        labelled = Labelled(item)
        parts = parts_of(item, labelled, self.media, path, problems)
        said = words(comment.get("comment")) or labelled.text("comment") or labelled.text("text")
        sentence = words(item.get("title"))
        when = comment.get("timestamp") or item.get("timestamp") or labelled.time()
        if said is None and not parts.media and not parts.links and when is None:
            return None
        group = words(comment.get("group"))
        answered = (pattern.fullmatch(sentence or "") for pattern in patterns("answers"))
        to = next((one["to"] for one in answered if one), None)
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=moment(when),
            state=_state(said, parts, sentence, data, group, item),
            aliases=fbid(item),
            relations=(Relation("reply", target_account=AccountRef(name=to) if to else None),),
            audience=_audience(role, group),
            evidence=(record.evidence,),
        )

    def _event(self, record: Record, path: str, problems: list[Problem]) -> Post:
        item = record.value
        parts = parts_of(item, Labelled(item), self.media, path, problems)
        made = item.get("create_timestamp") or item.get("created_timestamp") or item.get("timestamp")
        start = moment(item.get("start_timestamp"))
        text = words(item.get("description"))
        raw = {name: item[name] for name in ("start_timestamp", "end_timestamp") if item.get(name)}
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=moment(made) if made is not None else Moment(start.us, start.raw, "start-of-event"),
            state=PostState(
                text=text if text is not None else "",
                title=words(item.get("name")) or words(item.get("title")),
                hashtags=hashtags(text),
                links=links(text),
                media=parts.media,
                location=place(members_of(item.get("place"))) or parts.location,
                raw=raw or None,
            ),
            kind="event",
            aliases=fbid(item),
            evidence=(record.evidence,),
        )

    def _note(self, record: Record, path: str, problems: list[Problem]) -> Post:
        item = record.value
        covers = [{"media": one} for one in objects(item.get("cover_photo")) + objects(item.get("media"))]
        parts = parts_of({"attachments": [{"data": covers}]}, Labelled(item), self.media, path, problems)
        self.shown.update(one.path or one.source or "" for one in parts.media)
        created = moment(item.get("created_timestamp") or item.get("timestamp"))
        updated = moment(item.get("updated_timestamp"))
        text, mentioned = with_names(words(item.get("text")) or words(item.get("content")) or "")
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=created,
            state=PostState(
                text=text,
                title=words(item.get("title")),
                hashtags=hashtags(text),
                mentions=mentioned or None,
                links=links(text),
                media=parts.media,
            ),
            kind="article",
            aliases=fbid(item),
            edited=updated if (updated.us or 0) > (created.us or 0) else None,
            evidence=(record.evidence,),
        )


def named(name: str | None) -> AccountRef:
    """An account of which only the name is known: the name is what tells it from others, as derived."""
    return AccountRef(name=name, aliases=(Alias("name", name, derived=True),)) if name else AccountRef()


def _said(data: list[dict[str, Any]]) -> str | None:
    """What a post says; an item can say it in pieces, and can repeat one."""
    found = dict.fromkeys(said for one in data if (said := words(one.get("post"))))
    return "\n".join(found) or None


def _names(sentence: str | None) -> dict[str, str]:
    """The names in the sentence above an item: of whose page it was written on, or of the group."""
    found = (pattern.fullmatch(sentence or "") for pattern in patterns("sentences"))
    return next((one.groupdict() for one in found if one), {})


def _state(
    said: str | None,
    parts: Parts,
    sentence: str | None,
    data: list[dict[str, Any]],
    group: str | None,
    item: dict[str, Any],
) -> PostState:
    written = said or parts.text
    text, mentioned = with_names(written or "")
    raw: dict[str, Any] = {"title": sentence} if sentence else {}
    if group:
        raw["group"] = group
    if written and text != written:
        raw["text"] = written
    backdated = next((one["backdated_timestamp"] for one in data if one.get("backdated_timestamp")), None)
    if backdated:
        raw["backdated_timestamp"] = backdated
    if written not in parts.captions and parts.captions:
        raw["captions"] = parts.captions
    if parts.albums:
        raw["media_titles"] = parts.albums
    raw |= parts.raw
    tagged = (
        tuple(
            AccountRef(name=name)
            for one in item.get("tags") or ()
            if (name := words(one.get("name") if isinstance(one, dict) else one))
        )
        if isinstance(item.get("tags"), list)
        else ()
    )
    stood = {one.url for one in parts.links}
    shows = text or parts.links or parts.media or parts.location or parts.poll
    return PostState(
        text=text,
        title=parts.title or (None if shows else sentence),
        hashtags=hashtags(text),
        mentions=(*mentioned, *tagged) or None,
        links=(*parts.links, *(one for one in links(text) if one.url not in stood)),
        media=parts.media,
        location=parts.location,
        poll=parts.poll,
        raw=raw or None,
    )


def _edited(data: list[dict[str, Any]], created: Moment) -> Moment | None:
    """When a post was last edited: the export says so of posts that were, after they were made."""
    found = [one["update_timestamp"] for one in data if one.get("update_timestamp")]
    last = max((moment(one) for one in found), key=lambda one: one.us or 0, default=None)
    return last if last and last.us and created.us and last.us > created.us else None


def _audience(role: Role, group: str | None) -> Audience | None:
    return "community" if role in _IN_GROUPS or group else None
