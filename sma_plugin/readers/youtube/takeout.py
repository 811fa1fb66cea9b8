"""YouTube in a Google Takeout: videos, comments, messages in live chats, the channels that they are of.

Read in this order: the channels; videos, joined from their tables; comments, chats and posts; playlists, of which the
private ones go; then what is counted and left out. Of other services of Google nothing enters.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Item, Problem, ProfileVersion, Tally
from sma_plugin.readers.contract import CaptureView, Listing, Match
from sma_plugin.readers.csv_closed import kept_out
from sma_plugin.readers.csv_form import plain
from sma_plugin.readers.csv_tables import Record, Records
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.youtube.common import PLATFORM, channel
from sma_plugin.readers.youtube.takeout_layout import NAME, Export, described, exports
from sma_plugin.readers.youtube.takeout_pages import page_items
from sma_plugin.readers.youtube.takeout_posts import audience, author_of, comment, community_post, whole
from sma_plugin.readers.youtube.takeout_videos import Videos

_OF_VIDEOS = ("videos", "texts", "recordings")
_SAID = {"comments": comment, "chats": comment, "posts": community_post}


def recognise(listing: Listing) -> Match | None:
    """The first Takeout in the bundle; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per Takeout, whatever the number of its parts."""
    return [
        Match(
            NAME,
            PLATFORM,
            "platform-export",
            one.claimed,
            roots=(*one.roots, *dict.fromkeys(one.outside)),
            confidence=65,
            account=channel(next(iter(one.channels))) if len(one.channels) == 1 else None,
            tool="Google Takeout",
            personal_export=True,
        )
        for one in exports(listing)
    ]


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one Takeout (module docstring for their order)."""
    for export in exports(capture.listing):
        if export.roots[0] == capture.match.roots[0]:
            yield from _Reading(capture, export).items()


class _Reading:
    """One Takeout while it is read."""

    def __init__(self, capture: CaptureView, export: Export) -> None:
        self._capture, self._export = capture, export
        self._owner = capture.match.account or AccountRef()
        self._known: set[str] = set()

    def items(self) -> Iterator[Item]:
        yield from self._channels()
        yield from self._videos()
        for path, kind in self._export.tables.items():
            if kind in _SAID:
                yield from self._said(path, kind)
        for path in self._export.pages:
            yield from page_items(self._capture, path, self._owner)
        yield from self._playlists()
        yield from self._left_out()

    def _table(self, path: str, kind: str) -> Records:
        return Records(described(self._capture.listing.by_path[path].head, kind), path)

    def _rows(self, kind: str) -> Iterator[Record | Problem]:
        for path in self._export.of(kind):
            yield from self._table(path, kind).of(self._capture)

    # --- the channels ------------------------------------------------------------------------------------------------

    def _channels(self) -> Iterator[Item]:
        """Each channel of the account, with its profile and handle; without a table of them those of the rows."""
        handles = {row.get("id"): row for row in self._rows("names") if isinstance(row, Record)}
        for row in self._rows("channel"):
            if isinstance(row, Problem):
                yield row
                continue
            named = handles.get(row.get("id"))
            handle = named.get("name").lstrip("@") or None if named else None
            ref = channel(row.get("id"), row.given("title"), handle)
            evidence = (row.evidence, named.evidence) if named else (row.evidence,)
            yield from self._channel(ref, row, evidence)
        for kind in ("channel", "names"):
            for path in self._export.of(kind):
                table = described(self._capture.listing.by_path[path].head, kind)
                yield from kept_out(self._capture, path, table, f"{NAME}.channel-private")
        for native in sorted(self._export.channels):
            yield from self._owned(channel(native))
        if not self._known and self._owner == AccountRef():
            yield Problem("SMA-R150", self._export.claimed[0])

    def _owned(self, ref: AccountRef) -> Iterator[Account]:
        """A channel of the account that its tables had not named: all that they hold is the account's own."""
        if ref.native_id and ref.native_id not in self._known:
            self._known.add(ref.native_id)
            yield Account(PLATFORM, ref, owner=True)

    def _channel(self, ref: AccountRef, row: Record, evidence: tuple[Evidence, ...]) -> Iterator[Item]:
        if ref.native_id in self._known:
            return
        self._known.add(ref.native_id or "")
        if self._owner.native_id in (None, ref.native_id):
            self._owner = ref
        yield Account(PLATFORM, ref, owner=True, evidence=evidence)
        yield ProfileVersion(
            PLATFORM,
            ref,
            self._capture.match.captured,
            name=ref.name,
            handle=ref.handle,
            bio=row.values.get("description"),
            url=ref.url,
            location=row.given("country"),
            evidence=evidence,
            raw={"Channel Visibility": row.get("visibility")} if row.get("visibility") else None,
        )

    # --- videos and what was said ------------------------------------------------------------------------------------

    def _videos(self) -> Iterator[Item]:
        videos = Videos()
        for path, kind in self._export.tables.items():
            if kind in _OF_VIDEOS:
                for row in self._table(path, kind).of(self._capture):
                    if isinstance(row, Problem):
                        yield row
                    else:
                        videos.add(kind, row)
        files = videos.files(self._export.videos)
        drafts: set[str | None] = set()
        for native, video in videos:
            if video.unpublished:
                drafts.add(files.get(native))
                yield from (
                    Exclusion(f"{NAME}.unpublished", one.path, one.offset, one.length) for one in video.evidence
                )
                continue
            post = video.post(native, self._owner, files.get(native))
            yield from self._owned(post.author)
            if post.created.us is None and post.created.raw:
                yield Problem("SMA-R005", post.evidence[0].path, params={"value": post.created.raw[:40]})
            yield post
        left = [path for path in self._export.videos if path not in files.values()]
        # A file that no title fits can be that of a draft without a file: it stays out, and so does its name.
        unpublished = {path for path in drafts if path} | set(left if None in drafts else ())
        yield from (Exclusion(f"{NAME}.unpublished", path) for path in sorted(unpublished))
        if left and None not in drafts:
            yield Problem("SMA-R151", left[0], params={"count": len(left)})

    def _said(self, path: str, kind: str) -> Iterator[Item]:
        table = self._table(path, kind)
        for found in table.of(self._capture):
            if isinstance(found, Problem):
                yield found
                continue
            row = whole(found, table.names)
            author = author_of(row.get("channel"), self._owner)
            yield from self._owned(author)
            post, said = _SAID[kind](row, author)
            at = path, row.row.offset, row.row.length
            if not said.read and not row.odd:
                yield Problem("SMA-R002", *at)
            if post.created.us is None and post.created.raw:
                yield Problem("SMA-R005", *at, {"value": post.created.raw[:40]})
            yield post

    # --- playlists and what is left out ------------------------------------------------------------------------------

    def _playlists(self) -> Iterator[Item]:
        """Playlists are kept as they are; those that only the account can see go, their rows and their files."""
        shown: set[str] = set()
        for path in self._export.of("playlists"):
            for row in self._table(path, "playlists").of(self._capture):
                if isinstance(row, Problem):
                    yield row
                elif audience(row.get("privacy")) in ("public", "unlisted"):
                    shown.add(plain(row.get("title")))
                else:
                    yield Exclusion(f"{NAME}.private-playlists", path, row.row.offset, row.row.length)
        for path in self._export.of("listed"):
            name = plain(path.rpartition("/")[2].rpartition(".")[0])
            if rule_for(NAME, self._export.inner(path)) is None and not any(one and one in name for one in shown):
                yield Exclusion(f"{NAME}.private-playlists", path)

    def _left_out(self) -> Iterator[Item]:
        for path in self._export.of("subscriptions"):
            counted = sum(isinstance(row, Record) for row in self._table(path, "subscriptions").of(self._capture))
            yield Tally("own follows", None, counted, path)
            yield Exclusion(f"{NAME}.subscriptions", path)
        for path in chain(self._export.left, self._export.tables):
            rule = rule_for(NAME, self._export.inner(path))
            if path in self._export.left or (rule and self._export.tables[path] != "subscriptions"):
                yield Exclusion(rule or f"{NAME}.history", path)
        for path in self._export.others:
            yield Exclusion(f"{NAME}.other-services", path)
