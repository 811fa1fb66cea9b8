"""Posts as X embeds them in other pages: one of version 1.1 with its author, in the state of a widget.

``tweet-result`` gives one post with ``mediaDetails`` and ``quoted_tweet``; the page of an embedded timeline has posts
of version 1.1 in the JSON that the page was built from.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from sma_plugin.model import Counts, Evidence, Item
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_json import Parts, locate
from sma_plugin.readers.x.api_profiles import Known
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.api_v1 import Heads, status_head, status_media, status_post, status_relations
from sma_plugin.readers.x.common import number
from sma_plugin.readers.x.common_parts import Entities, MediaEntity, Number
from sma_plugin.readers.x.web_parts import EditControl, Legacy, WebTweet
from sma_plugin.readers.x.web_post import finished
from sma_plugin.readers.x.web_tweets import Inner, whole

_NOTHING = msgspec.Raw(b"")
_INSIDE = {"retweeted_status": "retweeted_status", "quoted_status": "quoted_status", "quoted_tweet": "quoted_status"}
"""Members that hold another post, and the name that it has in version 1.1."""


class Embedded(Legacy, kw_only=True):
    """One post of a widget."""

    quoted_tweet: msgspec.Raw = _NOTHING
    parent: msgspec.Raw = _NOTHING
    details: list[MediaEntity] | None = msgspec.field(default=None, name="mediaDetails")
    conversation_count: Number = None
    edit_control: EditControl | None = None
    note_tweet: msgspec.Raw = _NOTHING


_POST = Ladder(Embedded)


def is_embedded(found: Parts) -> bool:
    """Whether an object is a post with its author, as version 1.1 has them."""
    return {"id_str", "user"} <= found.keys() and not {"text", "full_text"}.isdisjoint(found)


def embedded(session: Session, spot: Spot, data: bytes, where: Evidence, *, included: bool) -> Iterator[Item | Inner]:
    """A post and its author; the posts inside it are given as they stand. Raises ``ValueError``."""
    one, rung = _POST.decode(data)
    if rung:
        yield spot.problem("SMA-R002")
    user, at = bytes(one.user), spot.source.fetched_at
    if user.startswith(b"{") and session.users.find(user) is None:
        place = spot.inside(locate(data, user), len(user), "/user")
        try:
            yield from session.users.learn(user, place.whole(), at, old=True)
        except ValueError:
            yield place.problem("SMA-R002")
    author = session.users.find(user) or Known(session.users.nobody)
    inner = [(name, raw) for name in (*_INSIDE, "parent") if (raw := bytes(getattr(one, name))).startswith(b"{")]
    heads: Heads = {_INSIDE[name]: status_head(raw) for name, raw in inner if name in _INSIDE}
    media = Entities(media=one.details) if one.details else one.extended_entities
    cut = one.truncated or bytes(one.note_tweet) != b""
    web = WebTweet(edit_control=one.edit_control)
    legacy = whole(web, replace(one, extended_entities=media, truncated=cut))
    relations, files = status_relations(legacy, heads), status_media(legacy, session)
    post = status_post(legacy, author, relations, files, where, at, included=included)
    replies = number(one.conversation_count)
    if replies is not None:
        post = replace(post, counts=Counts((post.counts.values if post.counts else {}) | {"replies": replies}, at))
    yield finished(post, web, legacy, at, pinned=False)
    for name, raw in inner:
        target = heads.get(_INSIDE.get(name, ""), (None, None))[0]
        yield Inner(spot.inside(locate(data, raw), len(raw), f"/{name}"), raw, target)
