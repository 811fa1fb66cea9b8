"""Who is protected in a history, and everything by which they could be recognised: names, handles, numbers, addresses.

Exempt are the accounts whose names may stay in copies for access (:mod:`~sma_plugin.privacy.rulings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sma_plugin.history.platforms import named_by
from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory
from sma_plugin.privacy.identities import refs_in
from sma_plugin.privacy.people import Shown
from sma_plugin.privacy.searching import Needle, plain


class ThirdParties:
    """The third parties of a history. ``called`` gives pseudonyms by platform and what identifies; others get a number.

    ``needles`` are what they are called, and the numbers and addresses of what they wrote. ``own`` are the bearers that
    are the account itself: its package is described by its name, its copy for access may not have it.
    """

    def __init__(
        self, items: Iterable[HistoryItem], shown: Iterable[Shown], called: dict[tuple[str, str], str]
    ) -> None:
        self._called = called
        self._ours = {
            (one.platform, name)
            for one in shown
            for name in (one.native_id, one.handle and handle_of(one.handle))
            if name
        }
        self._names_of_ours: set[str] = set()
        self._met: set[tuple[str, AccountRef]] = set()
        self.own: set[str] = set()
        told = [needle for item in items for needle in self._of(item)]
        self.needles = [one for one in dict.fromkeys(told) if plain(one.text).strip() not in self._names_of_ours]

    def _of(self, item: HistoryItem) -> Iterator[Needle]:
        if not isinstance(item, AccountHistory | PostHistory):
            return
        platform = item.platform
        for ref in refs_in(item):
            if self._is_ours(platform, ref):
                names = (ref.name, ref.handle, ref.handle and _short(ref.handle), ref.native_id)
                self._names_of_ours |= {plain(one.lstrip("@")).strip() for one in names if one}
            elif (platform, ref) not in self._met:
                self._met.add((platform, ref))
                yield from self._of_person(platform, ref)
        if isinstance(item, PostHistory):
            if not self._is_ours(platform, item.author):
                yield from self._of_post(item)
            return
        if item.own:
            self.own.add(self.bearer_of(item))
        if not self._is_ours(platform, AccountRef(item.native_id)):
            yield from self._of_account(item)

    def bearer_of(self, account: AccountHistory) -> str:
        """Whose needles those of an account are."""
        return self._bearer(account.platform, AccountRef(account.native_id))

    def _is_ours(self, platform: str, ref: AccountRef) -> bool:
        return (platform, ref.native_id or handle_of(ref.handle or "")) in self._ours

    def _of_person(self, platform: str, ref: AccountRef) -> Iterator[Needle]:
        bearer = self._bearer(platform, ref)
        if ref.handle:
            yield Needle(ref.handle.lstrip("@"), "handle", bearer)
            if short := _short(ref.handle):
                yield Needle(short, "handle", bearer)
        if ref.name:
            yield Needle(ref.name, "name", bearer)
        if ref.native_id:
            yield Needle(ref.native_id, "id", bearer)
        for address in (ref.url, *(other.value for other in ref.aliases)):
            if address:
                yield _of_address(address, bearer)
                if named := named_by(platform, address):
                    yield Needle(named[1], "id" if named[0] == "id" else "handle", bearer)

    def _of_account(self, item: AccountHistory) -> Iterator[Needle]:
        bearer = self.bearer_of(item)
        for address in (item.url, *(profile.url for profile in item.profiles), *(one.value for one in item.aliases)):
            if address:
                yield _of_address(address, bearer)

    def _of_post(self, item: PostHistory) -> Iterator[Needle]:
        bearer = self._bearer(item.platform, item.author)
        yield Needle(item.native_id, "id", bearer)
        if item.url:
            yield Needle(item.url, "page", bearer)
        for other in item.aliases:
            if len(other.value) > len("12345678"):
                yield _of_address(other.value, bearer)

    def _bearer(self, platform: str, ref: AccountRef) -> str:
        """The pseudonym of somebody; without a key a number."""
        names = (ref.native_id, ref.handle and handle_of(ref.handle), ref.name)
        keys = [(platform, one) for one in names if one]
        known = next((self._called[key] for key in keys if key in self._called), None) or f"({len(self._called) + 1})"
        for key in keys:
            self._called.setdefault(key, known)
        return known


def _of_address(address: str, bearer: str) -> Needle:
    return Needle(address, "page" if "/" in address else "id", bearer)


def _short(handle: str) -> str | None:
    """A handle without the server that it is on."""
    short, at, _ = handle.lstrip("@").partition("@")
    return short if at else None


def handle_of(handle: str) -> str:
    """A handle in its one spelling for the search."""
    return plain(handle.lstrip("@"))
