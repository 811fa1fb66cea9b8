"""Whose archive it is: the account, its profile as exported, earlier handles, and what of that must stay out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Exclusion,
    Link,
    Moment,
    Problem,
    ProfileVersion,
)
from sma_plugin.readers.allowed import kept_out
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.archive_files import ListFile
from sma_plugin.readers.x.archive_layout import Part
from sma_plugin.readers.x.archive_media import MediaFiles
from sma_plugin.readers.x.archive_tweet import Flag, flag
from sma_plugin.readers.x.common import PLATFORM, created, native

RULE = "x-archive.account-data"
"""Of the lists about the account only what it names stays; the rest is security data of administrators."""
_WRAPPERS = {
    "account": "account",
    "profile": "profile",
    "verified": "verified",
    "protection": "protectedHistory",
    "handles": "screenNameChange",
}


class Description(msgspec.Struct, frozen=True):
    """``profile.description``."""

    bio: str | None = None
    website: str | None = None
    location: str | None = None


class Owner(msgspec.Struct, frozen=True, rename="camel"):
    """The body of an item of any of the lists about the account itself."""

    account_id: str | None = None
    username: str | None = None
    account_display_name: str | None = None
    created_at: str | None = None
    description: Description | None = None
    avatar_media_url: str | None = None
    header_media_url: str | None = None
    verified: Flag = None
    protected_at: str | None = None
    action: str | None = None
    changed_at: str | None = None
    changed_from: str | None = None
    changed_to: str | None = None


class HandleChange(msgspec.Struct, frozen=True, rename="camel"):
    """``screenNameChange``: an account id around the change itself."""

    account_id: str | None = None
    screen_name_change: Owner | None = None


class OwnerItem(Owner, frozen=True, rename="camel"):
    """One item of account.js, profile.js, verified.js, protected-history.js or screen-name-change.js."""

    account: Owner | None = None
    profile: Owner | None = None
    protected_history: Owner | None = None
    screen_name_change: HandleChange | None = None

    @property
    def body(self) -> Owner:
        """What the item wraps."""
        change = self.screen_name_change.screen_name_change if self.screen_name_change else None
        return self.account or self.profile or self.protected_history or change or self


class VerifiedItem(msgspec.Struct, frozen=True):
    """One item of verified.js, whose wrapper has the name of the field inside."""

    verified: Owner | None = None


_NOTHING = Owner()
_LADDER = Ladder(OwnerItem)
_VERIFIED = Ladder(VerifiedItem)


@dataclass(slots=True)
class Profile:
    """What the lists about the account say, gathered."""

    ref: AccountRef
    account: Owner = _NOTHING
    profile: Owner = _NOTHING
    verified: bool | None = None
    protected: bool = False
    changes: list[tuple[Owner, Evidence]] = field(default_factory=list)
    of_account: list[Evidence] = field(default_factory=list)
    of_profile: list[Evidence] = field(default_factory=list)
    _protected_at: int = -(1 << 62)

    def take(self, name: str, body: Owner, evidence: Evidence) -> None:
        """Add one item of the list ``name``; where parts repeat a list, the first holds and each is evidence."""
        if name == "account":
            self.account = self.account if self.of_account else body
            self.of_account.append(evidence)
        elif name == "profile":
            self.profile = self.profile if self.of_profile else body
            self.of_profile.append(evidence)
        elif name == "verified":
            self.verified = flag(body.verified)
            self.of_profile.append(evidence)
        elif name == "handles" and body.changed_to:
            self.changes.append((body, evidence))
        elif name == "protection":
            self._protection(body)

    def _protection(self, body: Owner) -> None:
        """The last change tells whether the account was shielded when it was exported."""
        at = created(body.protected_at).us or 0
        if at >= self._protected_at and body.action:
            self._protected_at, self.protected = at, body.action.lower().startswith("protect")

    def identity(self) -> AccountRef:
        """The account, from account.js, else from what recognition or the manifest found."""
        ref, account = self.ref, self.account
        handle = account.username or ref.handle
        return AccountRef(
            native(account.account_id) or ref.native_id,
            handle,
            account.account_display_name or ref.name,
            f"https://x.com/{handle}" if handle else None,
        )

    def items(self, media: MediaFiles, at: Moment | None) -> Iterator[Account | ProfileVersion]:
        """The account, the handles it bore, and the profile as it stood at the export (``at``)."""
        ref = self.identity()
        if ref.native_id is None and ref.handle is None:
            return
        made = created(self.account.created_at) if self.account.created_at else None
        yield Account(PLATFORM, ref, owner=True, created=made, evidence=tuple(self.of_account))
        for change, evidence in sorted(self.changes, key=lambda one: created(one[0].changed_at).us or 0):
            yield from _handles(ref, change, evidence)
        if self.of_account or self.of_profile:
            yield self._version(ref, media, at)

    def _version(self, ref: AccountRef, media: MediaFiles, at: Moment | None) -> ProfileVersion:
        said = self.profile.description or Description()
        return ProfileVersion(
            PLATFORM,
            ref,
            at,
            name=ref.name,
            handle=ref.handle,
            bio=said.bio,
            url=ref.url,
            links=(Link(said.website),) if said.website else None if said.website is None else (),
            location=said.location,
            avatar=media.of_profile(ref.native_id, self.profile.avatar_media_url),
            header=media.of_profile(ref.native_id, self.profile.header_media_url),
            verified=None if self.verified is None else "verified" if self.verified else "not verified",
            evidence=(*self.of_account, *self.of_profile),
        )


def _handles(ref: AccountRef, change: Owner, evidence: Evidence) -> Iterator[ProfileVersion]:
    """A change of handle: the old one was borne until then, the new one from then on."""
    at = created(change.changed_at) if change.changed_at else None
    for handle in (change.changed_from, change.changed_to):
        if handle:
            yield ProfileVersion(PLATFORM, ref, at, handle=handle, evidence=(evidence,))


def read_owner(capture: CaptureView, parts: Sequence[Part], profile: Profile) -> Iterator[Problem | Exclusion]:
    """Read every list about the account into ``profile``; yields problems and what must be cut from the files."""
    for part in parts:
        ladder: Ladder[Any] = _VERIFIED if part.name == "verified" else _LADDER
        for item in ListFile(capture, part.path, ladder):
            if isinstance(item, Problem):
                yield item
                yield from _broken(item, part)
                continue
            value: OwnerItem | VerifiedItem = item.value
            body = (value.verified or _NOTHING) if isinstance(value, VerifiedItem) else value.body
            profile.take(part.name, body, item.evidence)
            for one in kept_out(item.piece, RULE, _WRAPPERS[part.name]):
                yield Exclusion(RULE, part.path, one.offset, len(one.data))


def _broken(problem: Problem, part: Part) -> Iterator[Exclusion]:
    """What cannot be read can still hold an address in its bytes: it is cut whole, or the file goes."""
    if problem.code != "SMA-R002":
        yield Exclusion(RULE, part.path, problem.offset if problem.length else None, problem.length)
