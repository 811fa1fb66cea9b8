"""WACZ, the zip that web archives are exchanged in (Webrecorder, WACZ 1.1.1): members, pages, claims."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, cast

from sma_plugin.bundle import wacz_signature, wacz_zip
from sma_plugin.bundle.wacz_claims import Claim, claims, needs
from sma_plugin.bundle.wacz_member import MemberStream, ZipMember
from sma_plugin.model import Evidence, Problem

DATAPACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
MAX_JSON = 64 << 20
MAX_LINE = 16 << 20
"""A line of a page list may hold the page's whole text; longer ones are not read."""
_WARC = re.compile(r"archive/.+\.(?:w?arc)(?:\.gz)?", re.IGNORECASE)
_PAGES = re.compile(r"pages/.+\.jsonl", re.IGNORECASE)
_CHUNK = 1 << 18


class Page(NamedTuple):
    """One entry of a page list: address, time and title as delivered, and where the entry stands."""

    url: str
    ts: str | None
    title: str | None
    evidence: Evidence


class WaczFile:
    """A WACZ over a seekable binary file, named ``path`` in findings and evidence. The file stays open."""

    def __init__(self, file: BinaryIO, path: str = "") -> None:
        self._file, self.path = file, path
        self.problems: list[Problem] = []
        """Found while opening and reading; the caller empties it."""
        self.hashes: dict[str, str] = {}
        """SHA-256 (hex) of every member that was read to its end."""
        self.sizes: dict[str, int] = {}
        self.members: dict[str, ZipMember] = {member.name: member for member in wacz_zip.members(file, self._tell)}

    def _tell(self, code: str, params: dict[str, str | int]) -> None:
        self.problems.append(Problem(code, self.path, params=params))

    def open(self, name: str) -> BinaryIO:
        """A member as a forward stream, hashed as it passes. Raises ``KeyError``."""
        raw = MemberStream(self._file, self.members[name], self._read)
        return cast("BinaryIO", io.BufferedReader(raw, _CHUNK))

    def _read(self, stream: MemberStream) -> None:
        name = stream.member.name
        if stream.bomb:
            self._tell("SMA-Z005", {"member": name})
        elif stream.damaged and name not in self.hashes:
            self._tell("SMA-Z007", {"member": name})
        self.hashes[name], self.sizes[name] = stream.sha256, stream.size

    @property
    def warcs(self) -> list[ZipMember]:
        """The members that hold the captured records, in the order of the file."""
        return [member for member in self.members.values() if _WARC.fullmatch(member.name)]

    def pages(self) -> Iterator[Page]:
        """Every page of every page list; a line that is none becomes a problem (SMA-Z020, Z021)."""
        for member in self.members.values():
            if _PAGES.fullmatch(member.name):
                yield from self._page_list(member)

    def _page_list(self, member: ZipMember) -> Iterator[Page]:
        offset = unreadable = number = 0
        with self.open(member.name) as stream:
            for number, line in enumerate(_lines(stream), 1):
                entry = _json(line)
                if number == 1 and not (isinstance(entry, dict) and "format" in entry):
                    self._tell("SMA-Z021", {"member": member.name})
                if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                    evidence = self._evidence(member, offset, len(line.rstrip(b"\r\n")), number)
                    yield Page(entry["url"], _text(entry.get("ts")), _text(entry.get("title")), evidence)
                elif line.strip() and not (number == 1 and isinstance(entry, dict) and "format" in entry):
                    unreadable += 1
                offset += len(line)
        if not number:
            self._tell("SMA-Z021", {"member": member.name})
        if unreadable:
            self._tell("SMA-Z020", {"member": member.name, "lines": unreadable})

    def _evidence(self, member: ZipMember, offset: int, length: int, number: int) -> Evidence:
        if member.stored:
            return Evidence(self.path, "bytes", member.offset + offset, length)
        return Evidence(self.path, "file", locator=f"{member.name}#{number}")

    def check(
        self, hashes: Mapping[str, str], delivered: Collection[str] = (), roots: Sequence[str] = ()
    ) -> list[Problem]:
        """What the WACZ says of itself against its bytes.

        ``hashes`` are SHA-256 digests by member that are known already (:attr:`hashes` after streaming). Members that
        the datapackage lists and that are not among them are read here; nothing is read twice for its SHA-256.
        ``delivered`` are the paths of what came with the WACZ, ``roots`` the certificates (PEM) that are trusted.
        """
        already, self.problems = self.problems, []
        names = set(self.members)
        if not self.warcs and not self._is_collection():
            self._tell("SMA-Z015", {})
        if not any(_PAGES.fullmatch(name) for name in names) and not self._is_collection():
            self._tell("SMA-Z016", {})
        for member in self.warcs:
            if not member.stored:
                self._tell("SMA-Z019", {"member": member.name})
        package = self._document(DATAPACKAGE, "SMA-Z009", "SMA-Z010")
        if package is not None:
            self._check_claims(claims(package), hashes)
            self._check_needs(package, {name.rpartition("/")[2] for name in delivered})
        self._check_digest(hashes, roots)
        found, self.problems = self.problems, already
        return found

    def _is_collection(self) -> bool:
        """Whether this is a WACZ of WACZ files, which holds no records of its own."""
        package = self._document(DATAPACKAGE, None, None) or {}
        return str(package.get("profile", "")).startswith("multi-wacz")

    def _document(self, name: str, absent: str | None, unreadable: str | None) -> dict[str, Any] | None:
        if name not in self.members:
            if absent:
                self._tell(absent, {})
            return None
        with self.open(name) as stream:
            data = stream.read(MAX_JSON)
            whole = not stream.read(1)
        value = _json(data) if whole else None
        if isinstance(value, dict):
            return value
        if unreadable:
            self._tell(unreadable, {"member": name})
        return None

    def _check_claims(self, rows: list[Claim], hashes: Mapping[str, str]) -> None:
        for claim in rows:
            if claim.path in self.members:
                self._check_claim(claim, hashes)
            elif "://" not in claim.path and not claim.path.lower().endswith(".wacz"):
                self._tell("SMA-Z013", {"member": claim.path[:300]})
        listed = {claim.path for claim in rows} | {DATAPACKAGE, DIGEST}
        for name in self.members:
            if name not in listed:
                self._tell("SMA-Z014", {"member": name})

    def _check_needs(self, package: dict[str, Any], delivered: set[str]) -> None:
        """Other WACZ files that this one depends on, and which version of the format it has."""
        for name in needs(package):
            if name not in self.members and name.rpartition("/")[2] not in delivered:
                self._tell("SMA-Z034", {"member": name[:300]})
        version = str(package.get("wacz_version", ""))
        if not version.startswith("1.") and not self._is_collection():
            self._tell("SMA-Z033", {"value": version[:40]})

    def _check_claim(self, claim: Claim, hashes: Mapping[str, str]) -> None:
        found = self._digest(claim, hashes) if claim.digest else None
        if not claim.digest:
            self._tell("SMA-Z023", {"member": claim.path})
        elif found is None:
            self._tell("SMA-Z022", {"member": claim.path, "value": claim.algorithm[:40]})
        elif found != claim.digest.lower():
            self._tell("SMA-Z011", {"member": claim.path})
        size = self.sizes.get(claim.path, self.members[claim.path].size)
        if claim.size is not None and size is not None and size != claim.size:
            self._tell("SMA-Z012", {"member": claim.path, "stated": claim.size, "counted": size})

    def _digest(self, claim: Claim, hashes: Mapping[str, str]) -> str | None:
        """The member's digest in the algorithm of the claim; ``None`` when that is not known here."""
        if claim.algorithm == "sha256":
            return self._sha256(claim.path, hashes)
        if claim.algorithm not in hashlib.algorithms_guaranteed or claim.algorithm.startswith("shake"):
            return None
        digest = hashlib.new(claim.algorithm, usedforsecurity=False)
        with self.open(claim.path) as stream:
            while data := stream.read(_CHUNK):
                digest.update(data)
        return digest.hexdigest()

    def _sha256(self, name: str, hashes: Mapping[str, str]) -> str:
        known = hashes.get(name) or self.hashes.get(name)
        if known is None:
            with self.open(name) as stream:
                while stream.read(_CHUNK):
                    continue
            known = self.hashes[name]
        return known

    def _check_digest(self, hashes: Mapping[str, str], roots: Sequence[str]) -> None:
        if DIGEST not in self.members:
            self._tell("SMA-Z035", {})
            return
        document = self._document(DIGEST, None, "SMA-Z010")
        if document is None:
            return
        algorithm, _, digest = str(document.get("hash", "")).rpartition(":")
        signed = document.get("signedData")
        intact = DATAPACKAGE in self.members
        if algorithm not in ("", "sha256"):
            self._tell("SMA-Z022", {"member": DATAPACKAGE, "value": algorithm[:40]})
        elif intact and digest.lower() != self._sha256(DATAPACKAGE, hashes):
            intact = False
            self._tell("SMA-Z017", {})
        if isinstance(signed, dict):
            if intact and signed.get("hash") not in (None, document.get("hash")):
                intact = False
                self._tell("SMA-Z017", {})
            self._check_signature(signed, roots, intact=intact)
        elif signed is None:
            self._tell("SMA-Z035", {})
        else:
            self._tell("SMA-Z010", {"member": DIGEST})

    def _check_signature(self, signed: dict[str, Any], roots: Sequence[str], *, intact: bool) -> None:
        """What is to be told of the signature; that it is right only of a datapackage that is the one it is of."""

        def tell(code: str, params: dict[str, str | int]) -> None:
            if intact or code not in wacz_signature.RIGHT:
                self._tell(code, params)

        wacz_signature.check_signature(signed, tell, roots)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines with their ends; one that is too long is given in pieces, none of which is JSON."""
    while line := stream.readline(MAX_LINE):
        yield line


def _json(data: bytes) -> object:
    """The value that JSON text holds; ``None`` when it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
