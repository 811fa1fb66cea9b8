"""What both Mastodon readers share: addresses, handles, links in HTML, and the files of a capture."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from sma_plugin.model import Alias, Link
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.contract import Member
from sma_plugin.readers.values import MEDIA_FILE, html_text

PLATFORM = "mastodon"
MEDIA_NAME = rf"{MEDIA_FILE}|(?:.*/)?media_attachments/.+"
_MEDIA = "media_attachments/"

# The opening tag may not hold another "<": so hostile markup costs time in proportion to its length, not its square.
_ANCHOR = re.compile(r"<(/?)a\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?:^|\s)(href|class|rel)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_NO_LINK = {"mention", "hashtag", "tag"}


def server_of(address: str | None) -> str | None:
    """The host (with port, if one is named) of a web address or of a ``tag:`` URI; ``None`` when there is none.

    >>> server_of("https://sociaal.voorbeeldstad.example/users/gemeente")
    'sociaal.voorbeeldstad.example'
    >>> server_of("tag:sociaal.voorbeeldstad.example,2017-04-02:objectId=5:objectType=Status")
    'sociaal.voorbeeldstad.example'
    """
    if not address:
        return None
    if address.startswith("tag:"):
        return address[4:].partition(",")[0] or None
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or None
    except ValueError:
        return None


def full_handle(name: str | None, address: str | None) -> str | None:
    """``name@host``: a name that has a host keeps it, others get the host of the account's own address."""
    bare = (name or "").lstrip("@")
    if not bare or "@" in bare:
        return bare or None
    host = server_of(address)
    return f"{bare}@{host}" if host else bare


def account_aliases(url: str | None, handle: str | None, *more: Alias) -> tuple[Alias, ...]:
    """The aliases by which an account is found again in other captures."""
    named = [Alias("url", url)] if url else []
    if handle and "@" in handle:
        named.append(Alias("acct", f"acct:{handle.casefold()}"))
    return (*named, *more)


def anchors(markup: str) -> Iterator[tuple[str, str, str]]:
    """Address, class and relation names, and shown text of every link in a piece of HTML, in order."""
    address, classes, start = "", "", 0
    for tag in _ANCHOR.finditer(markup):
        if not tag.group(1):
            named = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(tag.group(2))}
            address, start = html.unescape(named.get("href", "")), tag.end()
            classes = f"{named.get('class', '')} {named.get('rel', '')}"
        elif address:
            yield address, classes, html_text(markup[start : tag.start()])
            address = ""


def links_in(markup: str | None, mentioned: Iterable[str] = ()) -> tuple[Link, ...]:
    """The links of a post that are neither a mention nor a hashtag."""
    if not markup or "<a" not in markup.lower():
        return ()
    known = set(mentioned)
    return tuple(
        Link(address, shown if shown != address else None)
        for address, classes, shown in anchors(markup)
        if address not in known and not _NO_LINK.intersection(classes.split())
    )


class Files:
    """The delivered files below one root, found by the address that a post gives for them.

    A server that cannot read a file writes an empty one into its export: such a file is no medium.
    """

    def __init__(self, members: Iterable[Member], root: str = "") -> None:
        given = [member for member in members if member.path.startswith(root)]
        self._paths = {member.path[len(root) :]: member.path for member in given if member.size}
        # Older exports hold media under their full path on the server, however deep that lies.
        self._below = {path[at:]: whole for path, whole in self._paths.items() if (at := path.find(_MEDIA)) > 0}
        self._empty = {path[max(path.find(_MEDIA), 0) :] for path in (one.path for one in given if not one.size)}
        self._by_name: dict[str, list[str]] = {}
        for path in self._paths:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def local(self, address: str) -> str | None:
        """The file that an address inside an export means: relative, with a leading slash or below a bucket's name."""
        for form in _forms(address):
            found = self._paths.get(form) or self._below.get(form)
            if found:
                return found
        return None

    def is_empty(self, address: str) -> bool:
        """Whether the file that an address inside an export means was delivered without content."""
        return not self._empty.isdisjoint(_forms(address))

    def same_name(self, address: str) -> str | None:
        """The file with the base name of a web address; of several, the one that shares most of its path."""
        wanted = unquote(_path_of(address)).split("/")
        found = self._by_name.get(wanted[-1], []) if wanted[-1] else []
        # A server gives the preview the name of the original, one folder away.
        alike = [path for path in found if ("small" in path.split("/")[:-1]) == ("small" in wanted)]
        ranked = sorted(((_common_tail(path.split("/"), wanted), path) for path in alike), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return self._paths[ranked[0][1]]


def _forms(address: str) -> list[str]:
    named = _path_of(address).lstrip("/")
    forms = [named, named[max(named.find(_MEDIA), 0) :]]
    return [*forms, *map(unquote, forms)]


def _path_of(address: str) -> str:
    return path_of(address) if "://" in address else address.partition("?")[0]


def _common_tail(one: list[str], other: list[str]) -> int:
    length = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        length += 1
    return length
