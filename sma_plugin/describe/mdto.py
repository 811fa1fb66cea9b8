"""MDTO records of a package: Serie, Dossier (the account), Archiefstuk (its captured period; its access copy).

Nothing is inherited in MDTO: appraisal, restrictions and creator stand at every level. Third parties never stand here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from sma_plugin.describe import mdto_parts as parts
from sma_plugin.describe.context import ACCESS, MASKED, Subject
from sma_plugin.describe.mdto_events import add_events, decided, of_copy, of_package
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.mdto_references import (
    archival_item,
    copied_items,
    dossier,
    identifications,
    is_web_address,
    list_title,
    platform_name,
    series,
    titled,
)
from sma_plugin.describe.mdto_writing import FILES, Record
from sma_plugin.describe.media_rights import restrictions
from sma_plugin.describe.moments import day_of
from sma_plugin.describe.xml import element, optional
from sma_plugin.selection.records import (
    UNDETERMINED,
    AppraisalValue,
    Category,
    Reference,
    Restriction,
    Term,
)

ACCESS_RECORD, MASKED_RECORD = "raadpleegkopie", "kopie-zonder-sleutels"
"""What the records of copies are called among the package's files and sections."""
_SUPPLEMENTS = ("account.xml", "characteristics.xml")


def records(subject: Subject) -> Iterator[Record]:
    """Every record of the package but those of its files, from the series down."""
    yield Record("serie", series_record(subject))
    yield Record("dossier", dossier_record(subject))
    yield Record("archiefstuk", item_record(subject), subject.files.places(*subject.apart, within=False))
    for name, use, root in (
        (ACCESS_RECORD, ACCESS, access_record(subject)),
        (MASKED_RECORD, MASKED, masked_record(subject)),
    ):
        if root is not None:
            yield Record(name, root, subject.files.places(use))


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
    for copied in copied_items(subject).values():
        parts.reference(record, "bevatOnderdeel", copied)
    _closed(record, subject, restrictions(subject))
    return root


def item_record(subject: Subject) -> etree._Element:
    """What was captured of the account in the package's period."""
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
    record.append(etree.ProcessingInstruction(FILES))
    for name in _SUPPLEMENTS:
        parts.reference(record, "aanvullendeMetagegevens", Reference(name))
    for one in subject.previous.predecessors if subject.previous else ():
        _related(record, "earlier", Reference(one.name, one.entity_id), subject)
    for copied in copied_items(subject).values():
        _related(record, "version", copied, subject)
    _closed(record, subject, restrictions(subject))
    return root


def access_record(subject: Subject) -> etree._Element | None:
    """The access copy: a version of what was captured, with restrictions of its own, made for an audience."""
    copy = subject.access
    if copy is None:
        return None
    audience = lists()["audiences"].get(copy.audience, copy.audience)
    said = lists()["texts"]["description_access"].format(audience=audience)
    return _copy_record(subject, ACCESS, said, copy.restrictions or (UNDETERMINED,))


def masked_record(subject: Subject) -> etree._Element | None:
    """Web archives without keys and cookies: a version of what was captured, restricted as that is but for its keys."""
    copy = subject.masked
    if copy is None or not copy.copies:
        return None
    said = lists()["texts"]["description_masked"].format(count=len(copy.copies))
    return _copy_record(subject, MASKED, said, restrictions(subject, keys=False))


def _copy_record(subject: Subject, use: str, description: str, restricted: Iterable[Restriction]) -> etree._Element:
    """A copy that is a version of what was captured, and an Archiefstuk of its own."""
    root, record = _opened("Archiefstuk", copied_items(subject)[use], ())
    _hotspots(record, subject)
    element(record, "omschrijving", description)
    parts.coverage(record, "posts", *subject.period)
    element(record, "taal", subject.record.package.language)
    add_events(record, of_copy(subject, use))
    _appraised(record, subject)
    parts.reference(record, "isOnderdeelVan", dossier(subject))
    record.append(etree.ProcessingInstruction(FILES))
    _related(record, "version_of", archival_item(subject), subject)
    _closed(record, subject, restricted)
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
        platform=platform_name(subject),
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
    if known.category is None and known.hotspots:  # then the hotspot is what the value rests on
        spot = known.hotspots[0]
        parts.concept(record, "informatiecategorie", spot.name, titled(spot.list_name, spot.list_version), spot.as_code)


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
