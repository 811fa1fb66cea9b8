"""What snscrape's Twitter module wrote of a post, as delivered. Facts: formats/PLATFORM_FORMATS.md 2.2."""

from __future__ import annotations

import msgspec

from sma_plugin.model import AccountRef
from sma_plugin.readers.x.api_json import Whole

NOTHING = msgspec.Raw(b"")


class ScrapedUser(msgspec.Struct, gc=False, rename="camel"):
    """``user``, ``mentionedUsers[]`` and ``inReplyToUser``."""

    username: str | None = None
    id: int | str | None = None
    displayname: str | None = None
    description: str | None = None
    raw_description: str | None = None
    verified: bool | None = None
    created: str | None = None
    followers_count: Whole | None = None
    friends_count: Whole | None = None
    statuses_count: Whole | None = None
    listed_count: Whole | None = None
    favourites_count: Whole | None = None
    location: str | None = None
    protected: bool | None = None
    profile_image_url: str | None = None
    profile_banner_url: str | None = None

    @property
    def ref(self) -> AccountRef:
        """The account."""
        return AccountRef(str(self.id) if self.id else None, self.username, self.displayname)


class ScrapedVariant(msgspec.Struct, gc=False, rename="camel"):
    """``media[].variants[]``."""

    url: str | None = None
    content_type: str | None = None
    bitrate: Whole | None = None


class ScrapedMedium(msgspec.Struct, gc=False, rename="camel"):
    """``media[]``; ``duration`` in seconds."""

    type: str | None = msgspec.field(default=None, name="_type")
    full_url: str | None = None
    preview_url: str | None = None
    thumbnail_url: str | None = None
    variants: tuple[ScrapedVariant, ...] | None = None
    duration: float | None = None
    alt_text: str | None = None


class ScrapedLink(msgspec.Struct, gc=False, rename="camel"):
    """``links[]``, in later versions."""

    url: str | None = None
    tcourl: str | None = None


class ScrapedPlace(msgspec.Struct, gc=False, rename="camel"):
    """``place``."""

    id: str | None = None
    name: str | None = None
    full_name: str | None = None
    country: str | None = None


class ScrapedPoint(msgspec.Struct, gc=False):
    """``coordinates``."""

    longitude: float | None = None
    latitude: float | None = None


class ScrapedPost(msgspec.Struct, gc=False, rename="camel"):
    """One line."""

    id: int | str
    type: str | None = msgspec.field(default=None, name="_type")
    url: str | None = None
    date: str | None = None
    content: str | None = None
    raw_content: str | None = None
    user: ScrapedUser | None = None
    reply_count: Whole | None = None
    retweet_count: Whole | None = None
    like_count: Whole | None = None
    quote_count: Whole | None = None
    view_count: Whole | None = None
    bookmark_count: Whole | None = None
    conversation_id: int | str | None = None
    lang: str | None = None
    source: str | None = None
    retweeted_tweet: msgspec.Raw = NOTHING
    quoted_tweet: msgspec.Raw = NOTHING
    in_reply_to_tweet_id: int | str | None = None
    in_reply_to_user: ScrapedUser | None = None
    mentioned_users: tuple[ScrapedUser, ...] | None = None
    hashtags: tuple[str, ...] | None = None
    links: tuple[ScrapedLink, ...] | None = None
    outlinks: tuple[str, ...] | None = None
    tcooutlinks: tuple[str, ...] | None = None
    media: tuple[ScrapedMedium, ...] | None = None
    coordinates: ScrapedPoint | None = None
    place: ScrapedPlace | None = None
