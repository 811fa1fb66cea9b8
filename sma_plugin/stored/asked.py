"""What ``sma history`` does: rebuild the index of stored packages, tell of one account, keep the index where asked."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sma_plugin.findings import Finding
from sma_plugin.package.files import read_only
from sma_plugin.package.moving import move
from sma_plugin.stored.naming import account_called
from sma_plugin.stored.opened import open_stored
from sma_plugin.stored.whole import account_told, packages_of, rebuild
from sma_plugin.stored.whole_records import HistoryTold
from sma_plugin.texts import UserError

INDEX = "history.sqlite"


def history_of(called: str, paths: Sequence[Path], out: Path | None) -> tuple[HistoryTold, list[Finding]]:
    """The history of the account that is called so over these packages, and which of them could not be used.

    The index is kept at ``out``: a file of SQLite, or a folder that gets one. Raises :class:`UserError` for an account
    or package that is not there, and for an index that is in the way.
    """
    kept = None if out is None else _target(out)
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        scratch = Path(folder)
        stored = open_stored(paths, scratch)
        findings = list(rebuild(stored, scratch / INDEX))
        if len(findings) == len(stored):
            raise UserError("history_unusable", packages=", ".join(one.name for one in stored))
        with closing(sqlite3.connect(read_only(scratch / INDEX), uri=True)) as db:
            account = account_called(db, called)
            packages = packages_of(db, account, stored)
            told = HistoryTold(account_told(db, account, packages), packages)
        if kept is not None:
            move(scratch / INDEX, kept, kept.with_name(f".{kept.name}.sma-part"))
    return told, findings


def _target(out: Path) -> Path:
    """Where the index goes. Raises :class:`UserError` when something is there."""
    kept = out if out.suffix in (".sqlite", ".sqlite3", ".db") and not out.is_dir() else out / INDEX
    if kept.exists():
        raise UserError("exists", path=kept)
    return kept
