"""What an address on Facebook names: an account, a post, a comment; and the address behind a redirect.

Source: addresses as met in captures and in public parsers. A number decides what a thing is; a name in an address can
be given to another account later.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from sma_plugin.facts import facts
from sma_plugin.readers.addresses import host_of, path_of, query_of
from sma_plugin.readers.web.pages import without_secrets

HOME = "https://www.facebook.com"
_HOST = re.compile(r"(?:[\w-]+\.)*(?:facebook|fb)\.com|fb\.watch", re.IGNORECASE)
_REDIRECTS = ("/l.php", "/flx/warn/", "/flx/warn")
_NUMBER = r"(\d{3,25})"
_PATHS = tuple(
    re.compile(pattern)
    for pattern in (
        r"/(?P<owner>[^/]+)/posts/(?:[^/]+/)?(?P<post>\d{3,25}|pfbid\w+)",
        r"/(?P<owner>[^/]+)/photos/(?:[^/]+/)?(?P<post>\d{3,25})",
        r"/(?P<owner>[^/]+)/videos/(?:[^/]+/)?(?P<post>\d{3,25})",
        r"/groups/(?P<owner>[^/]+)/(?:posts|permalink)/(?P<post>\d{3,25})",
        r"/(?:reel|events)/(?P<post>\d{3,25})",
        rf"/{_NUMBER[1:-1]}_(?P<post>\d{{3,25}})",
    )
)
_NO_NAMES: frozenset[str] = frozenset(facts(__package__, "addresses.toml", dict[str, list[str]])["no-names"])


class Named(NamedTuple):
    """What an address names. ``owner`` is a number or a name, as the address has it."""

    owner: str | None = None
    post: str | None = None
    comment: str | None = None
    reply: str | None = None

    @property
    def graph_id(self) -> str | None:
        """The id that the Graph API has for the post: the number of its account and its own."""
        known = self.owner and self.post and self.owner.isdecimal() and self.post.isdecimal()
        return f"{self.owner}_{self.post}" if known else None


def is_facebook(url: str) -> bool:
    """Whether an address is one of Facebook itself; one without a host stands on its page."""
    host = host_of(url)
    return _HOST.fullmatch(host) is not None if host else url.startswith("/")


def named(url: str) -> Named:
    """What an address names, as far as it is one of Facebook.

    >>> named("https://m.facebook.com/story.php?story_fbid=456&id=212038&refid=17").graph_id
    '212038_456'
    >>> named("/voorbeeldstad/posts/123456?comment_id=77")
    Named(owner='voorbeeldstad', post='123456', comment='77', reply=None)
    """
    if not is_facebook(url):
        return Named()
    whole, given = path_of(url), query_of(url)
    comment, reply = given.get("comment_id"), given.get("reply_comment_id")
    post = given.get("story_fbid") or given.get("fbid") or (given.get("v") if "watch" in whole else None)
    if post:
        return Named(given.get("id"), post, comment, reply)
    path = unquote(whole).rstrip("/")
    for pattern in _PATHS:
        if found := pattern.match(path):
            return Named(found.groupdict().get("owner"), found["post"], comment, reply)
    if path == "/profile.php":
        return Named(given.get("id"))
    first = path.removeprefix("/").partition("/")[0]
    return Named(first if first and first not in _NO_NAMES else None)


def absolute(url: str | None) -> str | None:
    """An address with its host: the Graph API and pages leave it out."""
    return HOME + url if url and url.startswith("/") and not url.startswith("//") else url


def unsigned(url: str | None) -> str | None:
    """The address of a medium without the signature that gives access to it for some time.

    >>> unsigned("https://scontent.example/v/1_n.jpg?_nc_cat=1&oh=geheim&oe=6A9F")
    'https://scontent.example/v/1_n.jpg?_nc_cat=1&oh=…&oe=…'
    """
    return without_secrets(url) if url else None


def direct(url: str) -> str:
    """The address that a redirect of Facebook leads to; any other address as it is.

    >>> direct("https://l.facebook.com/l.php?u=https%3A%2F%2Fvoorbeeldstad.example%2Fmarkt&h=x")
    'https://voorbeeldstad.example/markt'
    """
    return query_of(url).get("u", url) if path_of(url) in _REDIRECTS and is_facebook(url) else url
