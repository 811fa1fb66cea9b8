"""What of each capture goes into a package: which members are taken, with which cuts, left out, or held."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from sma_plugin.bundle.delivery import CaptureRecord, MemberRecord
from sma_plugin.bundle.responses import holds_records
from sma_plugin.bundle.view import Delivery, MemberFixity
from sma_plugin.bundle.wacz import WaczFile
from sma_plugin.compose.companions import with_companions
from sma_plugin.compose.cuts import OTHERS, REMOVED, Layout, Marks
from sma_plugin.compose.extract import Cut
from sma_plugin.compose.naming import Named, Naming
from sma_plugin.compose.only import strangers
from sma_plugin.compose.users import users
from sma_plugin.readers.bluesky.car import is_car
from sma_plugin.readers.exclusion import class_of, classes
from sma_plugin.readers.left_out import UNCLAIMED
from sma_plugin.readers.web.har import is_har

_DATA = re.compile(
    r"\.(?:json|jsonl|ndjson|js|csv|tsv|xml|ya?ml|x?html?|eml|mbox|sqlite3?|db|car|cbor)(?:\.(?:gz|xz|bz2|zst))?\Z",
    re.IGNORECASE,
)
"""Files that hold data rather than a picture or an explanation."""
WHOLE_FILES = "whole-files"
"""What is decided on: files with posts from elsewhere that cannot be cut out."""
OWN_LIKES = "own-likes-and-follows"
"""What is decided on: files with the account's own likes and follows that cannot be cut out."""


class Take(NamedTuple):
    """One member to take: where it will stand in the package, what is cut from it, and how."""

    member: MemberRecord
    kept: str
    cuts: list[Cut]
    layout: Layout
    unpacked: bool = False
    """Whether a WACZ is taken as its WARC files though no record goes from it: its lists name every page."""


class Held(NamedTuple):
    """A file that holds what may not enter and cannot be cut: ``items`` out of scope, ``posts`` from elsewhere.

    ``barred``: among the items are some that no role may let in, such as posts ``removed`` on request.
    """

    capture: str
    path: str
    items: int
    posts: int
    barred: bool = False
    removed: int = 0


class Permit(NamedTuple):
    """What a role let in: by subject, and the files that no reader recognised by name or pattern."""

    kept: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()

    def knows(self, path: str) -> bool:
        """Whether a file that no reader recognised may enter all the same."""
        return any(fnmatchcase(path, one) or fnmatchcase(path.rpartition("/")[2], one) for one in self.files)


@dataclass
class Taking:
    """What happens to the members of one capture."""

    capture: str
    takes: list[Take] = field(default_factory=list)
    left: list[tuple[str, str, int]] = field(default_factory=list)
    """Rule, path and size of what is left out whole."""
    held: list[Held] = field(default_factory=list)
    released: list[Held] = field(default_factory=list)
    """Files with posts from elsewhere, or own likes and follows, that a role lets in whole."""
    damaged: list[str] = field(default_factory=list)
    """Members that could not be read whole, and so cannot be kept."""
    instead: dict[str, str] = field(default_factory=dict)
    """Beginnings of delivered paths that tell of a third party, by what they are told by (:class:`.naming.Naming`)."""

    @property
    def unrecognised(self) -> list[str]:
        """What no reader recognised and is left out: files, and pieces of files by their beginning."""
        pieces = (
            f"{take.member.path}#{cut.offset}" for take in self.takes for cut in take.cuts if cut.rule == UNCLAIMED
        )
        return [*(path for rule, path, _ in self.left if rule == UNCLAIMED), *pieces]


@dataclass
class Sorter:
    """Decides for the members of captures, with what a role let in."""

    delivery: Delivery
    fixity: Mapping[str, MemberFixity]
    permit: Permit
    tells: Callable[[str], bool]
    """Whether a name tells of a third party."""
    only: Collection[str] | None = None
    """Where a role chose posts: the media that these use. Nothing else is taken but their evidence."""
    gone: Collection[str] = ()
    """The accounts of which everything was removed on request, by their identifiers."""

    def taking(self, capture: str, marks: Mapping[str, Marks], media_of_others: Mapping[str, str]) -> Taking:
        """What happens to the members of a capture."""
        (record,) = (one for one in self.delivery.record.captures if one.capture.id == capture)
        taking = Taking(capture)
        members = [member for member in self.delivery.record.members if member.capture == capture]
        naming, names = Naming([member.path for member in members], self.tells), set[str]()
        for member in members:
            named = naming.named(member.path)
            taking.instead.update(named.instead)
            rule = member.rule or media_of_others.get(member.path)
            if rule is None and not member.claimed and self._undecided(record, member):
                rule = None if self.permit.knows(member.path) else UNCLAIMED
            if rule is None and self.only is not None and not self._chosen(member, marks):
                rule = OTHERS
            if rule:
                taking.left.append((rule, member.path, member.entry.size))
            elif member.path not in self.fixity:
                taking.damaged.append(member.path)
            else:
                self._take(taking, member, marks.get(member.path) or Marks(), named, names)
        return taking

    def _chosen(self, member: MemberRecord, marks: Mapping[str, Marks]) -> bool:
        """Whether a member is a medium of what was chosen, or evidence of it."""
        known = marks.get(member.path)
        return member.path in (self.only or ()) or (known is not None and bool(known.ours or known.whole_ours))

    def _strangers(self, member: MemberRecord, marks: Marks, layout: Layout) -> list[Cut] | None:
        """What else has to be cut where only chosen posts are taken; ``None`` where it cannot be told apart."""
        if self.only is None or not (marks.ours or marks.whole_ours):
            return []
        return strangers(self.delivery, member, layout, () if marks.whole_ours else marks.ours, marks.others)

    def _undecided(self, record: CaptureRecord, member: MemberRecord) -> bool:
        """Whether a member that no reader claimed has to be decided upon.

        Everything in a personal export; elsewhere files of data, unless all captures that came together keep the rest.
        """
        if record.personal_export:
            return True
        together = (one for one in self.delivery.record.captures if one.group == record.group)
        return _DATA.search(member.path) is not None and not all(one.keeps_rest for one in together)

    def _take(self, taking: Taking, member: MemberRecord, marks: Marks, named: Named, names: set[str]) -> None:
        layout = layout_of(self.delivery, member.path)
        verdict = marks.verdict(layout)
        if verdict.left_out and not (verdict.left_out == UNCLAIMED and self.permit.knows(member.path)):
            taking.left.append((verdict.left_out, member.path, member.entry.size))
            return
        more = self._strangers(member, marks, layout)
        stuck_posts = verdict.stuck_posts or int(more is None)
        if verdict.stuck or stuck_posts:
            barred = not all(_by_decision(rule) for rule in verdict.stuck)
            removed = verdict.stuck.get(REMOVED, 0)
            stuck = Held(taking.capture, member.path, sum(verdict.stuck.values()), stuck_posts, barred, removed)
            if not self._released(stuck):
                taking.held.append(stuck)
                return
            taking.released.append(stuck)
        kept = _free(f"objects/captures/{taking.capture}/{named.kept}", names)
        known = self.permit.knows(member.path)
        cuts = [cut for cut in verdict.cuts if not (known and cut.rule == UNCLAIMED)]
        cuts += self._users(member, marks, layout)
        cuts = with_companions(self.delivery, member, cuts, layout)
        unpacked = self.only is not None and layout == "wacz"
        taking.takes.append(Take(member, kept, [*cuts, *(more or ())], layout, unpacked))
        if layout == "wacz" and (taking.takes[-1].cuts or unpacked):
            taking.instead.update(self._inside(member, named))

    def _users(self, member: MemberRecord, marks: Marks, layout: Layout) -> list[Cut]:
        """Whom a role removed, in lists of users beside the posts."""
        head = self.delivery.heads.get(member.path, b"").removeprefix(b"\xef\xbb\xbf").lstrip()
        if not self.gone or layout != "items" or not marks.ours or head[:1] not in (b"{", b"[", b"w"):
            return []
        with self.delivery.container(member).open(member.entry) as stream:
            return list(users(stream.read(member.entry.size + 1), self.gone, sorted(marks.ours)))

    def _inside(self, member: MemberRecord, named: Named) -> Iterator[tuple[str, str]]:
        """What of the WARC files of a WACZ that is taken apart tells of a third party."""
        with closing(self.delivery.seekable(member.path)) as file:
            warcs = [warc.name for warc in WaczFile(file).warcs]
        naming = Naming(warcs, self.tells)
        for old, new in (pair for name in warcs for pair in naming.named(name).instead):
            yield f"{member.path}/{old}", f"{named.path}/{new}"

    def _released(self, stuck: Held) -> bool:
        """Whether a role decided that a file with what cannot be cut from it is kept whole."""
        needed = {subject for subject, count in ((WHOLE_FILES, stuck.posts), (OWN_LIKES, stuck.items)) if count}
        return not stuck.barred and needed <= self.permit.kept


def _by_decision(rule: str) -> bool:
    """Whether a role may let in what a rule leaves out."""
    return rule not in (UNCLAIMED, REMOVED) and classes()[class_of(rule)].by_decision


def layout_of(delivery: Delivery, path: str) -> Layout:
    """What can be cut from a member, by its first bytes."""
    head = delivery.heads.get(path, b"")
    if head.startswith(b"PK\x03\x04"):
        return "wacz"
    if is_har(head):
        return "entries"
    if is_car(head):
        return "whole"  # from what is signed as one whole nothing can be cut
    return "records" if holds_records(head) else "items"


def _free(path: str, taken: set[str]) -> str:
    """A package path that no other file has, also where case does not count."""
    number, candidate = 2, path
    while candidate.casefold() in taken:
        stem, dot, ending = path.rpartition(".")
        candidate = f"{stem}_{number}{dot}{ending}" if dot and "/" not in ending else f"{path}_{number}"
        number += 1
    taken.add(candidate.casefold())
    return candidate
