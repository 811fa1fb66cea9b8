"""The posts of stored packages, AIPs and archives of them, as often as they are needed; nothing of them is changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sma_plugin.formats import activitystreams
from sma_plugin.model import HistoryItem
from sma_plugin.stored.fixity import verified
from sma_plugin.stored.opened import Stored, open_stored
from sma_plugin.texts import UserError

Read = Callable[[], Iterator[HistoryItem]]
"""Gives the items of a history, anew each time."""


class Posts(NamedTuple):
    """The posts of one stored package."""

    stored: Stored
    read: Read

    @property
    def name(self) -> str:
        """What the package calls itself."""
        return self.stored.name


@contextmanager
def stored_posts(paths: Sequence[Path]) -> Iterator[list[Posts]]:
    """The posts of every package at these paths. Raises :class:`UserError` for one whose posts were changed."""
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        found = open_stored(paths, Path(folder))
        for one in found:
            if verified(one.package) is None:
                raise UserError("package_altered", package=one.name, path=one.named)
        yield [Posts(one, _reading(one.package.posts)) for one in found]


def _reading(path: Path) -> Read:
    return lambda: (line.item for line in activitystreams.read_lines(path))
