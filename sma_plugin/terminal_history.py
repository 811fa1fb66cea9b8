"""The history of an account over packages, printed to a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from sma_plugin import notation
from sma_plugin.findings import Language
from sma_plugin.stored.whole_records import AccountTold, HistoryTold
from sma_plugin.terminal import write
from sma_plugin.texts import text

_SHOWN = 12
"""So many of a kind are printed; all of them are in --json."""


def print_history(console: Console, told: HistoryTold, language: Language) -> None:
    """Packages, captures, profiles, posts per month, edits, what is not found, what was deleted."""
    account = told.account
    handle = f" @{account.handles[-1]}" if account.handles else ""
    write(console, f"{notation.platform(account.platform)}{handle} · {account.native_id}", style="bold")
    counted = [
        f"{notation.word('class', name, language)}: {notation.number(count, language)}"
        for name, count in account.posts.items()
    ]
    period = notation.period(account.first, account.last, language)
    write(console, "; ".join(part for part in (period, ", ".join(counted)) if part), 2)
    for heading, lines in _sections(told, language):
        write(console, "")
        write(console, f"{text(heading, language)} ({notation.number(len(lines), language)})", style="bold")
        for line in lines[:_SHOWN]:
            write(console, line, 2, hanging=2)
        if len(lines) > _SHOWN:
            left = notation.number(len(lines) - _SHOWN, language)
            write(console, text("history_more", language, count=left), 2)


def _sections(told: HistoryTold, language: Language) -> Iterator[tuple[str, Sequence[str]]]:
    """Every section that has something, with its lines."""
    account = told.account
    sections = {
        "history_packages": [
            f"{one.name} · {notation.period(one.period_from, one.period_until, language)}" for one in told.packages
        ],
        "history_captures": list(_captures(account, language)),
        "history_intervals": list(_intervals(account, language)),
        "history_techniques": list(_techniques(account, language)),
        "history_profiles": list(_profiles(account, language)),
        "history_counts": list(_counts(account, language)),
        "history_months": list(_months(account, language)),
        "history_edited": [
            text(
                "history_edited_one",
                language,
                address=one.address,
                count=one.versions,
                fields=_fields(one.fields, language),
            )
            for one in account.edited
        ],
        "history_not_found": [
            text(
                "history_not_found_one",
                language,
                address=one.address,
                last=notation.day(one.last, language),
                since=notation.day(one.since, language),
            )
            for one in account.not_found
        ],
        "history_deleted": list(_deleted(account, language)),
    }
    return ((name, lines) for name, lines in sections.items() if lines)


def _captures(account: AccountTold, language: Language) -> Iterator[str]:
    for one in account.captures:
        technique = notation.word("technique", one.technique, language)
        posts = f"{notation.number(one.posts, language)} {notation.unit('posts', one.posts, language)}"
        when = notation.day(one.captured, language) or text("not_known", language)
        yield f"{when} · {technique} · {posts} · {one.package}"


def _intervals(account: AccountTold, language: Language) -> Iterator[str]:
    """The time between captures, longest first."""
    for one in sorted(account.intervals, key=lambda one: -one.days):
        earlier, later = notation.day(one.earlier, language), notation.day(one.later, language)
        days = notation.word("span" if one.days == 1 else "spans", "day", language)
        yield f"{earlier} – {later}: {notation.number(one.days, language)} {days}"


def _techniques(account: AccountTold, language: Language) -> Iterator[str]:
    for combination, count in account.techniques.items():
        names = [notation.word("technique", name, language) for name in combination.split(" + ")]
        only = f" {text('history_only', language)}" if len(names) == 1 and len(account.techniques) > 1 else ""
        unit = notation.unit("posts", count, language)
        yield f"{' + '.join(names)}{only}: {notation.number(count, language)} {unit}"


def _profiles(account: AccountTold, language: Language) -> Iterator[str]:
    for one in account.profiles:
        said = [one.name, one.handle and f"@{one.handle}", one.bio, one.url, one.location, one.verified]
        when = notation.day(one.at, language) or text("not_known", language)
        yield f"{when}: {' · '.join(part for part in said if part)}"


def _counts(account: AccountTold, language: Language) -> Iterator[str]:
    """What was counted of the account, newest first."""
    for one in reversed(account.counts):
        shown = [
            f"{notation.word('counted', name, language)} {notation.number(count, language)}"
            for name, count in sorted(one.counts.items())
        ]
        yield f"{notation.day(one.at, language) or text('not_known', language)}: {', '.join(shown)}"


def _months(account: AccountTold, language: Language) -> Iterator[str]:
    for month, counts in account.months.items():
        name = text("history_undated", language) if month == "undated" else notation.month(month, language)
        shown = [
            f"{notation.word('class', klass, language)} {notation.number(count, language)}"
            for klass, count in counts.items()
        ]
        yield f"{name}: {', '.join(shown)}"


def _deleted(account: AccountTold, language: Language) -> Iterator[str]:
    for one in account.deleted:
        ground = notation.word("ground", one.ground, language)
        when = notation.day(one.at, language)
        yield " · ".join(part for part in (one.address, ground, when, one.by) if part)


def _fields(fields: tuple[str, ...], language: Language) -> str:
    return ", ".join(notation.word("field", name, language) for name in fields)
