"""The register of accounts, as XLSX, CSV or TOML (docs/tables.md).

An account may have several rows: what a row says holds from and until the days that it names. So handles, office
holders, administrators, bodies and categories follow each other; a package is described with what held in its period.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sma_plugin.findings import Finding
from sma_plugin.model import AccountRef
from sma_plugin.selection.configured import as_configured, read_configured
from sma_plugin.selection.entries import entries_of
from sma_plugin.selection.entry import Entry, Link
from sma_plugin.selection.register_values import Told, read_rows
from sma_plugin.settings import Settings

__all__ = ["Entry", "Link", "Register", "load_register"]


class Register(msgspec.Struct, frozen=True):
    """Every registered account, with what was wrong in the tables."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]

    def find(self, platform: str, native_id: str, handles: Iterable[str]) -> Entry | None:
        """The account: by native id, else by a handle of one that has no native id, if only one has it."""
        bearing = {handle.casefold().lstrip("@") for handle in handles}
        by_handle = []
        for entry in self.entries:
            if entry.account.platform != platform:
                continue
            if entry.account.native_id and entry.account.native_id == native_id:
                return entry
            if not entry.account.native_id and any(one.casefold() in bearing for one in entry.handles):
                by_handle.append(entry)
        return by_handle[0] if len(by_handle) == 1 else None

    @property
    def subjects(self) -> tuple[tuple[str, AccountRef], ...]:
        """Platform and reference of every registered account; of one without id by each of its handles."""
        return tuple(
            (entry.account.platform, AccountRef(entry.account.native_id or None, handle))
            for entry in self.entries
            for handle in ((entry.account.handle,) if entry.account.native_id else entry.handles)
        )


def load_register(settings: Settings) -> Register:
    """Read the configured registers."""
    rows: list[Told] = []
    found = read_configured(settings, "registers", lambda path, wrong: rows.extend(read_rows(path, wrong)))
    wrong: list[Finding] = []
    entries = tuple(entries_of(rows, wrong))
    return Register(entries, (*found, *(as_configured(one, settings) for one in wrong)))
