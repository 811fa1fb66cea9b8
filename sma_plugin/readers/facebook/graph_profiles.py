"""Pages, groups and people of the Facebook Graph API: accounts with their profile and their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import Account, AccountRef, Item, Link, Media, Observation, ProfileVersion
from sma_plugin.readers.facebook.addresses import unsigned
from sma_plugin.readers.facebook.graph_parts import PLATFORM, account, moment
from sma_plugin.readers.facebook.graph_posts import Seen, kept
from sma_plugin.readers.fields import Fields

_COUNTS = {
    "followers_count": "followers",
    "fan_count": "likes",
    "member_count": "members",
    "checkins": "check-ins",
    "were_here_count": "visitors",
    "talking_about_count": "talking-about",
    "rating_count": "ratings",
}
_FIELDS = (
    "category",
    "general_info",
    "description",
    "mission",
    "company_overview",
    "founded",
    "impressum",
    "hours",
    "single_line_address",
)
_KEPT = ("verification_status", "global_brand_page_name", "overall_star_rating", "privacy", "is_published")


def profile(one: Fields, kind: str, seen: Seen) -> Iterator[Item]:
    """An account, its profile and its numbers."""
    ref = _reference(one)
    evidence = (seen.evidence,)
    yield Account(PLATFORM, ref, created=moment(one, "created_time") if kind == "group" else None, evidence=evidence)
    yield ProfileVersion(
        PLATFORM,
        ref,
        at=seen.at,
        name=one.text("name"),
        handle=one.text("username"),
        bio=one.said("about") if kind == "page" else one.said("description"),
        url=one.text("link"),
        links=_links(one),
        fields=_fields(one),
        location=_place(one),
        avatar=_avatar(one),
        header=_picture(one.object("cover").text("source")),
        verified=_verified(one),
        kind=kind,
        evidence=evidence,
        raw=kept(one, _KEPT, category_list=_categories(one)),
    )
    numbers = {label: number for name, label in _COUNTS.items() if (number := one.whole(name)) is not None}
    if numbers:
        yield Observation(PLATFORM, account=ref, at=seen.at, counts=numbers, evidence=evidence)


def _reference(one: Fields) -> AccountRef:
    found = account(one)
    return AccountRef(found.native_id, found.handle, found.name, one.text("link"))


def _links(one: Fields) -> tuple[Link, ...] | None:
    site = one.text("website")
    return tuple(Link(part) for part in site.split()) if site else None


def _fields(one: Fields) -> tuple[tuple[str, str], ...] | None:
    found = tuple((name, value) for name in _FIELDS if isinstance(value := one.raw(name), str) and value)
    return found or None


def _categories(one: Fields) -> list[str]:
    """Everything that a page says it is, where that is more than one thing."""
    named = [name for given in one.objects("category_list") if (name := given.text("name"))]
    return named if len(named) > 1 else []


def _place(one: Fields) -> str | None:
    given = one.raw("location")
    if isinstance(given, str):
        return given or None
    where = one.object("location")
    parts = [part for name in ("street", "zip", "city", "country") if (part := where.text(name))]
    return ", ".join(parts) or None


def _avatar(one: Fields) -> Media | None:
    given = one.object("picture").object("data") if isinstance(one.raw("picture"), dict) else Fields(None)
    return None if given.flag("is_silhouette") else _picture(given.text("url"))


def _picture(url: str | None) -> Media | None:
    return Media("image", source=unsigned(url)) if url else None


def _verified(one: Fields) -> str | None:
    stated = one.text("verification_status")
    return stated or ("verified" if one.flag("is_verified") else None)
