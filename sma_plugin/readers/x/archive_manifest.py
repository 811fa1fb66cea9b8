"""What an archive states about itself: manifest.js since 2019, tweet_index.js and payload_details.js before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from sma_plugin.model import AccountRef, Exclusion, Moment, Problem, Tally
from sma_plugin.readers.allowed import kept_out
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.x.archive_files import document
from sma_plugin.readers.x.archive_layout import LIKES, LISTS, Part, list_name
from sma_plugin.readers.x.archive_owner import RULE
from sma_plugin.readers.x.common import created, native, number
from sma_plugin.readers.x.common_parts import Number

UNITS = {
    "tweets": "posts",
    "community": "posts",
    "circle": "posts",
    "grailbird": "posts",
    "deleted": "deleted posts",
    "deletions": "deletions",
    "headers": "post headers",
    "notes": "long texts",
    "deleted-notes": "long texts",
}
"""What is counted in each list."""


class UserInfo(msgspec.Struct, frozen=True, rename="camel"):
    """``userInfo``."""

    account_id: str | None = None
    user_name: str | None = None
    display_name: str | None = None


class ArchiveInfo(msgspec.Struct, frozen=True, rename="camel"):
    """``archiveInfo``."""

    generation_date: str | None = None


class ListedFile(msgspec.Struct, frozen=True, rename="camel"):
    """``dataTypes.<list>.files[]``."""

    file_name: str | None = None
    count: Number = None


class DataType(msgspec.Struct, frozen=True):
    """``dataTypes.<list>``."""

    files: list[ListedFile] | None = None


class ManifestDocument(msgspec.Struct, frozen=True, rename="camel"):
    """manifest.js."""

    user_info: UserInfo | None = None
    archive_info: ArchiveInfo | None = None
    data_types: dict[str, DataType] | None = None


class Month(msgspec.Struct, frozen=True):
    """One item of tweet_index.js."""

    file_name: str | None = None
    tweet_count: Number = None


class Payload(msgspec.Struct, frozen=True):
    """payload_details.js."""

    tweets: Number = None
    created_at: str | None = None


_MANIFEST, _INDEX, _PAYLOAD = Ladder(ManifestDocument), Ladder(list[Month]), Ladder(Payload)


@dataclass(slots=True)
class Manifest:
    """What is stated, gathered over all roots; nothing when there is no manifest."""

    account: AccountRef = field(default_factory=AccountRef)
    at: Moment | None = None
    stated: dict[str, int] = field(default_factory=dict)
    """Items per file, by file name without folder."""
    names: dict[str, str] = field(default_factory=dict)
    """The path within the archive of each file named, by file name without folder."""
    total: tuple[int, str] | None = None
    """Posts in a whole Grailbird archive, and the file that says so."""

    def read(self, capture: CaptureView, parts: Sequence[Part]) -> Iterator[Problem | Exclusion]:
        """Take in every manifest and index; one that cannot be read is a problem, and the files themselves hold.

        Of a manifest what it says of its account, of the archive and of the files in it stays.
        """
        for part in parts:
            if part.name == "manifest":
                found = document(capture, part.path, _MANIFEST)
                if isinstance(found, Problem):
                    yield found
                else:
                    self._manifest(found.value)
                    for one in kept_out(found.piece, RULE, "manifest"):
                        yield Exclusion(RULE, part.path, one.offset, len(one.data))
            elif part.name == "grailbird-index":
                index = document(capture, part.path, _INDEX)
                if isinstance(index, Problem):
                    yield index
                else:
                    self._state((month.file_name, month.tweet_count) for month in index.value)
            elif part.name == "grailbird-payload":
                payload = document(capture, part.path, _PAYLOAD)
                if isinstance(payload, Problem):
                    yield payload
                else:
                    self._payload(payload.value, part.path)

    def _manifest(self, found: ManifestDocument) -> None:
        who, info = found.user_info, found.archive_info
        if who and self.account.native_id is None:
            self.account = AccountRef(native(who.account_id), who.user_name, who.display_name)
        if info and info.generation_date and self.at is None:
            self.at = iso_moment(info.generation_date)
        listed = (file for kind in (found.data_types or {}).values() for file in kind.files or ())
        self._state((file.file_name, file.count) for file in listed)

    def _state(self, files: Iterator[tuple[str | None, Number]]) -> None:
        for name, count in files:
            base = (name or "").rpartition("/")[2]
            known = number(count)
            if base:
                self.names.setdefault(base, name or "")
                if known is not None:
                    self.stated.setdefault(base, known)

    def _payload(self, found: Payload, path: str) -> None:
        total = number(found.tweets)
        if total is not None and self.total is None:
            self.total = total, path
        if found.created_at and self.at is None:
            self.at = created(found.created_at)

    def tally(self, part: Part, counted: int) -> Iterator[Tally]:
        """What the manifest states of one file beside what was counted in it."""
        stated = self.stated.get(part.path.rpartition("/")[2])
        if stated is not None:
            yield Tally(UNITS[part.name], stated, counted, part.path)

    def absent(self, parts: Sequence[Part], path: str) -> Iterator[Problem]:
        """Files with items that the manifest names, that this reader reads, and that were not delivered."""
        present = {part.path.rpartition("/")[2] for part in parts}
        for base, stated in self.stated.items():
            readable = list_name(base) in LISTS or self.names[base].startswith("data/js/tweets/")
            if stated and readable and base not in present:
                yield Problem("SMA-R021", path, params={"name": self.names[base][:200], "stated": stated})

    def likes(self) -> list[str]:
        """Paths within the archive of the lists of likes."""
        return [name for base, name in self.names.items() if list_name(base) in LIKES]
