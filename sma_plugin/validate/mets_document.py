"""What a pass over a METS gathers for later checks: files, divisions with their pointers, counts, records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from sma_plugin.findings import Finding

METS = "{http://www.loc.gov/METS/}"
PREMIS = "{http://www.loc.gov/premis/v3}"
MDTO = "{https://www.nationaalarchief.nl/mdto}"
POSTS = "objects/derived/normalised/posts.jsonl"
POST_KINDS = ("post", "reply")
RESOURCE_KINDS = ("page", "screenshot", "document", "failure", "medium")
KINDS = (*POST_KINDS, *RESOURCE_KINDS, "profile")
"""Types of division that begin with a line of ``posts.jsonl``."""


@dataclass(slots=True)
class MetsFile:
    """A file as the METS has it: ``uuid`` in that of an AIP; ``described`` by an MDTO record of its own."""

    id: str
    path: str
    sha256: str
    size: int | None
    uuid: str = ""
    described: bool = False


class PremisFile(NamedTuple):
    """A file as PREMIS has it."""

    uuid: str
    digest: str
    size: str
    is_sha256: bool


class Pointer(NamedTuple):
    """Where a division points: a file by its ID, whole, or ``extent`` bytes from ``begin`` on."""

    file: str
    begin: int | None = None
    extent: int | None = None


class Division(NamedTuple):
    """A post, reply, profile version or captured page of the logical structMap."""

    id: str
    kind: str
    label: str
    pointers: tuple[Pointer, ...]


@dataclass
class Document:
    """What the pass over a METS gathers. ``records`` has a digest of each descriptive record by its section's ID,
    ``stated`` the counts of the account record, ``appraisal`` its value and the code of its category, ``decided`` the
    type and detail of each event that may be a decision, ``said`` what each object, event, agent and rights statement
    of the package is, by a digest of what it says whatever identifies it, ``structure`` one of the logical structure.
    """

    files: dict[str, MetsFile] = field(default_factory=dict)
    divisions: list[Division] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    stated: dict[str, int] = field(default_factory=dict)
    appraisal: tuple[str, str] | None = None
    decided: list[tuple[str, str]] = field(default_factory=list)
    records: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    structure: str = ""
    findings: list[Finding] = field(default_factory=list)
