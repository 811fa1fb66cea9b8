"""What deliveries and stored packages show of accounts: handles, profiles, captures; read from their own records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

import msgspec

from sma_plugin.characteristics.records import Assessment
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.history.absent import with_met
from sma_plugin.history.platforms import has_id
from sma_plugin.history.store import HistoryStore
from sma_plugin.model import AccountHistory, AccountRef, Capture, Handle, PostHistory, ProfileVersion
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, read_only
from sma_plugin.readers.values import iso_text
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.stored.opened import Stored


class SeenProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version of a profile: when it was seen (ISO 8601), the name, and all text that stands on it."""

    at: str | None
    name: str | None
    text: str


class SeenCapture(msgspec.Struct, frozen=True, omit_defaults=True):
    """A capture of an account: in which package or delivery, when (ISO 8601), with what, how many own posts."""

    source: str
    technique: str
    at: str | None
    posts: int | None = None
    first: str | None = None
    last: str | None = None


class SeenPackage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stored package: what was decided for it, and the period of its posts."""

    id: str
    name: str
    decided: PackageDecisions
    period_from: str | None
    period_until: str | None
    counts: dict[str, int]


class SeenAccount(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account as captures show it. ``native_id`` is nothing where no source gave one."""

    platform: str
    native_id: str
    handles: tuple[Handle, ...] = ()
    url: str | None = None
    created: str | None = None
    profiles: tuple[SeenProfile, ...] = ()
    captures: tuple[SeenCapture, ...] = ()
    packages: tuple[SeenPackage, ...] = ()

    @property
    def name(self) -> str | None:
        """The name that stood on the profile last."""
        return next((one.name for one in reversed(self.profiles) if one.name), None)

    @property
    def handle(self) -> str | None:
        """The handle that was seen last."""
        return self.handles[-1].value if self.handles else None

    @property
    def label(self) -> str:
        """How the account is called where there is no better name."""
        return f"@{self.handle}" if self.handle else self.native_id or "(?)"


def in_delivery(place: WorkArea, name: str) -> Iterator[SeenAccount]:
    """The accounts that a delivery is of, from its history."""
    with HistoryStore(place.history) as store:
        found = [item for item in store.accounts() if item.own]
    with closing(sqlite3.connect(read_only(place.history), uri=True)) as db:
        with_met(db)
        for item in found:
            captures = _captures(db, item, name, alone=len(found) == 1)
            yield _seen(item.platform, item.native_id, item, tuple(captures))


_MET = """
SELECT capture.record, count(met.post), min(post.created_us), max(post.created_us) FROM capture
LEFT JOIN temp.met AS met ON met.capture = capture.id AND met.post IN (
  SELECT post.id FROM post JOIN account ON account.id = post.account
  WHERE account.platform = ? AND account.native_id = ?)
LEFT JOIN post ON post.id = met.post GROUP BY capture.id ORDER BY capture.id"""


def _captures(db: sqlite3.Connection, item: AccountHistory, source: str, *, alone: bool) -> Iterator[SeenCapture]:
    """The captures of an account: those that hold posts of it or were declared to be of it, or all when it is alone."""
    for encoded, posts, first, last in db.execute(_MET, (item.platform, item.native_id)):
        capture = msgspec.json.decode(encoded, type=Capture)
        if posts or alone or _is_of(capture.account, item):
            yield _capture(capture, source, posts, iso_text(first), iso_text(last))


def _is_of(declared: AccountRef | None, item: AccountHistory) -> bool:
    if declared is None:
        return False
    if declared.native_id:
        return declared.native_id == item.native_id
    return any(one.value.casefold() == (declared.handle or "").casefold() for one in item.handles)


def _capture(one: Capture, source: str, posts: int | None, first: str | None, last: str | None) -> SeenCapture:
    return SeenCapture(source, one.technique, one.captured, posts, first, last)


def in_package(stored: Stored) -> SeenAccount:
    """The account of a stored package. Raises ``OSError`` and ``ValueError`` when its records cannot be read."""
    package, known = stored.package, stored.record.package
    measured = read_json(package.characteristics, Assessment)
    of_capture = {one.capture: one for one in measured.captures}
    captures = []
    for one in stored.record.capture:
        held = of_capture.get(one.id)
        counts = (held.counts.get("posts", 0), held.first, held.last) if held else (None, None, None)
        captures.append(_capture(one, stored.name, *counts))
    decided = read_json(package.decisions, PackageDecisions)
    told = SeenPackage(known.id, stored.name, decided, known.period_from, known.period_until, measured.counts)
    item = _own(stored)
    native = known.account.native_id or (item.native_id if item else "")
    seen = _seen(known.platform, native, item, tuple(captures))
    handles = seen.handles or ((Handle(known.account.handle),) if known.account.handle else ())
    return msgspec.structs.replace(seen, packages=(told,), handles=handles)


def _own(stored: Stored) -> AccountHistory | None:
    """The account itself, which stands before the posts."""
    for line in read_lines(stored.package.posts):
        if isinstance(line.item, AccountHistory) and line.item.own:
            return line.item
        if isinstance(line.item, PostHistory):
            break
    return None


def _seen(platform: str, native: str, item: AccountHistory | None, captures: tuple[SeenCapture, ...]) -> SeenAccount:
    known = native if has_id(native) else ""
    if item is None:
        return SeenAccount(platform, known, captures=captures)
    handles = sorted(item.handles, key=lambda one: one.last_seen or 0)
    created = iso_text(item.created.us) if item.created else None
    profiles = tuple(_profile(one) for one in item.profiles)
    return SeenAccount(platform, known, tuple(handles), item.url, created, profiles, captures)


def _profile(one: ProfileVersion) -> SeenProfile:
    fields = [f"{name}: {value}" for name, value in one.fields or ()]
    links = [told for link in one.links or () for told in (link.shown, link.url) if told]
    text = "\n".join(part for part in (one.bio, one.url, *fields, *links) if part)
    return SeenProfile(iso_text(one.at.us) if one.at else None, one.name, text)


def together(accounts: Iterable[SeenAccount]) -> list[SeenAccount]:
    """Each account once, with all that was seen of it; without an id it is known by its last handle."""
    found: dict[tuple[str, str], SeenAccount] = {}
    for one in accounts:
        key = (one.platform, one.native_id or (one.handle or "").casefold())
        known = found.get(key)
        found[key] = one if known is None else joined(known, one)
    return list(found.values())


def joined(one: SeenAccount, other: SeenAccount) -> SeenAccount:
    """All that two looks at one account show."""
    handles = {handle.value.casefold(): handle for handle in (*one.handles, *other.handles)}
    return msgspec.structs.replace(
        one,
        native_id=one.native_id or other.native_id,
        handles=tuple(sorted(handles.values(), key=lambda handle: handle.last_seen or 0)),
        url=one.url or other.url,
        created=one.created or other.created,
        profiles=tuple(sorted({*one.profiles, *other.profiles}, key=lambda profile: profile.at or "")),
        captures=tuple(sorted({*one.captures, *other.captures}, key=lambda capture: capture.at or "")),
        packages=(*one.packages, *other.packages),
    )
