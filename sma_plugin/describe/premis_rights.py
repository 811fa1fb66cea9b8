"""PREMIS rights: one statement per ground on which use is restricted. MDTO's beperkingGebruik is the record of them.

A ground that is about media of some kinds is linked to their files, any other to the entity. Rights in media that are
yet to be looked into are copyright of unknown status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sma_plugin.describe.context import Subject
from sma_plugin.describe.media_rights import COLLECTION, concerns, decided, in_words, kind_in, of_keys, undecided
from sma_plugin.describe.moments import day_of
from sma_plugin.describe.premis import identifier, linking
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import escaped
from sma_plugin.selection.records import MediaRights, Restriction

JURISDICTION = "nl"
_DECISION = "besluit"


def statements(subject: Subject) -> Iterator[str]:
    """Every rights statement, in order."""
    for number, restriction in enumerate((*decided(subject), *of_keys(subject)), 1):
        uuid = subject.ids.identifier(f"rights/{number}/{restriction.code or restriction.label}")
        information = _INFORMATION[restriction.basis](restriction, subject)
        granted, about = _granted(restriction, subject), _about(restriction, subject)
        yield _statement(uuid, restriction.basis, information, granted, about)
    for one in undecided(subject):
        uuid = subject.ids.identifier(f"rights/media/{one.kind}/{one.status}")
        about = linking("Object", subject.record.package.entity_id)
        yield _statement(uuid, *_of_media(one, subject), about)


def _statement(uuid: str, basis: str, information: str, granted: str, about: str) -> str:
    return (
        f"<premis:rightsStatement>{identifier('rightsStatement', uuid)}{term('rightsBasis', 'rightsBasis', basis)}"
        f"{information}{granted}{about}</premis:rightsStatement>"
    )


def _about(restriction: Restriction, subject: Subject) -> str:
    """What a restriction is about: the files of its kinds of medium, where there are any, else all of it."""
    if restriction.media:
        found = [one.id for one in subject.files if (kind := kind_in(one, subject)) and concerns(restriction, kind)]
        if found:
            return "".join(linking("Object", uuid) for uuid in found)
    return linking("Object", subject.record.package.entity_id)


def _of_media(one: MediaRights, subject: Subject) -> tuple[str, str, str]:
    """Basis, information and grant of rights in media that nobody decided on."""
    note = f"<premis:{{}}Note>{escaped(in_words(one, subject))}</premis:{{}}Note>"
    restriction = Restriction(f"Rechten: {in_words(one, subject)}", "")
    if one.kind == COLLECTION:
        cited = escaped(", ".join(one.grounds))
        information = (
            f"<premis:statuteInformation><premis:statuteJurisdiction>{JURISDICTION}</premis:statuteJurisdiction>"
            f"<premis:statuteCitation>{cited}</premis:statuteCitation>{note.format('statute', 'statute')}"
            "</premis:statuteInformation>"
        )
        return "statute", information, _granted(restriction, subject)
    status = "copyrighted" if one.status == "third party" else "unknown"
    information = (
        f"<premis:copyrightInformation>{term('copyrightStatus', 'copyrightStatus', status)}"
        f"<premis:copyrightJurisdiction>{JURISDICTION}</premis:copyrightJurisdiction>"
        f"{note.format('copyright', 'copyright')}</premis:copyrightInformation>"
    )
    return "copyright", information, _granted(restriction, subject)


def citation(restriction: Restriction, subject: Subject) -> str:
    """What a ground is based on: its citation, else the statute that applies to the accession."""
    position = subject.decisions.legal_position
    return restriction.citation or (position.statute if position else subject.context.statute)


def _statute(restriction: Restriction, subject: Subject) -> str:
    return (
        f"<premis:statuteInformation><premis:statuteJurisdiction>{JURISDICTION}</premis:statuteJurisdiction>"
        f"<premis:statuteCitation>{escaped(citation(restriction, subject))}</premis:statuteCitation>"
        f"{_note('statuteNote', restriction)}{_decided('statute', restriction)}</premis:statuteInformation>"
    )


def _copyright(restriction: Restriction, _subject: Subject) -> str:
    cited = (
        f"<premis:copyrightNote>{escaped(restriction.citation)}</premis:copyrightNote>" if restriction.citation else ""
    )
    return (
        f"<premis:copyrightInformation>{term('copyrightStatus', 'copyrightStatus', 'copyrighted')}"
        f"<premis:copyrightJurisdiction>{JURISDICTION}</premis:copyrightJurisdiction>"
        f"{_note('copyrightNote', restriction)}{cited}{_decided('copyright', restriction)}"
        "</premis:copyrightInformation>"
    )


def _license(restriction: Restriction, _subject: Subject) -> str:
    terms = escaped(restriction.citation or restriction.label)
    return (
        f"<premis:licenseInformation>{_decided('license', restriction)}<premis:licenseTerms>{terms}"
        f"</premis:licenseTerms>{_note('licenseNote', restriction)}</premis:licenseInformation>"
    )


def _other(restriction: Restriction, _subject: Subject) -> str:
    basis = escaped(restriction.citation or restriction.label)
    return (
        f"<premis:otherRightsInformation>{_decided('otherRights', restriction)}<premis:otherRightsBasis>{basis}"
        f"</premis:otherRightsBasis>{_note('otherRightsNote', restriction)}</premis:otherRightsInformation>"
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


def _decided(kind: str, restriction: Restriction) -> str:
    """The decision that restricts."""
    name = f"{kind}DocumentationIdentifier"
    return (
        restriction.number
        and (
            f"<premis:{name}><premis:{name}Type>{_DECISION}</premis:{name}Type>"
            f"<premis:{name}Value>{escaped(restriction.number)}</premis:{name}Value></premis:{name}>"
        )
    ) or ""


def _granted(restriction: Restriction, subject: Subject) -> str:
    """Whether dissemination is restricted; a term runs from when it is known to, else from the package's making."""
    until = day_of(restriction.until)
    starts = restriction.starts or day_of(subject.made)
    ended = until and (
        f"<premis:termOfRestriction><premis:startDate>{starts}</premis:startDate>"
        f"<premis:endDate>{until}</premis:endDate></premis:termOfRestriction>"
    )
    name = "rightsGrantedNote" if restriction.grant == "Allow" else "restriction"
    said = f"<premis:{name}>{escaped(restriction.label)}</premis:{name}>"
    inside = said if restriction.grant == "Allow" else f"{said}{ended or ''}"
    return f"<premis:rightsGranted>{term('act', 'actionsGranted', 'disseminate')}{inside}</premis:rightsGranted>"
