"""Why a file was not converted: named reasons with their texts and what to do, as data (``refusals.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Language
from sma_plugin.settings import InWords
from sma_plugin.texts import LANGUAGES


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row: a clause in each language that says what was wrong, and the name of what to do about it."""

    advice: str
    nl: str
    en: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    why: dict[str, Reason]
    advice: dict[str, InWords]


@cache
def _table() -> _Table:
    return facts(__package__, "refusals.toml", _Table)


def reasons() -> Mapping[str, Reason]:
    """All reasons by name."""
    return _table().why


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a file was not converted: the name of the reason, and what the tool said itself (English, for events)."""

    why: str
    detail: str = ""

    def sentence(self, language: Language) -> str:
        """What was wrong, as a clause without a full stop. Raises ``KeyError`` for a name that is not there."""
        return str(getattr(reasons()[self.why], language))

    def advice(self, language: Language) -> str:
        """What the archive can do, without its full stop."""
        return str(getattr(_table().advice[reasons()[self.why].advice], language))

    def told(self) -> dict[str, Any]:
        """What a finding says of it: the clause and the advice, each in every language."""
        clauses = {f"reason_{language}": self.sentence(language) for language in LANGUAGES}
        return clauses | {f"advice_{language}": self.advice(language) for language in LANGUAGES}

    def __str__(self) -> str:
        """For machines and logs: in English, with what the tool said."""
        return f"{self.sentence('en')} ({self.detail})" if self.detail else self.sentence("en")
