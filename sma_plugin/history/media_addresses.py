"""Which captured response is which medium of a post: addresses of one medium, made alike (media_addresses.toml)."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import msgspec

from sma_plugin.facts import facts

_EXTENSION = re.compile(r"\.\w{2,5}\Z")


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses that name one medium: patterns for host and path, and what they have in common."""

    host: str
    path: str
    key: str


def key_of(url: str | None) -> str | None:
    """What names a medium in its address; ``None`` for what is no web address.

    >>> key_of("https://pbs.twimg.com/media/AAA.jpg") == key_of("https://pbs.twimg.com/media/AAA?format=jpg&name=small")
    True
    >>> key_of("http://voorbeeld.example/a/b.png?v=2#x"), key_of("https://voorbeeld.example/toon?id=3")
    ('voorbeeld.example/a/b.png', 'voorbeeld.example/toon?id=3')
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    host, path = parts.netloc.rpartition("@")[2].lower(), unquote(parts.path)
    if parts.scheme.lower() not in ("http", "https") or not host or not path.strip("/"):
        return None
    asked = f"{path}?{unquote(parts.query)}" if parts.query and not _EXTENSION.search(path) else path
    for host_rule, path_rule, key in _rules():
        of_host = host_rule.fullmatch(host)
        of_path = path_rule.fullmatch(asked) or path_rule.fullmatch(path) if of_host else None
        if of_host and of_path:
            groups = (group or "" for group in (*of_host.groups(), *of_path.groups()))
            return key.format(*groups)
    return host + asked


@cache
def _rules() -> tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]:
    rules = facts(__package__, "media_addresses.toml", dict[str, list[Address]])["address"]
    return tuple((re.compile(f"(?i){one.host}"), re.compile(f"(?is){one.path}"), one.key) for one in rules)
