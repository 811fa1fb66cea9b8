"""Decisions and what they decide, as they stand in ``decisions.json`` and feed MDTO, PREMIS rights and the METS."""

from __future__ import annotations

from typing import Literal

import msgspec

from sma_plugin.selection.choosing import Choice

AppraisalValue = Literal["B", "V", "N"]


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name with an identifier and where that identifier comes from (MDTO verwijzingGegevens)."""

    name: str
    identifier: str | None = None
    source: str | None = None


class Category(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a selection list: the list with its version, the category, and what it says."""

    list_name: str
    list_version: str
    code: str
    label: str
    value: AppraisalValue
    process: str | None = None
    term: str | None = None
    """ISO 8601 duration; only with V."""
    trigger: str | None = None
    ground: str | None = None
    place: str | None = None
    """Where the list is to be found."""
    note: str | None = None
    """What the list explains."""
    process_object: str | None = None
    """Whose existence or validity a term may wait for."""
    less_suited: bool = False
    """Of a list by key function: it may be used, and is not what the field advises for social media."""


class Hotspot(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event for which what would be destroyed is kept: its name, the list that it is on, its days, the ground."""

    name: str
    list_name: str
    list_version: str | None = None
    code: str | None = None
    since: str | None = None
    until: str | None = None
    ground: str | None = None

    @property
    def as_code(self) -> str:
        """What it is told by in its list: its code there, else its name."""
        return self.code or self.name


class Hold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A legal hold: nothing of what it is about is destroyed from ``since`` until ``until`` (MDTO Bevriezing)."""

    name: str
    ground: str
    since: str
    until: str | None = None
    role: str | None = None
    date: str | None = None
    """When the role placed it."""


class Term(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long, from when, until when (dates ISO 8601)."""

    duration: str
    trigger: str | None = None
    starts: str | None = None
    ends: str | None = None


class Restriction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One ground on which use is restricted (MDTO beperkingGebruik), and the PREMIS rights that follow from it."""

    label: str
    list_name: str
    code: str | None = None
    note: str | None = None
    basis: Literal["statute", "copyright", "license", "other", "institutional policy"] = "other"
    citation: str | None = None
    until: str | None = None
    """When it ends, as far as that is known (a date, month or year)."""
    number: str | None = None
    """The number of the decision that restricts, and with ``date`` its day."""
    date: str | None = None
    trigger: str | None = None
    """After which event the term runs, with the code and the list that it comes from."""
    trigger_code: str | None = None
    trigger_list: str | None = None
    starts: str | None = None
    duration: str | None = None
    """ISO 8601."""
    beyond: str | None = None
    """The decision that lets it last longer than the statute allows by itself."""
    media: tuple[str, ...] = ()
    """The kinds of medium that it is about, or ``keys``: files with keys in them; everything where there are none."""
    rights: Literal["licence known", "third party", "to be determined"] | None = None
    """Of media: what is known of the rights in them."""
    grant: Literal["Allow", "Disallow", "Conditional"] = "Conditional"
    """What may be done with it (disseminate), in Archivematica's words."""


KEYS = "keys"
"""Files with keys, cookies and signed addresses in them, as what a restriction is about."""
RESTRICTION_TYPES = "Begrippenlijst Beperkingen MDTO"
UNDETERMINED = Restriction("Nader te bepalen", RESTRICTION_TYPES)
"""What holds until a role decided."""


class LegalPosition(msgspec.Struct, frozen=True, omit_defaults=True):
    """The legal position of an accession, the statute that applies to it, and the act that gave it that position."""

    position: Literal["outplaced", "transferred early", "transferred"]
    statute: str
    date: str | None = None
    number: str | None = None
    role: str | None = None


class MediaRights(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of the rights in the media of one kind: how many there are, and what is yet to be looked into."""

    kind: str
    status: Literal["licence known", "third party", "to be determined"]
    count: int
    grounds: tuple[str, ...] = ()


class AccessCopy(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/access.json``: the access copy as an Archiefstuk of its own."""

    identifier: str
    audience: str
    """For whom it is: ``custodian``, ``woo-officer``, ``reading-room`` or ``public``."""
    restrictions: tuple[Restriction, ...] = (UNDETERMINED,)
    made: str | None = None
    schema: int = 1


class MaskedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kept file with keys and cookies in it, and the copy without them (package paths).

    ``path`` is ``None`` where no copy could be made; the file may hold keys all the same.
    """

    source: str
    path: str | None = None
    values: int = 0
    records: int = 0
    """How many records something was taken from."""


class MaskedCopy(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/masked.json``: copies of web archives without keys and cookies, as an Archiefstuk of their own.

    ``restriction`` holds for the files with the keys in them, until a role decides about these.
    """

    identifier: str
    restriction: Restriction
    files: tuple[MaskedFile, ...] = ()
    made: str | None = None
    schema: int = 1

    @property
    def copies(self) -> dict[str, str]:
        """The file that each copy was made of."""
        return {one.path: one.source for one in self.files if one.path}

    @property
    def with_keys(self) -> frozenset[str]:
        """The kept files that hold keys or cookies."""
        return frozenset(one.source for one in self.files)


class AccountRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the register says of the account. ``registered`` is false when it stands in no register."""

    platform: str
    native_id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    kind: Literal["corporate", "hybrid", "personal", "unknown"] = "unknown"
    scenario: Literal["A", "B", "C"] | None = None
    status: Literal["in use", "unused", "closed", "unknown"] = "unknown"
    custodian: Reference | None = None
    creator: Reference | None = None
    administrator: str | None = None
    """A function, never a person's name; several with semicolons between them."""
    process: str | None = None
    registered: bool = False
    status_since: str | None = None
    opened: str | None = None
    belongs_to: Literal["organisation", "function", "project"] | None = None
    unit: str | None = None
    office_holder: str | None = None
    replies_possible: bool | None = None
    series: str | None = None


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision: what was proposed and why, what was decided, by which role, when, on which ground."""

    subject: str
    proposal: str
    reason: str
    decided: str | None = None
    role: str | None = None
    at: str | None = None
    ground: str | None = None
    question: str | None = None
    """The identifier of the question that it answers."""


ACCEPTED = "accept"
"""What is decided on a lack that need not be made good."""


class PackageDecisions(msgspec.Struct, frozen=True, omit_defaults=True):
    """``metadata/sma/decisions.json``: everything that was decided for one package."""

    account: AccountRecord
    value: AppraisalValue
    series: Reference
    category: Category | None = None
    term: Term | None = None
    restrictions: tuple[Restriction, ...] = ()
    decisions: tuple[Decision, ...] = ()
    series_restrictions: tuple[Restriction, ...] = (UNDETERMINED,)
    """What is restricted of all that belongs to the series: the same for each of its accounts."""
    hotspots: tuple[Hotspot, ...] = ()
    """Confirmed by a role: the value is B and there is no term; ``category`` is still that of the selection list."""
    holds: tuple[Hold, ...] = ()
    """Legal holds that the package fell under when it was made."""
    chosen: Choice | None = None
    """Which of the account's posts these are, where a role chose among them."""
    legal_position: LegalPosition | None = None
    schema: int = 1
