"""Accounts in both versions of X's API. An account that did not change since its last sighting is silent.

A user object comes with every post; the same bytes are decoded once.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sma_plugin.model import Account, AccountRef, Evidence, Item, Moment, Observation
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_profiles import Known, OldUser, Sheet, User, new_sheet, old_sheet
from sma_plugin.readers.x.common import PLATFORM

_CACHE_BYTES = 16 << 20
_MAX_ACCOUNTS = 200_000
_NEW = Ladder(User)
_OLD = Ladder(OldUser)


class Users:
    """Every user met, by its bytes; what was last told of each account."""

    def __init__(self) -> None:
        self._by_bytes: dict[bytes, Known] = {}
        self._size = 0
        self._told: dict[str, tuple[int, int]] = {}
        self._refs: dict[str, AccountRef] = {}
        self.find = self._by_bytes.get
        self.nobody = AccountRef()

    def by_id(self, native_id: str) -> AccountRef:
        """An account of which only the id is known."""
        known = self._refs.get(native_id)
        if known is None:
            if len(self._refs) > _MAX_ACCOUNTS:
                self._refs.clear()
            known = self._refs[native_id] = AccountRef(native_id)
        return known

    def learn(self, data: bytes, evidence: Evidence, at: Moment | None, *, old: bool = False) -> Iterator[Item]:
        """Decode a user that was not met before and tell what is new of the account. Raises ``ValueError``."""
        sheet = old_sheet(_OLD.decode(data).value) if old else new_sheet(_NEW.decode(data).value)
        self._remember(data, sheet.known)
        yield from self._news(sheet, evidence, at)

    def meet(
        self, data: bytes, user: OldUser, pinned: str | None, evidence: Evidence, at: Moment | None
    ) -> Iterator[Item]:
        """Tell what is new of an account that was decoded elsewhere from ``data``."""
        sheet = old_sheet(user)
        sheet = sheet._replace(known=sheet.known._replace(pinned=pinned))
        self._remember(data, sheet.known)
        yield from self._news(sheet, evidence, at)

    def news(self, key: str, mark: int) -> bool:
        """Whether an account, by any key, looks different from when this was last asked."""
        if self._told.get(key, (None, None))[0] == mark:
            return False
        if len(self._told) > _MAX_ACCOUNTS:
            self._told.clear()
        self._told[key] = (mark, 0)
        return True

    def _remember(self, data: bytes, known: Known) -> None:
        self._size += len(data)
        if self._size > _CACHE_BYTES:
            self._by_bytes.clear()
            self._size = len(data)
        self._by_bytes[data] = known

    def _news(self, sheet: Sheet, evidence: Evidence, at: Moment | None) -> Iterator[Item]:
        ref = sheet.known.ref
        marks = (hash((ref, msgspec.json.encode(sheet.profile))), hash(tuple(sheet.counts.items())))
        told = self._told.get(ref.native_id or "", (None, None))
        if told == (None, None):
            yield Account(PLATFORM, ref, created=sheet.created, evidence=(evidence,))
        if sheet.profile and told[0] != marks[0]:
            yield msgspec.structs.replace(sheet.profile, at=at, evidence=(evidence,))
        if sheet.counts and told[1] != marks[1]:
            yield Observation(PLATFORM, account=ref, at=at, counts=sheet.counts, evidence=(evidence,))
        if sheet.withheld is not None and told[0] != marks[0]:
            yield Observation(
                PLATFORM, account=ref, at=at, status="withheld", detail=sheet.withheld or None, evidence=(evidence,)
            )
        if len(self._told) > _MAX_ACCOUNTS:
            self._told.clear()
        self._told[ref.native_id or ""] = marks
