"""Fields of posts that this reader does not know: a sign of a newer generation of the export, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sma_plugin.model import Problem
from sma_plugin.readers.x.archive_tweet import Item, Tweet

_UNUSED = {
    "contributors",
    "community_id",
    "display_text_range",
    "favorited",
    "id",
    "in_reply_to_status_id",
    "in_reply_to_user_id",
    "is_quote_status",
    "possibly_sensitive_appealable",
    "quoted_status_id",
    "retweeted",
}
"""Known and left aside: the same value stands in another field, or it is always the same."""
_KNOWN = {*Tweet.__struct_encode_fields__, *_UNUSED}
_WRAPPERS = set(Item.__struct_encode_fields__) - set(Tweet.__struct_encode_fields__)
_FIRST, _EVERY = 500, 64
"""The first items of a list are looked at, then a sample: looking at all would cost a fifth of the reading time."""
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class FieldWatch:
    """Looks at the names of the fields in one list of posts."""

    def __init__(self) -> None:
        self._met: dict[str, None] = {}
        self._looked = 0

    def look(self, data: bytes) -> None:
        """Look at one item."""
        self._looked += 1
        if self._looked > _FIRST and self._looked % _EVERY:
            return
        try:
            fields = _decode(data)
            for wrapper in _WRAPPERS & fields.keys():
                fields = _decode(fields[wrapper])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return  # the item was read by a tolerant rung, and that is a finding already
        for name in fields.keys() - _KNOWN:
            self._met[name[:80]] = None

    def remarks(self, path: str) -> Iterator[Problem]:
        """The unknown fields met, as one problem."""
        if self._met:
            yield Problem("SMA-R027", path, params={"names": ", ".join(sorted(self._met)[:20])})
