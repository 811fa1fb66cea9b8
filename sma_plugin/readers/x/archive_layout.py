"""What stands where in an X archive: which list a file holds, which folder is the root, which files are media.

A file is known by its first bytes (``window.YTD.<list>.partN =``, ``Grailbird.data.tweets_YYYY_MM =``,
``window.__THAR_CONFIG =``), never by its name alone. Source: formats/PLATFORM_FORMATS.md 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from sma_plugin.readers.contract import HEAD_BYTES, CaptureView

_START = rb"(?:\xef\xbb\xbf)?\s*"
_YTD = re.compile(_START + rb"(?:window\.)?YTD\.(\w+)\.part\d+\s*=")
_OTHER_HEADS = (
    ("manifest", re.compile(_START + rb"(?:window\.)?__THAR_CONFIG\s*=")),
    ("grailbird", re.compile(_START + rb"Grailbird\.data\.tweets_\d{4}_\d\d\s*=")),
    ("grailbird-csv", re.compile(_START + rb'"?tweet_id"?,(?=[^\r\n]*"?timestamp"?,)(?=[^\r\n]*\btext\b)')),
    ("grailbird-user", re.compile(_START + rb"var\s+user_details\s*=")),
    ("grailbird-payload", re.compile(_START + rb"var\s+payload_details\s*=")),
    ("grailbird-index", re.compile(_START + rb"var\s+tweet_index\s*=")),
)

LISTS = {
    "tweet": "tweets",
    "tweets": "tweets",
    "community_tweet": "community",
    "community_tweets": "community",
    "twitter_circle_tweet": "circle",
    "twitter_circle_tweets": "circle",
    "deleted_tweet": "deleted",
    "deleted_tweets": "deleted",
    "deleted_tweet_headers": "deletions",
    "tweet_headers": "headers",
    "note_tweet": "notes",
    "note_tweets": "notes",
    "deleted_note_tweet": "deleted-notes",
    "account": "account",
    "profile": "profile",
    "screen_name_change": "handles",
    "protected_history": "protection",
    "verified": "verified",
}
"""Lists that this reader reads, by their name in the wrapper (in file names with hyphens)."""
OWN_WORK = frozenset(
    {
        "article",
        "twitter_article",
        "moment",
        "community_note",
        "birdwatch_note",
        "spaces_metadata",
        "periscope_broadcast_metadata",
    }
)
"""Lists that may hold publications of the account and that this reader does not read: never passed over silently.

Articles can be drafts (article-metadata.js says which), moments hold posts of others, spaces name who spoke.
"""
LIKES = frozenset({"like", "likes"})
POST_LISTS = ("tweets", "community", "circle", "deleted")
"""In this order: what is read first says most."""
DEFINING = frozenset({"manifest", "grailbird", "grailbird-csv"})
"""Beside every ``YTD`` list, what makes a folder an archive's root."""
POST_MEDIA = (
    "tweets_media",
    "tweet_media",
    "community_tweet_media",
    "twitter_circle_tweet_media",
    "deleted_tweets_media",
    "deleted_tweet_media",
)
PROFILE_MEDIA = "profile_media"
_ROOT = re.compile(r"((?:.*/)?)data/(?:js/(?:tweets/)?)?[^/]+")
_MEDIA = re.compile(rf"((?:.*/)?)({'|'.join((*POST_MEDIA, PROFILE_MEDIA))})/[^/]+", re.IGNORECASE)
_ANY_MEDIA = re.compile(r"((?:.*/)?)data/[a-z_]+_media/[^/]+", re.IGNORECASE)
_README = re.compile(r"((?:.*/)?)data/README\.txt", re.IGNORECASE)
_PART = re.compile(r"(.*?)(?:[-_ ]?part(\d{1,9}))?(?:\.js)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive: its path and the list that it holds (a part of)."""

    path: str
    name: str

    @property
    def order(self) -> tuple[int, str]:
        """Natural order of the parts of a list: the number in the file name (the one inside can be wrong)."""
        return part_number(self.path), self.path


def list_name(path: str) -> str:
    """The list that a file name speaks of: ``data/twitter-circle-tweet-part1.js`` gives ``twitter_circle_tweet``."""
    found = _PART.fullmatch(path.rpartition("/")[2])
    return (found.group(1) if found else "").lower().replace("-", "_")


def part_number(path: str) -> int:
    """The number of a part from its file name; 0 for the first."""
    found = _PART.fullmatch(path.rpartition("/")[2])
    return int(found.group(2) or 0) if found else 0


def list_in(path: str, head: bytes) -> str | None:
    """The list in a file from its first bytes; the wrapper's own name for a list that is not read; else ``None``.

    ``twitter-circle-tweet.js`` has been seen to call itself ``tweet`` inside: where the name of the file says that
    not everyone could see the posts, it holds against the wrapper.
    """
    match = _YTD.match(head)
    if match is None:
        return next((name for name, pattern in _OTHER_HEADS if pattern.match(head)), None)
    inside = match.group(1).decode().lower()
    known = LISTS.get(inside, inside)
    if known == "tweets":
        outside = LISTS.get(list_name(path), known)
        return outside if outside in POST_LISTS else known
    return known


def is_list(head: bytes) -> bool:
    """Whether first bytes are those of a ``YTD`` list, of any name."""
    return _YTD.match(head) is not None


def root_of(path: str) -> str:
    """The root of the archive that a list file stands in: the folder that holds ``data/``, else its own folder.

    >>> root_of("export/data/js/tweets/2013_01.js"), root_of("los/tweet.js")
    ('export/', 'los/')
    """
    match = _ROOT.fullmatch(path)
    return match.group(1) if match else path[: path.rfind("/") + 1]


def export_media_root(path: str) -> str | None:
    """The root that a file in any media folder below ``data/`` stands in; ``None`` for other files."""
    match = _ANY_MEDIA.fullmatch(path)
    return match.group(1) if match else None


def media_folder(path: str) -> str | None:
    """The media folder of posts or profile that a file stands in, in small letters."""
    match = _MEDIA.fullmatch(path)
    return match.group(2).lower() if match else None


def support_root(path: str) -> str | None:
    """The root that a medium of posts or profile, or X's own description of the fields, stands in; else ``None``."""
    match = _README.fullmatch(path)
    if match:
        return match.group(1)
    match = _MEDIA.fullmatch(path)
    return match.group(1).removesuffix("data/") if match else None


def parts_of(capture: CaptureView, paths: Iterable[str]) -> list[Part]:
    """The files of the capture with the list that each holds; media are not opened.

    Between recognition and reading first bytes are not kept, so they are read again here.
    """
    found = []
    for path in paths:
        if support_root(path) is not None:
            continue
        name = list_in(path, _head(capture, path))
        if name is not None:
            found.append(Part(path, name))
    return found


def _head(capture: CaptureView, path: str) -> bytes:
    """First bytes of a member; none when it cannot be opened (reading it will say so)."""
    known = capture.listing.by_path.get(path)
    if known is not None and known.head:
        return known.head
    try:
        with closing(capture.open(path).stream) as stream:
            return stream.read(HEAD_BYTES)
    except (KeyError, OSError, EOFError):
        return b""
