"""What the files of a capture are called in a package: as delivered, or by a number where that tells of a third party.

METS, MDTO and PREMIS take names of files over, and METS reaches the DIP (PRODUCT.md 4.6; CONTRACTS.md, "Describing").
The delivered name stands in ``captures.toml``. A number says which file of the capture it is, in the order of delivered
paths: it does not depend on who else is protected, and files that differ in their endings alone keep together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar

import msgspec

from sma_plugin.bundle.names import ascii_path, printable
from sma_plugin.findings import Finding, Place
from sma_plugin.model import Event
from sma_plugin.privacy.file_names import ending_of
from sma_plugin.secrets.addresses import masked

T = TypeVar("T")
_REMEMBERED = 1 << 12


class Named(NamedTuple):
    """A member with the path that it is told by, and what of its delivered path tells of somebody, by what instead."""

    path: str
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> str:
        """The path in ASCII, below the folder of its capture."""
        return ascii_path(masked(self.path))


class Naming:
    """Names the members of one capture (or of one container). ``tells``: whether a text tells of a third party."""

    def __init__(self, members: Iterable[str], tells: Callable[[str], bool]) -> None:
        self._members, self._tells = list(members), tells

    def named(self, member: str) -> Named:
        """What a member is called, folders included."""
        delivered = member.split("/")
        chosen = [
            self._numbered(member, depth) if self._is_told(part) else part for depth, part in enumerate(delivered, 1)
        ]
        # A name can stand across folders too.
        for depth in range(len(delivered), 0, -1):
            if not self._is_told("/".join(chosen)):
                break
            chosen[depth - 1] = self._numbered(member, depth)
        return Named("/".join(chosen), tuple(_instead(delivered, chosen)))

    def _is_told(self, text: str) -> bool:
        kept = ascii_path(masked(text))
        return self._tells(text) or (kept != text and self._tells(kept))

    def _numbered(self, member: str, depth: int) -> str:
        path = "/".join(member.split("/")[:depth])
        if path != member:
            return f"{self._beginning}folder-{self._numbers[path + '/']:04d}"
        ending = ending_of(member)
        return f"{self._beginning}file-{self._numbers[member.removesuffix(ending)]:04d}{ending}"

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of each folder (with a slash) and of each file without its endings."""
        folders = {"/".join(parts[:depth]) + "/" for parts in self._parts for depth in range(1, len(parts))}
        stems = {member.removesuffix(ending_of(member)) for member in self._members}
        return {path: number for some in (folders, stems) for number, path in enumerate(sorted(some), 1)}

    @cached_property
    def _beginning(self) -> str:
        """What keeps our names apart from delivered ones like them."""
        like = [part.lower() for parts in self._parts for part in parts]
        beginning = ""
        while any(one.startswith((f"{beginning}folder-", f"{beginning}file-")) for one in like):
            beginning += "numbered-"
        return beginning

    @property
    def _parts(self) -> Iterator[list[str]]:
        return (member.split("/") for member in self._members)


def _instead(delivered: list[str], chosen: list[str]) -> Iterator[tuple[str, str]]:
    """Each beginning of a path that ends in a name that gave way, with what it is told by."""
    for depth, (old, new) in enumerate(zip(delivered, chosen, strict=True), 1):
        if old != new:
            yield "/".join(delivered[:depth]), "/".join(chosen[:depth])


class Instead:
    """Delivered names that tell of somebody, by what stands for them anywhere but in ``captures.toml``."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._instead = {shape(old): new for old, new in pairs for shape in (str, printable)}
        self._longest_first = sorted(self._instead, key=lambda old: (-len(old), old))
        self.text = lru_cache(_REMEMBERED)(self._text)

    def path(self, path: str) -> str:
        """A delivered path as it is told: its longest beginning that gave way, and the rest as it is."""
        end = len(path)
        while end > 0:
            if path[:end] in self._instead:
                return self._instead[path[:end]] + path[end:]
            end = path.rfind("/", 0, end)
        return path

    def _text(self, text: str) -> str:
        """A text in which delivered names may stand: a path, or a sentence."""
        told = self.path(text)
        for old in self._longest_first if told == text else ():
            if old in told:
                told = re.sub(rf"(?<![\w/]){re.escape(old)}(?!\w)", self._instead[old].replace("\\", r"\\"), told)
        return told

    def finding(self, finding: Finding) -> Finding:
        """A finding that tells of nobody."""
        if not self._instead:
            return finding
        return msgspec.structs.replace(
            finding,
            params={name: self._said(value) for name, value in finding.params.items()},
            places=tuple(Place(self._said(one.path), one.offset, self._said(one.item)) for one in finding.places),
        )

    def event(self, event: Event) -> Event:
        """An event that tells of nobody."""
        return msgspec.structs.replace(event, detail=self.text(event.detail), note=self._said(event.note))

    def _said(self, value: T) -> T:
        return self.text(value) if isinstance(value, str) else value  # type: ignore[return-value]


def deliveries(names: Iterable[str], tells: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The names of delivered files and folders that tell of somebody, each with what stands for it."""
    for number, name in enumerate(names, 1):
        if tells(name):
            yield name, f"delivery-{number:04d}{ending_of(name)}"
