"""The chat of a broadcast as yt-dlp writes it: one action a line, messages of viewers among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Evidence, Item, Moment, Post, PostState, Relation
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Values
from sma_plugin.readers.remarks import no_posts
from sma_plugin.readers.values import epoch_moment
from sma_plugin.readers.youtube.common import PLATFORM, channel
from sma_plugin.readers.youtube.runs import at, runs

_RENDERERS = ("liveChatTextMessageRenderer", "liveChatPaidMessageRenderer", "liveChatMembershipItemRenderer")


def chat_items(source: Source, video: Post | None) -> Iterator[Item]:
    """A reply for each message, to the broadcast that it was said in; what else happened is counted."""
    values, others = Values(source), 0
    for value in values:
        found = list(_messages(value.decoded))
        others += not found
        evidence = source.evidence(value.piece.offset, len(value.piece.data), value.locator)
        for message in found:
            yield _reply(message, video, evidence)
    yield from values.problems()
    if others:
        yield no_posts(source.path, "live_chat", others)


def _messages(action: Any) -> Iterator[dict[str, Any]]:
    replay = action.get("replayChatItemAction") if isinstance(action, dict) else None
    actions = replay.get("actions") if isinstance(replay, dict) else [action]
    for one in actions if isinstance(actions, list) else ():
        item = at(one, "addChatItemAction", "item")
        yield from (item[name] for name in _RENDERERS if isinstance(item, dict) and isinstance(item.get(name), dict))


def _reply(message: dict[str, Any], video: Post | None, evidence: Evidence) -> Post:
    stamp = message.get("timestampUsec")
    native_id, whose = message.get("id"), message.get("authorExternalChannelId")
    author = channel(whose if isinstance(whose, str) else None, runs(message.get("authorName")))
    owner = video.author if video else None
    answers = (Relation("reply", video.native_id, video.url, video.author),) if video else ()
    own = bool(owner and author.native_id and owner.native_id == author.native_id)
    return Post(
        PLATFORM,
        author,
        native_id if isinstance(native_id, str) else None,
        epoch_moment(stamp if isinstance(stamp, str | int) else None, 1_000_000) or Moment(),
        PostState(text=runs(message.get("message"))),
        relations=answers,
        audience="public",
        included=owner is None,
        evidence=(evidence,),
        placed_on=None if own else owner,
    )
