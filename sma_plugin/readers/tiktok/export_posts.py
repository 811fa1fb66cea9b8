"""From an item of a TikTok export to a post: videos and photos, stories, broadcasts, comments, reposts, reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Location,
    Media,
    Moment,
    Post,
    PostKind,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.tiktok.common import (
    PLATFORM,
    is_photo,
    moment,
    moment_of,
    page_of,
    post_in,
    unsigned,
    video_medium,
)
from sma_plugin.readers.tiktok.export_layout import layout, plain
from sma_plugin.readers.values import kept, number

_NONE = ("", "N/A", "None")
_NOT_RAW = frozenset(
    ("date", "link", "likes", "title", "location", "coverimage", "alternatetext", "numberofcollections", "datedeleted")
)
_DAY_US = 86_400_000_000


class Item:
    """An item by the plain names of its fields: spelling and case differ from one generation to the next."""

    def __init__(self, decoded: dict[str, Any]) -> None:
        self.given = decoded
        self._fields = {plain(name): value for name, value in decoded.items()}

    def text(self, *names: str) -> str | None:
        """The first of the fields that is text, or a number as text; ``None`` where none is given."""
        for name in names:
            value = self._fields.get(name)
            if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
                return str(value)
        return None

    def told(self, *names: str) -> str | None:
        """The same, where it says anything."""
        return next((value for name in names if (value := self.text(name)) not in (None, *_NONE)), None)

    def counts(self, **names: str) -> Counts | None:
        """Numbers by their fields."""
        found = {name: number(self._fields.get(field)) for name, field in names.items()}
        known = {name: value for name, value in found.items() if value is not None}
        return Counts(known) if known else None

    def raw(self) -> dict[str, Any] | None:
        """What is set for a post beside what it says: who may answer, which sound, what was disclosed."""
        found = {
            name: value
            for name, given in self.given.items()
            if (value := kept(given)) is not None
            and plain(name) not in _NOT_RAW
            and isinstance(value, str | int | bool)
            and value not in _NONE
            and "://" not in str(value)
        }
        return found or None


class Files:
    """The delivered media, by the id of a post or its moment in their names."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_digits: dict[str, str | None] = {}
        self._unused = dict.fromkeys(paths)
        for path in self._unused:
            stem = path.rpartition("/")[2].rpartition(".")[0]
            digits = "".join(one for one in stem if one.isdecimal())
            # Of two files with the same moment in their names neither can be given to a post.
            self._by_digits[digits] = None if digits in self._by_digits else path

    def of(self, native_id: str | None, created: Moment | None) -> str | None:
        """The file of a post."""
        when = "".join(one for one in (created.raw or "") if one.isdecimal()) if created else ""
        found = (self._by_digits.get(native_id) if native_id else None) or (
            self._by_digits.get(when) if len(when) == 14 else None
        )
        self._unused.pop(found or "", None)
        return found

    def unused(self) -> Iterable[str]:
        """The files that belong to no post: videos of others that were fetched as well, for instance."""
        return tuple(self._unused)


class Makers:
    """Makes posts of one export."""

    def __init__(self, author: AccountRef, files: Files) -> None:
        self._author, self._files = author, files

    def make(self, section: str, item: Item, evidence: Evidence) -> Post:
        """The post that an item of a section is."""
        if section in ("post", "story", "deleted"):
            return self._published(section, item, evidence)
        return {"comment": self._comment, "repost": self._repost, "live": self._live, "review": self._review}[section](
            item, evidence
        )

    def _published(self, section: str, item: Item, evidence: Evidence) -> Post:
        link = item.text("link", "videolink", "url")
        native_id, photo = post_in(link), is_photo(link)
        created = when(item, native_id)
        path = self._files.of(native_id, created)
        cover = item.told("coverimage")
        medium = None if photo else video_medium(native_id, path, alt=item.told("alternatetext"), cover=cover)
        kind: PostKind = "story" if section == "story" else "image" if photo else "video"
        return self._post(
            evidence,
            native_id,
            created,
            PostState(
                text=item.text("title", "description", "caption"),
                media=(medium,) if medium else None,
                location=Location(place) if (place := item.told("location")) else None,
                raw=item.raw(),
            ),
            kind,
            page_of(native_id, self._author.handle, photo=photo),
            counts=item.counts(likes="likes", bookmarks="numberofcollections", views="views", replies="comments"),
            audience=audience_of(item),
            withdrawn=Withdrawal("deleted", moment(item.told("datedeleted"))) if section == "deleted" else None,
        )

    def _comment(self, item: Item, evidence: Evidence) -> Post:
        """A comment of the account, mostly under a post of somebody else."""
        link = item.told("originalpostlink", "url", "link")
        target = post_in(link)
        pictures = [unsigned(item.told(name)) for name in ("photo", "sticker", "video")]
        media = tuple(Media("image", source=address) for address in pictures if address)
        state = PostState(text=item.text("comment", "text"), media=media or None)
        answers = Relation("reply", target, page_of(target) or unsigned(link))
        return self._post(evidence, None, when(item, None), state, relations=(answers,))

    def _repost(self, item: Item, evidence: Evidence) -> Post:
        link = item.text("link", "videolink", "url")
        target = post_in(link)
        again = Relation("repost", target, page_of(target) or unsigned(link))
        return self._post(evidence, None, when(item, None), PostState(), "repost", relations=(again,))

    def _live(self, item: Item, evidence: Evidence) -> Post:
        """A broadcast: the room that it was held in is another thing than the video of it."""
        room = item.told("roomid")
        return self._post(
            evidence,
            None,
            moment(item.told("livestarttime", "date")) or Moment(),
            PostState(title=item.text("roomtitle", "livetitle", "title"), media=(Media("video"),)),
            "video",
            counts=item.counts(likes="totallike", views="totalview"),
            aliases=(Alias("room-id", room),) if room else (),
        )

    def _review(self, item: Item, evidence: Evidence) -> Post:
        place = item.told("placename")
        state = PostState(
            text=item.text("reviewtext"),
            location=Location(place) if place else None,
            raw={name: value for name in ("Rating", "Status") if (value := item.text(name.lower())) is not None}
            or None,
        )
        return self._post(evidence, None, when(item, None), state, counts=item.counts(likes="likes"))

    def _post(
        self,
        evidence: Evidence,
        native_id: str | None,
        created: Moment,
        state: PostState,
        kind: PostKind = "note",
        url: str | None = None,
        **more: Any,
    ) -> Post:
        return Post(PLATFORM, self._author, native_id, created, state, kind, url, evidence=(evidence,), **more)


def when(item: Item, native_id: str | None) -> Moment:
    """When a post was made: as it is stated, else as its id says."""
    stated = moment(item.told("date", "createtime", "createdate", "time", "timestamp"))
    by_id = moment_of(native_id)
    if stated is None or (stated.us is None and by_id is not None):
        return Moment(by_id.us, stated.raw if stated else by_id.raw, by_id.assumed) if by_id else Moment()
    return stated


def contradicts(post: Post) -> bool:
    """Whether the stated moment of a post is more than a day away from the one in its id."""
    by_id = moment_of(post.native_id)
    stated = post.created.us
    return by_id is not None and by_id.us is not None and stated is not None and abs(by_id.us - stated) > _DAY_US


def audience_of(item: Item) -> Audience | None:
    """Who can see a post, where the export says so in words that are known."""
    said = (item.told("whocanview") or "").strip().casefold()
    known: dict[str, Audience] = {"public": "public", "followers": "followers", "limited": "limited"}
    return next((known[name] for name, words in layout().audiences.items() if said in words), None)
