"""The words of the field as typed, immutable structs. No I/O, no platform, no package layout.

Two groups live here. *Items* are what a reader yields, one at a time, in the order of the source. *Histories* are
what the account history gives back: everything known of one account or one post over all captures. Every struct
encodes to and from JSON and MessagePack with msgspec, unchanged; the small ones that come with every post do so
without their field names.

Times are microseconds since 1970-01-01T00:00:00Z (``us``) with the text as it was delivered beside them. ``None``
always means "this source cannot say"; an empty string or tuple means "this source says that there is none".
"""

from __future__ import annotations

from sma_plugin.model.histories import AccountHistory, HistoryItem, PostHistory, PostVersion
from sma_plugin.model.items import (
    MEDIA_FAULTS,
    Account,
    Covered,
    Exclusion,
    Item,
    Observation,
    Post,
    Problem,
    ProfileVersion,
    Resource,
    Tally,
)
from sma_plugin.model.parts import (
    AccountRef,
    Alias,
    Audience,
    Counts,
    Evidence,
    EvidenceKind,
    Handle,
    ItemClass,
    Link,
    Location,
    Media,
    Moment,
    Poll,
    PostKind,
    PostState,
    Relation,
    RelationKind,
    Withdrawal,
)
from sma_plugin.model.provenance import Agent, Capture, Event, EventOutcome, Span, Technique

__all__ = [
    "MEDIA_FAULTS",
    "Account",
    "AccountHistory",
    "AccountRef",
    "Agent",
    "Alias",
    "Audience",
    "Capture",
    "Counts",
    "Covered",
    "Event",
    "EventOutcome",
    "Evidence",
    "EvidenceKind",
    "Exclusion",
    "Handle",
    "HistoryItem",
    "Item",
    "ItemClass",
    "Link",
    "Location",
    "Media",
    "Moment",
    "Observation",
    "Poll",
    "Post",
    "PostHistory",
    "PostKind",
    "PostState",
    "PostVersion",
    "Problem",
    "ProfileVersion",
    "Relation",
    "RelationKind",
    "Resource",
    "Span",
    "Tally",
    "Technique",
    "Withdrawal",
]
