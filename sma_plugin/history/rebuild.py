"""From histories back to the items that they were made of, so that a history store can be rebuilt from them.

Class, thread, parent and depth are not items' business: the history derives them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from sma_plugin.model import (
    Account,
    AccountHistory,
    AccountRef,
    Alias,
    HistoryItem,
    Item,
    Post,
    PostHistory,
    PostState,
    PostVersion,
)

_INCLUDED = frozenset({"answered", "context"})


def items_of(histories: Callable[[], Iterable[HistoryItem]]) -> Iterator[Item]:
    """The items that give these histories again when they are loaded in this order into an empty store.

    ``histories`` is called twice, for accounts come first: which of them bears an identifier that two name is settled
    before a profile names it too.
    """
    accounts = 0
    for history in histories():
        if not isinstance(history, AccountHistory):
            break
        accounts += 1
        yield _account(history)
    for number, history in enumerate(histories()):
        if isinstance(history, PostHistory):
            yield from _post_items(history)
        elif isinstance(history, AccountHistory):
            if number >= accounts:
                yield _account(history)
            yield from history.profiles
            yield from history.observations
        else:
            yield history


def _post_items(history: PostHistory) -> Iterator[Item]:
    """One post per version, in order, then what was seen of it; of a post that there is only word of, that word."""
    seen = history.observations
    if not history.versions and seen:
        yield msgspec.structs.replace(seen[0], account=history.author, created=history.created)
        yield from seen[1:]
        return
    for version in history.versions or (PostVersion(PostState()),):
        yield _post(history, version)
    yield from seen


def _post(history: PostHistory, version: PostVersion) -> Post:
    """One version. A version without an id of its own is told by naming the post itself as what it revises."""
    native_id = version.native_id or history.native_id
    return Post(
        platform=history.platform,
        author=history.author,
        native_id=native_id,
        created=history.created,
        state=version.state,
        kind=history.kind,
        url=history.url,
        aliases=history.aliases,
        relations=history.relations,
        audience=history.audience,
        edited=version.edited,
        revision_of=None if version.native_id == history.native_id else history.native_id,
        revisions=history.revisions,
        withdrawn=history.withdrawn,
        pinned=history.pinned,
        included=history.klass in _INCLUDED,
        evidence=version.evidence,
        placed_on=history.placed_on,
    )


def _account(history: AccountHistory) -> Account:
    """The account under every identifier and handle."""
    return Account(
        history.platform,
        AccountRef(history.native_id, url=history.url, aliases=(*history.aliases, *_other_ids(history))),
        history.own,
        history.created,
        history.evidence,
        history.handles,
    )


def _other_ids(history: AccountHistory) -> Iterator[Alias]:
    """Native ids by which profiles and counts name the account, where it is not by its canonical one."""
    refs = [profile.account for profile in history.profiles]
    refs += [seen.account for seen in history.observations if seen.account is not None]
    others = {ref.native_id for ref in refs if ref.native_id not in (None, history.native_id)}
    return (Alias("id", other) for other in sorted(filter(None, others)))
