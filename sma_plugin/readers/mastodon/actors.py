"""From an ActivityStreams actor to an account and its profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, Evidence, Link, Media, Problem, ProfileVersion
from sma_plugin.readers.mastodon.common import PLATFORM, Files, links_in
from sma_plugin.readers.mastodon.objects import Thing, actor_reference, address, kind_of, listed, objects, words
from sma_plugin.readers.values import html_text, iso_moment, media_kind


def actor_items(
    actor: Thing, evidence: Evidence, files: Files | None = None, *, owner: bool = False
) -> Iterator[Account | ProfileVersion | Problem]:
    """The account that an actor document is of, its profile, and which profile images were not delivered."""
    profile = _profile(actor, evidence, files)
    yield Account(PLATFORM, profile.account, owner, iso_moment(actor.published), (evidence,))
    yield profile
    for medium in (profile.avatar, profile.header):
        if medium and medium.source and medium.path is None and files and "://" not in medium.source:
            yield Problem("SMA-R065", evidence.path, params={"path": evidence.path, "value": medium.source})


def _profile(actor: Thing, evidence: Evidence, files: Files | None) -> ProfileVersion:
    ref = actor_reference(actor)
    fields = [(words(one.get("name")) or "", words(one.get("value")) or "") for one in _properties(actor)]
    return ProfileVersion(
        platform=PLATFORM,
        account=ref,
        name=actor.name,
        handle=ref.handle,
        bio=None if actor.summary is None else html_text(actor.summary),
        bio_html=actor.summary,
        url=ref.url,
        links=_links(actor, [value for _, value in fields]),
        fields=None if actor.attachment is None else tuple((name, html_text(value)) for name, value in fields),
        avatar=_picture(actor.icon, files),
        header=_picture(actor.image, files),
        kind=kind_of(actor.type) or None,
        evidence=(evidence,),
        raw=_raw(actor),
    )


def _properties(actor: Thing) -> list[dict[str, Any]]:
    return [one for one in objects(actor.attachment) if one.get("type") == "PropertyValue"]


def _links(actor: Thing, values: list[str]) -> tuple[Link, ...] | None:
    """The links of the fields and the text, each once."""
    if actor.summary is None and actor.attachment is None:
        return None
    found = {link.url: link for markup in [*values, actor.summary or ""] for link in links_in(markup)}
    return tuple(found.values())


def _picture(value: Any, files: Files | None) -> Media | None:
    """A profile image; Mastodon has one of each, others may list several, of which the first is shown."""
    for one in listed(value):
        source = one if isinstance(one, str) else address(one.get("url")) if isinstance(one, dict) else None
        if source:
            named = one if isinstance(one, dict) else {}
            mime = words(named.get("mediaType"))
            path = files.local(source) if files else None
            return Media(media_kind(mime or "image"), None, path, source, mime, words(named.get("name")))
    return None


def _raw(actor: Thing) -> dict[str, Any] | None:
    found = {
        "alsoKnownAs": actor.also_known_as,
        "movedTo": address(actor.moved_to),
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "memorial": actor.memorial,
        "manuallyApprovesFollowers": actor.manually_approves_followers,
    }
    return {name: value for name, value in found.items() if value not in (None, [])} or None
