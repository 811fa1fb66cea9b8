"""The parts of addresses. What is no address has none of them, so that a broken one costs nothing but itself."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, urlsplit

_AT_ONCE = 64
"""Every reader asks for the parts of the same address, of one response after another."""


def split_address(url: str | None) -> SplitResult:
    """The parts of an address; all of them empty for what is none.

    >>> split_address("http://[").netloc
    ''
    """
    try:
        return urlsplit(url or "")
    except ValueError:
        return SplitResult("", "", "", "", "")


@lru_cache(_AT_ONCE)
def host_of(url: str | None) -> str:
    """The host of an address in small letters, without a port.

    >>> host_of("https://WWW.Voorbeeldstad.example:443/raad"), host_of("/raad")
    ('www.voorbeeldstad.example', '')
    """
    return split_address(url).hostname or ""


@lru_cache(_AT_ONCE)
def path_of(url: str | None) -> str:
    """The path of an address."""
    return split_address(url).path


def query_of(url: str | None) -> dict[str, str]:
    """The parameters of an address; of several with one name the first.

    >>> query_of("https://voorbeeldstad.example/zoek?q=raad&q=markt&p=")
    {'q': 'raad'}
    """
    return {name: values[0] for name, values in parse_qs(split_address(url).query).items()}
