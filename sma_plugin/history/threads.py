"""The order in which posts are told: thread by thread, oldest thread first, each post before what answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_ROOTS = """
SELECT post.id FROM post LEFT JOIN temp.answers ON answers.post = post.id
WHERE answers.parent IS NULL ORDER BY created_us IS NULL, created_us, post.id"""
_ANSWERS = """
CREATE TEMP TABLE answers AS
SELECT reply.post AS post, min(alias.post) AS parent FROM relation AS reply
JOIN post ON post.id = reply.post JOIN account ON account.id = post.account
JOIN alias ON alias.platform = account.platform AND alias.value = coalesce(reply.target, reply.target_url)
WHERE reply.kind = 'reply' AND alias.post <> reply.post GROUP BY reply.post"""
_CHILDREN = """
SELECT answers.parent, post.id FROM temp.answers JOIN post ON post.id = answers.post
ORDER BY created_us IS NULL, created_us, post.id"""


def order_threads(db: sqlite3.Connection) -> None:
    """Fill ``thread_order`` from the reply relations. Replies that answer each other in a circle become roots."""
    db.execute("BEGIN")
    db.execute("CREATE INDEX alias_value ON alias (value)")
    db.execute("CREATE INDEX relation_reply ON relation (post) WHERE kind = 'reply'")
    db.execute(_ANSWERS)
    db.execute("CREATE INDEX temp.answers_post ON answers (post)")
    children: dict[int, list[int]] = {}
    for parent, post in db.execute(_CHILDREN):
        children.setdefault(parent, []).append(post)
    roots = [row[0] for row in db.execute(_ROOTS)] if children else None
    if roots is None:
        db.execute(
            "INSERT INTO thread_order (position, post, parent, thread, depth) "
            "SELECT row_number() OVER (ORDER BY created_us IS NULL, created_us, id), id, NULL, id, 0 FROM post"
        )
    else:
        db.executemany("INSERT INTO thread_order VALUES (?, ?, ?, ?, ?)", _walk(roots, children))
    db.execute("DROP TABLE temp.answers")
    db.execute("DROP INDEX relation_reply")
    db.execute("COMMIT")


def _walk(roots: list[int], children: dict[int, list[int]]) -> Iterator[tuple[int, int, int | None, int, int]]:
    """Position, post, parent, thread and depth of every post. Circles are entered at their lowest id, once."""
    position = 0
    waiting: list[tuple[int, int | None, int, int]] = []

    def told(root: int) -> Iterator[tuple[int, int, int | None, int, int]]:
        nonlocal position
        waiting.append((root, None, root, 0))
        while waiting:
            post, parent, thread, depth = waiting.pop()
            position += 1
            yield position, post, parent, thread, depth
            waiting.extend((child, post, thread, depth + 1) for child in reversed(children.pop(post, ())))

    for root in roots:
        yield from told(root)
    seen: set[int] = set()
    while children:
        entry = min(children)
        for row in told(entry):
            if row[1] not in seen:
                seen.add(row[1])
                yield row
