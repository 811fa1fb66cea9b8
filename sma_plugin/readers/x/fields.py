"""Fields of posts that these readers do not know: a sign of a newer generation, never passed over."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import msgspec

from sma_plugin.model import Problem
from sma_plugin.readers.x.api_parts import Tweet
from sma_plugin.readers.x.api_v1_parts import Status
from sma_plugin.readers.x.archive_tweet import Item as ArchiveItem
from sma_plugin.readers.x.archive_tweet import Tweet as ArchiveTweet
from sma_plugin.readers.x.web_parts import WebTweet

_FIRST, _EVERY = 500, 64
"""The first items are looked at, then a sample: looking at all would cost a fifth of the reading time."""
_OLD_UNUSED = frozenset(
    {
        "contributors",
        "current_user_retweet",
        "display_text_range",
        "favorited",
        "filter_level",
        "id",
        "in_reply_to_status_id",
        "in_reply_to_user_id",
        "is_quote_status",
        "matching_rules",
        "metadata",
        "possibly_sensitive_appealable",
        "quoted_status_id",
        "quoted_status_permalink",
        "retweeted",
        "scopes",
        "withheld_scope",
    }
)
"""Known and left aside: the same value stands in another field, it is always the same, or it is of the request."""
_NEW_UNUSED = frozenset(
    {
        "card_uri",
        "context_annotations",
        "display_text_range",
        "edit_controls",
        "matching_rules",
        "media_metadata",
        "non_public_metrics",
        "organic_metrics",
        "promoted_metrics",
        "reply_settings",
    }
)
"""Known and left aside: what X made of the post, how it can be edited and answered, figures for its author only."""
_WEB_UNUSED = frozenset(
    {
        "__typename",
        "edit_perspective",
        "grok_analysis_button",
        "grok_analysis_followups",
        "grok_annotations",
        "grok_translated_post",
        "grok_translated_post_with_availability",
        "has_birdwatch_notes",
        "id",
        "is_translatable",
        "post_image_description",
        "post_video_description",
        "previous_counts",
        "quick_promote_eligibility",
        "superFollowsReplyUserResult",
        "unified_card",
        "__import_meta",
        "promoted",
        "unmention_data",
        "unmention_info",
        "voice_info",
        "vibe",
    }
)
"""Known and left aside: what the page shows around a post, what X made of it, what its author may do with it."""
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_all = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode


class FieldWatch:
    """Looks at the names of the fields of posts of one form."""

    def __init__(self, known: AbstractSet[str], wrappers: AbstractSet[str] = frozenset()) -> None:
        self._known, self._wrappers = known, wrappers
        self._met: dict[str, bool] = {}
        """Unknown fields, and whether they were told."""
        self._looked = 0

    def _due(self, number: int = 1) -> bool:
        """Whether to look at so many posts that come at once: at the first ones, then at one of many such."""
        before, self._looked = self._looked, self._looked + number
        every = _EVERY * number
        return before < _FIRST or before // every != self._looked // every

    def look(self, data: bytes) -> None:
        """Look at one post."""
        if not self._due():
            return
        try:
            fields = _decode(data)
            for wrapper in self._wrappers & fields.keys():
                fields = _decode(fields[wrapper])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return  # the item was read by a tolerant rung, and that is a finding already
        self._note(fields.keys())

    def look_at_all(self, data: bytes, number: int) -> None:
        """Look at an array of ``number`` posts."""
        if number and self._due(number):
            for fields in _decode_all(data):
                self._note(fields.keys())

    def _note(self, names: AbstractSet[str]) -> None:
        for name in names - self._known:
            self._met.setdefault(name[:80], False)

    def remarks(self, path: str) -> Iterator[Problem]:
        """The unknown fields met since this was last asked, as one problem."""
        fresh = sorted(name for name, told in self._met.items() if not told)
        if fresh:
            yield Problem("SMA-R027", path, params={"names": ", ".join(fresh[:20])})
            self._met.update(dict.fromkeys(fresh, True))


_ARCHIVE = frozenset(ArchiveTweet.__struct_encode_fields__)
_OF_REQUESTS = {"current_user_retweet", "filter_level", "matching_rules", "metadata"}
_ARCHIVE_UNUSED = (_OLD_UNUSED - _OF_REQUESTS) | {"community_id"}


def of_archive() -> FieldWatch:
    """For a list of posts in an archive."""
    return FieldWatch(_ARCHIVE | _ARCHIVE_UNUSED, frozenset(ArchiveItem.__struct_encode_fields__) - _ARCHIVE)


def of_old_api() -> FieldWatch:
    """For statuses of the API, version 1.1."""
    return FieldWatch(frozenset(Status.__struct_encode_fields__) | _OLD_UNUSED)


def of_new_api() -> FieldWatch:
    """For posts of the API, version 2."""
    return FieldWatch(frozenset(Tweet.__struct_encode_fields__) | _NEW_UNUSED)


def of_web() -> FieldWatch:
    """For posts of the web interface."""
    return FieldWatch(frozenset(WebTweet.__struct_encode_fields__) | _WEB_UNUSED)
