"""What gives access to an account (cookies, tokens, passwords), found by name in JSON and in what a program asked.

Only values are found: which keys there were stays to be seen, what they were does not. The names are data
(``credentials.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from sma_plugin.secrets.names import Files, any_of, names

VALUES, REQUESTS, JARS = "credentials.values", "credentials.requests", "credentials.jars"
"""The rules by which they stay out (exclusions/credentials.toml)."""
_BEFORE, _AFTER = 64, 64
"""A name begins within so many bytes before its mark, and its value within so many behind."""
_SAFE = _BEFORE + _AFTER
_LONGEST = 4 << 20
"""A value longer than so many bytes is cut in parts."""
_TEXT = re.compile(rb'(?:[^"\\]|\\.)+', re.DOTALL)
_QUOTED = re.compile(rb'[^"\\]+')
_LIST = re.compile(rb'(?:[^\]"]|"(?:[^"\\]|\\.)*")+', re.DOTALL)
_NAMED = re.compile(rb'(?:[^{}"]|"(?:[^"\\]|\\.)*")+', re.DOTALL)
_PARAMETER = re.compile(rb"""[^&"'\\\s;#<>/]+""")


class Span(NamedTuple):
    """Where a value stands."""

    offset: int
    length: int


class _Known(NamedTuple):
    """What is looked for in one kind of file."""

    heads: re.Pattern[bytes]
    marks: tuple[bytes, ...]


@cache
def _known(kinds: tuple[Files, ...]) -> _Known:
    told = names()
    parameters = (*told.parameters, *(one for kind in kinds for one in kind.parameters))
    marks = (*told.marks, *(one for kind in kinds for one in kind.marks))
    text = rb"\s*:\s*"
    heads = b"|".join(
        (
            rb'(?P<text>"(?:%b)"%b")' % (_any((*told.members, *told.jars)), text),
            rb'(?P<quoted>"(?:%b)\\"%b\\")' % (_any(told.members), text),
            rb'(?P<header>"(?:%b)"\s*,\s*"value"%b")' % (_any(told.headers), text),
            rb'(?P<list>"(?:%b)"%b\[)' % (_any(told.jars), text),
            rb'(?P<named>"(?:%b)"%b\{)' % (_any(told.jars), text),
            rb"""(?P<parameter>(?:[?&;"'/]|\\u0026|%%26)(?:%b)(?:=|/(?=[\d.:a-f]+/)))""" % _any(parameters),
        )
    )
    return _Known(re.compile(heads, re.IGNORECASE), tuple(mark.encode() for mark in marks))


def _any(words: Iterable[str]) -> bytes:
    return any_of(words).encode()


_VALUES = {"text": _TEXT, "header": _TEXT, "quoted": _QUOTED, "list": _LIST, "named": _NAMED, "parameter": _PARAMETER}


class CredentialWatch:
    """Watches the bytes of one file of JSON in order; :meth:`spans` gives the values once all have passed."""

    def __init__(self, path: str) -> None:
        kinds = (kind for kind in names().files if re.fullmatch(kind.name, path, re.IGNORECASE))
        self._heads, self._marks = _known(tuple(kinds))
        self._held, self._at, self._done = b"", 0, 0
        self._found: list[Span] = []

    def update(self, data: bytes) -> None:
        """Take in more bytes."""
        if len(self._held) <= _SAFE and not self._marked(self._held + data[:_SAFE]) and not self._marked(data):
            self._at += len(self._held) + len(data)
            self._held = data[-_SAFE:] if len(data) >= _SAFE else (self._held + data)[-_SAFE:]
            self._at -= len(self._held)
            return
        self._held += data
        if len(self._held) > _SAFE:
            self._look(len(self._held) - _SAFE)

    def spans(self) -> list[Span]:
        """Every value that was found, once all bytes have passed."""
        self._look(len(self._held), last=True)
        return self._found

    def _look(self, end: int, *, last: bool = False) -> None:
        """Look at what is held, up to ``end``; a value that goes on behind it is waited for."""
        held, keep = self._held, max(0, end - _BEFORE)
        for mark in sorted(set(self._places(end))):
            head = self._head(mark)
            if head is None or head.end() + self._at < self._done:
                continue
            value = _VALUES[head.lastgroup or "text"].match(held, head.end())
            if value is None:
                continue
            if value.end() >= len(held) and not last and len(value[0]) < _LONGEST:
                keep = min(keep, head.start())
                break
            self._done = self._at + value.end()
            self._found.append(Span(self._at + value.start(), value.end() - value.start()))
        keep = max(keep, min(self._done - self._at, len(held)))
        self._held, self._at = held[keep:], self._at + keep

    def _marked(self, data: bytes) -> bool:
        """Whether there is anything to look at: most files have nothing. Searching from the end is the fastest."""
        return any(data.rfind(mark) >= 0 for mark in self._marks)

    def _places(self, end: int) -> Iterator[int]:
        for mark in self._marks:
            at = self._held.find(mark)
            while 0 <= at < end:
                yield at
                at = self._held.find(mark, at + 1)

    def _head(self, mark: int) -> re.Match[bytes] | None:
        """The name around a mark, up to where its value begins."""
        found = self._heads.finditer(self._held, max(0, mark - _BEFORE), mark + _AFTER)
        return next((one for one in found if one.start() <= mark < one.end()), None)
