"""What is missing of an account, as far as the captures themselves show it: each gap a finding.

Works on the history of a delivery and on the slice of it that is in a package, so that numbers are the package's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from sma_plugin.characteristics.intervals import lapsed, silences
from sma_plugin.characteristics.pages import pages_without_posts
from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.history.absent import Absent, absent, with_met
from sma_plugin.history.techniques import by_techniques
from sma_plugin.notation import day, word, word_in_each
from sma_plugin.texts import LANGUAGES

_MISSING_MEDIA = """
SELECT count(DISTINCT media.id) FROM media JOIN media_use ON media_use.media = media.id
JOIN post_version ON post_version.id = media_use.version JOIN post ON post.id = post_version.post
WHERE media.id NOT IN (SELECT id FROM medium_here) AND post.class = 'own'"""
_ORPHANS = """
SELECT coalesce(post.url, post.native_id), post.class = 'own' FROM post JOIN account ON account.id = post.account
JOIN thread_order AS told ON told.post = post.id
WHERE post.class IN ('own', 'reply') AND told.parent IS NULL
AND EXISTS (SELECT 1 FROM relation WHERE relation.post = post.id AND relation.kind = 'reply')
AND NOT EXISTS (
  SELECT 1 FROM relation JOIN alias ON alias.platform = account.platform
  AND alias.value = coalesce(relation.target, relation.target_url)
  WHERE relation.post = post.id AND relation.kind = 'reply')
ORDER BY post.class = 'own' DESC, post.created_us, post.id"""
"""What answers itself, or goes round in a circle, answers something that was captured."""
_UNSEEN_VERSIONS = """
SELECT coalesce(post.url, post.native_id), count(*) AS missing FROM post, json_each(post.revisions) AS revision
WHERE post.class = 'own' AND revision.value NOT IN (
  SELECT coalesce(version.native_id, post.native_id) FROM post_version AS version WHERE version.post = post.id)
GROUP BY post.id ORDER BY post.created_us, post.id"""
_SAID = """
SELECT status, count(DISTINCT coalesce(post, -account)) FROM observation WHERE status IS NOT NULL
GROUP BY status ORDER BY status"""
_EDITED = """
SELECT count(*) FROM (
  SELECT post FROM post_version JOIN post ON post.id = post_version.post WHERE post.class = 'own'
  GROUP BY post HAVING count(*) = 1 AND count(edited_us) = 1)"""
_UNCAPTURED = """
SELECT count(*), sum(stated - captured) FROM (
  SELECT seen.stated, coalesce(answers.number, 0) AS captured FROM (
    SELECT post, json_extract(counts, '$.replies') AS stated, max(coalesce(at_us, 0)) FROM observation
    JOIN post ON post.id = observation.post
    WHERE post.class = 'own' AND json_extract(counts, '$.replies') IS NOT NULL GROUP BY post) AS seen
  LEFT JOIN (SELECT parent, count(*) AS number FROM thread_order GROUP BY parent) AS answers
  ON answers.parent = seen.post)
WHERE stated > captured"""
_FAILURES = """
SELECT capture.name, resource.url, resource.status, coalesce(path.kept, path.path), evidence.offset
FROM resource JOIN capture ON capture.id = resource.capture
LEFT JOIN evidence ON evidence.subject = 'resource' AND evidence.subject_id = resource.id AND evidence.number = 0
LEFT JOIN path ON path.id = evidence.path WHERE resource.role = 'failure' ORDER BY resource.id"""


def gaps(db: sqlite3.Connection) -> Iterator[Finding]:
    """Every gap that the history shows. ``db`` needs a writable temporary schema."""
    missing = db.execute(_MISSING_MEDIA).fetchone()[0]
    if missing:
        yield make("SMA-H005", count=missing)
    yield from _broken_threads(db)
    yield from _broken_chains(db)
    for status, count in db.execute(_SAID):
        yield make("SMA-H012", count=count, **word_in_each("said", "observed", status))
    yield from _by_one_technique(db)
    yield from _failures(db)
    yield from silences(db)
    yield from lapsed(db)
    yield from _edited(db)
    yield from _unanswered(db)
    with_met(db)
    try:
        yield from pages_without_posts(db)
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


def _by_one_technique(db: sqlite3.Connection) -> Iterator[Finding]:
    """Own posts that only one of several techniques holds: the others cannot vouch for them."""
    found = by_techniques(db)
    for technique, count in found.items() if len(found) > 1 else ():
        if " + " not in technique:
            named = {language: word("technique", technique, language) for language in LANGUAGES}
            yield make("SMA-H019", count=count, technique_nl=named["nl"], technique_en=named["en"])


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


def _not_met_again(db: sqlite3.Connection) -> Iterator[Finding]:
    """Own posts of an earlier capture that a later one should hold too: one finding per interval."""
    gone: dict[tuple[int, int], list[Absent]] = {}
    for one in absent(db):
        gone.setdefault((one.last.number, one.since.number), []).append(one)
    for posts in gone.values():
        last, since = posts[0].last.record, posts[0].since.record
        places = tuple(Place(item=one.address) for one in posts[:MAX_PLACES])
        finding = make(
            "SMA-H011",
            capture=since.id,
            last_nl=day(last.captured, "nl"),
            last_en=day(last.captured, "en"),
            date_nl=day(since.captured, "nl"),
            date_en=day(since.captured, "en"),
        )
        yield msgspec.structs.replace(finding, count=len(posts), places=places)


def _broken_chains(db: sqlite3.Connection) -> Iterator[Finding]:
    """Posts whose source names versions that no capture holds."""
    rows = db.execute(_UNSEEN_VERSIONS).fetchall()
    if rows:
        places = tuple(Place(item=address) for address, _ in rows[:MAX_PLACES])
        finding = make("SMA-H014", missing=sum(missing for _, missing in rows))
        yield msgspec.structs.replace(finding, count=len(rows), places=places)


def _broken_threads(db: sqlite3.Connection) -> Iterator[Finding]:
    """Replies to what no capture holds. Of third parties' replies no address is named."""
    rows = db.execute(_ORPHANS).fetchall()
    if rows:
        places = tuple(Place(item=address) for address, own in rows if own)[:MAX_PLACES]
        yield msgspec.structs.replace(make("SMA-H006"), count=len(rows), places=places)
