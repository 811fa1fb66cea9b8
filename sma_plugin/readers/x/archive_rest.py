"""Lists of an archive whose items are no posts: own likes are counted, and what is not read is pointed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from sma_plugin.model import Problem, Tally
from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.json_items import ArrayItems
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.x.archive_layout import LIKES, LISTS, OWN_WORK, Part, list_name, root_of
from sma_plugin.readers.x.archive_manifest import Manifest

_OPENING = r"YTD\.\w+\.part\d+\s*=\s*\["


def likes(capture: CaptureView, manifest: Manifest) -> Iterator[Tally]:
    """How many posts of others the account liked. The list is left out whole, so it may not stand in the listing."""
    named = [root + name for root in capture.match.roots for name in manifest.likes()]
    listed = [member.path for member in capture.listing.members if list_name(member.path) in LIKES]
    here = [path for path in listed if root_of(path) in capture.match.roots]
    for path in dict.fromkeys([*here, *named]):
        counted = _count(capture, path)
        if counted is not None:
            yield Tally("own likes", manifest.stated.get(path.rpartition("/")[2]), counted, path)


def unread_lists(capture: CaptureView) -> Iterator[Problem]:
    """Articles, moments, community notes and spaces of the account: a person decides what is to be done with them."""
    for member in capture.listing.members:
        name = list_name(member.path)
        if name in OWN_WORK and root_of(member.path) in capture.match.roots:
            counted = _count(capture, member.path)
            if counted:
                yield Problem("SMA-R026", member.path, params={"items": counted})


def unrecognised(capture: CaptureView, parts: Sequence[Part]) -> Iterator[Problem]:
    """Files named as a list that is read, and with other bytes: emptied, damaged, or saved as something else."""
    read = {part.path for part in parts}
    for member in capture.listing.members:
        path = member.path
        named = path.lower().endswith(".js") and list_name(path) in LISTS
        if named and path not in read and root_of(path) in capture.match.roots:
            yield nothing_read(path, "it does not begin as a list of an X archive")


def _count(capture: CaptureView, path: str) -> int | None:
    """Items in a list; ``None`` when there is no such file or list."""
    try:
        with closing(capture.open(path).stream) as stream:
            found = ArrayItems(stream, opening=_OPENING)
            counted = sum(1 for _ in found)
            return counted if found.prefix.endswith(b"[") else None
    except (KeyError, *DAMAGE):
        return None
