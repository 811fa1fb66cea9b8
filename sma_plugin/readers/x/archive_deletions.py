"""deleted-tweet-headers.js: word that posts were deleted, without the posts. Both spellings of its fields occur."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sma_plugin.model import AccountRef, Observation, Problem, Tally
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.json_items import Ladder
from sma_plugin.readers.x.archive_files import ListFile, refused
from sma_plugin.readers.x.archive_layout import Part
from sma_plugin.readers.x.archive_manifest import Manifest
from sma_plugin.readers.x.archive_posts import deletion
from sma_plugin.readers.x.archive_tweet import Id
from sma_plugin.readers.x.common import created, native


class Header(msgspec.Struct, frozen=True, gc=False):
    """One deletion."""

    tweet_id: Id = None
    tweetId: Id = None  # noqa: N815 -- the platform's own name
    id_str: Id = None
    deleted_at: str | None = None
    deletedAt: str | None = None  # noqa: N815 -- the platform's own name
    created_at: str | None = None
    createdAt: str | None = None  # noqa: N815 -- the platform's own name


class HeaderItem(Header, frozen=True, gc=False):
    """One item: a deletion, or a wrapper around it."""

    tweet: Header | None = None
    deletedTweetHeader: Header | None = None  # noqa: N815 -- the platform's own name
    deletedTweetHeaders: Header | None = None  # noqa: N815 -- the platform's own name

    @property
    def header(self) -> Header:
        """The deletion in the item."""
        return self.tweet or self.deletedTweetHeader or self.deletedTweetHeaders or self


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
            header = item.value.header
            post = native(header.tweet_id) or native(header.tweetId) or native(header.id_str)
            if post is None:
                yield refused(part.path, item.evidence, "a deletion without post id")
            else:
                made = created(header.createdAt or header.created_at)
                yield deletion(post, account, made, header.deletedAt or header.deleted_at, (item.evidence,))
        yield from manifest.tally(part, listed.counted)
