"""From ActivityStreams activities, and objects on their own, to items: what each kind of activity means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from typing import Any

from sma_plugin.model import (
    AccountRef,
    Audience,
    Evidence,
    Item,
    Moment,
    Observation,
    Post,
    PostState,
    Problem,
    Relation,
)
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.left_out import item_left_out
from sma_plugin.readers.mastodon.actors import actor_items
from sma_plugin.readers.mastodon.attachments import missing_media
from sma_plugin.readers.mastodon.audiences import audience
from sma_plugin.readers.mastodon.common import PLATFORM, Files
from sma_plugin.readers.mastodon.notes import Frame, Place, post_of
from sma_plugin.readers.mastodon.objects import (
    ACTORS,
    POST_KINDS,
    Activity,
    Thing,
    actor_reference,
    kind_of,
    reference,
)
from sma_plugin.readers.remarks import no_posts, unread_times
from sma_plugin.readers.values import iso_moment

DIRECT, UNKNOWN = "mastodon-archive.direct", "mastodon-archive.unknown"
_LEFT_OUT = {
    **dict.fromkeys(("Like", "Dislike", "EmojiReact"), "mastodon-archive.likes"),
    **dict.fromkeys(("Follow", "Block", "Ignore", "Accept", "Reject"), "mastodon-archive.contacts"),
}
"""Activities of the account that are no posts and stay out, with the rule; so does taking them back."""
_PUBLIC = frozenset(("Move", "Add", "Remove", "Undo"))
"""Activities that are no posts and can be seen by everyone: an account that moved, posts pinned or taken back."""
_activities = Ladder(Activity)
_things = Ladder(Thing)


class Activities:
    """Reads the activities of one document. ``owner`` is the account whose export it is, if it is one."""

    def __init__(self, source: Source, files: Files | None, owner: Thing | None = None) -> None:
        self._source, self._files = source, files
        self._owner = actor_reference(owner) if owner and owner.id else None
        self._followers = owner.followers if owner and isinstance(owner.followers, str) else None
        self._others: Counter[str] = Counter()
        self._unaddressed = 0
        self._handlers: dict[str, Callable[[Activity, Place], Iterator[Item]]] = {
            "Create": self._created,
            "Announce": self._announced,
            "Update": self._updated,
            "Delete": self._deleted,
        }

    def items(self, piece: Piece, locator: str) -> Iterator[Item]:
        """The items of one activity, given as its bytes. Of one that is only named, nothing can be read."""
        if piece.data.startswith(b'"'):
            yield self._without_content(self._source.evidence(piece.offset, len(piece.data), locator))
            return
        activity = yield from self._decoded(_activities, piece)
        if activity is None:
            return
        place = Place(self._source.evidence(piece.offset, len(piece.data), locator), self._files)
        kind = kind_of(activity.type)
        handler = self._handlers.get(kind)
        rule = _LEFT_OUT.get(_undone(activity) if kind == "Undo" else kind)
        if rule and self._owner:
            yield from item_left_out(rule, self._source, piece.offset, len(piece.data))
        elif handler is None:
            self._others[kind or "?"] += 1
            if kind not in _PUBLIC:
                yield from self._unknown(piece)
        else:
            yield from self._checked(handler(activity, place), piece)

    def alone(self, piece: Piece, locator: str) -> Iterator[Item]:
        """The items of one object or actor that stands without an activity, given as its bytes."""
        thing = yield from self._decoded(_things, piece)
        if thing is None:
            return
        kind = kind_of(thing.type)
        place = Place(self._source.evidence(piece.offset, len(piece.data), locator), self._files)
        if kind in ACTORS:
            yield from actor_items(thing, place.evidence, self._files)
        elif kind in POST_KINDS or kind == "ChatMessage":
            yield from self._checked(self._created(Activity(object=thing), place), piece)
        else:
            self._others[kind or "?"] += 1

    def finish(self) -> Iterator[Problem]:
        """What can only be said at the end: activities that are no posts, posts of which the audience is unknown."""
        path = self._source.path
        for kind, count in sorted(self._others.items()):
            yield no_posts(path, kind[:40], count)
        if self._unaddressed:
            yield Problem("SMA-R063", path, params={"path": path, "count": self._unaddressed})

    def _decoded(self, ladder: Ladder[Any], piece: Piece) -> Generator[Item, None, Any]:
        path = self._source.path
        try:
            decoded = ladder.decode(piece.data)
        except ValueError as error:
            yield unreadable(path, piece, str(error))
            return None
        if decoded.rung:
            yield Problem("SMA-R002", path, piece.offset, len(piece.data), {"path": path})
        return decoded.value

    def _checked(self, found: Iterator[Item], piece: Piece) -> Iterator[Item]:
        """The items of one activity, unless any of them is a direct message: then the activity is left out."""
        items = list(found)
        if not items:
            yield from self._unknown(piece)
        if any(isinstance(item, Post) and item.audience == "direct" for item in items):
            yield from item_left_out(DIRECT, self._source, piece.offset, len(piece.data))
            return
        for item in items:
            yield item
            if isinstance(item, Post):
                yield from self._remarks(item, piece)

    def _unknown(self, piece: Piece) -> Iterator[Item]:
        """An activity of the account that is no post, and not known to be public: it is left out of an export."""
        if self._owner:
            yield from item_left_out(UNKNOWN, self._source, piece.offset, len(piece.data))

    def _remarks(self, post: Post, piece: Piece) -> Iterator[Problem]:
        path = self._source.path
        self._unaddressed += post.audience is None
        yield from unread_times(post, path, piece)
        if self._files is not None:
            for name in missing_media(post):
                if not self._files.is_empty(name):  # that a file is empty is told where it is read
                    yield Problem("SMA-R007", path, piece.offset, len(piece.data), {"path": path, "value": name})

    def _actor(self, activity: Activity) -> AccountRef:
        named = reference(activity.actor)
        return self._owner if self._owner and named.native_id == self._owner.native_id else named

    def _post(self, thing: Thing, activity: Activity, place: Place, **frame: Any) -> Post:
        actor = self._actor(activity)
        author = reference(thing.attributed_to)
        if self._owner and author.native_id == self._owner.native_id:
            actor = author = self._owner
        said = "direct" if kind_of(thing.type) == "ChatMessage" else self._audience(thing, activity, author)
        return post_of(thing, Frame(actor, audience=said, **frame), place)

    def _audience(self, thing: Thing, activity: Activity, author: AccountRef) -> Audience | None:
        if author == AccountRef():
            author = self._actor(activity)
        followers = self._followers if author is self._owner else None
        return audience(thing, activity.to, activity.cc, author, followers)

    def _created(self, activity: Activity, place: Place) -> Iterator[Item]:
        thing = activity.object
        kind = kind_of(thing.type) if isinstance(thing, Thing) else ""
        if not isinstance(thing, Thing) or (not kind and thing.content is None):
            yield self._without_content(place.evidence)
        elif kind == "Tombstone":
            yield from self._deleted(activity, place)
        elif kind in POST_KINDS or kind == "ChatMessage" or thing.content is not None:
            yield self._post(thing, activity, place, published=activity.published)
        else:
            self._others[f"Create {kind}"] += 1

    def _without_content(self, evidence: Evidence) -> Problem:
        path = self._source.path
        return Problem("SMA-R061", path, evidence.offset, evidence.length, {"path": path})

    def _announced(self, activity: Activity, place: Place) -> Iterator[Item]:
        thing = activity.object
        target = thing if isinstance(thing, str) else thing.id if thing else None
        url = None
        inner: Post | None = None
        if isinstance(thing, Thing):
            # The inner post is addressed by its own fields only: the repost may reach other people than it does.
            inner = self._post(thing, Activity(), place, included=True)
            url = inner.url
        yield Post(
            platform=PLATFORM,
            author=self._actor(activity),
            native_id=activity.id or None,
            created=iso_moment(activity.published) or Moment(),
            state=PostState(),
            kind="repost",
            relations=(Relation("repost", target, url, inner.author if inner else None),),
            audience=self._audience(Thing(), activity, AccountRef()),
            evidence=(place.evidence,),
        )
        if inner is not None:
            yield inner

    def _updated(self, activity: Activity, place: Place) -> Iterator[Item]:
        thing = activity.object
        if not isinstance(thing, Thing):
            yield self._without_content(place.evidence)
        elif kind_of(thing.type) in ACTORS:
            yield from actor_items(thing, place.evidence, self._files)
        else:
            edited = None if thing.updated else activity.updated or activity.published
            yield self._post(thing, activity, place, edited=edited)

    def _deleted(self, activity: Activity, place: Place) -> Iterator[Item]:
        thing = activity.object
        target = thing if isinstance(thing, str) else thing.id if thing else None
        if not target:
            yield self._without_content(place.evidence)
            return
        at = iso_moment(activity.published)
        actor = self._actor(activity)
        if target == actor.native_id:
            yield Observation(PLATFORM, account=actor, at=at, status="deleted", evidence=(place.evidence,))
        else:
            yield Observation(PLATFORM, target, actor, at=at, status="deleted", evidence=(place.evidence,))


def _undone(activity: Activity) -> str:
    """The kind of activity that an ``Undo`` takes back."""
    return kind_of(activity.object.type) if isinstance(activity.object, Thing) else ""
