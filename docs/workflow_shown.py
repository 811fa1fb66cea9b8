"""What there is to show of a merged workflow: the way of a bundle through it, and what follows on each step of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sma_plugin.archivematica.processing import presets
from sma_plugin.archivematica.workflow import decisions, merged, merged_by
from sma_plugin.archivematica.workflow.document import Document
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.archivematica.workflow.model import Workflow
from sma_plugin.archivematica.workflow.way import way
from sma_plugin.findings import Language
from sma_plugin.settings import Settings

NAMES: dict[Language, str] = {"nl": "werkstroom", "en": "workflow"}
WORDS: dict[str, dict[Language, str]] = {
    "title": {
        "nl": "De workflow van Archivematica met onze stappen erin",
        "en": "Archivematica's workflow with our steps in it",
    },
    "made": {
        "nl": "*Gemaakt van de samengevoegde workflow (docs/make_workflow.py); wijzig niet dit bestand.*",
        "en": "*Made of the merged workflow (docs/make_workflow.py); do not change this file.*",
    },
    "about": {
        "nl": "De weg van een socialemediabundel van goedkeuring tot opslag, met de vooraf gegeven antwoorden van onze"
        " verwerkingsconfiguratie. Onze stappen hebben een dikke rand en staan in het blauw; groepen van Archivematica"
        " staan er in het grijs naast, met de Engelse namen die het dashboard ervoor heeft. Rechts staat wat er bij een"
        " andere afsluitcode gebeurt: 3 er staat iets open, 4 het is al een pakket, 6 de bundel is afgewezen.",
        "en": "The way of a social media bundle from approval into storage, with the answers that our processing"
        " configuration gives beforehand. Our steps have a thick border and are blue; groups of Archivematica are grey,"
        " with the names that the dashboard has for them. On the right is what happens on another exit"
        " code: 3 something is open, 4 it is a package already, 6 the bundle is rejected.",
    },
    "steps": {"nl": "Onze stappen", "en": "Our steps"},
    "head": {
        "nl": "| stap | client module | waar | wat er volgt, per afsluitcode |",
        "en": "| step | client module | where | what follows, by exit code |",
    },
    "way": {"nl": "De weg in woorden", "en": "The way in words"},
    "else": {"nl": "anders", "en": "else"},
    "end": {"nl": "einde", "en": "end"},
    "answers": {"nl": "Vooraf beantwoorde vragen", "en": "Questions answered beforehand"},
    "answers_head": {"nl": "| vraag | antwoord | waarom |", "en": "| question | answer | why |"},
}


class Shown(NamedTuple):
    """A merged workflow, which links are ours, and the way of a bundle through it."""

    workflow: Workflow
    ours: frozenset[str]
    way: tuple[str, ...]
    language: Language

    def name(self, link: str) -> str:
        """What a link is called; in Dutch where it has a Dutch name."""
        words = self.workflow.links[link].description
        return words.get(self.language, words["en"])

    def group(self, link: str) -> str:
        """What the group of a link is called."""
        words = self.workflow.links[link].group
        return words.get(self.language, words["en"])

    def word(self, name: str) -> str:
        """One of our words."""
        return WORDS[name][self.language]

    def exits(self, link: str) -> dict[str, str | None]:
        """What follows on each exit code, those that lead to the same place together."""
        one = self.workflow.links[link]
        told: dict[str | None, list[str]] = {}
        for chain in one.config.get("chain_choices", ()):
            words = self.workflow.chains[chain].description
            told.setdefault(self.workflow.chains[chain].link_id, []).append(words.get(self.language, words["en"]))
        for code, leads in one.exit_codes.items():
            told.setdefault(leads.link_id, []).append(code)
        if one.fallback_link_id or not one.asks:
            told.setdefault(one.fallback_link_id, []).append(self.word("else"))
        return {", ".join(codes): to for to, codes in told.items()}

    def module(self, link: str) -> list[str]:
        """The client module of a link that has one."""
        execute = self.workflow.links[link].execute
        return [execute.partition("_v")[0]] if execute else []

    def parts(self) -> Iterator[tuple[str | None, list[str]]]:
        """The way: each link of ours by itself, and between them the groups of Archivematica one after another."""
        groups: list[str] = []
        for name in self.way:
            if name in self.ours:
                if groups:
                    yield None, groups
                groups = []
                yield name, []
            elif self.group(name) not in groups[-1:]:
                groups.append(self.group(name))
        yield None, groups


def shown(stock: bytes, language: Language) -> Shown:
    """What there is to show of a workflow once it is merged."""
    made = merged(stock, decisions(Settings()))
    told, workflow = merged_by(made), Document(made).workflow
    begin = workflow.chains[fragment().ids["arrived"]].link_id
    answers = {one.link: one.answer for one in presets(stock)} | {begin: fragment().ids["approved"]}
    return Shown(workflow, frozenset(told.added if told else ()), tuple(way(workflow, begin, answers)), language)
