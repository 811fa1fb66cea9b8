"""Addresses of X's web interface: which operation a response answers, for whom, and whether it may enter a package."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.x.api_urls import HOSTS, WEB_HOSTS

READER = "x-web"
_GRAPHQL = re.compile(r"/(?:i/api/)?graphql/[\w-]{1,64}/(?P<operation>\w{1,80})/?")
_OLD = re.compile(r"/(?:i/api/)?2/(?P<operation>(?:timeline|search|rux|guide|badge_count|notifications)\b[^?]*)")
_EMBED = re.compile(r"/tweet-result|/tweet/?|/(?:timeline|widgets/timelines|tweets\.json|settings)\b.*")
_FRAGMENT = re.compile(r"/i/(?:profiles/show|search|timeline|\w{1,50}/conversation|expanded|activity|trends)\b.*")
_STATUS = re.compile(r"/(?:i|\w{1,20})/(?:web/)?status(?:es)?/\d{1,20}/?")
_OEMBED = re.compile(r"/oembed|/1/statuses/oembed\.json")
_EMBED_HOSTS = frozenset({"cdn.syndication.twimg.com", "syndication.twitter.com", "syndication.twimg.com"})
_WIDGET_HOSTS = frozenset({"platform.twitter.com", "platform.x.com"})
_PUBLISHED = frozenset({"publish.twitter.com", "publish.x.com", "api.twitter.com"})


class Operations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``web.toml``: whose posts or accounts an operation gives, and of which one a page is followed by another."""

    profile: frozenset[str]
    accounts: frozenset[str]
    chained: frozenset[str]
    lists: dict[str, str]


class Asked(NamedTuple):
    """What a request asked for: the operation, and what it named."""

    operation: str
    variables: dict[str, Any]

    def text(self, name: str) -> str | None:
        """A variable as text."""
        value = self.variables.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


@cache
def operations() -> Operations:
    """The operations that are known to mean something."""
    return facts(__package__, "web.toml", Operations)


def is_web(url: str | None) -> bool:
    """Whether an address is one that X's own pages get their posts from."""
    host, path = host_of(url), path_of(url)
    if host in _EMBED_HOSTS:
        return _EMBED.fullmatch(path) is not None
    if host in _PUBLISHED and _OEMBED.fullmatch(path):
        return True
    if host in WEB_HOSTS and (_FRAGMENT.fullmatch(path) or _STATUS.fullmatch(path)):
        return True
    return host in WEB_HOSTS | HOSTS and bool(_GRAPHQL.fullmatch(path) or _OLD.fullmatch(path))


def is_script(url: str | None) -> bool:
    """Whether an address gives JSON as a script, as embedded timelines and the pages of before 2020 fetched theirs."""
    return host_of(url) in _EMBED_HOSTS | WEB_HOSTS | _PUBLISHED


def is_page(url: str | None) -> bool:
    """Whether an address is one of a page that may hold posts."""
    return host_of(url) in WEB_HOSTS | _EMBED_HOSTS | _WIDGET_HOSTS


def excluded(url: str | None) -> str | None:
    """The rule that keeps a response with this address out; ``None`` when it may enter."""
    return rule_for(READER, path_of(url)) if host_of(url) in WEB_HOSTS | HOSTS else None


def asked(url: str | None) -> Asked:
    """What a request asked for, as far as its address tells; a request with a body has it there."""
    matched = _GRAPHQL.fullmatch(path_of(url)) or _OLD.fullmatch(path_of(url))
    query = query_of(url)
    try:
        variables = msgspec.json.decode(query.get("variables", "{}"))
    except (ValueError, RecursionError):
        variables, query = {}, {}
    found: dict[str, Any] = {name: query[name] for name in ("cursor", "id") if name in query}
    found |= variables if isinstance(variables, dict) else {}
    return Asked(matched["operation"] if matched else "", found)
