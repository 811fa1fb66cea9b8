"""The logical structMap: series, account, profile versions, posts and replies, media, captured pages.

Posts are streamed: what is kept in memory is the path from a thread's first post to the current one.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Protocol

import msgspec

from sma_plugin.describe.context import PostSpan, Subject
from sma_plugin.describe.mdto_references import dossier, series
from sma_plugin.describe.structmap_writer import Div, MapWriter, Pointer
from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.model import AccountHistory, Evidence, HistoryItem, Media, PostHistory, Resource
from sma_plugin.readers.values import iso_text

MAX_LEVELS = 50
"""How deep replies nest; XML parsers stop at 256 elements."""
_MISSING, _OUTSIDE = "SMA-D003", "SMA-D004"


class Line(Protocol):
    """One line of ``posts.jsonl``: where it is, in bytes, and what it says."""

    @property
    def offset(self) -> int:
        """Where the line begins."""

    @property
    def length(self) -> int:
        """How long it is."""

    @property
    def item(self) -> HistoryItem:
        """An account, a post or a resource."""


@cache
def labels() -> dict[str, dict[str, str]]:
    """``labels.toml``."""
    return tomllib.loads(files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))


class LogicalMap:
    """Writes one map through several writers in one pass over the posts, and counts what it meets."""

    def __init__(self, subject: Subject, writers: tuple[MapWriter, ...]) -> None:
        self._subject, self._writers = subject, writers
        self._posts_path = subject.package.posts.relative_to(subject.package.root).as_posix()
        self._section: str | None = None
        self._thread: list[tuple[str, int]] = []
        self._nested = 0
        self._number = Counter[str]()
        self._troubles: dict[str, list[str]] = {_MISSING: [], _OUTSIDE: []}
        self._count = Counter[str]()
        self._first: int | None = None
        self._last: int | None = None
        self.account: AccountHistory | None = None
        self.media: Counter[tuple[str, bool]] = Counter()
        """Media of posts by kind, those of the account apart from those of others."""

    def write(self, lines: Iterable[Line]) -> None:
        """Write everything; ``lines`` come accounts first, resources last, threads together."""
        self._open(Div("series", series(self._subject).name, dmd="dmd-serie"))
        name = dossier(self._subject).name
        self._open(Div("account", name, "account", dmd="dmd-dossier dmd-account", adm="amd-package"))
        for line in lines:
            item = line.item
            if isinstance(item, PostHistory):
                self._post(item, line)
            elif isinstance(item, AccountHistory):
                self._account(item, line)
            else:
                self._resource(item, line)
        if not self._number["timeline"]:
            self._enter("timeline")
        self._remainder()
        self._enter(None)
        self._close()
        self._close()
        for writer in self._writers:
            writer.flush()

    @property
    def span(self) -> PostSpan:
        """When the account's own first and last post were made."""
        return PostSpan(iso_text(self._first), iso_text(self._last))

    def findings(self) -> Iterator[Finding]:
        """Pointers that lead nowhere."""
        for code, paths in self._troubles.items():
            if paths:
                places = tuple(Place(path) for path in paths)
                yield msgspec.structs.replace(make(code), count=self._count[code], places=places)

    # --- sections ----------------------------------------------------------------------------------------------------

    def _enter(self, section: str | None) -> None:
        """Be in a section of the account; ``None`` is in none."""
        if section == self._section:
            return
        if self._section is not None:
            self._leave_posts(0)
            self._thread.clear()
            self._close()
        self._section = section
        if section is not None:
            self._number[section] += 1
            dmd = "dmd-archiefstuk" if section == "timeline" else None
            self._open(Div(section, labels()["sections"][section], dmd=dmd))

    def _account(self, item: AccountHistory, line: Line) -> None:
        """The versions of the own account's profile; accounts of others have no division."""
        if not item.own:
            return
        self._enter(None)
        self.account = self.account or item
        versions = item.profiles or (None,)
        for version in versions:
            self._number["profile"] += 1
            number = self._number["profile"]
            evidence = version.evidence if version else item.evidence
            label = f"{labels()['sections']['profile']} {number}"
            pointers = self._pointers(line, evidence)
            self._open(Div("profile", label, f"div-profile-{number}", number, pointers))
            self._media(media for media in (version and version.avatar, version and version.header) if media)
            self._close()

    def _resource(self, item: Resource, line: Line) -> None:
        self._enter("harvest")
        self._number["resource"] += 1
        number = self._number["resource"]
        label = f"{labels()['roles'][item.role]} {number}"
        self._leaf(Div(item.role, label, f"div-harvest-{number}", number, self._pointers(line, item.evidence)))

    def _remainder(self) -> None:
        """Every kept file that nothing else points at."""
        for number, target in enumerate(self._subject.files.unpointed(), 1):
            self._enter("remainder")
            self._leaf(Div("file", str(number), order=number, pointers=(Pointer(target),)))

    # --- posts -------------------------------------------------------------------------------------------------------

    def _post(self, item: PostHistory, line: Line) -> None:
        self._enter("timeline")
        self._number["post"] += 1
        number = self._number["post"]
        self._note_time(item)
        thread = self._thread
        while thread and thread[-1][0] != item.parent:
            thread.pop()
        level = len(thread)
        self._leave_posts(min(level, MAX_LEVELS - 1))
        own = item.klass == "own"
        label = item.native_id if own else f"{labels()['classes'][item.klass]} {number}"
        evidence = (pointer for version in item.versions for pointer in version.evidence)
        self._open(
            Div(
                "reply" if level else "post",
                label,
                f"div-{number}",
                number,
                self._pointers(line, evidence),
                thread[-1][1] if level >= MAX_LEVELS else None,
            )
        )
        self._nested += 1
        thread.append((item.native_id, number))
        shown = [media for version in item.versions for media in version.state.media or ()]
        self._media(shown)
        several = {one.path or one.source or one.native_id: one.kind for one in shown}
        self.media.update((kind, item.klass == "own") for kind in several.values())

    def _note_time(self, item: PostHistory) -> None:
        at = item.created.us
        if item.klass == "own" and at is not None:
            self._first = at if self._first is None else min(self._first, at)
            self._last = at if self._last is None else max(self._last, at)

    def _leave_posts(self, level: int) -> None:
        """Close posts until so many are open."""
        while self._nested > level:
            self._nested -= 1
            self._close()

    # --- pointers ----------------------------------------------------------------------------------------------------

    def _pointers(self, line: Line, evidence: Iterable[Evidence]) -> tuple[Pointer, ...]:
        """The line in ``posts.jsonl`` first, then each piece of evidence once."""
        found: dict[Pointer, None] = {}
        for pointer in (Evidence(self._posts_path, "bytes", line.offset, line.length), *evidence):
            made = self._pointer(pointer)
            if made:
                found[made] = None
        return tuple(found)

    def _pointer(self, evidence: Evidence) -> Pointer | None:
        target = self._subject.files.find(evidence.path)
        if target is None:
            self._trouble(_MISSING, evidence.path)
            return None
        if evidence.kind == "file" or evidence.offset is None or evidence.length is None:
            return Pointer(target)
        if evidence.offset < 0 or evidence.length < 0 or evidence.offset + evidence.length > target.size:
            self._trouble(_OUTSIDE, evidence.path)
            return Pointer(target)
        return Pointer(target, evidence.offset, evidence.length)

    def _media(self, media: Iterable[Media]) -> None:
        """A division for each file of a post or profile that is in the package, with what it was converted to."""
        paths = dict.fromkeys(one.path for one in media if one.path)
        for number, path in enumerate(paths, 1):
            target = self._subject.files.find(path)
            if target is None:
                self._trouble(_MISSING, path)
                continue
            pointers = tuple(Pointer(one) for one in (target, *self._subject.files.made_of(path)))
            self._leaf(Div("media", str(number), order=number, pointers=pointers))

    def _trouble(self, code: str, path: str) -> None:
        self._count[code] += 1
        if len(self._troubles[code]) < MAX_PLACES:
            self._troubles[code].append(path)

    def _open(self, div: Div) -> None:
        for writer in self._writers:
            writer.open(div)

    def _leaf(self, div: Div) -> None:
        for writer in self._writers:
            writer.leaf(div)

    def _close(self) -> None:
        for writer in self._writers:
            writer.close()
