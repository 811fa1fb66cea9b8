"""Whether somebody had logged in: files of cookies and keys, requests with a log-in, addresses with a key."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from sma_plugin.secrets.names import any_of, names


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
        re.compile(rb"(?:[?&]|^)(?:%b)=[^&\s]" % any_of(names().parameters).encode(), re.IGNORECASE | re.MULTILINE),
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
