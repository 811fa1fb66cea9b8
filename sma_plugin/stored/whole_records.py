"""What ``sma history`` tells of an account, for people and as JSON."""

from __future__ import annotations

import msgspec


class PackageTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stored package, and where it was read."""

    id: str
    name: str
    period_from: str | None
    period_until: str | None
    read_from: str


class CaptureTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A capture, and how many own posts it holds."""

    package: str
    package_id: str
    id: str
    technique: str
    captured: str | None
    posts: int


class IntervalTold(msgspec.Struct, frozen=True):
    """Whole days between two captures that follow each other."""

    earlier: str
    later: str
    days: int


class ProfileTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version of the profile, and since when it was seen."""

    at: str | None
    name: str | None = None
    handle: str | None = None
    bio: str | None = None
    url: str | None = None
    location: str | None = None
    verified: str | None = None
    kind: str | None = None


class CountedTold(msgspec.Struct, frozen=True):
    """Numbers that were seen of the account at one moment: followers, posts."""

    at: str | None
    counts: dict[str, int]


class EditedTold(msgspec.Struct, frozen=True):
    """A post of which there is more than one version, and the fields that changed."""

    native_id: str
    address: str
    versions: int
    fields: tuple[str, ...]


class NotFoundTold(msgspec.Struct, frozen=True):
    """A post that was last found in one capture and not in a later one that covers it."""

    native_id: str
    address: str
    last: str
    since: str


class DeletedTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post that a source says was taken back: on what ground, when and by whom, as far as it says so."""

    native_id: str
    address: str
    ground: str
    at: str | None = None
    by: str | None = None


class AccountTold(msgspec.Struct, frozen=True, kw_only=True):
    """The history of one account. ``posts`` and ``months`` count by class, ``techniques`` own posts by combination."""

    platform: str
    native_id: str
    url: str | None
    handles: tuple[str, ...]
    posts: dict[str, int]
    first: str | None
    last: str | None
    months: dict[str, dict[str, int]]
    captures: tuple[CaptureTold, ...]
    intervals: tuple[IntervalTold, ...]
    techniques: dict[str, int]
    profiles: tuple[ProfileTold, ...]
    counts: tuple[CountedTold, ...]
    edited: tuple[EditedTold, ...]
    not_found: tuple[NotFoundTold, ...]
    deleted: tuple[DeletedTold, ...]


class HistoryTold(msgspec.Struct, frozen=True):
    """What ``sma history --json`` prints."""

    account: AccountTold
    packages: tuple[PackageTold, ...]
