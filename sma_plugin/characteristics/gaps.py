"""What is missing of an account, as far as the captures themselves show it: each gap a finding.

Works on the history of a delivery and on the slice of it that is in a package, so that numbers are the package's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from sma_plugin.characteristics.intervals import Timed, lapsed, microseconds, silences, timed_captures
from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.notation import day, word
from sma_plugin.texts import LANGUAGES

_MISSING_MEDIA = """
SELECT count(DISTINCT media.id) FROM media JOIN media_use ON media_use.media = media.id
JOIN post_version ON post_version.id = media_use.version JOIN post ON post.id = post_version.post
WHERE (media.path IS NULL OR media.fault IS NOT NULL) AND post.class = 'own'"""
_ORPHANS = """
SELECT count(*) FROM post JOIN thread_order AS told ON told.post = post.id
WHERE post.class IN ('own', 'reply') AND told.parent IS NULL
AND EXISTS (SELECT 1 FROM relation WHERE relation.post = post.id AND relation.kind = 'reply')"""
_SAID = """
SELECT status, count(DISTINCT coalesce(post, -account)) FROM observation WHERE status IS NOT NULL
GROUP BY status ORDER BY status"""
_EDITED = """
SELECT count(*) FROM (
  SELECT post FROM post_version JOIN post ON post.id = post_version.post WHERE post.class = 'own'
  GROUP BY post HAVING count(*) = 1 AND count(edited_us) = 1)"""
_UNCAPTURED = """
SELECT count(*), sum(stated - captured) FROM (
  SELECT seen.stated, (SELECT count(*) FROM thread_order WHERE parent = seen.post) AS captured FROM (
    SELECT post, json_extract(counts, '$.replies') AS stated, max(coalesce(at_us, 0)) FROM observation
    JOIN post ON post.id = observation.post
    WHERE post.class = 'own' AND json_extract(counts, '$.replies') IS NOT NULL GROUP BY post) AS seen)
WHERE stated > captured"""
_FAILURES = """
SELECT capture.name, resource.url, resource.status, coalesce(path.kept, path.path), evidence.offset
FROM resource JOIN capture ON capture.id = resource.capture
LEFT JOIN evidence ON evidence.subject = 'resource' AND evidence.subject_id = resource.id AND evidence.number = 0
LEFT JOIN path ON path.id = evidence.path WHERE resource.role = 'failure' ORDER BY resource.id"""
_PAGES = """
SELECT capture.id, capture.name, count(*) FROM resource JOIN capture ON capture.id = resource.capture
WHERE resource.role = 'page' GROUP BY capture.id ORDER BY capture.id"""
_MET = """
CREATE TEMP TABLE met (capture INTEGER, post INTEGER, PRIMARY KEY (capture, post)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.met SELECT path.capture, post.id FROM evidence
JOIN path ON path.id = evidence.path JOIN post_version ON post_version.id = evidence.subject_id
JOIN post ON post.id = post_version.post WHERE evidence.subject = 'version' AND post.class = 'own';"""
_SPAN = """
SELECT min(created_us), max(created_us) FROM post JOIN temp.met ON met.post = post.id WHERE met.capture = ?"""
_GONE = """
SELECT coalesce(url, native_id) FROM post WHERE class = 'own' AND withdrawn IS NULL
AND created_us BETWEEN ? AND ? AND id IN (SELECT post FROM temp.met WHERE capture IN ({earlier}))
AND id NOT IN (SELECT post FROM temp.met WHERE capture IN ({since})) ORDER BY created_us, id"""


def gaps(db: sqlite3.Connection) -> Iterator[Finding]:
    """Every gap that the history shows. ``db`` needs a writable temporary schema."""
    missing = db.execute(_MISSING_MEDIA).fetchone()[0]
    if missing:
        yield make("SMA-H005", count=missing)
    orphans = db.execute(_ORPHANS).fetchone()[0]
    if orphans:
        yield make("SMA-H006", count=orphans)
    for status, count in db.execute(_SAID):
        said = {f"said_{language}": word("observed", status, language) for language in LANGUAGES}
        yield make("SMA-H012", count=count, said_nl=said["said_nl"], said_en=said["said_en"])
    yield from _failures(db)
    yield from silences(db)
    yield from lapsed(db)
    yield from _edited(db)
    yield from _unanswered(db)
    db.executescript(_MET)
    try:
        yield from _pages_without_posts(db)
        yield from _not_met_again(db)
    finally:
        db.execute("DROP TABLE temp.met")


def _edited(db: sqlite3.Connection) -> Iterator[Finding]:
    """Posts that were edited, and of which no earlier text is here."""
    (count,) = db.execute(_EDITED).fetchone()
    if count:
        yield make("SMA-H043", count=count)


def _unanswered(db: sqlite3.Connection) -> Iterator[Finding]:
    """Replies that the platform counted when it was last looked at, and that were not captured."""
    posts, missing = db.execute(_UNCAPTURED).fetchone()
    if posts:
        yield make("SMA-H044", count=missing, posts=posts)


def _failures(db: sqlite3.Connection) -> Iterator[Finding]:
    """Login walls, refusals and missing pages, met where a page was expected."""
    for capture, url, status, path, offset in db.execute(_FAILURES):
        failed = status is not None and status >= 400
        yield make(
            "SMA-H009",
            path=path,
            offset=offset,
            item=url,
            capture=capture,
            value=url,
            cause_nl=f"status {status}" if failed else "een inlogscherm",
            cause_en=f"status {status}" if failed else "a login wall",
        )


def _pages_without_posts(db: sqlite3.Connection) -> Iterator[Finding]:
    """Captured pages are evidence as they are; that no posts were read from them has to be said."""
    for number, capture, count in db.execute(_PAGES).fetchall():
        if not db.execute("SELECT 1 FROM temp.met WHERE capture = ? LIMIT 1", (number,)).fetchone():
            yield make("SMA-H010", capture=capture, count=count)


def _not_met_again(db: sqlite3.Connection) -> Iterator[Finding]:
    """Own posts of an earlier capture that a later one should hold too, and that no later one does.

    Only a capture that says what it covers can tell: a platform's own export, or one with a declared period. Not met
    again is an observation; that a post was deleted needs evidence of its own (PRODUCT.md 4.2).
    """
    timed = timed_captures(db)
    for place, later in enumerate(timed):
        span = _covered(db, later)
        if not place or span is None:
            continue
        earlier = ", ".join(str(one.number) for one in timed[:place])
        since = ", ".join(str(one.number) for one in timed[place:])
        gone = [row[0] for row in db.execute(_GONE.format(earlier=earlier, since=since), span)]
        if gone:
            places = tuple(Place(item=address) for address in gone[:MAX_PLACES])
            days = {language: day(later.record.captured, language) for language in LANGUAGES}
            finding = make("SMA-H011", capture=later.record.id, date_nl=days["nl"], date_en=days["en"])
            yield msgspec.structs.replace(finding, count=len(gone), places=places)


def _covered(db: sqlite3.Connection, capture: Timed) -> tuple[int, int] | None:
    """First and last moment of which a capture claims to hold every post; ``None`` when it claims nothing."""
    record = capture.record
    start, end = microseconds(record.period_from), microseconds(record.period_until)
    if start is not None and end is not None:
        return start, min(end, capture.at)
    span: tuple[int | None, int | None] = db.execute(_SPAN, (capture.number,)).fetchone()
    if record.technique != "platform-export" or span[0] is None or span[1] is None:
        return None
    return span[0], span[1]
