"""From a post as delivered to the post as the product knows it: text, media, relations, audience, revisions."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sma_plugin.model import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    Link,
    Moment,
    Observation,
    Post,
    PostState,
    Problem,
    Withdrawal,
)
from sma_plugin.readers.x.archive_media import MediaFiles
from sma_plugin.readers.x.archive_notes import Note, Notes
from sma_plugin.readers.x.archive_tweet import Tweet, flag, relations, revisions
from sma_plugin.readers.x.common import (
    PLATFORM,
    created,
    hashtags,
    links,
    location,
    media_entities,
    mentions,
    number,
    permalink,
    tool_name,
    unescape,
)

_MOST_ID = (1 << 64) - 1
_KEPT_RAW = ("community_id_str", "withheld_copyright", "withheld_in_countries")
"""Values without a word of their own in the model, kept by the platform's name."""


@dataclass(slots=True)
class Chains:
    """Which revisions the posts name, and which ids have a record; eight bytes per post, in an archive of any size."""

    named: set[str] = field(default_factory=set)
    posts: int = 0
    _seen: array[int] = field(default_factory=lambda: array("Q"))
    _other: set[str] = field(default_factory=set)

    def add(self, post: str | None, chain: tuple[str, ...]) -> None:
        """Note one post and the chain of revisions that it names."""
        if post is not None and post.isascii() and post.isdigit() and len(post) < 21 and int(post) <= _MOST_ID:
            self._seen.append(int(post))
        elif post is not None:
            self._other.add(post)
        if len(chain) > 1:
            self.named.update(chain)
            self.posts += 1

    def missing(self) -> set[str]:
        """Revisions that a post names and that no list holds."""
        return self.unseen(self.named)

    def unseen(self, ids: set[str]) -> set[str]:
        """Those of some post ids that no list holds."""
        if not ids:
            return set()
        wanted = {int(one) if one.isascii() and one.isdigit() else one: one for one in ids - self._other}
        for seen in self._seen:
            wanted.pop(seen, None)
        return set(wanted.values())


@dataclass(slots=True)
class Posts:
    """Everything that all posts of one archive share while it is read."""

    author: AccountRef
    at: Moment | None
    media: MediaFiles
    notes: Notes
    circle: frozenset[str] = frozenset()
    protected: bool = False
    """The account is shielded: only followers can see its posts (protected-history.js, or ``user`` in Grailbird)."""
    chains: Chains = field(default_factory=Chains)

    def items(self, tweet: Tweet, evidence: Evidence, path: str, name: str) -> Iterator[Post | Observation | Problem]:
        """The post in one item of list ``name`` in ``path``, after the problems it has."""
        identity = tweet.native_id
        moment = created(tweet.created_at)
        if name == "deleted" and tweet.said is None and identity is not None:
            yield deletion(identity, self._author(tweet), moment, tweet.deletedAt or tweet.deleted_at, (evidence,))
            return
        problems: list[Problem] = []
        if moment.us is None:
            said = (tweet.created_at or "-")[:80]
            problems.append(Problem("SMA-R005", path, evidence.offset, evidence.length, {"value": said}))
        tied = relations(tweet)
        repost = bool(tied) and tied[0].kind == "repost"
        joined = None if repost else self.notes.for_post(identity, moment, unescape(tweet.said or ""))
        chain = revisions(tweet)
        self.chains.add(identity, chain)
        author = self._author(tweet)
        later = len(chain) > 1 and identity is not None and identity != chain[0]
        state = self._state(tweet, joined, path, repost=repost, problems=problems)
        yield from problems
        yield Post(
            platform=PLATFORM,
            author=author,
            native_id=identity,
            created=moment,
            state=state,
            kind="repost" if repost else "note",
            url=permalink(author.handle, identity) if identity else None,
            aliases=_note_alias(joined, identity),
            relations=tied,
            counts=self._counts(tweet),
            audience=self._audience(tweet, name),
            edited=moment if later else None,
            revision_of=chain[0] if len(chain) > 1 else None,
            revisions=chain if len(chain) > 1 else None,
            withdrawn=_withdrawal(tweet.deletedAt or tweet.deleted_at) if name == "deleted" else None,
            evidence=(evidence, joined.evidence) if joined else (evidence,),
        )

    def lone_note(self, note: Note) -> Post:
        """A long text that joins no post: kept by its own id."""
        return Post(
            platform=PLATFORM,
            author=self.author,
            native_id=note.id,
            created=note.created,
            state=PostState(
                text=note.text,
                hashtags=note.hashtags,
                mentions=note.mentions,
                links=note.links,
                raw={"text": note.core.text} if note.core.text != note.text else None,
            ),
            aliases=(Alias("note-tweet", note.id),) if note.id else (),
            audience="followers" if self.protected else "public",
            withdrawn=_withdrawal(note.deleted_at) if note.deleted else None,
            evidence=(note.evidence,),
        )

    def _state(
        self, tweet: Tweet, joined: Note | None, path: str, *, repost: bool, problems: list[Problem]
    ) -> PostState:
        said = tweet.said
        short = unescape(said) if said is not None else None
        tool = tool_name(tweet.source)
        raw = {name: value for name in _KEPT_RAW if (value := getattr(tweet, name)) is not None}
        if joined is not None or short != said:
            raw["full_text" if tweet.full_text is not None else "text"] = said
        if joined is not None and joined.core.text != joined.text:
            raw["note_text"] = joined.core.text
        if tool != tweet.source:
            raw["source"] = tweet.source
        parts = tweet.entities
        entities = media_entities(parts, tweet.extended_entities)
        return PostState(
            text=joined.text if joined else short,
            sensitive=flag(tweet.possibly_sensitive),
            language=tweet.lang,
            hashtags=_also(hashtags(parts), joined.hashtags if joined else ()),
            mentions=_also(mentions(parts), joined.mentions if joined else ()),
            links=_also(links(parts), joined.links if joined else ()),
            media=None
            if entities is None and parts is None
            else self.media.of_post(entities or [], tweet.native_id or "", path, repost=repost, problems=problems),
            location=location(tweet.coordinates, tweet.geo, tweet.place),
            tool=tool,
            # The export cuts the text of reposts at 140 characters.
            truncated=joined is None and (bool(flag(tweet.truncated)) or (repost and (short or "").endswith("…"))),
            raw=raw or None,
        )

    def _author(self, tweet: Tweet) -> AccountRef:
        """The account of the export; Grailbird names the author with each post, and then that holds."""
        if tweet.user is None:
            return self.author
        named = tweet.user.ref
        if self.author.native_id is not None and named.native_id in (None, self.author.native_id):
            return self.author
        return named

    def _audience(self, tweet: Tweet, name: str) -> Audience:
        """Who could see the post. ``tweets.js`` is the list of what the account posted on its profile: public, unless
        the export says otherwise (a shielded account, a community, a circle; posts of a circle stand in both lists).
        """
        if name == "circle" or (self.circle and tweet.native_id in self.circle):
            return "circle"
        if tweet.community_id_str or name == "community":
            return "community"
        followers = (tweet.scopes and flag(tweet.scopes.followers)) or (tweet.user and flag(tweet.user.protected))
        return "followers" if self.protected or followers else "public"

    def _counts(self, tweet: Tweet) -> Counts | None:
        """Likes and reposts as the export counted them, at the moment it was made."""
        likes, reposts = number(tweet.favorite_count), number(tweet.retweet_count)
        found = {name: count for name, count in (("likes", likes), ("reposts", reposts)) if count is not None}
        return Counts(found, self.at) if found else None


def deletion(
    post: str, author: AccountRef, made: Moment, deleted_at: str | None, evidence: tuple[Evidence, ...]
) -> Observation:
    """Word that a post of the account was deleted, without the post itself."""
    at = created(deleted_at) if deleted_at else None
    return Observation(PLATFORM, post, author, at, status="deleted", evidence=evidence, created=made)


def _withdrawal(deleted_at: str | None) -> Withdrawal:
    return Withdrawal("deleted", created(deleted_at) if deleted_at else None, "account")


def _note_alias(joined: Note | None, post: str | None) -> tuple[Alias, ...]:
    return (Alias("note-tweet", joined.id),) if joined and joined.id and joined.id != post else ()


def _also(first: tuple[Any, ...] | None, more: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """What the post names, then what only its full text names; accounts and links are the same by id or address."""
    if not more:
        return first
    known = {_mark(one) for one in first or ()}
    return (*(first or ()), *(one for one in more if _mark(one) not in known))


def _mark(one: str | AccountRef | Link) -> str:
    if isinstance(one, AccountRef):
        return one.native_id or (one.handle or "").lower()
    return one.url if isinstance(one, Link) else one
