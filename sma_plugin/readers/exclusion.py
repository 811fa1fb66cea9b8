"""What may not enter a package, as data: ``exclusions/<reader>.toml`` and the classes in ``exclusions/classes.toml``.

A rule names paths below a capture's root (regular expressions, whole path, case-insensitive) or an item that the
reader finds inside a file (no paths). PRODUCT.md 4.5 says what is out of scope and why.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

Stays = Mapping[str, "Stays"]


class ExclusionClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of material that stays out, with the reason as users read it."""

    label: dict[str, str]
    reason: dict[str, str]
    unit: str = "files"
    by_decision: bool = False
    """Whether it may be kept when a role decides so (PRODUCT.md 4.5: own likes and follows)."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of one reader: its class and the members that it covers (none for items inside a file)."""

    kind: str
    paths: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    """Names that the answers to queries (GraphQL) give what they give, under ``data``: regular expressions as well."""
    members: tuple[str, ...] = ()
    """Names of members, or of types, that only such an answer has: regular expressions, for where no address tells."""
    note: str = ""
    cell: bool = False
    """True for cells of tables: what stands between them stays, so that the others keep their columns."""
    stays: tuple[str, ...] = ()
    """Of JSON about a person: the members that stay, by their paths ("account/username"); every other one is cut."""


def _load(name: str) -> dict[str, object]:
    resource = files(__package__).joinpath("exclusions", f"{name}.toml")
    return tomllib.loads(resource.read_text(encoding="utf-8")) if resource.is_file() else {}


@cache
def classes() -> dict[str, ExclusionClass]:
    """Every class of excluded material."""
    return msgspec.convert(_load("classes"), dict[str, ExclusionClass])


@cache
def rules(reader: str) -> dict[str, Rule]:
    """The rules of one reader by id (``<reader>.<name>``)."""
    found = msgspec.convert(_load(reader), dict[str, Rule])
    unknown = {rule.kind for rule in found.values()} - set(classes())
    if unknown:
        raise ValueError(f"exclusions/{reader}.toml names classes that do not exist: {', '.join(sorted(unknown))}")
    return {f"{reader}.{name}": rule for name, rule in found.items()}


def rule_for(reader: str, path: str) -> str | None:
    """The id of the first rule that covers the member at ``path`` (relative to the root); ``None`` when none does."""
    return next((name for name, covers in _paths(reader) if covers(path)), None)


@cache
def _paths(reader: str) -> list[tuple[str, Callable[[str], object]]]:
    return [
        (name, re.compile(path, re.IGNORECASE).fullmatch) for name, one in rules(reader).items() for path in one.paths
    ]


def rule_for_answer(reader: str, names: Iterable[str]) -> str | None:
    """The id of the first rule that covers the answer to a query with one of these names; ``None`` when none does."""
    return next((rule for name in names for rule, query in _queries(reader) if query.fullmatch(name)), None)


@cache
def _queries(reader: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(rule, re.compile(query, re.IGNORECASE)) for rule, one in rules(reader).items() for query in one.queries]


def rule_of_members(reader: str, answer: Any) -> str | None:
    """The id of the rule that an answer falls under by names of members near its top; ``None`` when none does."""
    patterns = _members(reader)
    names = set(_names(answer, _NEAR)) if patterns else ()
    return next((rule for pattern, rule in patterns for name in names if pattern.fullmatch(name)), None)


_NEAR, _LISTED = 4, 50
"""So many levels of objects are looked at (``data``, what was asked for, what that holds), and items of a list."""


@cache
def _members(reader: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = rules(reader).items()
    return tuple((re.compile(name, re.IGNORECASE), rule_id) for rule_id, rule in found for name in rule.members)


def _names(value: Any, levels: int) -> Iterable[str]:
    """Names of members that hold something, and of types as objects state them (``$type``)."""
    if isinstance(value, list):
        for one in value[:_LISTED]:
            yield from _names(one, levels)
    elif isinstance(value, Mapping) and levels:
        if isinstance(stated := value.get("$type"), str):
            yield stated
        for name, one in value.items():
            if one not in (None, "", [], {}):
                yield name
                yield from _names(one, levels - 1)


def class_of(rule: str) -> str:
    """The class of a rule by its id. Raises ``KeyError`` for an unknown one."""
    return rules(rule.partition(".")[0])[rule].kind


def plain_name(name: str) -> str:
    """The name of a member without what generations of an export change: capitals, spaces, underscores.

    >>> plain_name("account_id") == plain_name("Account ID") == plain_name("accountId")
    True
    """
    return re.sub(r"[ _]", "", name).casefold()


@cache
def stays(rule: str) -> Stays:
    """The members that a rule lets stay, each with those within it; an empty one stays whole."""
    tree: dict[str, Any] = {}
    for path in rules(rule.partition(".")[0])[rule].stays:
        inner = tree
        for name in path.split("/"):
            inner = inner.setdefault(plain_name(name), {})
    return tree


def is_of_cells(rule: str) -> bool:
    """Whether a rule takes single cells out of the rows of tables."""
    found = rules(rule.partition(".")[0]).get(rule)
    return found is not None and found.cell
