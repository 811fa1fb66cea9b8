"""The register of accounts, as XLSX, CSV or TOML (docs/tables.md).

An account may have several rows: what a row says holds from and until the days that it names. So handles, office
holders, administrators, bodies and categories follow each other; a package is described with what held in its period.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from sma_plugin.findings import Finding
from sma_plugin.history.platforms import has_id
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
        """The account: by its id, else, where the register or the captures give no id, by a handle that one alone has.

        ``native_id`` is as the history has it: of an account without an id a name or address.
        """
        mine = [entry for entry in self.entries if entry.account.platform == platform]
        for entry in mine:
            if entry.account.native_id and entry.account.native_id == native_id:
                return entry
        bearing = {handle.casefold().lstrip("@") for handle in handles}
        named = [
            entry
            for entry in mine
            if not (entry.account.native_id and has_id(native_id))
            and any(one.casefold() in bearing for one in entry.handles)
        ]
        return named[0] if len(named) == 1 else None

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

    def read(path: Path, found: list[Finding]) -> None:
        state = path.stat()
        told, wrong = _read(path, state.st_size, state.st_mtime_ns)
        rows.extend(told)
        found.extend(wrong)

    found = read_configured(settings, "registers", read)
    wrong: list[Finding] = []
    entries = tuple(entries_of(rows, wrong))
    return Register(entries, (*found, *(as_configured(one, settings) for one in wrong)))


@lru_cache(maxsize=8)
def _read(path: Path, size: int, changed: int) -> tuple[tuple[Told, ...], tuple[Finding, ...]]:  # noqa: ARG001 -- the file as it stands
    """The rows of a register and what is wrong with them: a workbook is asked for by every package, and read once."""
    wrong: list[Finding] = []
    return tuple(read_rows(path, wrong)), tuple(wrong)
