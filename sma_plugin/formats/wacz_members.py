"""The WARC files of a WACZ: as they are in it, or each as uncompressed WARC 1.1.

Page lists, indexes and the WACZ's own manifest speak of the whole and stay in the WACZ, which is kept.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sma_plugin import __version__
from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.plain_warc import to_warc

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_OUTSIDE = "SMA-Z048"
"""A name that leads outside: of no harm where names are not paths. All else that is told of the zip is damage."""
_PIECE = 1 << 20


def to_warcs(source: Path, target: Path) -> Converted:
    """The WARC files of a WACZ, byte-identical to its members, in the new folder ``target``.

    Raises :class:`NotConvertibleError` for a WACZ that holds none, or of which one is damaged.
    """
    target.mkdir()
    before = {path.name: digest for path, digest in _members(source, target)}
    after = {path.name: _sha256(path) for path in sorted(target.iterdir())}
    if before != after:
        raise NotConvertibleError("other-member")
    return Converted(
        "sma-plugin",
        __version__,
        "the WARC files of a WACZ taken out of it as they are; page lists and indexes stay in the WACZ",
        {"files": len(before), **before},
        {"files": len(after), **after},
        "the SHA-256 and CRC-32 of every WARC file equal to those of its member",
    )


def to_plain_warcs(source: Path, target: Path) -> Converted:
    """The WARC files of a WACZ, each as uncompressed WARC 1.1, in the new folder ``target``.

    Raises as :func:`to_warcs` and :func:`~sma_plugin.formats.plain_warc.to_warc` do.
    """
    target.mkdir()
    before: dict[str, str | int | float] = {}
    after: dict[str, str | int | float] = {}
    made = []
    with tempfile.TemporaryDirectory(prefix="sma-", dir=target.parent) as folder:
        for path, _ in _members(source, Path(folder)):
            one = to_warc(path, target / path.name.removesuffix(".gz"))
            path.unlink()
            made.append(one)
            for told, values in ((before, one.before), (after, one.after)):
                told |= {f"{path.name} {name}": value for name, value in values.items()}
    return made[-1]._replace(
        how=f"the WARC files of a WACZ ({len(made)}) taken out of it; {made[-1].how}", before=before, after=after
    )


def _members(source: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Each WARC file as a file of its own, with the SHA-256 of the member."""
    with source.open("rb") as stream:
        wacz, taken = WaczFile(stream, source.name), set[str]()
        if not wacz.warcs:
            raise NotConvertibleError("no-warcs")
        for member in wacz.warcs:
            path = folder / _named(member.name, taken)
            with wacz.open(member.name) as data, path.open("xb") as out:
                while piece := data.read(_PIECE):
                    out.write(piece)
            if any(one.code != _OUTSIDE for one in wacz.problems):
                raise NotConvertibleError("damaged")
            yield path, wacz.hashes[member.name]


def _named(member: str, taken: set[str]) -> str:
    """A name of our own making for a member, packed or not unlike any other: delivered names are never paths."""
    name = _UNSAFE.sub("-", member.rpartition("/")[2])
    choices = (name, *(f"{number}-{name}" for number in range(2, len(taken) + 2)))
    made = next(one for one in choices if _plain(one) not in taken)
    taken.add(_plain(made))
    return made


def _plain(name: str) -> str:
    return name.lower().removesuffix(".gz")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
