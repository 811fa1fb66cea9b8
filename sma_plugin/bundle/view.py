"""One capture as its reader sees it, over the containers it was delivered in. What passes is hashed as it passes."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from sma_plugin.bundle.archives import DAMAGE
from sma_plugin.bundle.containers import Container
from sma_plugin.bundle.delivery import HEADS, CaptureRecord, DeliveryRecord, MemberRecord, open_unit
from sma_plugin.bundle.gzip_member import MAGIC
from sma_plugin.bundle.media_check import Fault, MediaCheck
from sma_plugin.bundle.streams import CHUNK, Fixity, FrontierFile, GunzipStream, HashingStream
from sma_plugin.bundle.tars import Tar
from sma_plugin.model import Evidence, Exclusion, Problem
from sma_plugin.readers.contract import Listing, Match, Member, Source
from sma_plugin.readers.values import MEDIA_FILE
from sma_plugin.readers.web.har import is_har
from sma_plugin.secrets.credentials import CredentialWatch, Span
from sma_plugin.secrets.written import TextWatch, is_text

BUFFER = 1 << 18
_MEDIA = re.compile(MEDIA_FILE, re.IGNORECASE)
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?(?:for ?\(;;\);)?\s*(?:\{|\[(?!(?!true|false|null|NaN|Infinity)[A-Za-z]))")
"""How JSON begins; a file of settings may begin with the name of its first part, in brackets."""


class OnDisk(NamedTuple):
    """A member that is a file of its own; ``ours`` when it lies in the working area, where nobody else writes."""

    path: Path
    ours: bool


class Delivery:
    """The containers of one delivery, opened once, with the fixity of every member that was read."""

    def __init__(
        self, record: DeliveryRecord, spool: Path, on_bytes: Callable[[int], None], trusted: Sequence[str] = ()
    ) -> None:
        self.record, self._on_bytes, self.trusted = record, on_bytes, trusted
        heads = spool.with_name(HEADS)
        self.heads: dict[str, bytes] = msgspec.msgpack.decode(heads.read_bytes()) if heads.is_file() else {}
        self.fixity: dict[str, Fixity] = {}
        self.hashed = True
        """Whether the SHA-256 of every member is wanted, or only of those that a manifest lists (``asked``)."""
        self.asked: frozenset[str] = frozenset()
        self.second: dict[str, str] = {}
        """The second algorithm that a delivered manifest asks for, by member path."""
        self.media_faults: dict[str, Fault] = {}
        """What is wrong with files of media, by member path; known once they were read."""
        self.left_out: set[str] = set()
        """Members that their reader left out whole."""
        self.credentials: dict[str, list[Span]] = {}
        """Values that give access to an account in JSON and in texts, by member path; known once they were read."""
        self._stack = ExitStack()
        self.containers: list[Container | None] = []
        holding = {member.unit for member in record.members}
        for number, unit in enumerate(record.units):
            # A unit without members was empty or could not be opened: receive has said so.
            container = open_unit(unit, number, spool) if number in holding else None
            if container:
                self._stack.callback(container.close)
            self.containers.append(container)
        self.members = {member.path: member for member in record.members}
        self._exports = {one.capture.id for one in record.captures if one.personal_export}
        self._seekable: dict[str, FrontierFile] = {}
        self._open: list[BinaryIO] = []

    def container(self, member: MemberRecord) -> Container:
        """The container that holds a member."""
        return cast("Container", self.containers[member.unit])

    def on_disk(self, member: MemberRecord) -> OnDisk | None:
        """Where a member is a file of its own: delivered so, or unpacked into the working area."""
        container = self.container(member)
        if container.form in ("folder", "file"):
            return OnDisk(container.path / member.entry.name, ours=False)
        if container.form == "tar.gz":
            return OnDisk(cast("Tar", container).spooled(member.entry), ours=True)
        return None

    def open(self, path: str) -> BinaryIO:
        """A member as a forward stream; the first full reading gives its fixity. Raises ``KeyError``, ``OSError``."""
        member = self.members[path]
        raw = self.container(member).open(member.entry)
        if path in self.fixity:
            return raw
        check = MediaCheck() if _MEDIA.fullmatch(path) else None
        keys = self.watch(path, self.heads.get(path, b""))
        done = self._remember(path, check, keys)
        watch = check.update if check else keys.update if keys else None
        hashed = self.hashed or path in self.asked
        stream = HashingStream(raw, done, self._on_bytes, self.second.get(path, ""), watch, hashed=hashed)
        buffered = cast("BinaryIO", io.BufferedReader(stream, BUFFER))
        self._open = [known for known in self._open if not known.closed]
        self._open.append(buffered)
        return buffered

    def seekable(self, path: str) -> BinaryIO:
        """A member as a seekable file; one in a forward container is copied to a temporary file first."""
        member = self.members[path]
        direct = self.container(member).seekable(member.entry)
        if direct is not None:
            self._stack.callback(direct.close)
            self._seekable.setdefault(path, direct)
            return cast("BinaryIO", direct)
        copy = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the delivery is open
        self._stack.callback(copy.close)
        with self.open(path) as stream:
            while chunk := stream.read(CHUNK):
                copy.write(chunk)
        copy.seek(0)
        return cast("BinaryIO", copy)

    def close_members(self) -> None:
        """Close what a reader left open, reading it to its end, so that its fixity is known."""
        for stream in self._open:
            stream.close()
        self._open.clear()

    def watch(self, path: str, head: bytes) -> CredentialWatch | TextWatch | None:
        """What watches a member for keys to an account, if it holds JSON or came beside what a reader claimed.

        In a personal export nothing is watched: what no rule knows of it does not enter.
        """
        member = self.members[path]
        if member.capture in self._exports:
            return None
        if _JSON.match(head):
            return CredentialWatch(f"{path}.har" if is_har(head) else path)
        return None if member.claimed or not is_text(head) else TextWatch()

    def _remember(
        self, path: str, check: MediaCheck | None, keys: CredentialWatch | TextWatch | None
    ) -> Callable[[Fixity], None]:
        def done(fixity: Fixity) -> None:
            self.fixity.setdefault(path, fixity)
            fault = check.fault() if check else None
            if fault:
                self.media_faults[path] = fault
            spans = keys.spans() if keys else []
            if spans:
                self.credentials[path] = spans

        return done

    def sweep(self) -> Iterator[tuple[MemberRecord, Exception | None]]:
        """Give every member that no reader read its fixity, in physical order; excluded ones are passed over.

        Members that were damaged follow, whoever read them.
        """
        for path, file in self._seekable.items():
            self.fixity.setdefault(path, file.finish())
        for member in self.record.members:
            if member.path in self.fixity or member.rule is not None:
                continue
            try:
                self.container(member).approach(member.entry)
                with self.open(member.path) as stream:
                    while stream.read(CHUNK):
                        continue
            except DAMAGE as error:
                yield member, error
            else:
                yield member, None
        for member in self.record.members:
            container = self.containers[member.unit]
            if container and member.entry.path in container.damage:
                yield member, ValueError(container.damage[member.entry.path])

    def close(self) -> None:
        """Close everything."""
        self._stack.close()


class View:
    """A :class:`~sma_plugin.readers.contract.CaptureView` over a delivery."""

    def __init__(self, delivery: Delivery, record: CaptureRecord) -> None:
        self._delivery = delivery
        capture = record.capture
        self.match = Match(
            record.reader,
            capture.platform,
            capture.technique,
            record.paths,
            record.roots,
            account=capture.account,
            personal_export=record.personal_export,
        )
        members = (
            member for member in delivery.record.members if delivery.record.units[member.unit].group == record.group
        )
        self.listing = Listing(
            tuple(Member(member.path, member.entry.size, delivery.heads.get(member.path, b"")) for member in members)
        )
        self.problems: list[Problem | Exclusion] = []
        self.trusted = delivery.trusted
        """PEM texts of the root certificates that the archive trusts."""
        self.remembered: dict[str, Any] = {}
        """What :func:`responses.sources` keeps from one member to the next."""

    def open(self, path: str) -> Source:
        """Open a member; gzip is undone. Raises ``KeyError`` for a path that is not in the listing."""
        stream = self._delivery.open(path)
        size = self._delivery.members[path].entry.size
        head = cast("io.BufferedReader", stream).peek(3)[:3] if hasattr(stream, "peek") else b""
        if head != MAGIC and not path.lower().endswith(".gz"):
            return Source(path, stream, Evidence(path), size=size)

        def tell(fault: str) -> None:
            self.problems.append(Problem("SMA-B002", path, params={"reason": fault}))

        raw: io.RawIOBase = GunzipStream(stream, tell=tell)
        keys = self._delivery.watch(path, self._delivery.heads.get(path, b""))
        if keys:
            raw = HashingStream(cast("BinaryIO", raw), self._uncut(path, keys), watch=keys.update, hashed=False)
        return Source(path, cast("BinaryIO", io.BufferedReader(raw, BUFFER)), Evidence(path), exact=False)

    def _uncut(self, path: str, keys: CredentialWatch | TextWatch) -> Callable[[Fixity], None]:
        """What cannot be cut from a packed file is told."""

        def done(_fixity: Fixity) -> None:
            if spans := keys.spans():
                self.problems.append(Problem("SMA-R275", path, params={"count": len(spans)}))

        return done

    def sources(self, path: str) -> Iterator[Source]:
        """Every response in a WARC or WACZ member; for another member the member itself."""
        from sma_plugin.bundle import responses  # noqa: PLC0415 -- only captures of the web need it

        yield from responses.sources(self, path, self.problems)

    def raw(self, path: str) -> BinaryIO:
        """The member as delivered, gzip and all, as a forward stream."""
        return self._delivery.open(path)

    def seekable(self, path: str) -> BinaryIO:
        """The member as delivered, as a seekable file."""
        return self._delivery.seekable(path)


class MemberFixity(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of ``members.jsonl``: what reading gave for a member."""

    path: str
    size: int
    sha256: str
