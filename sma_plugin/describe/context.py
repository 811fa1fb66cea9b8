"""What describe starts from: who is responsible, and everything that stands in the package's records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from sma_plugin.characteristics.records import Assessment
from sma_plugin.describe.files import FileTable
from sma_plugin.describe.moments import day_of, zoned
from sma_plugin.describe.xml import xml_id
from sma_plugin.improvement.edits import Edits
from sma_plugin.model import Capture, Event
from sma_plugin.package import Package
from sma_plugin.package.improvement import Plan
from sma_plugin.package.records import ExcludedRecord, FileRecord, PackageRecord
from sma_plugin.provenance import Stamps
from sma_plugin.selection.records import AccessCopy, MaskedCopy, PackageDecisions, Reference
from sma_plugin.stored.records import Related

NORMALISED = "normalised"
ACCESS = "access"
MASKED = "masked"
DERIVED = {"preservation": NORMALISED, "access": ACCESS, "masked": MASKED}
"""The representation that derived files belong to, by their use."""


@dataclass(frozen=True)
class DescribeContext:
    """Who is responsible, and where identifiers and times come from."""

    stamps: Stamps
    creator: Reference
    custodian: Reference
    archive_name: str
    language: str = "nl"
    statute: str = "Archiefwet 1995"
    identifier_source: str | None = None
    reading_room: str | None = None
    """Where the archive lets people consult what it keeps."""
    edits: Edits = field(default_factory=Edits)
    """What people said of the points of improvement plans."""


class Representation(msgspec.Struct, frozen=True):
    """One PREMIS representation: a capture, the normalised form, or a copy. ``key`` is its name in XML ids."""

    key: str
    uuid: str
    use: str
    capture: Capture | None = None

    @property
    def amd(self) -> str:
        """The ID of its amdSec."""
        return f"amd-rep-{self.key}"


class PostSpan(msgspec.Struct, frozen=True):
    """When the account's own first and last kept post were made (dates ISO 8601), as counted here."""

    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Subject:
    """One package as describe sees it. ``created`` is the moment of description; ``span`` is known after the posts."""

    package: Package
    context: DescribeContext
    record: PackageRecord
    decisions: PackageDecisions
    assessment: Assessment
    excluded: ExcludedRecord
    files: FileTable
    events: tuple[Event, ...]
    created: str
    previous: Related | None = None
    access: AccessCopy | None = None
    """The access copy as an Archiefstuk of its own, where it is on record."""
    masked: MaskedCopy | None = None
    """Copies of web archives without keys and cookies, where there are any on record."""
    plan: Plan | None = None
    """The improvement plan, which is made once the posts are known."""
    span: PostSpan = field(default_factory=PostSpan)
    media: Mapping[tuple[str, bool], int] = field(default_factory=dict)
    """How many media of each kind its posts hold, in those of the account and in those of others; known as ``span``."""

    @cached_property
    def ids(self) -> Stamps:
        """Identifiers that follow from the package's own, so that describing again gives the same ones."""
        return Stamps(self.record.package.id)

    @cached_property
    def captures(self) -> dict[str, Representation]:
        """The representation of each capture, by capture id."""
        return {capture.id: self._of_capture(capture) for capture in self.record.capture}

    @cached_property
    def representations(self) -> tuple[Representation, ...]:
        """Every representation: captures in their order, then derived ones that have files."""
        derived = (self.derived(use) for use in DERIVED if self.files.count(use))
        return (*self.captures.values(), *derived)

    def derived(self, use: str) -> Representation:
        """The representation of derived files with this use."""
        key = DERIVED[use]
        return Representation(key, self.ids.identifier(f"representation/{key}"), use)

    def sources(self, use: str) -> tuple[Representation, ...]:
        """The captures that derived files with this use were made of: all of them, where it is not known of which."""
        copied = self.masked.copies.values() if self.masked and use == MASKED else ()
        records = (self.files.record(path) for path in copied)
        known = {one.capture for one in records if one}
        return tuple(one for name, one in self.captures.items() if not known or name in known)

    def holding(self, record: FileRecord) -> Representation | None:
        """The representation that a file belongs to; ``None`` for an original of no capture."""
        if record.use in DERIVED:
            return self.derived_by_use[record.use]
        return self.captures.get(record.capture or "")

    @cached_property
    def derived_by_use(self) -> dict[str, Representation]:
        """Derived representations by use."""
        return {use: self.derived(use) for use in DERIVED}

    @property
    def apart(self) -> tuple[str, ...]:
        """The uses of files that are an Archiefstuk of their own."""
        copied = bool(self.masked and self.masked.copies)
        return (*((ACCESS,) if self.access else ()), *((MASKED,) if copied else ()))

    @property
    def label(self) -> str:
        """What the account is called where people read it: its handle, else its name, else its identifier."""
        account = self.decisions.account
        return f"@{account.handle.lstrip('@')}" if account.handle else account.name or account.native_id

    @property
    def period(self) -> tuple[str | None, str | None]:
        """First and last day of what the package holds: of its posts, else as planned."""
        known = self.record.package
        return (
            day_of(self.span.first) or day_of(known.period_from),
            day_of(self.span.last) or day_of(known.period_until),
        )

    @property
    def made(self) -> str:
        """When the package was composed, as ``xs:dateTime``."""
        found = zoned(self.record.package.created)
        return found.text if found else self.created

    @property
    def creator(self) -> Reference:
        """The archiefvormer: the register's for this account, else the configured one."""
        return self.decisions.account.creator or self.context.creator

    @property
    def source(self) -> str:
        """Where our identifiers come from, for MDTO."""
        return self.context.identifier_source or self.context.archive_name

    def _of_capture(self, capture: Capture) -> Representation:
        uuid = capture.uuid or self.ids.identifier(f"capture/{capture.id}")
        return Representation(xml_id(capture.id), uuid, "original", capture)


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with delivered names replaced by a number: those may name third parties, and METS reaches the DIP."""
    for number, name in enumerate(names, 1):
        if name and name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"delivery {number}", text)
    return text
