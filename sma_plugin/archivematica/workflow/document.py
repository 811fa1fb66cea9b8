"""A workflow as text that knows where its parts stand, so that changing one leaves every other byte as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecoder
from pathlib import Path
from typing import NamedTuple

import msgspec

from sma_plugin.archivematica.workflow.model import Workflow
from sma_plugin.texts import UserError

MARK = "zxx"
"""The language (ISO 639-2: none) in which a chain tells what of the file is ours: the schema has no other room."""
_BLANKS = re.compile(r"[ \t\n\r]*")


class Member(NamedTuple):
    """A member of an object or list: its key, where it begins and ends, and where its value begins (in characters)."""

    key: str
    start: int
    value: int
    end: int


class Document:
    """A workflow file. Raises :class:`UserError` for what is none; ``path`` is where it was read from, for messages."""

    def __init__(self, data: bytes, path: Path | None = None) -> None:
        self.path = path or Path("workflow.json")
        try:
            self.text = data.decode()
            self.workflow = msgspec.convert(json.loads(self.text), Workflow)
        except (ValueError, RecursionError) as error:
            raise UserError("am_workflow_none", path=self.path, reason=error) from error
        self.top = {one.key: one for one in members(self.text, _skip(self.text, 0))}
        self._refuse_doubles()

    @property
    def mark(self) -> str | None:
        """What a chain of ours tells about ours in this file; nothing in a stock file."""
        return next((one.description[MARK] for one in self.workflow.chains.values() if MARK in one.description), None)

    def _refuse_doubles(self) -> None:
        """No id may stand twice: which of the two holds, nobody could tell."""
        for section in ("links", "chains"):
            keys = [one.key for one in self.inside(section)]
            if len(set(keys)) < len(keys):
                raise UserError("am_workflow_twice", path=self.path, name=max(keys, key=keys.count))

    def inside(self, section: str) -> list[Member]:
        """The members of a section: links, chains or watched directories."""
        return list(members(self.text, self.top[section].value))


def members(text: str, at: int) -> Iterator[Member]:
    """The members of the object or list that begins at ``at``; those of a list have no key."""
    named, scan = text[at] == "{", JSONDecoder().raw_decode
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        start, key = at, ""
        if named:
            key, at = scan(text, at)
            at = _skip(text, _skip(text, at) + 1)
        _, end = scan(text, at)
        yield Member(key, start, at, end)
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def mentions(text: str, name: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where an id stands as a value (not as a key) between two places of the text, quotes included."""
    for found in re.compile(rf'(?<!\\)"{re.escape(name)}"(?!\s*:)').finditer(text, start, end):
        yield found.span()


def changed(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with parts of it (from, to, what comes there) replaced; edits do not overlap."""
    parts, at = [], 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
