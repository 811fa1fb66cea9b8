"""Reading the history store: accounts, then posts thread by thread, then captured resources."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from sma_plugin.history.load import SCHEMA_VERSION
from sma_plugin.history.stored import Reading, moment
from sma_plugin.history.stored_accounts import StoredAccounts
from sma_plugin.history.stored_posts import StoredPosts
from sma_plugin.model import AccountHistory, Capture, HistoryItem, PostHistory, Resource
from sma_plugin.package.files import read_only


class OutdatedStoreError(ValueError):
    """A store of another schema version; it has to be rebuilt."""


class HistoryStore:
    """A finished history store, opened read-only. Raises :class:`OutdatedStoreError` and ``sqlite3.Error``."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(f"{read_only(path)}&immutable=1", uri=True)
        self.db.execute("PRAGMA cache_size = -65536")
        found = self.db.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            self.db.close()
            raise OutdatedStoreError(f"the history store {path} has schema {found}, not {SCHEMA_VERSION}")
        self._reading = Reading(self.db)
        self._accounts = StoredAccounts(self._reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.db.close()

    def captures(self) -> list[Capture]:
        """Every capture, in the order of delivery."""
        rows = self.db.execute("SELECT record FROM capture ORDER BY id")
        return [msgspec.json.decode(row[0], type=Capture) for row in rows]

    def histories(self) -> Iterator[HistoryItem]:
        """Accounts (own ones first), then posts thread by thread, then resources in the order of capture."""
        yield from self.accounts()
        yield from self.posts()
        yield from self.resources()

    def accounts(self) -> Iterator[AccountHistory]:
        """Every account with its handles, profile versions and counts."""
        return self._accounts.all()

    def posts(self) -> Iterator[PostHistory]:
        """Every post, thread by thread."""
        return StoredPosts(self._reading, self._accounts.ref).all()

    def resources(self) -> Iterator[Resource]:
        """Captured pages, screenshots, documents and failures."""
        rows = self.db.execute(
            "SELECT id, role, url, at_us, at_raw, at_assumed, title, status, mime, length FROM resource ORDER BY id"
        ).fetchall()
        for number, role, url, us, raw, assumed, title, status, mime, length in rows:
            evidence = self._reading.evidence("resource", number)
            yield Resource(role, url, moment([us, raw, assumed]), title, status, mime, length, evidence)
