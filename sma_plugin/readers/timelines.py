"""What pages of an account's timeline hold without a gap: between their oldest and newest post nothing else was there.

A server lists an account's posts from new to old. Whatever lies between the first and the last post of a page, and is
not on it, was not given when the page was asked for; the same goes for pages of which each is the next of the one
before. Nothing is claimed beyond the oldest post met, for servers end such lists early. Only lists of all of an
account's posts count, so readers give the page's place only where nothing in its address filters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from sma_plugin.model import Covered, Item, Post, PostKind, Problem, Span
from sma_plugin.readers.values import iso_text

_UNREAD = frozenset({"SMA-R001", "SMA-R003", "SMA-R005", "SMA-R006"})
"""Problems by which a post that was on the page may not have been read."""
_MAX_PAGES = 100_000


@dataclass
class _Page:
    place: Hashable
    following: Hashable | None
    sound: bool = True
    accounts: set[str | None] = field(default_factory=set)
    moments: list[int] = field(default_factory=list)
    kinds: set[PostKind] = field(default_factory=set)
    replies: bool = False

    def see(self, item: Item) -> None:
        """Take note of an item; what only came along with a post of the list is none of it, nor is a pinned post."""
        if isinstance(item, Problem):
            self.sound = self.sound and item.code not in _UNREAD
        elif isinstance(item, Post) and not item.included and not item.pinned:
            self.accounts.add(item.author.native_id)
            self.kinds.add(item.kind)
            self.replies = self.replies or any(one.kind == "reply" for one in item.relations)
            self.sound = self.sound and item.created.us is not None
            self.moments.append(item.created.us or 0)

    def proves(self, is_whole: Callable[[str], bool]) -> bool:
        """Whether it is an unbroken part of one account's timeline, from new to old."""
        (account,) = self.accounts if len(self.accounts) == 1 else (None,)
        ordered = all(one >= other for one, other in zip(self.moments, self.moments[1:], strict=False))
        return self.sound and ordered and account is not None and is_whole(account)


class Timelines:
    """Follows the pages of timelines in one capture."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._pages: dict[Hashable, _Page] = {}

    def page(
        self,
        items: Iterator[Item],
        place: Hashable | None,
        following: Hashable | None,
        is_whole: Callable[[str], bool] = bool,
    ) -> Iterator[Item]:
        """The items of a page, looked at while they pass. Without a place it is no page of a whole timeline.

        ``is_whole`` tells whether the server lists all posts of the account with this native id.
        """
        if place is None or len(self._pages) >= _MAX_PAGES:
            yield from items
            return
        page = _Page(place, following)
        for item in items:
            page.see(item)
            yield item
        if page.proves(is_whole):
            self._pages.setdefault(place, page)

    def spans(self) -> Iterator[Covered]:
        """What the pages cover, those that join up as one."""
        joined = {id(after) for page in self._pages.values() if (after := self._next(page)) is not None}
        for page in self._pages.values():
            if id(page) not in joined:
                yield from self._span(page)

    def _next(self, page: _Page) -> _Page | None:
        """The page that goes on where one ends."""
        after = self._pages.get(page.following) if page.following is not None else None
        if after is None or after is page or after.accounts != page.accounts:
            return None
        return after if after.moments[0] <= page.moments[-1] else None

    def _span(self, page: _Page) -> Iterator[Covered]:
        chain = [page]
        while (after := self._next(chain[-1])) is not None and len(chain) <= len(self._pages):
            chain.append(after)
        first, last = iso_text(chain[-1].moments[-1]), iso_text(page.moments[0])
        (account,) = page.accounts
        if account and first and last and first != last:
            kinds = tuple(sorted(set().union(*(one.kinds for one in chain))))
            yield Covered(Span(self._platform, account, first, last, kinds, any(one.replies for one in chain)))
