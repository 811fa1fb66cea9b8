"""What we add to a workflow, as data (``sma_archivematica/workflow.json``): our links and chains, and where they go in.

In it ``link:NAME`` and ``chain:NAME`` name a link or chain of ours, or a place in the stock workflow. A place is told
by what a link does, since ids are free to differ between versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

import msgspec

from sma_plugin.archivematica.workflow.model import Words
from sma_plugin.selection.subjects import choices
from sma_plugin.settings import Settings


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in the stock workflow: every link (or the only one) that does what is told here."""

    words: Words
    """What happens there, for a message that it is not found."""
    execute: str
    """The client module it calls, without the version behind it."""
    arguments: str | None = None
    """What its arguments hold."""
    next: str | None = None
    """The client module of the link that follows when all went well."""
    group: str | None = None
    """The English name of its group, where more links do the same."""
    each: bool = False
    """Whether there may be several."""
    optional: bool = False
    """Whether a version may do without: there is nothing then that ours has to go before."""


class Insert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link of ours that goes in before or after every link of a place."""

    link: str
    before: str | None = None
    after: str | None = None


class Fragment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that we add."""

    namespace: str
    ids: dict[str, str]
    places: dict[str, Place]
    watched_directories: list[dict[str, Any]]
    chains: dict[str, dict[str, Any]]
    links: dict[str, dict[str, Any]]
    insert: list[Insert]
    subject: str
    """What the operator decides about (a subject of decisions)."""
    replacement: str
    """What Archivematica calls the answer in arguments, between per cent signs."""

    def identity(self, name: str) -> str:
        """The id of something of ours that is made as often as there is reason to: the same for the same name."""
        return str(uuid5(UUID(self.namespace), name))


@cache
def fragment() -> Fragment:
    """What we add to a workflow."""
    data = files("sma_plugin.microservices.sma_archivematica").joinpath("workflow.json").read_bytes()
    return msgspec.json.decode(data, type=Fragment)


def decisions(settings: Settings) -> dict[str, Words]:
    """What the operator may choose, in words by name: the configured reasons, each a choice of its own."""
    return {
        name: {"en": words["en"], "nl": words["nl"]} for name, words in choices(fragment().subject, settings).items()
    }


def answers(choosable: Mapping[str, Words]) -> list[dict[str, Any]]:
    """What may be chosen as Archivematica wants it, with ids that stay when other reasons come or go."""
    own = fragment()
    return [
        {"description": dict(words), "id": answer_id(name), "items": {own.replacement: name}}
        for name, words in choosable.items()
    ]


def answer_id(name: str) -> str:
    """What a processing configuration calls a choice of the operator."""
    return fragment().identity(f"decision:{name}")
