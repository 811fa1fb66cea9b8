"""Which form of X's API a JSON object is, told from its keys alone; also from the first bytes of a file.

The same table serves recognition (a head of 4 KiB, cut anywhere) and reading (whole objects). Names decide only where
they are X's own; objects with keys that other platforms use in the same place are left alone.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Literal, NamedTuple

import msgspec

from sma_plugin.facts import facts

Form = Literal[
    "page", "errors", "search", "post", "status", "user", "old-user", "list", "count", "compliance", "notice",
    "snscrape", "direct-message",
]  # fmt: skip
NOT_POSTS: frozenset[Form] = frozenset({"list", "count", "compliance"})


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of ``api_forms.toml``."""

    form: Form
    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    least: int = 1
    cut: bool = False

    def covers(self, names: AbstractSet[str], *, whole: bool) -> bool:
        """Whether an object with these names is of this form."""
        if (self.cut and whole) or not names >= self.all or names & self.none:
            return False
        return (not self.within or names <= self.within) and (not self.any or len(names & self.any) >= self.least)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[str, frozenset[str]]
    form: tuple[Rule, ...]


@cache
def _table() -> _Table:
    return facts(__package__, "api_forms.toml", _Table)


class Keys(NamedTuple):
    """The names at the first level of an object, and of the object inside each of its members; whether it is whole."""

    names: frozenset[str]
    inner: dict[str, frozenset[str]]
    whole: bool = True


def form_of(names: AbstractSet[str], *, whole: bool = True) -> Form | None:
    """The form of one object with these names; ``None`` when it is none of X's. Pages are told elsewhere."""
    return next((rule.form for rule in _table().form if rule.covers(names, whole=whole)), None)


def form_of_keys(keys: Keys) -> Form | None:
    """The form of a document or line of a file of which nothing else is known."""
    names, inner = keys.names, keys.inner
    if "events" in names and inner.get("events", frozenset()) & {"message_create", "dm_conversation_id"}:
        return "direct-message"
    if _is_page(keys):
        item = item_form(keys)
        return item if item == "direct-message" else "page"
    return "errors" if _is_error(names) else _document_form(names, whole=keys.whole)


def _document_form(names: AbstractSet[str], *, whole: bool) -> Form | None:
    if "statuses" in names and names <= {"statuses", "search_metadata"}:
        return "search"
    return form_of(names, whole=whole)


def item_form(keys: Keys) -> Form | None:
    """The form of the items of a page, as far as its beginning tells."""
    inner = keys.inner.get("data", frozenset())
    return form_of(inner) or form_of(inner, whole=False) if inner else None


def _is_page(keys: Keys) -> bool:
    """Other platforms have ``data`` too: what is in it decides, or a name that only X and twarc use beside it."""
    names = keys.names
    if not names <= _table().names["page"]:
        return False
    if "data" in names and keys.inner.get("data"):
        return bool(item_form(keys)) or "__twarc" in names
    return bool("__twarc" in names or "result_count" in keys.inner.get("meta", ()))


def _is_error(names: AbstractSet[str]) -> bool:
    known = names <= _table().names["errors"]
    return known and bool(names & {"errors", "error"} or names >= {"title", "status"})


def form_of_whole(names: AbstractSet[str]) -> Form | None:
    """The form of a whole object whose file or response is known to be X's; what is in a page is told later."""
    if names <= _table().names["page"] and names & {"data", "includes", "meta", "__twarc"}:
        return "page"
    if "events" in names and names <= {"events", "apps", "next_cursor"}:
        return "direct-message"
    return "errors" if _is_error(names) else _document_form(names, whole=True)


_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]', re.DOTALL)
MAX_OBJECTS = 4


def head_of(data: bytes) -> bytes:
    """The first bytes of a file as text: byte order mark and white space left out."""
    return data.removeprefix(codecs.BOM_UTF8).lstrip()


def keys_in(head: bytes) -> Iterator[Keys]:
    """The keys of the first objects in a head: the document itself, the items of an array, or the first lines.

    Only the object that the head's end cuts off is not ``whole``.
    """
    if head[:1] not in (b"{", b"["):
        return
    walk = _Walk(base=1 if head[:1] == b"[" else 0)
    found = 0
    for token in _TOKEN.finditer(head):
        keys = walk.take(token)
        if keys:
            yield keys
            found += 1
            if found == MAX_OBJECTS:
                return
    if walk.names:
        yield walk.keys(whole=False)


class _Walk:
    """Counts brackets and notes the names at the first level and one below it."""

    def __init__(self, base: int) -> None:
        self._base, self._stack = base, b""
        self._member, self._seen = "", 0
        self.names: set[str] = set()
        self.inner: dict[str, set[str]] = {}

    def take(self, token: re.Match[bytes]) -> Keys | None:
        """The next token; gives the keys of an object when it ends."""
        sign = token.group()
        if sign in (b"{", b"["):
            self._stack += sign
        elif sign in (b"}", b"]"):
            self._stack = self._stack[:-1]
            if len(self._stack) == self._base and sign == b"}":
                keys = self.keys(whole=True)
                self.names, self.inner = set(), {}
                return keys
        elif token.group(2):
            self._name(token.group(1).decode("utf-8", "replace"))
        return None

    def _name(self, name: str) -> None:
        below = self._stack[self._base :]
        if below == b"{":
            self._member = name
            self.names.add(name)
        elif below in (b"{{", b"{[{"):
            self.inner.setdefault(self._member, set()).add(name)

    def keys(self, *, whole: bool) -> Keys:
        """What was noted so far."""
        inner = {name: frozenset(found) for name, found in self.inner.items()}
        return Keys(frozenset(self.names), inner, whole)
