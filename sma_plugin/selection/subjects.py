"""What roles decide on: the subjects, as data (``questions.toml``), and what holds for every decision."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Language
from sma_plugin.settings import Settings

Words = dict[Language, str]
CHOICE = ("from", "until", "hashtags", "keywords", "posts")
"""The columns that say which posts a decision chooses."""

ACTS = ("access", "keys", "requests", "restriction", "reveal")
"""What a role may do beside answering questions."""


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of question: what is asked, the choices in words, the reasons there are, whether the account waits."""

    ask: Words
    label: Words = {}
    """What it is called where it is spoken of."""
    blocks: bool = True
    quiet: bool = False
    """Whether it is put only to who asks for all questions: the default works, and nothing is told as open."""
    chooses: bool = False
    """Whether the decision chooses posts, which further columns name."""
    columns: tuple[str, ...] = ()
    """The columns beside the decision that are asked too, where it does not choose posts."""
    standing: str = ""
    """What a policy decides that does not say what it chooses; the proposal where nothing stands here."""
    choices: dict[str, Words] = {}
    because: dict[str, Words] = {}
    """The reasons that a choice with ``{because}`` in it may have, where the archive names none of its own."""
    reasons: dict[str, Words] = {}

    @property
    def details(self) -> tuple[str, ...]:
        """The columns beside the decision that say what it chooses."""
        return CHOICE if self.chooses else self.columns


@cache
def subjects() -> dict[str, Subject]:
    """Every subject that there are questions about."""
    return facts(__package__, "questions.toml", dict[str, Subject])


def choices(subject: str, settings: Settings) -> dict[str, Words]:
    """What may be decided, by name: of a choice that needs a reason one for each reason (``choice:reason``)."""
    kind = subjects()[subject]
    own = {name: Words(nl=one.nl, en=one.en) for name, one in settings.reasons.get(subject, {}).items()}
    known: dict[str, Words] = {}
    for name, words in kind.choices.items():
        if any("{because}" in one for one in words.values()):
            for reason, why in (own or kind.because).items():
                known[f"{name}:{reason}"] = {one: words[one].format(because=why[one]) for one in words}
        else:
            known[name] = words
    return known


def is_past(day: str) -> bool:
    """Whether a day (ISO date) is today or earlier: nobody decided anything tomorrow."""
    return day[:10] <= date.today().isoformat()  # noqa: DTZ011 -- the day as the user's calendar has it


def nearest(name: str, known: Iterable[str]) -> dict[str, Any]:
    """The name that comes nearest to one that is not known, in words, and all that are known."""
    names = sorted(known)
    near = "".join(difflib.get_close_matches(name, names, 1))
    return {
        "near_nl": near and f"; bedoeld is misschien {near}",
        "near_en": near and f"; {near} may be meant",
        "known": ", ".join(names) or "-",
    }
