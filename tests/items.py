"""What a reader gave, sorted out, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from sma_plugin.model import Item, Post, Problem
from sma_plugin.testing import capture

Kind = TypeVar("Kind")
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
"""Values of JSON, small ones."""


def kinds(items: Iterable[object], kind: type[Kind]) -> list[Kind]:
    """The items of one kind."""
    return [one for one in items if isinstance(one, kind)]


def posts(items: Iterable[object]) -> list[Post]:
    """The posts."""
    return kinds(items, Post)


def codes(items: Iterable[object]) -> list[str]:
    """The codes of what was remarked."""
    return [one.code for one in kinds(items, Problem)]


@dataclass(frozen=True)
class Read:
    """What a reader gives of files (name and contents)."""

    reader: Any

    def items(self, contents: Mapping[str, bytes]) -> list[Item]:
        """Everything."""
        return list(self.reader.read(capture(contents, self.reader)))

    def posts(self, contents: Mapping[str, bytes]) -> list[Post]:
        """The posts."""
        return posts(self.items(contents))

    def problems(self, contents: Mapping[str, bytes]) -> list[str]:
        """The codes of what was remarked."""
        return codes(self.items(contents))

    def only(self, contents: Mapping[str, bytes]) -> Post:
        """The one post."""
        (post,) = self.posts(contents)
        return post
