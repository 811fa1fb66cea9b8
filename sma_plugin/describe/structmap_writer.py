"""Writing divisions of a structMap, in two dialects: for our own METS, and for Archivematica's import.

Archivematica fills in FILEID itself: every ``fptr`` and ``area`` has CONTENTIDS with the package path, nothing else
has, and an ``area`` has a placeholder FILEID because METS demands one (Archivematica, ``create_mets_v2``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import BinaryIO, NamedTuple

from sma_plugin.describe.files import Target
from sma_plugin.describe.xml import attributes, quoted

_FLUSH = 1000
PART = "part"
"""The type of a division that says nothing: it holds some of many."""
_TOGETHER = 100
"""How many divisions stand in a row in what Archivematica imports."""


class Pointer(NamedTuple):
    """A whole file, or the bytes from ``offset`` on, ``length`` of them."""

    target: Target
    offset: int | None = None
    length: int | None = None


class Div(NamedTuple):
    """One division. ``id`` is its ID after the document's prefix; ``answers`` the number of the post it answers."""

    type: str
    label: str
    id: str | None = None
    order: int | None = None
    pointers: tuple[Pointer, ...] = ()
    answers: int | None = None
    dmd: str | None = None
    adm: str | None = None


class MapWriter(ABC):
    """Writes divisions to a stream, in pieces that add up to well-formed XML when every division is closed."""

    prefix: str = ""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending: list[str] = []

    def open(self, div: Div) -> None:
        """Begin a division, with its pointers."""
        self.write(self._opening(div))

    def leaf(self, div: Div) -> None:
        """Write a division that holds no other."""
        self.write(self._opening(div) + "</mets:div>\n")

    def _opening(self, div: Div) -> str:
        known = f' ID="{self.prefix}{div.id}"' if div.id else ""
        order = "" if div.order is None else f' ORDER="{div.order}"'
        links = self.links(div) if div.dmd or div.adm else ""
        if div.answers is not None:
            links += f' xlink:label="in-reply-to:{self.prefix}div-{div.answers}"'
        pointers = "".join(map(self.pointer, div.pointers))
        return f'<mets:div{known}{order} TYPE="{div.type}" LABEL="{quoted(div.label)}"{links}>{pointers}'

    def pointer(self, pointer: Pointer) -> str:
        """A pointer to a file or to bytes of it."""
        target, offset, length = pointer
        return self.whole(target) if offset is None or length is None else self.span(target, offset, length)

    def close(self) -> None:
        """End the division that was begun last."""
        self.write("</mets:div>\n")

    def write(self, text: str) -> None:
        """Write markup."""
        self._pending.append(text)
        if len(self._pending) >= _FLUSH:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the stream."""
        self._stream.write("".join(self._pending).encode())
        self._pending.clear()

    @abstractmethod
    def links(self, div: Div) -> str:
        """Attributes that lead to other sections of the document."""

    @abstractmethod
    def whole(self, target: Target) -> str:
        """A pointer to a file."""

    @abstractmethod
    def span(self, target: Target, offset: int, length: int) -> str:
        """A pointer to bytes of a file."""


class OwnMap(MapWriter):
    """The dialect of our own METS: FILEID, DMDID and ADMID."""

    def links(self, div: Div) -> str:
        """Descriptive and administrative metadata."""
        return attributes({"DMDID": div.dmd, "ADMID": div.adm})

    def whole(self, target: Target) -> str:
        """A pointer by file ID."""
        return f'<mets:fptr FILEID="{target.id}"/>'

    def span(self, target: Target, offset: int, length: int) -> str:
        """An area by file ID."""
        return (
            f'<mets:fptr><mets:area FILEID="{target.id}" BEGIN="{offset}" EXTENT="{length}"'
            ' BETYPE="BYTE" EXTTYPE="BYTE"/></mets:fptr>'
        )


class ImportMap(MapWriter):
    """The dialect of Archivematica's import: CONTENTIDS, IDs of its own, no links to sections it does not have.

    Of many divisions in one those after the first hundred are put together by the hundred: Archivematica looks for
    pointers in the order of the document, which takes libxml2 a time that grows with the square of how many stand in a
    row (22,000 posts: three minutes, together by the hundred: one second).
    """

    def __init__(self, stream: BinaryIO, prefix: str) -> None:
        super().__init__(stream)
        self.prefix = prefix
        self.placeholder = f"{prefix}account"
        self._held = [0]
        """How many divisions stand in each division that is open, the outermost first."""

    def open(self, div: Div) -> None:
        """Begin a division, in one of a hundred where there are many."""
        self._count()
        self._held.append(0)
        super().open(div)

    def leaf(self, div: Div) -> None:
        """Write a division that holds no other, in one of a hundred where there are many."""
        self._count()
        super().leaf(div)

    def close(self) -> None:
        """End the division that was begun last, and the hundred that it ends in."""
        if self._held.pop() > _TOGETHER:
            super().close()
        super().close()

    def _count(self) -> None:
        self._held[-1] += 1
        if self._held[-1] % _TOGETHER == 1 and self._held[-1] > _TOGETHER:
            if self._held[-1] > _TOGETHER + 1:
                super().close()
            super().open(Div(PART, f"{self._held[-1]}…"))

    def links(self, _div: Div) -> str:
        """None: what they would lead to is not imported."""
        return ""

    def whole(self, target: Target) -> str:
        """A pointer by path."""
        return f'<mets:fptr CONTENTIDS="{quoted(target.path)}"/>'

    def span(self, target: Target, offset: int, length: int) -> str:
        """An area by path."""
        path = quoted(target.path)
        return (
            f'<mets:fptr CONTENTIDS="{path}"><mets:area FILEID="{self.placeholder}" CONTENTIDS="{path}"'
            f' BEGIN="{offset}" EXTENT="{length}" BETYPE="BYTE" EXTTYPE="BYTE"/></mets:fptr>'
        )
