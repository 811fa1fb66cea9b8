"""By which names keys, cookies and log-ins are known: data (``credentials.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import msgspec

from sma_plugin.facts import facts


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files with more names of keys than others, by a pattern for what the files are called."""

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
    files: tuple[Files, ...]
    jar: _Jar
    login: _Login
    addresses: _Addresses


@cache
def names() -> Names:
    """What is known of keys: data."""
    return facts(__package__, "credentials.toml", Names)


def any_of(words: Iterable[str]) -> str:
    r"""A pattern for any of these words, each of which stands for itself.

    >>> print(any_of(["a.b", "c", "a.b"]))
    a\.b|c
    """
    return "|".join(re.escape(one) for one in dict.fromkeys(words))
