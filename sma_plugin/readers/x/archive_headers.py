"""Word of posts without the posts: tweet-headers.js names every post there is, deleted-tweet-headers.js those deleted.

Both spellings of their fields occur (``tweet_id`` in the files, ``tweetId`` in X's own description of them).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sma_plugin.model import AccountRef, Observation, Problem, Tally
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.archive_files import ListFile, refused
from sma_plugin.readers.x.archive_layout import Part
from sma_plugin.readers.x.archive_manifest import Manifest
from sma_plugin.readers.x.archive_posts import Chains, deletion
from sma_plugin.readers.x.archive_tweet import Id
from sma_plugin.readers.x.common import created, native


class Header(msgspec.Struct, frozen=True, gc=False):
    """One post or one deletion."""

    tweet_id: Id = None
    tweetId: Id = None  # noqa: N815 -- the platform's own name
    id_str: Id = None
    deleted_at: str | None = None
    deletedAt: str | None = None  # noqa: N815 -- the platform's own name
    created_at: str | None = None
    createdAt: str | None = None  # noqa: N815 -- the platform's own name


class HeaderItem(Header, frozen=True, gc=False):
    """One item: a header, or a wrapper around it."""

    tweet: Header | None = None
    deletedTweetHeader: Header | None = None  # noqa: N815 -- the platform's own name
    deletedTweetHeaders: Header | None = None  # noqa: N815 -- the platform's own name

    @property
    def header(self) -> Header:
        """The header in the item."""
        return self.tweet or self.deletedTweetHeader or self.deletedTweetHeaders or self

    @property
    def post(self) -> str | None:
        """The id of the post."""
        header = self.header
        return native(header.tweet_id) or native(header.tweetId) or native(header.id_str)


_LADDER = Ladder(HeaderItem)


def read_deletions(
    capture: CaptureView, parts: Sequence[Part], account: AccountRef, manifest: Manifest
) -> Iterator[Observation | Problem | Tally]:
    """An observation per deletion; the export is the account's own, so no other could have deleted the post."""
    for part in parts:
        listed = ListFile(capture, part.path, _LADDER)
        for item in listed:
            if isinstance(item, Problem):
                yield item
                continue
            header, post = item.value.header, item.value.post
            if post is None:
                yield refused(part.path, item.evidence, "a deletion without post id")
            else:
                made = created(header.createdAt or header.created_at)
                yield deletion(post, account, made, header.deletedAt or header.deleted_at, (item.evidence,))
        yield from manifest.tally(part, listed.counted)


def read_headers(
    capture: CaptureView, parts: Sequence[Part], chains: Chains, manifest: Manifest
) -> Iterator[Problem | Tally]:
    """Hold the posts that were read against the headers: a post that only has a header is missing from the delivery."""
    for part in parts:
        listed = ListFile(capture, part.path, _LADDER)
        named: set[str] = set()
        for item in listed:
            if isinstance(item, Problem):
                yield item
            elif item.value.post is None:
                yield refused(part.path, item.evidence, "a header without post id")
            else:
                named.add(item.value.post)
        missing = chains.unseen(named)
        if missing:
            yield Problem("SMA-R028", part.path, params={"missing": len(missing), "named": len(named)})
        yield from manifest.tally(part, listed.counted)
