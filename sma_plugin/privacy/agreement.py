"""Whether an access copy and what is said of it agree: the event, the key that it names, and the pseudonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding, make
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.privacy.keys import Key
from sma_plugin.privacy.people import People

REDACTION, REPRESENTATION = "redaction", "representation:access"
"""Type and object of the event by which a copy for access is made."""
_KEY = re.compile(r"\bkey (k-[0-9a-z]+)")
_PSEUDONYM = re.compile(rb'"([pbx][0-9a-z]+-[0-9a-hjkmnp-tv-z]{16})"')


def key_of(package: Package) -> str | None:
    """The key that an access copy was made with, as its event says; ``None`` where none does."""
    events = read_json_lines(package.all_events, Event)
    told = (_KEY.search(one.detail) for one in events if one.type == REDACTION and REPRESENTATION in one.objects)
    return next((found[1] for found in told if found), None)


def check_access_copy(package: Package, key: Key | None = None, people: People | None = None) -> Iterator[Finding]:
    """What is wrong with the key of an access copy. With the key pseudonyms are held against those of ``people``.

    These are the people of the package, and were met.
    """
    if not package.access_posts.is_file():
        return
    path = package.access_posts.relative_to(package.root).as_posix()
    stated = key_of(package)
    if stated is None:
        yield make("SMA-P013", path=path)
        return
    told = _pseudonyms(package.access_posts)
    mark = stated.removeprefix("k-")
    if any(name[1:].partition("-")[0] != mark for name in told):
        yield make("SMA-P012", path=path, stated=stated)
    elif key is not None and key.id == stated and people is not None:
        called = {name for name in told if name[0] == "p"}
        if called and called.isdisjoint(people.pseudonyms()):
            yield make("SMA-P014", path=path, stated=stated)


def _pseudonyms(path: Path) -> set[str]:
    """Every pseudonym that stands in a copy as an identifier."""
    with path.open("rb") as stream:
        return {found.decode() for line in stream for found in _PSEUDONYM.findall(line)}
