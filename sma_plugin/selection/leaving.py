"""Private or party-political posts in a corporate account: proposed by words that are data, left out by decision.

What is left out goes as under scenario C: the own posts with what answers them, by an extract that says how many.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from sma_plugin.selection.asking import question, question_id
from sma_plugin.selection.choosing import Choice, choice_of
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.parts import Rule, matching
from sma_plugin.selection.records import Decision


class Left(NamedTuple):
    """The posts that are left out of an account, and by which decision; neither where nothing was proposed."""

    choice: Choice | None = None
    decision: Decision | None = None


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phrases: tuple[str, ...]
    parties: tuple[str, ...]


@cache
def phrases() -> tuple[str, ...]:
    """By what such posts are known (``private.toml``)."""
    told = msgspec.convert(
        tomllib.loads(files(__package__).joinpath("private.toml").read_text(encoding="utf-8")), _Words
    )
    every = ((one, party) for one in told.phrases for party in (told.parties if "{party}" in one else ("",)))
    return tuple(one.replace("{party}", party) for one, party in every)


def left_out(desk: Desk, met: Met) -> Left | None:
    """Which posts stay out of the packages of an account; ``None`` while that waits for a role."""
    choice = Choice(keywords=phrases())
    found = matching(desk.history, met.number, [Rule("", choice)])
    if not found.examples:
        return Left()
    put = question(
        "private",
        question_id("private", met.record.platform, met.record.native_id),
        met.label,
        "leave-out",
        "words",
        options=None,
        count=found.own,
        of=found.of,
        examples=", ".join(found.examples),
    )
    decision = desk.asking.put(put)
    if decision is None:
        desk.wait(put)
        return None
    if decision.decided != "leave-out":
        return Left(None, decision)
    named = choice_of(desk.asking.details(put))
    return Left(choice if named == Choice() else named, decision)
