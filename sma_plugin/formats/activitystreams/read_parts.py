"""From the parts of a line back to the model: the inverse of ``activitystreams_parts``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from msgspec import UnsetType

from sma_plugin.formats.activitystreams import wire
from sma_plugin.formats.activitystreams.parts import MEDIA_KINDS
from sma_plugin.model import (
    AccountRef,
    Alias,
    Evidence,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Relation,
    Withdrawal,
)

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # as it was written
_MICROSECOND = timedelta(microseconds=1)


def moment(text: str | None, detail: wire.MomentDetail | None) -> Moment | None:
    """A moment, from a time in UTC and what that cannot say; ``None`` when neither is there."""
    if detail is None:
        return None if text is None else Moment(_microseconds(text))
    return Moment(time(text, detail.microseconds), detail.as_delivered, detail.assumed)


def time(text: str | None, number: int | None) -> int | None:
    """Microseconds since the epoch, from a time in UTC or a number. Raises ``ValueError``."""
    return number if text is None else _microseconds(text)


def _microseconds(text: str) -> int:
    if not text.endswith("Z"):
        raise ValueError(f"not a time in UTC: {text[:40]!r}")
    return (datetime.fromisoformat(text[:-1]) - _EPOCH) // _MICROSECOND


def raw(raw: dict[str, Any] | None, text: str | None) -> dict[str, Any] | None:
    """Raw values. Raises ``ValueError`` or ``TypeError`` when the text form holds no JSON object."""
    if text is None:
        return raw
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("sma:rawText does not hold an object")
    return value


def evidence(parts: tuple[wire.EvidencePart, ...]) -> tuple[Evidence, ...]:
    """Evidence pointers, in order."""
    return tuple(
        [Evidence(part.path, part.kind, part.offset, part.length, part.locator, part.capture) for part in parts]
    )


def aliases(parts: Iterable[wire.AliasPart]) -> tuple[Alias, ...]:
    """Other identifiers, in order."""
    return tuple([Alias(part.scheme, part.value, part.derived) for part in parts])


def account_ref(part: wire.AccountPart) -> AccountRef:
    """An account as far as it was named."""
    others = aliases(part.aliases) if part.aliases else ()
    return AccountRef(part.native_id, part.preferred_username, part.name, part.url, others)


def _optional_ref(part: wire.AccountPart | None) -> AccountRef | None:
    return None if part is None else account_ref(part)


def mention(part: wire.TagPart) -> AccountRef:
    """A mentioned account; its handle is the tag's name without the sign."""
    handle = None if part.name is None else part.name[1:]
    return AccountRef(part.native_id, handle, part.display_name, part.href, aliases(part.aliases))


def link(part: wire.AttachmentPart) -> Link:
    """A hyperlink."""
    return Link(part.href or "", part.shown, part.name, part.description, part.preview)


def media(part: wire.AttachmentPart) -> Media:
    """A medium; its path is percent-encoded where it holds more than URLs may."""
    path = part.url
    return Media(
        part.kind or MEDIA_KINDS[part.type],
        part.native_id,
        unquote(path, errors="surrogatepass") if path and "%" in path else path,
        part.source,
        part.media_type,
        part.name,
        part.width,
        part.height,
        _duration(part),
        part.blurhash,
        part.preview,
    )


def _duration(part: wire.AttachmentPart) -> float | None:
    if part.duration is not None:
        return float(part.duration.removeprefix("PT").removesuffix("S"))
    return _number(None, part.exact_duration)


def _number(value: float | None, text: str | None) -> float | None:
    return value if text is None else float(text)


def location(part: wire.PlacePart) -> Location:
    """A place."""
    return Location(
        part.name,
        part.native_id,
        part.country,
        _number(part.latitude, part.exact_latitude),
        _number(part.longitude, part.exact_longitude),
    )


def relations(parts: Iterable[wire.RelationPart]) -> tuple[Relation, ...]:
    """Ties to other posts, in order."""
    return tuple(
        [
            Relation(part.kind, part.target, part.target_url, _optional_ref(part.target_account), part.state)
            for part in parts
        ]
    )


def withdrawal(part: wire.WithdrawalPart) -> Withdrawal:
    """A withdrawal."""
    return Withdrawal(part.ground, moment(part.at, part.at_detail), part.by)


def observations(parts: Iterable[wire.ObservationPart], platform: str, post: str | None) -> tuple[Observation, ...]:
    """What was seen; the platform and post are the line's own unless given."""
    return tuple(
        [
            Observation(
                platform if isinstance(part.platform, UnsetType) else part.platform,
                post if isinstance(part.post, UnsetType) else part.post,
                _optional_ref(part.account),
                moment(part.at, part.at_detail),
                part.counts,
                part.status,
                part.detail,
                evidence(part.evidence),
            )
            for part in parts
        ]
    )
