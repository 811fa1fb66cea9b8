"""From a line back to the model: the inverse of ``activitystreams_post`` and ``activitystreams_actor``."""

from __future__ import annotations

from typing import Any

from msgspec import UnsetType

from sma_plugin.formats.activitystreams import lines
from sma_plugin.formats.activitystreams import read_parts as read
from sma_plugin.formats.activitystreams.parts import MEDIA_KINDS
from sma_plugin.formats.activitystreams.post import POST_TYPES
from sma_plugin.model import (
    AccountHistory,
    Handle,
    HistoryItem,
    Moment,
    Poll,
    PostHistory,
    PostKind,
    PostState,
    PostVersion,
    ProfileVersion,
    Resource,
)

POST_KINDS: dict[str, PostKind] = {as_type: kind for kind, as_type in POST_TYPES.items() if kind != "story"}


def item(line: lines.AnyLine) -> HistoryItem:
    """What a line stands for. Raises ``ValueError`` or ``TypeError`` for a time or number that cannot be read."""
    if isinstance(line, lines.PostLine):
        return _post(line)
    return account(line) if isinstance(line, lines.AccountLine) else _resource(line)


def _post(line: lines.PostLine) -> PostHistory:
    platform, native_id = line.platform, line.native_id
    return PostHistory(
        platform,
        read.account_ref(line.attributed_to),
        native_id,
        read.moment(line.published, line.published_detail) or Moment(),
        line.kind or POST_KINDS[line.type],
        line.klass,
        _versions(line),
        derived_id=line.derived_id,
        url=line.url,
        audience=line.audience,
        aliases=read.aliases(line.aliases) if line.aliases else (),
        relations=read.relations(line.relations) if line.relations else (),
        observations=read.observations(line.observations, platform, native_id) if line.observations else (),
        revisions=line.revisions,
        withdrawn=None if line.withdrawn is None else read.withdrawal(line.withdrawn),
        pinned=line.pinned,
        thread=line.thread,
        parent=line.parent,
        depth=line.depth,
        placed_on=None if line.placed_on is None else read.account_ref(line.placed_on),
    )


def _versions(line: lines.PostLine) -> tuple[PostVersion, ...]:
    """Every version in order; the last takes its state from the line itself."""
    parts = line.versions
    states = [_state(part) for part in parts[:-1]]
    states.append(_state(line))
    return tuple(
        [
            PostVersion(
                state, part.native_id, read.moment(part.updated, part.updated_detail), read.evidence(part.evidence)
            )
            for state, part in zip(states, parts, strict=False)
        ]
    )


def _state(part: lines.StatePart) -> PostState:
    text, markup = part.text, part.content
    if part.media_type == "text/plain":
        text, markup = part.content, None
    empty = part.empty
    return PostState(
        text,
        markup,
        part.name,
        part.summary,
        part.sensitive,
        part.language,
        _listed([(tag.name or "")[1:] for tag in part.tag if tag.type == "Hashtag"], "hashtags", empty),
        _listed([read.mention(tag) for tag in part.tag if tag.type == "Mention"], "mentions", empty),
        _listed([read.link(link) for link in part.attachment if link.type == "Link"], "links", empty),
        _listed([read.media(medium) for medium in part.attachment if medium.type in MEDIA_KINDS], "media", empty),
        None if part.location is None else read.location(part.location),
        _poll(part),
        None if part.generator is None else part.generator.name,
        part.truncated,
        read.raw(part.raw, part.raw_text),
    )


def _listed(found: list[Any], name: str, empty: tuple[str, ...]) -> tuple[Any, ...] | None:
    """What was found; nothing was found is told from nothing could be said by the list of empty ones."""
    return tuple(found) if found or name in empty else None


def _poll(part: lines.StatePart) -> Poll | None:
    for options, multiple in ((part.one_of, False), (part.any_of, True), (part.options, None)):
        if options is not None:
            ends = read.moment(part.end_time, part.end_time_detail)
            return Poll(tuple([option.name for option in options]), multiple, ends)
    return None


def account(line: lines.AccountLine) -> AccountHistory:
    """What the line of an account stands for. Raises as :func:`item`."""
    return AccountHistory(
        line.platform,
        line.native_id,
        line.own,
        line.url,
        read.moment(line.published, line.published_detail),
        read.aliases(line.aliases),
        tuple([_handle(part) for part in line.handles]),
        tuple([_profile(part, line.platform) for part in line.profiles]),
        read.observations(line.observations, line.platform, None),
        read.evidence(line.evidence),
    )


def _handle(part: lines.HandlePart) -> Handle:
    first = read.time(part.first_seen, part.first_seen_microseconds)
    return Handle(part.value, first, read.time(part.last_seen, part.last_seen_microseconds))


def _profile(part: lines.ProfilePart, platform: str) -> ProfileVersion:
    attached, empty = part.attachment, part.empty
    fields = [(field.name or "", field.value or "") for field in attached if field.type == "PropertyValue"]
    return ProfileVersion(
        platform if isinstance(part.platform, UnsetType) else part.platform,
        read.account_ref(part.account),
        read.moment(part.at, part.at_detail),
        part.name,
        part.preferred_username,
        part.bio,
        part.summary,
        part.url,
        _listed([read.link(link) for link in attached if link.type == "Link"], "links", empty),
        _listed(fields, "fields", empty),
        None if part.location is None else part.location.name,
        None if part.icon is None else read.media(part.icon),
        None if part.image is None else read.media(part.image),
        part.verified,
        part.kind,
        part.language,
        read.evidence(part.evidence),
        read.raw(part.raw, part.raw_text),
    )


def _resource(line: lines.ResourceLine) -> Resource:
    at = read.moment(line.at, line.at_detail)
    place = read.evidence(line.evidence)
    return Resource(line.role, line.url, at, line.name, line.http_status, line.media_type, line.content_length, place)
