"""Requests under the AVG: what was decided on each, kept outside every package, and applied to every access copy.

Nobody is named in the list: accounts and posts stand in it as keyed digests (HMAC-SHA-256), so that without the key it
says nothing of anybody. Outcomes: refused; suppressed from access copies; a statement of the person's own added;
removed, because it was out of scope and should not have been kept (PRODUCT.md, 5.6). Nothing here takes anything out of
a stored package.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sma_plugin.model import AccountHistory, HistoryItem, PostHistory, Resource
from sma_plugin.privacy.chained import Chained, Row
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.keys import Key, Keys
from sma_plugin.settings import Settings

Outcome = Literal["refused", "suppressed", "statement", "removed"]
OUTCOMES: tuple[Outcome, ...] = ("refused", "suppressed", "statement", "removed")
_HIDES = ("suppressed", "removed")


class Request(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One request and what was decided: on which account, or which of its posts when ``posts`` are named.

    ``accounts`` and ``posts`` are digests made with the key ``key``. ``role``, ``date`` (ISO), ``ground`` and
    ``decision`` (its number) say who decided when and why. ``ends`` takes back an earlier request.
    """

    id: str
    outcome: Outcome
    key: str
    role: str
    date: str
    ground: str
    decision: str
    at: str
    by: str = ""
    accounts: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    statement: str | None = None
    ends: str | None = None


class Digests:
    """Makes with one key what stands in the list for accounts and posts."""

    def __init__(self, key: Key) -> None:
        self._keyed = hmac.new(key.value, b"sma-plugin request\x00", "sha256")
        self.account = lru_cache(1 << 16)(self._account)
        """The digests of an account: of its number, and of its handle."""

    def post(self, platform: str, native_id: str) -> str:
        """The digest of a post."""
        return self._of("post", platform, native_id)

    def _account(self, platform: str, native_id: str | None, handle: str | None) -> tuple[str, ...]:
        known = (native_id, handle and folded_only(handle.lstrip("@")))
        return tuple(self._of("account", platform, one) for one in known if one)

    def _of(self, *parts: str) -> str:
        keyed = self._keyed.copy()
        keyed.update("\x00".join(parts).encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()


class Requests:
    """What was decided on requests, asked for one post at a time."""

    def __init__(self, requests: Iterable[Request], keys: Sequence[Key]) -> None:
        told = list(requests)
        ended = {one.ends for one in told}
        held = [one for one in told if one.id not in ended and not one.ends and one.outcome != "refused"]
        self._by_key = [
            (Digests(key), _index(one for one in held if one.key == key.id))
            for key in keys
            if any(one.key == key.id for one in held)
        ]
        self.apply = bool(self._by_key)
        """Whether any is to be looked at for each post."""
        self.removes = any(one.outcome == "removed" for one in held)
        """Whether anything enters no new package."""
        known = {one.id for one in held if any(one.key == key.id for key in keys)}
        self.lost = sorted({one.id for one in held} - known)
        """Requests that cannot be applied any more, because their key is gone."""

    @classmethod
    def configured(cls, settings: Settings) -> Requests:
        """The requests beside the configured key; none without one. Raises :class:`~sma_plugin.texts.UserError`."""
        if not settings.paths.key_file:
            return cls((), ())
        keys = Keys.configured(settings)
        return cls(listed(keys).rows(), list(keys))

    def suppressed(self, item: HistoryItem) -> bool:
        """Whether an item stays out of access copies."""
        return any(one.outcome in _HIDES for one in self._about(item))

    def removal(self, platform: str, posts: Iterable[str], accounts: Iterable[_Told]) -> Request | None:
        """The request that removes a post with one of these identifiers, or all of an account that is called so."""
        meant = self._meant(platform, posts, accounts)
        return next((one for one in meant if one.outcome == "removed"), None)

    def statements(self, item: HistoryItem) -> tuple[str, ...]:
        """What somebody had added to an item in access copies."""
        if not isinstance(item, PostHistory):
            return ()
        found = {one.id: one for one in self._about(item) if one.outcome == "statement"}
        return tuple(one.statement for one in found.values() if one.statement)

    def _about(self, item: HistoryItem) -> Iterator[Request]:
        if not self._by_key or isinstance(item, Resource):
            return
        posts = [item.native_id, *(one.value for one in item.aliases)] if isinstance(item, PostHistory) else []
        yield from self._meant(item.platform, posts, _authors(item))

    def _meant(self, platform: str, posts: Iterable[str], accounts: Iterable[_Told]) -> Iterator[Request]:
        for digests, (by_account, by_post) in self._by_key:
            for post in posts if by_post else ():
                yield from by_post.get(digests.post(platform, post), ())
            for told in accounts if by_account else ():
                for digest in digests.account(platform, *told):
                    yield from by_account.get(digest, ())


_Told = tuple[str | None, str | None]
"""Number and handle of an account."""


def _authors(item: AccountHistory | PostHistory) -> Sequence[_Told]:
    """Whose an item is: number and handle."""
    if isinstance(item, PostHistory):
        return [(item.author.native_id, item.author.handle)]
    return [(item.native_id, None), *((None, handle.value) for handle in item.handles)]


_Index = dict[str, list[Request]]


def _index(requests: Iterable[Request]) -> tuple[_Index, _Index]:
    """Requests by the digests of accounts, and of posts; one that names posts is about those alone."""
    by_account: _Index = {}
    by_post: _Index = {}
    for one in requests:
        for digest in one.posts:
            by_post.setdefault(digest, []).append(one)
        for digest in () if one.posts else one.accounts:
            by_account.setdefault(digest, []).append(one)
    return by_account, by_post


def path_of(key_file: Path) -> Path:
    """Where the list is: beside the keys that its digests are made with."""
    return key_file.with_name(f"{key_file.name}.requests.jsonl")


def listed(keys: Keys) -> Chained[Request]:
    """The list of requests."""
    return Chained(path_of(keys.path), Request)
