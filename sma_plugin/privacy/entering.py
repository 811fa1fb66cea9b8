"""Entering what was decided on a request under the AVG: whom it is about is made into digests and kept nowhere else.

With the packages at hand, an account is known by every number and handle that it has in them, and a post by its number,
whatever address it was named by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from sma_plugin.history.platforms import named_by
from sma_plugin.model import AccountHistory, AccountRef, PostHistory, Resource
from sma_plugin.notation import moment_meant, platform_meant
from sma_plugin.notation import platform as platform_label
from sma_plugin.privacy.chained import Chained
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.identities import refs_in
from sma_plugin.privacy.keys import By, Key, Keys, who
from sma_plugin.privacy.requests import OUTCOMES, Digests, Outcome, Request, listed
from sma_plugin.privacy.stored_posts import Posts, Read
from sma_plugin.readers.permalinks import permalink
from sma_plugin.texts import UserError

_SAME = ("outcome", "key", "role", "date", "ground", "decision", "statement")
_SHORTEST = 4
"""A handle of so few letters stands in many words."""


class Asked(NamedTuple):
    """A request as somebody enters it; ``account`` a number, handle or address, ``posts`` numbers or addresses."""

    outcome: str
    platform: str
    account: str
    posts: tuple[str, ...]
    decision: str
    date: str
    statement: str | None = None


class Entered(NamedTuple):
    """What was entered, and how many posts it is about in each package, by its name."""

    request: Request
    holds: dict[str, int]
    known: bool = False
    """Whether the same was entered before, and nothing was added."""

    @property
    def found(self) -> int:
        """How many posts in all."""
        return sum(self.holds.values())


def enter(keys: Keys, asked: Asked, by: By, packages: Sequence[Posts]) -> Entered:
    """Add a request to the list, unless it is there. Raises :class:`UserError` for what cannot be applied."""
    key = keys.current
    if key is None:
        raise UserError("key_none", path=keys.path)
    outcome, day = _checked(asked, by)
    platform = platform_meant(asked.platform)
    if platform_label(platform) == platform:
        raise UserError("request_no_platform", value=asked.platform)
    known = _Known(platform, asked)
    holds: dict[str, int] = {}
    for package in packages:
        holds[package.name] = holds.get(package.name, 0) + known.meet(package.read)
    rows = listed(keys)
    request = Request(
        id=f"avg-{1 + len({one.id for one in rows.rows() if not one.ends})}",
        outcome=outcome,
        key=key.id,
        role=by.role,
        date=day,
        ground=by.reason,
        decision=asked.decision,
        at=by.stamps.now("time/request"),
        by=who(),
        accounts=known.accounts(key),
        posts=known.posts(key),
        statement=asked.statement,
    )
    if same := _known(request, rows.rows()):
        return Entered(same, holds, known=True)
    rows.add(request)
    return Entered(request, holds)


def _known(request: Request, rows: Sequence[Request]) -> Request | None:
    """The request that says the same already, of at least the same account and posts."""
    ended = {one.ends for one in rows}
    for one in rows:
        same = all(getattr(one, name) == getattr(request, name) for name in _SAME)
        wider = set(request.accounts) <= set(one.accounts) and set(request.posts) <= set(one.posts)
        if same and wider and bool(request.posts) == bool(one.posts) and not one.ends and one.id not in ended:
            return one
    return None


def end(keys: Keys, identifier: str, by: By) -> None:
    """Take a request back. Raises :class:`UserError` for one that is not there, or was taken back before."""
    rows: Chained[Request] = listed(keys)
    known = rows.rows()
    one = next((row for row in known if row.id == identifier and not row.ends), None)
    if one is None or any(row.ends == identifier for row in known):
        raise UserError("request_unknown", request=identifier)
    day = date.today().isoformat()  # noqa: DTZ011 -- the day as the user's calendar has it
    told = {"ends": identifier, "accounts": (), "posts": (), "statement": None, "id": f"{identifier}-end", "date": day}
    more = {"role": by.role, "ground": by.reason, "at": by.stamps.now("time/request"), "by": who()}
    rows.add(msgspec.structs.replace(one, **told, **more))


def _checked(asked: Asked, by: By) -> tuple[Outcome, str]:
    outcome = next((one for one in OUTCOMES if one == asked.outcome), None)
    day = moment_meant(asked.date)
    if outcome is None:
        raise UserError("request_outcome", value=asked.outcome, known=", ".join(OUTCOMES))
    if day is None or len(day) < len("2026-01-31"):
        raise UserError("request_date", value=asked.date)
    if not asked.account and not asked.posts:
        raise UserError("request_nobody")
    if (outcome == "statement") != bool(asked.statement) or (outcome == "statement" and not asked.posts):
        raise UserError("request_statement")
    if not asked.decision.strip():
        raise UserError("request_decision")
    about = folded_only(asked.account.strip().rstrip("/").rpartition("/")[2].lstrip("@"))
    if len(about) >= _SHORTEST and about in folded_only(f"{by.reason} {asked.decision}"):
        raise UserError("request_names")
    return outcome, day[:10]


class _Known:
    """What an account and posts are called, as entered and as met in packages."""

    def __init__(self, platform: str, asked: Asked) -> None:
        self._platform = platform
        self._asked = [_post(platform, one) for one in asked.posts]
        self._refs = {_account(platform, asked.account)} if asked.account else set()
        self._posts = {native for native, _ in self._asked if native}

    def meet(self, read: Read) -> int:
        """Look for them in a history; gives how many posts are meant."""
        found = 0
        for item in self._ours(read):
            for ref in refs_in(item):
                if any(_same(ref, one) for one in tuple(self._refs)):
                    self._refs.add((ref.native_id, ref.handle))
        for item in self._ours(read):
            if isinstance(item, PostHistory) and self._means(item):
                found += 1
                if self._asked:
                    self._posts.add(item.native_id)
        return found

    def _ours(self, read: Read) -> Iterator[AccountHistory | PostHistory]:
        for item in read():
            if not isinstance(item, Resource) and item.platform == self._platform:
                yield item

    def _means(self, item: PostHistory) -> bool:
        if not self._asked:
            return any(_same(item.author, one) for one in self._refs)
        names = {item.native_id, item.url, *(one.value for one in item.aliases)}
        return any(native in names or url in names for native, url in self._asked)

    def accounts(self, key: Key) -> tuple[str, ...]:
        """The digests of the account."""
        found = (one for ref in self._refs for one in Digests(key).account(self._platform, *ref))
        return tuple(sorted(set(found)))

    def posts(self, key: Key) -> tuple[str, ...]:
        """The digests of the posts."""
        return tuple(sorted(Digests(key).post(self._platform, one) for one in self._posts))


def _same(ref: AccountRef, known: tuple[str | None, str | None]) -> bool:
    native, handle = known
    if native is not None and ref.native_id == native:
        return True
    return bool(handle and ref.handle) and _plain(ref.handle or "") == _plain(handle or "")


def _plain(handle: str) -> str:
    return folded_only(handle.lstrip("@"))


def _account(platform: str, told: str) -> tuple[str | None, str | None]:
    """The number and handle that were meant: of an address what it names, else the same text as both."""
    if told.startswith("http"):
        scheme, value = named_by(platform, told) or ("id", told)
        return (value, None) if scheme == "id" else (None, value)
    return told, told


def _post(platform: str, told: str) -> tuple[str | None, str]:
    """The number of a post, and what it was called."""
    meant = permalink(told) if told.startswith("http") else None
    if meant is not None and meant.platform != platform:
        raise UserError("request_platform", url=told, platform=platform)
    return (meant.native_id if meant else told), told
