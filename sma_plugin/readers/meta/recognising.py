"""Recognising an export of Meta in a bundle: one match per account, over all parts and wrapper folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sma_plugin.model import AccountRef
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.meta.tree import deeper, export_of, handle_in, joined
from sma_plugin.readers.values import MEDIA_FILE

CONFIDENCE, LONE_CONFIDENCE = 60, 40
"""Of an export with folders of its own, and of single files."""
_OWN_FILES = re.compile(r"(.*/)?no-data\.txt|(start_here|index)\.html?|(html|files)/[^/]+\.(css|js)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{9,}")


@dataclass(frozen=True)
class Export:
    """How the export of one platform is known.

    ``root_of`` gives the root that a file would stand in, ``role_of`` what a file holds by its path below that root,
    ``defines`` whether a file with that role shows an export to be there, and ``profiles`` the roles of a profile.
    """

    name: str
    platform: str
    root_of: Callable[[str], str]
    role_of: Callable[[Member, str], str | None]
    defines: Callable[[Member, str, str], bool]
    profiles: tuple[str, ...]

    def matches(self, listing: Listing) -> Iterator[Match]:
        """Every export in the bundle, in the order of delivery."""
        roots = dict.fromkeys(root for member in listing.members if (root := self._root(member)) is not None)
        exports: dict[tuple[str, ...], list[str]] = {}
        for root in roots:
            exports.setdefault(export_of(root), []).append(root)
        for own in exports.values():
            for together in joined(own, {root for root in own if self._has_profile(listing, root)}):
                yield self._match(listing, together, list(roots))

    def _root(self, member: Member) -> str | None:
        """The root of the export that a file shows to be there; ``None`` for files that show nothing."""
        root = self.root_of(member.path)
        inner = member.path[len(root) :]
        role = self.role_of(member, inner)
        return root if role is not None and self.defines(member, inner, role) else None

    def _has_profile(self, listing: Listing, root: str) -> bool:
        return any(self.role_of(one, one.path[len(root) :]) in self.profiles for one in listing.under(root))

    def _match(self, listing: Listing, roots: tuple[str, ...], others: list[str]) -> Match:
        paths = []
        structured = False
        for root in roots:
            below = deeper(root, others)
            for member in listing.under(root):
                inner = member.path[len(root) :]
                if not (below and member.path.startswith(below)):
                    structured = structured or "/" in inner
                    paths += [member.path] if self._claimed(member, inner) else []
        return Match(
            self.name,
            self.platform,
            "platform-export",
            tuple(paths),
            roots=roots,
            confidence=CONFIDENCE if structured else LONE_CONFIDENCE,
            account=account_of(handle_in(roots)),
            personal_export=True,
        )

    def _claimed(self, member: Member, inner: str) -> bool:
        """Whether it is known what is to be done with a file; others are put to a decision."""
        if rule_for(self.name, inner) is not None or _OWN_FILES.fullmatch(inner):
            return True
        known = self.role_of(member, inner) not in (None, "nothing")
        return known or re.fullmatch(MEDIA_FILE, inner, re.IGNORECASE) is not None


def account_of(handle: str | None) -> AccountRef | None:
    """The account by the name in that of a folder; where it is a number, by its number."""
    if handle is None:
        return None
    return AccountRef(handle) if _NUMBER.fullmatch(handle) else AccountRef(handle=handle)
