"""Accounts as people name them in a cell: by handle, number or address, with or without the platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from sma_plugin.findings import Finding, make
from sma_plugin.notation import platform_meant
from sma_plugin.selection.choosing import folded
from sma_plugin.selection.records import AccountRecord
from sma_plugin.selection.register import Register


class Named(Protocol):
    """A row that names accounts: where it stands, and their names."""

    @property
    def place(self) -> str:
        """Table and row."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts as they are named."""


def names_it(named: Sequence[str], account: AccountRecord, handles: Sequence[str] = ()) -> bool:
    """Whether an account is among those named; where none are named, every account is meant."""
    known = {_plain(one) for one in (account.native_id, account.handle, account.url, *handles) if one}
    return not named or any(_is_one(one, account.platform, known) for one in named)


def unknown(rows: Iterable[Named], register: Register) -> Iterator[Finding]:
    """A finding per account that a row names and the register does not have: it may be misspelt."""
    for row in rows:
        for told in row.accounts:
            if not any(names_it((told,), entry.account, entry.handles) for entry in register.entries):
                path, _, number = row.place.rpartition(":")
                yield make("SMA-S077", path=path, item=number, row=int(number), name=told)


def _is_one(told: str, platform: str, known: set[str]) -> bool:
    if _plain(told) in known:
        return True
    before, colon, after = told.partition(":")
    return bool(colon) and platform_meant(before) == platform and _plain(after) in known


def _plain(told: str) -> str:
    return folded(told.strip()).lstrip("@").rstrip("/")
