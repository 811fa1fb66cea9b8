"""Whether each decision of a package is an event of it, in its log and in its METS, and each event a decision."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines
from sma_plugin.selection.decision_events import detail_of, kind_of
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.validate.mets_document import Document

_TOLD = re.compile(r"([\w-]+: (?:decided .*?|not decided)); proposed ", re.DOTALL)
Told = tuple[str, str]
"""The type of an event, and what it says was decided on what."""


def check_decisions(package: Package, document: Document) -> Iterator[Finding]:
    """The record of decisions against the log of events and the events of the METS.

    Where no decision is an event anywhere, the package is of a time before they were, and that is told once.

    A record or log that cannot be read has been told.
    """
    try:
        decisions = read_json(package.decisions, PackageDecisions).decisions
        events = list(read_json_lines(package.all_events, Event))
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return
    recorded = Counter(_told([(kind_of(one), detail_of(one)) for one in decisions]))
    places = {
        "metadata/sma/events.jsonl": Counter(_told((one.type, one.detail) for one in events)),
        "metadata/sma/mets.xml": Counter(_told(document.decided)),
    }
    if recorded and not any(places.values()):
        yield make("SMA-S117", path="metadata/sma/decisions.json", count=recorded.total())
        return
    for place, counted in places.items():
        for kind, said in (recorded - counted).elements():
            yield make("SMA-S111", path=place, kind=kind, said=said)
        for kind, said in (counted - recorded).elements():
            yield make("SMA-S112", path=place, kind=kind, said=said)


def _told(events: Iterable[Told]) -> Iterator[Told]:
    """What events of a decision say was decided; others say nothing of the kind."""
    for kind, detail in events:
        if found := _TOLD.match(detail):
            yield kind, found.group(1)
