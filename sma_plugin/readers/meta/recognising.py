"""Recognising an export of Meta in a bundle: one match per account, over all parts and wrapper folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sma_plugin.model import AccountRef
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.meta.tree import export_of, handle_in, joined
from sma_plugin.readers.values import MEDIA_FILE

CONFIDENCE, LONE_CONFIDENCE = 60, 40
"""Of an export with folders of its own, and of single files."""
_OWN_FILES = re.compile(r"(.*/)?no-data\.txt|(start_here|index)\.html?|(html|files)/[^/]+\.(css|js)", re.IGNORECASE)
_MEDIA = re.compile(
    rf"{MEDIA_FILE}|.*\.(?:avi|3gp|mpe?g|wmv|srt|vtt)|(?:.*/)?(?:media|photos_and_videos|photos|videos)/(?:.*/)?[^/.]+",
    re.IGNORECASE,
)
"""Media, their subtitles, and media without an ending in the folders of media."""
_PROFILE = re.compile(r"(?:.*/)?(?:profile|personal)_information\.html?", re.IGNORECASE)
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

    def recognise(self, listing: Listing) -> Match | None:
        """The first export in the bundle."""
        return next(self.matches(listing), None)

    def recognise_all(self, listing: Listing) -> list[Match]:
        """One match per account and export."""
        return list(self.matches(listing))

    def matches(self, listing: Listing) -> Iterator[Match]:
        """Every export in the bundle, in the order of delivery."""
        roots = dict.fromkeys(root for member in listing.members if (root := self._root(member)) is not None)
        inside = _by_root(listing, roots)
        exports: dict[tuple[str, ...], list[str]] = {}
        for root in roots:
            exports.setdefault(export_of(root), []).append(root)
        for own in exports.values():
            parts = joined(own, {root for root in own if len(own) > 1 and self._has_profile(inside, root)})
            named = listing.name if len(exports) == len(parts) == 1 else ""
            yield from (self._match(inside, together, named) for together in parts)

    def _root(self, member: Member) -> str | None:
        """The root of the export that a file shows to be there; ``None`` for files that show nothing."""
        root = self.root_of(member.path)
        inner = member.path[len(root) :]
        role = self.role_of(member, inner)
        return root if role is not None and self.defines(member, inner, role) else None

    def _has_profile(self, inside: dict[str, list[Member]], root: str) -> bool:
        return any(self.role_of(one, one.path[len(root) :]) in self.profiles for one in inside[root])

    def _match(self, inside: dict[str, list[Member]], roots: tuple[str, ...], named: str) -> Match:
        """One export; ``named`` is what the archive is called that holds it, and nothing else of its kind.

        What folders and archives are called tells whose it is only where no profile does: a name can be an old one.
        """
        given = [(member, member.path[len(root) :]) for root in roots for member in inside[root]]
        paths = [member.path for member, inner in given if self._claimed(member, inner)]
        structured = any("/" in inner for _, inner in given)
        return Match(
            self.name,
            self.platform,
            "platform-export",
            tuple(paths),
            roots=roots,
            confidence=CONFIDENCE if structured else LONE_CONFIDENCE,
            account=None if self._tells_itself(given) else account_of(handle_in((*roots, named))),
            personal_export=True,
        )

    def _tells_itself(self, given: Iterable[tuple[Member, str]]) -> bool:
        """Whether a profile is among the files, as JSON or as a page."""
        return any(self.role_of(one, inner) in self.profiles or _PROFILE.fullmatch(inner) for one, inner in given)

    def _claimed(self, member: Member, inner: str) -> bool:
        """Whether it is known what is to be done with a file; others are put to a decision."""
        if rule_for(self.name, inner) is not None or _OWN_FILES.fullmatch(inner):
            return True
        known = self.role_of(member, inner) not in (None, "nothing")
        return known or _MEDIA.fullmatch(inner) is not None


def _by_root(listing: Listing, roots: Iterable[str]) -> dict[str, list[Member]]:
    """The members below each root, those below a deeper one with that."""
    inside: dict[str, list[Member]] = {root: [] for root in roots}
    for member in listing.members:
        folder = member.path
        while folder:
            folder = folder[: folder.rstrip("/").rfind("/") + 1]
            if folder in inside:
                inside[folder].append(member)
                break
    return inside


def account_of(handle: str | None) -> AccountRef | None:
    """The account by the name in that of a folder; where it is a number, by its number."""
    if handle is None:
        return None
    return AccountRef(handle) if _NUMBER.fullmatch(handle) else AccountRef(handle=handle)
