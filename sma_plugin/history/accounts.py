"""Accounts in the history store: one identity over handles, addresses and server-local numbers."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from sma_plugin.history.platforms import named_by
from sma_plugin.history.sightings import NO_MOMENT, Sightings
from sma_plugin.model import Account, AccountRef, ProfileVersion

_encode = msgspec.json.Encoder(order="deterministic").encode
UNKNOWN = "unknown"
"""Native id of the account of posts whose author no source names."""

_SHARED = ("url", "acct")
"""Identifiers that two accounts can have one after the other, or together: a page, a name that was given anew."""
_SEEN_AGAIN = (
    "ON CONFLICT DO UPDATE SET"
    " first_seen = min(coalesce(first_seen, excluded.first_seen), coalesce(excluded.first_seen, first_seen)),"
    " last_seen = max(coalesce(last_seen, excluded.last_seen), coalesce(excluded.last_seen, last_seen))"
)
_BEARERS = """
SELECT lone.account, min(handle.account), count(DISTINCT handle.account) FROM account_alias AS lone
JOIN handle ON handle.value = lone.value COLLATE NOCASE AND handle.account <> lone.account
JOIN account ON account.id = handle.account AND account.platform = lone.platform
JOIN account AS known ON known.id = lone.account AND known.native_id = 'handle:' || lone.value
WHERE lone.scheme = 'handle' GROUP BY lone.account"""
"""Accounts that are known by handle only, with the account of the platform that bears that handle."""
_NAME = """
UPDATE account SET native_id = coalesce((
  SELECT value FROM account_alias AS named WHERE named.account = account.id AND scheme = 'id'
  ORDER BY derived, value LIMIT 1), native_id) WHERE id = ?"""


class Accounts:
    """Finds and fills accounts. A handle alone identifies an account only until a native id is known for it."""

    def __init__(self, db: sqlite3.Connection, sightings: Sightings) -> None:
        self._db, self._sightings = db, sightings
        self._known: dict[tuple[str, AccountRef], int] = {}
        self._said: list[int] = []
        """A hash of what each sighting of a profile says, by its number."""
        self._same: list[tuple[int, int]] = []
        """Pairs of accounts that share an identifier."""
        self._joined: dict[int, int] = {}
        self._nameless: set[int] = set()
        """Accounts of which no native id is known."""
        self._declared: dict[int, tuple[int, set[int]]] = {}
        """By capture: the account that it was declared to be of, and those that it says itself that it is of."""
        self._renamed: list[int] = []
        """Accounts that got a native id after they were made."""

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

    def _keys(self, platform: str, ref: AccountRef) -> list[tuple[str, str, int]]:
        keys = [("id", ref.native_id, 0)] if ref.native_id else []
        keys += [(alias.scheme, alias.value, int(alias.derived)) for alias in ref.aliases]
        if not keys and ref.url:
            named = named_by(platform, ref.url)
            keys = [(*named, 1) if named else ("url", ref.url, 0)]
        if not keys and ref.handle:
            keys = [("handle", ref.handle.casefold(), 1)]
        return keys or [("id", UNKNOWN, 1)]

    def _find(self, platform: str, ref: AccountRef) -> int | None:
        """The account that a reference shares an identifier with; others that it names turn out to be the same."""
        found: dict[int, None] = {}
        for scheme, value, _ in self._keys(platform, ref):
            row = self._db.execute(
                "SELECT account FROM account_alias WHERE platform = ? AND scheme = ? AND value = ?",
                (platform, scheme, value),
            ).fetchone()
            if row and (scheme not in _SHARED or not (ref.native_id or found) or row[0] in self._nameless):
                found[row[0]] = None
        first = next(iter(found), None)
        self._same += [(number, first) for number in found if first is not None and number != first]
        return first

    def _make(self, platform: str, ref: AccountRef) -> int:
        scheme, value, _ = self._keys(platform, ref)[0]
        native = value if scheme == "id" else f"{scheme}:{value}"
        cursor = self._db.execute(
            "INSERT INTO account (platform, native_id, url) VALUES (?, ?, ?)", (platform, native, ref.url)
        )
        number = int(cursor.lastrowid or 0)
        if scheme != "id":
            self._nameless.add(number)
        return number

    def _fill(self, platform: str, number: int, ref: AccountRef) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO account_alias VALUES (?, ?, ?, ?, ?)",
            [(platform, scheme, value, number, derived) for scheme, value, derived in self._keys(platform, ref)],
        )
        if ref.native_id and number in self._nameless:
            self._nameless.discard(number)
            self._renamed.append(number)
        handle = ref.handle or _handle_in(platform, ref.url)
        if handle:
            self._db.execute("INSERT OR IGNORE INTO handle VALUES (?, ?, NULL, NULL)", (number, handle))
        if ref.url:
            self._db.execute("UPDATE account SET url = coalesce(url, ?) WHERE id = ?", (ref.url, number))

    def declare(self, capture: int, item: Account) -> None:
        """Add the account that a capture was declared to be of."""
        self.account(capture, item)
        self._declared[capture] = (self.resolve(item.platform, item.ref), set())

    def account(self, capture: int, item: Account) -> None:
        """Add an account item."""
        number = self.resolve(item.platform, item.ref)
        if item.owner and capture in self._declared:
            self._declared[capture][1].add(number)
        created = item.created or NO_MOMENT
        self._learn(number, item.owner, created.us, created.raw, created.assumed)
        for handle in item.handles:
            self._seen(number, handle.value, handle.first_seen, handle.last_seen)
        self._sightings.evidence(capture, "account", number, item.evidence)

    def _learn(self, number: int, own: bool, *created: Any) -> None:  # noqa: FBT001
        """That an account is own, and when it was made: as text until a source gives a time that can be read."""
        self._db.execute("UPDATE account SET own = max(own, ?) WHERE id = ?", (own, number))
        self._db.execute(
            "UPDATE account SET created_us = ?1, created_raw = ?2, created_assumed = ?3"
            " WHERE id = ?4 AND created_us IS NULL AND (?1 IS NOT NULL OR created_raw IS NULL)",
            (*created, number),
        )

    def profile(self, capture: int, item: ProfileVersion) -> None:
        """Add a sighting of a profile. Which of them are one version is settled when all are known."""
        number = self.resolve(item.platform, item.account)
        at = item.at or NO_MOMENT
        if item.handle:
            self._seen(number, item.handle, at.us, at.us)
        said = msgspec.structs.replace(item, at=None, evidence=(), account=AccountRef(), raw=None)
        self._said.append(hash(_encode(said)))
        state: Any = _encode(msgspec.structs.replace(item, evidence=())).decode()
        self._db.execute(
            "INSERT INTO profile_version VALUES (?, ?, ?, ?, ?, ?)",
            (len(self._said), number, at.us, at.raw, at.assumed, state),
        )
        self._sightings.evidence(capture, "profile", len(self._said), item.evidence)

    def _seen(self, number: int, handle: str, first: int | None, last: int | None) -> None:
        self._db.execute(f"INSERT INTO handle VALUES (?, ?, ?, ?) {_SEEN_AGAIN}", (number, handle, first, last))

    def finish(self) -> None:
        """Join accounts that turned out to be one, name them, and make one version of profiles that say the same."""
        self._db.execute("CREATE INDEX alias_account ON account_alias (account)")
        for one, other in self._same:
            self._join(*sorted((self._kept(one), self._kept(other))))
        self._join_declared()
        while pairs := [row[:2] for row in self._db.execute(_BEARERS) if row[2] == 1]:
            for lone, bearer in pairs:
                self._join(self._kept(bearer), self._kept(lone))
        self._db.executemany(_NAME, [(number,) for number in (*self._renamed, *self._nameless)])
        self._fold()

    def _join_declared(self) -> None:
        """The owner of a capture, of whom it tells no id, is the account that the capture was declared to be of."""
        for declared, owners in self._declared.values():
            lone = {self._kept(number) for number in owners} - {self._kept(declared)}
            if len(lone) == 1 and lone <= self._nameless and declared not in self._nameless:
                self._join(self._kept(declared), lone.pop())

    def _kept(self, number: int) -> int:
        while number in self._joined:
            number = self._joined[number]
        return number

    def _join(self, kept: int, other: int) -> None:
        """Give everything of the other account to the one that is kept."""
        if kept == other:
            return
        self._joined[other] = kept
        self._db.execute("CREATE INDEX IF NOT EXISTS post_account ON post (account)")
        for table in ("post", "observation", "profile_version", "account_alias"):
            self._db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (kept, other))
        self._db.execute("UPDATE post SET placed_on = ? WHERE placed_on = ?", (kept, other))
        self._db.execute(
            f"INSERT INTO handle SELECT ?, value, first_seen, last_seen FROM handle WHERE account = ? {_SEEN_AGAIN}",
            (kept, other),
        )
        self._db.execute("DELETE FROM handle WHERE account = ?", (other,))
        self._db.execute(
            "UPDATE evidence SET subject_id = ? WHERE subject = 'account' AND subject_id = ?", (kept, other)
        )
        told = "SELECT own, created_us, created_raw, created_assumed, url FROM account WHERE id = ?"
        *learned, url = self._db.execute(told, (other,)).fetchone()
        self._learn(kept, *learned)
        self._db.execute("UPDATE account SET url = coalesce(url, ?) WHERE id = ?", (url, kept))
        self._db.execute("DELETE FROM account WHERE id = ?", (other,))

    def _fold(self) -> None:
        """Profiles that say the same and follow each other in time are one version, with the evidence of all."""
        before: tuple[int, int, int] | None = None
        for version, account in self._db.execute(
            "SELECT id, account FROM profile_version ORDER BY account, at_us, id"
        ).fetchall():
            said = self._said[version - 1]
            if before and before[1:] == (account, said):
                self._db.execute(
                    "UPDATE evidence SET subject_id = ? WHERE subject = 'profile' AND subject_id = ?",
                    (before[0], version),
                )
                self._db.execute("DELETE FROM profile_version WHERE id = ?", (version,))
            else:
                before = (version, account, said)


def _handle_in(platform: str, url: str | None) -> str | None:
    """The handle that the address of an account names."""
    named = named_by(platform, url) if url else None
    return named[1] if named and named[0] == "handle" else None
