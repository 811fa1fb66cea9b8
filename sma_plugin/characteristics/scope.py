"""What is measured: everything, what one capture holds, or what belongs to one account; as views on the history.

A version of a post is what all captures say together. What one sighting states of it is kept with its evidence
(:mod:`sma_plugin.history.says`), so that no capture is credited with what another one brought.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from sma_plugin.characteristics.emoji import says_emoji
from sma_plugin.history.says import BITS, stated
from sma_plugin.model import PostState

EMOJI = 1 << len(BITS)
"""The bit of a text with emoji, in what is known of a version."""
_KNOWN = BITS | {"emoji": EMOJI}
_EVERYTHING = """
CREATE TEMP TABLE told AS SELECT id FROM capture;
CREATE TEMP TABLE seen AS SELECT DISTINCT subject, subject_id FROM evidence JOIN path ON path.id = evidence.path
WHERE path.capture IS NOT NULL;"""
_OF_CAPTURE = """
CREATE TEMP TABLE told AS SELECT id FROM capture WHERE id = {number};
CREATE TEMP TABLE seen AS SELECT DISTINCT subject, subject_id FROM evidence JOIN path ON path.id = evidence.path
WHERE path.capture IN (SELECT id FROM temp.told);"""
_OF_ACCOUNT = """
CREATE TEMP TABLE mine (post INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO mine SELECT id FROM post WHERE account = {number};
INSERT OR IGNORE INTO mine SELECT id FROM post WHERE placed_on = {number};
INSERT OR IGNORE INTO mine SELECT post FROM thread_order WHERE thread IN (
  SELECT told.thread FROM temp.mine JOIN thread_order AS told ON told.post = mine.post);
CREATE TEMP TABLE seen AS SELECT 'version' AS subject, id AS subject_id FROM post_version
  WHERE post IN (SELECT post FROM temp.mine)
UNION ALL SELECT 'profile', id FROM profile_version WHERE account = {number}
UNION ALL SELECT 'observation', id FROM observation WHERE post IN (SELECT post FROM temp.mine);
CREATE TEMP TABLE told AS SELECT DISTINCT path.capture AS id FROM temp.seen
  JOIN evidence ON evidence.subject = seen.subject AND evidence.subject_id = seen.subject_id
  JOIN path ON path.id = evidence.path WHERE path.capture IS NOT NULL;
INSERT INTO seen SELECT 'resource', id FROM resource WHERE capture IN (SELECT id FROM temp.told);
DROP TABLE mine;"""
_SAID = """
CREATE TEMP TABLE said AS SELECT evidence.subject_id AS version, coalesce(evidence.says, -1) AS says, fact.post
FROM evidence JOIN path ON path.id = evidence.path JOIN temp.fact ON fact.version = evidence.subject_id
WHERE evidence.subject = 'version' AND path.capture IN (SELECT id FROM temp.told)
AND evidence.subject_id IN (SELECT subject_id FROM temp.seen WHERE subject = 'version')
GROUP BY 1, 2;
CREATE TEMP TABLE pictured AS SELECT profile_record.profile, part FROM profile_record
JOIN resource ON resource.id = profile_record.resource WHERE resource.capture IN (SELECT id FROM temp.told);
CREATE TEMP TABLE here AS SELECT id FROM medium_here WHERE id IN (
  SELECT media FROM media_record JOIN resource ON resource.id = media_record.resource
  WHERE resource.capture IN (SELECT id FROM temp.told)
  UNION SELECT media_use.media FROM media_use JOIN media ON media.id = media_use.media AND media.path IS NOT NULL
  JOIN temp.said ON said.version = media_use.version WHERE said.says & {file});"""
_VIEWS = {
    "kept_version": """SELECT post_version.*, json_extract(state, '$.text') AS text, fact.known FROM post_version
        JOIN temp.fact ON fact.version = post_version.id
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'version')""",
    "kept_word": """SELECT * FROM observation
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'observation')""",
    "kept_post": """SELECT post.*, account.native_id AS author FROM post JOIN account ON account.id = post.account
        WHERE post.class <> 'incidental' AND post.id IN (
            SELECT post FROM temp.said UNION SELECT post FROM temp.kept_word)""",
    "captured_post": "SELECT * FROM temp.kept_post WHERE id IN (SELECT post FROM temp.said)",
    "changed_post": """SELECT * FROM temp.captured_post WHERE class = 'own' AND (
        json_array_length(coalesce(revisions, '[]')) > 1
        OR id IN (SELECT post FROM post_version WHERE edited_us IS NOT NULL))""",
    "kept_media": """SELECT media.* FROM media WHERE id IN (
        SELECT media FROM media_use WHERE version IN (SELECT version FROM temp.said))""",
    "unplayable": """SELECT media.id FROM media JOIN temp.played ON played.path = media.path WHERE NOT played.plays""",
    "decoded": "SELECT media.id FROM media JOIN temp.played ON played.path = media.path WHERE played.plays",
    "kept_observation": "SELECT * FROM observation WHERE post IN (SELECT id FROM temp.kept_post)",
    "more_replies": """SELECT post, stated - coalesce(number, 0) AS more FROM (
            SELECT post, max(coalesce(at_us, 0)), json_extract(counts, '$.replies') AS stated
            FROM temp.kept_observation WHERE json_extract(counts, '$.replies') IS NOT NULL
            AND post IN (SELECT id FROM temp.kept_post WHERE class = 'own') GROUP BY post)
        LEFT JOIN (
            SELECT parent, count(*) AS number FROM thread_order
            WHERE post IN (SELECT id FROM temp.kept_post) GROUP BY parent) ON parent = post
        WHERE stated > coalesce(number, 0)""",
    "kept_profile": """SELECT * FROM profile_version
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'profile')""",
    "own_profile": "SELECT * FROM temp.kept_profile WHERE account IN (SELECT id FROM account WHERE own)",
    "linked": """SELECT link.* FROM temp.link JOIN post ON post.id = link.post AND post.class = 'own'
        WHERE version IN (SELECT version FROM temp.said)""",
    "kept_resource": """SELECT * FROM resource
        WHERE id IN (SELECT subject_id FROM temp.seen WHERE subject = 'resource')""",
    "kept_tally": "SELECT * FROM tally WHERE capture IN (SELECT id FROM temp.told)",
    "kept_relation": "SELECT * FROM relation WHERE post IN (SELECT post FROM temp.said)",
}
_MADE = {
    "kept_post": "CREATE UNIQUE INDEX temp.kept_post_id ON kept_post (id)",
    "kept_profile": "CREATE INDEX temp.kept_profile_at ON kept_profile (account, at_us)",
}
"""What nearly everything asks for: made once as a table with an index, rather than looked for each time."""
_STATES = "SELECT id, post, state FROM post_version"
_PLACES = """
SELECT url, id, NULL FROM resource WHERE role IN ('page', 'document') AND coalesce(status, 200) < 400
UNION ALL SELECT url, NULL, id FROM post WHERE url IS NOT NULL"""
_REACHED = """
INSERT OR IGNORE INTO temp.reached SELECT address, resource, post FROM temp.place
WHERE resource IN (SELECT id FROM resource WHERE capture IN (SELECT id FROM temp.told))
OR post IN (SELECT post FROM temp.said)"""
_decode = msgspec.json.Decoder(PostState).decode


class Scope(NamedTuple):
    """What is measured: one ``capture`` or one ``account`` by the number of its row, or everything."""

    capture: int | None = None
    account: int | None = None

    @property
    def script(self) -> str:
        """What makes the tables of what was seen within it."""
        if self.capture is not None:
            return _OF_CAPTURE.format(number=int(self.capture))
        return _EVERYTHING if self.account is None else _OF_ACCOUNT.format(number=int(self.account))


EVERYTHING = Scope()


@contextmanager
def facts(db: sqlite3.Connection, played: Mapping[str, bool]) -> Iterator[None]:
    """What is known of every version, whoever says so, and what addresses lead to; made once, for all scopes.

    ``played`` tells of files of media, by path, whether they play. Needs a writable temporary schema.
    """
    db.execute("CREATE TEMP TABLE fact (version INTEGER PRIMARY KEY, post INTEGER, known INTEGER)")
    db.execute("CREATE TEMP TABLE link (id INTEGER PRIMARY KEY, version INTEGER, post INTEGER, url TEXT, address TEXT)")
    links: list[tuple[int, int, str, str]] = []
    db.executemany("INSERT INTO temp.fact VALUES (?, ?, ?)", _facts(db, links))
    db.executemany("INSERT INTO temp.link (version, post, url, address) VALUES (?, ?, ?, ?)", links)
    db.execute("CREATE TEMP TABLE place (address TEXT, resource INTEGER, post INTEGER)")
    places = ((plain_address(url), *row) for url, *row in db.execute(_PLACES).fetchall())
    db.executemany("INSERT INTO temp.place VALUES (?, ?, ?)", places)
    db.execute("CREATE TEMP TABLE played (path TEXT PRIMARY KEY, plays INTEGER)")
    db.executemany("INSERT INTO temp.played VALUES (?, ?)", played.items())
    try:
        yield
    finally:
        for table in ("played", "place", "link", "fact"):
            db.execute(f"DROP TABLE temp.{table}")


def _facts(db: sqlite3.Connection, links: list[tuple[int, int, str, str]]) -> Iterator[tuple[int, int, int]]:
    """What is known of each version; on the way its ``links``, with their plain addresses, are put on the list."""
    for version, post, encoded in db.execute(_STATES).fetchall():
        state = _decode(encoded)
        links += ((version, post, one.url, plain_address(one.url)) for one in state.links or ())
        yield version, post, stated(state) | (EMOJI if says_emoji(state) else 0)


@contextmanager
def within(db: sqlite3.Connection, scope: Scope) -> Iterator[None]:
    """The views of what was seen within a scope."""
    db.executescript(scope.script + _SAID.format(file=BITS["file"]))
    for name, query in _VIEWS.items():
        db.execute(f"CREATE TEMP {'TABLE' if name in _MADE else 'VIEW'} {name} AS {query}")
        if name in _MADE:
            db.execute(_MADE[name])
    db.execute("CREATE TEMP TABLE reached (address TEXT PRIMARY KEY, resource INTEGER, post INTEGER)")
    db.execute(_REACHED)
    try:
        yield
    finally:
        for name in reversed(_VIEWS):
            db.execute(f"DROP {'TABLE' if name in _MADE else 'VIEW'} temp.{name}")
        for table in ("reached", "here", "pictured", "said", "seen", "told"):
            db.execute(f"DROP TABLE temp.{table}")


def conditions() -> dict[str, str]:
    """What the queries of measures.toml may ask of sightings, by the name between braces."""
    found = {name: str(bit) for name, bit in _KNOWN.items()}
    for name, bit in _KNOWN.items():
        found[f"knows_{name}"] = f"known & {bit}"
        found[f"says_{name}"] = f"id IN (SELECT version FROM temp.said WHERE says & {bit})"
        posts = f"(SELECT post FROM temp.said WHERE says & {bit})"
        found[f"post_{name}"] = f"id IN {posts}"
        found[f"relation_{name}"] = f"kept_relation.post IN {posts}"
    return found


def plain_address(url: str | None) -> str:
    """An address without what makes no other page of it: the scheme, ``www.``, a fragment, a slash at the end.

    >>> plain_address("https://www.voorbeeldstad.example/nieuws/#top")
    'voorbeeldstad.example/nieuws'
    """
    with suppress(ValueError):
        parts = urlsplit(url or "")
        asked = f"?{parts.query}" if parts.query else ""
        return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/") + asked
    return url or ""
