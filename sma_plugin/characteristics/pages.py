"""Captured pages from which no posts were read, by host: said where nobody could read them, or nothing was in them.

The pages of a platform hold posts, or fetch them from elsewhere: where posts of the platform came with the same capture
its pages are not said to lack them.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from sma_plugin.findings import Finding, make
from sma_plugin.history.platforms import platform_at

_PAGES = """
SELECT capture.id, capture.name, resource.url FROM resource JOIN capture ON capture.id = resource.capture
LEFT JOIN evidence AS own ON own.subject = 'resource' AND own.subject_id = resource.id AND own.number = 0
WHERE resource.role = 'page' AND NOT EXISTS (
  SELECT 1 FROM temp.read_place AS place WHERE place.path = own.path AND place.offset IS own.offset)
ORDER BY capture.id, resource.id"""
_READ = """
CREATE TEMP TABLE read_place AS SELECT DISTINCT path, offset FROM evidence WHERE subject = 'version';
CREATE INDEX temp.read_at ON read_place (path, offset);
CREATE TEMP TABLE read_of AS SELECT DISTINCT path.capture, account.platform FROM evidence
JOIN path ON path.id = evidence.path JOIN post_version ON post_version.id = evidence.subject_id
JOIN post ON post.id = post_version.post JOIN account ON account.id = post.account
WHERE evidence.subject = 'version';"""
_SHOWN = 5
"""So many hosts are named; of more their number is told."""


def pages_without_posts(db: sqlite3.Connection) -> Iterator[Finding]:
    """A finding for each capture with such pages. ``db`` needs a writable temporary schema."""
    db.executescript(_READ)
    try:
        read = set(db.execute("SELECT capture, platform FROM temp.read_of"))
        unread: dict[str, Counter[str]] = {}
        for number, capture, url in db.execute(_PAGES):
            host = _host(url)
            if (number, platform_at(host)) not in read:
                unread.setdefault(capture, Counter())[host or "?"] += 1
    finally:
        db.executescript("DROP TABLE temp.read_place; DROP TABLE temp.read_of")
    for capture, hosts in unread.items():
        yield make("SMA-H010", capture=capture, count=hosts.total(), hosts=_named(hosts))


def _named(hosts: Counter[str]) -> str:
    told = [f"{host} ({count})" for host, count in hosts.most_common(_SHOWN)]
    return ", ".join(told) + (f" … (+{len(hosts) - _SHOWN})" if len(hosts) > _SHOWN else "")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
