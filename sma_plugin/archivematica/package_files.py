"""The files of a package as its own METS has them: what each is for, and the one file that it was made of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from sma_plugin.validate.mets_document import METS, PREMIS
from sma_plugin.validate.mets_stream import XLINK
from sma_plugin.validate.xml_stream import drop, elements

_TAGS = (f"{METS}amdSec", f"{METS}file", f"{METS}area", f"{METS}div")
_POSTS = "objects/derived/normalised/posts.jsonl"


class OwnFile(NamedTuple):
    """A file: package path, SHA-256, use, and the package path of its one source, if it is derived."""

    path: str
    sha256: str
    use: str
    source: str | None = None


class _Seen:
    """What a pass over a package's METS gathers."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self.files: list[OwnFile] = []
        self.sources: dict[str, str] = {}
        self.pointed: Counter[str] = Counter()

    def take(self, element: etree._Element) -> None:
        """Take in one element."""
        if element.tag == f"{METS}amdSec":
            self._derived(element)
            element.clear()
        elif element.tag == f"{METS}file":
            self._file(element)
        elif element.tag == f"{METS}area":
            self.pointed[element.get("FILEID", "")] += 1
        else:
            drop(element, element)

    def _derived(self, section: etree._Element) -> None:
        name = section.get("ID", "").removeprefix("amd-")
        for ties in section.iterfind(f".//{PREMIS}relationship") if name.startswith("file-") else ():
            if ties.findtext(f"{PREMIS}relationshipSubType") == "has Source":
                self.sources[name] = ties.findtext(f".//{PREMIS}relatedObjectIdentifierValue", "")

    def _file(self, element: etree._Element) -> None:
        location, group = element.find(f"{METS}FLocat"), element.getparent()
        path = location.get(f"{XLINK}href", "") if location is not None else ""
        use = group.get("USE", "") if group is not None else ""
        self.paths[element.get("ID", "")] = path
        self.files.append(OwnFile(path, element.get("CHECKSUM", ""), use))


def files_of(mets: Path) -> list[OwnFile]:
    """The files in order of their paths. Raises ``OSError`` and :class:`~sma_plugin.validate.xml_stream.XmlError`.

    A file that was made of a whole capture, as posts are, has for its source the one original that posts point into
    most: Archivematica relates a derived file to one other.
    """
    seen = _Seen()
    for _, element in elements(mets, tags=_TAGS):
        seen.take(element)
    ids = {path: name for name, path in seen.paths.items()}
    originals = sorted(file.path for file in seen.files if file.use == "original")
    most = max(originals, key=lambda path: seen.pointed[ids[path]], default=None)
    found = []
    for file in seen.files:
        if file.use != "original":
            made_of = seen.paths.get(f"file-{seen.sources.get(ids[file.path], '')}")
            of_posts = _POSTS if file.use == "access" and _POSTS in ids else None
            found.append(file._replace(source=made_of or of_posts or most))
        else:
            found.append(file)
    return sorted(found)
