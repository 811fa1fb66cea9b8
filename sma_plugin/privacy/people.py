"""Who is met in a history: third parties with all they are called, and those whose names may stay.

A person is known by the account's number where any source gives it, else by the handle. Names may stay of registered
corporate accounts, and of office holders for whom a role decided so (PRODUCT.md, 5.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from sma_plugin.history.platforms import named_by
from sma_plugin.model import AccountRef
from sma_plugin.privacy.called import Name, says, spelt
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import Met
from sma_plugin.privacy.pseudonyms import Pseudonyms

_LEAST_DIGITS = 5
"""Digits from which a number is looked for in texts as somebody's: shorter ones are found in any date."""
_REMEMBERED = 1 << 16


class Shown(NamedTuple):
    """An account whose name may stay: its number or handle, and from and until when (microseconds, both included)."""

    platform: str
    native_id: str | None
    handle: str | None = None
    since: int | None = None
    until: int | None = None

    @property
    def always(self) -> bool:
        """Whether it may stay whenever a post was made."""
        return self.since is None and self.until is None


class People:
    """The accounts of a history, told apart by what is known of them; filled by :meth:`meet`, then asked."""

    def __init__(self, pseudonyms: Pseudonyms, shown: Iterable[Shown], known: Known | None = None) -> None:
        self._pseudonyms, self._known = pseudonyms, known or Known()
        self._ids: set[tuple[str, str]] = set()
        self._handles: dict[tuple[str, str], bool] = {}
        """Handles of accounts whose names may stay; true where the account's number is known too."""
        self._spans: list[Shown] = []
        self._by_handle: dict[tuple[str, str], str] = {}
        self._called: dict[tuple[str, str], dict[str, bool]] = {}
        """What a person is called, folded, and whether it is a handle or number rather than a name."""
        self._common: set[str] = set()
        """Pseudonyms of those who are called by one common word."""
        self._of_ours: set[str] = set()
        """What those are called whose names may stay, folded."""
        self.shown = lru_cache(_REMEMBERED)(self._shown)
        """What an account is called in an access copy: a pseudonym, or ``None`` for one whose name may stay."""
        self._canonical = lru_cache(_REMEMBERED)(self._person)
        for one in shown:
            self._let_stay(one)

    def _let_stay(self, one: Shown) -> None:
        if not one.always:
            self._spans.append(one)
            return
        if one.native_id:
            self._ids.add((one.platform, one.native_id))
        if one.handle:
            key = (one.platform, handle_of(one.handle))
            self._handles[key] = self._handles.get(key, True) and bool(one.native_id)
            if short := short_of(one.handle):
                self._handles.setdefault((one.platform, handle_of(short)), True)

    # --- meeting -----------------------------------------------------------------------------------------------------

    def meet(self, found: Iterable[Met]) -> None:
        """Note everybody in a history. Whoever has a number is noted with it, before who is known by handle alone."""
        later: list[tuple[str, AccountRef]] = []
        for platform, ref in dict.fromkeys(account for met in found for account in met.accounts):
            if ref.native_id is None:
                later.append((platform, ref))
                continue
            self._note(platform, ref.native_id, ref)
            if ref.handle and not self._stays(platform, ref.native_id, ref.handle):
                self._by_handle.setdefault((platform, handle_of(ref.handle)), ref.native_id)
        for platform, ref in later:
            if identity := self._identity(platform, ref.native_id, ref.handle, ref.name):
                self._note(platform, identity, ref)
        self._settle()
        self.shown.cache_clear()
        self._canonical.cache_clear()
        for (platform, identity), called in self._called.items():
            if any(says(text) == "word" for text in called):
                self._common.add(self._canonical(platform, identity))

    def _note(self, platform: str, identity: str, ref: AccountRef) -> None:
        if self._stays(platform, ref.native_id, ref.handle):
            short = ref.handle and short_of(ref.handle)
            self._of_ours.update(_name_of(one) for one in (ref.handle, short, ref.name, identity) if one)
            for handle in (ref.native_id and ref.handle, short):
                if handle:
                    self._handles.setdefault((platform, handle_of(handle)), True)
            return
        called = self._called.setdefault((platform, identity), {})
        for text, technical in ((ref.native_id, True), (ref.handle, True), (ref.name, False)):
            if text:
                called.setdefault(_name_of(text), technical)
        if ref.handle and (short := short_of(ref.handle)):
            called.setdefault(handle_of(short), True)
        for address in (ref.url, *(other.value for other in ref.aliases)):
            if address:
                named = named_by(platform, address)
                called.setdefault(handle_of(named[1] if named else address.removeprefix("acct:")), True)

    def _settle(self) -> None:
        """Find out under which pseudonym each was known in earlier packages, and keep it for later ones."""
        handles: dict[tuple[str, str], list[str]] = {}
        for (platform, handle), native in self._by_handle.items():
            handles.setdefault((platform, native), []).append(handle)
        of = self._pseudonyms.of
        self._known.learn(
            (
                of("person", platform, identity),
                [of("person", platform, handle) for handle in handles.get((platform, identity), ())],
            )
            for platform, identity in self._called
        )

    # --- asking ------------------------------------------------------------------------------------------------------

    def pseudonym(self, platform: str, ref: AccountRef) -> str | None:
        """What a third party is called instead; ``None`` for somebody whose name may stay.

        Everybody of whom nothing is known has one and the same pseudonym.
        """
        return self.shown(platform, ref.native_id, ref.handle, ref.name)

    def free(self, us: int | None) -> frozenset[str]:
        """Pseudonyms of those whose names may stay at a moment (microseconds) and not at others."""
        if not self._spans:
            return frozenset()
        return frozenset(
            found
            for one in self._spans
            if us is not None and (one.since is None or us >= one.since) and (one.until is None or us <= one.until)
            if (found := self.shown(one.platform, one.native_id, one.handle, None))
        )

    def _shown(self, platform: str, native_id: str | None, handle: str | None, name: str | None) -> str | None:
        if self._stays(platform, native_id, handle):
            return None
        return self._canonical(platform, self._identity(platform, native_id, handle, name) or "")

    def _person(self, platform: str, identity: str) -> str:
        return self._known.canonical(self._pseudonyms.of("person", platform, identity))

    def _stays(self, platform: str, native_id: str | None, handle: str | None) -> bool:
        """Whether the name may stay. A handle that others bear too, or bear now, tells nothing of who it is."""
        if native_id is not None and (platform, native_id) in self._ids:
            return True
        if not handle:
            return False
        key = (platform, handle_of(handle))
        numbered = self._handles.get(key)
        if numbered is None:
            return False
        return not numbered if native_id is not None else key not in self._by_handle

    def _identity(self, platform: str, native_id: str | None, handle: str | None, name: str | None) -> str | None:
        if native_id is not None:
            return native_id
        if handle:
            told = handle_of(handle)
            return self._by_handle.get((platform, told), told)
        return name and folded_only(name)

    def has_common_name(self, pseudonym: str) -> bool:
        """Whether somebody is called by one common word."""
        return pseudonym in self._common

    def pseudonyms(self) -> Iterator[str]:
        """The pseudonym of everybody who was met."""
        return (self._canonical(*one) for one in self._called)

    def names(self) -> Iterator[Name]:
        """Everything that third parties are called, with their pseudonyms, for :class:`~.names.Names`."""
        for (platform, identity), called in self._called.items():
            bearer = self._canonical(platform, identity)
            joined = {text.replace(" ", "") for text, technical in called.items() if not technical and " " in text}
            for text, technical in called.items():
                if text.isdecimal():
                    if technical and len(text) >= _LEAST_DIGITS:
                        yield Name(text, bearer, "sure")
                elif text not in self._of_ours:  # who borrows the name of an authority does not hide it
                    yield from spelt(text, bearer, technical=technical, joined=joined)


def handle_of(handle: str) -> str:
    """A handle in its one spelling."""
    return folded_only(handle.lstrip("@"))


def _name_of(text: str) -> str:
    """A handle, number or name as it is looked for in texts: without the spaces that people put around it."""
    return handle_of(text).strip()


def short_of(handle: str) -> str | None:
    """A handle without the server that it is on, as texts in the fediverse have it.

    >>> short_of("jan@elders.example"), short_of("jan")
    ('jan', None)
    """
    short, at, _ = handle.lstrip("@").partition("@")
    return short if at else None
