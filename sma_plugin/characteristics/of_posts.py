"""The essential characteristics of a file of normalised posts, by the file alone.

How many posts there should have been, which of their links were captured and what plays is not in the file: that is
measured over the account history (:mod:`sma_plugin.characteristics.measure`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sma_plugin.characteristics.catalogue import shipped
from sma_plugin.characteristics.counting import NOT_ESTABLISHED, score
from sma_plugin.characteristics.emoji import library, says_emoji
from sma_plugin.characteristics.records import Measured
from sma_plugin.model import AccountHistory, HistoryItem, Media, PostHistory, PostState, ProfileVersion

Found = tuple[int, int | None]
"""How many have a characteristic, and of how many; ``None`` where the file does not tell that."""


class OfPosts(NamedTuple):
    """What was counted: items by class, characteristics, and when the first and the last post were made (UTC, µs)."""

    counts: dict[str, int]
    characteristics: tuple[Measured, ...]
    first: int | None
    last: int | None


def of_posts(items: Iterable[HistoryItem]) -> OfPosts:
    """Count over every line of a file."""
    counts: Counter[str] = Counter()
    totals: dict[str, Found] = {}
    first: int | None = None
    last: int | None = None
    for item in items:
        if isinstance(item, PostHistory):
            counts[item.klass] += 1
            if (us := item.created.us) is not None:
                first, last = us if first is None else min(first, us), us if last is None else max(last, us)
            _add(totals, {name: count(item) for name, count in _OF_POST.items()})
        elif isinstance(item, AccountHistory):
            counts["accounts"] += 1
            for profile in item.profiles:
                _add(totals, {name: count(profile) for name, count in _OF_PROFILE.items()})
        else:
            counts["resources"] += 1
    return OfPosts(dict(sorted(counts.items())), tuple(_measured(totals)), first, last)


def _add(totals: dict[str, Found], found: Mapping[str, Found]) -> None:
    for name, (count, of) in found.items():
        before, before_of = totals.get(name, (0, None if of is None else 0))
        totals[name] = (before + count, None if of is None else (before_of or 0) + of)


def _measured(totals: Mapping[str, Found]) -> Iterable[Measured]:
    for one in shipped().kenmerk:
        found = totals.get(one.measure or "")
        if found is None or (one.measure == "emoji" and library() is None):
            continue
        count, of = found
        told = NOT_ESTABLISHED if of is None else score(count, of)
        yield Measured(one.category, one.name, told, count=count, expected=of, feature=one.feature)


# --- one post, one profile -------------------------------------------------------------------------------------------


def _versions(holds: Callable[[PostState], object]) -> Callable[[PostHistory], Found]:
    """Counts the versions of a post of which something holds."""
    return lambda post: (sum(bool(holds(one.state)) for one in post.versions), None)


def _media(*kinds: str) -> Callable[[PostHistory], Found]:
    """Counts the media of these kinds that the package holds, of all that the newest version names."""

    def count(post: PostHistory) -> Found:
        named = [one for one in post.latest.media or () if one.kind in kinds]
        return sum(one.path is not None for one in named), len(named)

    return count


def _related(*kinds: str) -> Callable[[PostHistory], Found]:
    return lambda post: (int(any(one.kind in kinds for one in post.relations)), None)


def _thread(post: PostHistory) -> Found:
    """Whether what a post answers is in the file."""
    answers = any(one.kind == "reply" for one in post.relations)
    return int(answers and post.parent is not None), int(answers)


def _picture(medium: Media | None) -> Found:
    return int(medium is not None and medium.path is not None), int(medium is not None)


_OF_POST: Mapping[str, Callable[[PostHistory], Found]] = {
    "text": _versions(lambda state: state.text or state.html),
    "images": _media("image", "animation"),
    "video": _media("video"),
    "other-media": _media("audio", "document", "unknown"),
    "emoji": _versions(says_emoji),
    "replies": lambda post: (int(post.klass == "reply"), None),
    "action-buttons": lambda post: (
        int(post.klass == "own" and any(one.counts for one in post.observations)),
        int(post.klass == "own"),
    ),
    "time": lambda post: (int(post.created.us is not None), 1),
    "author": lambda post: (int(bool(post.author.native_id or post.author.handle or post.author.name)), 1),
    "address": lambda post: (int(post.url is not None), 1),
    "place": _versions(lambda state: state.location),
    "tool": _versions(lambda state: state.tool),
    "language": _versions(lambda state: state.language),
    "links": _versions(lambda state: state.links),
    "polls": _versions(lambda state: state.poll),
    "threads": _thread,
    "shared": _related("quote", "repost"),
    "edits": lambda post: (int(len(post.versions) > 1), None),
}
_OF_PROFILE: Mapping[str, Callable[[ProfileVersion], Found]] = {
    "avatar": lambda profile: _picture(profile.avatar),
    "header": lambda profile: _picture(profile.header),
}
