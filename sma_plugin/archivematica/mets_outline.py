"""Where things stand in a METS, in bytes: found in one pass by expat, which tells the offset of every tag.

Only what is asked for later is kept; what there is of every file goes to a table that does not stay in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.parsers import expat

from sma_plugin.archivematica.outlined_files import FileTag, OutlinedFiles
from sma_plugin.describe.xml import MDTO, METS, PREMIS, XLINK, XSI

_METS, _PREMIS = f"{METS} ", f"{PREMIS} "
DESCRIPTIVE, ADMINISTRATIVE, FILES, MAP = "dmdSec", "amdSec", "fileSec", "structMap"
_SECTIONS = (DESCRIPTIVE, ADMINISTRATIVE, FILES, MAP, "structLink", "behaviorSec")
_ACCOUNT = ("series", "account", "timeline")
"""Types of the divisions of a logical structMap that records belong to."""
_DEEPEST = 4
"""Levels of folders that are asked for: the AIP, its objects, ``captures`` or ``derived``, and those in them."""
_UTF8 = (None, "utf-8", "us-ascii")


class OutlineError(ValueError):
    """A METS that is no XML, brings a document type, or is not in UTF-8; says why."""


class Section(NamedTuple):
    """A child of the root: its kind and ID, from which byte to which, and what type of record it wraps."""

    kind: str
    id: str
    start: int
    end: int
    type: str = ""


class AccountMap(NamedTuple):
    """A logical structMap with an account: the ID of its division, and where its sections' tags are, by type."""

    account: str
    divisions: dict[str, int]


@dataclass
class Outline:
    """What stands where. ``sections`` are those that are about no single file; those that are, are in ``files``.

    ``first`` is where the first section of each kind begins, ``folders`` are directories of the physical structMap by
    path, with where their tags are.
    """

    files: OutlinedFiles
    root: int = 0
    end: int = 0
    namespaces: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    accounts: list[AccountMap] = field(default_factory=list)

    def of(self, kind: str) -> list[Section]:
        """The sections of a kind."""
        return [one for one in self.sections if one.kind == kind]

    def before(self, *kinds: str) -> int:
        """Where the first section of one of these kinds begins; where the root ends when there is none."""
        return min((self.first[kind] for kind in kinds if kind in self.first), default=self.end)


class _Reader:
    """Follows expat through one document."""

    def __init__(self, files: OutlinedFiles) -> None:
        self.outline = Outline(files)
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._depth = 0
        self._section: Section | None = None
        self._file: tuple[int, dict[str, str]] | None = None
        self._object: dict[str, str] | None = None
        self._superseded = self._of_file = False
        self._text: list[str] = []
        self._labels: list[str] = []
        self._physical = False
        self._divisions: dict[str, int] = {}
        starts: dict[str, Callable[[dict[str, str]], None]] = {
            "mdWrap": self._wrap,
            "techMD": self._technical,
            "file": self._begin_file,
            "FLocat": self._location,
            "div": self._begin_division,
        }
        self._starts = {_METS + name: call for name, call in starts.items()}
        self._starts |= {f"{_PREMIS}object": self._begin_object, f"{MDTO} bestand": self._begin_record}
        self._ends = {f"{_METS}div": self._end_division, f"{_PREMIS}object": self._end_object}
        self._values = {
            f"{_PREMIS}{name}": name
            for name in (
                "objectIdentifierType",
                "objectIdentifierValue",
                "messageDigestAlgorithm",
                "messageDigest",
            )
        }

    def read(self, path: Path) -> Outline:
        """Read a document. Raises :class:`OutlineError` and ``OSError``."""
        with path.open("rb") as stream:
            try:
                self._parser.ParseFile(stream)
            except expat.ExpatError as error:
                raise OutlineError(str(error)) from error
        return self.outline

    def _namespace(self, prefix: str | None, uri: str) -> None:
        if self._depth == 0:
            self.outline.namespaces[prefix or ""] = uri

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.casefold() if encoding else None) not in _UTF8:
            raise OutlineError(f"encoding {encoding}")

    def _doctype(self, *_: object) -> None:
        raise OutlineError("DOCTYPE")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth <= 2:
            self._top(name, attributes)
        elif name in self._starts:
            self._starts[name](attributes)
        elif self._object is not None and name in self._values:
            self._text = []
            self._parser.CharacterDataHandler = self._text.append

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name in self._ends:
            self._ends[name]()
        elif self._object is not None and name in self._values:
            self._parser.CharacterDataHandler = None
            self._value(self._values[name], "".join(self._text).strip())
        if self._depth == 0:
            self.outline.end = self._parser.CurrentByteIndex
            self._close_section(self.outline.end)

    # --- sections ----------------------------------------------------------------------------------------------------

    def _top(self, name: str, attributes: dict[str, str]) -> None:
        at, kind = self._parser.CurrentByteIndex, name.removeprefix(_METS)
        if self._depth == 1:
            if kind != "mets":
                raise OutlineError(f"<{name.rpartition(' ')[2]}>")
            self.outline.root = at
            return
        self._close_section(at)
        if kind in _SECTIONS:
            self._section = Section(kind, attributes.get("ID", ""), at, at)
            self.outline.first.setdefault(kind, at)
        self._of_file = False
        self._physical = kind == MAP and attributes.get("TYPE") == "physical"
        self._divisions = {}

    def _close_section(self, end: int) -> None:
        one, self._section = self._section, None
        if one is not None and not self._of_file:
            self.outline.sections.append(one._replace(end=end))
        elif one is not None and one.kind == DESCRIPTIVE:
            self.outline.files.add_record(one.id, one.start, end)

    def _wrap(self, attributes: dict[str, str]) -> None:
        if self._depth == 3 and self._section and self._section.kind == DESCRIPTIVE:
            self._section = self._section._replace(type=attributes.get("OTHERMDTYPE") or attributes.get("MDTYPE", ""))

    # --- files -------------------------------------------------------------------------------------------------------

    def _technical(self, attributes: dict[str, str]) -> None:
        self._superseded = attributes.get("STATUS") == "superseded"

    def _begin_object(self, attributes: dict[str, str]) -> None:
        is_file = attributes.get(f"{XSI} type", "").rpartition(":")[2] == "file"
        if is_file and self._section and self._section.kind == ADMINISTRATIVE:
            self._of_file = True
            self._object = None if self._superseded else {}

    def _begin_record(self, _: dict[str, str]) -> None:
        self._of_file = self._section is not None and self._section.kind == DESCRIPTIVE

    def _value(self, name: str, value: str) -> None:
        if self._object is None:
            return
        if name == "objectIdentifierValue":
            if self._object.get("objectIdentifierType") == "UUID":
                self._object.setdefault("uuid", value)
        elif name == "objectIdentifierType":
            self._object[name] = value
        else:
            self._object.setdefault(name, value)

    def _end_object(self) -> None:
        known, self._object = self._object, None
        if known is None or self._section is None:
            return
        algorithm = known.get("messageDigestAlgorithm", "").casefold().replace("-", "")
        digest = known.get("messageDigest", "").casefold() if algorithm == "sha256" else ""
        self.outline.files.add_object(self._section.id, known.get("uuid", ""), digest)

    def _begin_file(self, attributes: dict[str, str]) -> None:
        self._file = (self._parser.CurrentByteIndex, attributes)

    def _location(self, attributes: dict[str, str]) -> None:
        if self._file is None:
            return
        start, known = self._file
        self._file = None
        tag = FileTag(
            known.get("ID", ""), start, unquote(attributes.get(f"{XLINK} href", "")), known.get("CHECKSUM", "")
        )
        self.outline.files.add_file(tag, next(iter(known.get("ADMID", "").split()), ""))

    # --- divisions ---------------------------------------------------------------------------------------------------

    def _begin_division(self, attributes: dict[str, str]) -> None:
        at, kind = self._parser.CurrentByteIndex, attributes.get("TYPE", "")
        if self._physical:
            self._labels.append(attributes.get("LABEL", ""))
            if kind == "Directory" and len(self._labels) <= _DEEPEST:
                self.outline.folders["/".join(self._labels[1:])] = at
        elif kind in _ACCOUNT:
            self._divisions.setdefault(kind, at)
            if kind == "account":
                self.outline.accounts.append(AccountMap(attributes.get("ID", ""), self._divisions))

    def _end_division(self) -> None:
        if self._physical and self._labels:
            self._labels.pop()


def outline(path: Path, files: OutlinedFiles) -> Outline:
    """Where everything stands in a METS; ``files`` takes what there is of each file.

    Raises :class:`OutlineError` and ``OSError``.
    """
    return _Reader(files).read(path)
