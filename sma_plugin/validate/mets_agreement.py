"""Whether the parts of one METS agree: pointers with files, counts with divisions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from sma_plugin.namespaces import ACCOUNT
from sma_plugin.validate.mets_document import MDTO, POST_KINDS, POSTS, PREMIS, Division, Document, MetsFile

POST_UNITS = ("posts", "replies", "others")
"""Units of the account record that are posts and replies in the logical structMap: as many together."""
COUNTED = {
    POST_UNITS: POST_KINDS,
    ("pages",): ("page",),
    ("screenshots",): ("screenshot",),
    ("failures",): ("failure",),
}
"""Units of the account record, and the types of division that they count."""

FOLDED = (f"{PREMIS}relatedObjectIdentifier", f"{MDTO}heeftRepresentatie")
"""Parts of a record of which it has as many as there are files."""
_FOLDED = "folded"
_SMA = f"{{{ACCOUNT}}}"
_WHOLE = re.compile("[0-9]{1,18}")
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def pointers_apart(division: Division, files: Mapping[str, MetsFile]) -> Iterator[str]:
    """The rules that the pointers of a division break: beyond its file's end, or a first one that is no line of posts.

    A pointer that leads nowhere (B03) or whose area is no byte area (B01) is told elsewhere.
    """
    for pointer in division.pointers:
        file = files.get(pointer.file)
        if file and file.size is not None and (pointer.begin or 0) + (pointer.extent or 0) > file.size:
            yield "B02"
    first = division.pointers[0] if division.pointers else None
    file = files.get(first.file) if first else None
    if first is None or first.begin is None or (file and file.path != POSTS):
        yield "S02"


def counts_apart(document: Document) -> Iterator[tuple[str, str]]:
    """Rule and numbers where the account record counts otherwise than the divisions; nothing without a record."""
    stated = document.stated
    for units, kinds in COUNTED.items() if stated else ():
        number, found = sum(stated.get(unit, 0) for unit in units), sum(document.kinds[kind] for kind in kinds)
        if number != found:
            yield "N01", f"{', '.join(units)}: {number} / {found}"


def take_account(record: etree._Element, document: Document) -> None:
    """What an account record states: counts, appraisal value, category. Another record states none of these."""
    for decided in record.iterfind(f"{_SMA}appraisal"):
        code = decided.findtext(f"{_SMA}category/{_SMA}code", "")
        document.appraisal = (decided.findtext(f"{_SMA}value", ""), code)
    for count in record.iterfind(f"{_SMA}counts/{_SMA}count"):
        number = whole_number(count.text or "")
        document.stated[count.get("unit", "")] = -1 if number is None else number


def whole_number(text: str) -> int | None:
    """A number of bytes or items; ``None`` for what is none, or more than any file can hold.

    >>> whole_number("12"), whole_number("²"), whole_number("9" * 5000)
    (12, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None


def content_digest(record: etree._Element, told: Callable[[str], str] = str) -> str:
    """A digest of what an XML record says: names, attributes and text, whatever the white space between them.

    ``told`` gives what of a text is told.
    """
    digest = hashlib.sha256()
    for one in record.iter():
        if isinstance(one.tag, str):
            values = sorted(pair for pair in one.items() if not str(pair[0]).endswith("schemaLocation"))
            digest.update(repr((one.tag, values, told((one.text or "").strip()))).encode())
    return digest.hexdigest()


def fold(part: etree._Element, told: Callable[[str], str] = str) -> None:
    """Let the parent carry what a part of a record says, as a digest of all such parts, for :func:`content_digest`.

    To be called as each one ends. The one before it is taken out: the parser still holds on to this one.
    """
    parent, before = part.getparent(), part.getprevious()
    if parent is None:
        return
    said = parent.get(_FOLDED, "") + content_digest(part, told)
    parent.set(_FOLDED, hashlib.sha256(said.encode()).hexdigest())
    if before is not None and before.tag == part.tag:
        parent.remove(before)


def without_uuids(text: str) -> str:
    """A text in which no UUID tells one thing from another.

    >>> without_uuids("zie 0d80465a-9a29-44c8-88f0-28fb25584ba5")
    'zie -'
    """
    return _UUID.sub("-", text) if "-" in text else text
