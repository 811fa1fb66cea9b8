"""Which accounts a row of a table is about: one, those of a series, or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.notation import platform_meant
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.naming import names_it
from sma_plugin.selection.records import AccountRecord, Category
from sma_plugin.selection.register import Register
from sma_plugin.selection.subjects import nearest
from sma_plugin.selection.tables import Row, in_words


class Scope(msgspec.Struct, frozen=True):
    """A row's account or series; where it names neither, it is about all."""

    platform: str | None = None
    account: str | None = None
    list_name: str | None = None
    category: str | None = None

    @property
    def rank(self) -> int:
        """How narrow it is: of two rows on the same matter the narrower holds."""
        return 2 if self.account or self.platform else 1 if self.category or self.list_name else 0

    def covers(self, account: AccountRecord, handles: Sequence[str], category: Category | None) -> bool:
        """Whether an account under a category is meant."""
        return self.names(account, handles) and self.of_series(category)

    def of_series(self, category: Category | None) -> bool:
        """Whether everything under a category is meant, as far as series are named."""
        named = (category.list_name, category.code) if category else (None, None)
        told = (self.list_name, self.category)
        return all(one is None or one == other for one, other in zip(told, named, strict=True))

    def names(self, account: AccountRecord, handles: Sequence[str] = ()) -> bool:
        """Whether an account is meant, as far as accounts are named."""
        named = (self.account,) if self.account else ()
        return self.platform in (None, account.platform) and names_it(named, account, handles)


def scope_of(row: Row) -> Scope:
    """What a row is about."""
    told = {name: row.get(name) or None for name in ("platform", "account", "list", "category")}
    platform = platform_meant(told["platform"]) if told["platform"] else None
    return Scope(platform, told["account"], told["list"], told["category"])


def strayed(table: str, scope: Scope, place: tuple[str, int], register: Register, lists: Lists) -> Iterable[Finding]:
    """A finding for a row about an account or series that is in no register or list: it may be misspelt."""
    accounts = [entry.account for entry in register.entries]
    names = [one.handle or one.native_id for one in accounts if scope.platform in (None, one.platform)]
    categories = [one for one in lists.categories if scope.list_name in (None, one.list_name)]
    if scope.account and not any(scope.names(entry.account, entry.handles) for entry in register.entries):
        yield _stray(table, "account", scope.account, names, place)
    if scope.list_name and not categories:
        yield _stray(table, "list", scope.list_name, {one.list_name for one in lists.categories}, place)
    elif scope.category and not any(one.code == scope.category for one in categories):
        yield _stray(table, "category", scope.category, {one.code for one in categories}, place)


def near(told: str, known: Iterable[str]) -> dict[str, Any]:
    """The known name that comes nearest, in words; nothing where none is near."""
    return {name: words for name, words in nearest(told, set(known)).items() if name != "known"}


def _stray(table: str, column: str, told: str, known: Iterable[str], place: tuple[str, int]) -> Finding:
    path, row = place
    words = in_words(table, column) | near(told, known)
    return make("SMA-S094", path=path, item=str(row), row=row, value=told, **words)
