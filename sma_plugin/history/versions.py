"""When two states of a post are one version: no field that both can state differs (CONTRACTS.md, "Identity").

Unknown never differs. Text is compared in a canonical form; what is kept is the text as it was.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sma_plugin.history.texts import canonical, same_text
from sma_plugin.model import Media, Poll, PostState

_COMPARED = ("content_warning", "sensitive", "language", "title")
_MERGED = tuple(field.name for field in msgspec.structs.fields(PostState))


def same_version(one: PostState, other: PostState, platform: str = "") -> bool:
    """Whether two states are one version."""
    if not (
        _same_words(one, other, platform) and _same_media(one.media, other.media) and _same_poll(one.poll, other.poll)
    ):
        return False
    return all(getattr(one, name) in (None, getattr(other, name)) or getattr(other, name) is None for name in _COMPARED)


def differences(one: PostState, other: PostState, platform: str = "") -> tuple[str, ...]:
    """The fields in which two states differ, as far as both can state them."""
    found = {
        "text": not _same_words(one, other, platform),
        "media": not _same_media(one.media, other.media),
        "poll": not _same_poll(one.poll, other.poll),
        **{
            name: None not in (getattr(one, name), getattr(other, name)) and getattr(one, name) != getattr(other, name)
            for name in _COMPARED
        },
    }
    return tuple(name for name, differs in found.items() if differs)


def words(state: PostState) -> str | None:
    """What a state says in words: its text, or the markup that holds it."""
    return state.html if state.text is None else state.text


def _same_words(one: PostState, other: PostState, platform: str) -> bool:
    first, second = words(one), words(other)
    return None in (first, second) or same_text(
        first or "", second or "", platform, cut=(one.truncated, other.truncated)
    )


def _same_media(one: tuple[Media, ...] | None, other: tuple[Media, ...] | None) -> bool:
    """Media that both state differ when their number, ids or alt texts do; addresses and files are per capture."""
    if one is None or other is None:
        return True
    if len(one) != len(other):
        return False
    return all(
        _agree(first.native_id, second.native_id)
        and _agree(first.alt and canonical(first.alt), second.alt and canonical(second.alt))
        for first, second in zip(one, other, strict=True)
    )


def _agree(one: str | None, other: str | None) -> bool:
    return None in (one, other) or one == other


def _same_poll(one: Poll | None, other: Poll | None) -> bool:
    """A poll is its options; how its end is written differs by technique."""
    return one is None or other is None or one.options == other.options


def merged(one: PostState, other: PostState) -> PostState:
    """One state with what either can state; where both can, the fuller text and then the first holds."""
    values: dict[str, Any] = {}
    for name in _MERGED:
        first, second = getattr(one, name), getattr(other, name)
        values[name] = second if first is None else first
    if one.truncated and not other.truncated and other.text is not None:
        values.update(text=other.text, html=other.html if other.html is not None else one.html, truncated=False)
    if one.media and other.media:
        values["media"] = tuple(_merged_medium(*pair) for pair in zip(one.media, other.media, strict=True))
    if one.raw and other.raw:
        values["raw"] = {**other.raw, **one.raw}
    return PostState(**values)


def _merged_medium(one: Media, other: Media) -> Media:
    filled = {
        field.name: getattr(other, field.name)
        for field in msgspec.structs.fields(Media)
        if getattr(one, field.name) in (None, "unknown") and getattr(other, field.name) is not None
    }
    return msgspec.structs.replace(one, **filled)
