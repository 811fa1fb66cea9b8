"""Rows of a LinkedIn member export as posts: shares, instant reposts, and comments, which have no ids of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from sma_plugin.model import AccountRef, Alias, Audience, Link, Media, Moment, Post, PostState, Problem, Relation
from sma_plugin.readers.csv_tables import Record
from sma_plugin.readers.linkedin.common import PLATFORM, aliases, comment_urn, moment_in, of_comment, unsigned, urns_in
from sma_plugin.readers.linkedin.export_layout import layout
from sma_plugin.readers.values import MEDIA_FILE, MediaKind, iso_moment

_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}),? +(\d{1,2}):(\d{2})(?::(\d{2}))? *([AP]M)?", re.IGNORECASE)
_UTC = re.compile(r"\s*(?:UTC|GMT|Z)$")
_LINE_END = re.compile(r'"(\r?\n)"')
"""Line ends within a text have quotes around them in Shares.csv: the export quotes every line of it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A row of Shares.csv, its cells where they belong. ``odd`` when they stood under other columns."""

    text: str
    links: tuple[str, ...]
    media: tuple[str, ...]
    audience: Audience | None
    visibility: str
    odd: bool


def moment(raw: str, urn: str | None) -> Moment:
    """A moment as the export gives it, without a zone: read as UTC. Without one that is readable, the URN's own."""
    text = raw.strip()
    said = _UTC.sub("", text)
    found = iso_moment(_iso(said) or said)
    if found is None or found.us is None:
        derived = moment_in(urn)
        return Moment(derived.us, raw or None, derived.assumed) if derived else Moment(None, raw or None)
    return Moment(found.us, raw, None if said != text else found.assumed)


def _iso(text: str) -> str | None:
    """A date as Americans write it, which some exports do."""
    found = _AMERICAN.fullmatch(text)
    if found is None:
        return None
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half.upper() == "PM") if half else int(hour)
    return f"{int(year) % 100 + 2000:04d}-{int(month):02d}-{int(day):02d} {hours:02d}:{minute}:{second or '00'}"


def unwrapped(text: str) -> str:
    r"""A text without the quotes that the export puts around its line ends.

    >>> unwrapped('Een "citaat"."\n""\n"Twee.')
    'Een "citaat".\n\nTwee.'
    """
    return _LINE_END.sub(r"\1", text)


def shared(row: Record) -> Shared:
    """The cells of a row of Shares.csv where they belong.

    Some exports have values that stand one column off their heading: a word for the audience where the text should be,
    the text where an address should be. Such words and addresses are known by what they are.
    """
    audiences = layout().audiences
    text, links, media = row.get("text"), row.get("shared"), row.get("media")
    visibility = row.get("visibility")
    shifted = not visibility and text in audiences
    if shifted:
        visibility, text, links = text, links, ""
    if text_in_place := (links and not _ADDRESS.match(links)):
        text, links = f"{text}\n{links}" if text else links, ""
    return Shared(
        text,
        (links,) if links else (),
        (media,) if media and _ADDRESS.match(media) else (),
        audiences.get(visibility.upper()),
        visibility,
        odd=bool(shifted or text_in_place or (media and not _ADDRESS.match(media))),
    )


def share(row: Record, author: AccountRef) -> tuple[Post, bool]:
    """A row of Shares.csv as a post, and whether its cells were out of place."""
    link, said = row.get("link"), shared(row)
    urns = urns_in(link)
    text = unwrapped(said.text)
    raw = {"ShareCommentary": said.text} if text != said.text else {}
    if said.visibility:
        raw["Visibility"] = said.visibility
    post = Post(
        PLATFORM,
        author,
        urns[0] if urns else None,
        moment(row.get("date"), urns[0] if urns else None),
        PostState(
            text=text,
            links=tuple(Link(url) for url in said.links),
            media=tuple(Media(_kind(url), source=unsigned(url)) for url in said.media),
            raw=raw or None,
        ),
        url=link or None,
        aliases=aliases(*urns) or _permalink(link),
        relations=tuple(Relation("quote", urn, url) for url in said.links for urn in urns_in(url)[:1]),
        audience=said.audience,
        evidence=(row.evidence,),
    )
    return post, said.odd


def joined(items: Iterable[Post | Problem]) -> Iterator[Post | Problem]:
    """Posts of which the export gives a row for every picture, put together; other items as they come."""
    held: Post | None = None
    for item in items:
        if isinstance(item, Post) and held is not None and _is_more_of(held, item):
            held = _with_media(held, item)
            continue
        if held is not None:
            yield held
        held = item if isinstance(item, Post) else None
        if held is None:
            yield item
    if held is not None:
        yield held


def _is_more_of(one: Post, other: Post) -> bool:
    alike = one.native_id is not None and one.native_id == other.native_id and one.created.us == other.created.us
    return alike and replace(one.state, media=None) == replace(other.state, media=None)


def _with_media(one: Post, other: Post) -> Post:
    media = dict.fromkeys((*(one.state.media or ()), *(other.state.media or ())))
    return replace(one, state=replace(one.state, media=tuple(media)), evidence=(*one.evidence, *other.evidence))


def _permalink(link: str) -> tuple[Alias, ...]:
    return (Alias("permalink", link),) if link else ()


def _kind(url: str) -> MediaKind:
    path = unsigned(url).lower()
    if re.fullmatch(MEDIA_FILE, path):
        return "video" if path.endswith((".mp4", ".mov", ".webm", ".m4v")) else "image"
    return "image" if "/image/" in path else "video" if "/vid/" in path or "/playlist/" in path else "unknown"


def repost(row: Record, author: AccountRef) -> Post:
    """A row of InstantReposts.csv: what somebody posted, passed on without a word."""
    link = row.get("link")
    target = next(iter(urns_in(link)), None)
    return Post(
        PLATFORM,
        author,
        None,
        moment(row.get("date"), None),
        PostState(),
        kind="repost",
        relations=(Relation("repost", target, link or None),),
        evidence=(row.evidence,),
    )


def comment(row: Record, author: AccountRef) -> Post:
    """A row of Comments.csv: a reply to a post, mostly of somebody else, which the export does not hold."""
    link, text = row.get("link"), row.values.get("text", "")
    own = comment_urn(link)
    target = next(iter(urns_in(link)), None) or (of_comment(own) if own else None)
    plain = unwrapped(text)
    return Post(
        PLATFORM,
        author,
        own,
        moment(row.get("date"), own),
        PostState(text=plain, raw={"Message": text} if plain != text else None),
        url=link if own else None,
        aliases=aliases(own) if own else (),
        relations=(Relation("reply", target, link),) if link else (),
        evidence=(row.evidence,),
    )
