"""One post of X's web interface, with its author and the posts inside it, in the words of the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from sma_plugin.model import AccountRef, Evidence, Item, Observation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_json import locate
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_v1 import Heads, status_media, status_post, status_relations
from sma_plugin.readers.x.api_v1_parts import EditHistory, ExtendedTweet
from sma_plugin.readers.x.common import PLATFORM, native, repost_handle
from sma_plugin.readers.x.web_parts import Legacy, Result, WebTweet
from sma_plugin.readers.x.web_post import finished
from sma_plugin.readers.x.web_users import Bare, learn

_PATHS = {"retweeted_status": "legacy/retweeted_status_result", "quoted_status": "quoted_status_result"}


class Wrapped(WebTweet):
    """A post, or ``TweetWithVisibilityResults`` with the post in ``tweet``."""

    tweet: WebTweet | None = None


_TWEET, _BARE, _WRAPPED = Ladder(WebTweet), Ladder(Bare), Ladder(Wrapped)


class Inner(NamedTuple):
    """A post inside another one, or word of it: where it stands, its bytes, which one it is."""

    spot: Spot
    data: bytes
    native_id: str | None


class Head(NamedTuple):
    """As much of a post as a relation to it needs."""

    native_id: str | None
    author: AccountRef | None


def tweet(
    session: Session, spot: Spot, data: bytes, where: Evidence, *, pinned: bool, included: bool
) -> Iterator[Item | Inner]:
    """A post and its author; the posts inside it are given as they stand. Raises ``ValueError``."""
    one, rung = _TWEET.decode(data)
    if rung:
        yield spot.problem("SMA-R002")
    session.web_fields.look(data)
    if one.legacy is None:
        yield spot.problem("SMA-R052")
        return
    raw = _raw(one.core.user_results if one.core else None)
    if raw and session.users.find(raw) is None:
        yield from _author(session, spot.inside(locate(data, raw), len(raw), "/core/user_results/result"), raw)
    legacy = whole(one, one.legacy)
    author = session.users.find(raw) or _unknown(session, legacy)
    inner = {"retweeted_status": _raw(legacy.retweeted_status_result), "quoted_status": _raw(one.quoted_status_result)}
    heads = _heads(one, legacy, inner)
    post = status_post(
        legacy,
        author,
        status_relations(legacy, heads),
        status_media(legacy, session),
        where,
        spot.source.fetched_at,
        included=included,
    )
    yield finished(post, one, legacy, spot.source.fetched_at, pinned=pinned or author.pinned == post.native_id)
    if legacy.withheld_in_countries or legacy.withheld_copyright:
        detail = ", ".join(legacy.withheld_in_countries or ()) or "copyright"
        yield Observation(
            PLATFORM,
            post.native_id,
            at=spot.source.fetched_at,
            status="withheld",
            detail=detail,
            evidence=post.evidence,
        )
    named: dict[str, str | None] = {relation.kind: relation.target for relation in post.relations}
    for (name, part), relation in zip(inner.items(), ("repost", "quote"), strict=True):
        if part:
            place = spot.inside(locate(data, part), len(part), f"/{_PATHS[name]}/result")
            yield Inner(place, part, named.get(relation))


def _author(session: Session, spot: Spot, raw: bytes) -> Iterator[Item]:
    try:
        yield from learn(session, spot, raw)
    except ValueError:
        yield spot.problem("SMA-R002")


def _unknown(session: Session, legacy: Legacy) -> Known:
    """The author of a post that comes without its account."""
    return Known(session.users.by_id(legacy.user_id_str) if legacy.user_id_str else session.users.nobody)


def _raw(result: Result | None) -> bytes:
    """The bytes of a result; none when there is none, or nothing in it."""
    data = bytes(result.result) if result else b""
    return data if data.startswith(b"{") and data != b"{}" else b""


def whole(one: WebTweet, legacy: Legacy) -> Legacy:
    """The old form of a post with what stands beside it: the whole text, the program, the revisions."""
    note = one.note_tweet.note_tweet_results.result if one.note_tweet and one.note_tweet.note_tweet_results else None
    control = one.edit_control or legacy.ext_edit_control
    more = ExtendedTweet(note.text, note.entity_set or legacy.entities) if note and note.text is not None else None
    return replace(
        legacy,
        id_str=legacy.id_str or one.rest_id or "",
        extended_tweet=more or legacy.extended_tweet,
        extended_entities=legacy.extended_entities or (legacy.entities if more else None),
        edit_history=EditHistory(control.revisions or None) if control else None,
        source=one.source or legacy.source,
    )


def _heads(one: WebTweet, legacy: Legacy, inner: dict[str, bytes]) -> Heads:
    heads: Heads = {name: head_of(part) for name, part in inner.items() if part}
    if "retweeted_status" not in heads and (legacy.retweeted_status_result or legacy.retweeted_status_id_str):
        handle = repost_handle(legacy.full_text)
        heads["retweeted_status"] = (legacy.retweeted_status_id_str, AccountRef(None, handle) if handle else None)
    if "quoted_status" not in heads and one.quoted_ref and one.quoted_ref.result:
        heads["quoted_status"] = (one.quoted_ref.result.rest_id, None)
    return heads


def head_of(data: bytes) -> Head:
    """Id and author of a post; also of one within a note on who may see it."""
    try:
        one = _WRAPPED.decode(data).value
        found = one.tweet or one
    except ValueError:
        return Head(None, None)
    legacy = found.legacy
    native_id = found.rest_id or (legacy.id_str if legacy else None) or None
    user = _raw(found.core.user_results if found.core else None)
    try:
        bare = _BARE.decode(user).value if user else Bare()
    except ValueError:
        bare = Bare()
    named = [part for part in (bare.core, bare.legacy) if part and part.screen_name]
    number_of = bare.rest_id or (legacy.user_id_str if legacy else None)
    if not (named or number_of):
        return Head(native_id, None)
    who = named[0] if named else None
    return Head(native_id, AccountRef(native(number_of), who.screen_name if who else None, who.name if who else None))
