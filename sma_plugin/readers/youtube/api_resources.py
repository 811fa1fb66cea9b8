"""The resources of YouTube's Data API (version 3), as far as they are read.

Source: developers.google.com/youtube/v3/docs. Which parts a resource has follows from what was asked for, so that
every field can be absent.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """The id of something within a resource: ``resourceId``, ``id`` of a search result, ``authorChannelId``."""

    kind: str | None = None
    video_id: str | None = None
    channel_id: str | None = None
    playlist_id: str | None = None
    value: str | None = None


class Snippet(msgspec.Struct, frozen=True, rename="camel"):
    """``snippet`` of every kind of resource. For a playlist item ``published_at`` is when it was added to the list."""

    published_at: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    title: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    category_id: str | None = None
    default_language: str | None = None
    default_audio_language: str | None = None
    live_broadcast_content: str | None = None
    thumbnails: dict[str, Any] | None = None
    custom_url: str | None = None
    country: str | None = None
    playlist_id: str | None = None
    resource_id: Named | None = None
    video_owner_channel_id: str | None = None
    video_owner_channel_title: str | None = None
    type: str | None = None
    video_id: str | None = None
    parent_id: str | None = None
    author_display_name: str | None = None
    author_channel_id: Named | None = None
    author_channel_url: str | None = None
    text_display: str | None = None
    text_original: str | None = None
    like_count: int | str | None = None
    updated_at: str | None = None
    moderation_status: str | None = None
    total_reply_count: int | str | None = None
    is_public: bool | None = None


class Status(msgspec.Struct, frozen=True, rename="camel"):
    """``status`` of a video or of an item of a playlist."""

    privacy_status: str | None = None
    upload_status: str | None = None
    rejection_reason: str | None = None
    failure_reason: str | None = None
    publish_at: str | None = None
    license: str | None = None
    made_for_kids: bool | None = None


class Details(msgspec.Struct, frozen=True, rename="camel"):
    """``contentDetails``."""

    duration: str | None = None
    video_id: str | None = None
    video_published_at: str | None = None
    upload: Named | None = None
    related_playlists: dict[str, Any] | None = None


class Recording(msgspec.Struct, frozen=True, rename="camel"):
    """``recordingDetails``."""

    location_description: str | None = None
    location: dict[str, Any] | None = None


class Branding(msgspec.Struct, frozen=True, rename="camel"):
    """``brandingSettings``: of the channel, and of its images."""

    channel: dict[str, Any] | None = None
    image: dict[str, Any] | None = None


class Resource(msgspec.Struct, frozen=True, rename="camel"):
    """A video, channel, item of a playlist, search result, comment, thread of comments or activity."""

    kind: str | None = None
    id: str | Named | None = None
    snippet: Snippet | None = None
    status: Status | None = None
    content_details: Details | None = None
    statistics: dict[str, Any] | None = None
    recording_details: Recording | None = None
    branding_settings: Branding | None = None

    @property
    def native_id(self) -> str | None:
        """The id, where it is no composed one."""
        return self.id or None if isinstance(self.id, str) else None

    @property
    def told(self) -> Snippet:
        """The snippet, or one that says nothing."""
        return self.snippet or _NO_SNIPPET

    @property
    def details(self) -> Details:
        """The content details, or none."""
        return self.content_details or _NO_DETAILS


_NO_SNIPPET, _NO_DETAILS = Snippet(), Details()
