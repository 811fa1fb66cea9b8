"""``sma register check``: what the register lacks, and what captures say against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sma_plugin import notation
from sma_plugin.findings import Finding, make
from sma_plugin.readers.values import iso_text
from sma_plugin.register.seen import SeenAccount
from sma_plugin.register.standing import Standing, label_of, standings
from sma_plugin.selection.holding import within
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.register import Entry, Register
from sma_plugin.selection.register_values import facts
from sma_plugin.selection.tables import columns
from sma_plugin.texts import LANGUAGES


def checked(register: Register, lists: Lists) -> Iterator[Finding]:
    """What the register itself lacks: properties that are not filled in, categories that no list has."""
    for entry in register.entries:
        over = entry.account.status in ("closed", "unused")
        absent = [
            column
            for column in columns("register")
            if column.asked and not entry.held.get(column.name) and not (over and column.name == "interval")
        ]
        if absent:
            told: dict[str, Any] = {
                f"columns_{one}": ", ".join(column.words[one] for column in absent) for one in LANGUAGES
            }
            yield make("SMA-S049", account=label_of(entry), **told)
        if lists.categories:
            yield from _categories(entry, lists)


def _categories(entry: Entry, lists: Lists) -> Iterator[Finding]:
    for link in entry.links:
        meant = lists.meant(link.list_name, link.list_version, link.category)
        if link.category and len(meant) != 1:
            table, _, row = link.place.rpartition(":")
            told: dict[str, Any] = {"category": link.category, "register": table, "row": row}
            yield make("SMA-S006" if meant else "SMA-S003", account=label_of(entry), **told)


def against(register: Register, seen: Sequence[SeenAccount], on: str) -> Iterator[Finding]:
    """What captures say against the register, by account, on a day (ISO 8601)."""
    found = standings(register, seen, on)
    for one in found:
        if one.seen and not one.entry:
            sources = ", ".join(dict.fromkeys(capture.source for capture in one.seen.captures)) or "?"
            yield make("SMA-S050", account=one.label, source=sources)
        if one.entry:
            yield from _capturing(one)
        if one.entry and one.seen:
            yield from _handles(one, one.entry, one.seen)
            yield from _statements(one, one.entry, one.seen)
    yield from _changed_hands(register, seen)


def _capturing(one: Standing) -> Iterator[Finding]:
    """Too rarely, never, or with something about to be lost."""
    account = one.entry.account if one.entry else None
    for losing in one.losing:
        yield make("SMA-S057", account=one.label, reason_nl=losing.nl, reason_en=losing.en)
    if account and one.state == "never" and account.status != "closed":
        yield make("SMA-S051", account=one.label, **notation.word_in_each("status", "status", account.status))
    if one.gaps:
        longest = max(one.gaps, key=lambda gap: gap.days)
        told: dict[str, Any] = {
            f"interval_{name}": notation.word("interval", one.interval or "", name)
            if one.interval in notation.words()["interval"]
            else notation.duration(one.interval or "", name)
            for name in LANGUAGES
        }
        told |= {
            f"{side}_{name}": notation.day(getattr(longest, side), name)
            for side in ("first", "last")
            for name in LANGUAGES
        }
        yield make("SMA-S052", account=one.label, days=longest.days, **told)


def _handles(one: Standing, entry: Entry, seen: SeenAccount) -> Iterator[Finding]:
    """Handles that were seen on a day on which the register does not give them to the account."""
    registered = entry.held.get("handle", ())
    for handle in seen.handles:
        day = (iso_text(handle.last_seen) or "")[:10] or one.last
        named = [held for held in registered if held.value.casefold() == handle.value.casefold()]
        if registered and not any(within(held, day, day) for held in named):
            told: dict[str, Any] = {f"date_{name}": notation.day(day, name) or "?" for name in LANGUAGES}
            yield make("SMA-S053", account=one.label, value=handle.value, **told)


def _changed_hands(register: Register, seen: Sequence[SeenAccount]) -> Iterator[Finding]:
    """Handles of the register that were seen with another account than the register or an earlier capture says."""
    bearers: dict[tuple[str, str], Entry] = {
        (entry.account.platform, handle.casefold()): entry for entry in register.entries for handle in entry.handles
    }
    met: dict[tuple[str, str], str] = {}
    for one in sorted(seen, key=lambda one: one.captures[0].at or "" if one.captures else ""):
        for handle in one.handles if one.native_id else ():
            key = (one.platform, handle.value.casefold())
            entry = bearers.get(key)
            known = (entry.account.native_id if entry else "") or met.get(key, "")
            day = (iso_text(handle.last_seen) or "")[:10] or None
            held = [held for held in entry.held["handle"] if held.value.casefold() == key[1]] if entry else []
            if entry and known and known != one.native_id and any(within(held_, day, day) for held_ in held):
                told: dict[str, Any] = {f"date_{name}": notation.day(day, name) or "?" for name in LANGUAGES}
                yield make("SMA-S054", account=label_of(entry), value=handle.value, native=one.native_id, **told)
            met.setdefault(key, one.native_id)


def _statements(one: Standing, entry: Entry, seen: SeenAccount) -> Iterator[Finding]:
    """Statements that the newest profile text does not hold, with the text that is recommended."""
    newest = next((profile for profile in reversed(seen.profiles) if profile.text), None)
    if newest is None:
        return
    rules = facts()["statements"]
    absent = [
        column
        for column in columns("register")
        if column.name in rules and not any(pattern.search(newest.text) for pattern in _patterns(column.name))
    ]
    claimed = [column for column in absent if entry.last(column.name) == "yes"]
    for code, these in (("SMA-S055", claimed), ("SMA-S056", [column for column in absent if column not in claimed])):
        creator = entry.account.creator.name if entry.account.creator else "…"
        told: dict[str, Any] = {}
        for name in LANGUAGES:
            told[f"statement_{name}"] = ", ".join(column.words[name] for column in these)
            told[f"template_{name}"] = " ".join(rules[column.name][name].format(creator=creator) for column in these)
            told[f"date_{name}"] = notation.day(newest.at or one.last, name) or "?"
        if these:
            yield make(code, account=one.label, **told)


@cache
def _patterns(statement: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in facts()["statements"][statement]["patterns"])
