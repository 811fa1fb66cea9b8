"""Whose pages are at a host (``platforms.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def hosts() -> dict[str, str]:
    """The hosts of the platforms' pages, and the platform of each."""
    text = files("sma_plugin.readers").joinpath("platforms.toml").read_text("utf-8")
    return {host: name for name, platform in tomllib.loads(text).items() for host in platform["hosts"]}


def platform_at(host: str) -> str | None:
    """The platform whose pages are at a host or below it; ``None`` for the host of nobody.

    >>> platform_at("nl-nl.facebook.com"), platform_at("voorbeeldstad.example")
    ('facebook', None)
    """
    parts = host.split(".")
    return next((hosts()[tail] for at in range(len(parts)) if (tail := ".".join(parts[at:])) in hosts()), None)
