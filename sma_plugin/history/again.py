"""What is seen again as it was: most posts of a second capture differ in their counts only.

Of every post a digest is remembered of all that its last sighting said, and the version that it was a sighting of: 16
bytes a post. A sighting that says the same adds its evidence there, and nothing else has to be looked up.
"""

from __future__ import annotations

from array import array

import msgspec

from sma_plugin.model import Post, PostState

_ROOM = 1 << 16
"""How many posts more there is room for at once."""
_encode = msgspec.json.Encoder(order="deterministic").encode


class Again:
    """The last sighting of every post, by the number of the post."""

    def __init__(self) -> None:
        self._said, self._version = array("q"), array("q")

    def version(self, post: int, said: int) -> int | None:
        """The version that the last sighting was of, if it said the same."""
        at = post - 1
        return self._version[at] or None if at < len(self._said) and self._said[at] == said else None

    def remember(self, post: int, said: int, version: int) -> None:
        """What the last sighting of a post said, and which version it was of."""
        if post > len(self._said):
            more = bytes(8 * max(post - len(self._said), _ROOM))
            self._said.frombytes(more)
            self._version.frombytes(more)
        self._said[post - 1], self._version[post - 1] = said, version

    def forget(self, post: int) -> None:
        """The versions of a post changed: its next sighting is looked at anew."""
        if post <= len(self._version):
            self._version[post - 1] = 0


def digest(item: Post, account: int, state: bytes) -> int:
    """A digest of all that a sighting says, its counts and evidence excepted.

    ``account`` is the number of its author, ``state`` its state as JSON. Files have another path in every capture: only
    whether there is one counts.
    """
    if item.state.media:
        state = _encode(_without_paths(item.state))
    return hash(
        (
            state,
            account,
            item.native_id,
            item.kind,
            item.url,
            item.created,
            item.edited,
            item.revision_of,
            item.revisions,
            item.aliases,
            item.relations,
            item.audience,
            item.withdrawn,
            item.pinned,
            item.included,
            item.placed_on,
        )
    )


def _without_paths(state: PostState) -> PostState:
    media = tuple(msgspec.structs.replace(one, path=one.path and "") for one in state.media or ())
    return msgspec.structs.replace(state, media=media)
