"""Parts of an MDTO record: concepts from lists, references, terms, restrictions (MDTO 1.0.1)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from lxml import etree

from sma_plugin.describe.moments import day_of, is_date, is_duration
from sma_plugin.describe.xml import MDTO, element, optional
from sma_plugin.selection.records import RESTRICTION_TYPES, Reference, Restriction, Term


@cache
def lists() -> dict[str, dict[str, str]]:
    """``mdto_lists.toml``."""
    return tomllib.loads(files(__package__).joinpath("mdto_lists.toml").read_text(encoding="utf-8"))


def new_record(kind: str) -> tuple[etree._Element, etree._Element]:
    """An empty MDTO document and its ``informatieobject`` or ``bestand``."""
    root = etree.XML(f'<MDTO xmlns="{MDTO}"/>')
    return root, element(root, kind)


def concept(parent: etree._Element, name: str, label: str, source: str, code: str | None = None) -> None:
    """A concept: label, code if it has one, and the list that it comes from."""
    begrip = element(parent, name)
    element(begrip, "begripLabel", label)
    optional(begrip, "begripCode", code)
    element(element(begrip, "begripBegrippenlijst"), "verwijzingNaam", source)


def identification(parent: etree._Element, name: str, identifier: str, source: str) -> None:
    """An identifier and where it comes from."""
    known = element(parent, name)
    element(known, "identificatieKenmerk", identifier)
    element(known, "identificatieBron", source)


def reference(parent: etree._Element, name: str, to: Reference, source: str = "") -> None:
    """A reference by name, and by identifier where there is one with a source."""
    link = element(parent, name)
    element(link, "verwijzingNaam", to.name)
    origin = to.source or source
    if to.identifier and origin:
        identification(link, "verwijzingIdentificatie", to.identifier, origin)


def coverage(parent: etree._Element, kind: str, first: str | None, last: str | None) -> None:
    """A period that is covered; ``kind`` says of what. Nothing when no date of it is known."""
    begin = first or last
    if begin is None:
        return
    covered = element(parent, "dekkingInTijd")
    concept(covered, "dekkingInTijdType", lists()["coverage"][kind], lists()["lists"]["own"])
    element(covered, "dekkingInTijdBegindatum", begin)
    optional(covered, "dekkingInTijdEinddatum", last)


def add_term(parent: etree._Element, term: Term, source: str) -> None:
    """A retention term; only what MDTO's types can hold."""
    made = element(parent, "bewaartermijn")
    if term.trigger:
        concept(made, "termijnTriggerStartLooptijd", term.trigger, source)
    if is_date(term.starts):
        element(made, "termijnStartdatumLooptijd", term.starts)
    if is_duration(term.duration):
        element(made, "termijnLooptijd", term.duration)
    optional(made, "termijnEinddatum", day_of(term.ends))


def add_restrictions(parent: etree._Element, found: Iterable[Restriction], source: str) -> None:
    """Every ground on which use is restricted; ``source`` is whose decisions restrict it."""
    for restriction in found:
        limited = element(parent, "beperkingGebruik")
        origin = restriction.list_name or RESTRICTION_TYPES
        concept(limited, "beperkingGebruikType", restriction.label, origin, restriction.code)
        optional(limited, "beperkingGebruikNadereBeschrijving", explained(restriction))
        if restriction.number:
            name = "decision_dated" if restriction.date else "decision"
            told = lists()["texts"][name].format(number=restriction.number, date=restriction.date)
            reference(limited, "beperkingGebruikDocumentatie", Reference(told, restriction.number), source)
        _add_end(limited, restriction)


def _add_end(limited: etree._Element, restriction: Restriction) -> None:
    """The term of a restriction: only what is known of it."""
    until = day_of(restriction.until)
    duration = restriction.duration if is_duration(restriction.duration) else None
    if not (until or duration or restriction.trigger):
        return
    term = element(limited, "beperkingGebruikTermijn")
    if restriction.trigger:
        listed = restriction.trigger_list or lists()["lists"]["own"]
        concept(term, "termijnTriggerStartLooptijd", restriction.trigger, listed, restriction.trigger_code)
    optional(term, "termijnStartdatumLooptijd", restriction.starts if is_date(restriction.starts) else None)
    optional(term, "termijnLooptijd", duration)
    optional(term, "termijnEinddatum", until)


def explained(restriction: Restriction) -> str | None:
    """The note, citation and kinds of medium; type "Overig" may not stand without."""
    kinds = [lists()["media"].get(kind, kind) for kind in restriction.media]
    about = lists()["texts"]["about_media"].format(kinds=", ".join(kinds)) if kinds else None
    rights = lists()["rights"][restriction.rights] if restriction.rights else None
    beyond = lists()["texts"]["beyond"].format(decision=restriction.beyond) if restriction.beyond else None
    parts = (restriction.note, restriction.citation, about, rights, beyond)
    said = "; ".join(part for part in parts if part)
    return said or (lists()["texts"]["overig"] if restriction.label.casefold() == "overig" else None)
