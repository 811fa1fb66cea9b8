"""By which techniques posts were captured: what appears in one technique only is said so (PRODUCT.md 5.3)."""

from __future__ import annotations

import sqlite3

_COMBINATIONS = """
WITH seen AS (
  SELECT DISTINCT post.id AS post, coalesce(json_extract(capture.record, '$.technique'), 'unknown') AS technique
  FROM post JOIN post_version AS version ON version.post = post.id
  JOIN evidence ON evidence.subject = 'version' AND evidence.subject_id = version.id
  JOIN path ON path.id = evidence.path JOIN capture ON capture.id = path.capture
  WHERE post.class = 'own' AND (:account IS NULL OR post.account = :account)
  ORDER BY post.id, technique)
SELECT techniques, count(*) FROM (SELECT group_concat(technique, ' + ') AS techniques FROM seen GROUP BY post)
GROUP BY techniques ORDER BY count(*) DESC, techniques"""


def by_techniques(db: sqlite3.Connection, account: int | None = None) -> dict[str, int]:
    """How many own posts there are by combination of techniques (``api + platform-export``), most first."""
    return dict(db.execute(_COMBINATIONS, {"account": account}).fetchall())
