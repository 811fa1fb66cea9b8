"""``sma register show``: the accounts in a few words each, or one with all that is said of it and when that holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import msgspec

from sma_plugin import notation
from sma_plugin.findings import Language
from sma_plugin.register.standing import label_of
from sma_plugin.register.writing import in_words
from sma_plugin.selection.holding import Held
from sma_plugin.selection.register import Entry, Register
from sma_plugin.selection.tables import columns
from sma_plugin.texts import LANGUAGES, UserError, text


class AccountShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """One account: every value with its period, and where packages are cut."""

    account: str
    platform: str
    scenario: str | None
    values: dict[str, tuple[Held, ...]]
    rows: tuple[str, ...]
    borders: tuple[str, ...] = ()


def shown(entry: Entry) -> AccountShown:
    """All that the register says of an account."""
    account = entry.account
    return AccountShown(label_of(entry), account.platform, account.scenario, entry.held, entry.places, entry.borders)


def account_called(register: Register, called: str) -> Entry:
    """The account that is called so: by register number, account id or any of its handles.

    Raises :class:`UserError` when there is none or more than one.
    """
    platform, _, name = called.partition(":") if called.partition(":")[0] in notation.platforms() else ("", "", called)
    wanted = name.removeprefix("@").casefold()
    found = [
        entry
        for entry in register.entries
        if platform in ("", entry.account.platform) and wanted in map(str.casefold, _names(entry))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        known = ", ".join(f"{one.account.platform}:{one.account.handle or one.account.native_id}" for one in found)
        raise UserError("register_several", name=called, known=known)
    near = difflib.get_close_matches(wanted, [one for entry in register.entries for one in _names(entry)], 1)
    told = {f"near_{one}": text("register_near", one, near=near[0]) if near else "" for one in LANGUAGES}
    raise UserError("register_no_account", name=called, **told)


def _names(entry: Entry) -> Iterator[str]:
    yield from entry.handles
    yield from (entry.account.native_id, entry.last("entry") or "", entry.account.url or "")


def lines_of(register: Register, language: Language) -> Iterator[str]:
    """A line per account."""
    for entry in register.entries:
        account = entry.account
        link = entry.links[-1]
        told = [
            label_of(entry),
            account.name,
            notation.word("kind", account.kind, language),
            notation.word("scenario", account.scenario, language) if account.scenario else None,
            notation.word("status", account.status, language),
            " ".join(part for part in (link.list_name, link.category) if part),
            entry.place,
        ]
        yield " · ".join(part for part in told if part)


def lines_about(entry: Entry, language: Language) -> Iterator[str]:
    """A line per value of an account, with its period."""
    for column in columns("register"):
        for held in entry.held.get(column.name, ()):
            period = period_of(held, language)
            value = in_words(column, held.value, language)
            if column.form == "day":
                value = notation.day(held.value, language)
            yield f"{column.words[language]}: {value}{f' ({period})' if period else ''}"


def period_of(held: Held, language: Language) -> str:
    """From when until when a value holds, in words; nothing for always."""
    since, until = notation.day(held.since, language), notation.day(held.until, language)
    if since and until:
        return text("register_from_to", language, since=since, until=until)
    if since:
        return text("register_from", language, since=since)
    return text("register_to", language, until=until) if until else ""
