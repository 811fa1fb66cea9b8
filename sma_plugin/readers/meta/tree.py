"""The files of one export below its roots: parts are merged by path, a file that is there twice is read once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import NamedTuple

from sma_plugin.readers.contract import DAMAGE, CaptureView, Member

_CHUNK = 1 << 20


class Place(NamedTuple):
    """A file: where it was delivered, its path below the export's root, and what it is."""

    member: Member
    inner: str

    @property
    def path(self) -> str:
        """Where it was delivered."""
        return self.member.path


def below(path: str, roots: tuple[str, ...]) -> str:
    """The path below the root that it lies under; the path itself when it lies under none."""
    found = [root for root in roots if path.startswith(root)]
    return path[len(max(found, key=len)) :] if found else path


def places(capture: CaptureView) -> list[Place]:
    """The claimed documents of a capture, JSON and pages, in their order, each content once."""
    roots = capture.match.roots
    documents = (path for path in capture.match.paths if path.lower().endswith((".json", ".html", ".htm")))
    given = [Place(capture.listing.by_path[path], below(path, roots)) for path in documents]
    return list(_once(capture, given))


def _once(capture: CaptureView, given: list[Place]) -> Iterator[Place]:
    known: dict[tuple[str, int], list[Place]] = {}
    for place in given:
        alike = known.setdefault((place.inner, place.member.size), [])
        if not any(_same(capture, place, other) for other in alike):
            yield place
        alike.append(place)


def _same(capture: CaptureView, one: Place, other: Place) -> bool:
    """Whether two files of one name and size, of which the beginnings agree, are the same byte for byte."""
    if one.member.head != other.member.head:
        return False
    digests = (_digest(capture, place.path) for place in (one, other))
    return len({digest or str(number) for number, digest in enumerate(digests)}) == 1


def _digest(capture: CaptureView, path: str) -> str | None:
    try:
        with closing(capture.open(path).stream) as stream:
            found = hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
            return found.hexdigest()
    except (KeyError, *DAMAGE):
        return None


def above(path: str, sections: re.Pattern[str]) -> str:
    """The folder that a file's export stands in: without the folders that the export itself is made of."""
    folders = path.split("/")[:-1]
    while folders and sections.fullmatch(folders[-1]):
        folders.pop()
    return "".join(f"{folder}/" for folder in folders)


_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|tar\.gz)$", re.IGNORECASE)
_PART = re.compile(r"[-_. ]*(?:part[-_ ]*|deel[-_ ]*)?\(?\d{1,3}\)?$", re.IGNORECASE)
_DATED = re.compile(
    r"((?:facebook|instagram|threads)-(?P<name>.+?)-\d{1,4}[-_.]\w{1,9}[-_.]\d{1,4})(?:[-_ (].*)?", re.IGNORECASE
)


def export_of(root: str) -> tuple[str, ...]:
    """What tells the export that a root is of: the names of its folders, without the number or code of a part.

    >>> export_of("in/facebook-a-2026-3-6-AbCd/") == export_of("in/facebook-a-2026-3-6-XyZ/")
    True
    >>> export_of("export-1/") == export_of("export-2/") != export_of("ander/")
    True
    """
    return tuple(map(_without_part, root.split("/")[:-1]))


def joined(roots: list[str], with_profile: set[str]) -> list[tuple[str, ...]]:
    """Roots of one name as the exports that they are: parts of one, or of several accounts.

    A profile is in one of the parts only. Numbered folders without it can be of several accounts, and stay apart.
    """
    dated = all(_DATED.fullmatch(root.rstrip("/").rpartition("/")[2]) for root in roots)
    return [tuple(roots)] if len(with_profile) == 1 or (dated and not with_profile) else [(root,) for root in roots]


def _without_part(name: str) -> str:
    dated = _DATED.fullmatch(name)
    return dated.group(1) if dated else _PART.sub("", name)


def handle_in(roots: Iterable[str]) -> str | None:
    """The name of the account in the name of an export's folder or archive (``facebook-<name>-<date>-<code>``).

    >>> handle_in(["in/instagram-voorbeeld.stad-2026-09-15-AbCd/"]), handle_in(["in/export/"])
    ('voorbeeld.stad', None)
    >>> handle_in(["", "facebook-voorbeeldstad-15-09-2026.zip"])
    'voorbeeldstad'
    """
    folders = (folder for root in roots for folder in reversed(root.split("/")) if folder)
    found = (_DATED.fullmatch(_ARCHIVE.sub("", folder)) for folder in folders)
    return next((one["name"] for one in found if one), None)
