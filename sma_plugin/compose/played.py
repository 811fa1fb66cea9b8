"""Whether the media of a package play: each file is decoded once its copy stands in the package, and is told if not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sma_plugin.bundle.names import printable
from sma_plugin.compose.copy import Copied
from sma_plugin.compose.planning import Planned
from sma_plugin.findings import Finding, make
from sma_plugin.formats.conversion import tools
from sma_plugin.formats.playing import ENDS, Playing, all_playing
from sma_plugin.notation import word_in_each
from sma_plugin.package import Package
from sma_plugin.processes import Tick
from sma_plugin.settings import Settings

_MEDIA = "SELECT DISTINCT path FROM media WHERE path IS NOT NULL AND fault IS NULL AND kind <> 'document'"
_FEATURE = "leesbaar"
"""The feature of DUTO that is touched when a medium does not play."""


def played(
    db: sqlite3.Connection, copied: Iterable[Copied], package: Package, store: Path, settings: Settings, tick: Tick
) -> dict[str, Playing]:
    """What came of decoding the media of posts that are files of the package, by delivered path.

    What is wrong by its structure is known already, and is not decoded. What is no image, sound or video is left out.
    """
    of_posts = _of_posts(db, settings)
    files = {one.file.delivered: one.file for one in copied if one.file.delivered in of_posts}
    media = {one.sha256: package.path(one.path) for one in files.values()}
    found = all_playing(media, store, tick, ENDS if settings.defaults.decode_media == "ends" else None)
    told = {delivered: found[one.sha256] for delivered, one in files.items() if delivered}
    return {delivered: one for delivered, one in told.items() if one.kind}


def to_play(planned: Planned, settings: Settings) -> int:
    """The bytes of all files that :func:`played` will have looked at when this package is composed."""
    with closing(sqlite3.connect(planned.history)) as db:
        of_posts = _of_posts(db, settings)
    takes = (take.member for taking in planned.takings for take in taking.takes)
    return sum(member.entry.size for member in takes if member.path in of_posts)


def _of_posts(db: sqlite3.Connection, settings: Settings) -> set[str]:
    """The delivered paths of media of posts, of which it is to be found out whether they play."""
    if settings.defaults.decode_media == "none":
        return set()
    return {path for (path,) in db.execute(_MEDIA)}


def unplayable(found: Mapping[str, Playing]) -> Iterator[Finding]:
    """A finding for each medium that does not play, and one for each tool for want of which that is not known."""
    missing: dict[str, int] = {}
    for path, one in found.items():
        if one.plays or one.refusal is None:
            continue
        if one.plays is None and one.refusal.detail in tools():
            missing[one.refusal.detail] = missing.get(one.refusal.detail, 0) + 1
        else:
            told = one.refusal.told() | word_in_each("feature", "feature", _FEATURE)
            yield make("SMA-K020", path=printable(path), cause=one.refusal.why, **told)
    for tool, count in missing.items():
        install = tools()[tool].install
        yield make("SMA-K021", tool=tool, count=count, install_nl=install.nl, install_en=install.en)
