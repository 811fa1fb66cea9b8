"""WACZ, the zip that web archives are exchanged in (Webrecorder, WACZ 1.1.1): members, pages, claims."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from sma_plugin.bundle import wacz_signature, wacz_zip
from sma_plugin.bundle.response_record import MAX_OF_A_KIND, untold
from sma_plugin.bundle.wacz_claims import Claim, claims, needs
from sma_plugin.bundle.wacz_member import MemberStream, ZipMember
from sma_plugin.bundle.wacz_pages import Page, json_value, page_list
from sma_plugin.model import Problem

DATAPACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
MAX_JSON = 64 << 20
MAX_PAGES = 200_000
"""So many pages of page lists are read; each is remembered until its response is met."""
_WARC = re.compile(r"archive/.+\.(?:w?arc)(?:\.gz)?", re.IGNORECASE)
_PAGES = re.compile(r"pages/.+\.jsonl", re.IGNORECASE)
_CHUNK = 1 << 18


class WaczFile:
    """A WACZ over a seekable binary file, named ``path`` in findings and evidence. The file stays open."""

    def __init__(self, file: BinaryIO, path: str = "") -> None:
        self._file, self.path = file, path
        self.problems: list[Problem] = []
        """Found while opening and reading; the caller empties it."""
        self._told: Counter[str] = Counter()
        self.hashes: dict[str, str] = {}
        """SHA-256 (hex) of every member that was read to its end."""
        self.sizes: dict[str, int] = {}
        self.members: dict[str, ZipMember] = {member.name: member for member in wacz_zip.members(file, self.tell)}

    def tell(self, code: str, params: dict[str, str | int]) -> None:
        """Remember a finding about the file; too many of a kind are only counted."""
        self._told[code] += 1
        if self._told[code] <= MAX_OF_A_KIND:
            self.problems.append(Problem(code, self.path, params=params))

    def open(self, name: str) -> BinaryIO:
        """A member as a forward stream, hashed as it passes. Raises ``KeyError``."""
        raw = MemberStream(self._file, self.members[name], self._read)
        return cast("BinaryIO", io.BufferedReader(raw, _CHUNK))

    def _read(self, stream: MemberStream) -> None:
        name = stream.member.name
        if stream.bomb:
            self.tell("SMA-Z005", {"member": name})
        elif stream.damaged and name not in self.hashes:
            self.tell("SMA-Z007", {"member": name})
        self.hashes[name], self.sizes[name] = stream.sha256, stream.size

    @property
    def warcs(self) -> list[ZipMember]:
        """The members that hold the captured records, in the order of the file."""
        return [member for member in self.members.values() if _WARC.fullmatch(member.name)]

    def pages(self) -> Iterator[Page]:
        """Every page of every page list; a line that is none becomes a problem (SMA-Z020, Z021)."""
        listed = (member for member in self.members.values() if _PAGES.fullmatch(member.name))
        for number, page in enumerate(itertools.chain.from_iterable(page_list(self, member) for member in listed), 1):
            if number > MAX_PAGES:
                self.tell("SMA-Z049", {"limit": MAX_PAGES, "kind_nl": "pagina's", "kind_en": "pages"})
                return
            yield page

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
            self.tell("SMA-Z015", {})
        if not any(_PAGES.fullmatch(name) for name in names) and not self._is_collection():
            self.tell("SMA-Z016", {})
        for member in self.warcs:
            if not member.stored:
                self.tell("SMA-Z019", {"member": member.name})
        package = self._document(DATAPACKAGE, "SMA-Z009", "SMA-Z010")
        if package is not None:
            self._check_claims(claims(package), hashes)
            self._check_needs(package, {name.rpartition("/")[2] for name in delivered})
        self._check_digest(hashes, roots)
        self.problems += untold(self._told, self.path)
        found, self.problems = self.problems, already
        return found

    def _is_collection(self) -> bool:
        """Whether this is a WACZ of WACZ files, which holds no records of its own."""
        package = self._document(DATAPACKAGE, None, None) or {}
        return str(package.get("profile", "")).startswith("multi-wacz")

    def _document(self, name: str, absent: str | None, unreadable: str | None) -> dict[str, Any] | None:
        if name not in self.members:
            if absent:
                self.tell(absent, {})
            return None
        with self.open(name) as stream:
            data = stream.read(MAX_JSON)
            whole = not stream.read(1)
        value = json_value(data) if whole else None
        if isinstance(value, dict):
            return value
        if unreadable:
            self.tell(unreadable, {"member": name})
        return None

    def _check_claims(self, rows: list[Claim], hashes: Mapping[str, str]) -> None:
        for claim in rows:
            if claim.path in self.members:
                self._check_claim(claim, hashes)
            elif "://" not in claim.path and not claim.path.lower().endswith(".wacz"):
                self.tell("SMA-Z013", {"member": claim.path[:300]})
        listed = {claim.path for claim in rows} | {DATAPACKAGE, DIGEST}
        for name in self.members:
            if name not in listed:
                self.tell("SMA-Z014", {"member": name})

    def _check_needs(self, package: dict[str, Any], delivered: set[str]) -> None:
        """Other WACZ files that this one depends on, and which version of the format it has."""
        for name in needs(package):
            if name not in self.members and name.rpartition("/")[2] not in delivered:
                self.tell("SMA-Z034", {"member": name[:300]})
        version = str(package.get("wacz_version", ""))
        if not version.startswith("1.") and not self._is_collection():
            self.tell("SMA-Z033", {"value": version[:40]})

    def _check_claim(self, claim: Claim, hashes: Mapping[str, str]) -> None:
        found = self._digest(claim, hashes) if claim.digest else None
        if not claim.digest:
            self.tell("SMA-Z023", {"member": claim.path})
        elif found is None:
            self.tell("SMA-Z022", {"member": claim.path, "value": claim.algorithm[:40]})
        elif found != claim.digest.lower():
            self.tell("SMA-Z011", {"member": claim.path})
        size = self.sizes.get(claim.path, self.members[claim.path].size)
        if claim.size is not None and size is not None and size != claim.size:
            self.tell("SMA-Z012", {"member": claim.path, "stated": claim.size, "counted": size})

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
            self.tell("SMA-Z035", {})
            return
        document = self._document(DIGEST, None, "SMA-Z010")
        if document is None:
            return
        algorithm, _, digest = str(document.get("hash", "")).rpartition(":")
        signed = document.get("signedData")
        intact = DATAPACKAGE in self.members
        if algorithm not in ("", "sha256"):
            self.tell("SMA-Z022", {"member": DATAPACKAGE, "value": algorithm[:40]})
        elif intact and digest.lower() != self._sha256(DATAPACKAGE, hashes):
            intact = False
            self.tell("SMA-Z017", {})
        if isinstance(signed, dict):
            if intact and signed.get("hash") not in (None, document.get("hash")):
                intact = False
                self.tell("SMA-Z017", {})
            self._check_signature(signed, roots, intact=intact)
        elif signed is None:
            self.tell("SMA-Z035", {})
        else:
            self.tell("SMA-Z010", {"member": DIGEST})

    def _check_signature(self, signed: dict[str, Any], roots: Sequence[str], *, intact: bool) -> None:
        """What is to be told of the signature; that it is right only of a datapackage that is the one it is of."""

        def tell(code: str, params: dict[str, str | int]) -> None:
            if intact or code not in wacz_signature.RIGHT:
                self.tell(code, params)

        wacz_signature.check_signature(signed, tell, roots)
