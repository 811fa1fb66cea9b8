"""The accounts that responses name: a reference for each, its profile and numbers when they say something new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Handle,
    Link,
    Media,
    Moment,
    Observation,
    ProfileVersion,
)
from sma_plugin.readers.bluesky.common import PLATFORM, account_ref, cid_text, thing, things, words
from sma_plugin.readers.bluesky.embeds import Blobs, cid_of_address
from sma_plugin.readers.bluesky.tables import tables
from sma_plugin.readers.values import iso_moment, number

MAX_KNOWN = 50_000
_COUNTS = {"followers": "followersCount", "following": "followsCount", "posts": "postsCount"}


def reference(profile: dict[str, Any]) -> AccountRef:
    """The account that a view of a profile is of."""
    return account_ref(words(profile.get("did")), words(profile.get("handle")), words(profile.get("displayName")))


class People:
    """Says of each account what is new: that it is there, its profile, its numbers."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._said: dict[object, object] = {}

    def items(
        self, profile: dict[str, Any], evidence: Evidence, at: Moment | None, *, owner: bool = False
    ) -> Iterator[Account | ProfileVersion | Observation]:
        """What a view of a profile says, when it is new."""
        ref = reference(profile)
        key = ref.native_id or ref.handle
        if key is None:
            return
        if len(self._said) > MAX_KNOWN:
            self._said.clear()
        handles = (Handle(ref.handle, at.us if at else None, at.us if at else None),) if ref.handle else ()
        if self._news("account", key, (ref.handle, owner)):
            created = iso_moment(words(profile.get("createdAt")) or None)
            yield Account(PLATFORM, ref, owner, created, (evidence,), handles)
        said = [profile.get(name) for name in ("displayName", "description", "avatar", "banner")]
        if self._news("profile", key, said) and any(said):
            yield self._profile(profile, ref, evidence, at)
        counts = {name: number(profile.get(field)) for name, field in _COUNTS.items()}
        stated = {name: count for name, count in counts.items() if count is not None and count >= 0}
        if stated and self._news("counts", key, stated):
            yield Observation(PLATFORM, account=ref, at=at, counts=stated, evidence=(evidence,))
        yield from self._labels(profile, ref, evidence, at)

    def _labels(
        self, profile: dict[str, Any], ref: AccountRef, evidence: Evidence, at: Moment | None
    ) -> Iterator[Observation]:
        for label in things(profile.get("labels")):
            value = words(label.get("val"))
            if value in tables().labels.withheld and self._news("label", (ref.native_id, value), value=True):
                detail = f"label: {value}"
                yield Observation(PLATFORM, account=ref, at=at, status="withheld", detail=detail, evidence=(evidence,))

    def _news(self, what: str, key: object, value: object) -> bool:
        known = self._said.get((what, key))
        self._said[what, key] = value
        return known != value

    def _profile(
        self, profile: dict[str, Any], ref: AccountRef, evidence: Evidence, at: Moment | None
    ) -> ProfileVersion:
        site, verification = words(profile.get("website")), thing(profile.get("verification"))
        pinned = cid_text(thing(profile.get("pinnedPost")).get("uri"))
        return ProfileVersion(
            platform=PLATFORM,
            account=ref,
            at=at,
            name=words(profile.get("displayName")),
            handle=ref.handle,
            bio=words(profile.get("description")),
            url=ref.url,
            links=(Link(site),) if site else None,
            avatar=self._picture(words(profile.get("avatar"))),
            header=self._picture(words(profile.get("banner"))),
            verified=words(verification.get("verifiedStatus")),
            evidence=(evidence,),
            raw={"pinnedPost": pinned} if pinned else None,
        )

    def _picture(self, source: str | None) -> Media | None:
        if not source:
            return None
        cid = cid_of_address(source)
        return Media("image", cid, self._blobs.path(cid), source)
