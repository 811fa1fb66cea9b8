"""The sections of a package's own METS as they go into that of an AIP: other IDs, Archivematica's ids of files.

They are copied piece by piece. Text of them is only read to replace what identifies a file; that the result is sound is
checked on the METS as a whole, before it takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO

from sma_plugin.archivematica.insertions import AT_ONCE
from sma_plugin.archivematica.mets_outline import ADMINISTRATIVE, Section
from sma_plugin.archivematica.outlined_files import Stored

_UUID = re.compile(rb"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])")
_TAG = re.compile(rb"<mets:[A-Za-z]+(?:\s+[\w:.-]+=\"[^\"]*\")+\s*/?>")
_REFERENCE = re.compile(rb"(\s(?:ID|DMDID|ADMID|FILEID|xlink:label)=\")([^\"]*)(\")")
_ANSWERS = b"in-reply-to:"
_IDENTIFIED = b"</identificatie>"
_SYSTEM = "Archivematica"
_FILE = "file-"
_REMEMBERED = 4096


class Sections:
    """Renders sections of one document. ``stored`` gives by our UUID of a file what Archivematica has for it.

    ``instead`` are IDs of ours for which a section of Archivematica's stands; ``namespaces`` are declarations that each
    section needs where it goes.
    """

    def __init__(
        self,
        stream: BinaryIO,
        prefix: str,
        stored: Callable[[str], Stored | None],
        instead: Mapping[str, str],
        namespaces: Mapping[str, str],
    ) -> None:
        self._stream, self._prefix, self._instead = stream, prefix, instead
        self._stored = lru_cache(_REMEMBERED)(stored)  # posts point at few files, and at those again and again
        self.declared = "".join(f' xmlns:{name}="{uri}"' for name, uri in namespaces.items())

    def is_ours(self, identifier: str) -> bool:
        """Whether no section of Archivematica's stands for one of ours."""
        return identifier not in self._instead

    def named(self, identifier: str) -> str:
        """What a section of ours is called there."""
        return self._instead.get(identifier) or self._prefix + identifier

    def render(self, section: Section, *, declared: bool = True) -> Iterator[bytes]:
        """A section in pieces; ``declared``: with the namespaces that it may need."""
        first = declared
        for piece in self._pieces(section):
            changed = _TAG.sub(self._tag, piece)
            if section.kind == ADMINISTRATIVE:
                changed = _UUID.sub(self._uuid, changed)
            if first:
                first = False
                name = section.kind.encode()
                changed = changed.replace(b"<mets:" + name, b"<mets:" + name + self.declared.encode(), 1)
            yield changed

    def bestand(self, section: Section, stored: Stored) -> Iterator[bytes]:
        """The MDTO record of a file, which Archivematica's UUID also identifies."""
        whole = b"".join(self.render(section, declared="xmlns:mets=" in self.declared))
        source = b"<identificatieBron>" + _SYSTEM.encode() + b"</identificatieBron>"
        also = b"<identificatie><identificatieKenmerk>" + stored.uuid.encode() + b"</identificatieKenmerk>" + source
        yield whole.replace(_IDENTIFIED, _IDENTIFIED + also + _IDENTIFIED, 1)

    def _pieces(self, section: Section) -> Iterator[bytes]:
        """The bytes of a section, each piece ending before a tag."""
        self._stream.seek(section.start)
        left, rest = section.end - section.start, b""
        while left > 0:
            data = self._stream.read(min(AT_ONCE, left))
            left -= len(data)
            if not data:
                break
            rest += data
            cut = rest.rfind(b"<") if left else len(rest)
            yield rest[:cut]
            rest = rest[cut:]

    def _tag(self, found: re.Match[bytes]) -> bytes:
        return _REFERENCE.sub(self._reference, found.group())

    def _reference(self, found: re.Match[bytes]) -> bytes:
        before, value, after = found.groups()
        if before.endswith(b'FILEID="'):
            known = self._stored(value.decode().removeprefix(_FILE)) if value.startswith(_FILE.encode()) else None
            return before + (known.id.encode() if known else value) + after
        if before.endswith(b'xlink:label="'):
            if value.startswith(_ANSWERS):
                value = _ANSWERS + self._prefix.encode() + value.removeprefix(_ANSWERS)
            return before + value + after
        return before + " ".join(map(self.named, value.decode().split())).encode() + after

    def _uuid(self, found: re.Match[bytes]) -> bytes:
        known = self._stored(found.group().decode())
        return known.uuid.encode() if known else found.group()
