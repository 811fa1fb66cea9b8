"""What the account history gives back: everything known of one account or one post over all captures."""

from __future__ import annotations

import msgspec

from sma_plugin.model.items import Observation, ProfileVersion, Resource
from sma_plugin.model.parts import (
    AccountRef,
    Alias,
    Audience,
    Evidence,
    Handle,
    ItemClass,
    Moment,
    PostKind,
    PostState,
    Relation,
    Withdrawal,
)


class AccountHistory(msgspec.Struct, frozen=True, omit_defaults=True, tag="account-history"):
    """Everything known of one account: who it is, the handles it bore, every profile version, its counts."""

    platform: str
    native_id: str
    own: bool = False
    url: str | None = None
    created: Moment | None = None
    aliases: tuple[Alias, ...] = ()
    handles: tuple[Handle, ...] = ()
    profiles: tuple[ProfileVersion, ...] = ()
    observations: tuple[Observation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class PostVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of a post, with every piece of evidence for it, in the order of capture."""

    state: PostState
    native_id: str | None = None
    edited: Moment | None = None
    evidence: tuple[Evidence, ...] = ()


class PostHistory(msgspec.Struct, frozen=True, omit_defaults=True, tag="post-history"):
    """Everything known of one post over all captures.

    ``depth`` is 0 for a post that answers nothing kept here, else one more than what it answers; ``thread`` is the
    native id of the post at depth 0. Histories are given thread by thread, each post before its replies.
    """

    platform: str
    author: AccountRef
    native_id: str
    created: Moment
    kind: PostKind
    klass: ItemClass
    versions: tuple[PostVersion, ...]
    derived_id: bool = False
    url: str | None = None
    audience: Audience | None = None
    aliases: tuple[Alias, ...] = ()
    relations: tuple[Relation, ...] = ()
    observations: tuple[Observation, ...] = ()
    revisions: tuple[str, ...] | None = None
    withdrawn: Withdrawal | None = None
    pinned: bool | None = None
    thread: str | None = None
    parent: str | None = None
    depth: int = 0
    placed_on: AccountRef | None = None
    """Whose page or wall it was placed on by somebody else."""

    @property
    def latest(self) -> PostState:
        """The state of the newest version."""
        return self.versions[-1].state if self.versions else PostState()


HistoryItem = AccountHistory | PostHistory | Resource
