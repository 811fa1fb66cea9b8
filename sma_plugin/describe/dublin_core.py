"""Dublin Core on the whole, for findability: in the METS and, as ``metadata.csv``, in Archivematica's access copies."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.describe.context import Subject
from sma_plugin.describe.mdto_references import archival_item, list_title, series
from sma_plugin.describe.media_rights import restrictions
from sma_plugin.describe.xml import escaped

NAMESPACE = "http://purl.org/dc/elements/1.1/"


def statements(subject: Subject) -> Iterator[tuple[str, str]]:
    """Element and value, in a fixed order; an element may come more than once."""
    decided = subject.decisions
    item = archival_item(subject)
    yield "title", item.name
    yield "creator", subject.creator.name
    yield "publisher", subject.context.archive_name
    yield "type", "Collection"
    first, last = subject.period
    if first or last:
        yield "date", "/".join(dict.fromkeys(day for day in (first, last) if day))
    yield "identifier", f"urn:uuid:{subject.record.package.id}"
    if decided.account.url:
        yield "source", decided.account.url
    yield "language", subject.record.package.language
    yield "relation", series(subject).name
    if decided.category:
        yield "subject", f"{decided.category.label} ({list_title(decided.category)}, {decided.category.code})"
    for label in dict.fromkeys(restriction.label for restriction in restrictions(subject)):
        yield "rights", label


def dublin_core(subject: Subject) -> str:
    """The statements as XML; prefix ``dc`` is the document's."""
    return "".join(f"<dc:{name}>{escaped(value)}</dc:{name}>" for name, value in statements(subject))
