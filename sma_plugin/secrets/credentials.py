"""What gives access to an account (cookies, tokens, passwords), found by name in JSON and in requests.

Only values are found: which keys there were stays to be seen, what they were does not. The names are data
(``credentials.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

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


class _Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    parameters: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


class _Jar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    begins: tuple[str, ...]
    rows: str
    names: tuple[str, ...]


class _Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cookies: tuple[str, ...]
    public: tuple[str, ...]


class _Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str
    parameters: tuple[str, ...]


class _Addresses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parameters: tuple[str, ...]
    values: tuple[str, ...]
    starts: tuple[str, ...]
    hosts: tuple[_Host, ...]


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``credentials.toml``."""

    members: tuple[str, ...]
    jars: tuple[str, ...]
    headers: tuple[str, ...]
    parameters: tuple[str, ...]
    settings: tuple[str, ...]
    marks: tuple[str, ...]
    files: tuple[_Files, ...]
    jar: _Jar
    login: _Login
    addresses: _Addresses


@cache
def names() -> Names:
    """What is known of keys: data."""
    text = files(__package__).joinpath("credentials.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Names)


class _Known(NamedTuple):
    """What is looked for in one kind of file."""

    heads: re.Pattern[bytes]
    marks: tuple[bytes, ...]


@cache
def _known(kinds: tuple[_Files, ...]) -> _Known:
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
    return b"|".join(re.escape(word).encode() for word in words)


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


def is_jar(head: bytes, path: str = "") -> bool:
    r"""Whether a file that begins like this, or is called so, is one of cookies or keys.

    >>> is_jar(b"\x00", "map/.netrc"), is_jar(b".x.com\tTRUE\t/\tTRUE\t0\ta\tb"), is_jar(b"Dag", "dag.txt")
    (True, True, False)
    """
    begins, rows, called = _jar()
    start = head.lstrip()
    return start.startswith(begins) or rows.match(start) is not None or called.fullmatch(_name(path)) is not None


def _name(path: str) -> str:
    return path.rpartition("/")[2]


@cache
def _jar() -> tuple[tuple[bytes, ...], re.Pattern[bytes], re.Pattern[str]]:
    told = names().jar
    begins = tuple(one.encode() for one in told.begins)
    return begins, re.compile(told.rows.encode()), re.compile("|".join(told.names), re.IGNORECASE)


class _Marks(NamedTuple):
    """What shows a log-in: names of cookies, keys that are the same for every visitor, parameters."""

    cookies: re.Pattern[bytes]
    public: re.Pattern[bytes]
    parameters: re.Pattern[bytes]
    marks: tuple[bytes, ...]


@cache
def _login() -> _Marks:
    told = names().login
    return _Marks(
        re.compile("|".join(told.cookies).encode(), re.IGNORECASE),
        re.compile("|".join(told.public).encode(), re.IGNORECASE),
        re.compile(rb"(?:[?&]|^)(?:%b)=[^&\s]" % _any(names().parameters), re.IGNORECASE | re.MULTILINE),
        tuple(mark.encode() for mark in names().marks if any(mark in one for one in names().parameters)),
    )


_HEADERS = (b"set-cookie:", b"cookie:", b"authorization:", b"proxy-authorization:")
_EMPTY = frozenset((b"", b'""', b"deleted"))


def shows_login(message: bytes) -> bool:
    r"""Whether the head of a request or response, or what a request sent, holds what only somebody logged in has.

    >>> shows_login(b"GET / HTTP/1.1\r\nCookie: lang=nl; auth_token=1\r\n\r\n")
    True
    >>> shows_login(b"GET / HTTP/1.1\r\nCookie: lang=nl; guest_id=1\r\n\r\n")
    False
    """
    told = message.lower()
    if (b"cookie:" in told or b"authorization:" in told) and any(
        _is_key(line) for line in told.splitlines() if line.startswith(_HEADERS)
    ):
        return True
    marks, parameters = _login().marks, _login().parameters
    return any(mark in told for mark in marks) and parameters.search(told) is not None


def holds_cookies(head: bytes) -> bool:
    """Whether the head of a request or response has cookies or a log-in, whosever."""
    told = head.lower()
    return (b"cookie:" in told or b"authorization:" in told) and any(
        line.startswith(_HEADERS) for line in told.splitlines()
    )


def _is_key(header: bytes) -> bool:
    name, _, value = header.partition(b":")
    if not name.endswith(b"cookie"):
        return bool(value.strip()) and _login().public.fullmatch(value.strip()) is None
    given = (pair.partition(b"=") for pair in value.split(b";"))
    return any(_login().cookies.fullmatch(one.strip()) and held.strip() not in _EMPTY for one, _, held in given)


def names_key(url: str) -> bool:
    """Whether an address holds a key to an account.

    >>> names_key("https://graph.example/feed?access_token=1"), names_key("https://graph.example/feed?limit=1")
    (True, False)
    """
    return "=" in url and _login().parameters.search(url.encode("utf-8", "replace")) is not None
