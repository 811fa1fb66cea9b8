"""Posts as gallery-dl tells of them: messages (``[2, post]``, ``[3, address, file]``), or a file for each medium.

Times are UTC without saying so. Facts: formats/PLATFORM_FORMATS.md 2.4; gallery-dl's own extractor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import Account, AccountRef, Counts, Evidence, Item, Location, Media, Moment, Post, PostState
from sma_plugin.readers.facebook.addresses import unsigned
from sma_plugin.readers.facebook.graph_parts import aliases
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.instagram.codes import code_of
from sma_plugin.readers.instagram.item_parts import reference
from sma_plugin.readers.instagram.words import hashtags, mentions
from sma_plugin.readers.values import iso_moment

PLATFORM = "instagram"
_STORIES = ("story", "highlight")


def is_told(value: Any) -> bool:
    """Whether an object is what gallery-dl tells of a post on Instagram, or of a medium of one."""
    return isinstance(value, dict) and value.get("category") == "instagram" and "post_id" in value


def of_message(value: Any) -> tuple[int, dict[str, Any] | None, str | None] | None:
    """A message: its number, what it tells of, and the address of a file."""
    if not isinstance(value, list) or not value or not isinstance(value[0], int) or isinstance(value[0], bool):
        return None
    told = next((one for one in reversed(value) if isinstance(one, dict)), None)
    address = value[1] if len(value) > 1 and isinstance(value[1], str) and value[1] else None
    return value[0], told, address


class Gathered:
    """One post with its files, as they come."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._files: list[tuple[Mapping[str, Any], str | None, str | None]] = []
        self._evidence: list[Evidence] = []

    def holds(self, told: Mapping[str, Any]) -> bool:
        """Whether what is told is of this post."""
        return told.get("post_id") == self._told.get("post_id")

    def add(
        self,
        evidence: Evidence,
        told: Mapping[str, Any] | None = None,
        address: str | None = None,
        path: str | None = None,
    ) -> None:
        """Bytes that tell of the post, and of one of its files."""
        self._evidence.append(evidence)
        if told is not None and (told.get("media_id") or told.get("num")) and "audio_url" not in told:
            self._files.append((told, address, path))

    def items(self, at: Moment | None) -> Iterator[Item]:
        """The post; of a story or a highlight, a post for each of its pictures and videos."""
        one = Fields(self._told)
        if self._told.get("type") in _STORIES:
            yield from (self._story(one, *file) for file in self._files)
        else:
            yield self._post(one, at)

    def _post(self, one: Fields, at: Moment | None) -> Post:
        text = one.said("description")
        number, code, url = one.text("post_id"), one.text("post_shortcode"), one.text("post_url")
        likes = one.whole("likes")
        author, shown_on = author_of(one), owner_of(one)
        placed = shown_on if shown_on.native_id and shown_on.native_id != author.native_id else None
        return Post(
            PLATFORM,
            author=author,
            native_id=number,
            created=_created(one),
            state=PostState(
                text=text,
                hashtags=hashtags(text),
                mentions=mentions(text),
                media=tuple(_medium(*file) for file in self._files) or None,
                location=_location(one),
                raw={"coauthors": found} if (found := [each.text("id") for each in one.objects("coauthors")]) else None,
            ),
            url=url,
            aliases=aliases([("shortcode", code), ("url", f"https://www.instagram.com/p/{code}/" if code else url)]),
            counts=Counts({"likes": likes}, at) if likes else None,
            pinned=bool(one.raw("pinned")) if isinstance(one.raw("pinned"), list) else None,
            placed_on=placed,
            evidence=tuple(self._evidence),
        )

    def _story(self, one: Fields, file: Mapping[str, Any], address: str | None, path: str | None) -> Post:
        told = Fields(file)
        number = (told.text("media_id") or "").partition("_")[0] or None
        return Post(
            PLATFORM,
            author=author_of(one),
            native_id=number,
            created=_created(told),
            state=PostState(media=(_medium(file, address, path),)),
            kind="story",
            aliases=aliases([("shortcode", told.text("shortcode") or code_of(number))]),
            evidence=tuple(self._evidence),
        )


def _created(one: Fields) -> Moment:
    raw = one.text("date", "post_date")
    return iso_moment(raw) or Moment(None, raw)


def author_of(one: Fields) -> AccountRef:
    """Who made a post."""
    number = one.text("owner_id")
    whole = reference(one.object("user"))
    known = whole.aliases if whole.native_id == number else ()
    return AccountRef(number, one.text("username"), one.text("fullname"), aliases=known)


def owner_of(one: Fields) -> AccountRef:
    """The account whose posts were asked for."""
    return reference(one.object("user"))


def account(one: Fields, evidence: Evidence) -> Account | None:
    """The account whose posts were asked for, as what the capture is of."""
    ref = owner_of(one)
    asked = one.text("subcategory") in ("posts", "reels", "stories", "highlights", "info", "user", "avatar")
    return Account(PLATFORM, ref, owner=True, evidence=(evidence,)) if ref.native_id and asked else None


def _location(one: Fields) -> Location | None:
    number = one.text("location_id")
    return Location(one.text("location_name") or one.text("location_slug"), number) if number else None


def _medium(told: Mapping[str, Any], address: str | None, path: str | None) -> Media:
    one = Fields(told)
    moving = one.text("video_url")
    direct = address if address and not address.startswith("ytdl:") else None
    return Media(
        "video" if moving or one.text("extension") in ("mp4", "webm", "mkv") else "image",
        (one.text("media_id") or "").partition("_")[0] or None,
        path=path,
        source=unsigned(moving or direct or one.text("display_url")),
        width=one.whole("width"),
        height=one.whole("height"),
    )
