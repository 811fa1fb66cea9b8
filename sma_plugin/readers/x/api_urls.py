"""Addresses of X's API: which hosts and paths are the API, and which of its responses may not enter a package.

Query strings can hold tokens: only the path of an address is ever repeated in a finding.
"""

from __future__ import annotations

import re

from sma_plugin.model import AccountRef
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.exclusion import rule_for

READER = "x-api"
HOSTS = frozenset({"api.twitter.com", "api.x.com", "stream.twitter.com", "stream.x.com", "userstream.twitter.com",
                   "sitestream.twitter.com", "ads-api.twitter.com", "ads-api.x.com"})  # fmt: skip
WEB_HOSTS = frozenset({"twitter.com", "x.com", "mobile.twitter.com", "mobile.x.com", "www.twitter.com", "www.x.com"})
_API = re.compile(r"/(?:1|1\.1|2|labs/\d)/.*")
_NO_POSTS = re.compile(
    r"/1\.1/(?:guest|jot|videos/tweet/config|hashflags|help|onboarding|keyregistry|live_pipeline|branch|translations"
    r"|application/rate_limit_status|trends|geo|media/upload)\b.*"
)
"""What X's own pages ask of the API beside posts: tokens, settings, logs, addresses of films."""
_OWN_POSTS = re.compile(r"/2/users/(\d{1,20})/tweets/?")
_TIMELINE = re.compile(r"/1(?:\.1)?/statuses/user_timeline(?:\.json)?/?")
_WHOLE = frozenset({"max_results", "pagination_token", "next_token", "expansions", "tweet.fields", "user.fields",
                    "media.fields", "poll.fields", "place.fields",
                    "start_time", "end_time", "since_id", "until_id"})  # fmt: skip
_TOKENS = ("pagination_token", "next_token")


def may_be_ours(url: str | None) -> bool:
    """Whether an address can be one of X's at all: a look at its text, for most responses are of others."""
    return url is not None and ("x.com" in url or "twitter." in url or "twimg." in url)


def is_api(url: str | None) -> bool:
    """Whether an address is one of the public API's."""
    path = path_of(url)
    return host_of(url) in HOSTS and bool(_API.match(path)) and not _NO_POSTS.match(path)


def excluded(url: str | None) -> str | None:
    """The rule that keeps a response with this address out; ``None`` when it may enter."""
    if host_of(url) not in HOSTS | WEB_HOSTS:
        return None
    return rule_for(READER, path_of(url))


def token_of(url: str | None) -> str | None:
    """The page token that a request carried; ``None`` for the first page of a chain."""
    query = query_of(url)
    return next((query[name] for name in _TOKENS if name in query), None)


def timeline_of(url: str | None) -> AccountRef | None:
    """Whose timeline a request asked for: the account that such a capture is of."""
    native = author_of(url)
    if native:
        return AccountRef(native)
    if not _TIMELINE.fullmatch(path_of(url)):
        return None
    query = query_of(url)
    number, handle = query.get("user_id", ""), query.get("screen_name", "")
    if number.isdecimal():
        return AccountRef(number)
    return AccountRef(None, handle.lstrip("@")) if handle.lstrip("@") else None


def author_of(url: str | None) -> str | None:
    """Whose posts a request asked for, by numeric id: the only word of it when no author fields were asked."""
    match = _OWN_POSTS.fullmatch(path_of(url))
    return match.group(1) if match else None


def timeline_page(url: str | None, token: str | None) -> tuple[str, str] | None:
    """The page with this token of all posts of an account; ``None`` where the address asks for some of them only."""
    author = author_of(url)
    return (author, token or "") if author and set(query_of(url)) <= _WHOLE else None
