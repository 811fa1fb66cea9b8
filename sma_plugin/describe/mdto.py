"""MDTO records of a package: Serie, Dossier (the account), Archiefstuk (its captured period; its access copy).

Nothing is inherited in MDTO: appraisal, restrictions and creator stand at every level. Third parties never stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from sma_plugin import notation
from sma_plugin.describe import mdto_parts as parts
from sma_plugin.describe.context import ACCESS, Subject
from sma_plugin.describe.mdto_events import add_events, decided, of_access, of_package
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.media_rights import restrictions
from sma_plugin.describe.moments import day_of
from sma_plugin.describe.xml import DECLARATION, MDTO, XSI, element, escaped, fragment, optional
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import (
    UNDETERMINED,
    AccessCopy,
    AppraisalValue,
    Category,
    Reference,
    Restriction,
    Term,
)

SCHEMA = f"{MDTO} https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd"
ACCESS_RECORD = "raadpleegkopie"
"""What the record of the access copy is called among the package's files and sections."""
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
    """The account, by the first of its identifications."""
    name = lists()["texts"]["dossier"].format(account=subject.label, platform=_platform(subject))
    return Reference(name, *identifications(subject)[0])


def identifications(subject: Subject) -> list[tuple[str, str]]:
    """What identifies the account, each with where it comes from: its native id on the platform, and its address.

    An id that the history made of a name is nobody's identification, unless there is no other.
    """
    account = subject.decisions.account
    found = [(account.native_id, _platform(subject))] if not account.native_id.startswith("name:") else []
    if account.url and is_web_address(account.url) and account.url != account.native_id:
        found.append((account.url, lists()["texts"]["web_address"]))
    return found or [(account.native_id.removeprefix("name:"), _platform(subject))]


def archival_item(subject: Subject) -> Reference:
    """What was captured of the account in the period: the package itself."""
    first, last = subject.period
    texts = lists()["texts"]
    period = texts["period"].format(first=first or last, last=last or first) if first or last else ""
    name = texts["record"].format(account=subject.label, platform=_platform(subject), period=period)
    return Reference(name, subject.record.package.entity_id, subject.source)


def access_item(subject: Subject, copy: AccessCopy) -> Reference:
    """The access copy of what was captured."""
    name = lists()["texts"]["access"].format(record=archival_item(subject).name)
    return Reference(name, copy.identifier, subject.source)


def _platform(subject: Subject) -> str:
    return notation.platform(subject.decisions.account.platform)


class Record(NamedTuple):
    """A record: its name among the package's files and sections, itself, the files that it is represented by."""

    name: str
    root: etree._Element
    files: Iterable[tuple[str, str]] = ()


def records(subject: Subject) -> Iterator[Record]:
    """Every record of the package but those of its files, from the series down."""
    yield Record("serie", series_record(subject))
    yield Record("dossier", dossier_record(subject))
    held = subject.files.places(ACCESS, within=False) if subject.access else subject.files.places()
    yield Record("archiefstuk", item_record(subject), held)
    if subject.access:
        yield Record(ACCESS_RECORD, access_record(subject, subject.access), subject.files.places(ACCESS))


def series_record(subject: Subject) -> etree._Element:
    """The series, the same bytes in every package of it: nothing of one account, period or package stands here.

    What belongs to it says so itself; a list of that would be another one in every package.
    """
    decided = subject.decisions
    root, record = _opened("Serie", series(subject), ())
    category = decided.category
    _appraisal(record, category.value if category else "N", category, _term_of(category) if category else None)
    parts.reference(record, "archiefvormer", subject.creator, subject.source)
    if category and category.process:
        parts.reference(record, "activiteit", Reference(category.process))
    parts.add_restrictions(record, decided.series_restrictions, subject.context.custodian.name)
    return root


def dossier_record(subject: Subject) -> etree._Element:
    """The account: who it is, where it is found, what was decided about it."""
    root, record = _opened("Dossier", dossier(subject), identifications(subject)[1:])
    _hotspots(record, subject)
    _locations(record, subject)
    parts.coverage(record, "posts", *subject.period)
    element(record, "taal", subject.record.package.language)
    add_events(record, decided(subject))
    _appraised(record, subject)
    parts.reference(record, "isOnderdeelVan", series(subject))
    parts.reference(record, "bevatOnderdeel", archival_item(subject))
    if subject.access:
        parts.reference(record, "bevatOnderdeel", access_item(subject, subject.access))
    _closed(record, subject, restrictions(subject))
    return root


def item_record(subject: Subject) -> etree._Element:
    """What was captured of the account in the package's period; see :func:`pieces` for its files."""
    root, record = _opened("Archiefstuk", archival_item(subject), ())
    _hotspots(record, subject)
    chosen = subject.decisions.chosen
    for tag in chosen.hashtags if chosen else ():
        element(record, "trefwoord", f"#{tag.lstrip('#')}")
    element(record, "omschrijving", _description(subject))
    _locations(record, subject)
    _coverage(record, subject)
    element(record, "taal", subject.record.package.language)
    add_events(record, of_package(subject))
    _appraised(record, subject)
    parts.reference(record, "isOnderdeelVan", dossier(subject))
    record.append(etree.ProcessingInstruction(_FILES))
    for name in _SUPPLEMENTS:
        parts.reference(record, "aanvullendeMetagegevens", Reference(name))
    for one in subject.previous.predecessors if subject.previous else ():
        _related(record, "earlier", Reference(one.name, one.entity_id), subject)
    if subject.access:
        _related(record, "version", access_item(subject, subject.access), subject)
    _closed(record, subject, restrictions(subject))
    return root


def access_record(subject: Subject, copy: AccessCopy) -> etree._Element:
    """The access copy: a version of what was captured, with restrictions of its own, made for an audience."""
    texts = lists()["texts"]
    root, record = _opened("Archiefstuk", access_item(subject, copy), ())
    _hotspots(record, subject)
    audience = lists()["audiences"].get(copy.audience, copy.audience)
    element(record, "omschrijving", texts["description_access"].format(audience=audience))
    parts.coverage(record, "posts", *subject.period)
    element(record, "taal", subject.record.package.language)
    add_events(record, of_access(subject))
    _appraised(record, subject)
    parts.reference(record, "isOnderdeelVan", dossier(subject))
    record.append(etree.ProcessingInstruction(_FILES))
    _related(record, "version_of", archival_item(subject), subject)
    _closed(record, subject, copy.restrictions or (UNDETERMINED,))
    return root


def _opened(level: str, own: Reference, more: Iterable[tuple[str, str]]) -> tuple[etree._Element, etree._Element]:
    """A record with its identifications, name and level."""
    root, record = parts.new_record("informatieobject")
    for identifier, source in ((own.identifier or own.name, own.source or ""), *more):
        parts.identification(record, "identificatie", identifier, source)
    element(record, "naam", own.name)
    parts.concept(record, "aggregatieniveau", level, lists()["lists"]["levels"])
    return root, record


def _hotspots(record: etree._Element, subject: Subject) -> None:
    for hotspot in subject.decisions.hotspots:
        listed = titled(hotspot.list_name, hotspot.list_version)
        parts.concept(record, "classificatie", hotspot.name, listed, hotspot.code)


def _description(subject: Subject) -> str:
    counts = subject.assessment.counts
    return lists()["texts"]["description_record"].format(
        account=subject.label,
        platform=_platform(subject),
        posts=counts.get("posts", 0),
        others=counts.get("replies", 0) + counts.get("others", 0),
    )


def _locations(record: etree._Element, subject: Subject) -> None:
    """Where it can be consulted: the reading room, and the account online as long as it is there."""
    account, room = subject.decisions.account, subject.context.reading_room
    online = account.url if account.url and is_web_address(account.url) and account.status != "closed" else None
    if not (room or online):
        return
    place = element(record, "raadpleeglocatie")
    if room:
        parts.reference(place, "raadpleeglocatieFysiek", Reference(room))
    optional(place, "raadpleeglocatieOnline", online)


def _coverage(record: etree._Element, subject: Subject) -> None:
    """The period of the posts, and the one in which they were captured."""
    parts.coverage(record, "posts", *subject.period)
    captures = subject.record.capture
    began = [day for one in captures if (day := day_of(one.captured))]
    ended = [day for one in captures if (day := day_of(one.captured_until or one.captured))]
    if began and ended:
        parts.coverage(record, "capture", min(began), max(ended))


def _appraised(record: etree._Element, subject: Subject) -> None:
    known = subject.decisions
    _appraisal(record, known.value, known.category, known.term)


def _appraisal(record: etree._Element, value: AppraisalValue, category: Category | None, term: Term | None) -> None:
    names = lists()
    parts.concept(record, "waardering", names["values"][value], names["lists"]["values"], value)
    source = list_title(category) if category else names["lists"]["own"]
    if value == "V" and term:
        parts.add_term(record, term, source)
    if category:
        parts.concept(record, "informatiecategorie", category.label, source, category.code)


def _term_of(category: Category) -> Term | None:
    """The term of a category by itself: without the dates of any package."""
    return Term(category.term, category.trigger) if category.term else None


def _related(record: etree._Element, kind: str, to: Reference, subject: Subject) -> None:
    tie = element(record, "gerelateerdInformatieobject")
    parts.reference(tie, "gerelateerdInformatieobjectVerwijzing", to, subject.source)
    names = lists()
    parts.concept(tie, "gerelateerdInformatieobjectTypeRelatie", names["texts"][kind], names["lists"]["relations"])


def _closed(record: etree._Element, subject: Subject, restricted: Iterable[Restriction]) -> None:
    """How every record of an account ends: whose archive it is, of what activity, how its use is restricted."""
    known = subject.decisions
    parts.reference(record, "archiefvormer", subject.creator, subject.source)
    activity = known.account.process or (known.category.process if known.category else None)
    if activity:
        parts.reference(record, "activiteit", Reference(activity))
    parts.add_restrictions(record, restricted, subject.context.custodian.name)


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


def list_title(category: Category) -> str:
    """The selection list of a category by name and version."""
    return titled(category.list_name, category.list_version)


def titled(name: str, version: str | None) -> str:
    """A list by name and version, the version once.

    >>> titled("Hotspotlijst", "2026"), titled("Lijst 2020", "2020"), titled("Lijst", None)
    ('Hotspotlijst 2026', 'Lijst 2020', 'Lijst')
    """
    return name if not version or version in name else f"{name} {version}"


@cache
def source_of(source: str) -> str:
    """Where an identifier comes from, as markup."""
    return f"<identificatieBron>{escaped(source)}</identificatieBron>"


def pieces(record: Record, source: str) -> Iterator[str]:
    """A record as text; an Archiefstuk refers to each of its files where its place for them is."""
    before, _, after = fragment(record.root).partition(_FILES_HERE)
    yield before
    if after:
        ending = f"</identificatieKenmerk>{source_of(source)}</verwijzingIdentificatie></heeftRepresentatie>"
        for path, uuid in record.files:
            yield (
                f"<heeftRepresentatie><verwijzingNaam>{escaped(path.rpartition('/')[2])}</verwijzingNaam>"
                f"<verwijzingIdentificatie><identificatieKenmerk>{uuid}{ending}"
            )
        yield after


def standalone(record: Record, source: str) -> Iterator[bytes]:
    """A record as a document by itself, with the location of its schema as in the official examples."""
    record.root.set(etree.QName(XSI, "schemaLocation"), SCHEMA)
    etree.indent(record.root)
    yield DECLARATION
    for piece in pieces(record, source):
        yield piece.encode()
    yield b"\n"
