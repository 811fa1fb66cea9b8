"""MDTO Bestand records: one for every file of a package, what they share rendered once."""

from __future__ import annotations

from functools import cache

from sma_plugin.describe import mdto_parts as parts
from sma_plugin.describe.context import Subject
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.mdto_references import archival_item, copied_items
from sma_plugin.describe.mdto_writing import source_of
from sma_plugin.describe.moments import zoned
from sma_plugin.describe.xml import MDTO, escaped, fragment
from sma_plugin.formats.magic import is_own
from sma_plugin.package.records import FileRecord
from sma_plugin.selection.records import Reference


class FileRecords:
    """MDTO Bestand records of one package; what they share is rendered once."""

    def __init__(self, subject: Subject) -> None:
        names = lists()["lists"]
        self._source = subject.source
        self._whole = _represents(archival_item(subject))
        self._copied = {use: _represents(item) for use, item in copied_items(subject).items()}
        self._digested = _digest_moments(subject)
        self._made = subject.made
        self._checksum = (
            "<checksum><checksumAlgoritme><begripLabel>SHA-256</begripLabel><begripBegrippenlijst><verwijzingNaam>"
            f"{escaped(names['checksums'])}</verwijzingNaam></begripBegrippenlijst></checksumAlgoritme><checksumWaarde>"
        )

    def render(self, record: FileRecord) -> str:
        """One file: identification, name, size, format, checksum with its date, what it represents."""
        at = self._digested.get(record.capture or "", self._made)
        whole = self._copied.get(record.use, self._whole)
        return (
            f'<MDTO xmlns="{MDTO}"><bestand><identificatie><identificatieKenmerk>{record.id}'
            f"</identificatieKenmerk>{source_of(self._source)}</identificatie>"
            f"<naam>{escaped(record.path.rpartition('/')[2])}</naam><omvang>{record.size:d}</omvang>"
            f"{_format(record.format_name, record.puid, record.mime)}{self._checksum}{record.sha256}"
            f"</checksumWaarde><checksumDatum>{at}</checksumDatum></checksum>{whole}"
        )


def _represents(item: Reference) -> str:
    name, identifier = escaped(item.name), escaped(item.identifier or "")
    return (
        f"<isRepresentatieVan><verwijzingNaam>{name}</verwijzingNaam><verwijzingIdentificatie><identificatieKenmerk>"
        f"{identifier}</identificatieKenmerk>{source_of(item.source or '')}</verwijzingIdentificatie>"
        "</isRepresentatieVan></bestand></MDTO>"
    )


def _digest_moments(subject: Subject) -> dict[str, str]:
    """When the checksums of each capture's files were made."""
    found: dict[str, str] = {}
    for event in subject.events:
        if event.type == "message digest calculation":
            at = zoned(event.at)
            if at:
                found.update((name.removeprefix("capture:"), at.text) for name in event.objects)
    return found


@cache
def _format(name: str | None, puid: str | None, mime: str | None) -> str:
    root, record = parts.new_record("bestand")
    names = lists()["lists"]
    if puid:
        parts.concept(record, "bestandsformaat", name or puid, names["own" if is_own(puid) else "pronom"], puid)
    elif mime:
        parts.concept(record, "bestandsformaat", name or mime, names["media_types"], mime)
    else:
        parts.concept(record, "bestandsformaat", name or lists()["texts"]["unknown_format"], names["own"])
    inner = fragment(root)
    return inner[inner.index("<bestandsformaat>") : inner.index("</bestand>")]
