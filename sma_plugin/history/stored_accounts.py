"""Accounts as the history store gives them back: handles, profile versions, counts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sma_plugin.history.stored import Reading, moment, observed
from sma_plugin.model import AccountHistory, AccountRef, Alias, Handle, Observation, ProfileVersion

_decode = msgspec.json.Decoder(ProfileVersion).decode


class StoredAccounts:
    """The accounts of a store."""

    def __init__(self, reading: Reading) -> None:
        self._reading, self._db = reading, reading.db
        self._refs: dict[int, AccountRef] = {}

    def all(self) -> Iterator[AccountHistory]:
        """Every account with its handles, profile versions and counts."""
        rows = self._db.execute(
            "SELECT id, platform, native_id, own, url, created_us, created_raw, created_assumed FROM account"
            " ORDER BY own DESC, platform, native_id, id"
        ).fetchall()
        for number, platform, native, own, url, *created in rows:
            yield AccountHistory(
                platform=platform,
                native_id=native,
                own=bool(own),
                url=url,
                created=moment(created),
                aliases=self._account_aliases(number),
                handles=self._handles(number),
                profiles=tuple(self._profiles(number)),
                observations=tuple(self._account_observations(number, platform)),
                evidence=self._reading.evidence("account", number),
            )

    def _account_aliases(self, number: int) -> tuple[Alias, ...]:
        rows = self._db.execute(
            "SELECT scheme, value, derived FROM account_alias WHERE account = ? AND NOT (scheme = 'id' AND value ="
            " (SELECT native_id FROM account WHERE id = account_alias.account)) ORDER BY scheme, value",
            (number,),
        )
        return tuple(Alias(scheme, value, bool(derived)) for scheme, value, derived in rows)

    def _handles(self, number: int) -> tuple[Handle, ...]:
        rows = self._db.execute(
            "SELECT value, first_seen, last_seen FROM handle WHERE account = ? ORDER BY last_seen, value", (number,)
        )
        return tuple(Handle(*row) for row in rows)

    def _profiles(self, number: int) -> Iterator[ProfileVersion]:
        rows = self._db.execute(
            "SELECT id, state FROM profile_version WHERE account = ? ORDER BY at_us, id", (number,)
        ).fetchall()
        for version, state in rows:
            profile = _decode(state)
            yield msgspec.structs.replace(
                profile,
                avatar=self._reading.kept_medium(profile.avatar),
                header=self._reading.kept_medium(profile.header),
                evidence=self._reading.evidence("profile", version),
            )

    def _account_observations(self, number: int, platform: str) -> Iterator[Observation]:
        rows = self._db.execute(
            "SELECT id, at_us, at_raw, at_assumed, counts, status, detail FROM observation WHERE account = ?"
            " ORDER BY at_us, id",
            (number,),
        ).fetchall()
        ref = self.ref(number)
        for row in rows:
            yield observed(row[1:], platform, None, ref, self._reading.evidence("observation", row[0]))

    def ref(self, number: int) -> AccountRef:
        """An account as a reference: native id, newest handle, address."""
        known = self._refs.get(number)
        if known is None:
            native, url = self._db.execute("SELECT native_id, url FROM account WHERE id = ?", (number,)).fetchone()
            handles = self._handles(number)
            names = [profile.name for profile in self._profiles(number) if profile.name]
            known = AccountRef(native, handles[-1].value if handles else None, names[-1] if names else None, url)
            if len(self._refs) > 100_000:
                self._refs.clear()
            self._refs[number] = known
        return known
