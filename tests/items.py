"""What a reader gave, sorted out, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sma_plugin.model import Post, Problem

Kind = TypeVar("Kind")


def kinds(items: Iterable[object], kind: type[Kind]) -> list[Kind]:
    """The items of one kind."""
    return [one for one in items if isinstance(one, kind)]


def posts(items: Iterable[object]) -> list[Post]:
    """The posts."""
    return kinds(items, Post)


def codes(items: Iterable[object]) -> list[str]:
    """The codes of what was remarked."""
    return [one.code for one in kinds(items, Problem)]
