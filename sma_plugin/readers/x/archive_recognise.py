"""Which archives of X a bundle holds: roots by structure, joined to one capture per account and moment of export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from sma_plugin.model import AccountRef, Moment
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.x.archive_layout import (
    DEFINING,
    LISTS,
    export_media_root,
    is_list,
    list_in,
    media_folder,
    root_of,
    support_root,
)
from sma_plugin.readers.x.common import PLATFORM, created

READER = "x-archive"
TOOL = "X archive"
_CONFIDENCE = 70
_APART_US = 86_400_000_000
"""Exports of one account made more than a day apart are two captures; the parts of one export are made together."""
_ACCOUNT_FIELDS = {
    "account": ("accountId", "username", "accountDisplayName"),
    "manifest": ("accountId", "userName", "displayName"),
    "grailbird-user": ("id", "screen_name", "full_name"),
}
"""Where the id, handle and name of the account stand, per list; earlier ones win."""
_READ = {*LISTS.values(), *DEFINING, "grailbird-user", "grailbird-payload", "grailbird-index"}
_SUPPORT = ("grailbird-user", "grailbird-payload", "grailbird-index")


@dataclass(slots=True)
class _Root:
    path: str
    heads: dict[str, bytes] = field(default_factory=dict)

    @property
    def account(self) -> AccountRef | None:
        for name, fields in _ACCOUNT_FIELDS.items():
            values = [_text_field(self.heads.get(name, b""), key) for key in fields]
            if values[0] or values[1]:
                return AccountRef(values[0], values[1], values[2])
        return None

    @property
    def captured(self) -> Moment | None:
        made = _text_field(self.heads.get("manifest", b""), "generationDate")
        if made:
            return iso_moment(made)
        made = _text_field(self.heads.get("grailbird-payload", b""), "created_at")
        return created(made) if made else None


@dataclass(slots=True)
class _Group:
    roots: list[_Root]
    account: AccountRef | None
    captured: Moment | None

    def takes(self, root: _Root) -> bool:
        """Whether the root is of this account and of an export made together with it."""
        mine, other = self.account, root.account
        if other is not None and mine is not None and _key(mine) != _key(other):
            return False
        ours, theirs = (moment.us if moment else None for moment in (self.captured, root.captured))
        return ours is None or theirs is None or abs(ours - theirs) < _APART_US

    def add(self, root: _Root) -> None:
        self.roots.append(root)
        self.account = self.account or root.account
        self.captured = self.captured or root.captured


def matches(listing: Listing) -> Iterator[Match]:
    """One match per account and export, in path order of the first root of each."""
    names = {member.path: name for member in listing.members if (name := _name(member))}
    roots = _roots(listing, names)
    groups = _grouped(list(roots.values()))
    homes = {root.path: group for group in groups for root in group.roots}
    claimed: dict[int, list[str]] = {id(group): [] for group in groups}
    for member in listing.members:
        root = root_of(member.path) if names.get(member.path) in _READ else support_root(member.path)
        if root in homes:
            claimed[id(homes[root])].append(member.path)
    for group in groups:
        if claimed[id(group)]:
            yield _match(group, tuple(claimed[id(group)]))


def _match(group: _Group, paths: tuple[str, ...]) -> Match:
    return Match(
        reader=READER,
        platform=PLATFORM,
        technique="platform-export",
        paths=paths,
        roots=tuple(root.path for root in group.roots),
        confidence=_CONFIDENCE,
        account=group.account,
        captured=group.captured,
        tool=TOOL,
        personal_export=True,
    )


def _name(member: Member) -> str | None:
    return None if media_folder(member.path) else list_in(member.path, member.head)


def _roots(listing: Listing, names: dict[str, str]) -> dict[str, _Root]:
    """Every root: folders that hold a list, and, beside those, folders of a part that holds media alone."""
    roots: dict[str, _Root] = {}
    for member in listing.members:
        name = names.get(member.path)
        if name in DEFINING or (name and is_list(member.head)):
            roots.setdefault(root_of(member.path), _Root(root_of(member.path))).heads.setdefault(name, member.head)
    for member in listing.members:
        name = names.get(member.path)
        if name in _SUPPORT and root_of(member.path) in roots:
            roots[root_of(member.path)].heads.setdefault(name, member.head)
        beside = export_media_root(member.path) if roots else None
        if beside is not None:
            roots.setdefault(beside, _Root(beside))
    return dict(sorted(roots.items()))


def _grouped(roots: list[_Root]) -> list[_Group]:
    """Roots that name an account first; those that name none join the only group there is."""
    groups: list[_Group] = []
    for root in sorted(roots, key=lambda root: root.account is None):
        able = [group for group in groups if group.takes(root)]
        if len(able) == 1 or (able and root.account is not None):
            able[0].add(root)
        else:
            groups.append(_Group([root], root.account, root.captured))
    return groups


def _key(account: AccountRef) -> str:
    return account.native_id or (account.handle or "").lower()


def _text_field(head: bytes, name: str) -> str | None:
    """The value of a text or number field in first bytes that may be cut off."""
    pattern = rb'"' + name.encode() + rb'"\s*:\s*("(?:[^"\\]|\\.)*"|\d+)'
    match = re.search(pattern, head)
    if match is None:
        return None
    try:
        return str(msgspec.json.decode(match.group(1))) or None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
