"""What stands where in a Google Takeout with YouTube: its folders, its tables by their headings, files of videos.

Folders and files bear names in the language of the account, and a large Takeout comes in several zips of which each
has the folders anew. Source: formats/PLATFORM_FORMATS.md 2.7, and public parsers of Takeouts in other languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import Audience
from sma_plugin.readers.contract import Listing, Member
from sma_plugin.readers.csv_tables import Table, cells_in, kinds_in
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.youtube.common import CHANNEL_ID
from sma_plugin.readers.youtube.takeout_inferred import headings, inferred

NAME = "youtube-takeout"
_FOLDER = re.compile(r"((?:.*/)?youtube[^/]*/)[^/].*", re.IGNORECASE)
_OUR_FOLDER = re.compile(r"youtube(?: .*music)?", re.IGNORECASE)
_TAKEOUT = re.compile(r"((?:.*/)?takeout[^/]*/)[^/]+/", re.IGNORECASE)
_ACTIVITY = re.compile(rb'\s*\[\s*\{\s*"header":\s*"YouTube"')
_ACTIVITY_STYLE = b"mdl-typography"
"""Pages of what somebody watched and searched for are dressed so, in every language."""
_PAGES = re.compile(
    r".*/(?:my-comments|my-live-chat-messages|mijn[- ]reacties|mijn-live-?chat-?berichten|meine[- ]kommentare"
    r"|meine-live-chat-nachrichten|mes[- ]commentaires|mis[- ]comentarios)/[^/]+\.html?",
    re.IGNORECASE,
)
_VIDEO = re.compile(r".*\.(?:mp4|mov|m4v|avi|wmv|mpe?g|webm|mkv|flv|3gp|mts)", re.IGNORECASE)
_LIST = ("listed", "subscriptions")


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``takeout.toml``."""

    tables: dict[str, Table]
    privacy: dict[Audience, tuple[str, ...]]

    @property
    def audiences(self) -> dict[str, Audience]:
        """Who can see something, by the words (small letters) for it."""
        return {word.casefold(): audience for audience, words in self.privacy.items() for word in words}


@cache
def layout() -> Layout:
    """The tables of YouTube in a Takeout, as data."""
    return facts(__package__, "takeout.toml", Layout)


def table_in(member: Member) -> str | None:
    """Which table a member is, by its headings or else by what stands in it."""
    if not member.path.lower().endswith(".csv") or not member.head:
        return None
    found = list(kinds_in(member.head, layout().tables))
    # A playlist of early Takeouts begins with its own row and has its videos below.
    if "listed" in found:
        return "listed"
    return found[0] if found else inferred(member.head)


@dataclass(slots=True)
class Export:
    """One Takeout: its folders, what each file is (tables by kind), and the channels that its first rows name."""

    roots: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    """Folders of whole Takeouts, in which other services stand."""
    tables: dict[str, str] = field(default_factory=dict)
    videos: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """History and likes, which no other reader of YouTube is to take for posts."""
    others: list[str] = field(default_factory=list)
    """Files of other services."""
    channels: set[str] = field(default_factory=set)

    @property
    def claimed(self) -> tuple[str, ...]:
        """What the reader reads, keeps, or leaves out by itself."""
        return (*self.tables, *self.pages, *self.videos, *self.left, *self.others)

    def of(self, kind: str) -> list[str]:
        """The files that hold a table."""
        return [path for path, one in self.tables.items() if one == kind]

    def inner(self, path: str) -> str:
        """The path within the folder of YouTube that a file stands in."""
        root = max((one for one in self.roots if path.startswith(one)), key=len, default="")
        return path[len(root) :]


def exports(listing: Listing) -> list[Export]:
    """The Takeouts in a bundle. The parts of one are told by their channels: those of others name other ones."""
    found: list[Export] = []
    for part in _parts(listing):
        same = next(
            (one for one in found if not (one.channels and part.channels) or one.channels & part.channels), None
        )
        if same is None:
            found.append(part)
            continue
        for name in ("roots", "outside", "videos", "pages", "left", "others"):
            getattr(same, name).extend(getattr(part, name))
        same.tables.update(part.tables)
        same.channels |= part.channels
    return found


def _parts(listing: Listing) -> Iterator[Export]:
    tables = {member.path: kind for member in listing.members if (kind := table_in(member))}
    shown = (_root(member, tables.get(member.path)) for member in listing.members)
    told = {root for root in shown if root is not None}
    # A further part of a large Takeout often holds nothing but files of videos.
    more = (
        {_takeout_folder(member.path) for member in listing.members if _VIDEO.fullmatch(member.path)} if told else set()
    )
    roots = sorted(told | {root for root in more if root is not None})
    wholes: set[str] = set()
    for root in roots:
        part = Export([root])
        whole = _TAKEOUT.fullmatch(root)
        if whole and whole.group(1) not in wholes:
            wholes.add(whole.group(1))
            part.outside.append(whole.group(1))
        for member in listing.members:
            nearest = max((one for one in roots if member.path.startswith(one)), key=len, default=None)
            if nearest == root:
                _place(part, member, tables.get(member.path))
            elif nearest is None and part.outside and member.path.startswith(part.outside[0]):
                part.others.append(member.path)
        if part.claimed:
            yield part


def _folder(path: str) -> str | None:
    """The folder of YouTube around a member."""
    found = _FOLDER.fullmatch(path)
    folder = found.group(1) if found else ""
    return folder if _OUR_FOLDER.fullmatch(folder.rstrip("/").rpartition("/")[2].replace("\xa0", " ")) else None


def _takeout_folder(path: str) -> str | None:
    """The folder of YouTube around a member, if it stands in that of a Takeout or at the top.

    Within a Takeout stands "My Activity/YouTube" too, which is another service: what was watched.
    """
    folder = _folder(path)
    return folder if folder and (folder.count("/") == 1 or _TAKEOUT.fullmatch(folder)) else None


def _root(member: Member, kind: str | None) -> str | None:
    """The folder of YouTube that a member shows: around a table or a history, else the table's own folder."""
    if kind is not None and (folder := _folder(member.path)):
        return folder
    if _is_activity(member) or _PAGES.fullmatch(member.path):
        return _takeout_folder(member.path)
    if kind is not None and kind not in _LIST:
        return member.path[: member.path.rfind("/") + 1]
    return None


def _is_activity(member: Member) -> bool:
    """Whether a member tells what somebody watched or searched for."""
    page = member.path.lower().endswith((".html", ".htm")) and _ACTIVITY_STYLE in member.head
    return page or _ACTIVITY.match(member.head) is not None


def _place(part: Export, member: Member, kind: str | None) -> None:
    path = member.path
    ruled = rule_for(NAME, part.inner(path)) is not None
    if kind is not None:
        part.tables[path] = kind
        part.channels |= _channels(member, kind)
    elif _PAGES.fullmatch(path):
        part.pages.append(path)
    elif _is_activity(member) or (ruled and path.lower().endswith(".json")):
        part.left.append(path)
    elif _VIDEO.fullmatch(path) and not ruled:
        part.videos.append(path)


def _channels(member: Member, kind: str) -> set[str]:
    """The channels of the account that the first rows of a table name."""
    column = {"channel": "id", "names": "id", "videos": "channel", "comments": "channel", "chats": "channel"}.get(kind)
    if column is None:
        return set()
    cells = cells_in(member.head, described(member.head, kind), column)
    return {cell for cell in cells if CHANNEL_ID.fullmatch(cell)}


def described(head: bytes, kind: str) -> Table:
    """A table as this file has it: its headings as described, and those that what stands below them tells."""
    table = layout().tables[kind]
    own = headings(head, kind) if kind in ("comments", "videos") else {}
    names = {**table.columns, **own}
    columns = {name: (*table.columns.get(name, ()), *own.get(name, ())) for name in names}
    return msgspec.structs.replace(table, columns=columns)
