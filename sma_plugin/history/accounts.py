"""Accounts in the history store: one identity over handles, addresses and server-local numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from sma_plugin.model import Account, AccountRef, Counts, Evidence, Moment, ProfileVersion

_encode = msgspec.json.Encoder(order="deterministic").encode
_NO_MOMENT = Moment()
UNKNOWN = "unknown"
"""Native id of the account of posts whose author no source names."""

EvidenceSink = Callable[[int, str, int, Evidence], None]
ObservationSink = Callable[
    [int, tuple[int | None, int | None], Counts | None, tuple[Evidence, ...], str | None, str | None], None
]


class Accounts:
    """Finds and fills accounts. A handle alone identifies an account only until a native id is known for it."""

    def __init__(self, db: sqlite3.Connection, evidence: EvidenceSink, observe: ObservationSink) -> None:
        self._db, self._evidence, self._observe = db, evidence, observe
        self._known: dict[tuple[str, AccountRef], int] = {}
        self._profiles: dict[int, tuple[int, bytes]] = {}
        self._last_profile = 0

    def resolve(self, platform: str, ref: AccountRef) -> int:
        """The account that a reference names; made when it is new."""
        key = (platform, ref)
        number = self._known.get(key)
        if number is None:
            if len(self._known) > 100_000:
                self._known.clear()
            number = self._known[key] = self._find(platform, ref) or self._make(platform, ref)
            self._fill(platform, number, ref)
        return number

    def native_id(self, number: int) -> str:
        """The native id of an account by its number."""
        return str(self._db.execute("SELECT native_id FROM account WHERE id = ?", (number,)).fetchone()[0])

    def unknown(self, platform: str) -> int:
        """The account of posts whose author no source names."""
        return self.resolve(platform, AccountRef(UNKNOWN))

    def _keys(self, ref: AccountRef) -> list[tuple[str, str, int]]:
        keys = [("id", ref.native_id, 0)] if ref.native_id else []
        keys += [(alias.scheme, alias.value, int(alias.derived)) for alias in ref.aliases]
        if not keys and ref.url:
            keys = [("url", ref.url, 0)]
        if not keys and ref.handle:
            keys = [("handle", ref.handle.casefold(), 1)]
        return keys or [("id", UNKNOWN, 1)]

    def _find(self, platform: str, ref: AccountRef) -> int | None:
        for scheme, value, _ in self._keys(ref):
            row = self._db.execute(
                "SELECT account FROM account_alias WHERE platform = ? AND scheme = ? AND value = ?",
                (platform, scheme, value),
            ).fetchone()
            if row:
                return int(row[0])
        return None

    def _make(self, platform: str, ref: AccountRef) -> int:
        scheme, value, _ = self._keys(ref)[0]
        native = value if scheme == "id" else f"{scheme}:{value}"
        cursor = self._db.execute(
            "INSERT INTO account (platform, native_id, url) VALUES (?, ?, ?)", (platform, native, ref.url)
        )
        return int(cursor.lastrowid or 0)

    def _fill(self, platform: str, number: int, ref: AccountRef) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO account_alias VALUES (?, ?, ?, ?, ?)",
            [(platform, scheme, value, number, derived) for scheme, value, derived in self._keys(ref)],
        )
        if ref.handle:
            self._db.execute("INSERT OR IGNORE INTO handle VALUES (?, ?, NULL, NULL)", (number, ref.handle))
        if ref.url:
            self._db.execute("UPDATE account SET url = coalesce(url, ?) WHERE id = ?", (ref.url, number))

    def account(self, capture: int, item: Account) -> None:
        """Add an account item."""
        number = self.resolve(item.platform, item.ref)
        created = item.created or _NO_MOMENT
        self._db.execute(
            "UPDATE account SET own = max(own, ?), created_us = coalesce(created_us, ?),"
            " created_raw = coalesce(created_raw, ?), created_assumed = coalesce(created_assumed, ?) WHERE id = ?",
            (item.owner, created.us, created.raw, created.assumed, number),
        )
        for evidence in item.evidence:
            self._evidence(capture, "account", number, evidence)

    def profile(self, capture: int, item: ProfileVersion) -> None:
        """Add a profile; one that says what the last one of the account said is only one more piece of evidence."""
        number = self.resolve(item.platform, item.account)
        if item.handle:
            self._seen(number, item.handle, item.at)
        said = msgspec.structs.replace(item, at=None, evidence=(), account=AccountRef(), raw=None)
        encoded = _encode(said)
        known = self._profiles.get(number)
        if known is None or known[1] != encoded:
            self._last_profile += 1
            known = self._profiles[number] = (self._last_profile, encoded)
            at = item.at or _NO_MOMENT
            state: Any = _encode(msgspec.structs.replace(item, evidence=())).decode()
            self._db.execute(
                "INSERT INTO profile_version VALUES (?, ?, ?, ?, ?, ?)",
                (known[0], number, at.us, at.raw, at.assumed, state),
            )
        for evidence in item.evidence:
            self._evidence(capture, "profile", known[0], evidence)

    def _seen(self, number: int, handle: str, at: Moment | None) -> None:
        moment = at.us if at else None
        self._db.execute(
            "INSERT INTO handle VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " first_seen = min(coalesce(first_seen, excluded.first_seen), coalesce(excluded.first_seen, first_seen)),"
            " last_seen = max(coalesce(last_seen, excluded.last_seen), coalesce(excluded.last_seen, last_seen))",
            (number, handle, moment, moment),
        )

    def finish(self) -> None:
        """Join accounts known by handle only with the one account of the platform that bears that handle."""
        rows = self._db.execute(
            "SELECT lone.account, min(handle.account), count(DISTINCT handle.account) FROM account_alias AS lone"
            " JOIN handle ON handle.value = lone.value COLLATE NOCASE AND handle.account <> lone.account"
            " JOIN account ON account.id = handle.account AND account.platform = lone.platform"
            " WHERE lone.scheme = 'handle' GROUP BY lone.account"
        ).fetchall()
        for lone, bearer, bearers in rows:
            if bearers == 1:
                self._join(bearer, lone)

    def _join(self, kept: int, other: int) -> None:
        for table in ("post", "observation", "profile_version", "account_alias"):
            self._db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (kept, other))
        self._db.execute(
            "UPDATE account SET own = max(own, (SELECT own FROM account WHERE id = ?)) WHERE id = ?", (other, kept)
        )
        self._db.execute(
            "DELETE FROM handle WHERE account = ? AND EXISTS (SELECT 1 FROM handle AS kept"
            " WHERE kept.account = ? AND kept.value = handle.value COLLATE NOCASE)",
            (other, kept),
        )
        self._db.execute("UPDATE OR IGNORE handle SET account = ? WHERE account = ?", (kept, other))
        self._db.execute("DELETE FROM handle WHERE account = ?", (other,))
        self._db.execute(
            "UPDATE evidence SET subject_id = ? WHERE subject = 'account' AND subject_id = ?", (kept, other)
        )
        self._db.execute("DELETE FROM account WHERE id = ?", (other,))
