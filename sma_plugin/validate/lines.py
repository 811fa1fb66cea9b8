"""The lines of ``posts.jsonl`` against the METS: each post has its division, each division its line, and all agree.

One pass in the order of the file; of a post only what its evidence must hold is remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.describe.mets_structmap import labels
from sma_plugin.describe.xml import xml_text
from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import LONGEST_LINE, Counts, MalformedLineError, decode
from sma_plugin.history.post_keys import DERIVED
from sma_plugin.model import AccountHistory, Evidence, HistoryItem, Moment, PostHistory, Resource
from sma_plugin.readers.exclusion import classes
from sma_plugin.readers.values import iso_text
from sma_plugin.validate.mets_document import POST_KINDS, POSTS, Division, Document

Bytes = tuple[str, int | None, int | None]
"""A package path, and offset and length in bytes; ``None`` for the whole file."""


class Claim(NamedTuple):
    """That bytes of kept evidence are those of a post: one of ``names`` must be found in them.

    One state in a history of edits has no id: it must hold one of ``moments``, as they were delivered.
    """

    begin: int
    extent: int
    division: str
    names: tuple[str, ...]
    moments: tuple[str, ...] = ()


class Lines:
    """Checks every line and every division that points at one; ``counts`` and ``claims`` are known afterwards."""

    def __init__(self, document: Document) -> None:
        self.counts = Counts()
        self.roles = Counter[str]()
        self.claims: dict[str, list[Claim]] = defaultdict(list)
        self._files = document.files
        self._sizes = {file.path: file.size or 0 for file in document.files.values()}
        self._divisions: dict[int, list[Division]] = defaultdict(list)
        for division in document.divisions:
            first = division.pointers[0] if division.pointers else None
            if first and first.begin is not None and self._path(first.file) == POSTS:
                self._divisions[first.begin].append(division)

    def check(self, path: Path) -> Iterator[Finding]:
        """Read the file once. Raises ``OSError``."""
        offset = 0
        with path.open("rb") as stream:
            while data := stream.readline(LONGEST_LINE):
                yield from self._line(data, offset)
                offset += len(data)
        for begin, divisions in self._divisions.items():
            for division in divisions:
                yield make("SMA-V020", path=POSTS, offset=begin, item=division.id, reason="no line begins there")

    def _line(self, data: bytes, offset: int) -> Iterator[Finding]:
        divisions = self._divisions.pop(offset, [])
        try:
            item = decode(data)
        except MalformedLineError as error:
            yield make("SMA-V020", path=POSTS, offset=offset, reason=error.reason[:200])
            return
        self.counts.add(item)
        if isinstance(item, Resource):
            self.roles[item.role] += 1
        if isinstance(item, PostHistory) and item.audience == "direct":
            yield make("SMA-V036", path=POSTS, offset=offset, **out_of_scope("direct-messages"))
        if len(divisions) != _wanted(item):
            yield make("SMA-V024", path=POSTS, offset=offset)
        length = len(data) - data.endswith(b"\n")
        for division in divisions:
            if division.kind not in _kinds(item) or division.pointers[0].extent != length:
                yield make("SMA-V020", path=POSTS, offset=offset, item=division.id, reason=f"no {division.kind}")
            else:
                yield from self._division(division, item, offset)

    def _division(self, division: Division, item: HistoryItem, offset: int) -> Iterator[Finding]:
        if isinstance(item, PostHistory) and not _labelled(division.label, item):
            yield make("SMA-V021", path=POSTS, offset=offset, item=division.id)
        pointers = [one for one in division.pointers[1:] if one.file in self._files]
        pointed = {(self._path(file), begin, extent) for file, begin, extent in pointers}
        if pointed not in [self._places(evidence) for evidence in _evidence(item)]:
            yield make("SMA-V023", path=POSTS, offset=offset, item=division.id)
        if not isinstance(item, PostHistory):
            return
        names, moments = _names(item), _moments(item)
        for file, begin, extent in pointers:
            if names and begin is not None and extent is not None:
                self.claims[self._path(file)].append(Claim(begin, extent, division.id, names, moments))

    def _path(self, file: str) -> str:
        known = self._files.get(file)
        return known.path if known else ""

    def _places(self, evidence: Iterable[Evidence]) -> set[Bytes]:
        """Where evidence is, as the METS points at it: what is not in the package is not pointed at."""
        found: set[Bytes] = set()
        for one in evidence:
            size = self._sizes.get(one.path)
            if size is None:
                continue
            whole = one.kind == "file" or one.offset is None or one.length is None
            fits = not whole and 0 <= (one.offset or 0) <= (one.offset or 0) + (one.length or 0) <= size
            found.add((one.path, one.offset, one.length) if fits else (one.path, None, None))
        return found


def _wanted(item: HistoryItem) -> int:
    """How many divisions a line has: a post or page one, an own account one per version of its profile."""
    if isinstance(item, AccountHistory):
        return max(len(item.profiles), 1) if item.own else 0
    return 1


def _kinds(item: HistoryItem) -> tuple[str, ...]:
    if isinstance(item, PostHistory):
        return POST_KINDS
    return ("profile",) if isinstance(item, AccountHistory) else (item.role,)


def _labelled(label: str, post: PostHistory) -> bool:
    """The label of an own post is its native id; of another's the word for its class and a running number."""
    if post.klass == "own":
        return label == xml_text(post.native_id)
    return label.removeprefix(labels()["classes"][post.klass]).strip().isdigit()


def _evidence(item: HistoryItem) -> Iterator[list[Evidence]]:
    """The evidence that a division of an item may point at: of a post all, of an account that of one version."""
    if isinstance(item, PostHistory):
        yield [one for version in item.versions for one in version.evidence]
    elif isinstance(item, AccountHistory):
        yield from (list(version.evidence) for version in item.profiles)
        yield list(item.evidence)
    else:
        yield list(item.evidence)


def _names(post: PostHistory) -> tuple[str, ...]:
    """Everything by which the bytes of a post can show whose they are."""
    found = [] if post.derived_id else [post.native_id]
    found += [*(post.revisions or ()), *(alias.value for alias in post.aliases if not alias.derived)]
    found += [version.native_id for version in post.versions if version.native_id]
    if post.derived_id or any(alias.derived and alias.scheme == DERIVED for alias in post.aliases):
        # At least one source gives it no id: there it shows by what it says and by when it was made.
        found += [version.state.text for version in post.versions if version.state.text]
        found += _spellings(post.created)
    # In a content-addressed archive (CAR) a record is named by the hash of its bytes.
    found += [one.locator for version in post.versions for one in version.evidence if one.locator]
    return tuple(name for name in found if name)


def _spellings(moment: Moment) -> list[str]:
    """A moment as delivered, and as a source without ids can have written it: in seconds, or as a date and time."""
    found = [moment.raw] if moment.raw else []
    if moment.us is not None:
        when = (iso_text(moment.us) or "")[:19]
        found += [str(moment.us // 1_000_000), when, when.replace("T", " ")]
    return found


def _moments(post: PostHistory) -> tuple[str, ...]:
    """When the post and its states were made, as delivered."""
    made = (post.created, *(version.edited for version in post.versions if version.edited))
    return tuple(moment.raw for moment in made if moment.raw)


def out_of_scope(kind: str) -> dict[str, Any]:
    """What a class of material that may not enter a package is called, in both languages."""
    label = classes()[kind].label
    return {"kind_nl": label["nl"], "kind_en": label["en"]}
