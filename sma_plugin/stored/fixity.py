"""Whether a stored package still is what it was: its posts against every digest that it has of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from sma_plugin.package import Package

POSTS = "objects/derived/normalised/posts.jsonl"
_METS, _XLINK = "{http://www.loc.gov/METS/}", "{http://www.w3.org/1999/xlink}"
_ALGORITHMS = {64: "sha256", 128: "sha512"}
"""Digests by their length in hexadecimal digits."""
_LINE = re.compile(r"([0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})\s+\*?(.+)")


def verified(package: Package) -> str | None:
    """SHA-256 of the posts of a package whose digests all agree; ``None`` when one differs or there is none.

    Raises ``OSError`` when they cannot be read.
    """
    stated = set(_stated(package))
    if not stated:
        return None
    digests = {name: hashlib.new(name) for name in {"sha256", *(_ALGORITHMS[len(one)] for one in stated)}}
    with package.posts.open("rb") as stream:
        while block := stream.read(1 << 20):
            for digest in digests.values():
                digest.update(block)
    found = {digest.hexdigest() for digest in digests.values()}
    return digests["sha256"].hexdigest() if stated <= found else None


def _stated(package: Package) -> Iterator[str]:
    """What checksum file, bag and METS say of the posts."""
    manifests = [package.checksum_file]
    manifests += sorted(package.root.parent.glob("manifest-sha*.txt")) if not package.alone else []
    for manifest in manifests:
        if manifest.is_file():
            yield from _listed(manifest)
    if package.mets.is_file():
        yield from _described(package.mets)


def _listed(manifest: Path) -> Iterator[str]:
    with manifest.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = _LINE.fullmatch(line.strip())
            if found and found.group(2).endswith(POSTS):
                yield found.group(1).lower()


def _described(mets: Path) -> Iterator[str]:
    """The digest in a METS, read as a stream. One that is no XML says nothing; *validate* tells about that."""
    try:
        parsed = etree.iterparse(
            mets, tag=f"{_METS}file", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        for _, element in parsed:
            location = element.find(f"{_METS}FLocat")
            here = location is not None and location.get(f"{_XLINK}href", "").endswith(POSTS)
            if here and len(element.get("CHECKSUM") or "") in _ALGORITHMS:
                yield str(element.get("CHECKSUM")).lower()
            element.clear()
    except etree.XMLSyntaxError:
        return
