"""Channels as the Data API gives them: the account, its profile, its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, AccountRef, Evidence, Media, Moment, Observation, ProfileVersion
from sma_plugin.readers.values import iso_moment, number
from sma_plugin.readers.youtube.api_posts import found_again
from sma_plugin.readers.youtube.api_resources import Resource
from sma_plugin.readers.youtube.common import PLATFORM, absolute, channel, handle_of, largest

_COUNTS = {"subscriberCount": "followers", "videoCount": "posts", "viewCount": "views", "commentCount": "comments"}


def channel_items(
    resource: Resource, evidence: Evidence, at: Moment | None, *, owner: bool
) -> Iterator[Account | ProfileVersion | Observation]:
    """A channel; ``owner`` when it was asked for, so that the capture is of it."""
    told, branding = resource.told, _branding(resource)
    handle = handle_of(told.custom_url)
    named = channel(resource.native_id or told.channel_id, told.title or _text(branding.get("title")), handle)
    ref = AccountRef(named.native_id, named.handle, named.name, named.url, found_again(resource))
    yield Account(PLATFORM, ref, owner=owner, created=iso_moment(told.published_at), evidence=(evidence,))
    bio = told.description if told.description is not None else _text(branding.get("description"))
    country = told.country or _text(branding.get("country"))
    yield ProfileVersion(
        PLATFORM,
        ref,
        at,
        name=named.name,
        handle=handle,
        bio=bio,
        url=named.url,
        location=country or None,
        avatar=_picture(told.thumbnails),
        header=_header(resource),
        language=told.default_language,
        evidence=(evidence,),
        raw=_raw(resource),
    )
    counts = _counts(resource.statistics or {})
    if counts:
        yield Observation(PLATFORM, account=ref, at=at, counts=counts, evidence=(evidence,))


def found_channel(resource: Resource, evidence: Evidence, at: Moment | None) -> Iterator[Account | ProfileVersion]:
    """The channel of a search result, of which the description is cut off."""
    told = resource.told
    named = channel(told.channel_id, told.title)
    yield Account(PLATFORM, named, created=iso_moment(told.published_at), evidence=(evidence,))
    yield ProfileVersion(
        PLATFORM, named, at, named.name, url=named.url, avatar=_picture(told.thumbnails), evidence=(evidence,)
    )


def _branding(resource: Resource) -> dict[str, Any]:
    return (resource.branding_settings.channel if resource.branding_settings else None) or {}


def _counts(statistics: dict[str, Any]) -> dict[str, int]:
    """The numbers of a channel; how many follow it may be hidden, and is given as 0 then."""
    hidden = statistics.get("hiddenSubscriberCount") is True
    found = {
        name: number(statistics[field])
        for field, name in _COUNTS.items()
        if field in statistics and not (hidden and name == "followers")
    }
    return {name: value for name, value in found.items() if value is not None}


def _picture(thumbnails: dict[str, Any] | None) -> Media | None:
    address = largest(thumbnails)
    return Media("image", source=address) if address else None


def _header(resource: Resource) -> Media | None:
    image = (resource.branding_settings.image if resource.branding_settings else None) or {}
    address = _text(image.get("bannerExternalUrl")) or _text(image.get("bannerImageUrl"))
    return Media("image", source=absolute(address)) if address else None


def _raw(resource: Resource) -> dict[str, Any] | None:
    uploads = (resource.details.related_playlists or {}).get("uploads")
    found = {
        "customUrl": resource.told.custom_url,
        "keywords": _text(_branding(resource).get("keywords")),
        "relatedPlaylists.uploads": _text(uploads),
    }
    return {name: value for name, value in found.items() if value} or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
