"""Parts of what LinkedIn's pages load (Voyager): who, texts with their mentions, media, links, counts.

Two generations of names stand for the same: ``feed.render.UpdateV2`` until 2023, ``dash.feed.Update`` since. What one
object refers to by its URN (a name with ``*`` in front) stands elsewhere in the response, or in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import AccountRef, Alias, Link, Media
from sma_plugin.readers.linkedin.common import URN, handle_in, unsigned
from sma_plugin.readers.values import number

Known = Mapping[str, dict[str, Any]]
"""The objects of a response by their URN."""
_MEMBER = re.compile(r"urn:li:member:(\d+)")
_COMPANY = re.compile(r"urn:li:(?:fsd?_)?(?:mini)?(?:company|organization):(\d+)", re.IGNORECASE)
_PROFILE = re.compile(r"urn:li:fsd?_(?:mini)?profile:([\w-]+)", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w#])#(\w+)")
_COUNTS = {"numLikes": "reactions", "numComments": "replies", "numShares": "reposts", "numImpressions": "views"}
_MENTIONS = ("*miniProfile", "*miniCompany", "*profileMention", "*companyName", "*profileFullName", "*organization")


def at(value: Any, *path: str | int) -> Any:
    """What stands at a path of names and numbers; ``None`` where there is nothing of that form."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def referred(holder: Any, name: str, known: Known) -> dict[str, Any] | None:
    """The object under a name, under the name with ``*`` in front, or elsewhere by its URN."""
    for key in (name, f"*{name}"):
        value = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(value, dict):
            return value
        if isinstance(value, str) and value in known:
            return known[value]
    return None


def words(value: Any) -> str | None:
    """A text: as it is, or the ``text`` of an object that dresses it up."""
    while isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else None


def account(urn: Any, address: Any, name: str | None, other: Any = None) -> AccountRef:
    """Whose something is: a member or organisation by its URN, with the name in its page's address as handle."""
    told = f"{urn} {other}"
    native: str | None = None
    aliases: list[Alias] = []
    if found := _COMPANY.search(told):
        native = f"urn:li:organization:{found.group(1)}"
        aliases.append(Alias(URN, f"urn:li:company:{found.group(1)}"))
    elif found := _MEMBER.search(told):
        native = f"urn:li:member:{found.group(1)}"
    if found := _PROFILE.search(told):
        aliases.append(Alias("profile", found.group(1)))
    page = address.split("?")[0] if isinstance(address, str) else None
    return AccountRef(native, handle_in(page) if page else None, name, page, tuple(aliases))


def mentions(text: Any, known: Known) -> tuple[AccountRef, ...]:
    """Whom a text names: the objects that its attributes point at."""
    return tuple(
        ref for holder in _attributes(text) for name in _MENTIONS if (ref := _mentioned(holder.get(name), known))
    )


def _attributes(text: Any) -> Iterator[dict[str, Any]]:
    for one in (*(at(text, "attributes") or ()), *(at(text, "attributesV2") or ())):
        detail = at(one, "detailData")
        yield detail if isinstance(detail, dict) else one if isinstance(one, dict) else {}


def _mentioned(value: Any, known: Known) -> AccountRef | None:
    told = known.get(value) if isinstance(value, str) else value if isinstance(value, dict) else None
    if told is None:
        return account(value, None, None) if isinstance(value, str) else None
    name = words(told.get("name")) or " ".join(filter(None, (told.get("firstName"), told.get("lastName")))) or None
    handle = told.get("publicIdentifier") or told.get("universalName")
    found = account(told.get("objectUrn"), None, name, told.get("entityUrn"))
    return AccountRef(found.native_id, handle if isinstance(handle, str) else None, name, None, found.aliases)


def hashtags(text: str | None) -> tuple[str, ...] | None:
    """The hashtags in a text, without their marks."""
    return None if text is None else tuple(dict.fromkeys(_HASHTAG.findall(text)))


def media(content: Any, known: Known) -> tuple[Media, ...]:
    """Pictures and videos anywhere in the content of a post, each at its largest."""
    found: dict[str, Media] = {}
    for one, alt in _walk(content, None):
        if "artifacts" in one and "rootUrl" in one:
            picture = _picture(one, alt)
            if picture is not None:
                found.setdefault(picture.source or "", picture)
        film = referred(one, "videoPlayMetadata", known) if "*videoPlayMetadata" in one else None
        urn = one.get("*videoPlayMetadata")
        if film is not None or isinstance(urn, str):
            found.setdefault(str(urn), _film(film or {}, urn))
    return tuple(found.values())


def _walk(value: Any, alt: str | None) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Every object below a value, with the description of the picture that it stands in."""
    todo: list[tuple[Any, str | None]] = [(value, alt)]
    while todo:
        one, said = todo.pop()
        if isinstance(one, dict):
            said = one.get("accessibilityText") or said
            yield one, said if isinstance(said, str) else None
            # A video brings its own picture, and what it is named by stands in its own object.
            todo += [(inner, said) for name, inner in reversed(one.items()) if name != "*videoPlayMetadata"]
        elif isinstance(one, list):
            todo += [(inner, said) for inner in reversed(one)]


def _picture(vector: dict[str, Any], alt: str | None) -> Media | None:
    sizes = [one for one in vector.get("artifacts") or () if isinstance(one, dict)]
    largest = max(sizes, key=lambda one: number(one.get("width")) or 0, default=None)
    if largest is None:
        return None
    address = f"{vector.get('rootUrl') or ''}{largest.get('fileIdentifyingUrlPathSegment') or ''}"
    size = number(largest.get("width")), number(largest.get("height"))
    return Media("image", source=unsigned(address), alt=alt, width=size[0], height=size[1])


def _film(told: dict[str, Any], urn: Any) -> Media:
    """A video: its longest-lived name is the number of its medium, for addresses of streams expire."""
    native = told.get("media") or told.get("entityUrn") or urn
    streams = [one for one in told.get("progressiveStreams") or () if isinstance(one, dict)]
    largest = max(streams, key=lambda one: number(one.get("width")) or 0, default={})
    address = at(largest, "streamingLocations", 0, "url")
    duration = number(told.get("duration"))
    return Media(
        "video",
        native if isinstance(native, str) else None,
        source=unsigned(address) if isinstance(address, str) else None,
        width=number(largest.get("width")),
        height=number(largest.get("height")),
        duration=duration / 1000 if duration is not None else None,
    )


def links(content: Any) -> tuple[Link, ...]:
    """Where the content of a post leads to: the pages that its cards open."""
    found: dict[str, Link] = {}
    for one, _ in _walk(content, None):
        address = at(one, "navigationContext", "actionTarget") or one.get("actionTarget")
        if isinstance(address, str) and address.startswith("http"):
            found.setdefault(address, Link(address, title=words(one.get("title"))))
    return tuple(found.values())


def counts(told: Any) -> dict[str, int]:
    """The numbers of a post: all reactions, each kind of them, replies, reposts, views."""
    found = {name: value for field, name in _COUNTS.items() if (value := number(at(told, field))) is not None}
    for one in at(told, "reactionTypeCounts") or ():
        kind, value = at(one, "reactionType"), number(at(one, "count"))
        if isinstance(kind, str) and value is not None:
            found[f"reactions:{kind.lower()}"] = value
    return found
