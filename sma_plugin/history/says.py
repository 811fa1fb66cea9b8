"""What one sighting of a post states, as bits: a version is what several captures say together, a sighting is not."""

from __future__ import annotations

from sma_plugin.model import Post, PostState

_NAMES = (
    *("text", "whole", "image", "video", "other_media", "file", "links", "poll", "tool", "place", "language"),
    *("author", "time", "exact", "zone", "address", "reply", "shared"),
)
BITS = {name: 1 << number for number, name in enumerate(_NAMES)}
"""The bit of each of them. ``whole`` is a text that was not cut; ``file``: media come with their files."""
_KINDS = {"image": "image", "animation": "image", "video": "video"}
_ROUGH = ("relative", "date", "minute")


def stated(state: PostState) -> int:
    """The bits of what a post says in one version."""
    found = {_KINDS.get(medium.kind, "other_media") for medium in state.media or ()}
    if state.text or state.html:
        found |= {"text"} if state.truncated else {"text", "whole"}
    if any(medium.path for medium in state.media or ()):
        found.add("file")
    holds = {
        "links": state.links,
        "poll": state.poll,
        "tool": state.tool,
        "place": state.location,
        "language": state.language,
    }
    found.update(name for name, value in holds.items() if value)
    return sum(BITS[name] for name in found)


def says(item: Post) -> int:
    """The bits of what a sighting says: the state of a post, and whose it is, of when, and to what it is tied."""
    assumed = item.created.assumed or ""
    kinds = {one.kind for one in item.relations}
    holds = {
        "author": item.author.native_id or item.author.handle or item.author.name or item.author.url,
        "time": item.created.us is not None,
        "exact": item.created.us is not None and assumed not in _ROUGH,
        "zone": item.created.us is not None and not assumed.startswith(("zone:", *_ROUGH)),
        "address": item.url,
        "reply": "reply" in kinds,
        "shared": kinds & {"quote", "repost"},
    }
    return stated(item.state) | sum(BITS[name] for name, value in holds.items() if value)
