"""Addresses of Meta's Graph APIs: of which list an answer is, and which answers stay out by their address."""

from __future__ import annotations

import re
from typing import NamedTuple

from sma_plugin.readers.addresses import host_of, path_of
from sma_plugin.readers.exclusion import rule_for

FACEBOOK = "facebook-graph"
_HOSTS = re.compile(
    r"api\.instagram\.com|graph(?:-video)?\.(?:beta\.)?(?:facebook|instagram|threads)\.(?:com|net)", re.IGNORECASE
)
_BEFORE = re.compile(r"/v1/(?:users|media|tags|locations)(?=/)|/v\d+(?:\.\d+)?(?=/)")
"""What stands before the object in an address; Instagram's first API says there what kind of object it is."""
_IDS = re.compile(r"\d{1,25}|\d+_\d+(?:_\d+)?")


class Edge(NamedTuple):
    """The list that an object stands in: the object whose list it is, and the list's name (``/4/feed``)."""

    owner: str | None = None
    name: str | None = None


def is_id(text: str) -> bool:
    """Whether a text is an id as these interfaces give them: one, two or three numbers."""
    return _IDS.fullmatch(text) is not None


def edge_of(url: str | None) -> Edge:
    """The list that an address is of.

    >>> edge_of("https://graph.facebook.com/v19.0/4/feed?limit=1"), edge_of("https://api.instagram.com/v1/media/5_4/comments")
    (Edge(owner='4', name='feed'), Edge(owner='5_4', name='comments'))
    """
    parts = _path(url).strip("/").split("/")
    return Edge(parts[0] if is_id(parts[0]) else None, parts[1] if len(parts) > 1 else None)


def _path(url: str | None) -> str:
    path = path_of(url)
    before = _BEFORE.match(path)
    return path[before.end() :] if before else path


def is_graph(url: str | None, host: str = "") -> bool:
    """Whether an address is one of a Graph API; with ``host``, of that one only."""
    found = host_of(url)
    return _HOSTS.fullmatch(found) is not None and host in found


def rule_of(url: str | None) -> str | None:
    """The rule by which what comes from an address stays out, if any."""
    path = _path(url) if is_graph(url) else None
    return rule_for(FACEBOOK, path) if path else None
