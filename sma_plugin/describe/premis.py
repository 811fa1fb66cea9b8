"""PREMIS 3 objects: the account in its period, one representation per capture and derived form, and every file.

Fragments use the prefixes ``premis``, ``xsi`` and ``smac`` of the document that they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from sma_plugin.characteristics.records import CaptureAssessment, Measured
from sma_plugin.describe.characteristics_record import values_of
from sma_plugin.describe.context import Representation, Subject
from sma_plugin.describe.terms import term
from sma_plugin.describe.xml import attributes, escaped
from sma_plugin.formats.magic import is_own
from sma_plugin.namespaces import FORMATS
from sma_plugin.package.records import FileRecord

VERSION = "3.0"
UNKNOWN_FORMAT = "unknown"


def identifier(kind: str, uuid: str) -> str:
    """A UUID as identifier of an object, event, agent or rights statement."""
    return (
        f"<premis:{kind}Identifier><premis:{kind}IdentifierType>UUID</premis:{kind}IdentifierType>"
        f"<premis:{kind}IdentifierValue>{escaped(uuid)}</premis:{kind}IdentifierValue></premis:{kind}Identifier>"
    )


def linking(kind: str, uuid: str, *roles: str) -> str:
    """A link to an object or agent; ``roles`` are role elements, ready made."""
    name = f"linking{kind}Identifier"
    return (
        f"<premis:{name}><premis:{name}Type>UUID</premis:{name}Type>"
        f"<premis:{name}Value>{escaped(uuid)}</premis:{name}Value>{''.join(roles)}</premis:{name}>"
    )


def related(uuid: str) -> str:
    """One related object of a relationship."""
    return (
        "<premis:relatedObjectIdentifier><premis:relatedObjectIdentifierType>UUID</premis:relatedObjectIdentifierType>"
        f"<premis:relatedObjectIdentifierValue>{escaped(uuid)}</premis:relatedObjectIdentifierValue>"
        "</premis:relatedObjectIdentifier>"
    )


def relationship(kind: str, subtype: str, uuids: Iterable[str]) -> Iterator[str]:
    """A relationship in pieces: as many related objects as there are, nothing when there are none."""
    opened = False
    for uuid in uuids:
        if not opened:
            opened = True
            yield (
                f"<premis:relationship>{term('relationshipType', 'relationshipType', kind)}"
                f"{term('relationshipSubType', 'relationshipSubType', subtype)}"
            )
        yield related(uuid)
    if opened:
        yield "</premis:relationship>"


def entity(subject: Subject) -> Iterator[str]:
    """The intellectual entity: the account in its period, with the target profile and what all captures hold of it."""
    known = subject.record.package
    yield f'<premis:object xsi:type="premis:intellectualEntity" version="{VERSION}">'
    yield identifier("object", known.entity_id)
    for category in subject.assessment.target:
        yield significant("streefprofiel", category)
    if subject.assessment.profile:
        yield significant("streefprofiel:naam", subject.assessment.profile.name)
    for measured in subject.assessment.characteristics:
        yield significant(f"{measured.category}:{measured.name}", measured.score, characteristic(measured))
    yield f"<premis:originalName>{escaped(known.name)}</premis:originalName>"
    uuids = (one.uuid for one in subject.representations)
    yield from relationship("structural", "is Represented By", uuids)
    # The account in another period: both are parts of one dossier.
    earlier = subject.previous.predecessors if subject.previous else ()
    yield from relationship("structural", "has Sibling", (one.entity_id for one in earlier))
    yield "</premis:object>"


def representation(subject: Subject, one: Representation) -> Iterator[str]:
    """One representation, with its essential characteristics as far as they were measured."""
    yield f'<premis:object xsi:type="premis:representation" version="{VERSION}">'
    yield identifier("object", one.uuid)
    if one.capture:
        yield significant("context:techniek", one.capture.technique)
        if one.capture.platform:
            yield significant("context:platform", one.capture.platform)
        for measured in _measured(subject.assessment.captures, one.capture.id):
            yield significant(f"{measured.category}:{measured.name}", measured.score, characteristic(measured))
    yield f"<premis:originalName>{escaped(one.key)}</premis:originalName>"
    yield from relationship("structural", "represents", [subject.record.package.entity_id])
    files = subject.files.ids(one.use, one.capture.id if one.capture else None)
    yield from relationship("structural", "includes", files)
    if not one.capture:
        yield from relationship("derivation", "has Source", (source.uuid for source in subject.sources(one.use)))
    yield "</premis:object>"


def _measured(captures: tuple[CaptureAssessment, ...], capture: str) -> Iterator[Measured]:
    for assessed in captures:
        if assessed.capture == capture:
            yield from assessed.characteristics


def significant(kind: str, value: str, extension: str = "") -> str:
    """One significant property; ``extension`` is markup of another namespace."""
    more = extension and (f"<premis:significantPropertiesExtension>{extension}</premis:significantPropertiesExtension>")
    return (
        "<premis:significantProperties>"
        f"<premis:significantPropertiesType>{escaped(kind)}</premis:significantPropertiesType>"
        f"<premis:significantPropertiesValue>{escaped(value)}</premis:significantPropertiesValue>{more}"
        "</premis:significantProperties>"
    )


def characteristic(measured: Measured) -> str:
    """One characteristic as it stands in the characteristics record and in PREMIS."""
    return f"<smac:characteristic{attributes(values_of(measured))}/>"


class FileObjects:
    """PREMIS file objects of one package; what many files share is rendered once.

    ``tied`` tells whether relationships to representations are stated.
    """

    def __init__(self, subject: Subject, *, tied: bool = True) -> None:
        self._subject, self._with_ties = subject, tied
        self._ties: dict[tuple[str, str | None], str] = {}

    def render(self, record: FileRecord) -> str:
        """One file with its fixity, format and relationships; its original name is its package path.

        Identifiers and digests were checked when they were read (:func:`~sma_plugin.describe.describing.sound`).
        """
        return (
            f'<premis:object xsi:type="premis:file" version="{VERSION}"><premis:objectIdentifier>'
            "<premis:objectIdentifierType>UUID</premis:objectIdentifierType>"
            f"<premis:objectIdentifierValue>{record.id}</premis:objectIdentifierValue></premis:objectIdentifier>"
            f"<premis:objectCharacteristics><premis:fixity>{_ALGORITHM}"
            f"<premis:messageDigest>{record.sha256}</premis:messageDigest></premis:fixity>"
            f"<premis:size>{record.size:d}</premis:size>"
            f"{_format(record.format_name or record.mime, record.format_version, record.puid)}"
            f"</premis:objectCharacteristics><premis:originalName>{escaped(record.path)}</premis:originalName>"
            f"{self._tied(record)}</premis:object>"
        )

    def _tied(self, record: FileRecord) -> str:
        if not self._with_ties:
            return ""
        copied = self._subject.masked.copies if self._subject.masked else {}
        if source := record.source or copied.get(record.path):
            return "".join(self._relations(record, self._subject.files.uuid(source)))
        key = (record.use, record.capture)
        if key not in self._ties:
            self._ties[key] = "".join(self._relations(record))
        return self._ties[key]

    def _relations(self, record: FileRecord, source: str | None = None) -> Iterator[str]:
        holder = self._subject.holding(record)
        if holder:
            yield from relationship("structural", "is Included In", [holder.uuid])
        if record.use != "original":
            captures = self._subject.captures
            own = captures.get(record.capture or "")
            known = [source] if source else [own.uuid] if own else [one.uuid for one in captures.values()]
            yield from relationship("derivation", "has Source", known)


_ALGORITHM = term("messageDigestAlgorithm", "cryptographicHashFunctions", "SHA-256")


@cache
def _format(name: str | None, version: str | None, puid: str | None) -> str:
    stated = f"<premis:formatVersion>{escaped(version)}</premis:formatVersion>" if version else ""
    registry = (
        f"<premis:formatRegistry><premis:formatRegistryName>{FORMATS if is_own(puid) else 'PRONOM'}"
        "</premis:formatRegistryName>"
        f"<premis:formatRegistryKey>{escaped(puid)}</premis:formatRegistryKey>"
        f"{term('formatRegistryRole', 'formatRegistryRole', 'specification')}</premis:formatRegistry>"
        if puid
        else ""
    )
    return (
        f"<premis:format><premis:formatDesignation><premis:formatName>{escaped(name or UNKNOWN_FORMAT)}"
        f"</premis:formatName>{stated}</premis:formatDesignation>{registry}</premis:format>"
    )
