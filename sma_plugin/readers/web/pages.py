"""What a captured page says by its address and its first bytes: title, login wall, secrets to leave out."""

from __future__ import annotations

import codecs
import html
import re
from functools import cache, lru_cache
from urllib.parse import unquote_plus

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.addresses import host_of, path_of

TITLE_BYTES = 1 << 16
_MAX_TITLE = 500
_TITLE = re.compile(r"<title(?:\s[^>]*)?>(.*?)</title", re.IGNORECASE | re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]+")
_PARAMETER = re.compile(r"([?&;#]|^)([^=&;#?]{1,200})=([^&;#]*)")
_USER = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@]*@")
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape"})
"""Codecs of Python that no page is written in; some are slow or warn on what they do not know."""
HIDDEN = "…"


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses of a host that lead to a login, or are those of an API: regular expressions for host and path."""

    host: str
    path: str


class Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Marks in the beginning of a host's page that only its login wall has."""

    host: str
    marks: tuple[str, ...]


class Failures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Statuses that mean that no page was given, and endings of addresses that are no pages."""

    statuses: frozenset[int]
    refusals: frozenset[int]
    parts: frozenset[str]


class Resources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prefixes of addresses of pictures and documents made of a page."""

    screenshots: tuple[str, ...]
    documents: tuple[str, ...]


class Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which query parameters hold secrets."""

    words: frozenset[str]
    names: frozenset[str]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``harvest.toml``."""

    failures: Failures
    login: tuple[Place, ...]
    api: tuple[Place, ...]
    wall: tuple[Wall, ...]
    resources: Resources
    secrets: Secrets


@cache
def rules() -> Rules:
    """The rules of ``harvest.toml``."""
    return facts(__package__, "harvest.toml", Rules)


def title(data: bytes, content_type: str | None) -> str | None:
    """The title in the first bytes of a page, in the charset it is in; at most 500 characters.

    >>> title(b"<html><title>Gemeente &amp; raad</title>", "text/html")
    'Gemeente & raad'
    """
    found = _TITLE.search(decoded(data[:TITLE_BYTES], content_type))
    text = " ".join(html.unescape(found.group(1)).split()) if found else ""
    return text.translate(_CONTROLS)[:_MAX_TITLE] or None


_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), *range(0xD800, 0xE000)), "\ufffd")


def decoded(data: bytes, content_type: str | None) -> str:
    """A page's text: by its byte order mark, the charset of the response, its own meta element, UTF-8, Windows-1252."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    stated = _CHARSET.search(content_type or "")
    meta = _META_CHARSET.search(data, 0, 4096)
    for charset in (stated.group(1) if stated else None, meta.group(1).decode("ascii") if meta else None):
        if charset:
            try:
                if codecs.lookup(charset).name not in _NO_CHARSETS:
                    return data.decode(charset, "replace")
            except (LookupError, ValueError):  # no charset, or no charset of text
                continue
    plain = data.decode("utf-8", "replace")
    return plain if plain.count("\ufffd") <= 1 else data.decode("cp1252", "replace")


def leads_to_login(url: str) -> bool:
    """Whether an address is where a platform sends visitors that it does not let in."""
    return any(re.fullmatch(rule.path, path_of(url)) for rule in _logins(host_of(url)))


@lru_cache(1024)
def _logins(host: str) -> list[Place]:
    return [rule for rule in rules().login if re.fullmatch(rule.host, host)]


@lru_cache(1024)
def _walls(host: str) -> list[bytes]:
    """The marks of a host's login wall, in lower case."""
    walls = [wall for wall in rules().wall if re.fullmatch(wall.host, host)]
    return [mark.lower().encode() for wall in walls for mark in wall.marks]


def is_api(url: str) -> bool:
    """Whether an address is one of a platform's API for programs; what its own pages fetch is none."""
    host, path = host_of(url), path_of(url)
    return any(re.fullmatch(rule.host, host) and re.fullmatch(rule.path, path) for rule in rules().api)


def shows_wall(url: str, data: bytes) -> bool:
    """Whether the first bytes of a page are those of a login wall of its host."""
    marks = _walls(host_of(url))
    lower = data[:TITLE_BYTES].lower() if marks else b""
    return any(mark in lower for mark in marks)


def is_part(url: str) -> bool:
    """Whether an address names a part of a page (an image, a script) by its ending."""
    _, dot, ending = path_of(url).rpartition("/")[2].rpartition(".")
    return bool(dot) and ending.lower() in rules().failures.parts


def is_refusal(status: int) -> bool:
    """Whether a status means that the platform stopped the capture, whatever was asked for."""
    return status in rules().failures.refusals


def is_failure(status: int) -> bool:
    """Whether a status means that the page was not given."""
    return status in rules().failures.statuses or 500 <= status <= 599


def without_secrets(url: str) -> str:
    """The address with the values of parameters that give access to something replaced by ``…``, and no user name.

    >>> without_secrets("https://voorbeeldstad.example/p?id=4&access_token=abc#sig=x")
    'https://voorbeeldstad.example/p?id=4&access_token=…#sig=…'
    """
    url = _USER.sub(rf"\1{HIDDEN}@", url)
    start = min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))
    return url[:start] + _PARAMETER.sub(_hidden, url[start:])


def _hidden(found: re.Match[str]) -> str:
    opening, name, value = found.groups()
    return f"{opening}{name}={HIDDEN if value and _is_secret(name) else value}"


def _is_secret(name: str) -> bool:
    plain = unquote_plus(name)
    words = {word.lower() for word in _WORDS.findall(plain)}
    whole = re.sub(r"[^a-z0-9]", "", plain.lower())
    secrets = rules().secrets
    return bool(words & secrets.words) or whole in secrets.words or plain.lower() in secrets.names
