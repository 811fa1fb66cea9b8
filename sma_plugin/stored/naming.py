"""Which account of a history a user means: by platform with handle, identifier or address. Never by display name."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterator

from sma_plugin.history.platforms import named_by
from sma_plugin.model import AccountRef
from sma_plugin.texts import UserError

_ALL = """
SELECT account.id, account.platform, account.native_id, account.url, account.own FROM account
WHERE own OR EXISTS (SELECT 1 FROM post WHERE post.account = account.id AND post.class <> 'incidental')"""


def account_called(db: sqlite3.Connection, called: str) -> int:
    """The number of the account that is called so. Raises :class:`UserError` with the nearest names there are."""
    accounts = db.execute(_ALL).fetchall()
    own = [row for row in accounts if row[4]]
    platform, name = _split(called, {row[1] for row in accounts})
    for among in (own, accounts):
        found = [row for row in among if platform in (None, row[1]) and _bears(db, row, name)]
        if len(found) == 1:
            return int(found[0][0])
        if found:
            raise UserError("history_several", name=called, known=", ".join(sorted(_label(db, row) for row in found)))
    forms = {form.casefold(): _label(db, row) for row in own for form in _forms(db, row)}
    near = [forms[form] for form in difflib.get_close_matches(called.casefold(), forms, 1)]
    listed = ", ".join(sorted(set(forms.values()))[:10])
    raise UserError(
        "history_no_account_near" if near else "history_no_account", name=called, near="".join(near), known=listed
    )


def account_of(db: sqlite3.Connection, platform: str, native_id: str) -> int | None:
    """The account that an identifier means, also one of a handle or page (``handle:vbstad``) that got an id since."""
    scheme, _, value = native_id.partition(":")
    row = db.execute(
        "SELECT account FROM account_alias WHERE platform = ?1"
        " AND (scheme = 'id' AND value = ?2 OR scheme = ?3 AND value = ?4 OR value = ?2) ORDER BY scheme <> 'id'",
        (platform, native_id, scheme, value),
    ).fetchone()
    return None if row is None else int(row[0])


def account_named(db: sqlite3.Connection, platform: str, ref: AccountRef) -> int | None:
    """The account that a package is of, by its identifiers, else by its handle."""
    for name in (ref.native_id, *(alias.value for alias in ref.aliases)):
        found = account_of(db, platform, name) if name else None
        if found is not None:
            return found
    row = db.execute(
        "SELECT account.id FROM handle JOIN account ON account.id = handle.account"
        " WHERE account.platform = ? AND handle.value = ? COLLATE NOCASE ORDER BY account.own DESC",
        (platform, ref.handle),
    ).fetchone()
    return None if row is None else int(row[0])


def _split(called: str, platforms: set[str]) -> tuple[str | None, str]:
    """The platform that stands before a name, and the name.

    >>> _split("x:@VbStad", {"x"}), _split("https://x.com/VbStad", {"x"})
    (('x', '@VbStad'), (None, 'https://x.com/VbStad'))
    """
    for mark in (":", "/"):
        before, _, after = called.partition(mark)
        if before.casefold() in platforms and after and not after.startswith("//"):
            return before.casefold(), after
    return None, called


def _bears(db: sqlite3.Connection, row: tuple[int, str, str, str | None, int], name: str) -> bool:
    number, platform, native, url, _ = row
    address = name.rstrip("/")
    named = named_by(platform, name) if "://" in name else None
    bare = (named[1] if named else name).removeprefix("@")
    if native in (name, bare) or (url is not None and url.rstrip("/") == address):
        return True
    return (
        db.execute(
            "SELECT 1 FROM account_alias WHERE account = ?1 AND value IN (?2, ?3)"
            " UNION SELECT 1 FROM handle WHERE account = ?1 AND value = ?3 COLLATE NOCASE",
            (number, name, bare),
        ).fetchone()
        is not None
    )


def _forms(db: sqlite3.Connection, row: tuple[int, str, str, str | None, int]) -> Iterator[str]:
    """How somebody who means an account may write it, with mistakes; for help only."""
    yield from (_label(db, row), row[2])
    for (handle,) in db.execute("SELECT value FROM handle WHERE account = ?", (row[0],)):
        yield from (handle, handle.partition("@")[0])
    for (name,) in db.execute("SELECT json_extract(state, '$.name') FROM profile_version WHERE account = ?", (row[0],)):
        yield name or ""


def _label(db: sqlite3.Connection, row: tuple[int, str, str, str | None, int]) -> str:
    """An account as it can be typed: platform and newest handle, else its identifier."""
    handle = db.execute(
        "SELECT value FROM handle WHERE account = ? ORDER BY last_seen DESC, value LIMIT 1", (row[0],)
    ).fetchone()
    return f"{row[1]}:{handle[0] if handle else row[2]}"
