"""XML text and markup: one gate for foreign text, escaped templates for what there are many of, lxml for the rest.

XML 1.0 has no form for most control characters, U+FFFE and U+FFFF, nor for half of a surrogate pair (XML 1.0, 2.2).
:func:`xml_text` replaces them by a visible mark with their code; the text as delivered lives in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

METS = "http://www.loc.gov/METS/"
PREMIS = "http://www.loc.gov/premis/v3"
MDTO = "https://www.nationaalarchief.nl/mdto"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'

_UNFIT = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_plain = re.compile(r"[\w /.:-]*", re.ASCII).fullmatch
"""Most values are paths, numbers and identifiers: told apart three times as fast as they are searched."""
_FORBIDDEN = re.compile(_UNFIT)
_IN_TEXT = re.compile(_UNFIT + "|[&<>\r]")
_IN_ATTRIBUTE = re.compile(_UNFIT + '|[&<>"\t\n\r]')
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]")
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def _mark(found: re.Match[str]) -> str:
    return f"\u27e8U+{ord(found.group()):04X}\u27e9"


def _replacement(found: re.Match[str]) -> str:
    return _ENTITIES.get(found.group()) or _mark(found)


def xml_text(text: str) -> str:
    r"""Text that any XML 1.0 document can hold.

    >>> xml_text("bel\x07 en null\x00")
    'bel⟨U+0007⟩ en null⟨U+0000⟩'
    """
    return _FORBIDDEN.sub(_mark, text)


def escaped(text: str) -> str:
    """Text as it stands between tags: fit for XML, and markup escaped (``]]>`` too).

    >>> escaped("a < b ]]> c")
    'a &lt; b ]]&gt; c'
    """
    return text if _plain(text) else _IN_TEXT.sub(_replacement, text)


def quoted(text: str) -> str:
    r"""Text as it stands within double quotes; line breaks survive attribute normalisation.

    >>> quoted('een "regel"\n')
    'een &quot;regel&quot;&#10;'
    """
    return text if _plain(text) else _IN_ATTRIBUTE.sub(_replacement, text)


def xml_id(text: str) -> str:
    """What may stand in an ID after a letter: ASCII letters, digits, dot, hyphen, underscore."""
    return _NOT_IN_ID.sub("_", text)


def attributes(values: Mapping[str, str | int | None]) -> str:
    """Attributes with a leading space each, in the given order; ``None`` leaves one out."""
    return "".join(f' {name}="{quoted(str(value))}"' for name, value in values.items() if value is not None)


def element(
    parent: etree._Element, name: str, text: str | None = None, /, **values: str | int | None
) -> etree._Element:
    """A child in its parent's namespace, with foreign text made fit; attributes that are ``None`` are left out."""
    child = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    if text is not None:
        child.text = xml_text(text)
    for attribute, value in values.items():
        if value is not None:
            child.set(attribute, xml_text(str(value)))
    return child


def optional(parent: etree._Element, name: str, text: str | None) -> None:
    """A child with this text; nothing when there is no text."""
    if text:
        element(parent, name, text)


def fragment(root: etree._Element) -> str:
    """An element as it stands within another document: no declaration, no indentation."""
    return etree.tostring(root, encoding="unicode")


def document(root: etree._Element) -> bytes:
    """A small document, indented, in UTF-8."""
    etree.indent(root)
    return DECLARATION + etree.tostring(root, encoding="UTF-8") + b"\n"


def safe_parser(*, huge: bool = False) -> etree.XMLParser:
    """A parser that loads nothing: no network, no entities, no DTD. ``huge`` lifts libxml2's limits on size."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=huge)
