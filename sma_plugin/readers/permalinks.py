"""What the address of a page of a platform names: the post, and whose it is, by every name that other captures know.

For deliveries that are no format of a platform's own (suppliers' tables, screenshots with an index): an address is
often all that says which post something is of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from sma_plugin.model import AccountRef, Alias, Moment
from sma_plugin.readers.addresses import host_of, path_of, split_address
from sma_plugin.readers.bluesky import common as bluesky
from sma_plugin.readers.facebook import addresses as facebook
from sma_plugin.readers.instagram import codes as instagram
from sma_plugin.readers.linkedin import common as linkedin
from sma_plugin.readers.tiktok import common as tiktok
from sma_plugin.readers.values import epoch_moment
from sma_plugin.readers.x.common import permalink as x_permalink
from sma_plugin.readers.x.common import status_link
from sma_plugin.readers.youtube import common as youtube

_X_STATUS = re.compile(r"https?://[^/]+/(?:#!/)?(?:i/web|\w+)/status(?:es)?/\d+")
_X_EPOCH_MS, _X_FIRST = 1_288_834_974_657, 30_000_000_000
"""X's ids hold their moment since November 2010; lower ones were given in order."""
_TIKTOK_HANDLE = re.compile(r"tiktok\.com/@([\w.]+)")
_BLUESKY = re.compile(r"/profile/([^/]+)/post/(\w+)")
_FEDIVERSE = re.compile(r"/@([\w.-]+)(?:@[\w.-]+)?/(\d{5,25})/?|/users/([\w.-]+)/statuses/(\d{5,25})/?")


class Permalink(NamedTuple):
    """A post by its address. ``created`` is there where the id holds the moment, and says so (``assumed``)."""

    platform: str
    author: AccountRef
    native_id: str | None
    aliases: tuple[Alias, ...]
    url: str
    created: Moment = Moment()


def permalink(url: str) -> Permalink | None:
    """The post that an address names; ``None`` for what is no address of a post on a platform known here.

    >>> permalink("https://twitter.com/voorbeeldstad/status/1750000000000000000?s=20").native_id
    '1750000000000000000'
    >>> permalink("https://voorbeeldstad.example/nieuws") is None
    True
    """
    address = url.strip()
    host = host_of(address)
    if not host:
        return None
    known = (find for pattern, find in _HOSTS if pattern.fullmatch(host))
    return next(known, _fediverse)(address)


def _x(url: str) -> Permalink | None:
    plain = _X_STATUS.match(url)
    found = status_link(plain.group() if plain else url)
    if found is None:
        return None
    handle, post = found
    number = int(post)
    moment = epoch_moment((number >> 22) + _X_EPOCH_MS, 1000) if number > _X_FIRST else None
    created = Moment(moment.us, None, f"from id {post}") if moment else Moment()
    return Permalink("x", AccountRef(handle=handle), post, (), x_permalink(handle, post), created)


def _facebook(url: str) -> Permalink | None:
    found = facebook.named(url)
    if not found.post or not facebook.is_facebook(url):
        return None
    numbered = found.owner if found.owner and found.owner.isdecimal() else None
    author = AccountRef(numbered, None if numbered else found.owner)
    return Permalink("facebook", author, found.graph_id, (Alias("url", url),), url)


def _instagram(url: str) -> Permalink | None:
    code, story = instagram.code_in(url), instagram.story_in(url)
    number = instagram.number_of(code) if code else story
    if number is None:
        return None
    platform = "threads" if "threads." in url.lower() else "instagram"
    return Permalink(platform, AccountRef(handle=instagram.handle_in(url)), number, (), url)


def _linkedin(url: str) -> Permalink | None:
    urns = linkedin.urns_in(url)
    if not urns:
        return None
    author = AccountRef(handle=linkedin.handle_in(url))
    return Permalink("linkedin", author, urns[0], linkedin.aliases(*urns), url, linkedin.moment_in(urns[0]) or Moment())


def _youtube(url: str) -> Permalink | None:
    video = youtube.video_in(url)
    return Permalink("youtube", AccountRef(), video, (), youtube.watch_url(video)) if video else None


def _tiktok(url: str) -> Permalink | None:
    post, handle = tiktok.post_in(url), _TIKTOK_HANDLE.search(url)
    author = tiktok.account(handle=handle.group(1) if handle else None)
    return Permalink("tiktok", author, post, (), url, tiktok.moment_of(post) or Moment()) if post else None


def _bluesky(url: str) -> Permalink | None:
    found = _BLUESKY.search(unquote(path_of(url)))
    if not found:
        return None
    whose = found.group(1)
    address = bluesky.Address(whose, bluesky.POST, found.group(2))
    author = bluesky.account_ref(whose) if whose.startswith("did:") else bluesky.account_ref(None, whose)
    native = address.uri if whose.startswith("did:") else None
    return Permalink("bluesky", author, native, (Alias("url", bluesky.page_of(address)),), url)


def _fediverse(url: str) -> Permalink | None:
    """A post on a server of the fediverse, by the form that Mastodon's addresses have on every host."""
    parts = split_address(url)
    found = _FEDIVERSE.fullmatch(parts.path)
    if not found or parts.scheme not in ("http", "https"):
        return None
    name = found.group(1) or found.group(3)
    plain = f"https://{parts.netloc}{parts.path.rstrip('/')}"
    handle = f"{name}@{parts.netloc}"
    author = AccountRef(handle=handle, aliases=(Alias("acct", f"acct:{handle.casefold()}"),))
    native = plain if found.group(3) else None
    return Permalink("mastodon", author, native, (Alias("url", plain),), plain)


_HOSTS: tuple[tuple[re.Pattern[str], Callable[[str], Permalink | None]], ...] = tuple(
    (re.compile(rf"(?:[\w-]+\.)*(?:{hosts})"), find)
    for hosts, find in (
        (r"twitter\.com|x\.com", _x),
        (r"facebook\.com|fb\.com|fb\.watch", _facebook),
        (r"instagram\.com|threads\.net|threads\.com", _instagram),
        (r"linkedin\.com", _linkedin),
        (r"youtube\.com|youtu\.be|youtube-nocookie\.com", _youtube),
        (r"tiktok\.com|tiktokv\.com", _tiktok),
        (r"bsky\.app", _bluesky),
    )
)
