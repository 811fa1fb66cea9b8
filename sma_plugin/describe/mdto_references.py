"""What MDTO records and the METS call things by: the series, the account, what was captured, and its access copy."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sma_plugin import notation
from sma_plugin.describe.context import ACCESS, MASKED, Subject
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import Category, Reference


def series(subject: Subject) -> Reference:
    """The series that the account belongs to; its identifier is the same in every package."""
    known = subject.decisions.series
    made = known.identifier or Stamps(known.name).identifier("series")
    return Reference(known.name, made, known.source or subject.source)


def dossier(subject: Subject) -> Reference:
    """The account, by the first of its identifications."""
    name = lists()["texts"]["dossier"].format(account=subject.label, platform=platform_name(subject))
    return Reference(name, *identifications(subject)[0])


def identifications(subject: Subject) -> list[tuple[str, str]]:
    """What identifies the account, each with where it comes from: its native id on the platform, and its address.

    An id that the history made of a name is nobody's identification, unless there is no other.
    """
    account = subject.decisions.account
    found = [(account.native_id, platform_name(subject))] if not account.native_id.startswith("name:") else []
    if account.url and is_web_address(account.url) and account.url != account.native_id:
        found.append((account.url, lists()["texts"]["web_address"]))
    return found or [(account.native_id.removeprefix("name:"), platform_name(subject))]


def archival_item(subject: Subject) -> Reference:
    """What was captured of the account in the period: the package itself."""
    first, last = subject.period
    texts = lists()["texts"]
    period = texts["period"].format(first=first or last, last=last or first) if first or last else ""
    name = texts["record"].format(account=subject.label, platform=platform_name(subject), period=period)
    return Reference(name, subject.record.package.entity_id, subject.source)


def copied_items(subject: Subject) -> dict[str, Reference]:
    """What is an Archiefstuk of its own beside what was captured, by the use of its files."""
    record, copies = archival_item(subject).name, {ACCESS: subject.access, MASKED: subject.masked}
    return {
        use: Reference(lists()["texts"][use].format(record=record), copy.identifier, subject.source)
        for use in subject.apart
        if (copy := copies[use])
    }


def platform_name(subject: Subject) -> str:
    """The platform of the account as people call it."""
    return notation.platform(subject.decisions.account.platform)


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
