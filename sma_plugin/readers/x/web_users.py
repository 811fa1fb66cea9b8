"""Accounts as X's web interface gives them, in the words of version 1.1: any generation that has a value counts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sma_plugin.model import Item
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.api_profiles import OldProfile, OldUser
from sma_plugin.readers.x.api_session import Session, Spot
from sma_plugin.readers.x.common import number
from sma_plugin.readers.x.web_user_parts import Bio, Followers, LegacyUser, UserCore, Verification, WebUser

_USER = Ladder(WebUser)
_PROFILE = OldProfile.__struct_fields__


def learn(session: Session, spot: Spot, data: bytes) -> Iterator[Item]:
    """Tell what is new of an account. Raises ``ValueError`` when it cannot be decoded."""
    web = _USER.decode(data).value
    if web.rest_id is None:
        return
    yield from session.users.meet(data, _old_user(web, web.rest_id), _pinned(web), spot.whole(), spot.source.fetched_at)


def _old_user(web: WebUser, native_id: str) -> OldUser:
    legacy, core, bio = web.legacy or LegacyUser(), web.core or UserCore(), web.profile_bio or Bio()
    counts = web.relationship_counts or Followers()
    moved = {
        "screen_name": core.screen_name,
        "name": core.name,
        "created_at": core.created_at,
        "description": bio.description,
        "entities": bio.entities,
        "location": web.location.location if web.location else None,
        "url": web.website.url if web.website else None,
        "protected": web.privacy.protected if web.privacy else None,
        "profile_image_url_https": web.avatar.image_url if web.avatar else None,
        "profile_banner_url": web.banner.image_url if web.banner else None,
        "followers_count": number(counts.followers),
        "friends_count": number(counts.following),
        "statuses_count": number(web.tweet_counts.tweets) if web.tweet_counts else None,
        **_verified(web, legacy),
    }
    found = {name: getattr(legacy, name) for name in _PROFILE}
    return OldUser(id_str=native_id, **found | {name: value for name, value in moved.items() if value is not None})


def _verified(web: WebUser, legacy: LegacyUser) -> dict[str, object]:
    """Verified as an organisation, as a paying account (``blue``), in the old way, or not at all."""
    told = web.verification or Verification()
    kind = told.verified_type or legacy.verified_type
    if kind is None and web.is_blue_verified:
        kind = "blue"
    return {"verified": told.verified, "verified_type": kind.lower() if kind else None}


def _pinned(web: WebUser) -> str | None:
    named = (web.pinned_items.tweet_ids_str if web.pinned_items else None) or (
        web.legacy.pinned_tweet_ids_str if web.legacy else None
    )
    return named[0] if named else None


class Bare(msgspec.Struct, gc=False):
    """As much of an account as a relation to it needs."""

    rest_id: str | None = None
    legacy: UserCore | None = None
    core: UserCore | None = None
