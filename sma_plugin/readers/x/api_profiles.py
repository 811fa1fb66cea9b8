"""A user object of X's API, of either version, as the account and the profile that it tells of."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from sma_plugin.model import AccountRef, Link, Media, Moment, ProfileVersion
from sma_plugin.readers.values import MOST
from sma_plugin.readers.x.api_json import Whole
from sma_plugin.readers.x.common import PLATFORM, native, unescape
from sma_plugin.readers.x.common import created as moment_of

_NEW_COUNTS = {
    "followers_count": "followers",
    "following_count": "following",
    "tweet_count": "posts",
    "listed_count": "listed",
    "like_count": "liked",
}
"""Counts of an account; ``liked`` are the likes that it gave itself, which are counted and no more."""


class UserUrl(msgspec.Struct, gc=False):
    """``entities.url.urls[]`` and ``entities.description.urls[]``."""

    url: str | None = None
    expanded_url: str | None = None


class UserUrls(msgspec.Struct, gc=False):
    """``entities.url`` and ``entities.description``."""

    urls: tuple[UserUrl, ...] | None = None


class UserEntities(msgspec.Struct, gc=False):
    """``entities`` of a user."""

    url: UserUrls | None = None
    description: UserUrls | None = None


class User(msgspec.Struct, gc=False):
    """A user of the second version."""

    id: str
    username: str | None = None
    name: str | None = None
    created_at: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    entities: UserEntities | None = None
    protected: bool | None = None
    verified: bool | None = None
    verified_type: str | None = None
    profile_image_url: str | None = None
    profile_banner_url: str | None = None
    pinned_tweet_id: str | None = None
    public_metrics: dict[str, int | None] | None = None
    withheld: dict[str, Any] | None = None


class OldProfile(msgspec.Struct, gc=False):
    """What a user of version 1.1 has beside an id."""

    screen_name: str | None = None
    name: str | None = None
    created_at: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    entities: UserEntities | None = None
    protected: bool | None = None
    verified: bool | None = None
    verified_type: str | None = None
    profile_image_url_https: str | None = None
    profile_banner_url: str | None = None
    lang: str | None = None
    followers_count: Whole | None = None
    friends_count: Whole | None = None
    statuses_count: Whole | None = None
    listed_count: Whole | None = None
    favourites_count: Whole | None = None
    withheld_in_countries: tuple[str, ...] | None = None


class OldUser(OldProfile, kw_only=True):
    """A user of version 1.1; with ``trim_user`` there is only the id."""

    id_str: str


class Known(NamedTuple):
    """What posts need to know of their author."""

    ref: AccountRef
    protected: bool | None = None
    pinned: str | None = None


class Sheet(NamedTuple):
    """A user of either version in one form."""

    known: Known
    created: Moment | None
    profile: ProfileVersion | None
    counts: dict[str, int]
    withheld: str | None


def new_sheet(user: User) -> Sheet:
    """What a user of the second version tells."""
    ref = AccountRef(native(user.id), user.username, user.name)
    metrics = user.public_metrics or {}
    stated = {name: metrics.get(key) for key, name in _NEW_COUNTS.items()}
    countries = (user.withheld or {}).get("country_codes") if user.withheld is not None else None
    withheld = ", ".join(map(str, countries)) if isinstance(countries, list) else ("" if user.withheld else None)
    return Sheet(
        Known(ref, user.protected, user.pinned_tweet_id),
        moment_of(user.created_at) if user.created_at else None,
        _profile(ref, user, user.profile_image_url, None),
        _counts(stated),
        withheld,
    )


def old_sheet(user: OldUser) -> Sheet:
    """What a user of version 1.1 tells."""
    ref = AccountRef(native(user.id_str), user.screen_name, user.name)
    stated = {
        "followers": user.followers_count,
        "following": user.friends_count,
        "posts": user.statuses_count,
        "listed": user.listed_count,
        "liked": user.favourites_count,
    }
    return Sheet(
        Known(ref, user.protected),
        moment_of(user.created_at) if user.created_at else None,
        _profile(ref, user, user.profile_image_url_https, user.lang) if user.screen_name else None,
        _counts(stated),
        ", ".join(user.withheld_in_countries) if user.withheld_in_countries else None,
    )


def _counts(stated: dict[str, int | None]) -> dict[str, int]:
    return {name: value for name, value in stated.items() if value is not None and value < MOST}


def _profile(ref: AccountRef, user: User | OldUser, avatar: str | None, language: str | None) -> ProfileVersion:
    entities = user.entities or UserEntities()
    own = entities.url.urls if entities.url and entities.url.urls else ()
    named = entities.description.urls if entities.description and entities.description.urls else ()
    bio = unescape(user.description) if user.description is not None else None
    raw: dict[str, Any] = {"description": user.description} if bio != user.description else {}
    if user.protected:
        raw["protected"] = True
    links = tuple(Link(link.expanded_url or link.url or "", link.url) for link in (*own, *named))
    return ProfileVersion(
        PLATFORM,
        ref,
        name=unescape(user.name) if user.name is not None else None,
        handle=user.username if isinstance(user, User) else user.screen_name,
        bio=bio,
        url=(own[0].expanded_url if own else None) or user.url or None,
        links=links if user.entities else None,
        location=user.location,
        avatar=Media("image", source=avatar) if avatar else None,
        header=Media("image", source=user.profile_banner_url) if user.profile_banner_url else None,
        verified=_verified(user),
        language=language,
        raw=raw or None,
    )


def _verified(user: User | OldUser) -> str | None:
    """The kind of verification where it is stated, else only whether there is one."""
    if user.verified_type and user.verified_type != "none":
        return user.verified_type
    return None if user.verified is None else ("verified" if user.verified else "none")
