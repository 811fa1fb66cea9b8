"""A post as X's archive writes it, in all eras, and what can be told from it alone.

``tweet.js`` and ``tweets.js`` wrap each post in ``{"tweet": ...}`` or not; Grailbird (until 2018) has ``text``,
``user`` and ``retweeted_status`` as the API had. Every field is optional. Facts: formats/PLATFORM_FORMATS.md 2.1.
"""

from __future__ import annotations

import msgspec

from sma_plugin.model import AccountRef, Relation
from sma_plugin.readers.x.common import native, permalink, repost_handle, status_link
from sma_plugin.readers.x.common_parts import Entities, Number, Place, Point

Flag = bool | str | None
Id = str | int | None


class User(msgspec.Struct, frozen=True, gc=False):
    """``user`` in Grailbird files."""

    id_str: str | None = None
    screen_name: str | None = None
    name: str | None = None
    protected: Flag = None

    @property
    def ref(self) -> AccountRef:
        """The account."""
        return AccountRef(native(self.id_str), self.screen_name, self.name)


class Original(msgspec.Struct, frozen=True, gc=False):
    """``retweeted_status`` in Grailbird files: the post that is repeated."""

    id_str: str | None = None
    user: User | None = None


class Permalink(msgspec.Struct, frozen=True, gc=False):
    """``quoted_status_permalink``."""

    expanded: str | None = None


class Scopes(msgspec.Struct, frozen=True, gc=False):
    """``scopes``: whom the post was meant for."""

    followers: Flag = None


class EditIds(msgspec.Struct, frozen=True, gc=False, rename={"ids": "editTweetIds", "first": "initialTweetId"}):
    """The revision ids of one post, in the archive's spelling."""

    ids: list[str] | None = None
    first: str | None = None
    editControlInitial: EditIds | None = None  # noqa: N815 -- the platform's own name


class EditInfo(msgspec.Struct, frozen=True, gc=False):
    """``edit_info``: ``initial`` for the first revision, ``edit`` for later ones."""

    initial: EditIds | None = None
    edit: EditIds | None = None


class EditControl(msgspec.Struct, frozen=True, gc=False):
    """``edit_control`` and ``edit_controls``: the spelling of the API, seen in archives too."""

    edit_tweet_ids: list[str] | None = None
    initial_tweet_id: str | None = None
    edit_control_initial: EditControl | None = None


class Tweet(msgspec.Struct, frozen=True, gc=False):
    """One post."""

    id_str: str | None = None
    id: Id = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    lang: str | None = None
    source: str | None = None
    truncated: Flag = None
    possibly_sensitive: Flag = None
    favorite_count: Number = None
    retweet_count: Number = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_status_id: Id = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_user_id: Id = None
    in_reply_to_screen_name: str | None = None
    quoted_status_id_str: str | None = None
    quoted_status_permalink: Permalink | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    coordinates: Point | None = None
    geo: Point | None = None
    place: Place | None = None
    edit_info: EditInfo | None = None
    edit_control: EditControl | None = None
    edit_controls: EditControl | None = None
    community_id_str: str | None = None
    scopes: Scopes | None = None
    deleted_at: str | None = None
    deletedAt: str | None = None  # noqa: N815 -- the platform's own name
    withheld_copyright: Flag = None
    withheld_in_countries: list[str] | None = None
    user: User | None = None
    retweeted_status: Original | None = None

    @property
    def native_id(self) -> str | None:
        """The post's id; the number only where the text is missing."""
        return native(self.id_str) or native(self.id)

    @property
    def said(self) -> str | None:
        """The text as delivered."""
        return self.full_text if self.full_text is not None else self.text


class Item(Tweet, frozen=True, gc=False):
    """One item of a list of posts: the post itself, or a wrapper around it under one of these names."""

    tweet: Tweet | None = None
    communityTweet: Tweet | None = None  # noqa: N815 -- the platform's own name
    twitterCircleTweet: Tweet | None = None  # noqa: N815 -- the platform's own name
    deletedTweet: Tweet | None = None  # noqa: N815 -- the platform's own name

    @property
    def post(self) -> Tweet | None:
        """The post in the item; ``None`` when there is neither id nor text in it."""
        found = self.tweet or self.communityTweet or self.twitterCircleTweet or self.deletedTweet or self
        return found if found.native_id or found.said is not None else None


def flag(value: Flag) -> bool | None:
    """True or false from either, or from their text."""
    return value.lower() == "true" if isinstance(value, str) else value


def revisions(tweet: Tweet) -> tuple[str, ...]:
    """Every revision id that the post names, first to last; empty when it says nothing of revisions."""
    ids: list[str] = []
    first: str | None = None
    info = tweet.edit_info
    for part in (info.initial, info.edit) if info else ():
        if part:
            inner = part.editControlInitial
            ids += part.ids or (inner.ids if inner else None) or []
            first = first or part.first
    for control in (tweet.edit_control, tweet.edit_controls):
        if control:
            nested = control.edit_control_initial
            ids += control.edit_tweet_ids or (nested.edit_tweet_ids if nested else None) or []
            first = first or control.initial_tweet_id
    if first:
        # The first revision leads; a later one that names no others still names itself.
        ids = [first, *ids, *([tweet.native_id] if tweet.native_id else [])]
    return tuple(dict.fromkeys(filter(None, ids)))


def relations(tweet: Tweet) -> tuple[Relation, ...]:
    """What the post repeats, answers, quotes."""
    repeated = _repost(tweet)
    found = [repeated, _reply(tweet), None if repeated else _quote(tweet)]
    return tuple(relation for relation in found if relation)


def _repost(tweet: Tweet) -> Relation | None:
    """The post repeated. The archive since 2019 names only the handle, in the text; its id is not given."""
    original = tweet.retweeted_status
    if original is not None:
        target = native(original.id_str)
        account = original.user.ref if original.user else AccountRef()
        account = account if account.handle else AccountRef(account.native_id, repost_handle(tweet.said), account.name)
        return Relation("repost", target, permalink(account.handle, target) if target else None, account)
    handle = repost_handle(tweet.said)
    if handle is None:
        return None
    named = (tweet.entities.user_mentions or []) if tweet.entities else []
    known = next((who for who in named if (who.screen_name or "").lower() == handle.lower()), None)
    account = AccountRef(native(known.id_str), known.screen_name, known.name) if known else AccountRef(handle=handle)
    return Relation("repost", target_account=account)


def _reply(tweet: Tweet) -> Relation | None:
    target = native(tweet.in_reply_to_status_id_str) or native(tweet.in_reply_to_status_id)
    user = native(tweet.in_reply_to_user_id_str) or native(tweet.in_reply_to_user_id)
    handle = tweet.in_reply_to_screen_name
    if target is None and user is None:
        return None
    url = permalink(handle, target) if target else None
    account = AccountRef(user, handle) if user or handle else None
    return Relation("reply", target, url, account)


def _quote(tweet: Tweet) -> Relation | None:
    """The post quoted: by id where given, else the last link to a post, which is what X shows as a quote."""
    quoted = native(tweet.quoted_status_id_str)
    shown = status_link(tweet.quoted_status_permalink.expanded) if tweet.quoted_status_permalink else None
    urls = (tweet.entities.urls or []) if tweet.entities else []
    for link in reversed(urls):
        found = status_link(link.expanded_url)
        if shown is None and found and found[1] != tweet.native_id and quoted in (None, found[1]):
            shown = found
    if shown is None:
        return Relation("quote", quoted, permalink(None, quoted)) if quoted else None
    handle, target = shown
    return Relation("quote", target, permalink(handle, target), AccountRef(handle=handle) if handle else None)
