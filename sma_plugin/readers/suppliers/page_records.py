"""The posts of a web page, and e-mail as a post."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.emoji_pictures import emoji_of
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.suppliers.mapping import Mapping
from sma_plugin.readers.suppliers.record import MAX_DOCUMENT, Record, Uncut


class _Part(Uncut):
    def __init__(self, evidence: Evidence, node: Any) -> None:
        super().__init__(evidence)
        self._node = node

    def values(self, path: str) -> list[Any]:
        found = self._node.xpath(path)
        listed = found if isinstance(found, list) else [found]
        texts = (one if isinstance(one, str) else "".join(one.itertext()) for one in listed if one is not None)
        return [text.strip() for text in texts if text.strip()]


def html_records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:
    """The parts of one page that the mapping's XPath finds; nothing is fetched."""
    data = source.stream.read(MAX_DOCUMENT + 1)
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data[:MAX_DOCUMENT], parser) if data.strip() else None
        for image in root.iter("img") if root is not None else ():
            image.text = emoji_of(image.get("alt"), image.get("src"), image.get("class"))
        nodes: Any = root.xpath(mapping.items) if root is not None else []
    except (etree.LxmlError, ValueError) as error:
        yield nothing_read(source.path, error)
        return
    for number, node in enumerate(nodes, 1):
        yield _Part(Evidence(source.path, "file", locator=f"({mapping.items})[{number}]"), node)


class _Message(Uncut):
    def __init__(self, evidence: Evidence, message: Any) -> None:
        super().__init__(evidence)
        self._message = message

    def values(self, path: str) -> list[Any]:
        if path in ("body", "html"):
            part = self._message.get_body(("plain",) if path == "body" else ("html",))
            return [_content(part)] if part is not None else []
        return [str(value) for value in self._message.get_all(path, [])]


def _content(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, ValueError):
        return str(part.get_payload(decode=True).decode("utf-8", "replace"))


def eml_records(source: Source, mapping: Mapping) -> Iterator[Record | Problem]:  # noqa: ARG001 -- one form for all
    """The one message of a file."""
    data = source.stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        yield nothing_read(source.path, "too large")
    elif not re.match(rb"[!-9;-~]+:", data):
        yield nothing_read(source.path, "no e-mail")
    else:
        yield _Message(Evidence(source.path), email.message_from_bytes(data, policy=email.policy.default))
