"""From the parts of what the Graph API gives to the words of the model: who, where, attachments, counts, audience."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sma_plugin.model import AccountRef, Alias, Audience, Link, Location, Media, Moment
from sma_plugin.readers.facebook.addresses import absolute, direct, unsigned
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.values import epoch_moment, iso_moment

PLATFORM = "facebook"
REACTIONS = frozenset(("like", "love", "wow", "haha", "sad", "angry", "thankful", "care", "pride"))
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d]\w*)")
_AUDIENCES: dict[str, Audience] = {
    "EVERYONE": "public",
    "ALL_FRIENDS": "followers",
    "FRIENDS_OF_FRIENDS": "limited",
    "SELF": "limited",
    "CUSTOM": "limited",
    "OPEN": "public",
    "CLOSED": "community",
    "SECRET": "community",
}
_PICTURES = frozenset(("photo", "cover_photo", "profile_media", "sticker", "animated_image_share", "animated_image"))


def moment(one: Fields, *names: str) -> Moment:
    """A time: ISO 8601 with ``+0000``, or seconds where these were asked for."""
    raw = one.text(*names)
    if raw is None:
        return Moment()
    return (epoch_moment(raw) if raw.isdecimal() else iso_moment(raw)) or Moment(None, raw)


def account(one: Fields) -> AccountRef:
    """Whom an object names (``from``, ``owner``, ``reviewer``, a tag): by number, else nobody."""
    native = one.text("id")
    return AccountRef(native, one.text("username"), one.text("name")) if native or one.text("name") else AccountRef()


def hashtags(text: str | None) -> tuple[str, ...] | None:
    """The hashtags in a text: Facebook does not list them.

    >>> hashtags("Kom naar de markt! #Voorbeeldstad #2025 pagina#deel")
    ('Voorbeeldstad',)
    """
    return None if text is None else tuple(dict.fromkeys(_HASHTAG.findall(text)))


def mentions(one: Fields, name: str = "message_tags") -> tuple[AccountRef, ...] | None:
    """Who is tagged in a text: a list; in versions before 2.4 an object of lists by place in the text."""
    if name not in one:
        return None
    given = one.raw(name)
    listed = one.objects(name) if isinstance(given, list) else []
    if isinstance(given, dict):
        listed = [tag for place in given for tag in one.object(name).objects(place)]
    found = (account(tag) for tag in listed if tag.text("type") not in ("event", "app", "hashtag"))
    return tuple(dict.fromkeys(ref for ref in found if ref.native_id))


def location(one: Fields) -> Location | None:
    """The place of a post or an event; a place may have a name only."""
    if not one:
        return None
    where = one.object("location")
    country = where.text("country")
    return Location(one.text("name"), one.text("id"), country, where.decimal("latitude"), where.decimal("longitude"))


def address(one: Fields) -> dict[str, str]:
    """Where a place lies, as far as a :class:`Location` has no room for it."""
    where = one.object("location")
    return {name: told for name in ("street", "zip", "city", "state", "region") if (told := where.text(name))}


def audience(one: Fields) -> Audience | None:
    """For whom: ``privacy`` of a post is an object, of a group a word."""
    given = one.raw("privacy")
    return _AUDIENCES.get(str(one.object("privacy").text("value") if isinstance(given, dict) else given))


class Attached:
    """The media and links of the attachments of a post; ``media`` is ``None`` when attachments were not asked for."""

    def __init__(self, one: Fields) -> None:
        self.media: list[Media] = []
        self.links: list[Link] = []
        self.known = "attachments" in one or "attachment" in one
        for attachment in [*one.objects("attachments"), *([one.object("attachment")] if "attachment" in one else [])]:
            self._add(attachment, 0)

    def _add(self, one: Fields, depth: int) -> None:
        inner = one.objects("subattachments") if depth < 4 else []
        for sub in inner:
            self._add(sub, depth + 1)
        kind = one.text("media_type") or one.text("type") or ""
        medium = _medium(one, kind)
        if inner and kind in ("album", "photo", "new_album"):
            return
        if medium:
            self.media.append(medium)
        elif url := one.text("unshimmed_url") or one.text("url"):
            self.links.append(_link(one, url))

    def single(self, kind: str) -> str | None:
        """The id of the only medium, if it is of this kind."""
        return self.media[0].native_id if len(self.media) == 1 and self.media[0].kind == kind else None


def _medium(one: Fields, kind: str) -> Media | None:
    media, image = one.object("media"), one.object("media", "image")
    native = one.object("target").text("id")
    if kind in _PICTURES and image:
        return Media(
            "animation" if "animated" in kind else "image",
            native,
            source=unsigned(image.text("src")),
            width=image.whole("width"),
            height=image.whole("height"),
        )
    if kind.startswith("video") or (kind == "native_templates" and media.text("source")):
        source = unsigned(media.text("source") or absolute(one.text("url")))
        return Media("video", native, source=source, preview=unsigned(image.text("src")))
    return None


def _link(one: Fields, url: str) -> Link:
    preview = unsigned(one.object("media", "image").text("src"))
    return Link(direct(absolute(url) or url), None, one.text("title"), one.text("description"), preview)


def counts(one: Fields) -> dict[str, int]:
    """Numbers of a post: reactions in all and per kind, comments, shares. Names of who reacted are never read."""
    return dict(_counts(one))


_PLAIN = {
    "like_count": "likes",
    "comment_count": "replies",
    "comments_count": "replies",
    "total_comments_count": "replies",
    "views": "views",
    "live_views": "views",
    "post_views": "views",
    "attending_count": "attending",
    "interested_count": "interested",
    "maybe_count": "maybe",
    "declined_count": "declined",
    "noreply_count": "no-reply",
}


def _counts(one: Fields) -> Iterator[tuple[str, int]]:
    for name in one:
        label = _PLAIN.get(name) or _total_of(name)
        number = _total(one, name) if label else None
        if label and number is not None:
            yield label, number


def _total(one: Fields, name: str) -> int | None:
    """A total: a number, or an object with a summary or a count. A list says how many were given, not how many are."""
    given = one.raw(name)
    if isinstance(given, list):
        return None
    if not isinstance(given, dict):
        return one.whole(name)
    inner = one.object(name)
    stated = inner.object("summary").whole("total_count")
    return inner.whole("count") if stated is None else stated


def _total_of(name: str) -> str | None:
    """What the total of a member is called; asking per kind gives it a name of one's own (``reactions_love``)."""
    known = {"reactions": "reactions", "likes": "likes", "comments": "replies", "shares": "reposts"}
    if name in known:
        return known[name]
    kind = name.lower().removeprefix("reactions_").removeprefix("reaction_").removesuffix("_count")
    return f"reactions:{kind}" if kind in REACTIONS else None


def aliases(found: Iterable[tuple[str, str | None]]) -> tuple[Alias, ...]:
    """Identifiers by scheme, without those that are not known."""
    return tuple(Alias(scheme, value) for scheme, value in found if value)
