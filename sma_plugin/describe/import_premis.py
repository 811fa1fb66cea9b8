"""Archivematica's ``metadata/premis.xml``: events with their real dates and agents, on files.

Its importer matches file objects by original name and drops everything when one file, event or agent stands alone: each
event here has an agent and a file, each agent and file an event. It knows no entity and no representation, so an event
of a capture stands on every file of that capture, one that derives on what it made, and one of the whole package on one
file only: an event per file is a row in Archivematica's database and a section in its METS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from sma_plugin.describe.context import NORMALISED, Representation, Subject
from sma_plugin.describe.premis import VERSION, FileObjects, linking
from sma_plugin.describe.premis_events import COPIES, Events, role_of
from sma_plugin.describe.xml import DECLARATION, PREMIS, XSI, attributes
from sma_plugin.model import Event
from sma_plugin.package.records import FileRecord

_ROOT = {"xmlns:premis": PREMIS, "xmlns:xsi": XSI, "version": VERSION}


class _Scope:
    """The files that one event stands on: representations as a whole, and single paths outside them."""

    def __init__(self, groups: dict[str, Representation], paths: set[str]) -> None:
        self.groups, self.paths = groups, paths


class ImportPremis:
    """Writes the import file of one package."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._events = Events(subject)
        self._objects = FileObjects(subject, tied=False)
        self._anchor = self._find_anchor()
        scopes = [(event, self._scope(event)) for event in subject.events]
        self._scopes = [(event, scope) for event, scope in scopes if next(self._files(scope), None)]

    @property
    def is_empty(self) -> bool:
        """Whether no event has a file to stand on, so that there is nothing to import."""
        return not self._scopes

    def write(self, stream: BinaryIO) -> None:
        """Write the file."""
        scopes = self._scopes
        stream.write(DECLARATION + f"<premis:premis{attributes(_ROOT)}>\n".encode())
        keys = {key for _, scope in scopes for key in scope.groups}
        paths = {path for _, scope in scopes for path in scope.paths}
        for record in self._subject.files:
            if self._key(record) in keys or record.path in paths:
                stream.write(self._objects.render(record).encode() + b"\n")
        for event, scope in scopes:
            stream.writelines(piece.encode() for piece in self._event(event, scope))
        agents = self._events.agents(event for event, _ in scopes)
        stream.writelines(self._events.agent(agent).encode() + b"\n" for agent in agents)
        stream.write(b"</premis:premis>\n")

    def _event(self, event: Event, scope: _Scope) -> Iterator[str]:
        """One event under a fresh identifier: the same one may not come into Archivematica's database twice."""
        uuid = self._subject.ids.identifier(f"import/{event.id}")
        links = (linking("Object", record.id) for record in self._files(scope))
        yield from self._events.pieces(event, uuid, links, whole_days=True)
        yield "\n"

    def _scope(self, event: Event) -> _Scope:
        groups: dict[str, Representation] = {}
        paths: set[str] = set()
        derived = {one.key: one for one in self._subject.representations}
        if event.type == "normalization" and NORMALISED in derived:
            groups[NORMALISED] = derived[NORMALISED]
        for name in event.objects:
            if role_of(event, name) == "source":
                continue
            one = self._events.representation(name)
            if one:
                groups[one.key] = one
            elif self._subject.files.uuid(name):
                paths.add(name)
            elif self._anchor:
                paths.add(self._anchor)
        if event.type == COPIES:  # one that names a copy is not about the others
            for record in filter(None, map(self._subject.files.record, paths)):
                groups.pop(self._key(record) or "", None)
        return _Scope(groups, paths)

    def _files(self, scope: _Scope) -> Iterator[FileRecord]:
        for one in scope.groups.values():
            yield from self._subject.files.group(one.use, one.capture.id if one.capture else None)
        for path in sorted(scope.paths):
            record = self._subject.files.record(path)
            if record and self._key(record) not in scope.groups:
                yield record

    def _key(self, record: FileRecord) -> str | None:
        holder = self._subject.holding(record)
        return holder.key if holder else None

    def _find_anchor(self) -> str | None:
        """The file that stands for the whole package: the normalised posts, else the first file there is."""
        posts = self._subject.package.posts.relative_to(self._subject.package.root).as_posix()
        if self._subject.files.uuid(posts):
            return posts
        first = next(iter(self._subject.files), None)
        return first.path if first else None
