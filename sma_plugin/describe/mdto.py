"""MDTO records of a package: Serie, Dossier (the account), Archiefstuk (its captured period), and every Bestand.

Nothing is inherited in MDTO: appraisal, restrictions and creator stand at every level. Third parties never stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import urlsplit

from lxml import etree

from sma_plugin.describe import mdto_parts as parts
from sma_plugin.describe.context import Subject
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.moments import zoned
from sma_plugin.describe.xml import DECLARATION, MDTO, XSI, element, escaped, fragment
from sma_plugin.package.records import FileRecord
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import Category, Reference

SCHEMA = f"{MDTO} https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd"
LEVELS = ("Serie", "Dossier", "Archiefstuk")
_FILES = "bestanden"
_FILES_HERE = f"<?{_FILES} ?>"
"""How lxml writes the place that is kept for references to files; in foreign text ``<`` is escaped."""
_SUPPLEMENTS = ("account.xml", "characteristics.xml")


def series(subject: Subject) -> Reference:
    """The series that the account belongs to; its identifier is the same in every package."""
    known = subject.decisions.series
    made = known.identifier or Stamps(known.name).identifier("series")
    return Reference(known.name, made, known.source or subject.source)


def dossier(subject: Subject) -> Reference:
    """The account; identified by its native id on its platform."""
    account = subject.decisions.account
    name = lists()["texts"]["dossier"].format(account=subject.label, platform=account.platform)
    return Reference(name, account.native_id, account.platform)


def archival_item(subject: Subject) -> Reference:
    """What was captured of the account in the period: the package itself."""
    first, last = subject.period
    texts = lists()["texts"]
    period = texts["period"].format(first=first or last, last=last or first) if first or last else ""
    platform = subject.decisions.account.platform
    name = texts["record"].format(account=subject.label, platform=platform, period=period)
    return Reference(name, subject.record.package.entity_id, subject.source)


def build(level: str, subject: Subject) -> etree._Element:
    """The MDTO record of a level, without the references of an Archiefstuk to its files (see :func:`pieces`)."""
    root, record = parts.new_record("informatieobject")
    own = {"Serie": series, "Dossier": dossier, "Archiefstuk": archival_item}[level](subject)
    parts.identification(record, "identificatie", own.identifier or own.name, own.source or subject.source)
    element(record, "naam", own.name)
    parts.concept(record, "aggregatieniveau", level, lists()["lists"]["levels"])
    if level != "Serie":
        _content(record, subject, level)
    element(record, "taal", subject.record.package.language)
    if level == "Archiefstuk":
        parts.add_events(record, subject)
    _appraisal(record, subject)
    _place(record, level, subject)
    parts.reference(record, "archiefvormer", subject.creator, subject.source)
    activity = _activity(subject)
    if activity:
        parts.reference(record, "activiteit", Reference(activity))
    parts.add_restrictions(record, subject)
    return root


def _content(record: etree._Element, subject: Subject, level: str) -> None:
    account = subject.decisions.account
    if level == "Archiefstuk":
        counts = subject.assessment.counts
        values = {
            "account": subject.label,
            "platform": account.platform,
            "posts": counts.get("posts", 0),
            "others": counts.get("replies", 0) + counts.get("others", 0),
        }
        element(record, "omschrijving", lists()["texts"]["description_record"].format_map(values))
    if account.url and is_web_address(account.url):
        element(element(record, "raadpleeglocatie"), "raadpleeglocatieOnline", account.url)
    parts.coverage(record, *subject.period)


_ADDRESS = re.compile(r"[^\s\[\]{}<>|\\^`\"%]*(?:%[0-9A-Fa-f]{2}[^\s\[\]{}<>|\\^`\"%]*)*")


def is_web_address(url: str) -> bool:
    """Whether an address is one that a reader can follow and ``xs:anyURI`` can hold (RFC 3986, 2 and 3)."""
    try:
        found = urlsplit(url)
        _ = found.port  # reading it tells whether it is a number
    except ValueError:
        return False
    return (
        found.scheme in ("http", "https")
        and bool(found.netloc)
        and _ADDRESS.fullmatch(url) is not None
        and url.isprintable()
    )


def _appraisal(record: etree._Element, subject: Subject) -> None:
    decided = subject.decisions
    names = lists()
    parts.concept(record, "waardering", names["values"][decided.value], names["lists"]["values"], decided.value)
    category = decided.category
    source = list_title(category) if category else names["lists"]["own"]
    if decided.value == "V" and decided.term:
        parts.add_term(record, decided.term, source)
    if category:
        parts.concept(record, "informatiecategorie", category.label, source, category.code)


def list_title(category: Category) -> str:
    """A selection list by name and version, the version once."""
    name, version = category.list_name, category.list_version
    return name if version in name else f"{name} {version}"


def _activity(subject: Subject) -> str | None:
    category = subject.decisions.category
    return subject.decisions.account.process or (category.process if category else None)


def _place(record: etree._Element, level: str, subject: Subject) -> None:
    """Where the record stands among the others; the Archiefstuk's files come in between by :func:`pieces`."""
    chain = [series(subject), dossier(subject), archival_item(subject)]
    position = LEVELS.index(level)
    if position > 0:
        parts.reference(record, "isOnderdeelVan", chain[position - 1])
    if position + 1 < len(chain):
        parts.reference(record, "bevatOnderdeel", chain[position + 1])
    else:
        record.append(etree.ProcessingInstruction(_FILES))
        for name in _SUPPLEMENTS:
            parts.reference(record, "aanvullendeMetagegevens", Reference(name))
        _earlier(record, subject)


def _earlier(record: etree._Element, subject: Subject) -> None:
    """The Archiefstukken of earlier packages of the account that this one was compared with."""
    for one in subject.previous.predecessors if subject.previous else ():
        tie = element(record, "gerelateerdInformatieobject")
        parts.reference(
            tie, "gerelateerdInformatieobjectVerwijzing", Reference(one.name, one.entity_id), subject.source
        )
        parts.concept(
            tie, "gerelateerdInformatieobjectTypeRelatie", lists()["texts"]["earlier"], lists()["lists"]["relations"]
        )


def pieces(root: etree._Element, files: Iterable[tuple[str, str]], source: str) -> Iterator[str]:
    """A record as text; an Archiefstuk refers to each of ``files`` (path, identifier) where its place for them is."""
    before, _, after = fragment(root).partition(_FILES_HERE)
    yield before
    if after:
        ending = f"</identificatieKenmerk>{_source(source)}</verwijzingIdentificatie></heeftRepresentatie>"
        for path, uuid in files:
            yield (
                f"<heeftRepresentatie><verwijzingNaam>{escaped(path.rpartition('/')[2])}</verwijzingNaam>"
                f"<verwijzingIdentificatie><identificatieKenmerk>{uuid}{ending}"
            )
        yield after


def standalone(root: etree._Element, files: Iterable[tuple[str, str]], source: str) -> Iterator[bytes]:
    """A record as a document by itself, with the location of its schema as in the official examples."""
    root.set(etree.QName(XSI, "schemaLocation"), SCHEMA)
    etree.indent(root)
    yield DECLARATION
    for piece in pieces(root, files, source):
        yield piece.encode()
    yield b"\n"


@cache
def _source(source: str) -> str:
    return f"<identificatieBron>{escaped(source)}</identificatieBron>"


def _reference(name: str, identifier: str, source: str) -> str:
    return (
        f"<verwijzingNaam>{escaped(name)}</verwijzingNaam><verwijzingIdentificatie><identificatieKenmerk>"
        f"{escaped(identifier)}</identificatieKenmerk>{_source(source)}</verwijzingIdentificatie>"
    )


class FileRecords:
    """MDTO Bestand records of one package; what they share is rendered once."""

    def __init__(self, subject: Subject) -> None:
        item = archival_item(subject)
        names = lists()["lists"]
        self._source = subject.source
        self._whole = (
            "<isRepresentatieVan>"
            f"{_reference(item.name, item.identifier or '', item.source or '')}</isRepresentatieVan></bestand></MDTO>"
        )
        self._digested = _digest_moments(subject)
        self._made = subject.made
        self._checksum = (
            "<checksum><checksumAlgoritme><begripLabel>SHA-256</begripLabel><begripBegrippenlijst><verwijzingNaam>"
            f"{escaped(names['checksums'])}</verwijzingNaam></begripBegrippenlijst></checksumAlgoritme><checksumWaarde>"
        )

    def render(self, record: FileRecord) -> str:
        """One file: identification, name, size, format, checksum with its date, what it represents."""
        at = self._digested.get(record.capture or "", self._made)
        return (
            f'<MDTO xmlns="{MDTO}"><bestand><identificatie><identificatieKenmerk>{record.id}'
            f"</identificatieKenmerk>{_source(self._source)}</identificatie>"
            f"<naam>{escaped(record.path.rpartition('/')[2])}</naam><omvang>{record.size:d}</omvang>"
            f"{_format(record.format_name, record.puid, record.mime)}{self._checksum}{record.sha256}"
            f"</checksumWaarde><checksumDatum>{at}</checksumDatum></checksum>{self._whole}"
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
        parts.concept(record, "bestandsformaat", name or puid, names["pronom"], puid)
    elif mime:
        parts.concept(record, "bestandsformaat", name or mime, names["media_types"], mime)
    else:
        parts.concept(record, "bestandsformaat", name or lists()["texts"]["unknown_format"], names["own"])
    inner = fragment(root)
    return inner[inner.index("<bestandsformaat>") : inner.index("</bestand>")]
