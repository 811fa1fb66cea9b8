"""What stands where in a LinkedIn member export: tables known by their headings, the folders they stand in, articles.

Source: formats/PLATFORM_FORMATS.md 2.6. A table is never known by its name alone; the name only helps where headings
are common words (``Date,Link,Message``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountRef, Audience
from sma_plugin.readers.contract import Listing, Member
from sma_plugin.readers.csv_tables import Table, kinds_in
from sma_plugin.readers.exclusion import rule_for

NAME = "linkedin-export"
_SUFFIX = r"(?:[ _](\d{4,}))?(?: \(\d+\))?\.csv"
_MEMBER = re.compile(rf"[^/]*?{_SUFFIX}", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:articles/)+[^/]+\.html?", re.IGNORECASE)
_TABLES = re.compile(r".*\.(?:csv|tsv|txt)", re.IGNORECASE)
_HOST = (b"linkedin.com/", b"urn:li:", b"urn%3Ali%3A")


class Kind(Table, frozen=True, forbid_unknown_fields=True):
    """A table of the export. ``distinct``: its headings are LinkedIn's own; ``named``: how its file is called."""

    distinct: bool = False
    named: str = ""
    rule: str | None = None

    def is_named(self, name: str) -> bool:
        """Whether a file is called as such tables are."""
        return re.fullmatch(self.named + _SUFFIX, name, re.IGNORECASE) is not None


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``export.toml``."""

    tables: dict[str, Kind]
    left_out: dict[str, Kind]
    parts: dict[str, Kind]
    shown: str
    audiences: dict[str, Audience]


@cache
def layout() -> Layout:
    """The tables of the export, as data."""
    return facts(__package__, "export.toml", Layout)


def table_in(member: Member) -> str | None:
    """Which table a member is, of those that are read and those that are left out."""
    if not _TABLES.fullmatch(member.path) or not member.head:
        return None
    name = member.path.rpartition("/")[2]
    known = layout().left_out | layout().tables
    for kind in kinds_in(member.head, known):
        told = known[kind].distinct or any(host in member.head for host in _HOST)
        if told or known[kind].is_named(name):
            return kind
    return None


def _tells(member: Member, kind: str) -> bool:
    """Whether a table shows that the folder it stands in is an export of LinkedIn."""
    if kind in layout().left_out:
        return kind == "messages"
    return layout().tables[kind].distinct or any(host in member.head for host in _HOST)


@dataclass(slots=True)
class Root:
    """One export: its folder, its tables (kind by path), its articles, and the other parts of the profile."""

    path: str
    tables: dict[str, str] = field(default_factory=dict)
    articles: list[str] = field(default_factory=list)
    profile: dict[str, str] = field(default_factory=dict)

    @property
    def claimed(self) -> tuple[str, ...]:
        """What the reader reads or keeps."""
        return (*self.tables, *self.articles, *self.profile)

    def of(self, kind: str) -> list[str]:
        """The files that hold a table."""
        return [path for path, one in self.tables.items() if one == kind]

    @property
    def member(self) -> str | None:
        """The number of the member, where it stands behind the names of the files."""
        numbers = {found.group(1) for path in self.tables if (found := _MEMBER.fullmatch(path[len(self.path) :]))}
        numbers.discard(None)
        return numbers.pop() if len(numbers) == 1 else None

    @property
    def account(self) -> AccountRef | None:
        """The account, where the names of the files tell its number."""
        return AccountRef(f"urn:li:member:{self.member}") if self.member else None


def roots(listing: Listing) -> Iterator[Root]:
    """The exports in a bundle, in the order of their folders. A member belongs to the nearest one around it."""
    tables = {member.path: kind for member in listing.members if (kind := table_in(member))}
    found = {
        member.path[: member.path.rfind("/") + 1]: None
        for member in listing.members
        if member.path in tables and _tells(member, tables[member.path])
    }
    known = {path: Root(path) for path in sorted(found)}
    for member in listing.members:
        around = [path for path in known if member.path.startswith(path)]
        if around:
            _place(known[max(around, key=len)], member.path, tables.get(member.path))
    yield from (root for root in known.values() if root.claimed)


def _place(root: Root, path: str, kind: str | None) -> None:
    inner = path[len(root.path) :]
    if kind is not None and "/" not in inner:
        root.tables[path] = kind
    elif _ARTICLE.fullmatch(inner) and rule_for(NAME, inner) is None:
        root.articles.append(path)
    elif part := next((name for name, one in layout().parts.items() if one.is_named(inner)), None):
        root.profile[path] = part
