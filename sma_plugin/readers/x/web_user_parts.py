"""The parts of an account in X's web interface.

Fields stand in ``legacy`` as version 1.1 has them; since 2025 they move, one after the other, to objects of their own
(``core``, ``avatar``, ``privacy``). Both generations are read at once. Facts: formats/PLATFORM_FORMATS.md 2.2.
"""

from __future__ import annotations

import msgspec

from sma_plugin.readers.x.api_profiles import OldProfile, UserEntities
from sma_plugin.readers.x.common_parts import Number


class UserCore(msgspec.Struct, gc=False):
    """``core`` of an account."""

    created_at: str | None = None
    name: str | None = None
    screen_name: str | None = None


class Picture(msgspec.Struct, gc=False):
    """``avatar`` and ``banner``."""

    image_url: str | None = None


class Bio(msgspec.Struct, gc=False):
    """``profile_bio``."""

    description: str | None = None
    entities: UserEntities | None = None


class Place(msgspec.Struct, gc=False):
    """``location`` of an account."""

    location: str | None = None


class Privacy(msgspec.Struct, gc=False):
    """``privacy``."""

    protected: bool | None = None


class Followers(msgspec.Struct, gc=False):
    """``relationship_counts``."""

    followers: Number = None
    following: Number = None


class TweetCounts(msgspec.Struct, gc=False):
    """``tweet_counts``."""

    tweets: Number = None


class Verification(msgspec.Struct, gc=False):
    """``verification``."""

    verified: bool | None = None
    verified_type: str | None = None


class Pinned(msgspec.Struct, gc=False):
    """``pinned_items``."""

    tweet_ids_str: tuple[str, ...] | None = None


class Website(msgspec.Struct, gc=False):
    """``website``."""

    url: str | None = None


class LegacyUser(OldProfile):
    """``legacy`` of an account."""

    pinned_tweet_ids_str: tuple[str, ...] | None = None


class WebUser(msgspec.Struct, gc=False):
    """One account."""

    rest_id: str | None = None
    legacy: LegacyUser | None = None
    core: UserCore | None = None
    avatar: Picture | None = None
    banner: Picture | None = None
    profile_bio: Bio | None = None
    location: Place | None = None
    privacy: Privacy | None = None
    relationship_counts: Followers | None = None
    tweet_counts: TweetCounts | None = None
    verification: Verification | None = None
    pinned_items: Pinned | None = None
    website: Website | None = None
    is_blue_verified: bool | None = None
