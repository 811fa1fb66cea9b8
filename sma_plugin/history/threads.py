"""The order in which posts are told: thread by thread, oldest thread first, each post before what answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from sma_plugin.history.rows import Rows

Told = tuple[int, int | None, int, int]
"""A post, what it answers, the first post of its thread, and how many posts stand between."""

_BATCH = 4000

_ROOTS = """
SELECT post.id FROM post LEFT JOIN temp.answers ON answers.post = post.id
WHERE answers.parent IS NULL ORDER BY created_us IS NULL, created_us, post.id"""
_ANSWERS = """
CREATE TEMP TABLE answers AS
SELECT reply.post AS post, alias.post AS parent, min(reply.rowid) FROM relation AS reply
JOIN post ON post.id = reply.post JOIN account ON account.id = post.account
JOIN alias ON alias.platform = account.platform AND alias.value = coalesce(reply.target, reply.target_url)
WHERE reply.kind = 'reply' AND alias.post <> reply.post GROUP BY reply.post"""
_CHILDREN = """
SELECT answers.parent, post.id FROM temp.answers JOIN post ON post.id = answers.post
ORDER BY created_us IS NULL, created_us, post.id"""


def order_threads(db: sqlite3.Connection) -> None:
    """Fill ``thread_order`` from the reply relations. Replies that answer each other in a circle become roots."""
    db.execute("BEGIN")
    db.execute("CREATE INDEX relation_reply ON relation (post) WHERE kind = 'reply'")
    db.execute(_ANSWERS)
    db.execute("CREATE INDEX temp.answers_post ON answers (post)")
    children: dict[int, list[int]] = {}
    for parent, post in db.execute(_CHILDREN):
        children.setdefault(parent, []).append(post)
    rows = Rows(db)
    told = rows.of("thread_order")
    roots = [row[0] for row in db.execute(_ROOTS)]
    for position, row in enumerate(_walk(roots, children), 1):
        told += (position, *row)
        if position % _BATCH == 0:
            rows.flush()
    rows.flush()
    db.execute("CREATE UNIQUE INDEX thread_post ON thread_order (post)")
    db.execute("DROP TABLE temp.answers")
    db.execute("DROP INDEX relation_reply")
    db.execute("COMMIT")


def _walk(roots: Iterable[int], children: dict[int, list[int]]) -> Iterator[Told]:
    """Every post in the order of telling. Circles are entered at their lowest id, once."""
    for root in roots:
        if root in children:
            yield from _thread(root, children)
        else:
            yield root, None, root, 0
    seen: set[int] = set()
    while children:
        for told in _thread(min(children), children):
            if told[0] not in seen:
                seen.add(told[0])
                yield told


def _thread(root: int, children: dict[int, list[int]]) -> Iterator[Told]:
    """A post and all that answers it; what is told is taken out of ``children``."""
    waiting: list[Told] = [(root, None, root, 0)]
    while waiting:
        told = waiting.pop()
        yield told
        waiting.extend((child, told[0], root, told[3] + 1) for child in reversed(children.pop(told[0], ())))
