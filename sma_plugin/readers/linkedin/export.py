"""LinkedIn's member export (``Basic_`` and ``Complete_LinkedInDataExport``): a folder of tables, and articles as pages.

Recognised by the headings of its tables, read in this order: the profile, shares, reposts, comments, articles; then
what is counted and left out. It names its account by the number in its files' names at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Evidence,
    Exclusion,
    Item,
    Link,
    Post,
    Problem,
    ProfileVersion,
    Tally,
)
from sma_plugin.readers.contract import CaptureView, Listing, Match
from sma_plugin.readers.csv_closed import kept_out
from sma_plugin.readers.csv_tables import Record, Records
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.linkedin.common import PLATFORM, handle_in
from sma_plugin.readers.linkedin.export_articles import article
from sma_plugin.readers.linkedin.export_layout import NAME, Root, layout, roots
from sma_plugin.readers.linkedin.export_posts import comment, joined, repost, share

PRIVATE = f"{NAME}.profile-private"
_UNITS = {"reactions": "own likes", "votes": "own votes"}
_URL = re.compile(r"https?://[^\s,\]]+")


def recognise(listing: Listing) -> Match | None:
    """The first export in the bundle; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per export: a Basic and a Complete one of the same account are two captures."""
    return [
        Match(
            NAME,
            PLATFORM,
            "platform-export",
            root.claimed,
            roots=(root.path,),
            confidence=65,
            account=root.account,
            tool="LinkedIn data export",
            personal_export=True,
        )
        for root in roots(listing)
    ]


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one export (module docstring for their order)."""
    here = capture.match.roots[0]
    for root in roots(capture.listing):
        if root.path == here:
            yield from _Reading(capture, root).items()


class _Reading:
    """One export while it is read."""

    def __init__(self, capture: CaptureView, root: Root) -> None:
        self._capture, self._root = capture, root
        self._author = capture.match.account or root.account or AccountRef()

    def items(self) -> Iterator[Item]:
        yield from self._owner()
        yield from self._posts()
        for path in self._root.articles:
            yield from article(self._capture, path, self._author)
        for path, name in self._root.profile.items():
            yield from kept_out(self._capture, path, layout().parts[name], PRIVATE)
        yield from self._left_out()

    # --- whose it is -------------------------------------------------------------------------------------------------

    def _owner(self) -> Iterator[Item]:
        """The account and its profile; what of the profile is private is cut from its row, cell by cell."""
        rows, remarks = self._profile_rows()
        first = rows[0][1] if rows else None
        self._author = self._identity(first)
        evidence = tuple(row.evidence for _, row in rows)
        if self._author != AccountRef():
            yield Account(PLATFORM, self._author, owner=True, evidence=evidence)
        if self._author.native_id is None and self._author.handle is None:
            yield Problem("SMA-R140", rows[0][0] if rows else self._root.claimed[0])
        yield from remarks
        if first is not None:
            yield self._profile(first, evidence)

    def _profile_rows(self) -> tuple[list[tuple[str, Record]], list[Problem | Exclusion]]:
        rows: list[tuple[str, Record]] = []
        remarks: list[Problem | Exclusion] = []
        for path in self._root.of("profile"):
            table = layout().tables["profile"]
            for row in Records(table, path).of(self._capture):
                if isinstance(row, Record):
                    rows.append((path, row))
                else:
                    remarks.append(row)
            remarks += kept_out(self._capture, path, table, PRIVATE)
        return rows, remarks

    def _identity(self, profile: Record | None) -> AccountRef:
        """The account: as declared, or by its number, by the name in its own posts' addresses, or by its own name."""
        known = self._author
        name = f"{profile.get('first')} {profile.get('last')}".strip() if profile else known.name
        if known.native_id or known.handle:
            return AccountRef(known.native_id, known.handle, name or known.name, known.url, known.aliases)
        handle = self._handle()
        if handle or not name:
            return AccountRef(handle=handle, name=name)
        return AccountRef(name=name, aliases=(Alias("name", name, derived=True),))

    def _handle(self) -> str | None:
        """The name that the addresses of all shares begin with, where they have that form."""
        known: str | None = None
        for row in chain.from_iterable(self._rows("shares")):
            if isinstance(row, Problem):
                continue
            handle = handle_in(row.get("link"))
            if handle is None or known not in (None, handle):
                return None
            known = handle
        return known

    def _profile(self, row: Record, evidence: tuple[Evidence, ...]) -> ProfileVersion:
        summary = row.given("summary") or self._summary()
        fields = tuple((name.capitalize(), row.get(name)) for name in ("headline", "industry") if row.get(name))
        return ProfileVersion(
            PLATFORM,
            self._author,
            self._capture.match.captured,
            name=self._author.name,
            handle=self._author.handle,
            bio=summary,
            url=self._author.url,
            links=tuple(Link(url) for url in _URL.findall(row.get("websites"))),
            fields=fields,
            location=row.given("location"),
            evidence=evidence,
        )

    def _summary(self) -> str | None:
        rows = chain.from_iterable(self._rows("summary"))
        return next((row.get("summary") for row in rows if isinstance(row, Record)), None)

    # --- posts -------------------------------------------------------------------------------------------------------

    def _rows(self, kind: str) -> Iterator[Iterator[Record | Problem]]:
        for path in self._root.of(kind):
            yield Records(layout().tables[kind], path).of(self._capture)

    def _posts(self) -> Iterator[Item]:
        for path, kind in self._root.tables.items():
            if kind in ("shares", "reposts", "comments"):
                yield from joined(self._told(path, kind))

    def _told(self, path: str, kind: str) -> Iterator[Post | Problem]:
        for row in Records(layout().tables[kind], path).of(self._capture):
            if isinstance(row, Problem):
                yield row
            else:
                yield from self._post(path, kind, row)

    def _post(self, path: str, kind: str, row: Record) -> Iterator[Post | Problem]:
        odd = False
        if kind == "shares":
            post, odd = share(row, self._author)
        else:
            post = (comment if kind == "comments" else repost)(row, self._author)
        at = path, row.row.offset, row.row.length
        if odd and not row.odd:
            yield Problem("SMA-R002", *at)
        if post.created.us is None and post.created.raw:
            yield Problem("SMA-R005", *at, {"value": post.created.raw[:40]})
        yield post

    # --- what is left out --------------------------------------------------------------------------------------------

    def _left_out(self) -> Iterator[Item]:
        for path, kind in self._root.tables.items():
            rule = rule_for(NAME, path[len(self._root.path) :])
            if kind in _UNITS:
                counted = sum(isinstance(row, Record) for row in Records(layout().tables[kind], path).of(self._capture))
                yield Tally(_UNITS[kind], None, counted, path)
                rule = rule or f"{NAME}.own-likes"
            elif kind == "media":
                yield from self._attached(path)
            elif kind in layout().left_out:
                rule = rule or f"{NAME}.{layout().left_out[kind].rule}"
            if rule is not None:
                yield Exclusion(rule, path)

    def _attached(self, path: str) -> Iterator[Exclusion]:
        """The rows about files that do not say that they were shown: those attached to messages, for instance."""
        for row in Records(layout().tables["media"], path).of(self._capture):
            at = (row.offset, row.length) if isinstance(row, Problem) else (row.row.offset, row.row.length)
            if isinstance(row, Problem) or not _was_shown(row):
                yield Exclusion(f"{NAME}.direct-messages", path, *at)


def _was_shown(row: Record) -> bool:
    """Whether a file was placed where others see it: the sentence around its moment says so, else its description."""
    said = row.get("date") if re.match(r"[^\W\d]+ [^\W\d]", row.get("date")) else row.get("description")
    return re.search(layout().shown, said, re.IGNORECASE) is not None
