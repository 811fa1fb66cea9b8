"""Whose each post of a history is: what an identifier or an address in a text may tell."""

from __future__ import annotations

from collections.abc import Iterable

from sma_plugin.privacy.pseudonyms import Pseudonyms


class Posts:
    """The posts of a history, by identifier: whose they are."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._others: dict[str, dict[str, str]] = {}
        self._own: set[tuple[str, str]] = set()

    def add(self, platform: str, native_id: str, aliases: Iterable[str], *, own: bool) -> None:
        """Note a post."""
        if own:
            self._own.update((platform, one.lower()) for one in (native_id, *aliases))
        else:
            known = self._others.setdefault(platform, {})
            known.update((one.lower(), native_id) for one in (native_id, *aliases))

    def own(self, platform: str, identifier: str) -> bool:
        """Whether a post is one of those whose author's name may stay."""
        return (platform, identifier.lower()) in self._own

    def any_other(self, platform: str, identifiers: Iterable[str]) -> bool:
        """Whether any of these, in small letters, is a post of somebody else."""
        found = self._others.get(platform)
        return found is not None and not found.keys().isdisjoint(identifiers)

    def other(self, platform: str, identifier: str) -> str | None:
        """The pseudonym of a post of somebody else, where it is one of this history."""
        found = self._others.get(platform)
        native = found and found.get(identifier.lower())
        return self._pseudonyms.of("post", platform, native) if native else None
