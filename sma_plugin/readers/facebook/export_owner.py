"""Whose export it is: names, page and description from the profile, and what of the profile must stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Link, Media, Problem, ProfileVersion
from sma_plugin.readers.addresses import path_of, query_of
from sma_plugin.readers.facebook.export_layout import NAME, PLATFORM, layout
from sma_plugin.readers.facebook.export_posts import named
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Meaning
from sma_plugin.readers.meta.text import members_of, moment, objects, repaired, words

RULE = f"{NAME}.profile"
_PROFILE = re.compile(r"(page_)?(profile|information)(_v\d+)?")
_KEPT = frozenset(
    {
        "name",
        "full_name",
        "page_name",
        "username",
        "profile_uri",
        "registration_timestamp",
        "about",
        "about_me",
        "intro_bio",
        "bio",
        "description",
        "websites",
        "website",
        "category",
        "categories",
    }
)
"""What a profile says to everyone; all the rest of it is security data, or of the people who run the account."""
_ADDRESS = re.compile(r"https?://(?:[\w-]+\.)?facebook\.com/(?:profile\.php\?|[\w.-]+)", re.IGNORECASE)


@dataclass(slots=True)
class Owner:
    """What the export says of its account, gathered."""

    declared: AccountRef = field(default_factory=AccountRef)
    folder: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    page: dict[Meaning, str] = field(default_factory=dict)
    """What the page of the profile says, in an export in HTML."""
    called: str | None = None
    """The name under which the account wrote its comments."""
    evidence: list[Evidence] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """Add a profile; the first that says something holds."""
        found = next(
            filter(None, (members_of(one) for name, one in record.value.items() if _PROFILE.fullmatch(name))), {}
        )
        self.evidence.append(record.evidence)
        self.profile = self.profile or found

    def ref(self) -> AccountRef:
        """The account, by what was declared, by its profile, and by what else tells of it."""
        said, declared = self.profile, self.declared
        address = words(said.get("profile_uri"))
        handle = words(said.get("username")) or declared.handle or _named_in(address)
        handle = handle or self.page.get("username") or self.folder
        number = declared.native_id or _number_in(address)
        if handle and handle.isdigit() and len(handle) > 8:
            number, handle = number or handle, None
        name = _name(said) or declared.name or self.page.get("name") or self.called
        url = declared.url or address or (f"https://www.facebook.com/{handle}" if handle else None)
        if not (number or handle or declared.aliases or url):
            return named(name)
        return msgspec.structs.replace(declared, native_id=number, handle=handle, name=name, url=url)

    def items(self, path: str) -> Iterator[Account | ProfileVersion | Problem]:
        """The account and its profile as it stood at the export at ``path``; that nothing tells whose it is."""
        ref, said = self.ref(), self.profile
        made = said.get("registration_timestamp")
        evidence = tuple(self.evidence)
        if not (ref.native_id or ref.handle or ref.url or ref.aliases):
            yield Problem("SMA-R100", path)
            return
        yield Account(PLATFORM, ref, owner=True, created=moment(made) if made else None, evidence=evidence)
        if not said:
            return
        listed = said.get("websites")
        sites = [*(listed if isinstance(listed, list) else ()), said.get("website")]
        addresses = (words(one.get("address") if isinstance(one, dict) else one) for one in sites)
        links = tuple(Link(one) for one in addresses if one)
        yield ProfileVersion(
            PLATFORM,
            ref,
            name=ref.name,
            handle=ref.handle,
            bio=_about(said),
            url=ref.url,
            links=links or None,
            kind=words(said.get("category")),
            evidence=evidence,
        )

    def version(self, record: Record, medium: Media) -> ProfileVersion | None:
        """The profile from the moment that one of its pictures was changed; ``None`` when it is not said which."""
        said = f"{words(record.value.get('title')) or ''} {medium.source or ''}"
        header = re.search(layout().header, said, re.IGNORECASE) is not None
        if not header and not re.search(layout().avatar, said, re.IGNORECASE):
            return None
        at = moment(record.value.get("timestamp"))
        avatar, banner = (None, medium) if header else (medium, None)
        return ProfileVersion(PLATFORM, self.ref(), at, avatar=avatar, header=banner, evidence=(record.evidence,))


def kept_out(record: Record, path: str) -> Iterator[Exclusion]:
    """All of a profile but what it says to everyone, each name-value pair by its own bytes; else all of it."""
    try:
        found = list(_private(record.piece))
    except (ValueError, RecursionError):
        found = [(record.piece.offset, record.piece.offset + len(record.piece.data))]
    for start, end in found:
        yield Exclusion(RULE, path, start, end - start)


def _private(piece: Piece) -> Iterator[tuple[int, int]]:
    for name, start, value, end in members(piece.data):
        inside = piece.data[value:end]
        if not _PROFILE.fullmatch(repaired(name)) or inside[:1] != b"{":
            yield piece.offset + start, piece.offset + end
            continue
        for inner, pair, _, stop in members(inside):
            if repaired(inner) not in _KEPT:
                yield piece.offset + value + pair, piece.offset + value + stop


def _name(said: dict[str, Any]) -> str | None:
    name = said.get("name")
    full = words(name.get("full_name")) if isinstance(name, dict) else words(name)
    return full or words(said.get("full_name")) or words(said.get("page_name"))


def _about(said: dict[str, Any]) -> str | None:
    for name in ("about", "about_me", "intro_bio", "bio", "description"):
        value = said.get(name)
        found = words(value) or next((words(one.get("name") or one.get("text")) for one in objects(value)), None)
        if found:
            return found
    return None


def _number_in(address: str | None) -> str | None:
    number = query_of(address).get("id", "") if _is_page(address) else ""
    return number if number.isdigit() else None


def _named_in(address: str | None) -> str | None:
    name = path_of(address).strip("/") if _is_page(address) else ""
    return name if name and "/" not in name and name != "profile.php" else None


def _is_page(address: str | None) -> bool:
    return bool(address and _ADDRESS.match(address))
