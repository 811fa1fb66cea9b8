"""Whether what was captured agrees with the scenario of an account: A is one-way, B is answered by others."""

from __future__ import annotations

from sma_plugin.selection.desk import Desk, Met

_ANSWERS = """
SELECT count(*) FROM post LEFT JOIN thread_order AS told ON told.post = post.id
WHERE post.class IN ('reply', 'by-others') AND coalesce(told.thread, post.id) IN (
  SELECT coalesce(near.thread, mine.id) FROM post AS mine LEFT JOIN thread_order AS near ON near.post = mine.id
  WHERE mine.account = :account OR mine.placed_on = :account)"""


def check_direction(desk: Desk, met: Met) -> None:
    """Tell of replies where none are possible by the register, and of none where they are."""
    (answers,) = desk.history.execute(_ANSWERS, {"account": met.number}).fetchone()
    if met.record.scenario == "A" and answers:
        desk.tell("SMA-S078", met, count=answers)
    if met.record.scenario == "B" and not answers:
        desk.tell("SMA-S079", met)
