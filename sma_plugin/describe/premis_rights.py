"""PREMIS rights: one statement per ground on which use is restricted. MDTO's beperkingGebruik is the record of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sma_plugin.describe.context import Subject
from sma_plugin.describe.moments import day_of
from sma_plugin.describe.premis import identifier, linking
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import escaped
from sma_plugin.selection.records import UNDETERMINED, Restriction

JURISDICTION = "nl"


def restrictions(subject: Subject) -> tuple[Restriction, ...]:
    """The restrictions of a package; where none was decided, that they are yet to be determined."""
    return subject.decisions.restrictions or (UNDETERMINED,)


def statements(subject: Subject) -> Iterator[str]:
    """Every rights statement, in order, about the entity."""
    for number, restriction in enumerate(restrictions(subject), 1):
        uuid = subject.ids.identifier(f"rights/{number}/{restriction.code or restriction.label}")
        yield (
            f"<premis:rightsStatement>{identifier('rightsStatement', uuid)}"
            f"{term('rightsBasis', 'rightsBasis', restriction.basis)}"
            f"{_INFORMATION[restriction.basis](restriction, subject)}{_granted(restriction, subject)}"
            f"{linking('Object', subject.record.package.entity_id)}</premis:rightsStatement>"
        )


def citation(restriction: Restriction, statute: str) -> str:
    """What a ground is based on: its citation, else the statute that applies to the accession."""
    return restriction.citation or statute


def _statute(restriction: Restriction, subject: Subject) -> str:
    return (
        f"<premis:statuteInformation><premis:statuteJurisdiction>{JURISDICTION}</premis:statuteJurisdiction>"
        f"<premis:statuteCitation>{escaped(citation(restriction, subject.context.statute))}</premis:statuteCitation>"
        f"{_note('statuteNote', restriction)}</premis:statuteInformation>"
    )


def _copyright(restriction: Restriction, _subject: Subject) -> str:
    cited = (
        f"<premis:copyrightNote>{escaped(restriction.citation)}</premis:copyrightNote>" if restriction.citation else ""
    )
    return (
        f"<premis:copyrightInformation>{term('copyrightStatus', 'copyrightStatus', 'copyrighted')}"
        f"<premis:copyrightJurisdiction>{JURISDICTION}</premis:copyrightJurisdiction>"
        f"{_note('copyrightNote', restriction)}{cited}</premis:copyrightInformation>"
    )


def _license(restriction: Restriction, _subject: Subject) -> str:
    terms = escaped(restriction.citation or restriction.label)
    return (
        f"<premis:licenseInformation><premis:licenseTerms>{terms}</premis:licenseTerms>"
        f"{_note('licenseNote', restriction)}</premis:licenseInformation>"
    )


def _other(restriction: Restriction, _subject: Subject) -> str:
    basis = escaped(restriction.citation or restriction.label)
    return (
        f"<premis:otherRightsInformation><premis:otherRightsBasis>{basis}</premis:otherRightsBasis>"
        f"{_note('otherRightsNote', restriction)}</premis:otherRightsInformation>"
    )


_INFORMATION: dict[str, Callable[[Restriction, Subject], str]] = {
    "statute": _statute,
    "copyright": _copyright,
    "license": _license,
    "other": _other,
    "institutional policy": _other,
}


def _note(name: str, restriction: Restriction) -> str:
    return f"<premis:{name}>{escaped(restriction.note)}</premis:{name}>" if restriction.note else ""


def _granted(restriction: Restriction, subject: Subject) -> str:
    """That dissemination is restricted; a term runs from the moment the package was composed."""
    until = day_of(restriction.until)
    ended = until and (
        f"<premis:termOfRestriction><premis:startDate>{day_of(subject.made)}</premis:startDate>"
        f"<premis:endDate>{until}</premis:endDate></premis:termOfRestriction>"
    )
    return (
        f"<premis:rightsGranted>{term('act', 'actionsGranted', 'disseminate')}"
        f"<premis:restriction>{escaped(restriction.label)}</premis:restriction>{ended or ''}</premis:rightsGranted>"
    )
