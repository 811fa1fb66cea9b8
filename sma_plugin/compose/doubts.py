"""Where name, stated MIME type and bytes of a kept file tell different formats, or nothing tells one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import msgspec

from sma_plugin.bundle.names import printable
from sma_plugin.compose.copy import Copied
from sma_plugin.facts import facts
from sma_plugin.findings import Finding, make
from sma_plugin.formats.identify import Format

_STATED = """SELECT DISTINCT json_extract(medium.value, '$.path') AS path, json_extract(medium.value, '$.mime') AS mime
FROM post_version, json_each(post_version.state, '$.media') AS medium
WHERE post_version.state LIKE '%"mime"%' AND path IS NOT NULL AND mime IS NOT NULL"""
_NAMED = 5
"""How many ids are told where a name promises one of many."""


class _Same(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[str, str]
    containers: dict[str, str]


@cache
def _same() -> _Same:
    return facts(__package__, "mime_types.toml", _Same)


def stated_types(db: sqlite3.Connection) -> dict[str, str]:
    """The MIME type that a capture gives of a medium, by its delivered path."""
    return dict(db.execute(_STATED))


def doubts(copied: Iterable[Copied], stated: Mapping[str, str]) -> Iterator[Finding]:
    """Findings on files whose format is in doubt. Nothing is said of empty files: that is told elsewhere."""
    for one in copied:
        if one.file.size:
            delivered = one.file.delivered or one.file.path
            yield from _doubts(one.format, printable(delivered), one.file.capture, stated.get(delivered))


def _doubts(found: Format, path: str, capture: str | None, stated: str | None) -> Iterator[Finding]:
    if found.puid is None:
        expected = ", ".join(found.promised[:_NAMED]) + (", …" if found.promised[_NAMED:] else "")
        yield make("SMA-F004" if expected else "SMA-F003", path=path, capture=capture, expected=expected)
        return
    name = " ".join(filter(None, (found.name or found.mime, found.version)))
    if found.ill_named:
        yield make("SMA-F001", path=path, capture=capture, format=name, puid=found.puid)
    if stated and _conflicts(stated, found):
        yield make("SMA-F002", path=path, capture=capture, format=name, puid=found.puid, stated=printable(stated))


def _conflicts(stated: str, found: Format) -> bool:
    """Whether a stated type is none of the format's. Without a type or a signature there is nothing to compare."""
    if found.basis != "bytes" or not found.types:
        return False
    return _one(stated) not in {_one(kind) for kind in (found.mime, *found.types)}


def _one(kind: str) -> str:
    """A type by its registered name, a container by what it holds most (``mime_types.toml``)."""
    plain = kind.partition(";")[0].strip().lower()
    plain = _same().names.get(plain, plain)
    return _same().containers.get(plain, plain)
