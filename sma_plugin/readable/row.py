"""One post as a person reads it: what its last version says, with what was seen of it, as short texts by name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from sma_plugin.formats.activitystreams.values import iso
from sma_plugin.model import AccountRef, Media, Moment, PostHistory
from sma_plugin.readers.values import html_text

_DAY = len("2024-03-01")
Columns = dict[str, dict[str, Any]]


@cache
def columns() -> Columns:
    """The columns in order, each with its heading (``nl``, ``en``) and what it holds."""
    found: Columns = tomllib.loads(files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
    return found


def row_of(post: PostHistory) -> dict[str, str]:
    """The cells of a post, by the name of their column."""
    state, last = post.latest, post.versions[-1] if post.versions else None
    return {
        "platform": post.platform,
        "id": post.native_id,
        "published": when(post.created),
        "delivered": post.created.raw or "",
        "updated": when(last.edited) if last and last.edited else "",
        "versions": str(len(post.versions)),
        "author": post.author.name or "",
        "handle": post.author.handle or "",
        "author_id": post.author.native_id or "",
        "class": post.klass,
        "kind": post.kind,
        "title": state.title or "",
        "warning": state.content_warning or "",
        "text": text_of(post),
        "language": state.language or "",
        "hashtags": " ".join(f"#{tag}" for tag in state.hashtags or ()),
        "mentions": " ".join(called(one) for one in state.mentions or ()),
        "links": "\n".join(link.url for link in state.links or ()),
        "media": "\n".join(medium_of(one) for one in state.media or ()),
        "poll": "\n".join(state.poll.options) if state.poll else "",
        "place": (state.location.name or "") if state.location else "",
        "answers": post.parent or target_of(post, "reply"),
        "quotes": target_of(post, "quote") or target_of(post, "repost"),
        "thread": post.thread or "",
        "depth": str(post.depth),
        "counts": " ".join(f"{name}={count}" for name, count in counts_of(post).items()),
        "audience": post.audience or "",
        "state": stand_of(post),
        "url": post.url or "",
    }


def text_of(post: PostHistory) -> str:
    """The text, or what the markup says where there is no text by itself."""
    state = post.latest
    return state.text if state.text is not None else html_text(state.html or "")


def when(moment: Moment) -> str:
    """A moment in UTC, to the second, or to the day where no more was said; empty when it is not known."""
    shown = (iso(moment.us // 1_000_000 * 1_000_000) if moment.us is not None else None) or ""
    return shown[:_DAY] if moment.assumed in ("date", "relative") else shown


def called(account: AccountRef) -> str:
    """By what an account is called in a table."""
    return f"@{account.handle}" if account.handle else account.native_id or account.name or account.url or ""


def medium_of(medium: Media) -> str:
    """A medium in one line."""
    return " ".join(filter(None, (f"[{medium.kind}]", medium.path or medium.source, medium.alt)))


def target_of(post: PostHistory, kind: str) -> str:
    """What the post is tied to in this way first."""
    ties = (tie.target or tie.target_url for tie in post.relations if tie.kind == kind)
    return next(filter(None, ties), "")


def counts_of(post: PostHistory) -> dict[str, int]:
    """Every count as it was last seen."""
    seen = sorted((one for one in post.observations if one.counts), key=lambda one: (one.at and one.at.us) or 0)
    return {name: count for one in seen for name, count in sorted((one.counts or {}).items())}


def stand_of(post: PostHistory) -> str:
    """Whether the post was taken back, or what a source said of it later."""
    said = [post.withdrawn.ground] if post.withdrawn else []
    return ", ".join(dict.fromkeys([*said, *(one.status for one in post.observations if one.status)]))
