"""Who is met in a history: third parties with all they are called, and those whose names may stay.

A person is known by the account's number where any source gives it, else by the handle. Names may stay of the account
itself, of registered corporate accounts, and of office holders for whom a role decided so (PRODUCT.md, 5.6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.names import Name, says_enough
from sma_plugin.privacy.pseudonyms import Pseudonyms

_LEAST_DIGITS = 5
"""Digits from which a number is looked for in texts as somebody's: shorter ones are found in any date."""
Exempt = Collection[tuple[str, str]]
"""Platform with account number or folded handle, of everybody whose name may stay."""


class People:
    """The accounts of a history, told apart by what is known of them; filled by :meth:`meet`, then asked."""

    def __init__(self, pseudonyms: Pseudonyms, exempt: Exempt) -> None:
        self._pseudonyms, self._exempt = pseudonyms, exempt
        self._by_handle: dict[tuple[str, str], str] = {}
        self._called: dict[tuple[str, str], dict[str, bool]] = {}
        """What a person is called, and whether it is a handle or number rather than a name."""
        self.shown = lru_cache(1 << 16)(self._shown)
        """What an account is called in an access copy: a pseudonym, or ``None`` for one whose name may stay."""

    def meet(self, items: Iterable[HistoryItem]) -> None:
        """Note everybody in a history. Whoever has a number is noted with it, before who is known by handle alone."""
        later: list[tuple[str, AccountRef]] = []
        for platform, ref in _met(items):
            if ref.native_id is None:
                later.append((platform, ref))
                continue
            self._note(platform, ref.native_id, ref)
            if ref.handle:
                self._by_handle.setdefault((platform, _handle(ref.handle)), ref.native_id)
        for platform, ref in later:
            if identity := self._identity(platform, ref.native_id, ref.handle, ref.name):
                self._note(platform, identity, ref)

    def _shown(self, platform: str, native_id: str | None, handle: str | None, name: str | None) -> str | None:
        identity = self._identity(platform, native_id, handle, name)
        keys = (identity, native_id, handle and _handle(handle))
        if any((platform, key) in self._exempt for key in keys if key):
            return None
        return self._pseudonyms.of("person", platform, identity or "")

    def pseudonym(self, platform: str, ref: AccountRef) -> str | None:
        """What a third party is called instead; ``None`` for somebody whose name may stay.

        Everybody of whom nothing is known has one and the same pseudonym.
        """
        return self.shown(platform, ref.native_id, ref.handle, ref.name)

    def names(self) -> Iterator[Name]:
        """Everything that third parties are called, with their pseudonyms, for :class:`~.names.Names`."""
        for (platform, identity), called in self._called.items():
            bearer = self._pseudonyms.of("person", platform, identity)
            for text, technical in called.items():
                if not text.isdecimal():
                    yield Name(text, bearer, says_enough(text))
                    if len(words := text.split()) > 1:
                        yield Name("".join(words), bearer, alone=True)
                elif technical and len(text) >= _LEAST_DIGITS:
                    yield Name(text, bearer, alone=True)

    def _note(self, platform: str, identity: str, ref: AccountRef) -> None:
        if self._shown(platform, identity, ref.handle, None) is None:
            return
        called = self._called.setdefault((platform, identity), {})
        for text, technical in ((ref.native_id, True), (ref.handle, True), (ref.name, False)):
            if text:
                called[text.lstrip("@")] = technical
        if ref.handle and "@" in ref.handle.lstrip("@"):
            called[ref.handle.lstrip("@").partition("@")[0]] = True  # without the server that it is on

    def _identity(self, platform: str, native_id: str | None, handle: str | None, name: str | None) -> str | None:
        if native_id is not None:
            return native_id
        if handle:
            known = _handle(handle)
            return self._by_handle.get((platform, known), known)
        return name and folded_only(name)


def _handle(handle: str) -> str:
    return folded_only(handle.lstrip("@"))


def _met(items: Iterable[HistoryItem]) -> Iterator[tuple[str, AccountRef]]:
    """Every mention of an account in a history, with its platform."""
    for item in items:
        if isinstance(item, PostHistory):
            for ref in _of_post(item):
                yield item.platform, ref
        elif isinstance(item, AccountHistory):
            for ref in _of_account(item):
                yield item.platform, ref


def _of_post(item: PostHistory) -> Iterator[AccountRef]:
    yield item.author
    if item.placed_on:
        yield item.placed_on
    yield from (tie.target_account for tie in item.relations if tie.target_account)
    yield from (seen.account for seen in item.observations if seen.account)
    for version in item.versions:
        yield from version.state.mentions or ()


def _of_account(item: AccountHistory) -> Iterator[AccountRef]:
    yield AccountRef(item.native_id)
    for handle in item.handles:
        yield AccountRef(item.native_id, handle.value)
    for profile in item.profiles:
        yield AccountRef(item.native_id, profile.handle, profile.name)
    for other in item.aliases:
        yield AccountRef(item.native_id, other.value)
