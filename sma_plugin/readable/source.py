"""Which posts are shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Source(NamedTuple):
    """The posts that are shown, where the paths of their media begin, and whether third parties are protected."""

    posts: Path
    files: Path
    protected: bool
